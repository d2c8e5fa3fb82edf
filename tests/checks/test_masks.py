"""Masks that reach the output of a model, and losses of several outputs, as Keras takes them."""

from __future__ import annotations

import pytest

from tests.verdicts import errors_of, keras_refuses

MASKED = """
model = Sequential([
    Input((5,)),
    layers.Embedding(7, 3, mask_zero={mask}),
    layers.LSTM(2, return_sequences={sequences}),
    layers.Dense(1),
])
model.compile("sgd", "mse")
"""
TWO = """
inputs = Input((4,))
model = Model(inputs, ({outputs}))
model.compile("sgd", ["mse"] * 3)
"""
X = "np.zeros((4, 4))"


def masked(labels: str, mask: bool = True, sequences: bool = True, more: str = "") -> str:
    text = MASKED.format(mask=mask, sequences=sequences)
    return text + f"model.fit(np.zeros((4, 5)), np.zeros({labels}), {more}verbose=0)"


def two(units: int) -> str:
    text = TWO.format(outputs=f"layers.Dense(1)(inputs), layers.Dense({units})(inputs)")
    return text + f"model.evaluate({X}, (np.zeros((4, 1)), np.zeros((4, {units}))), verbose=0)"


PROGRAMS: dict[str, tuple[str, str]] = {
    "labels with an axis less": (masked("(4, 5)"), "KFX613"),
    "labels of the output": (masked("(4, 5, 1)"), ""),
    "as many samples as steps": (masked("(4, 5)", more="steps_per_epoch=4, "), ""),
    "no mask": (masked("(4, 5)", mask=False), ""),
    "the last step alone": (masked("(4,)", sequences=False), ""),
    "weights of labels with an axis less": (
        masked("(4, 5)", mask=False, more="sample_weight=np.ones(4), "),
        "",
    ),
    "losses of stacked outputs": (two(1), ""),
    "losses of outputs that do not stack": (two(2), "KFX613"),
    "validation without labels": (
        "inputs = Input((4,), name='a')\nmodel = Model(inputs, layers.Dense(1)(inputs))\n"
        "model.compile('sgd', 'mse')\n"
        f"model.fit({X}, np.zeros(4), validation_data={{'a': {X}}}, verbose=0)",
        "KFX613",
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_calls_are_refused(name: str) -> None:
    program, code = PROGRAMS[name]
    assert errors_of(program) == {code} - {""}


@pytest.mark.keras
@pytest.mark.graphs
@pytest.mark.parametrize("name", PROGRAMS)
def test_keras_refuses_the_same(name: str) -> None:
    program, code = PROGRAMS[name]
    said = keras_refuses(program)
    assert bool(said) == bool(code), said
