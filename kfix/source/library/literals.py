"""Arrays of what is not an array yet: literals, lists, ranges; and the names of dtypes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import LISTS
from kfix.model.graph import Array, Dim, Shape
from kfix.model.numpy_integer import NumpyInteger
from kfix.model.record import replace
from kfix.model.unknown import Unknown, any_unknown
from kfix.source.interpreter.bounds import size
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, ListV, RangeV
from kfix.source.interpreter.conversion import is_plain, plain, to_shape
from kfix.source.interpreter.partial_values import IntegerV, UpToV
from kfix.source.interpreter.values import ObjectV

MAX_ALIKE = 64
"""Elements of a list that are looked at for their shape, or to see whether all are alike."""


def dtype_of(value: AbstractValue, default: str | None = "float64") -> str | None:
    """Return NumPy's name of a dtype argument: of a string, or of a name as `tf.float32`."""
    match value:
        case Const(value=str() as name):
            return _OF_PYTHON.get(name, name)
    path = getattr(value, "path", None)
    if isinstance(path, str):
        name = path.rpartition(".")[2]
        return _OF_PYTHON.get(name, name)
    return default


_OF_PYTHON = {"float": "float64"}
"""NumPy's names for types of Python that another dtype is called by."""


def array_of(value: AbstractValue, call: Call) -> Array:
    """Return what `np.array` makes of a value; lists of arrays have the shape of any of them."""
    if isinstance(value, Array):
        kept = value.shape, value.dtype, value.distinct, value.one_hot
        made = Array(*kept, numbers=value.numbers, greatest=value.greatest)
        return replace(made, packed=value.packed)
    if isinstance(value, ListV) and _is_ragged(value):
        return Array((len(value.items),), LISTS)
    if isinstance(value, ListV | RangeV | Const | ObjectV):
        shape, dtype = _shape_of_literal(value, call), dtype_of_literal(value)
        numbers, greatest = _integers(value), _greatest(value)
        return Array(shape, dtype, _distinct(value), numbers=numbers, greatest=greatest)
    return Array(_unknown_shape(call, value))


def _is_ragged(value: ListV) -> bool:
    """Return whether it is a list of lists that are known to differ in length."""
    lists = [item for item in (value, *value.items) if isinstance(item, ListV)]
    known = all(one.unknown is None for one in lists)
    return known and len({len(one.items) for one in lists[1:]}) > 1


def _unknown_shape(call: Call, because: AbstractValue) -> Unknown:
    return call.unknown("the shape of this data is not known", because)


def _shape_of_literal(value: AbstractValue, call: Call) -> Shape | Unknown:
    if isinstance(value, Array):
        return value.shape
    if isinstance(value, RangeV):
        return (size(value.range, 2**62),)
    if isinstance(value, ListV):
        return _shape_of_list(value, call)
    if isinstance(value, ObjectV) and value.kind == "image":
        return _shape_of_image(value, call)
    if isinstance(value, Const | IntegerV):
        return ()
    return _unknown_shape(call, value)


def _shape_of_list(value: ListV, call: Call) -> Shape | Unknown:
    """Return the shape of nested lists; any element that is known shows the shape of all."""
    if not value.items:
        if value.unknown is None:
            return (0,)
        return _unknown_shape(call, value.unknown)
    count: Dim = len(value.items)
    if value.unknown is not None:
        count = call.unknown("the length of a list is not known", value.unknown)
    inner: Shape | Unknown = ()
    for item in value.items[:MAX_ALIKE]:
        inner = _shape_of_literal(item, call)
        if isinstance(inner, tuple) and not any_unknown(inner):
            break
    if isinstance(inner, Unknown):
        return inner
    return (count, *_shape_of_windows(value.items, inner))


def _shape_of_windows(items: list[AbstractValue], inner: Shape) -> Shape:
    """Return the shape of an element; windows of one array are cut off only at its end.

    Where all are cut off at the same length, each has that length: they make one array.
    """
    window = next(iter(inner), None)
    if not isinstance(window, UpToV) or len(items) < 2:
        return inner
    lengths = set(map(_most_rows, items))
    if lengths == {window.most}:
        return (window.most, *inner[1:])
    return inner


def _most_rows(window: AbstractValue) -> int | None:
    """Return the length that a window of an array has where nothing cuts it off."""
    match window:
        case Array(shape=(rows, *_)):
            return getattr(rows, "most", None)
    return None


def _shape_of_image(image: ObjectV, call: Call) -> Shape | Unknown:
    """Return the shape of an image of Pillow, which has no axis for a single channel."""
    size, channels = to_shape(image.data["size"]), image.data["channels"]
    if isinstance(channels, Unknown) or not isinstance(size, tuple):
        return call.unknown("the channels of an image are not known", channels)
    if channels == 1:
        return size
    return (*size, channels)


def _leaves(value: AbstractValue) -> Sequence[Any] | None:
    """Return the different scalars in nested lists that are known, `None` of a dictionary."""
    waiting: list[Any] = [plain(value)]
    found: dict[Any, None] = {}
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, dict):
            return None
        if isinstance(thing, list | tuple | range | set):
            waiting.extend(thing)
        else:
            found[type(thing), thing] = None
    return [thing for _, thing in found]


def _scalars(value: AbstractValue) -> Sequence[Any]:
    """Return the different scalars in nested lists, nothing for what is not known as a whole."""
    if not isinstance(value, ListV) or not is_plain(value):
        return ()
    return _leaves(value) or ()


def _distinct(value: AbstractValue) -> int | None:
    """Return how many different values a literal holds.

    Integers count only where they are labels of classes, from 0 on.
    """
    found = set(_scalars(value))
    integers = all(type(item) is int for item in found)
    if not found or (integers and found != set(range(len(found)))):
        return None
    return len(found)


def _greatest(value: AbstractValue) -> int | None:
    """Return the greatest of the integers that a literal holds."""
    found = _scalars(value)
    if all(type(item) is int for item in found):
        return max(found, default=None)
    return None


MOST_NUMBERS = 200
"""Numbers that an array remembers."""


def _integers(value: AbstractValue) -> tuple[int, ...] | None:
    """Return the integers of a list that is a vector of a few, `None` of any other value."""
    if not isinstance(value, ListV) or value.unknown is not None:
        return None
    found: tuple[Any, ...] = tuple(getattr(item, "value", None) for item in value.items)
    if 0 < len(found) <= MOST_NUMBERS and all(type(one) is int for one in found):
        return found
    return None


def greatest_of(value: AbstractValue) -> AbstractValue | None:
    """Return the greatest integer of an array, `None` where it is not known."""
    if not isinstance(value, Array) or value.greatest is None:
        return None
    return Const(NumpyInteger(value.greatest))


def dtype_of_literal(value: AbstractValue) -> str | None:
    """Return NumPy's dtype of nested lists of numbers, or of arrays of one dtype."""
    match value:
        case RangeV():
            return "int64"
        case ObjectV(kind="image"):
            return "uint8"
        case ListV(items=items) if any(isinstance(item, Array) for item in items):
            return _common_dtype(items)
        case ListV() | Const() if is_plain(value):
            kinds = {type(item) for item in _leaves(value) or ()}
            return next((dtype for dtype, group in _DTYPES if kinds and kinds <= group), None)
    return None


def _common_dtype(items: list[AbstractValue]) -> str | None:
    first, *others = {getattr(item, "dtype", None) for item in items}
    if others:
        return None
    return first


_DTYPES = (
    ("bool", {bool}),
    ("int64", {int, bool}),
    ("float64", {int, bool, float}),
)
