"""pandas: what the methods of a data frame make of its rows and columns."""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array, Dim, Symbol
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import NONE, Const, DictV, Value, first
from kfix.source.interpreter.conversion import is_plain, plain
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.interpreter.values import FunctionV, ObjectV
from kfix.source.library.literals import dtype_of
from kfix.source.library.lookup import attribute, method
from kfix.source.library.pandas_frames import (
    Columns,
    counted,
    frame,
    frame_like,
    listed,
    names,
    rank_of,
    rows_of,
    series,
)
from kfix.source.syntax.positions import code_of


def _flag(call: Call, name: str) -> bool | None:
    """Is this keyword true? `None` where it is not known."""
    value = call.get(-1, name)
    return False if value is None else bool(value.value) if isinstance(value, Const) else None


# --- changing -----------------------------------------------------------------------------


def _result(call: Call, made: FrameV) -> Value:
    """What a method gives: with `inplace=True` the frame itself is changed, and the method gives nothing."""
    inplace = _flag(call, "inplace")
    if not inplace and inplace is not None:
        return made
    value: FrameV = call.receiver
    call.interpreter.journal.touch(value)
    value.become(made if inplace else frame(call.unknown(), None, call.unknown()))
    return NONE if inplace else call.unknown()


@method("frame.drop")
def _drop(call: Call) -> Value:
    value: FrameV = call.receiver
    columns, labels = call.get(-1, "columns"), call.get(0, "labels")
    axis = call.get(1, "axis", Const(0))
    if columns is None and isinstance(axis, Const) and axis.value in (1, "columns"):
        columns = labels
    if columns is None or rank_of(value) != 2:
        if not isinstance(axis, Const):
            return call.unknown()
        return _result(call, frame_like(value, call.unknown("how many rows are left")))
    gone, count = names(columns), listed(columns)
    have = value.columns
    if have is not None and gone is not None and all(name in have for name in gone):
        left = tuple(name for name in have if name not in gone)
        return _result(call, counted(frame(rows_of(value), left), value))
    total = value.shape[1]  # type: ignore[index]
    lost = len(set(gone)) if gone is not None else count
    sure = (
        isinstance(total, int)
        and isinstance(lost, int)
        and have is None
        and call.get(-1, "errors") is None
    )
    many = total - lost if sure else call.unknown("how many columns are left", value.shape[1])  # type: ignore[index, operator]
    return _result(call, frame(rows_of(value), None, many))


@method("frame.pop", "frame.__delitem__")
def _pop(call: Call) -> Value:
    value: FrameV = call.receiver
    rows, key = rows_of(value), call.get(0)
    if rank_of(value) != 2:
        return call.unknown()
    call.interpreter.journal.touch(value)
    total = value.shape[1]  # type: ignore[index]
    if value.among is not None and isinstance(key, Const):
        kept = tuple(name for name in value.among if name != key.value)
        value.become(FrameV(value.shape, among=kept))
    elif value.columns is not None and isinstance(key, Const) and key.value in value.columns:
        value.become(frame(rows, tuple(name for name in value.columns if name != key.value)))
    else:
        less = (
            total - 1
            if isinstance(total, int) and value.columns is None
            else call.unknown("the columns left")
        )
        value.become(frame(rows, None, less))
    return series(rows)


@method("frame.__setitem__")
def _set(call: Call) -> Value:
    """`df["name"] = …`: one column more, unless there is one of that name."""
    value: FrameV = call.receiver
    if rank_of(value) != 2:
        return NONE
    wanted = names(call.get(0))
    call.interpreter.journal.touch(value)
    if isinstance(call.get(0), Array) and call.get(0).dtype == "bool":
        return NONE
    if wanted is None or value.columns is None:
        value.become(frame(rows_of(value), None, call.unknown("whether the column is a new one")))
    else:
        new = tuple(name for name in wanted if name not in value.columns)
        value.become(frame(rows_of(value), (*value.columns, *new)))
    return NONE


