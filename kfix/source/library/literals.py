"""Arrays of what is no array yet: literals, lists, ranges; and the names of dtypes."""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.source.interpreter.bounds import MAX_LENGTH
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, ListV, RangeV, Value
from kfix.source.interpreter.conversion import is_plain, plain, to_shape
from kfix.source.interpreter.partial_values import IntegerV, UpToV
from kfix.source.interpreter.values import ObjectV


def dtype_of(value: Value, default: str | None = "float64") -> str | None:
    """NumPy's name of a dtype argument."""
    if isinstance(value, Const) and isinstance(value.value, str):
        return value.value
    path = getattr(value, "path", None)
    return path.rpartition(".")[2] if isinstance(path, str) else default


def array_of(value: Value, call: Call) -> Array:
    """What `np.array` makes of a value: of an array itself, of nested lists the array of the innermost."""
    if isinstance(value, Array):
        return Array(value.shape, value.dtype, value.distinct, value.one_hot)
    if isinstance(value, ListV | RangeV | Const | ObjectV):
        return Array(_shape_of_literal(value, call), dtype_of_literal(value), _distinct(value))
    return Array(call.unknown("the shape of this data", value))


def _shape_of_literal(value: Value, call: Call) -> Any:
    """The shape of nested lists. Lists of one array have one shape: that of any element that is known will do."""
    if isinstance(value, Array):
        return value.shape
    if isinstance(value, RangeV):
        return (len(value.range),)
    if isinstance(value, ObjectV) and value.kind == "image":
        return _shape_of_image(value, call)
    if not isinstance(value, ListV):
        return (
            ()
            if isinstance(value, Const | IntegerV)
            else call.unknown("the shape of this data", value)
        )
    count = len(value.items) if value.unknown is None else first_dim(value, call)
    if not value.items:
        return (
            (0,) if value.unknown is None else call.unknown("the shape of this data", value.unknown)
        )
    inner: Any = None
    for item in value.items[:64]:
        inner = _shape_of_literal(item, call)
        if isinstance(inner, tuple) and not any(isinstance(dim, Unknown) for dim in inner):
            break
    if isinstance(inner, tuple) and inner and isinstance(inner[0], UpToV) and len(value.items) > 1:
        # Windows of one array are of one length only where none of them reaches its end.
        firsts = [
            item.shape[0]
            for item in value.items
            if isinstance(item, Array) and isinstance(item.shape, tuple)
        ]
        if len(firsts) == len(value.items) and {getattr(dim, "most", None) for dim in firsts} == {
            inner[0].most
        }:
            inner = (inner[0].most, *inner[1:])
    return inner if isinstance(inner, Unknown) else (count, *inner)


def _shape_of_image(image: ObjectV, call: Call) -> Any:
    """An image of Pillow: one channel is no axis."""
    size, channels = to_shape(image.data["size"]), image.data["channels"]
    if isinstance(channels, Unknown) or not isinstance(size, tuple):
        return call.unknown("the channels of the picture", channels)
    return size if channels == 1 else (*size, channels)


def first_dim(value: ListV, call: Call) -> Unknown:
    """The length of a list that is not known."""
    return call.unknown("how many elements it has", value.unknown)


def _leaves(value: Value) -> set[Any]:
    waiting: list[Any] = [plain(value)]
    found: set[Any] = set()
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, list | tuple) or (
            isinstance(thing, range) and not thing[MAX_LENGTH : MAX_LENGTH + 1]
        ):
            waiting.extend(thing)
        elif isinstance(thing, dict | set | frozenset | range):
            return set()
        else:
            found.add(thing)
    return found


def _distinct(value: Value) -> int | None:
    """How many values a literal holds; of whole numbers only where they are the numbers of classes, from 0 on."""
    if not isinstance(value, ListV) or not is_plain(value):
        return None
    found = _leaves(value)
    if not found:
        return None
    if all(type(item) is int for item in found):
        return len(found) if min(found) == 0 and max(found) == len(found) - 1 else None
    return len(found)


def dtype_of_literal(value: Value) -> str | None:
    """NumPy's dtype of nested lists of numbers."""
    if isinstance(value, RangeV):
        return "int64"
    if isinstance(value, ObjectV):
        return "uint8" if value.kind == "image" else None
    if (
        isinstance(value, ListV)
        and value.items
        and all(isinstance(item, Array) for item in value.items)
    ):
        dtypes = {item.dtype for item in value.items}
        return dtypes.pop() if len(dtypes) == 1 else None
    if not isinstance(value, ListV | Const) or not is_plain(value):
        return None
    kinds = {type(item) for item in _leaves(value)}
    for name, group in (("bool", {bool}), ("int64", {int, bool}), ("float64", {int, bool, float})):
        if kinds and kinds <= group:
            return name
    return None
