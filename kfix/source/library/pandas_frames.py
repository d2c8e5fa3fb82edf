"""pandas: data frames that are read, made and joined."""

from __future__ import annotations

from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Dim
from kfix.model.unknown import Unknown
from kfix.source.interpreter.bounds import MAX_LENGTH
from kfix.source.interpreter.containers import Const, DictV, ListV
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.interpreter.value_queries import elements, first_known
from kfix.source.library.arguments import Bound, collection, is_none, known
from kfix.source.library.frames import (
    Names,
    count_of,
    count_or,
    counted,
    frame,
    names_of,
    rank_of,
    rows_of,
    series,
    width_of,
)
from kfix.source.library.literals import array_of
from kfix.source.library.signatures import function, method, within

# --- reading ------------------------------------------------------------------------------

_READERS = "csv table excel json parquet feather sql sql_query fwf clipboard"
_RESHAPING = ("chunksize", "iterator", "squeeze", "sheet_name", "typ")
"""Arguments with which a reader may return something else than a frame."""


@function(within("pandas", " ".join(f"read_{name}" for name in _READERS.split())))
def _read(call: Bound) -> AbstractValue:
    """Return unknown rows and columns, but for columns that are named or picked."""
    why = call.unknown("the content of a file is not known")
    if any(call.find(-1, name) for name in _RESHAPING):
        return why
    index = call.get(-1, "index_col", Const(None))
    if not isinstance(index, Const) or call.name in ("read_sql", "read_sql_query", "read_json"):
        return frame(why, None, why)
    has_index = index.value is not None and index.value is not False
    picked, named = call.get(-1, "usecols"), call.get(-1, "names")
    if picked is not None:
        count = count_of(picked)
        return frame(why, None, count - has_index if isinstance(count, int) else why)
    columns = names_of(named)
    if columns is None or not isinstance(named, ListV):
        return frame(why, None, why)
    if has_index:
        return _without_index(why, columns, index.value)
    return frame(why, columns)


def _without_index(why: Unknown, columns: tuple[Any, ...], index: Any) -> FrameV:
    """Return a frame without the column that becomes its index, by its name or number."""
    place = index
    if index in columns:
        place = columns.index(index)
    if isinstance(place, int) and 0 <= place < len(columns):
        return frame(why, columns[:place] + columns[place + 1 :])
    return frame(why, None, max(0, len(columns) - 1))


# --- making -------------------------------------------------------------------------------


@function("pandas.DataFrame", "data=None, index=None, columns=None, dtype=None, copy=None")
def _frame(call: Bound) -> AbstractValue:
    return _made(call, call["columns"])


@function("pandas.DataFrame.from_dict", "data, orient='columns', dtype=None, columns=None")
def _from_dict(call: Bound) -> AbstractValue:
    return _made(call, call["columns"])


@function("pandas.DataFrame.from_records", "data, index=None, exclude=None, columns=None, **_")
def _from_records(call: Bound) -> AbstractValue:
    return _made(call, call["columns"])


def _made(call: Bound, columns: AbstractValue) -> AbstractValue:
    """Return a frame of data, of the `columns` where they are given."""
    data = call["data"]
    why = call.unknown("the content of the data frame is not known", data)
    if call.is_given("orient"):
        return frame(why, None, why)
    found = _of_data(call, data, why)
    names = names_of(columns)
    if found is None:  # of which only the rows are known
        return frame(call.length("data"), names, why)
    if is_none(columns):
        return found
    return frame(rows_of(found), names, count_or(columns, why))


def _of_data(call: Bound, data: AbstractValue, why: Unknown) -> FrameV | None:
    """Return the frame of data alone, `None` of a list of objects."""
    if isinstance(data, FrameV) and rank_of(data) == 2:
        return frame(rows_of(data), data.columns, width_of(data))
    if isinstance(data, DictV):
        return _of_dict(data, call)
    if isinstance(data, ListV) and any(
        not isinstance(item, ListV | Array | Const) for item in data.items
    ):
        return None
    made = Array(why) if is_none(data) else array_of(data, call)
    rows, width = rows_of(made), width_of(made)
    if isinstance(made.shape, Unknown):
        return frame(why, None, why)
    if isinstance(width, int) and width <= MAX_LENGTH:
        return frame(rows, tuple(range(width)))
    return frame(rows, None, width)


def _of_dict(data: DictV, call: Bound) -> FrameV:
    """Return the frame of a dictionary of columns."""
    rows: Dim = call.unknown("the number of rows is not known")
    counts: dict[Any, int] = {}
    for name, value in data.entries.items():
        made = collection(call, value)
        if made is None:
            continue
        if not isinstance(rows, int) and isinstance(made.shape, tuple) and made.shape:
            rows = made.shape[0]
        if made.distinct is not None:
            counts[name] = made.distinct
    columns = tuple(data.entries) if data.unknown is None else None
    found = frame(rows, columns, data.unknown)
    return counted(found, FrameV(found.shape, counts=counts))


