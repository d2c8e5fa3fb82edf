"""pandas: methods that change the rows and columns of a data frame."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Dim, Symbol
from kfix.source.interpreter.containers import NONE, Const, DictV
from kfix.source.interpreter.conversion import is_plain, plain
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.interpreter.values import FunctionV
from kfix.source.library.arguments import Bound, is_none
from kfix.source.library.frames import (
    Names,
    count_of,
    count_or,
    counted,
    frame,
    frame_like,
    names_of,
    rank_of,
    rows_of,
    series,
    width_of,
)
from kfix.source.library.literals import dtype_of
from kfix.source.library.signatures import method, method_row, within
from kfix.source.syntax.positions import code_of

method_row(within("frame", "info to_csv plot hist to_pickle to_excel"), "**_", "None")


def _changed(call: Bound, made: FrameV) -> AbstractValue:
    """Return a changed frame; with `inplace=True` change the frame itself and return `None`."""
    inplace = call.get(-1, "inplace", Const(False))
    known = isinstance(inplace, Const)
    if known and not inplace.value:
        return made
    value: FrameV = call.receiver
    call.interpreter.journal.touch(value)
    value.become(made if known else frame(call.unknown(), None, call.unknown()))
    if known:
        return NONE
    return call.unknown()


# --- columns that go or come --------------------------------------------------------------


@method("frame.drop", "labels=None, axis=0, index=None, columns=None, **_")
def _drop(call: Bound) -> AbstractValue:
    value: FrameV = call.receiver
    columns, axis = call["columns"], call["axis"]
    if is_none(columns) and isinstance(axis, Const) and axis.value in (1, "columns"):
        columns = call["labels"]
    if not is_none(columns) and rank_of(value) == 2:
        return _changed(call, _without(call, value, columns))
    if not isinstance(axis, Const):
        return call.unknown()
    return _changed(call, frame_like(value, call.unknown("the number of rows is not known")))


def _without(call: Bound, value: FrameV, columns: AbstractValue) -> FrameV:
    """Return a frame without some columns."""
    dropped, have = names_of(columns), value.columns
    if have is not None and dropped is not None and all(name in have for name in dropped):
        left = tuple(name for name in have if name not in dropped)
        return counted(frame(rows_of(value), left), value)
    total, count = width_of(value), count_of(columns)
    if dropped is not None:
        count = len(set(dropped))
    width: Dim = call.unknown("the number of columns is not known", total)
    is_certain = have is None and call.find(-1, "errors") is None
    if is_certain and isinstance(total, int) and isinstance(count, int) and count <= total:
        width = total - count
    return frame(rows_of(value), None, width)


@method("frame.pop frame.__delitem__", "item")
def _pop(call: Bound) -> AbstractValue:
    value, name = call.receiver, call["item"]
    rows, why = rows_of(value), call.unknown("the number of columns is not known")
    if rank_of(value) != 2:
        return call.unknown()
    call.interpreter.journal.touch(value)
    key = getattr(name, "value", None)
    width = width_of(value)
    if value.among is not None and isinstance(name, Const):
        kept = tuple(other for other in value.among if other != key)
        value.become(FrameV(value.shape, among=kept))
    elif value.columns is not None:
        columns = tuple(other for other in value.columns if other != key)
        made = frame(rows, columns)
        if len(columns) == len(value.columns):
            made = frame(rows, None, why)
        value.become(made)
    else:
        less: Dim = why
        if isinstance(width, int) and width:
            less = width - 1
        value.become(frame(rows, None, less))
    return series(rows)


@method("frame.__setitem__", "key, value")
def _set(call: Bound) -> AbstractValue:
    """Add a column, unless there is one of that name: `df["name"] = …`."""
    value, key = call.receiver, call["key"]
    if rank_of(value) != 2:
        return NONE
    call.interpreter.journal.touch(value)
    if isinstance(key, Array) and key.dtype == "bool":
        return NONE
    value.become(_with(call, value, names_of(key)))
    return NONE


@method("frame.assign")
def _assign(call: Bound) -> AbstractValue:
    names = {given.keyword: None for given in call.given if given.keyword is not None}
    return _with(call, call.receiver, None if {"*", "**"} & {*names} else tuple(names))


def _with(call: Bound, value: FrameV, names: Names) -> FrameV:
    """Return a frame with columns of these names, new ones behind the others."""
    if names is None or value.columns is None:
        return frame(rows_of(value), None, call.unknown("the number of columns is not known"))
    new = tuple(name for name in names if name not in value.columns)
    return frame(rows_of(value), (*value.columns, *new))


@method("frame.__setattr__", "name, value")
def _set_attribute(call: Bound) -> AbstractValue:
    """Rename all columns: `df.columns = …`."""
    value: FrameV = call.receiver
    if call.string("name") == "columns" and rank_of(value) == 2:
        call.interpreter.journal.touch(value)
        width = count_or(call["value"], width_of(value))
        value.become(frame(rows_of(value), names_of(call["value"]), width))
    return NONE


@method("frame.insert", "loc, column, value=None, **_")
def _insert(call: Bound) -> AbstractValue:
    value, place, name = call.receiver, call.integer("loc"), call["column"]
    have, width = value.columns, width_of(value)
    if rank_of(value) != 2:
        return NONE
    call.interpreter.journal.touch(value)
    if have is not None and place is not None and isinstance(name, Const):
        value.become(frame(rows_of(value), (*have[:place], name.value, *have[place:])))
        return NONE
    if not isinstance(width, int):
        width = call.unknown("the number of columns is not known", width)
    value.become(frame(rows_of(value), None, width + 1))
    return NONE


@method(within("frame", "rename set_axis add_prefix add_suffix"))
def _rename(call: Bound) -> AbstractValue:
    """Return as many columns under other names."""
    value: FrameV = call.receiver
    if rank_of(value) != 2:
        return _changed(call, FrameV(value.shape, value.dtype, value.distinct))
    chosen: Names = None
    renamed = call.get(-1, "columns")
    if value.columns is not None and isinstance(renamed, DictV) and is_plain(renamed):
        new = plain(renamed)
        chosen = tuple(new.get(name, name) for name in value.columns)
    return _changed(call, frame(rows_of(value), chosen, width_of(value)))


_INDEX = "the columns of the index are not known"


@method("frame.reset_index", "level=None, *, drop=False, **_")
def _reset_index(call: Bound) -> AbstractValue:
    """Return a frame whose index becomes a column, unless it is dropped."""
    value: FrameV = call.receiver
    if call.flag("drop"):
        return _changed(call, frame_like(value, rows_of(value)))
    return _changed(call, frame(rows_of(value), None, call.unknown(_INDEX)))


@method("frame.set_index", "keys, *, drop=True, **_")
def _set_index(call: Bound) -> AbstractValue:
    """Return a frame of which columns become the index."""
    value: FrameV = call.receiver
    gone, have = names_of(call["keys"]), value.columns
    if rank_of(value) != 2 or not gone or have is None or call.is_given("drop"):
        return _changed(call, frame(rows_of(value), None, call.unknown(_INDEX)))
    left = tuple(name for name in have if name not in gone)
    return _changed(call, frame(rows_of(value), left))


# --- fewer rows ---------------------------------------------------------------------------


@method(within("frame", "drop_duplicates query nlargest nsmallest truncate between_time"))
def _fewer(call: Bound) -> AbstractValue:
    """Return fewer rows, all columns."""
    return _changed(call, _some_rows(call, None))


def _some_rows(call: Bound, most: int | None) -> FrameV:
    """Return an unknown number of rows; the first `most` of them where both are known."""
    rows = rows_of(call.receiver)
    left: Dim = call.unknown("the number of rows is not known", rows)
    if most is not None and most >= 0 and isinstance(rows, int):
        left = min(rows, most)
    return frame_like(call.receiver, left, masked=True)


@method("frame.head frame.tail", "n=5")
def _ends(call: Bound) -> AbstractValue:
    return _some_rows(call, call.integer("n"))


@method("frame.sample", "n=None, frac=None, **_")
def _sample(call: Bound) -> AbstractValue:
    frac = call["frac"]
    if isinstance(frac, Const) and frac.value == 1:
        return frame_like(call.receiver, rows_of(call.receiver))
    return _some_rows(call, call.integer("n"))


@method("frame.dropna", "axis=0, **_")
def _drop_missing(call: Bound) -> AbstractValue:
    """Return the rows, or with `axis=1` the columns, without missing values."""
    axis = call["axis"]
    if isinstance(axis, Const) and axis.value in (0, "index", "rows"):
        return _changed(call, _some_rows(call, None))
    why = call.unknown("the number of columns is not known")
    return _changed(call, frame(rows_of(call.receiver), None, why))


# --- the same rows and columns ------------------------------------------------------------


def _alike(call: Bound, dtype: str | None, distinct: int | None = None) -> FrameV:
    value: FrameV = call.receiver
    return FrameV(value.shape, dtype, distinct, columns=value.columns)


@method(within("frame", "replace round abs clip applymap interpolate ffill bfill diff cumsum "
                        "pct_change rank map infer_objects where mask convert_dtypes "
                        "reindex_like"))  # fmt: skip
def _mapped(call: Bound) -> AbstractValue:
    """Return other values."""
    return _changed(call, _alike(call, None))


@method("frame.fillna")
def _filled(call: Bound) -> AbstractValue:
    return _changed(call, _alike(call, None, call.receiver.distinct))


@method(within("frame", "isnull isna notnull notna isin between eq gt lt"))
def _asked(call: Bound) -> AbstractValue:
    """Return a boolean for each value."""
    return _changed(call, _alike(call, "bool"))


@method("frame.duplicated")
def _duplicated(call: Bound) -> AbstractValue:
    """Return a boolean for each row."""
    return series(rows_of(call.receiver), "bool")


@method("frame.sort_values frame.sort_index")
def _sorted(call: Bound) -> AbstractValue:
    return _changed(call, _alike(call, call.receiver.dtype, call.receiver.distinct))


@method("frame.shift")
def _shifted(call: Bound) -> AbstractValue:
    return _changed(call, _alike(call, call.receiver.dtype))


@method("frame.copy", "deep=True")
def _copy(call: Bound) -> AbstractValue:
    made = _alike(call, call.receiver.dtype, call.receiver.distinct)
    return counted(made, call.receiver)


@method("frame.astype", "dtype, **_")
def _cast(call: Bound) -> AbstractValue:
    return _alike(call, dtype_of(call["dtype"], None), call.receiver.distinct)


@method(within("frame", "sub add mul div"), "other, **_")
def _computed(call: Bound) -> AbstractValue:
    """Return the result with a number; with another frame, the index decides."""
    if isinstance(call["other"], Const):
        return _alike(call, None)
    return call.unknown()


@method("frame.apply frame.transform", "func, **_")
def _apply(call: Bound) -> AbstractValue:
    """Return a value for each of a Series, unless the function makes rows of its own."""
    function = call["func"]
    if rank_of(call.receiver) != 1:
        return call.unknown()
    if isinstance(function, Symbol) and function.path.startswith("pandas."):
        return call.unknown()
    if isinstance(function, FunctionV) and "Series" in code_of(function.unit.module, function.node):
        return call.unknown()
    return series(rows_of(call.receiver))
