"""Where a value came from: a small expression over the literals of the source.

The 128 of `Dense(2 * UNITS)` is 2 times the literal on the line of `UNITS`.
Changing a literal changes, through these expressions, every value made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from kfix.model.record import Value, replace
from kfix.model.site import Site


class Literal(NamedTuple):
    """The value is written out at `site`: a number, a string, True, False, None, or `-1`."""

    site: Site
    value: object


class Derived(Value):
    """The value is `function(*parts)`; `function` is one of Python's (`operator.mul`, `int`)."""

    function: Callable[..., Any]
    parts: tuple[Origin, ...]

    def __reduce__(self) -> tuple[type[Fixed], tuple[None]]:
        """Leave the function out of a copy for another process, which edits nothing."""
        return Fixed, (None,)


class Fixed(Value):
    """The value is not a literal that an edit could change: a default of Keras, a length."""

    value: object


class Omitted(NamedTuple):
    """The value is the default of a parameter that the call at `call` does not mention.

    An edit adds the argument by its `name`.
    """

    call: Site
    name: str
    value: object


class LeftOut(Fixed):
    """The class of `LEFT_OUT`; a copy of it in another process is the constant there."""

    __slots__ = ()

    def __reduce__(self) -> str:
        return "LEFT_OUT"


class Predicted(Fixed):
    """The value is what a model returns: a repair of the model may change its shape."""


Origin = Literal | Derived | Fixed | Omitted

LEFT_OUT = LeftOut(None)
"""The origin of a parameter's `None` in a function that is never called.

A caller may pass another value.
"""


def make_tuple(*parts: object) -> tuple[object, ...]:
    """Return the value of a `Derived` tuple."""
    return parts


def make_list(*parts: object) -> list[object]:
    """Return the value of a `Derived` list."""
    return list(parts)


def make_slice(*parts: object) -> slice:
    """Return the value of a `Derived` slice, from its start, stop and step."""
    return slice(*parts)


def invented(value: object) -> object:
    """Return the value of data that is made of a shape alone, as `np.zeros((100, 8))` is."""
    return value


def in_shape(array: Any, shape: Any) -> Any:
    """Return the value of a `Derived` array: the array as it is, in the shape that it has now."""
    return replace(array, shape=shape)


def get_shape(array: Any) -> Any:
    """Return the shape of a `Fixed` array, which is taken as it is."""
    return array.shape


def get_item(whole: Any, index: Any) -> Any:
    """Return the value of a `Derived` element.

    `x.shape[0]` is one, made of a `Fixed` tuple and the literal 0.
    """
    return whole[index]


MOST_PARTS = 200
"""The most parts of an expression: a loop that doubles a number would make one without end."""


def derived(value: object, function: Callable[..., Any], *parts: Origin) -> Origin:
    """Return the origin of `value`, which is `function(*parts)`; `Fixed` if that is too long."""
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


def literals(origin: Origin | None) -> Iterator[Literal]:
    """Yield every literal of `origin` from left to right, without the indices of dims of shapes."""
    if isinstance(origin, Literal):
        yield origin
    elif isinstance(origin, Derived) and not is_dim(origin):
        for part in origin.parts:
            yield from literals(part)


def deciding(origin: Origin) -> Iterator[Literal | Omitted]:
    """Yield every literal of `origin`, and the defaults of what calls do not mention.

    Those of invented data are left out: it stands for data whose shape is what it is. So are those
    of rows that are written as lists.
    """
    if isinstance(origin, Literal | Omitted):
        yield origin
    elif isinstance(origin, Derived) and origin.function is not invented and not _has_rows(origin):
        for part in origin.parts:
            yield from deciding(part)


def _has_rows(origin: Derived) -> bool:
    """Return whether it is a list of lists, as data is written and no shape."""
    rows = [part for part in origin.parts if isinstance(part, Derived)]
    return origin.function is make_list and any(part.function is make_list for part in rows)


def values_in(origin: Origin) -> Iterator[object]:
    """Yield every value of `origin` that is fixed: arrays and objects that others were made of."""
    if isinstance(origin, Fixed):
        yield origin.value
    elif isinstance(origin, Derived):
        for part in origin.parts:
            yield from values_in(part)


def with_fixed(origin: Origin, instead: Mapping[int, object]) -> Origin:
    """Return `origin` with other values in the place of fixed ones, by their `id`."""
    match origin:
        case Fixed(value=value) if id(value) in instead:
            return Fixed(instead[id(value)])
        case Derived(function=function, parts=(Fixed(value=value), *_)) if (
            function is in_shape and id(value) in instead
        ):
            return Fixed(instead[id(value)])
        case Derived(function=function, parts=parts):
            return Derived(function, tuple(with_fixed(part, instead) for part in parts))
    return origin


def rests_on_value(origin: Origin) -> bool:
    """Return whether a part of `origin` is a value that no literal decides: a length, a dim."""
    if isinstance(origin, LeftOut):
        return False
    if isinstance(origin, Derived):
        return any(map(rests_on_value, origin.parts))
    return isinstance(origin, Fixed)


def rests_on_model(origin: Origin) -> bool:
    """Return whether a part of `origin` is what a model returns."""
    if isinstance(origin, Derived):
        return any(map(rests_on_model, origin.parts))
    return isinstance(origin, Predicted)


def is_dim(origin: Origin) -> bool:
    """Return whether it is a dim of a known shape, `x.shape[0]`: the parts are shape and index."""
    return (
        isinstance(origin, Derived)
        and origin.function is get_item
        and isinstance(origin.parts[0], Fixed)
    )


def places(origin: Origin | None) -> Iterator[Literal]:
    """Yield every literal that changes the value when it is edited: numbers and indices of dims."""
    if isinstance(origin, Literal):
        yield origin
    elif isinstance(origin, Derived):
        for part in origin.parts:
            yield from places(part)


class CannotEvaluate(ValueError):
    """Python cannot compute the expression with the new values (a TypeError, an IndexError)."""


def evaluate(origin: Origin, changed: Mapping[Any, object]) -> Any:
    """Return the value of `origin` with the literals at the sites of `changed` replaced.

    The key of an omitted argument is its `Omitted`.

    Raises `CannotEvaluate` if a function of the expression refuses the new values.
    """
    if isinstance(origin, Literal):
        return changed.get(origin.site, origin.value)
    if isinstance(origin, Omitted):
        return changed.get(origin, origin.value)
    if isinstance(origin, Derived):
        parts = [evaluate(part, changed) for part in origin.parts]
        try:
            return origin.function(*parts)
        except (ArithmeticError, TypeError, ValueError, LookupError) as error:
            raise CannotEvaluate(str(error)) from error
    return origin.value
