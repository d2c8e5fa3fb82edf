"""The arithmetic of windows, by hand."""

from __future__ import annotations

import pytest

from kfix.findings.bad_argument import BadArgument
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.size_not_positive import SizeNotPositive
from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.shapes.binding import Bound, bind
from kfix.shapes.formatting import show
from kfix.shapes.signatures import signature
from kfix.shapes.sizes import (
    Window,
    channels_of,
    check_positive,
    join,
    product,
    split,
    strided,
    transposed,
)
from kfix.shapes.values import channels_first, integers, pairs, value_of
from tests.shapes.build import layer

UNKNOWN = Unknown("`n` is a parameter")


@pytest.mark.parametrize(
    ("size", "window", "padding", "expected"),
    [
        (28, Window(3, 1), "valid", 26),
        (28, Window(3, 2), "valid", 13),
        (28, Window(3, 1, dilation=2), "valid", 24),
        (28, Window(3, 2), "same", 14),
        (29, Window(3, 2), "same", 15),
        (0, Window(3, 2), "same", 0),
        (2, Window(3, 1), "valid", 0),
        (None, Window(3, 2), "valid", None),
        (UNKNOWN, Window(3, 2), "valid", UNKNOWN),
        (28, Window(UNKNOWN, 1), "same", 28),
    ],
)
def test_strided(size: int, window: Window, padding: str, expected: object) -> None:
    assert strided(size, window, padding) == expected


@pytest.mark.parametrize(
    ("size", "window", "padding", "output_padding", "expected"),
    [
        (7, Window(3, 2), "valid", None, 15),
        (7, Window(2, 3), "valid", None, 21),
        (7, Window(3, 2), "same", None, 14),
        (7, Window(3, 2), "same", 1, 14),
        (7, Window(4, 2), "same", 0, 12),
        (7, Window(3, 2), "valid", 1, 16),
        (7, Window(3, 1, dilation=2), "valid", None, 11),
        (None, Window(3, 2), "valid", None, None),
    ],
)
def test_transposed(
    size: int, window: Window, padding: str, output_padding: int | None, expected: object
) -> None:
    assert transposed(size, window, padding, output_padding) == expected


def test_channels_first_and_last() -> None:
    assert split((None, 3, 8, 9), True) == (3, (8, 9))
    assert split((None, 8, 9, 3), False) == (3, (8, 9))
    assert join(None, 3, (8, 9), True) == (None, 3, 8, 9)
    with pytest.raises(DimNotDefined):
        channels_of("Conv2D", None)


def test_products_and_positive_sizes() -> None:
    assert product(()) == 1
    assert product((2, 3, 4)) == 24
    assert product((2, UNKNOWN)) is UNKNOWN
    check_positive("Conv2D", (1, None, UNKNOWN), (None, 3, None, 3, 1))
    with pytest.raises(SizeNotPositive):
        check_positive("Conv2D", (1, 0), (None, 3, 2, 1))


def bound(cls: str, *args: object, **kwargs: object) -> Bound:
    found = signature(cls)
    assert found is not None
    return bind(layer(cls, *args, **kwargs), found)


def test_numbers_for_each_dim() -> None:
    assert integers(bound("Conv2D", 8, 3), "kernel_size", 2) == (3, 3)
    assert integers(bound("Conv2D", 8, [3, 5]), "kernel_size", 2) == (3, 5)
    assert integers(bound("Conv2D", 8, (3, UNKNOWN)), "kernel_size", 2) == (3, UNKNOWN)
    for wrong in (0, (3,), "3", None, 2.0, (3, 0)):
        with pytest.raises(BadArgument):
            integers(bound("Conv2D", 8, wrong), "kernel_size", 2)


def test_pairs_for_each_dim() -> None:
    assert pairs(bound("Cropping2D", 1), "cropping", 2, negative=False) == ((1, 1), (1, 1))
    assert pairs(bound("Cropping2D", (1, 2)), "cropping", 2, negative=False) == ((1, 1), (2, 2))
    assert pairs(bound("Cropping2D", ((0, 1), (2, 3))), "cropping", 2, negative=False) == (
        (0, 1),
        (2, 3),
    )
    with pytest.raises(BadArgument):
        pairs(bound("Cropping2D", -1), "cropping", 2, negative=False)


def test_other_values() -> None:
    assert channels_first(bound("Flatten", "Channels_First"))
    assert not channels_first(bound("Flatten"))
    with pytest.raises(BadArgument):
        channels_first(bound("Flatten", "NHWC"))
    assert isinstance(value_of(bound("Conv2D", Array(()), 3), "filters"), Unknown)


def test_show() -> None:
    assert show((None, UNKNOWN, 3)) == "(None, ?, 3)"
    assert show([(1,), UNKNOWN]) == "[(1,), ?]"
    assert show({"a": (1, 2)}) == "{'a': (1, 2)}"
