"""What an error states, held against what the source says."""

from __future__ import annotations

import pytest

from kfix.engine.error_slots import Slot, compare, shape_in
from kfix.evidence.reading import Dims
from kfix.model.graph import Array
from kfix.model.unknown import Unknown

OPEN = Unknown("a parameter")


def stated(dims: Dims, **more: bool) -> Slot:
    return Slot("the data", dims, lambda reading: None, **more)


@pytest.mark.parametrize(
    ("shape", "dims", "agreement"),
    [
        ((None, 28, 28), (32, 28, 28), "same"),
        ((60, 28, 28), (32, 28, 28), "same"),
        ((60, 28, OPEN), (32, 28, 28), "open"),
        ((60, 28, OPEN), (32, 28, None), "same"),
        ((60, 28, 14), (32, 28, 28), "other"),
        ((60, 28), (32, 28, 28), "other"),
        ((60, 28, 28, 1), (32, 28, 28), "same"),
        ((OPEN, OPEN), (32, 28, 28), "open"),
        (OPEN, (32, 28, 28), "open"),
        (None, (32, 28, 28), "open"),
        ("text", (32, 28, 28), "other"),
    ],
)
def test_shapes_are_compared_behind_the_batch(shape: object, dims: Dims, agreement: str) -> None:
    assert compare(shape, stated(dims)) == agreement


def test_the_shape_of_one_sample_is_compared_as_a_whole() -> None:
    assert compare((28, 28), stated((28, 28), whole=True)) == "same"
    assert compare((14, 28), stated((28, 28), whole=True)) == "other"


def test_an_error_that_leaves_the_batch_out_says_the_same() -> None:
    assert stated((28, 28), has_batch=False).stated == (None, 28, 28)
    assert stated((28, 28), has_batch=False).size_at(None) == (1, 28)
    assert stated((32, None)).size_at(None) == (0, 0)
    assert stated((32, 5, 7)).size_at(2) == (2, 7)


def test_one_hot_rows_have_a_column_for_each_class() -> None:
    rows = Array(OPEN, one_hot=True, distinct=10)
    assert shape_in(rows) == (OPEN, 10)
    assert shape_in(Array((60, 10))) == (60, 10)
    assert shape_in((60, 10)) == (60, 10)
