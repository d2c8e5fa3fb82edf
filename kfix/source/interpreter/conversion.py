"""Between Python's own objects, shapes and values."""

from __future__ import annotations

from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Symbol
from kfix.model.origin import Derived, Fixed, Origin, get_item, make_list, make_tuple
from kfix.model.unknown import Unknown
from kfix.source.interpreter.bounds import MAX_SIZE, size
from kfix.source.interpreter.containers import Const, DictV, ListV, RangeV

_MOST_PARTS = 64
"""Elements of a container, with those within, whose origins are kept."""

MAX_HELD = 300_000
"""Values that a container may hold, those within one another counted as often as they are held."""


def origin_of(value: AbstractValue) -> Origin:
    """Where a value came from; containers are made of their elements."""
    if isinstance(value, Const):
        return value.origin
    if isinstance(value, ListV) and value.unknown is None and not overgrown(value, _MOST_PARTS):
        return Derived(
            make_list if value.kind == "list" else make_tuple,
            tuple(origin_of(v) for v in value.items),
        )
    return Fixed(None)


def overgrown(value: AbstractValue, most: int = MAX_HELD) -> bool:
    """Does a container hold too many values to be walked through? One that holds itself does."""
    waiting = [value]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, ListV):
            items: Any = thing.items
        elif isinstance(thing, DictV):
            items = thing.entries.values()
        else:
            continue
        most -= len(items)
        if most < 0:
            return True
        waiting.extend(item for item in items if isinstance(item, ListV | DictV))
    return False


def is_plain(value: AbstractValue) -> bool:
    """Is it made of known scalars only, and of no more of them than can be walked through?"""
    if isinstance(value, Const):
        return True
    waiting, room = [value], MAX_SIZE
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, Const):
            continue
        if isinstance(thing, ListV) and thing.unknown is None:
            room -= len(thing.items)
            waiting.extend(thing.items)
        elif isinstance(thing, DictV) and thing.unknown is None:
            room -= len(thing.entries)
            waiting.extend(thing.entries.values())
        elif isinstance(thing, RangeV):
            room -= size(thing.range, room)
        else:
            return False
        if room < 0:
            return False
    return True


def plain(value: AbstractValue) -> Any:
    """The Python object of a value that `is_plain`."""
    if isinstance(value, Const):
        return value.value
    if isinstance(value, ListV):
        items = [plain(item) for item in value.items]
        return (
            tuple(items) if value.kind == "tuple" else set(items) if value.kind == "set" else items
        )
    if isinstance(value, DictV):
        return {key: plain(item) for key, item in value.entries.items()}
    assert isinstance(value, RangeV)
    return value.range


def from_plain(thing: Any, origin: Origin | None = None) -> AbstractValue:
    """A value of a Python object; elements of a container are derived from the whole."""
    if isinstance(thing, list | tuple | set | frozenset):
        kind = "list" if isinstance(thing, list) else "tuple" if isinstance(thing, tuple) else "set"
        if kind == "set":  # in an order that is the same in every run
            thing = sorted(thing, key=lambda item: (type(item).__name__, repr(item)))
        if origin is None or kind == "set":
            return ListV([from_plain(item) for item in thing], kind)
        return ListV(
            [from_plain(x, Derived(get_item, (origin, Fixed(i)))) for i, x in enumerate(thing)],
            kind,
        )
    if isinstance(thing, dict):
        return DictV({key: from_plain(item) for key, item in thing.items()})
    if isinstance(thing, range):
        return RangeV(thing, (Fixed(thing.start), Fixed(thing.step)))
    if (
        isinstance(thing, int | float | complex | bool | str | bytes)
        or thing is None
        or thing is ...
    ):
        return Const(thing, origin)
    if isinstance(thing, Unknown | Array | Symbol):
        return thing
    return Unknown(f"a {type(thing).__name__}")


def from_shape(shape: Any) -> AbstractValue:
    """A shape as the tuple that a program sees; several shapes as a list of tuples."""
    if isinstance(shape, Unknown):
        return shape
    if shape is None:  # in place of an input that was left out
        return Const(None)
    if isinstance(shape, tuple):
        whole = Fixed(shape)
        dims: list[AbstractValue] = [
            dim if isinstance(dim, Unknown) else Const(dim, Derived(get_item, (whole, Fixed(i))))
            for i, dim in enumerate(shape)
        ]
        return ListV(dims, "tuple")
    if isinstance(shape, dict):
        return DictV({key: from_shape(item) for key, item in shape.items()})
    return ListV([from_shape(item) for item in shape])


def to_shape(value: AbstractValue) -> Any:
    """A tuple or list of dims as a shape; an int is a shape of one dim. `Unknown` where it is none."""
    if isinstance(value, Const) and isinstance(value.value, int):
        return (value.value,)
    if isinstance(value, ListV):
        if value.unknown is not None:
            return value.unknown
        known: list[Any] = []
        for item in value.items:
            if isinstance(item, Const) and (isinstance(item.value, int) or item.value is None):
                known.append(item.value)
            else:
                known.append(
                    item if isinstance(item, Unknown) else Unknown("a dim that is no number")
                )
        return tuple(known)
    return value if isinstance(value, Unknown) else Unknown("a shape that is no tuple")