@function("pandas.Series pandas.Index", "data=None, **_")
def _series(call: Bound) -> AbstractValue:
    return _as_series(call, call["data"])


@function("pandas.to_numeric pandas.to_datetime", "arg, **_")
def _converted(call: Bound) -> AbstractValue:
    return _as_series(call, call["arg"])


def _as_series(call: Bound, data: AbstractValue) -> AbstractValue:
    if isinstance(data, FrameV) and rank_of(data) == 1:
        return data
    made = array_of(data, call)
    if rank_of(made) != 1:
        return call.unknown()
    return series(rows_of(made), made.dtype, made.distinct)


# --- columns for values -------------------------------------------------------------------

_PLAIN = {None, "data", "dtype", "prefix", "columns", "drop_first"}


@function("pandas.get_dummies", "data, *, columns=None, drop_first=False, **_")
def _dummies(call: Bound) -> AbstractValue:
    """Return a column for each value: as many as there are, where that is known."""
    data = call["data"]
    made = data if isinstance(data, FrameV) else array_of(data, call)
    why = call.unknown("the number of different values is not known")
    drop_first = call.flag("drop_first")
    is_plain = {given.keyword for given in call.given} <= _PLAIN and len(call.positional) <= 1
    if not rank_of(made):
        return frame(call.unknown("the number of rows is not known"), None, why)
    if drop_first is None or not is_plain:
        return frame(rows_of(made), None, why)
    width = _dummy_columns(made, names_of(call["columns"]), int(drop_first))
    return frame(rows_of(made), None, known(call, width, why.why))


def _dummy_columns(made: Array, columns: Names, dropped: int) -> int | None:
    """Return how many columns there are with one for each value, `None` where it is not known."""
    if rank_of(made) == 1:
        if made.distinct is None:
            return None
        return made.distinct - dropped
    counts = made.counts if isinstance(made, FrameV) else None
    width = width_of(made)
    if not columns or counts is None or not isinstance(width, int):
        return None
    if not all(name in counts for name in columns):
        return None
    return width + sum(counts[name] - 1 - dropped for name in columns)


# --- joining ------------------------------------------------------------------------------


@function("pandas.concat", "objs, axis=0, **_")
def _concat(call: Bound) -> AbstractValue:
    given, axis = elements(call["objs"]) or [], call["axis"]
    parts = [part for part in given if isinstance(part, FrameV) and rank_of(part)]
    if not parts or len(parts) < len(given) or not isinstance(axis, Const):
        return call.unknown()
    if axis.value in (1, "columns"):
        return _side_by_side(call, parts)
    return _stacked(call, parts)


def _side_by_side(call: Bound, parts: list[FrameV]) -> FrameV:
    rows = [rows_of(part) for part in parts]
    is_even = all(row == rows[0] for row in rows)
    count = rows[0] if is_even else call.unknown("the number of rows is not known")
    columns: Names = ()
    for part in parts:
        if columns is None or part.columns is None or rank_of(part) != 2:
            columns = None
        else:
            columns += part.columns
    return frame(count, columns, first_known([width_of(part) for part in parts], sum))


def _stacked(call: Bound, parts: list[FrameV]) -> FrameV:
    total = first_known([rows_of(part) for part in parts], sum)
    ranks, names = {rank_of(part) for part in parts}, {part.columns for part in parts}
    if ranks == {1}:
        return series(total)
    columns, width = parts[0].columns, width_of(parts[0])
    is_even = columns is not None or all(width_of(part) == width for part in parts)
    if ranks == {2} and len(names) == 1 and is_even:
        return frame(total, columns, width)
    return frame(total, None, call.unknown("the number of columns is not known"))


@function("pandas.merge")
def _merge(call: Bound) -> AbstractValue:
    why = call.unknown("the rows that two data frames have in common are not known")
    return frame(why, None, why)


@method(within("frame", "merge join pivot_table pivot melt"))
def _other(call: Bound) -> AbstractValue:
    """Return a frame of which nothing is known."""
    why = call.unknown()
    return frame(why, None, why)


@method("frame.select_dtypes frame.filter")
def _some_columns(call: Bound) -> AbstractValue:
    return frame(rows_of(call.receiver), None, call.unknown())


@method("frame.describe frame.corr")
def _described(call: Bound) -> AbstractValue:
    """Return figures of the columns that hold numbers."""
    why = call.unknown()
    if not call.given:
        return FrameV((why, why), among=call.receiver.columns)
    return frame(why, None, why)


@method("frame.append")
def _append(call: Bound) -> AbstractValue:
    why = call.unknown()
    if rank_of(call.receiver) == 1:
        return series(why)
    return frame(why, None, why)
