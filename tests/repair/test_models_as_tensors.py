"""Models and layers in the place of tensors, tensors in that of layers; Keras trains the models."""

from __future__ import annotations

import pytest

from tests.repair.repaired import check

pytestmark = pytest.mark.keras

TWO = """
    one = keras.Sequential([keras.Input((8,)), layers.Dense(4)])
    inputs = keras.Input((6,))
    two = keras.Model(inputs, layers.Dense(4)(inputs))
    """


def test_the_output_of_a_base() -> None:
    text = check(
        """
        base = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(32, 32, 3))
        x = layers.Flatten()(base)
        model = keras.Model(base.input, layers.Dense(2)(x))
        """,
        "take-output",
    )
    assert "layers.Flatten()(base.output)" in text


def test_a_base_is_called_on_the_input_that_waits_for_it() -> None:
    text = check(
        """
        base = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(32, 32, 3))
        images = keras.Input((32, 32, 3))
        x = layers.GlobalAveragePooling2D()(base)
        model = keras.Model(images, layers.Dense(2)(x))
        """,
        "call-layer",
    )
    assert "layers.GlobalAveragePooling2D()(base(images))" in text


@pytest.mark.parametrize("merge", ["layers.concatenate([one, two])", "layers.Add()([one, two])"])
def test_models_are_merged(merge: str) -> None:
    program = f"{TWO}x = {merge}\n    model = keras.Model([one.inputs[0], two.input], x)\n"
    text = check(program, "take-output")
    assert "[one.outputs[0], two.output]" in text


def test_an_output_that_is_a_model() -> None:
    text = check(TWO + "model = keras.Model(inputs=inputs, outputs=two)\n", "take-output")
    assert "outputs=two.output" in text


def test_an_input_that_is_a_model() -> None:
    text = check(
        """
        inputs = keras.Input((6,))
        one = keras.Model(inputs, layers.Dense(4)(inputs))
        two = keras.Sequential([keras.Input((3,)), layers.Dense(4)])
        x = layers.Add()([one.output, two.outputs[0]])
        model = keras.Model(inputs=[one, two], outputs=layers.Dense(2)(x))
        """,
        "take-output",
    )
    assert "inputs=[one.input, two.inputs[0]]" in text


def test_a_layer_is_called_on_the_tensor_that_waits_for_it() -> None:
    text = check(
        """
        inputs = keras.Input((6,))
        x = layers.Dense(8)(inputs)
        outputs = layers.Dense(3)
        model = keras.Model(inputs, outputs)
        """,
        "call-layer",
    )
    assert "outputs = layers.Dense(3)(x)" in text


def test_it_is_not_where_several_wait() -> None:
    from tests.repair.repaired import repaired

    kinds, _ = repaired(
        """
        inputs = keras.Input((6,))
        a = layers.Dense(8)(inputs)
        b = layers.Dense(8)(inputs)
        outputs = layers.Dense(3)
        model = keras.Model(inputs, outputs)
        """
    )
    assert not kinds


def test_a_tensor_is_added_to_a_sequential() -> None:
    text = check(
        """
        model = keras.Sequential()
        model.add(keras.Input((6,)))
        x = layers.Dense(8)
        model.add(x)
        model.add(layers.Dense(3)(x))
        """,
        "uncall-layer",
    )
    assert "model.add(layers.Dense(3))" in text


def test_the_output_of_a_base_is_added_to_a_sequential() -> None:
    text = check(
        """
        base = keras.applications.MobileNetV2(include_top=False, weights=None, input_shape=(32, 32, 3))
        model = keras.Sequential()
        model.add(base.output)
        model.add(layers.Flatten())
        model.add(layers.Dense(2))
        """,
        "uncall-layer",
    )
    assert "model.add(base)" in text


def test_a_called_model_in_the_list_of_a_sequential() -> None:
    text = check(
        """
        inputs = keras.Input((8, 8, 3))
        augment = keras.Sequential([layers.RandomFlip("horizontal")])
        model = keras.Sequential([inputs, augment(inputs), layers.Flatten(), layers.Dense(2)])
        """,
        "uncall-layer",
    )
    assert "[inputs, augment, layers.Flatten()" in text


def test_attention_of_a_sequence_to_itself() -> None:
    text = check(
        """
        inputs = keras.Input((6, 8))
        x = layers.MultiHeadAttention(num_heads=2, key_dim=4)(inputs)
        model = keras.Model(inputs, layers.Dense(2)(x))
        """,
        "repeat-input",
    )
    assert "(inputs, inputs)" in text


def test_attention_that_is_given_a_list() -> None:
    text = check(
        """
        a = keras.Input((6, 8))
        b = keras.Input((5, 8))
        x = layers.MultiHeadAttention(num_heads=2, key_dim=4)([a, b])
        model = keras.Model([a, b], layers.Dense(2)(x))
        """,
        "spread-inputs",
    )
    assert "key_dim=4)(a, b)" in text


@pytest.mark.parametrize("layer", ["LSTM", "GRU"])
def test_states_that_nothing_takes(layer: str) -> None:
    text = check(
        f"""
        inputs = keras.Input((6, 8))
        x = layers.{layer}(8, return_sequences=True, return_state=True)(inputs)
        x = layers.LSTM(4)(x)
        model = keras.Model(inputs, layers.Dense(2)(x))
        """,
        "drop-states",
    )
    assert "return_state" not in text


def test_states_that_are_taken_stay() -> None:
    from tests.repair.repaired import repaired

    kinds, _ = repaired(
        """
        inputs = keras.Input((6, 8))
        x = layers.LSTM(8, return_state=True)(inputs)
        y = layers.Dense(2)(x[1])
        z = layers.LSTM(4)(x)
        model = keras.Model(inputs, [y, z])
        """
    )
    assert "drop-states" not in kinds
