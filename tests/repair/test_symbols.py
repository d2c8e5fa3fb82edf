"""What takes no KerasTensor is exchanged for what does; Keras runs the programs then."""

from __future__ import annotations

import inspect
import textwrap

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project
from kfix.shapes.tensorflow_functions import Function, in_keras, names
from tests.repair.repaired import TRAINED, check, repaired
from tests.verdicts import keras_refuses, text_of

pytestmark = pytest.mark.keras


@pytest.mark.parametrize(
    "call",
    [
        "tf.reduce_mean(x, axis=1)",
        "tf.reduce_max(input_tensor=x, axis=[1], keepdims=True)",
        "tf.concat([x, x], 1)",
        "tf.concat(values=[x, x], axis=-1, name='both')",
        "tf.expand_dims(x, -1)",
        "tf.transpose(x, perm=[0, 2, 1])",
        "tf.reshape(x, [-1, 24])",
        "tf.split(x, 2, axis=1)[0]",
        "tf.gather(x, [0, 1], axis=1)",
        "tf.nn.softmax(x)",
        "tf.math.l2_normalize(x, axis=-1)",
        "tf.cast(x, tf.float32)",
        "tf.clip_by_value(x, 0.0, 1.0)",
        "tf.image.resize(tf.expand_dims(x, -1), (8, 8), method='nearest')",
        "tf.matmul(x, x, transpose_b=True)",
        "tf.unstack(x, axis=1)[0]",
        "tf.nn.relu(tf.matmul(x, tf.transpose(x, [0, 2, 1])))",
        "np.expand_dims(x, axis=-1)",
    ],
)
def test_functions_of_tensorflow_and_numpy(call: str) -> None:
    program = f"""
        inputs = keras.Input((4, 6))
        x = layers.Dense(6)(inputs)
        y = {call}
        model = keras.Model(inputs, layers.Dense(1)(layers.Flatten()(y)))
        """
    program = textwrap.dedent(program)
    assert keras_refuses(program) is not None
    found, text = repaired(program)
    assert set(found) <= {"exchange-call", "wrap-in-lambda"}
    assert keras_refuses(text + TRAINED) is None, text


def test_the_same_is_computed() -> None:
    def ends(text: str) -> str:
        return (
            textwrap.dedent(text) + "assert abs(float(model(np.ones((1, 4, 6)))[0, 0]) - 6) < 1e-6"
        )

    text = check(
        ends(
            """
            inputs = keras.Input((4, 6))
            y = tf.reduce_sum(tf.gather(inputs, [1], axis=1), axis=[1, 2])
            model = keras.Model(inputs, tf.expand_dims(y, -1))
            """
        ),
        "exchange-call",
    )
    assert "tf." not in text


def test_what_keras_has_no_function_for_is_called_in_a_lambda() -> None:
    text = check(
        """
        a = keras.Input((4, 6))
        b = keras.Input((5, 6))
        y = tf.matmul(a, b, transpose_b=True)
        model = keras.Model([a, b], layers.Dense(2)(y))
        """,
        "wrap-in-lambda",
    )
    assert "Lambda(lambda t: tf.matmul(t[0], t[1], transpose_b=True))([a, b])" in text


def test_a_value_of_a_loop_is_not_put_into_a_lambda() -> None:
    program = """
        x = inputs = keras.Input((4, 6))
        for shift in (1, 2):
            x = tf.nn.dropout(x, rate=shift / 10)
        model = keras.Model(inputs, layers.Dense(2)(x))
        """
    project = Project({"m.py": text_of(program).encode()})
    assert not run_file(project, "m.py", Settings(unsafe=True)).files


@pytest.mark.parametrize("imports", ["import keras", "from tensorflow import keras"])
def test_the_function_is_called_by_a_name_of_the_program(imports: str) -> None:
    program = f"import tensorflow as tf\n{imports}\nx = keras.Input((3, 4))\n"
    program += "model = keras.Model(x, keras.layers.Dense(1)(tf.reduce_mean(x, 1)))\n"
    result = run_file(Project({"m.py": program.encode()}), "m.py", Settings())
    assert "keras.ops.mean(x, 1)" in result.files["m.py"].decode()


