"""Between Python's own objects, shapes and values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Dim, Shape, Symbol
from kfix.model.origin import Derived, Fixed, Origin, get_item, make_list, make_tuple
from kfix.model.unknown import Unknown
from kfix.source.interpreter.bounds import MAX_SIZE, size
from kfix.source.interpreter.containers import Const, Container, DictV, ListV, RangeV
from kfix.source.interpreter.dispatch import ByClass

MAX_PARTS = 64
"""Elements of a container, with those within, whose origins are kept."""

MAX_HELD = 300_000
"""Values that a container may hold, those within one another counted as often as they are held."""


def origin_of(value: AbstractValue) -> Origin:
    """Return where a value came from; containers are made of their elements."""
    if isinstance(value, Const):
        return value.origin
    if isinstance(value, ListV) and value.unknown is None and not overgrown(value, MAX_PARTS):
        return Derived(maker_of(value), tuple(map(origin_of, value.items)))
    return Fixed(None)


def maker_of(value: ListV) -> Callable[..., Any]:
    """Return the function of a `Derived` that is a list or tuple."""
    if value.kind == "list":
        return make_list
    return make_tuple


def overgrown(value: AbstractValue, most: int = MAX_HELD) -> bool:
    """Return whether a container holds too many values to be walked through.

    One that holds itself does.
    """
    if not isinstance(value, Container):
        return False
    waiting = [value]
    while waiting:
        held = waiting.pop().held()
        most -= len(held)
        if most < 0:
            return True
        waiting.extend(item for item in held if isinstance(item, Container))
    return False


# --- values and Python's objects ----------------------------------------------------------


def is_plain(value: AbstractValue | None) -> bool:
    """Return whether a value is made of known scalars only, and of no more than can be walked
    through.
    """
    if isinstance(value, Const):
        return True
    waiting, room = [value], MAX_SIZE
    while waiting and room >= 0:
        thing = waiting.pop()
        if isinstance(thing, Container) and thing.unknown is None:
            held = thing.held()
            room -= len(held)
            waiting.extend(held)
        elif isinstance(thing, RangeV):
            room -= size(thing.range, room)
        elif not isinstance(thing, Const):
            return False
    return room >= 0


def plain(value: AbstractValue) -> Any:
    """Return the Python object of a value that `is_plain`."""
    return _PLAIN.of(value)(value)


def _not_plain(value: AbstractValue) -> object:
    raise TypeError(f"{type(value).__name__} is not a value of Python itself")


_PLAIN: ByClass[Callable[[Any], object]] = ByClass(_not_plain)


@_PLAIN.register(Const)
def _plain_scalar(value: Const) -> object:
    return value.value


_CONTAINERS: dict[str, Callable[[list[Any]], object]] = {"tuple": tuple, "set": set}


@_PLAIN.register(ListV)
def _plain_list(value: ListV) -> object:
    return _CONTAINERS.get(value.kind, list)([plain(item) for item in value.items])


@_PLAIN.register(DictV)
def _plain_dict(value: DictV) -> object:
    return {key: plain(item) for key, item in value.entries.items()}


@_PLAIN.register(RangeV)
def _plain_range(value: RangeV) -> range:
    return value.range


def from_plain(thing: Any, origin: Origin | None = None) -> AbstractValue:
    """Return the value of a Python object.

    Elements of a list or tuple are derived from the whole.
    """
    return _FROM_PLAIN.of(thing)(thing, origin)


def _not_foreseen(thing: object, origin: Origin | None) -> AbstractValue:
    return Unknown(f"a {type(thing).__name__}")


_FROM_PLAIN: ByClass[Callable[[Any, Origin | None], AbstractValue]] = ByClass(_not_foreseen)


@_FROM_PLAIN.register(int, float, complex, str, bytes, type(None), type(...))
def _from_scalar(thing: object, origin: Origin | None) -> AbstractValue:
    return Const(thing, origin)


@_FROM_PLAIN.register(Unknown, Array, Symbol)
def _from_value(thing: AbstractValue, origin: Origin | None) -> AbstractValue:
    return thing


@_FROM_PLAIN.register(list, tuple)
def _from_sequence(thing: list[Any] | tuple[Any, ...], origin: Origin | None) -> AbstractValue:
    """Return a list or tuple, each element derived from the whole where that has an origin."""
    kind = "tuple"
    if isinstance(thing, list):
        kind = "list"
    if origin is None:
        return ListV([from_plain(item) for item in thing], kind)
    items = [
        from_plain(item, Derived(get_item, (origin, Fixed(i)))) for i, item in enumerate(thing)
    ]
    return ListV(items, kind)


@_FROM_PLAIN.register(set, frozenset)
def _from_set(thing: set[Any], origin: Origin | None) -> AbstractValue:
    # in an order that is the same in every run
    items = sorted(thing, key=lambda item: (type(item).__name__, repr(item)))
    return ListV([from_plain(item) for item in items], "set")


@_FROM_PLAIN.register(dict)
def _from_dict(thing: dict[Any, Any], origin: Origin | None) -> AbstractValue:
    return DictV({key: from_plain(item) for key, item in thing.items()})


@_FROM_PLAIN.register(range)
def _from_range(thing: range, origin: Origin | None) -> AbstractValue:
    return RangeV(thing, (Fixed(thing.start), Fixed(thing.step)))


# --- values and shapes --------------------------------------------------------------------


def from_shape(shape: Any) -> AbstractValue:
    """Return a shape as the tuple that a program sees.

    Several shapes as a list or dictionary of tuples.
    """
    if isinstance(shape, Unknown):
        return shape
    if shape is None:  # in place of an input that was left out
        return Const(None)
    if isinstance(shape, dict):
        return DictV({key: from_shape(item) for key, item in shape.items()})
    if isinstance(shape, list):
        return ListV([from_shape(item) for item in shape])
    if not isinstance(shape, tuple):  # a number in a list that a layer is given
        return Unknown("the shape of something that is not a tensor")
    whole = Fixed(shape)
    return ListV([_from_dim(dim, whole, axis) for axis, dim in enumerate(shape)], "tuple")


def _from_dim(dim: Dim, whole: Fixed, axis: int) -> AbstractValue:
    if isinstance(dim, Unknown):
        return dim
    return Const(dim, Derived(get_item, (whole, Fixed(axis))))


def to_shape(value: AbstractValue | None) -> Shape | Unknown:
    """Return a tuple or list of dims as a shape, an int as one of one dim.

    `Unknown` where it is not a shape.
    """
    if isinstance(value, Const) and isinstance(value.value, int):
        return (value.value,)
    if isinstance(value, ListV):
        if value.unknown is None:
            return tuple(map(_to_dim, value.items))
        return value.unknown
    if isinstance(value, Unknown):
        return value
    return Unknown("a shape that is not a tuple")


def _to_dim(item: AbstractValue) -> Dim:
    if isinstance(item, Const) and (isinstance(item.value, int) or item.value is None):
        return item.value
    if isinstance(item, Unknown):
        return item
    return Unknown("a dim that is not an integer")
