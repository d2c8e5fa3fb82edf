"""Sizes that remember what they are computed from: input axes, and arguments of a call."""

from __future__ import annotations

from typing import Any, Literal

from kfix.model.graph import Dim

How = Literal["itself", "sum", "product", "other"]
"""How a size is made of its axes: it is one of them, their sum, their product, or another."""

Axes = frozenset[tuple[int, int]]


class Tracked(int):
    """A size with the input axes and the arguments that it comes from."""

    axes: Axes
    arguments: frozenset[str]
    how: How

    def __new__(
        cls,
        value: int,
        axes: Axes = frozenset(),
        arguments: frozenset[str] = frozenset(),
        how: How = "itself",
    ) -> Tracked:
        """Return an integer that remembers."""
        found = super().__new__(cls, value)
        found.axes, found.arguments, found.how = axes, arguments, how
        return found

    def __add__(self, other: object) -> Any:
        return _of(int.__add__, self, other, "sum", 0)

    def __radd__(self, other: object) -> Any:
        return _of(int.__radd__, self, other, "sum", 0)

    def __mul__(self, other: object) -> Any:
        return _of(int.__mul__, self, other, "product", 1)

    def __rmul__(self, other: object) -> Any:
        return _of(int.__rmul__, self, other, "product", 1)

    def __sub__(self, other: object) -> Any:
        return _of(int.__sub__, self, other, "other", 0)

    def __rsub__(self, other: object) -> Any:
        return _of(int.__rsub__, self, other, "other")

    def __floordiv__(self, other: object) -> Any:
        return _of(int.__floordiv__, self, other, "other", 1)

    def __rfloordiv__(self, other: object) -> Any:
        return _of(int.__rfloordiv__, self, other, "other")

    def __mod__(self, other: object) -> Any:
        return _of(int.__mod__, self, other, "other")


def _of(compute: Any, one: Tracked, other: object, how: How, neutral: int | None = None) -> Any:
    """Return a result that remembers both operands; itself, where the other is neutral."""
    result = compute(one, other)
    if result is NotImplemented:
        return result
    if not isinstance(other, Tracked):
        if other == neutral:
            return one
        return Tracked(result, one.axes, one.arguments, "other" if one.axes else "itself")
    axes, arguments = one.axes | other.axes, one.arguments | other.arguments
    alike = one.axes and other.axes and {one.how, other.how} <= {"itself", how}
    return Tracked(result, axes, arguments, how if alike else "other")


def computed(value: int, *sources: object) -> int:
    """Return a size with what the sizes remember that it was computed from."""
    known = [source for source in sources if isinstance(source, Tracked)]
    if not known:
        return value
    axes = frozenset(axis for source in known for axis in source.axes)
    arguments = frozenset(name for source in known for name in source.arguments)
    return Tracked(value, axes, arguments, "other" if axes else "itself")


def either(one: Dim, two: Dim) -> Dim:
    """Return the first of two dims, the other where they are equal and only that remembers."""
    if isinstance(two, Tracked) and not isinstance(one, Tracked) and one == two:
        return two
    return one
