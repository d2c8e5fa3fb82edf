"""Initial states of another size than the units: the decoder follows, and what else gives it its
states.
"""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.engine.results import FileResult
from tests import real_keras

HEAD = """
from keras import Input, Model
from keras.layers import GRU, LSTM, Bidirectional, Concatenate, Dense
latent_dim = 8
encoder_inputs = Input((None, 5))
_, fh, fc, bh, bc = Bidirectional(LSTM(latent_dim, return_state=True))(encoder_inputs)
states = [Concatenate()([fh, bh]), Concatenate()([fc, bc])]
decoder_inputs = Input((None, 3))
"""

TRAINED = """
decoder = LSTM(latent_dim, return_sequences=True, return_state=True)
outputs, _, _ = decoder(decoder_inputs, initial_state=states)
dense = Dense(3)
model = Model([encoder_inputs, decoder_inputs], dense(outputs))
"""

STEP_BY_STEP = """
state_h = Input(shape=(latent_dim,))
state_c = Input(shape=(latent_dim,))
outputs, h, c = decoder(decoder_inputs, initial_state=[state_h, state_c])
one_step = Model([decoder_inputs, state_h, state_c], [dense(outputs), h, c])
"""

TWO_LAYERS = """
x = LSTM(latent_dim, return_sequences=True)(decoder_inputs, initial_state=states)
x = LSTM(latent_dim, return_sequences=True)(x, initial_state=states)
model = Model([encoder_inputs, decoder_inputs], Dense(3)(x))
"""


def repaired(text: str, name: str = "m.py") -> tuple[FileResult, str]:
    result = run_file(Project({name: text.encode()}), name, Settings())
    assert result.error is None
    return result, result.files.get(name, b"").decode()


def runs(text: str, name: str = "model") -> bool:
    """Return whether the model takes a batch in real Keras."""
    import numpy as np

    space: dict[str, object] = {}
    exec(text, space)
    model = space[name]
    shapes = [tuple(2 if dim is None else dim for dim in tensor.shape) for tensor in model.inputs]  # type: ignore[attr-defined]
    try:
        model([np.zeros(shape, "float32") for shape in shapes])  # type: ignore[operator]
    except Exception:  # a different one with each version
        return False
    return True


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        (TRAINED, ["decoder = LSTM(2 * latent_dim, return_sequences=True, return_state=True)"]),
        (TWO_LAYERS, ["x = LSTM(2 * latent_dim, return_sequences=True)(x, initial_state=states)"]),
        (
            TRAINED + STEP_BY_STEP,
            [
                "state_h = Input(shape=(2 * latent_dim,))",
                "state_c = Input(shape=(2 * latent_dim,))",
            ],
        ),
    ],
)
def test_the_decoder_follows(body: str, lines: list[str]) -> None:
    _, after = repaired(HEAD + body)
    for line in lines:
        assert line in after.splitlines()
    assert not runs(HEAD + body)
    assert runs(after)
    assert "one_step" not in after or runs(after, "one_step")
    assert repaired(after)[1] == ""


def test_a_product_is_written_as_the_others_are() -> None:
    body = "wide = latent_dim*2\n" + TRAINED
    assert "LSTM(latent_dim*2, return_sequences=True" in repaired(HEAD + body)[1]


@pytest.mark.parametrize(
    ("used", "lines"),
    [
        ("[fh, fc]", ["fh = Concatenate()([fh, bh])", "fc = Concatenate()([fc, bc])"]),
        ("[bh, bc]", ["bh = Concatenate()([fh, bh])", "bc = Concatenate()([fc, bc])"]),
    ],
)
def test_one_direction_alone_is_joined_with_the_other(used: str, lines: list[str]) -> None:
    body = TRAINED.replace("LSTM(latent_dim", "LSTM(latent_dim * 2").replace("=states", f"={used}")
    head = HEAD.replace("states = [Concatenate()([fh, bh]), Concatenate()([fc, bc])]\n", "")
    after = repaired(head + body)[1]
    made = (
        "_, fh, fc, bh, bc = Bidirectional(LSTM(latent_dim, return_state=True))(encoder_inputs)\n"
    )
    assert after == (head + body).replace(made, made + "\n".join(lines) + "\n")
    assert not runs(head + body)
    assert runs(after)
    assert repaired(after)[1] == ""


