"""Programs whose models real Keras refuses to build: kfix reports an error for each."""

from __future__ import annotations

import pytest

from tests.verdicts import check_refused, check_right

ON_A_TENSOR = """
    x = Input((6, 6, 3))
    y = {function}
    model = Model(x, layers.Dense(2)(layers.Flatten()(y)))
"""


@pytest.mark.parametrize(
    "function",
    [
        "tf.square(x)",
        "tf.concat([x, x], axis=-1)",
        "tf.nn.relu(layers.Conv2D(4, 3)(x))",
        "tf.image.resize(x, (12, 12))",
        "tf.stop_gradient(x)",
        "tf.math.top_k(x, 2)",
        "np.square(x)",
        "np.mean(x, axis=1)",
    ],
)
def test_functions_that_take_no_keras_tensor(function: str) -> None:
    check_refused(ON_A_TENSOR.format(function=function), "KFX213")


@pytest.mark.parametrize(
    "function",
    [
        "ops.square(x)",
        "tf.constant(2.0) * x",
        "layers.Lambda(tf.square)(x)",
        "layers.Activation(tf.nn.relu)(x)",
        "layers.Add()([x, layers.Dense(3)(tf.square(tf.ones((1, 6, 6, 3))))])",
        "layers.Reshape(np.shape(x)[1:])(x)",
        "layers.Resizing(12, 12)(x)",
    ],
)
def test_functions_that_take_one(function: str) -> None:
    check_right(ON_A_TENSOR.format(function=function))


@pytest.mark.parametrize("shape", ["y._keras_shape", "y.get_shape()"])
def test_attributes_that_a_keras_tensor_does_not_have(shape: str) -> None:
    check_refused(
        f"""
        x = Input((6, 6, 3))
        y = layers.Conv2D(4, 3)(x)
        model = Model(x, layers.Dense({shape}[-1])(layers.Flatten()(y)))
        """,
        "KFX214",
    )


ENDS = """
    first = Sequential([Input((6,)), layers.Dense(5, name="code"), layers.Dense(2)])
    {before}
    second = Model({inputs}, {outputs})
"""


@pytest.mark.parametrize(
    ("before", "inputs", "outputs"),
    [
        ("", "first.inputs", "layers.Dense(3)(first.output)"),
        ("", "first.input", "first.get_layer('code').output"),
        ("first(np.zeros((2, 6)))", "first.input", "first.outputs"),
    ],
)
def test_the_ends_of_a_sequential(before: str, inputs: str, outputs: str) -> None:
    check_refused(ENDS.format(before=before, inputs=inputs, outputs=outputs), "KFX214")


@pytest.mark.parametrize(
    ("before", "inputs", "outputs"),
    [
        ("", "first.inputs", "first.get_layer('code').output"),
        ("first(Input((6,)))", "first.input", "first.output"),
        ("", "first.layers[0].input", "first.layers[0].output"),
    ],
)
def test_the_ends_that_a_sequential_has(before: str, inputs: str, outputs: str) -> None:
    check_right(ENDS.format(before=before, inputs=inputs, outputs=outputs))


@pytest.mark.parametrize("after", ["layers.Dense(2)", "layers.Flatten()", "layers.Reshape((5, 1))"])
def test_a_model_of_listed_outputs_returns_a_list(after: str) -> None:
    program = """
        x = Input((6,))
        base = Model(inputs=[x], outputs={outputs})
        a = Input((6,))
        model = Model(a, {after}(base(a)))
    """
    listed, plain = "[layers.Dense(5)(x)]", "layers.Dense(5)(x)"
    check_refused(program.format(outputs=listed, after=after), "KFX211")
    check_right(program.format(outputs=plain, after=after))


SCALE = """
    class Scale(layers.Layer):
        def call(self, x, factor=None, training=None):
            return x if factor is None else x * factor


    inputs = Input((6,))
    model = Model(inputs, {call})
"""


@pytest.mark.parametrize(
    "call",
    [
        "Scale()(inputs, 3)",
        "Scale()(inputs, 0.5)",
        "Scale()(inputs, None, True)",
        "layers.Dropout(0.5)(inputs, True)",
        "layers.BatchNormalization()(inputs, False)",
        "Sequential([Input((6,)), layers.Dense(2)])(inputs, False)",
    ],
)
def test_what_is_no_tensor_goes_by_keyword(call: str) -> None:
    check_refused(SCALE.format(call=call), "KFX215")


@pytest.mark.parametrize(
    "call",
    [
        "Scale()(inputs, factor=3)",
        "Scale()(inputs, None)",
        "Scale()(inputs, inputs)",
        "layers.Dropout(0.5)(inputs, training=True)",
    ],
)
def test_tensors_and_none_go_by_position(call: str) -> None:
    check_right(SCALE.format(call=call))


@pytest.mark.parametrize("made", ["layers.Concatenate([a, b])", "layers.Add()", "layers.Dense(4)"])
def test_a_layer_is_called_before_the_next_takes_what_it_returns(made: str) -> None:
    check_refused(
        f"""
        a, b = Input((4,)), Input((4,))
        x = {made}
        model = Model([a, b], layers.Dense(1)(x))
        """,
        "KFX215",
    )


def test_a_loss_by_hand_that_reaches_no_output() -> None:
    program = """
        x = Input(({size}, {size}, 1))
        y = layers.Conv2D(4, 3, strides=2, padding="same")(x)
        y = layers.Conv2DTranspose(1, 3, strides=2, padding="same")(y)
        error = ops.mean(ops.square(x - y))
        model = Model(x, y)
    """
    check_refused(program.replace("{size}", "17"), "KFX205")
    check_right(program.replace("{size}", "16"))


@pytest.mark.parametrize(
    ("base", "side"), [("EfficientNetB0", 24), ("Xception", 64), ("MobileNetV2", 31)]
)
def test_a_base_that_is_too_small_for_its_images(base: str, side: int) -> None:
    program = f"""
        base = keras.applications.{base}(
            weights=None, include_top=False, input_shape=(SIDE, SIDE, 3)
        )
    """
    check_refused(program.replace("SIDE", str(side)), "KFX202")
    check_right(program.replace("SIDE", "96"))


def test_a_tensor_of_an_inner_model_is_not_connected_to_the_outer_input() -> None:
    program = """
        a = Input((8, 8, 3))
        inner = Model(a, layers.Conv2D(4, 3, name="last")(a), name="inner")
        image = Input((8, 8, 3))
        model = Model(image, layers.Flatten()(inner(image)))
        maps = Model({inputs}, inner.get_layer("last").output)
    """
    check_refused(program.format(inputs="model.input"), "KFX211")
    check_right(program.format(inputs="inner.input"))


def test_what_a_try_block_may_raise_is_not_judged() -> None:
    check_right("""
        x = Input((6,))
        try:
            y = tf.square(x)
        except ValueError:
            y = ops.square(x)
        model = Model(x, layers.Dense(2)(y))
    """)
