"""Losses of the program, called on labels and outputs: refused as Keras refuses them."""

from __future__ import annotations

import pytest

from tests.calls.judging import keras_refuses
from tests.verdicts import findings, text_of

PROGRAM = """
def own({parameters}):
    return {body}

class Own(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return {body}

model = Sequential([Input((4,)), layers.Dense({units})])
model.compile("sgd", {loss})
model.fit(np.zeros((6, 4)), {labels}, verbose=0)
"""
SQUARE = "ops.mean(ops.square(y_true - y_pred), axis=-1)"
COLUMN, ROWS = "np.zeros((6,))", "np.zeros((6, 3))"


def program(
    body: str, labels: str, loss: str = "own", parameters: str = "y_true, y_pred", units: int = 3
) -> str:
    return PROGRAM.format(body=body, labels=labels, loss=loss, parameters=parameters, units=units)


PROGRAMS = {
    "rows": (program(SQUARE, ROWS), False),
    "a column against rows": (program(SQUARE, COLUMN), True),
    "a column against one unit": (program(SQUARE, COLUMN, units=1), False),
    "a column for a class": (program(SQUARE, COLUMN, "Own()"), True),
    "rows for a class": (program(SQUARE, ROWS, "Own()"), False),
    "a reshape": (program("ops.mean(ops.reshape(y_true, (-1, 7)))", ROWS), True),
    "one parameter": (program("ops.mean(y_true)", ROWS, parameters="y_true"), True),
    "three parameters": (program(SQUARE, ROWS, parameters="y_true, y_pred, w"), True),
    "a default": (program(SQUARE, ROWS, parameters="y_true, y_pred, w=1"), False),
    "any parameters": (program("ops.mean(a[1])", ROWS, parameters="*a"), False),
    "rows of elements": (
        program("ops.concatenate([y_true, ops.ones((6, 3)) * y_pred])", ROWS).replace(
            "layers.Dense(3)]", "layers.Dense(3), layers.Reshape((3, 1))]"
        ),
        False,
    ),
    "a lambda": (program("0", COLUMN, f"lambda y_true, y_pred: {SQUARE}"), True),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_losses_of_the_program_are_called(name: str) -> None:
    text, refused = PROGRAMS[name]
    assert bool(keras_refuses(text_of(text), eager=True)) == refused
    assert any(one.severity == "error" for one in findings(text)) == refused
