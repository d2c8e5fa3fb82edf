"""Questions about values that have no need of the interpreter: is it true, what does it hold, which key is it."""

from __future__ import annotations

from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Symbol
from kfix.model.unknown import Unknown
from kfix.source.interpreter.bounds import MAX_LENGTH, MAX_SIZE
from kfix.source.interpreter.containers import Const, DictV, ListV, RangeV
from kfix.source.interpreter.conversion import from_plain, is_plain, plain
from kfix.source.interpreter.partial_values import FrameV, WholeV
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.values import Choice, TensorV


def key_of(value: AbstractValue) -> Any:
    """A value as a key of a dictionary, or `MISSING`: objects of the program are their own keys."""
    if is_plain(value):
        try:
            key = plain(value)
            hash(key)
        except TypeError:
            return MISSING
        return key
    return MISSING if isinstance(value, Unknown | Choice | ListV | DictV) else value


def elements(value: AbstractValue) -> list[AbstractValue] | None:
    """What iterating over a value gives, or `None` if that is not known."""
    if isinstance(value, ListV):
        return None if value.unknown is not None else list(value.items)
    if isinstance(value, DictV):
        return None if value.unknown is not None else [from_plain_key(key) for key in value.entries]
    if isinstance(value, RangeV):
        return (
            [value.item(index) for index in range(len(value.range))]
            if len(value.range) <= MAX_LENGTH
            else None
        )
    if isinstance(value, Const) and isinstance(value.value, str):
        return [Const(letter) for letter in value.value] if len(value.value) <= MAX_SIZE else None
    return None


def from_plain_key(key: Any) -> AbstractValue:
    """The value of a dictionary's key."""
    return (
        from_plain(key)
        if isinstance(key, int | float | str | bytes | tuple | bool) or key is None
        else key
    )


def truth(value: AbstractValue) -> bool | None:
    """Is a value true? `None` if that is not known."""
    if isinstance(value, Const):
        return bool(value.value)
    if isinstance(value, ListV):
        return True if value.items else None if value.unknown is not None else False
    if isinstance(value, DictV):
        return True if value.entries else None if value.unknown is not None else False
    if isinstance(value, RangeV):
        return bool(value.range)
    if isinstance(value, Choice):
        found = {truth(option) for _, option in value.options}
        return found.pop() if len(found) == 1 else None
    if isinstance(value, Unknown | Array | TensorV) or (isinstance(value, Symbol) and value.called):
        return None
    return True


def identical(left: AbstractValue, right: AbstractValue) -> bool | None:
    """`left is right`, as far as it can be told."""
    if isinstance(left, Const) and isinstance(right, Const):
        return type(left.value) is type(right.value) and left.value == right.value
    if isinstance(left, Unknown | Choice) or isinstance(right, Unknown | Choice):
        return None
    if isinstance(left, Const) or isinstance(right, Const):
        return False
    if isinstance(left, Symbol) and isinstance(right, Symbol):
        return left == right
    return left is right


class SliceV(AbstractValue):
    """`start:stop:step`, each a value or `None`."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[AbstractValue | None]) -> None:
        self.parts = parts


def plain_index(index: AbstractValue) -> Any:
    """An index as Python's own (`slice` and all), or `MISSING`."""
    if isinstance(index, SliceV):
        parts = []
        for part in index.parts:
            if part is not None and not isinstance(part, Const | Array):
                return MISSING
            parts.append(part.value if isinstance(part, Const) else part)
        return slice(*parts)
    if isinstance(index, ListV) and index.kind == "tuple" and index.unknown is None:
        items = [plain_index(item) for item in index.items]
        return MISSING if any(item is MISSING for item in items) else tuple(items)
    return plain(index) if is_plain(index) else index if isinstance(index, Array) else MISSING


