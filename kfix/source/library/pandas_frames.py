"""pandas: data frames by their rows and columns.

How many rows a file has is never known, how many columns only where the
program says so: it names them, picks some, or slices them by number.
"""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array, Dim
from kfix.model.unknown import Unknown
from kfix.source.interpreter.array_subscripts import item_of_array
from kfix.source.interpreter.bounds import MAX_LENGTH
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, Value, first
from kfix.source.interpreter.conversion import from_plain
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.interpreter.value_queries import SliceV, array_index, elements, first_known
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.literals import array_of
from kfix.source.library.lookup import attribute, function, method

Columns = tuple[Any, ...] | None


def frame(rows: Dim, columns: Columns, count: Dim | None = None) -> FrameV:
    """A DataFrame; `count` is how many columns it has where their names are not known."""
    return FrameV((rows, len(columns) if columns is not None else count), None, columns=columns)


def series(rows: Dim, dtype: str | None = None, distinct: int | None = None) -> FrameV:
    """A Series."""
    return FrameV((rows,), dtype, distinct)


def counted(made: FrameV, of: FrameV) -> FrameV:
    """The frame with what is known of the columns of another that has the same rows."""
    if of.counts is None or made.columns is None:
        return made
    made.become(FrameV(made.shape, columns=made.columns, counts=of.counts))
    return made


def names(value: Value) -> Columns:
    """Names of columns that a program lists, one name or several; `None` where they are not known."""
    if isinstance(value, Const) and isinstance(value.value, str | int):
        return (value.value,)
    if (
        isinstance(value, ListV)
        and value.unknown is None
        and all(isinstance(item, Const) for item in value.items)
    ):
        return tuple(item.value for item in value.items)
    return None


def listed(value: Value) -> Dim | None:
    """How many columns a list (or an index of column names) stands for."""
    if isinstance(value, ListV):
        return len(value.items) if value.unknown is None else value.unknown
    if isinstance(value, Array) and isinstance(value.shape, tuple) and len(value.shape) == 1:
        return value.shape[0]
    return None


def rank_of(value: Array) -> int:
    """2 of a DataFrame, 1 of a Series, 0 where it is not known."""
    return len(value.shape) if isinstance(value.shape, tuple) else 0


def rows_of(value: Array) -> Any:
    """How many rows, or why that is not known."""
    return value.shape[0] if isinstance(value.shape, tuple) else value.shape


# --- making frames ------------------------------------------------------------------------

_READERS = (
    "csv",
    "table",
    "excel",
    "json",
    "parquet",
    "feather",
    "sql",
    "sql_query",
    "fwf",
    "html",
    "clipboard",
)


@function(*[f"pandas.read_{name}" for name in _READERS if name != "html"])
def _read(call: Call) -> Value:
    """Unknown rows and columns, but for the columns that are named (`names=`) or picked (`usecols=`)."""
    if any(
        call.get(-1, name) is not None
        for name in ("chunksize", "iterator", "squeeze", "sheet_name", "typ")
    ):
        return call.unknown("what the file holds")
    why = call.unknown("what the file holds")
    picked, named = call.get(-1, "usecols"), call.get(-1, "names")
    index = first(call.get(-1, "index_col"), NONE)
    if not isinstance(index, Const) or call.name in ("sql", "sql_query", "json"):
        return frame(why, None, why)
    taken = 0 if index.value is None or index.value is False else 1
    if picked is not None:
        count = listed(picked)
        return frame(why, None, count - taken if isinstance(count, int) else why)
    columns = names(named) if isinstance(named, ListV) else None
    if columns is None:
        return frame(why, None, why)
    if not taken:
        return frame(why, columns)
    place = columns.index(index.value) if index.value in columns else index.value
    if isinstance(place, int) and 0 <= place < len(columns):
        return frame(why, columns[:place] + columns[place + 1 :])
    return frame(why, None, len(columns) - 1)


