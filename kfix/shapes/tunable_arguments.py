"""The arguments that a repair may change, and the values worth trying."""

from __future__ import annotations

from collections.abc import Iterable

from kfix.model.graph import Shape
from kfix.shapes.binding import Bound
from kfix.shapes.registry import Knob
from kfix.shapes.values import as_sequence


def nothing(layer: Bound, x: Shape) -> Iterable[object]:
    """Return no values: only the expected output decides the value."""
    return ()


def choice(name: str, *values: object) -> Knob:
    """Return a knob that has one of a few values."""

    def give(layer: Bound, x: Shape) -> Iterable[object]:
        return values

    return Knob(name, give)


def free(name: str) -> Knob:
    """Return a knob with a positive integer or a shape, which the expected output decides."""
    return Knob(name, nothing, True)


def sized(name: str, *values: int) -> Knob:
    """Return a knob of one size for all dims: one integer, or as many as are written.

    Where those that are written differ, each dim may have a size of its own.
    """

    def give(layer: Bound, x: Shape) -> Iterable[object]:
        present = layer.dim(name)
        if name not in layer or not isinstance(present, tuple | list):
            return values
        alike = [(value,) * len(present) for value in values]
        if all(one == present[0] for one in present):
            return alike
        places = range(len(present))
        return alike + [(*present[:i], new, *present[i + 1 :]) for i in places for new in values]

    return Knob(name, give)


UNITS = free("units")
FILTERS = free("filters")
KERNEL_SIZE = sized("kernel_size", 3, 2, 5, 4, 7, 1)
STRIDES = sized("strides", 1, 2, 3, 4)
PADDING = choice("padding", "same", "valid")
POOL_SIZE = sized("pool_size", 2, 3, 4, 5)
SIZE = sized("size", 2, 3, 4, 1, 8)


def output_paddings(layer: Bound, x: Shape) -> Iterable[object]:
    """Return `None`, and the output paddings that the strides allow, at most 3."""
    strides = layer.dim("strides")
    least = min((number for number in as_sequence(strides) if isinstance(number, int)), default=1)
    return (None, *range(min(least, 4)))


OUTPUT_PADDING = Knob("output_padding", output_paddings)