def array_index(index: AbstractValue) -> Any:
    """An index of an array or tensor, what is not known of it an `Unknown` at its place.

    The places of a mask and of an index whose dtype is not known cannot be
    counted; a whole number that is not known is as good as any, and a slice
    between two such is as long as they are apart.
    """
    if isinstance(index, SliceV):
        ends = [
            plain(part) if part is not None and is_plain(part) else part for part in index.parts
        ]
        lower, upper, step = ends
        if (
            isinstance(lower, WholeV)
            and isinstance(upper, WholeV)
            and lower.base is upper.base
            and step is None
        ):
            return Window(max(0, upper.offset - lower.offset))
        if not all(part is None or isinstance(part, int | Unknown) for part in ends):
            return slice(
                *[
                    p if p is None or isinstance(p, int | Unknown) else Unknown("where it is cut")
                    for p in ends
                ]
            )
        return slice(*ends)
    if isinstance(index, WholeV):
        return 0
    if isinstance(index, ListV) and index.kind == "tuple" and index.unknown is None:
        return tuple(array_index(item) for item in index.items)
    if isinstance(index, Array):
        return _counted(index)
    if isinstance(index, RangeV):
        return Array((len(index.range),), "int64")
    if isinstance(index, ListV) and index.unknown is not None:
        return Array((index.unknown,), "int64")
    if is_plain(index):
        found = plain(index)
        return Unknown("an index by name") if _has_text(found) else found
    return index if isinstance(index, Unknown) else Unknown("the index is not known")


class Window:
    """A slice of which the length alone is known."""

    __slots__ = ("length",)

    def __init__(self, length: int) -> None:
        self.length = length


def _counted(index: Array) -> Any:
    if index.dtype is not None or not isinstance(index.shape, tuple):
        return index
    if len(index.shape) == 1:  # either places, or a mask, of which nobody knows how many it keeps
        return Array((Unknown("how many elements the index keeps"),), "int64")
    return Unknown("whether the index is a mask")


def _has_text(index: Any) -> bool:
    return isinstance(index, str) or (
        isinstance(index, list | tuple) and any(map(_has_text, index))
    )


def one_array(several: list[AbstractValue]) -> Array | None:
    """The array that stands for several of one shape; `None` where there are others, or the shapes differ."""
    arrays = [value for value in several if isinstance(value, Array)]
    first = arrays[0] if arrays else None
    if first is None or len(arrays) < len(several):
        return None
    if any(value.shape != first.shape for value in arrays):
        return None
    if all(value == first for value in arrays):
        return first
    dtypes, counts = {v.dtype for v in arrays}, {v.distinct for v in arrays}
    dtype, distinct = (
        (dtypes.pop() if len(dtypes) == 1 else None),
        (counts.pop() if len(counts) == 1 else None),
    )
    one_hot = all(value.one_hot for value in arrays)
    frames = [value for value in arrays if isinstance(value, FrameV)]
    if len(frames) == len(arrays):
        columns = {value.columns for value in frames}
        return FrameV(
            first.shape,
            dtype,
            distinct,
            one_hot,
            columns=columns.pop() if len(columns) == 1 else None,
        )
    return Array(first.shape, dtype, distinct, one_hot)


def any_of(several: list[AbstractValue], why: Unknown) -> AbstractValue:
    """What any of several values is: what they have in common, `why` where that is nothing."""
    first = several[0]
    if isinstance(first, Array):
        made = one_array(several)
        return why if made is None else made
    if isinstance(first, Const) and all(isinstance(value, Const) for value in several):
        values = [value.value for value in several if isinstance(value, Const)]
        if all(type(value) is type(values[0]) and value == values[0] for value in values):
            return first
        return WholeV(why) if all(type(value) is int for value in values) else why
    rows = [value for value in several if isinstance(value, ListV) and value.unknown is None]
    if len(rows) == len(several) and len({(row.kind, len(row.items)) for row in rows}) == 1:
        parts = [any_of(list(part), why) for part in zip(*(row.items for row in rows), strict=True)]
        return ListV(parts, rows[0].kind)
    return why


def first_known(dims: list[Any], whole: Any) -> Any:
    """`whole(dims)` where all are known, else the first that is not."""
    return (
        next((dim for dim in dims if not isinstance(dim, int)), None)
        if not all(isinstance(dim, int) for dim in dims)
        else whole(dims)
    )
