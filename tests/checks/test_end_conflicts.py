"""The last activation of a model against its loss."""

from __future__ import annotations

import pytest

from kfix.checks.end_conflicts import end_conflicts
from tests.checks.subjects import subject

NET = """
    net = Sequential([Input((4,)), layers.Dense({units}, activation={activation!r})])
    net.compile(loss={loss!r})
"""


@pytest.mark.parametrize(
    ("units", "activation", "loss", "count"),
    [
        (3, "softmax", "categorical_crossentropy", 0),
        (3, "sigmoid", "categorical_crossentropy", 1),
        (3, "sigmoid", "sparse_categorical_crossentropy", 1),
        (3, "softmax", "binary_crossentropy", 1),
        (3, "sigmoid", "binary_crossentropy", 0),
        (1, "softmax", "binary_crossentropy", 1),
        (1, "sigmoid", "binary_crossentropy", 0),
        (3, "relu", "mse", 0),
    ],
)
def test_an_activation_goes_with_its_losses(
    units: int, activation: str, loss: str, count: int
) -> None:
    found = subject(NET.format(units=units, activation=activation, loss=loss))
    assert len(end_conflicts(found.model, found.trace, found.program)) == count
