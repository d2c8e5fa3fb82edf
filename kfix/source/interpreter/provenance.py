"""Where the arrays come from that calls of libraries return: the call itself, with its arguments.

The origin of an array is the call, made once more with other literals: what `np.reshape(x, (n,
28))` returns then is asked of the same function, be it a row of a table or a rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from math import prod
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array
from kfix.model.origin import Derived, Fixed, Origin, derived, in_shape, invented, make_slice
from kfix.model.record import replace
from kfix.model.unknown import Unknown, all_integers
from kfix.source.interpreter.bound_values import MethodV
from kfix.source.interpreter.containers import NONE, Const, ListV
from kfix.source.interpreter.conversion import MAX_PARTS, from_plain, maker_of, overgrown
from kfix.source.interpreter.dispatch import ByClass
from kfix.source.interpreter.values import FunctionV, ObjectV, SliceV

Again = Callable[..., AbstractValue]
"""Makes a call again with other arguments."""

Path = tuple[int | str, ...]
"""The way to an array within what a call returns: indices of lists, keys of objects."""


def traced(
    result: AbstractValue,
    again: Again,
    values: Sequence[AbstractValue],
    *more: Origin,
    lays_out: bool = False,
) -> AbstractValue:
    """Return the result of a call, each array in it with the call as its origin.

    `again` is called with the `values`, and with `more` that the call does not mention. A function
    of the program among the values is not run again: nothing is known then. What only `lays_out` an
    array keeps the number of its elements.
    """
    paths = list(_paths(result))
    is_image = isinstance(result, ObjectV) and result.kind == "image"
    if not paths and not is_image:
        return result
    if any(result is value or isinstance(value, FunctionV | MethodV) for value in values):
        return result
    maker = _made_again
    if lays_out and isinstance(result, Array):
        maker = partial(_laid_out_again, result.shape)
    whole = derived(None, partial(maker, again), *map(origin_of_data, values), *more)
    if isinstance(result, Array) and all(map(_is_plain, values)):
        whole = Derived(invented, (whole,))
    if isinstance(whole, Fixed):
        return result
    if isinstance(result, ObjectV):
        result.origin = whole
    made: AbstractValue = _with_origins(result, whole, ())
    return made


def _is_plain(value: AbstractValue) -> bool:
    """Return whether a value is a number or a shape; a string may name a file."""
    parts = [value]
    if isinstance(value, ListV):
        parts = value.items
    return all(isinstance(part, Const) and not isinstance(part.value, str) for part in parts)


def _made_again(again: Again, *values: Any) -> AbstractValue:
    """Return the result of a call with values as `evaluate` gives them."""
    made: AbstractValue = again(*map(as_value, values))
    return made


def _laid_out_again(before: object, again: Again, *values: Any) -> AbstractValue:
    """Return an array in another shape.

    It has as many elements as it had `before`: where these are not known, nothing proves another
    number.
    """
    made = _made_again(again, *values)
    total = _elements(getattr(made, "shape", None))
    is_known = any(isinstance(one, Array) and _elements(one.shape) is not None for one in values)
    if total in (None, _elements(before)) or is_known:
        return made
    return Unknown("the number of elements is not known")


def _elements(shape: object) -> int | None:
    """Return the number of elements of a shape, `None` where it is not known."""
    match shape:
        case tuple() if all_integers(shape):
            return prod(shape)
    return None


def as_value(value: Any) -> AbstractValue:
    """Return the result of `evaluate` as an abstract value."""
    if isinstance(value, slice):
        return SliceV([*map(as_value, (value.start, value.stop, value.step))])
    if isinstance(value, list | tuple):
        return ListV([*map(as_value, value)], type(value).__name__)
    if isinstance(value, AbstractValue):
        return value
    return from_plain(value)


DEEPEST = 4
"""Lists and objects within one another in which arrays are looked for."""


# --- what a call is given -----------------------------------------------------------------


def origin_of_data(value: AbstractValue) -> Origin:
    """Return where an argument came from; what no literal decides is fixed as it is."""
    return _ORIGINS.of(value)(value)


_ORIGINS: ByClass[Callable[[Any], Origin]] = ByClass(Fixed)


@_ORIGINS.register(Const)
def _of_scalar(value: Const) -> Origin:
    return value.origin


@_ORIGINS.register(ListV)
def _of_list(value: ListV) -> Origin:
    if overgrown(value, MAX_PARTS):
        return Fixed(value)
    parts = tuple(map(origin_of_data, value.items))
    if value.unknown is None:
        return Derived(maker_of(value), parts)
    return Derived(partial(_in_list, value), parts)


def _in_list(value: ListV, *items: Any) -> ListV:
    """Return a list of which more elements than these are not known, with others."""
    made = ListV([*map(as_value, items)], value.kind, value.sites, value.unknown)
    made.gap = value.gap
    return made


@_ORIGINS.register(SliceV)
def _of_slice(value: SliceV) -> Origin:
    return Derived(
        make_slice, tuple(origin_of_data(NONE if part is None else part) for part in value.parts)
    )


@_ORIGINS.register(Array)
def _of_array(value: Array) -> Origin:
    if value.origin is None:
        return Fixed(value)
    return Derived(in_shape, (Fixed(value), value.origin))


@_ORIGINS.register(ObjectV)
def _of_object(value: ObjectV) -> Origin:
    return value.origin or Fixed(value)


# --- what a call returns ------------------------------------------------------------------


def _paths(value: object, path: Path = ()) -> Iterator[Path]:
    """Yield the ways to the arrays in a result that have no origin yet."""
    if isinstance(value, Array):
        if value.origin is None:
            yield path
        return
    if len(path) < DEEPEST:
        for key, item in _items(value):
            yield from _paths(item, (*path, key))


def _items(value: object) -> Iterator[tuple[int | str, object]]:
    """Yield what a list or an object holds, each with its index or key."""
    if isinstance(value, ListV) and len(value.items) <= MAX_PARTS:
        yield from enumerate(value.items)
    elif isinstance(value, ObjectV):
        yield from value.data.items()


def _with_origins(value: Any, whole: Origin, path: Path) -> Any:
    """Return a value, arrays exchanged for those with an origin."""
    if isinstance(value, Array):
        if value.origin is not None:
            return value
        return replace(value, origin=Derived(partial(_shape_at, path), (whole,)))
    if len(path) >= DEEPEST:
        return value
    for key, item in [*_items(value)]:
        made = _with_origins(item, whole, (*path, key))
        if made is not item:
            _holder(value)[key] = made
    return value


def _holder(value: ListV | ObjectV) -> Any:
    if isinstance(value, ListV):
        return value.items
    return value.data


def _shape_at(path: Path, value: Any) -> object:
    """Return the shape of the array at the end of a path; raises `LookupError` where none is."""
    for key in path:
        if not isinstance(value, ListV | ObjectV):
            break
        value = _holder(value)[key]
    if not isinstance(value, Array):
        raise LookupError(path)
    return value.shape
