"""pandas: rows and columns that are picked from a data frame."""

from __future__ import annotations

from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Dim
from kfix.model.unknown import Unknown
from kfix.source.interpreter.array_subscripts import item_of_array
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, ListV
from kfix.source.interpreter.conversion import from_plain
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.interpreter.value_queries import array_index
from kfix.source.interpreter.values import ObjectV, SliceV
from kfix.source.library.arguments import Bound
from kfix.source.library.frames import (
    Names,
    count_of,
    counted,
    frame,
    frame_like,
    names_of,
    rank_of,
    rows_of,
    series,
    width_of,
)
from kfix.source.library.signatures import attribute, iteration, method

# --- columns ------------------------------------------------------------------------------


def _column_names(value: FrameV, why: Unknown) -> AbstractValue:
    if value.columns is not None:
        return from_plain(list(value.columns))
    return Array((width_of(value) if rank_of(value) == 2 else why,), "object")


@attribute("frame.columns")
def _columns(call: Call) -> AbstractValue:
    why = call.unknown("the columns of a data frame are not known")
    return _column_names(call.receiver, why)


@method("frame.keys")
def _keys(call: Bound) -> AbstractValue:
    return _column_names(call.receiver, call.unknown())


@iteration("frame")
def _iterate(over: FrameV) -> AbstractValue:
    """Return a name of a column of a DataFrame, or a value of a Series."""
    if rank_of(over) == 2:
        return Unknown("a name of a column is not known")
    return Unknown("a value of a Series is not known")


# --- subscripts ---------------------------------------------------------------------------


@method("frame.__getitem__", "key")
def _item(call: Bound) -> AbstractValue:
    value: FrameV = call.receiver
    key = call["key"]
    if rank_of(value) == 1:
        return _some_rows(call, value, key)
    if rank_of(value) != 2:
        return call.unknown(because=value.shape)
    return _item_of_frame(call, value, key)


def _item_of_frame(call: Bound, value: FrameV, key: AbstractValue) -> AbstractValue:
    if isinstance(key, Const):
        return _one_column(call, value, key)
    if isinstance(key, ListV) and not _has_flags(key):
        return counted(frame(rows_of(value), names_of(key), count_of(key)), value)
    if isinstance(key, Array) and key.dtype == "object":
        return frame(rows_of(value), None, count_of(key))
    if isinstance(key, Array) and key.dtype == "bool" and rank_of(key) == 2:
        return value
    return _some_rows(call, value, key)


def _one_column(call: Bound, value: FrameV, key: Const) -> AbstractValue:
    if isinstance(key.value, bool):
        return call.unknown()
    distinct = None if value.counts is None else value.counts.get(key.value)
    return FrameV((rows_of(value),), None, distinct, columns=value.rows)


def _has_flags(key: ListV) -> bool:
    """Return whether a list is a mask: a boolean for each row."""
    return any(isinstance(item, Const) and isinstance(item.value, bool) for item in key.items)


def _some_rows(call: Bound, value: FrameV, key: AbstractValue) -> AbstractValue:
    """Return some of the rows, by a slice or a mask; all columns."""
    if isinstance(key, SliceV):
        return frame_like(value, _sliced_rows(call, value, key))
    if isinstance(key, Array) and (key.dtype == "bool" or rank_of(value) == 1):
        why = call.unknown("the number of rows that a mask keeps is not known")
        return frame_like(value, why, masked=True)
    return call.unknown(because=key)


def _sliced_rows(call: Bound, value: FrameV, key: SliceV) -> Dim:
    ends = [getattr(part, "value", part) for part in key.parts]
    if not all(end is None or type(end) is int for end in ends):
        return call.unknown("the number of rows is not known")
    return rows_of(item_of_array(call.interpreter, Array((rows_of(value),)), key))


# --- locators -----------------------------------------------------------------------------


@attribute("frame.iloc frame.loc frame.ix")
def _locator(call: Call) -> AbstractValue:
    return ObjectV("locator", frame=call.receiver, by=Const(call.name))


@method("locator.__getitem__", "key")
def _located(call: Bound) -> AbstractValue:
    value, by, key = call.receiver.data["frame"], call.receiver.data["by"].value, call["key"]
    rows, columns = key, None
    if isinstance(key, ListV) and key.kind == "tuple" and len(key.items) == 2:
        rows, columns = key.items
    if by == "iloc":
        return _by_place(call, value, rows, columns)
    if not _is_all(rows) and not isinstance(rows, Array | ListV | SliceV):
        return call.unknown()
    kept = rows_of(value)
    if not _is_all(rows):
        kept = call.unknown("the number of rows is not known")
    if columns is None or _is_all(columns):
        return frame_like(value, kept)
    return _by_label(call, value, kept, columns)


def _by_label(call: Bound, value: FrameV, rows: Dim, columns: AbstractValue) -> AbstractValue:
    """Return columns by their labels: one as a Series, several as a frame."""
    why = call.unknown("which columns these are is not known")
    if rank_of(value) != 2:
        return call.unknown()
    if isinstance(columns, Const) and not isinstance(columns.value, bool):
        return series(rows)
    if isinstance(columns, SliceV):
        return frame(rows, _between(value.columns, columns), why)
    if isinstance(columns, ListV):
        return frame(rows, names_of(columns), count_of(columns))
    if isinstance(columns, Array):
        return frame(rows, None, count_of(columns) if columns.dtype == "object" else why)
    return call.unknown(because=columns)


def _by_place(
    call: Bound, value: FrameV, rows: AbstractValue, columns: AbstractValue | None
) -> AbstractValue:
    key = ListV([part for part in (rows, columns) if part is not None], "tuple")
    made = item_of_array(call.interpreter, Array(value.shape, value.dtype, value.distinct), key)
    if isinstance(made.shape, Unknown):
        return made
    if len(made.shape) < 2:
        if made.shape:
            return series(made.shape[0], made.dtype, made.distinct)
        return call.unknown()
    chosen = value.columns
    if columns is not None and chosen is not None:
        part = array_index(columns)
        chosen = chosen[part] if isinstance(part, slice) and _is_known_slice(part) else None
    if chosen is not None and len(chosen) != made.shape[1]:
        chosen = None
    return frame(made.shape[0], chosen, made.shape[1])


def _is_known_slice(part: slice) -> bool:
    return all(end is None or isinstance(end, int) for end in (part.start, part.stop, part.step))


def _is_all(value: AbstractValue) -> bool:
    """Return whether a subscript is `:`."""
    return isinstance(value, SliceV) and all(part is None for part in value.parts)


def _between(columns: Names, part: SliceV) -> Names:
    """Return the columns from one name to another, both included."""
    lower, upper, step = part.parts
    if columns is None or step is not None:
        return None
    first, last = _place_of(columns, lower, 0), _place_of(columns, upper, len(columns) - 1)
    if first is None or last is None:
        return None
    return columns[first : last + 1]


def _place_of(columns: tuple[Any, ...], label: AbstractValue | None, default: int) -> int | None:
    """Return the index of the column of a label: `default` without one, `None` if unknown."""
    if label is None:
        return default
    if isinstance(label, Const) and label.value in columns:
        return columns.index(label.value)
    return None
