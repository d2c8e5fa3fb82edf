"""Data frames of pandas as values: helpers to make them and to ask for their rows and columns.

The number of rows of a file is never known, that of columns only where the program names
them, picks some, or slices them by number.
"""

from __future__ import annotations

from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Dim
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import Const, ListV
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.library.arguments import items_of

Names = tuple[Any, ...] | None
"""Names of columns in order, `None` where they are not known."""


def frame(rows: Dim, columns: Names, count: Dim | None = None) -> FrameV:
    """Return a DataFrame; `count` is the number of columns where their names are not known."""
    if columns is not None:
        count = len(columns)
    return FrameV((rows, count), None, columns=columns)


def series(rows: Dim, dtype: str | None = None, distinct: int | None = None) -> FrameV:
    """Return a Series."""
    return FrameV((rows,), dtype, distinct)


def counted(made: FrameV, of: FrameV) -> FrameV:
    """Return a frame with what is known of the values of another that has the same rows."""
    if of.counts is None or made.columns is None:
        return made
    made.become(FrameV(made.shape, columns=made.columns, counts=of.counts))
    return made


def names_of(value: AbstractValue) -> Names:
    """Return the names of columns that a program lists, one name or several."""
    if isinstance(value, Const):
        if isinstance(value.value, str | int):
            return (value.value,)
        return None
    items = items_of(value)
    if items is None:
        return None
    names = tuple(item.value for item in items if isinstance(item, Const))
    if len(names) < len(items):
        return None
    return names


def count_of(value: AbstractValue) -> Dim:
    """Return how many columns a list or an index of names stands for, `None` for anything else."""
    if isinstance(value, ListV):
        if value.unknown is None:
            return len(value.items)
        return value.unknown
    if isinstance(value, Array) and isinstance(value.shape, tuple) and len(value.shape) == 1:
        return value.shape[0]
    return None


def count_or(value: AbstractValue, width: Dim) -> Dim:
    """Return how many columns a list or an index of names stands for, `width` for anything else."""
    count = count_of(value)
    if count is None:
        return width
    return count


def rank_of(value: Array) -> int:
    """Return 2 for a DataFrame, 1 for a Series, 0 where it is not known."""
    if isinstance(value.shape, Unknown):
        return 0
    return len(value.shape)


def rows_of(value: Array) -> Dim:
    """Return the number of rows, or why it is not known."""
    if isinstance(value.shape, Unknown):
        return value.shape
    if value.shape:
        return value.shape[0]
    return Unknown("a number has no rows")


def width_of(value: Array) -> Dim:
    """Return the number of columns, or why it is not known; a Series has one."""
    if isinstance(value.shape, Unknown):
        return value.shape
    if len(value.shape) > 1:
        return value.shape[1]
    return 1


def frame_like(value: FrameV, rows: Dim, masked: bool = False) -> FrameV:
    """Return a frame of the same columns with other rows; a mask may leave out some values."""
    if rank_of(value) == 1:
        return series(rows, value.dtype, None if masked else value.distinct)
    return frame(rows, value.columns, width_of(value))


def distinct_count(value: FrameV, why: Unknown) -> Dim:
    """Return the number of different values of a Series."""
    if value.distinct is None:
        return why
    return value.distinct