@method("frame.__setattr__")
def _set_attribute(call: Call) -> Value:
    value: FrameV = call.receiver
    if call.text(0) == "columns" and rank_of(value) == 2:
        call.interpreter.journal.touch(value)
        chosen = names(call.get(1))
        value.become(frame(rows_of(value), chosen, first(listed(call.get(1)), value.shape[1])))  # type: ignore[index]
    return NONE


@method("frame.insert")
def _insert(call: Call) -> Value:
    value: FrameV = call.receiver
    place, name = call.number(0, "loc"), call.get(1, "column")
    call.interpreter.journal.touch(value)
    have, total = value.columns, value.shape[1] if rank_of(value) == 2 else None  # type: ignore[index]
    if have is not None and place is not None and isinstance(name, Const):
        value.become(frame(rows_of(value), (*have[:place], name.value, *have[place:])))
    else:
        value.become(
            frame(
                rows_of(value),
                None,
                total + 1 if isinstance(total, int) else call.unknown("the columns"),
            )
        )
    return NONE


@method("frame.assign")
def _assign(call: Call) -> Value:
    value: FrameV = call.receiver
    if value.columns is None:
        return frame(rows_of(value), None, call.unknown("whether the column is a new one"))
    new = tuple(
        g.keyword for g in call.given if g.keyword is not None and g.keyword not in value.columns
    )
    return frame(rows_of(value), (*value.columns, *new))


@method("frame.rename", "frame.set_axis", "frame.add_prefix", "frame.add_suffix")
def _rename(call: Call) -> Value:
    """As many columns, under other names."""
    value: FrameV = call.receiver
    if rank_of(value) != 2:
        return _result(call, FrameV(value.shape, value.dtype, value.distinct))
    chosen: Columns = None
    renamed = call.get(-1, "columns")
    if value.columns is not None and isinstance(renamed, DictV) and is_plain(renamed):
        new = plain(renamed)
        chosen = tuple(new.get(name, name) for name in value.columns)
    return _result(call, frame(rows_of(value), chosen, value.shape[1]))  # type: ignore[index]


@method("frame.reset_index", "frame.set_index")
def _index(call: Call) -> Value:
    """The index becomes a column unless it is dropped; a column becomes the index."""
    value: FrameV = call.receiver
    if call.name == "reset_index" and _flag(call, "drop"):
        return _result(call, frame_like(value, rows_of(value)))
    if rank_of(value) != 2:
        return _result(call, frame(rows_of(value), None, call.unknown("what the index holds")))
    key = call.get(0, "keys")
    gone = names(key) if call.name == "set_index" else None
    if (
        gone
        and value.columns is not None
        and _flag(call, "drop") is False
        and call.get(-1, "drop") is None
    ):
        return _result(
            call, frame(rows_of(value), tuple(name for name in value.columns if name not in gone))
        )
    return _result(call, frame(rows_of(value), None, call.unknown("what the index holds")))


@method("frame.dropna", "frame.drop_duplicates", "frame.sample", "frame.query", "frame.head", "frame.tail",
        "frame.nlargest", "frame.nsmallest", "frame.truncate", "frame.between_time")  # fmt: skip
def _fewer(call: Call) -> Value:
    """Fewer rows, all columns."""
    value: FrameV = call.receiver
    rows = rows_of(value)
    asked = call.get(0, "n", Const(5)) if call.name in ("head", "tail") else call.get(0, "n")
    share = call.get(1, "frac")
    if call.name == "dropna" and call.get(0, "axis") is not None:
        axis = call.get(0, "axis")
        if not isinstance(axis, Const) or axis.value not in (0, "index", "rows"):
            return _result(call, frame(rows, None, call.unknown("which columns are left")))
    if call.name == "sample" and isinstance(share, Const) and share.value in (1, 1.0):
        return frame_like(value, rows)
    left: Dim = call.unknown("how many rows are left", rows)
    most = (
        asked.value
        if isinstance(asked, Const) and call.name in ("head", "tail", "sample")
        else None
    )
    if isinstance(most, int) and most >= 0 and isinstance(rows, int):
        left = min(rows, most)
    return _result(call, frame_like(value, left, masked=True))