@function("pandas.DataFrame", "pandas.DataFrame.from_dict", "pandas.DataFrame.from_records")
def _frame(call: Call) -> Value:
    data, columns = call.get(0, "data"), call.get(2, "columns")
    wanted = (
        None
        if columns is None or (isinstance(columns, Const) and columns.value is None)
        else columns
    )
    why = call.unknown("what the data frame holds", data)
    if call.name != "DataFrame" and call.get(-1, "orient") is not None:
        return frame(why, None, why)
    found: FrameV
    if isinstance(data, FrameV) and rank_of(data) == 2:
        found = frame(rows_of(data), data.columns, data.shape[1])  # type: ignore[index]
    elif isinstance(data, DictV):
        found = _of_dict(data, call)
    else:
        made = array_of(data, call) if data is not None else Array(why)
        shape = made.shape
        if isinstance(data, ListV) and any(
            not isinstance(item, ListV | Array | Const) for item in data.items
        ):
            return frame(len(data.items) if data.unknown is None else why, names(wanted), why)
        if isinstance(shape, Unknown):
            return frame(why, names(wanted), listed(wanted) if wanted is not None else why)
        found = frame(shape[0] if shape else why, None, shape[1] if len(shape) > 1 else 1)
        if wanted is None and isinstance(found.shape[1], int) and found.shape[1] <= MAX_LENGTH:  # type: ignore[index]
            found = frame(rows_of(found), tuple(range(found.shape[1])))  # type: ignore[index]
    if wanted is None:
        return found
    chosen = names(wanted)
    return frame(rows_of(found), chosen, first(listed(wanted), why))


def _of_dict(data: DictV, call: Call) -> FrameV:
    rows: Dim = None
    counts: dict[Any, int] = {}
    for name, value in data.entries.items():
        if isinstance(value, ListV | Array):
            made = array_of(value, call)
            if not isinstance(rows, int) and isinstance(made.shape, tuple) and made.shape:
                rows = made.shape[0]
            if made.distinct is not None:
                counts[name] = made.distinct
    if rows is None:
        rows = call.unknown("how many rows these are")
    found = frame(rows, None if data.unknown is not None else tuple(data.entries), data.unknown)
    return counted(found, FrameV(found.shape, counts=counts))


@function("pandas.Series", "pandas.Index", "pandas.to_numeric", "pandas.to_datetime")
def _series(call: Call) -> Value:
    data = first(call.get(0, "data"), call.get(0, "arg"))
    if isinstance(data, FrameV) and rank_of(data) == 1:
        return data
    made = array_of(data, call)
    if isinstance(made.shape, Unknown) or rank_of(made) != 1:
        return call.unknown()
    return series(made.shape[0], made.dtype, made.distinct)


@function("pandas.get_dummies")
def _dummies(call: Call) -> Value:
    """A column for each value: as many as there are, where that is known."""
    data = call.get(0, "data")
    made = data if isinstance(data, FrameV) else array_of(data, call)
    if not isinstance(made.shape, tuple) or not made.shape:
        return frame(
            call.unknown("how many rows these are"),
            None,
            call.unknown("how many different values there are"),
        )
    less = call.get(-1, "drop_first", Const(False))
    plainly = len(call.given) == 1 or all(
        g.keyword in (None, "data", "dtype", "prefix", "columns", "drop_first") for g in call.given
    )
    if plainly and isinstance(less, Const):
        if len(made.shape) == 1 and made.distinct is not None:
            return frame(made.shape[0], None, made.distinct - bool(less.value))
        chosen, counts = (
            names(call.get(-1, "columns")),
            made.counts if isinstance(made, FrameV) else None,
        )
        if (
            len(made.shape) == 2
            and chosen
            and counts is not None
            and all(name in counts for name in chosen)
        ):
            more = sum(counts[name] - 1 - bool(less.value) for name in chosen)
            if isinstance(made.shape[1], int):
                return frame(made.shape[0], None, made.shape[1] + more)
    return frame(made.shape[0], None, call.unknown("how many different values there are"))