def test_without_such_a_name_ops_is_imported() -> None:
    program = "from tensorflow import reduce_mean\nfrom keras.layers import Dense, Input\n"
    program += "from keras.models import Model\nx = Input((3, 4))\n"
    program += "model = Model(x, Dense(1)(reduce_mean(x, 1)))\n"
    result = run_file(Project({"m.py": program.encode()}), "m.py", Settings())
    text = result.files["m.py"].decode()
    assert "from keras import ops\n" in text
    assert "ops.mean(x, 1)" in text


def test_shapes_by_their_old_names() -> None:
    text = check(
        """
        inputs = keras.Input((6, 6, 4))
        x = layers.Conv2D(8, 3)(inputs)
        size = x.get_shape().as_list()[1]
        dims = x.get_shape().as_list()
        x = layers.Reshape((size * size, dims[-1]))(x)
        model = keras.Model(inputs, layers.LSTM(3)(x))
        """,
        "exchange-attribute",
    )
    assert "size = x.shape[1]" in text
    assert "dims = list(x.shape)" in text


def test_input_and_output_of_a_sequential() -> None:
    check(
        """
        base = keras.Sequential([keras.Input((8,)), layers.Dense(4), layers.Dense(3)])
        model = keras.Model(inputs=base.input, outputs=layers.Dense(1)(base.output))
        """,
        "exchange-attribute",
    )


def test_input_of_a_sequential_without_an_input_shape() -> None:
    program = """
        base = keras.Sequential([layers.Dense(4), layers.Dense(3)])
        model = keras.Model({}, layers.Dense(1)(base.layers[0].output))
        """
    program = textwrap.dedent(program)
    assert keras_refuses(program.format("base.input")) is not None
    assert keras_refuses(program.format("base.inputs[0]")) is not None
    head = "import keras\nfrom keras import layers\n"
    text = (head + program.format("base.input")).encode()
    result = run_file(Project({"model.py": text}), "model.py", Settings())
    assert any(one.finding.code == "KFX214" for one in result.findings)
    assert not result.files


def test_input_of_a_sequential_that_was_trained() -> None:
    check(
        """
        whole = keras.Sequential([layers.Dense(4, name="hidden"), layers.Dense(3)])
        whole.compile("adam", "mse")
        whole.fit(np.zeros((4, 8)), np.zeros((4, 3)), verbose=0)
        model = keras.Model(whole.input, whole.get_layer("hidden").output)
        """,
        "exchange-attribute",
    )


def test_arguments_by_position() -> None:
    text = check(
        """
        class Noise(layers.Layer):
            def call(self, x, scale=1.0):
                return x * scale

        base = keras.applications.MobileNetV2(weights=None, input_shape=(32, 32, 3))
        inputs = keras.Input((32, 32, 3))
        x = base(inputs, False)
        x = layers.Dropout(0.2)(x, True)
        x = Noise()(x, 0.5)
        model = keras.Model(inputs, layers.Dense(2)(x))
        """,
        "name-argument",
    )
    assert "base(inputs, training=False)" in text
    assert "(x, scale=0.5)" in text


@pytest.mark.parametrize("name", names())
def test_the_table_has_the_parameters_of_both(name: str) -> None:
    import keras
    import tensorflow as tf

    function = in_keras(f"tf.{name}")
    assert isinstance(function, Function)
    new = parameters_of(keras, function.path.removeprefix("keras."))
    taken = [one.new for one in function.parameters if one.new != "-"]
    assert len(new) >= len(taken)
    assert len(taken) == 1 or new[: len(taken)] == taken
    old = parameters_of(tf, name)
    assert [one.name for one in function.parameters] == old[: len(function.parameters)]


def parameters_of(module: object, name: str) -> list[str]:
    """Return the parameters of a function of a library, by its name or that in a part of it."""
    for home in ("", "math.", "nn."):
        found: object | None = module
        for part in f"{home}{name}".split("."):
            found = getattr(found, part, None)
        if callable(found):
            return list(inspect.signature(found).parameters)
    raise AssertionError(name)
