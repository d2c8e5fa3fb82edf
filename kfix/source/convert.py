"""Between Python's own objects, shapes and values."""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array, Symbol
from kfix.model.origin import Derived, Fixed, Origin, make_list, make_tuple
from kfix.model.unknown import Unknown
from kfix.source.containers import Const, DictV, ListV, RangeV, Value


def origin_of(value: Value) -> Origin:
    """Where a value came from; containers are made of their elements."""
    if isinstance(value, Const):
        return value.origin
    if isinstance(value, ListV) and value.unknown is None and len(value.items) < 64:
        return Derived(make_list if value.kind == "list" else make_tuple, tuple(origin_of(v) for v in value.items))
    return Fixed(None)


def is_plain(value: Value) -> bool:
    """Is it made of known scalars only?"""
    if isinstance(value, Const):
        return True
    if isinstance(value, ListV):
        return value.unknown is None and all(map(is_plain, value.items))
    if isinstance(value, DictV):
        return value.unknown is None and all(map(is_plain, value.entries.values()))
    return isinstance(value, RangeV)


def plain(value: Value) -> Any:
    """The Python object of a value that `is_plain`."""
    if isinstance(value, Const):
        return value.value
    if isinstance(value, ListV):
        items = [plain(item) for item in value.items]
        return tuple(items) if value.kind == "tuple" else set(items) if value.kind == "set" else items
    if isinstance(value, DictV):
        return {key: plain(item) for key, item in value.entries.items()}
    assert isinstance(value, RangeV)
    return value.range


def from_plain(thing: Any, origin: Origin | None = None) -> Value:
    """A value of a Python object; elements of a container are derived from the whole."""
    if isinstance(thing, list | tuple | set | frozenset):
        kind = "list" if isinstance(thing, list) else "tuple" if isinstance(thing, tuple) else "set"
        if origin is None or kind == "set":
            return ListV([from_plain(item) for item in thing], kind)
        return ListV([from_plain(x, Derived(_getitem, (origin, Fixed(i)))) for i, x in enumerate(thing)], kind)
    if isinstance(thing, dict):
        return DictV({key: from_plain(item) for key, item in thing.items()})
    if isinstance(thing, range):
        return RangeV(thing, (Fixed(thing.start), Fixed(thing.step)))
    if isinstance(thing, int | float | complex | bool | str | bytes) or thing is None or thing is ...:
        return Const(thing, origin)
    if isinstance(thing, Unknown | Array | Symbol):
        return thing
    return Unknown(f"a {type(thing).__name__}")


def _getitem(whole: Any, index: Any) -> Any:
    return whole[index]


def from_shape(shape: Any) -> Value:
    """A shape as the tuple that a program sees; several shapes as a list of tuples."""
    if isinstance(shape, Unknown):
        return shape
    if shape is None:  # in place of an input that was left out
        return Const(None)
    if isinstance(shape, tuple):
        return ListV([dim if isinstance(dim, Unknown) else Const(dim) for dim in shape], "tuple")
    if isinstance(shape, dict):
        return DictV({key: from_shape(item) for key, item in shape.items()})
    return ListV([from_shape(item) for item in shape])


def to_shape(value: Value) -> Any:
    """A tuple or list of dims as a shape; an int is a shape of one dim. `Unknown` where it is none."""
    if isinstance(value, Const) and isinstance(value.value, int):
        return (value.value,)
    if isinstance(value, ListV):
        if value.unknown is not None:
            return value.unknown
        dims: list[Any] = []
        for item in value.items:
            if isinstance(item, Const) and (isinstance(item.value, int) or item.value is None):
                dims.append(item.value)
            else:
                dims.append(item if isinstance(item, Unknown) else Unknown("a dim that is no number"))
        return tuple(dims)
    return value if isinstance(value, Unknown) else Unknown("a shape that is no tuple")
