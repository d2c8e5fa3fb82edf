"""The sizes that make what an error states."""

from __future__ import annotations

import pytest

from kfix.engine.error_sizes import COUNT, LARGEST, VARIABLE, of_size, sizes_making

KEY = ("train.py", None, "load()", 0)


@pytest.mark.parametrize(
    ("half", "wanted", "sizes"),
    [
        (lambda size: size // 2, 7, (14, 15)),
        (lambda size: size, 7, (7, 7)),
        (lambda size: 64 // size, 8, (8, 8)),
        (lambda size: size * size, 7, (LARGEST, 0)),
        (lambda size: size - 20 if size > 20 else None, 3, (23, 23)),
    ],
)
def test_sizes_are_found_whether_they_grow_or_shrink(
    half: object, wanted: int, sizes: tuple[int, int]
) -> None:
    assert sizes_making(half, wanted) == sizes  # type: ignore[arg-type]


def test_a_size_is_a_number_or_that_of_all_spatial_axes() -> None:
    assert of_size(KEY, None, 0, VARIABLE, 28).number == 28
    assert of_size(KEY, None, 4, 3, 28).shape == (COUNT, 28, 28, 3)
