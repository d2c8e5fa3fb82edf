"""Labels of places beside an output that has all places along one axis."""

from __future__ import annotations

import pytest

from kfix.checks.label_layouts import ask_layout
from kfix.checks.labels import Head
from kfix.checks.loss import SPARSE
from kfix.model.graph import Array, Shape

PIXELS = Head((64, 3), 3, "softmax")


@pytest.mark.parametrize(
    ("kind", "shape", "flat", "loss"),
    [
        ("categorical", (5, 8, 8, 3), (64, 3), None),
        ("categorical", (5, 8, 8), (64,), SPARSE),
        ("sparse", (5, 8, 8), (64,), None),
        ("sparse", (5, 8, 8, 1), (64,), None),
    ],
)
def test_places_are_to_stand_along_one_axis(
    kind: str, shape: Shape, flat: tuple[int, ...], loss: str | None
) -> None:
    asked = ask_layout(kind, Array(shape, "int64"), PIXELS)
    assert asked is not None
    assert (asked.flat, asked.loss, asked.problem) == (flat, loss, True)


@pytest.mark.parametrize(
    ("kind", "labels", "head"),
    [
        ("sparse", Array((5, 8, 7), "int64"), PIXELS),
        ("sparse", Array((5, 64), "int64"), PIXELS),
        ("distance", Array((5, 8, 8, 3), "float32"), PIXELS),
        ("categorical", Array((5, 8, 8, 3), "float32"), Head((64,), 64, None)),
        ("sparse", Array((5, 8, 8), "int64"), Head(None, 3, None)),
    ],
)
def test_other_labels_are_no_places(kind: str, labels: Array, head: Head) -> None:
    assert ask_layout(kind, labels, head) is None
