"""Functions and objects of `keras.losses` against those of Keras itself."""

from __future__ import annotations

import pytest

from kfix.findings import Finding
from kfix.model.graph import Array, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.operations import operation
from kfix.shapes.operations.table import names
from tests.shapes.judge import keras

LABELS: tuple[tuple[int, ...], ...] = ((4,), (4, 1), (4, 3), (4, 5, 1), (4, 5, 3))
OUTPUTS: tuple[tuple[int, ...], ...] = ((4, 1), (4, 3), (4, 5, 3))
FUNCTIONS = [name for name in names() if name.startswith(("losses:", "metrics:"))]


def outcome(path: str, labels: tuple[int, ...], output: tuple[int, ...]) -> Shapes | str:
    try:
        return operation(path, [(None, Array(labels)), (None, Array(output))])
    except UnknownUsed:
        return Unknown("the shape")
    except Finding:
        return "refused"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_losses_return_what_those_of_keras_return(name: str) -> None:
    real = keras()
    home, _, function = name.partition(":")
    called = getattr(getattr(real, home), function.removesuffix(".__call__"), None)
    if called is None:
        pytest.skip(f"keras.{home} has no {function}")
    if function.endswith("__call__"):
        called = called()
    for labels in LABELS:
        for output in OUTPUTS:
            expected: object = "refused"
            try:
                made = called(real.ops.zeros(labels), real.ops.ones(output) / 2)
                expected = tuple(made.shape)
            except Exception:  # whatever Keras or TensorFlow raises
                pass
            assert outcome(f"keras.{home}.{function}", labels, output) == expected, (labels, output)