@method("frame.copy", "frame.astype", "frame.fillna", "frame.replace", "frame.round", "frame.abs", "frame.clip",
        "frame.applymap", "frame.interpolate", "frame.ffill", "frame.bfill", "frame.shift", "frame.diff",
        "frame.cumsum", "frame.pct_change", "frame.rank", "frame.sort_values", "frame.sort_index", "frame.isnull",
        "frame.isna", "frame.notnull", "frame.notna", "frame.isin", "frame.map", "frame.infer_objects", "frame.between",
        "frame.sub", "frame.add", "frame.mul", "frame.div", "frame.where", "frame.mask", "frame.eq", "frame.gt",
        "frame.lt", "frame.convert_dtypes", "frame.duplicated", "frame.reindex_like")  # fmt: skip
def _alike(call: Call) -> Value:
    """The same rows and columns."""
    value: FrameV = call.receiver
    asked = call.name in (
        "isnull",
        "isna",
        "notnull",
        "notna",
        "isin",
        "between",
        "eq",
        "gt",
        "lt",
        "duplicated",
    )
    dtype = (
        "bool"
        if asked
        else value.dtype
        if call.name in ("copy", "sort_values", "sort_index", "shift")
        else None
    )
    if call.name == "astype":
        dtype = dtype_of(call.get(0, "dtype"), None)
    keeps = call.name in ("copy", "astype", "sort_values", "sort_index", "fillna")
    if call.name == "duplicated":
        return series(rows_of(value), dtype)
    made = FrameV(value.shape, dtype, value.distinct if keeps else None, columns=value.columns)
    if call.name in ("sub", "add", "mul", "div") and not isinstance(call.get(0), Const):
        return call.unknown()
    return _result(call, counted(made, value) if call.name == "copy" else made)


@method("frame.apply", "frame.transform")
def _apply(call: Call) -> Value:
    """Of a Series one of as many rows, unless the function gives rows of its own."""
    value: FrameV = call.receiver
    given = call.get(0, "func")
    if rank_of(value) != 1 or (isinstance(given, Symbol) and given.path.startswith("pandas.")):
        return call.unknown()
    if isinstance(given, FunctionV) and "Series" in code_of(given.unit.module, given.node):
        return call.unknown()
    return series(rows_of(value))


@method("frame.to_frame")
def _to_frame(call: Call) -> Value:
    return frame(rows_of(call.receiver), None, 1)


# --- out of pandas ------------------------------------------------------------------------


@attribute("frame.__getattr__")
def _column(interpreter: Any, value: FrameV, node: Any, where: Any) -> Value:
    """`df.name`: a column, where it is nothing of pandas itself."""
    name = node.attr.value
    if rank_of(value) == 2 and (
        name in value.columns if value.columns is not None else name not in OF_PANDAS.split()
    ):
        return series(rows_of(value))
    return interpreter.unknown(f"`{interpreter.text(node, where)}` is not known", node, where)


OF_PANDAS = (
    "T abs add add_prefix add_suffix agg aggregate align all any append apply applymap as_matrix asfreq asof assign "
    "astype at at_time attrs axes between_time bfill blocks boxplot clip columns combine combine_first compare "
    "convert_dtypes copy corr corrwith count cov cummax cummin cumprod cumsum describe diff div divide dot drop "
    "drop_duplicates droplevel dropna dtypes duplicated empty eq equals eval ewm expanding explode ffill fillna "
    "filter first_valid_index flags floordiv from_arrow from_dict from_items from_records ftypes ge get get_values "
    "groupby gt head hist iat idxmax idxmin iloc index infer_objects info insert interpolate isetitem isin isna "
    "isnull items iteritems iterrows itertuples ix join keys kurt kurtosis last_valid_index le loc lookup lt mad "
    "map mask max mean median melt memory_usage merge min mod mode mul multiply ndim ne nlargest notna notnull "
    "nsmallest nunique pct_change pipe pivot pivot_table plot pop pow prod product quantile query radd rank rdiv "
    "reindex reindex_like rename rename_axis reorder_levels replace resample reset_index rfloordiv rmod rmul "
    "rolling round rpow rsub rtruediv sample select select_dtypes sem set_axis set_flags set_index shape shift size "
    "skew slice_shift sort sort_index sort_values sparse squeeze stack std style sub subtract sum swaplevel tail "
    "take to_clipboard to_csv to_dict to_excel to_feather to_hdf to_html to_iceberg to_json to_latex to_markdown "
    "to_numpy to_orc to_parquet to_period to_pickle to_records to_sql to_stata to_string to_timestamp to_xarray "
    "to_xml transform transpose truediv truncate tshift tz_convert tz_localize unstack update value_counts values "
    "var where xs"
)
"""What a DataFrame of pandas 3, or of an older one, has under a name that no column can be asked for by."""


