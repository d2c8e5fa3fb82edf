"""Questions about values that have no need of the interpreter: what it holds, which key or index it
is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Symbol
from kfix.model.numpy_integer import NumpyInteger
from kfix.model.record import replace
from kfix.model.unknown import Unknown
from kfix.source.interpreter.bounds import MAX_SIZE, size
from kfix.source.interpreter.containers import Const, Container, ListV, RangeV
from kfix.source.interpreter.conversion import is_plain, plain
from kfix.source.interpreter.dispatch import ByClass
from kfix.source.interpreter.partial_values import FrameV, IntegerV
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.values import Choice, SliceV


def elements(value: AbstractValue | None) -> list[AbstractValue] | None:
    """Return what iterating over an argument gives, `None` where that is not known or nothing is
    given.
    """
    if value is None:
        return None
    if isinstance(value, Array) and value.numbers is not None and value.shape != ():
        return [number_of(number) for number in value.numbers]
    return value.elements()


def number_of(value: float) -> Const:
    """Return a number of an array of NumPy."""
    return Const(NumpyInteger(value) if isinstance(value, int) else value)


def elements_of_each(
    values: Sequence[AbstractValue],
) -> list[list[AbstractValue] | None]:
    """Return for each value what iterating over it gives, `None` where that is not known.

    All together they are bounded: of values that have more elements than `MAX_SIZE`, none is known.
    """
    several: list[list[AbstractValue] | None] = []
    room = MAX_SIZE
    for value in values:
        items = elements(value)
        room -= len(items or ())
        if room < 0:
            return [None] * len(values)
        several.append(items)
    return several


def truth(value: AbstractValue) -> bool | None:
    """Return the result of `bool(value)`, `None` where that is not known."""
    return value.truth()


def key_of(value: AbstractValue) -> Any:
    """Return a value as a key of a dictionary, `MISSING` where it is none or not known.

    Objects of the program are their own keys.
    """
    if not is_plain(value):
        if isinstance(value, Unknown | Choice | Container):
            return MISSING
        return value
    key = plain(value)
    try:
        hash(key)
    except TypeError:
        return MISSING
    return key


def identical(left: AbstractValue, right: AbstractValue) -> bool | None:
    """Return the result of `left is right`, `None` where that is not known."""
    if isinstance(left, Const) and isinstance(right, Const):
        return type(left.value) is type(right.value) and left.value == right.value
    if isinstance(left, Unknown | Choice) or isinstance(right, Unknown | Choice):
        return None
    if isinstance(left, Symbol) and isinstance(right, Symbol):
        return left == right
    return left is right


# --- indices ------------------------------------------------------------------------------


def plain_index(index: AbstractValue) -> Any:
    """Return an index as Python's own (`slice` and all), arrays in it as they are.

    `MISSING` where it is not known.
    """
    if isinstance(index, SliceV):
        return _of_known(lambda ends: slice(*ends), map(_plain_end, index.parts))
    if isinstance(index, ListV) and index.is_known_tuple:
        return _of_known(tuple, map(plain_index, index.items))
    if is_plain(index):
        return plain(index)
    if isinstance(index, Array):
        return index
    return MISSING


def _of_known(make: Callable[[list[Any]], Any], parts: Iterable[Any]) -> Any:
    """Return what is made of the parts, `MISSING` where one of them is."""
    known = list(parts)
    if any(part is MISSING for part in known):
        return MISSING
    return make(known)


def _plain_end(part: AbstractValue | None) -> Any:
    if isinstance(part, Const):
        return part.value
    if part is None or isinstance(part, Array):
        return part
    return MISSING


class Window:
    """A slice of which the length alone is known."""

    __slots__ = ("length",)

    def __init__(self, length: int) -> None:
        self.length = length


def array_index(index: AbstractValue) -> Any:
    """Return an index of an array or tensor, what is not known of it an `Unknown` at its place.

    The places of a mask and of an index whose dtype is not known cannot be
    counted; an integer that is not known is as good as any, and a slice
    between two such is as long as they are apart.
    """
    return _ARRAY_INDEX.of(index)(index)


def _other_index(index: AbstractValue) -> object:
    if not is_plain(index):
        return Unknown("the index is not known")
    key = plain(index)
    if _has_text(key):
        return Unknown("an index by name")
    return key


_ARRAY_INDEX: ByClass[Callable[[Any], object]] = ByClass(_other_index)


@_ARRAY_INDEX.register(Unknown)
def _unknown_index(index: Unknown) -> Unknown:
    return index


@_ARRAY_INDEX.register(IntegerV)
def _integer_index(index: IntegerV) -> int:
    return 0


@_ARRAY_INDEX.register(RangeV)
def _range_index(index: RangeV) -> Array:
    return Array((size(index.range, 2**62),), "int64")


@_ARRAY_INDEX.register(ListV)
def _list_index(index: ListV) -> object:
    if index.unknown is not None:
        return Array((index.unknown,), "int64")
    if index.kind == "tuple":
        return tuple(array_index(item) for item in index.items)
    return _other_index(index)


@_ARRAY_INDEX.register(Array)
def _index_by_array(index: Array) -> object:
    if index.dtype is not None or not isinstance(index.shape, tuple):
        return index
    if len(index.shape) == 1:  # either places, or a mask, of which nobody knows how many it keeps
        return Array((Unknown("how many elements the index keeps"),), "int64")
    return Unknown("whether the index is a mask")


@_ARRAY_INDEX.register(SliceV)
def _slice_index(index: SliceV) -> slice | Window:
    lower, upper, step = index.parts
    if step is None and isinstance(lower, IntegerV) and isinstance(upper, IntegerV):
        length = upper.minus(lower)
        if length is not None:
            return Window(max(0, length))
    return slice(*map(_array_end, index.parts))


def _array_end(part: AbstractValue | None) -> object:
    end = plain(part) if part is not None and is_plain(part) else part
    if end is None or isinstance(end, int | Unknown):
        return end
    return Unknown("where it is cut")


def _has_text(index: object) -> bool:
    if isinstance(index, list | tuple):
        return any(map(_has_text, index))
    return isinstance(index, str)


# --- several values as one ----------------------------------------------------------------


def one_array(several: Sequence[AbstractValue]) -> Array | None:
    """Return the array that stands for several of one shape.

    `None` where there are others, or the shapes differ.
    """
    arrays = [value for value in several if isinstance(value, Array)]
    if not arrays or len(arrays) < len(several):
        return None
    head = arrays[0]
    if any(array.shape != head.shape for array in arrays):
        return None
    if all(array == head for array in arrays):
        return head
    dtype = _common([array.dtype for array in arrays])
    distinct = _common([array.distinct for array in arrays])
    one_hot = all(array.one_hot for array in arrays)
    frames = [array for array in arrays if isinstance(array, FrameV)]
    if len(frames) < len(arrays):
        return Array(head.shape, dtype, distinct, one_hot)
    columns = _common([frame.columns for frame in frames])
    return FrameV(head.shape, dtype, distinct, one_hot, columns=columns)


def _common(facts: list[Any]) -> Any:
    """Return what all of them are, `None` where they differ."""
    if len(set(facts)) == 1:
        return facts[0]
    return None


def any_of(several: Sequence[AbstractValue], why: Unknown) -> AbstractValue:
    """Return what several values have in common, or an `Unknown` for the reason `why`."""
    head = several[0]
    if isinstance(head, Array):
        array = one_array(several)
        if array is None:
            return why
        return array
    scalars = [value for value in several if isinstance(value, Const)]
    if len(scalars) == len(several):
        return _any_scalar(scalars, why)
    rows = [value for value in several if isinstance(value, ListV) and value.unknown is None]
    if len(rows) < len(several) or len({(row.kind, len(row.items)) for row in rows}) != 1:
        return why
    columns = zip(*(row.items for row in rows), strict=True)
    return ListV([any_of(column, why) for column in columns], rows[0].kind)


def _any_scalar(scalars: list[Const], why: Unknown) -> AbstractValue:
    values = [scalar.value for scalar in scalars]
    if all(type(value) is type(values[0]) and value == values[0] for value in values):
        return scalars[0]
    if all(type(value) is int for value in values):
        return IntegerV(why)
    return why


def first_known(dims: list[Any], whole: Any) -> Any:
    """Return `whole(dims)` where all are integers, else the first that is none."""
    others = [dim for dim in dims if not isinstance(dim, int)]
    if others:
        return others[0]
    return whole(dims)


def with_elements(array: Array, place: object, value: AbstractValue) -> Array:
    """Return an array after some of its elements were set.

    It keeps its greatest number where more than half of its elements stay and none that is set is
    greater.
    """
    changed = replace(array, numbers=None, greatest=None)
    match array, place:
        case (
            Array(numbers=None, greatest=int() as most, shape=(int() as count, *_)),
            slice(start=int() | None, stop=int() | None, step=int() | None) as part,
        ) if part.step != 0 and 2 * len(range(count)[part]) < count:
            given: list[Any] = [getattr(one, "value", None) for one in elements(value) or [value]]
            if {*map(type, given)} == {int} and max(given) <= most:
                return replace(changed, greatest=most)
    return changed