def test_a_gru_has_one_state_a_direction() -> None:
    head = HEAD.partition("_, fh")[0] + (
        "_, forward, backward = Bidirectional(GRU(latent_dim, return_state=True))(encoder_inputs)\n"
        "decoder_inputs = Input((None, 3))\n"
    )
    body = "x = GRU(16, return_sequences=True)(decoder_inputs, initial_state=forward)\n"
    after = repaired(
        head + body + "model = Model([encoder_inputs, decoder_inputs], Dense(3)(x))\n"
    )[1]
    assert "forward = Concatenate()([forward, backward])\n" in after
    assert runs(after)


def test_directions_without_names_are_reported() -> None:
    body = TRAINED.replace("LSTM(latent_dim", "LSTM(latent_dim * 2").replace(
        "=states", "=[s[0], s[1]]"
    )
    head = HEAD.replace("_, fh, fc, bh, bc = ", "_, *s = ").replace(
        "states = [Concatenate()([fh, bh]), Concatenate()([fc, bc])]\n", ""
    )
    after = repaired(head + body)[1]
    assert "Concatenate()([" not in after
    assert not runs(head + body)


def test_states_that_fit_are_left_alone() -> None:
    body = TRAINED.replace("LSTM(latent_dim", "LSTM(latent_dim * 2")
    result, after = repaired(HEAD + body)
    assert (after, result.models[0].findings) == ("", [])
    assert real_keras.build(HEAD + body).shape == (None, None, 3)
    assert runs(HEAD + body)


@pytest.mark.parametrize("units", ["latent_dim", "8"])
def test_the_units_are_written_as_those_of_the_encoder(units: str) -> None:
    program = f"""
from keras import Input, Model
from keras.layers import LSTM, Dense
latent_dim = 8
first, second = Input((None, 5)), Input((None, 3))
_, h, c = LSTM({units}, return_state=True)(first)
x = LSTM(4)(second, initial_state=[h, c])
model = Model([first, second], Dense(3)(x))
"""
    _, text = repaired(program)
    assert text == program.replace("LSTM(4)", f"LSTM({units})")


COUNTED = """
from keras import Input, Model, layers
encoder_inputs, decoder_inputs = Input((4, 5)), Input((3, 2))
{encoder}
x = layers.LSTM({units}, return_sequences=True)(decoder_inputs, initial_state={states})
model = Model([encoder_inputs, decoder_inputs], layers.Dense(2)(x))
"""
ENCODER = "_, h, c = layers.LSTM(8, return_state=True)(encoder_inputs)"
WHOLE = "found = layers.LSTM(8, return_sequences=True, return_state=True)(encoder_inputs)"
BOTH = "_, a, b, c, d = layers.Bidirectional(layers.LSTM(4, return_state=True))(encoder_inputs)"


@pytest.mark.parametrize(
    ("encoder", "units", "states", "expected"),
    [
        (ENCODER, 8, "h", ["initial_state=[h, c]"]),
        (ENCODER, 8, "[c]", ["initial_state=[h, c]"]),
        (WHOLE, 8, "found", ["initial_state=found[1:]"]),
        (
            BOTH,
            4,
            "[a, b, c, d]",
            ["LSTM(8, return_seq", "initial_state=[a, b]", "a = layers.Concatenate"],
        ),
    ],
)
def test_a_layer_of_two_states_starts_from_two(
    encoder: str, units: int, states: str, expected: list[str]
) -> None:
    program = COUNTED.format(encoder=encoder, units=units, states=states)
    result, after = repaired(program)
    assert all(part in after for part in expected), result.models[0].repairs
    assert not runs(program)
    assert runs(after)


def test_a_vector_is_given_for_both_states_only_when_asked() -> None:
    program = COUNTED.format(
        encoder="h = layers.Dense(8)(layers.Flatten()(encoder_inputs))", units=8, states="h"
    )
    result, after = repaired(program)
    [edit, *_] = result.models[0].repairs[0].edits
    assert (after, edit.edit.kind) == ("", "give-states")


IN_A_LAYER = """
import keras
from keras import layers

class Decoder(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.lstm = layers.LSTM(units)

    def call(self, x, states):
        return self.lstm(x, initial_state=states)

a, b = keras.Input((4, 5)), keras.Input((3, 2))
_, h, c = layers.LSTM(8, return_state=True)(a)
model = keras.Model([a, b], Decoder(9)(b, [h, c]))
"""


def test_the_units_of_a_layer_of_the_program_follow_where_they_are_given() -> None:
    after = repaired(IN_A_LAYER)[1]
    assert after == IN_A_LAYER.replace("Decoder(9)", "Decoder(8)")
    with pytest.raises(ValueError, match="Dimensions must be equal"):
        runs(IN_A_LAYER)
    assert runs(after)
