"""Where a value came from: a small expression over the literals of the source.

The 128 of `Dense(2 * UNITS)` is 2 times the literal on the line of `UNITS`.
Changing a literal changes, through these expressions, every value made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from kfix.model.site import Site


class Literal(NamedTuple):
    """The value is written out at `site`: a number, a string, True, False, None, or `-1`."""

    site: Site
    value: object


class Derived(NamedTuple):
    """The value is `function(*parts)`, where `function` is one of Python's own (`operator.mul`, `int`, …)."""

    function: Callable[..., Any]
    parts: tuple[Origin, ...]


class Fixed(NamedTuple):
    """The value is no literal of the source that an edit could change (a default of Keras, a length, …)."""

    value: object


Origin = Literal | Derived | Fixed

LEFT_OUT = Fixed(None)
"""The origin of the `None` that a parameter has in a function that nothing calls: a caller may give another value."""


def make_tuple(*parts: object) -> tuple[object, ...]:
    """The function of a `Derived` tuple."""
    return parts


def make_list(*parts: object) -> list[object]:
    """The function of a `Derived` list."""
    return list(parts)


def get_item(whole: Any, index: Any) -> Any:
    """The function of a `Derived` element: `x.shape[0]` is one of a `Fixed` tuple and of the literal 0."""
    return whole[index]


MOST_PARTS = 200
"""Parts of an expression that is kept: a loop that doubles a number makes one that is longer than any program."""


def derived(value: object, function: Callable[..., Any], *parts: Origin) -> Origin:
    """Of `value`, which is `function(*parts)`: `Fixed` where the expression has become too long to be of use."""
    made = Derived(function, parts)
    waiting: list[Origin] = [*parts]
    count = 0
    while waiting:
        part = waiting.pop()
        count += 1
        if count > MOST_PARTS:
            return Fixed(value)
        if isinstance(part, Derived):
            waiting.extend(part.parts)
    return made


def literals(origin: Origin) -> Iterator[Literal]:
    """Every literal that `origin` is made of, from left to right; the index of a dim of a shape is none of them."""
    if isinstance(origin, Literal):
        yield origin
    elif isinstance(origin, Derived) and not is_dim(origin):
        for part in origin.parts:
            yield from literals(part)


def is_dim(origin: Origin) -> bool:
    """Is it a dim of a shape that is known, `x.shape[0]`? Its parts are the shape and the index."""
    return (
        isinstance(origin, Derived)
        and origin.function is get_item
        and isinstance(origin.parts[0], Fixed)
    )


def places(origin: Origin) -> Iterator[Literal]:
    """Every literal that an edit could change to change the value: the numbers, and the indices of dims."""
    if isinstance(origin, Literal):
        yield origin
    elif isinstance(origin, Derived):
        for part in origin.parts:
            yield from places(part)


class CannotEvaluate(ValueError):
    """The new values do not fit the expression: Python raises a ZeroDivisionError, a TypeError, an IndexError, …."""


def evaluate(origin: Origin, changed: Mapping[Site, object]) -> Any:
    """Return the value of `origin` when the literals at the sites of `changed` read otherwise.

    Raises `CannotEvaluate` where a function of the expression does not take the new values.
    """
    if isinstance(origin, Literal):
        return changed.get(origin.site, origin.value)
    if isinstance(origin, Derived):
        parts = [evaluate(part, changed) for part in origin.parts]
        try:
            return origin.function(*parts)
        except (ArithmeticError, TypeError, ValueError, LookupError) as error:
            raise CannotEvaluate(str(error)) from error
    return origin.value