@attribute("frame.values", "frame.array")
def _values(interpreter: Any, value: FrameV, node: Any, where: Any) -> Value:
    return Array(value.shape, value.dtype, value.distinct)


@method("frame.to_numpy", "frame.as_matrix", "frame.get_values", "frame.__array__")
def _to_numpy(call: Call) -> Value:
    value: FrameV = call.receiver
    return Array(value.shape, value.dtype, value.distinct)


@attribute("frame.T")
def _transposed(interpreter: Any, value: FrameV, node: Any, where: Any) -> Value:
    shape = value.shape[::-1] if isinstance(value.shape, tuple) else value.shape
    return FrameV(shape, among=value.rows, rows=value.among)


@method("frame.transpose")
def _transpose(call: Call) -> Value:
    return _transposed(call.interpreter, call.receiver, call.node, call.frame)


@attribute("frame.index")
def _row_labels(interpreter: Any, value: FrameV, node: Any, where: Any) -> Value:
    return Array((rows_of(value),), "object")


@attribute("frame.str", "frame.cat", "frame.dt")
def _accessor(interpreter: Any, value: FrameV, node: Any, where: Any) -> Value:
    return ObjectV("accessor", frame=value)


@attribute("accessor.codes")
def _codes(interpreter: Any, value: ObjectV, node: Any, where: Any) -> Value:
    return series(rows_of(value.data["frame"]), "int8")


_DATE = (
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "dayofweek",
    "weekday",
    "dayofyear",
    "quarter",
)


@attribute(*[f"accessor.{name}" for name in _DATE])
def _date(interpreter: Any, value: ObjectV, node: Any, where: Any) -> Value:
    return series(rows_of(value.data["frame"]), "int32")


@method(
    *[
        f"accessor.{name}"
        for name in ("lower", "upper", "strip", "replace", "len", "zfill", "slice", "title")
    ]
)
def _text(call: Call) -> Value:
    return series(rows_of(call.receiver.data["frame"]))


@method("frame.mean", "frame.std", "frame.var", "frame.min", "frame.max", "frame.sum", "frame.median", "frame.count",
        "frame.any", "frame.all", "frame.prod", "frame.nunique", "frame.idxmax", "frame.idxmin", "frame.mode",
        "frame.quantile")  # fmt: skip
def _reduced(call: Call) -> Value:
    """A number for each column, or with `axis=1` for each row."""
    value: FrameV = call.receiver
    if rank_of(value) == 1 and call.name == "nunique" and value.distinct is not None:
        return Const(value.distinct)
    axis = call.get(0, "axis", Const(0))
    if rank_of(value) != 2 or call.name in ("mode", "quantile") or not isinstance(axis, Const):
        return call.unknown()
    if axis.value in (1, "columns"):
        return series(rows_of(value))
    made = series(value.shape[1])  # type: ignore[index]
    made.become(FrameV(made.shape, None, columns=value.columns))
    return made


@method("frame.unique")
def _unique(call: Call) -> Value:
    value: FrameV = call.receiver
    count = (
        value.distinct
        if value.distinct is not None
        else call.unknown("how many different values these are")
    )
    return Array((count,), value.dtype, value.distinct)


@method("frame.value_counts")
def _counts(call: Call) -> Value:
    value: FrameV = call.receiver
    return series(
        value.distinct
        if value.distinct is not None
        else call.unknown("how many different values these are")
    )


@method(
    "frame.info", "frame.to_csv", "frame.plot", "frame.hist", "frame.to_pickle", "frame.to_excel"
)
def _nothing(call: Call) -> Value:
    return NONE