@function("pandas.concat")
def _concat(call: Call) -> Value:
    parts = elements(call.get(0, "objs")) or []
    if not parts or not all(isinstance(part, FrameV) and rank_of(part) for part in parts):
        return call.unknown()
    axis = call.get(1, "axis", Const(0))
    rows = [rows_of(part) for part in parts]
    if isinstance(axis, Const) and axis.value in (1, "columns"):
        counts = [part.shape[1] if rank_of(part) == 2 else 1 for part in parts]
        alike = (
            rows[0]
            if all(row == rows[0] for row in rows)
            else call.unknown("how many rows these are")
        )
        known = all(rank_of(part) == 2 and part.columns is not None for part in parts)
        columns = tuple(name for part in parts for name in part.columns) if known else None
        return frame(alike, columns, first_known(counts, sum))
    if not isinstance(axis, Const):
        return call.unknown()
    total = first_known(rows, sum)
    if all(rank_of(part) == 1 for part in parts):
        return series(total)
    if all(rank_of(part) == 2 and part.columns == parts[0].columns for part in parts) and (
        parts[0].columns is not None or all(part.shape[1] == parts[0].shape[1] for part in parts)
    ):
        return frame(total, parts[0].columns, parts[0].shape[1])
    return frame(total, None, call.unknown("how many columns these are together"))


@function("pandas.merge")
def _merge(call: Call) -> Value:
    why = call.unknown("what two data frames have in common")
    return frame(why, None, why)


@method("frame.merge", "frame.join", "frame.append", "frame.select_dtypes", "frame.filter", "frame.pivot_table",
        "frame.describe", "frame.corr", "frame.pivot", "frame.melt")  # fmt: skip
def _other(call: Call) -> Value:
    why = call.unknown()
    if call.name in ("describe", "corr") and not call.given:  # of the columns that hold numbers
        return FrameV((why, why), among=call.receiver.columns)
    if call.name == "append" and rank_of(call.receiver) == 1:
        return series(why)
    return frame(
        rows_of(call.receiver) if call.name in ("select_dtypes", "filter") else why, None, why
    )


# --- picking ------------------------------------------------------------------------------


def column_names(value: FrameV, why: Unknown) -> Value:
    """`df.columns`."""
    if value.columns is not None:
        return from_plain(list(value.columns))
    many = value.shape[1] if isinstance(value.shape, tuple) and len(value.shape) == 2 else why
    return Array((many,), "object")


@attribute("frame.columns")
def _columns(interpreter: Any, value: FrameV, node: Any, where: Any) -> Value:
    return column_names(value, interpreter.unknown("the columns of a data frame", node, where))


@method("frame.keys")
def _keys(call: Call) -> Value:
    return column_names(call.receiver, call.unknown())


@method("frame.__iter__")
def _iterate(over: FrameV) -> Value:
    """A loop over a DataFrame gives the names of its columns, over a Series its values."""
    return Unknown("a name of a column" if rank_of(over) == 2 else "an element of a Series")


@method("frame.__getitem__")
def _item(call: Call) -> Value:
    value, key = call.receiver, call.get(0)
    if rank_of(value) == 1:
        return some_rows(call, value, key)
    if rank_of(value) != 2:
        return call.unknown(because=value.shape)
    if isinstance(key, Const):
        distinct = value.counts.get(key.value) if value.counts is not None else None
        made = FrameV((rows_of(value),), None, distinct, columns=value.rows)
        return call.unknown() if isinstance(key.value, bool) else made
    if isinstance(key, ListV) and not any(
        isinstance(item, Const) and isinstance(item.value, bool) for item in key.items
    ):
        return counted(frame(rows_of(value), names(key), listed(key)), value)
    if isinstance(key, Array) and key.dtype == "object":
        return frame(rows_of(value), None, listed(key))
    if isinstance(key, Array) and key.dtype == "bool" and rank_of(key) == 2:
        return value
    return some_rows(call, value, key)


