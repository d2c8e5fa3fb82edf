"""What calls give as labels of an output, as far as it is known."""

from __future__ import annotations

import pytest

from kfix.checks.given_labels import arrays, known_labels
from kfix.checks.heads import end_of, loss_at
from kfix.checks.label_faults import Output
from kfix.model.graph import Array, Shape
from kfix.model.unknown import Unknown
from tests.checks.subjects import subject

NET = """
    def train(given):
        net = Sequential([Input((4,)), layers.Dense(4)])
        net.compile(loss="mse")
        {calls}
    train(open("x"))
"""


def labels(calls: str) -> list[Shape | Unknown]:
    found = subject(NET.format(calls=calls))
    head, _ = end_of(found.model, found.trace, 0)
    loss = loss_at(found.model, found.program, 0)
    assert head is not None
    assert loss is not None
    return [array.shape for _, array in known_labels(found, Output(0, "", head, loss))]


@pytest.mark.parametrize(
    ("calls", "shapes"),
    [
        ("net.fit(np.zeros((8, 4)), np.zeros((8, 3)))", [(8, 3)]),
        ("net.fit(np.zeros((8, 4)), np.zeros((9, 3)))", []),
        ("net.fit(np.zeros((8, 4)), given)", []),
        ("net.fit(given, given)", [(None, 4)]),
        ("net.evaluate(np.zeros((8, 4)), np.zeros((8, 3)))", [(8, 3)]),
    ],
)
def test_labels_are_known_where_they_count_as_the_data(calls: str, shapes: list[Shape]) -> None:
    assert labels(calls) == shapes


def test_one_hot_rows_of_unknown_labels_have_a_row_for_each_of_the_output() -> None:
    [shape] = labels("net.fit(np.zeros((8, 4)), keras.utils.to_categorical(given, 6))")
    assert isinstance(shape, tuple)
    assert shape[1:] == (6,)


def test_training_counts_before_testing() -> None:
    calls = """net.evaluate(np.zeros((8, 4)), np.zeros((8, 3)))
        net.fit(np.zeros((8, 4)), np.zeros((8, 2)))"""
    assert labels(calls) == [(8, 2)]


def test_the_arrays_of_a_structure() -> None:
    one, two = Array((1,)), Array((2,))
    assert [*arrays({"a": one, "b": two})] == [one, two]
    assert [*arrays(one)] == [one]