def some_rows(call: Call, value: FrameV, key: Value) -> Value:
    """Some of the rows, by a slice or a mask; all columns."""
    if isinstance(key, SliceV):
        if not all(
            part is None or (isinstance(part, Const) and type(part.value) in (int, type(None)))
            for part in key.parts
        ):
            return frame_like(value, call.unknown("how many rows these are"))
        rows = item_of_array(call.interpreter, Array((rows_of(value),)), key).shape
        return frame_like(value, rows[0] if isinstance(rows, tuple) else rows)
    if isinstance(key, Array) and (key.dtype == "bool" or rank_of(value) == 1):
        return frame_like(value, call.unknown("how many rows the mask keeps"), masked=True)
    return call.unknown(because=key)


def frame_like(value: FrameV, rows: Any, masked: bool = False) -> FrameV:
    """The same columns with other rows."""
    if rank_of(value) == 1:
        return series(rows, value.dtype, None if masked else value.distinct)
    return frame(rows, value.columns, value.shape[1])  # type: ignore[index]


@attribute("frame.iloc", "frame.loc", "frame.ix")
def _locator(interpreter: Any, value: FrameV, node: Any, where: Any) -> Value:
    return ObjectV("locator", frame=value, by=Const(node.attr.value))


@method("locator.__getitem__")
def _located(call: Call) -> Value:
    value, by, key = call.receiver.data["frame"], call.receiver.data["by"].value, call.get(0)
    pair = isinstance(key, ListV) and key.kind == "tuple" and len(key.items) == 2
    rows, columns = key.items if pair else (key, None)
    if by == "iloc":
        return _by_place(
            call, value, ListV([rows] if columns is None else [rows, columns], "tuple"), columns
        )
    kept = rows_of(value) if _is_all(rows) else None
    if kept is None:
        if not isinstance(rows, Array | ListV) and not _is_slice(rows):
            return call.unknown()
        kept = call.unknown("how many rows these are")
    if columns is None or _is_all(columns):
        return frame_like(value, kept)
    if rank_of(value) != 2:
        return call.unknown()
    if isinstance(columns, Const) and not isinstance(columns.value, bool):
        return series(kept)
    if _is_slice(columns):
        chosen = _between(value.columns, columns)
        return frame(kept, chosen, call.unknown("which columns these are"))
    if isinstance(columns, ListV):
        return frame(kept, names(columns), listed(columns))
    if isinstance(columns, Array):
        return frame(
            kept,
            None,
            listed(columns)
            if columns.dtype == "object"
            else call.unknown("which columns these are"),
        )
    return call.unknown(because=columns)


def _by_place(call: Call, value: FrameV, key: ListV, columns: Value) -> Value:
    made = item_of_array(call.interpreter, Array(value.shape, value.dtype, value.distinct), key)
    if not isinstance(made.shape, tuple):
        return made
    if len(made.shape) < 2:
        return series(made.shape[0], made.dtype, made.distinct) if made.shape else call.unknown()
    chosen = value.columns
    if columns is not None and chosen is not None:
        part = array_index(columns)
        chosen = chosen[part] if isinstance(part, slice) and is_plain_slice(part) else None
    return frame(
        made.shape[0],
        chosen if chosen is None or len(chosen) == made.shape[1] else None,
        made.shape[1],
    )


def is_plain_slice(part: slice) -> bool:
    """Are the ends of a slice known?"""
    return all(end is None or isinstance(end, int) for end in (part.start, part.stop, part.step))


def _is_slice(value: Value) -> bool:
    return isinstance(value, SliceV)


def _is_all(value: Value) -> bool:
    return _is_slice(value) and all(part is None for part in value.parts)


def _between(columns: Columns, part: Any) -> Columns:
    """The columns from one name to another, both taken."""
    lower, upper, step = part.parts
    if (
        columns is None
        or step is not None
        or not all(end is None or isinstance(end, Const) for end in (lower, upper))
    ):
        return None
    try:
        start = 0 if lower is None else columns.index(lower.value)
        stop = len(columns) if upper is None else columns.index(upper.value) + 1
    except ValueError:
        return None
    return columns[start:stop]
