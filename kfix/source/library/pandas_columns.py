"""pandas: columns of a data frame, what is computed of them, and their arrays."""

from __future__ import annotations

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.arguments import Bound
from kfix.source.library.frames import (
    distinct_count,
    frame,
    rank_of,
    rows_of,
    series,
    width_of,
)
from kfix.source.library.signatures import attribute, method, method_row, within

method_row(within("frame", "to_numpy as_matrix get_values __array__"), "**_", "like(self)")
method_row("frame.mode frame.quantile", "**_", "unknown()")


@attribute("frame.__getattr__")
def _column(call: Call) -> AbstractValue:
    """Return a column, `df.name`, where pandas itself has nothing of that name."""
    value, node = call.receiver, call.node
    name = node.attr.value if isinstance(node, cst.Attribute) else ""
    is_column = name not in OF_PANDAS.split()
    if value.columns is not None:
        is_column = name in value.columns
    if rank_of(value) == 2 and is_column:
        return series(rows_of(value))
    return call.unknown()


OF_PANDAS = (
    "T abs add add_prefix add_suffix agg aggregate align all any append apply applymap "
    "as_matrix asfreq asof assign "
    "astype at at_time attrs axes between_time bfill blocks boxplot clip columns combine "
    "combine_first compare "
    "convert_dtypes copy corr corrwith count cov cummax cummin cumprod cumsum describe "
    "diff div divide dot drop "
    "drop_duplicates droplevel dropna dtypes duplicated empty eq equals eval ewm expanding "
    "explode ffill fillna "
    "filter first_valid_index flags floordiv from_arrow from_dict from_items from_records "
    "ftypes ge get get_values "
    "groupby gt head hist iat idxmax idxmin iloc index infer_objects info insert "
    "interpolate isetitem isin isna "
    "isnull items iteritems iterrows itertuples ix join keys kurt kurtosis "
    "last_valid_index le loc lookup lt mad "
    "map mask max mean median melt memory_usage merge min mod mode mul multiply ndim ne "
    "nlargest notna notnull "
    "nsmallest nunique pct_change pipe pivot pivot_table plot pop pow prod product "
    "quantile query radd rank rdiv "
    "reindex reindex_like rename rename_axis reorder_levels replace resample reset_index "
    "rfloordiv rmod rmul "
    "rolling round rpow rsub rtruediv sample select select_dtypes sem set_axis set_flags "
    "set_index shape shift size "
    "skew slice_shift sort sort_index sort_values sparse squeeze stack std style sub "
    "subtract sum swaplevel tail "
    "take to_clipboard to_csv to_dict to_excel to_feather to_hdf to_html to_iceberg "
    "to_json to_latex to_markdown "
    "to_numpy to_orc to_parquet to_period to_pickle to_records to_sql to_stata to_string "
    "to_timestamp to_xarray "
    "to_xml transform transpose truediv truncate tshift tz_convert tz_localize unstack "
    "update value_counts values "
    "var where xs"
)
"""What a DataFrame of pandas 3, or of an older one, has under a name that no column can be asked
for by.
"""


# --- arrays -------------------------------------------------------------------------------


@attribute("frame.values frame.array")
def _values(call: Call) -> AbstractValue:
    value: FrameV = call.receiver
    return Array(value.shape, value.dtype, value.distinct)


@attribute("frame.T")
def _transposed(call: Call) -> AbstractValue:
    value: FrameV = call.receiver
    shape = value.shape[::-1] if isinstance(value.shape, tuple) else value.shape
    return FrameV(shape, among=value.rows, rows=value.among)


@method("frame.transpose")
def _transpose(call: Bound) -> AbstractValue:
    return _transposed(call)


@method("frame.to_frame")
def _to_frame(call: Bound) -> AbstractValue:
    return frame(rows_of(call.receiver), None, 1)


@attribute("frame.index")
def _row_labels(call: Call) -> AbstractValue:
    return Array((rows_of(call.receiver),), "object")


# --- accessors ----------------------------------------------------------------------------


@attribute("frame.str frame.cat frame.dt")
def _accessor(call: Call) -> AbstractValue:
    return ObjectV("accessor", frame=call.receiver)


def _of_accessor(call: Call, dtype: str | None) -> AbstractValue:
    return series(rows_of(call.receiver.data["frame"]), dtype)


@attribute("accessor.codes")
def _codes(call: Call) -> AbstractValue:
    return _of_accessor(call, "int8")


_DATE = "year month day hour minute second dayofweek weekday dayofyear quarter"


@attribute(within("accessor", _DATE))
def _date(call: Call) -> AbstractValue:
    return _of_accessor(call, "int32")


@method(within("accessor", "lower upper strip replace len zfill slice title"))
def _text(call: Bound) -> AbstractValue:
    return _of_accessor(call, None)


# --- figures ------------------------------------------------------------------------------


@method(
    within("frame", "mean std var min max sum median count any all prod nunique idxmax idxmin"),
    "axis=0, **_",
)
def _reduced(call: Bound) -> AbstractValue:
    """Return a number for each column, or with `axis=1` for each row."""
    value, axis = call.receiver, call["axis"]
    if rank_of(value) == 1 and call.name == "nunique" and value.distinct is not None:
        return Const(value.distinct)
    if rank_of(value) != 2 or not isinstance(axis, Const):
        return call.unknown()
    if axis.value in (1, "columns"):
        return series(rows_of(value))
    return FrameV((width_of(value),), None, columns=value.columns)


@method("frame.unique")
def _unique(call: Bound) -> AbstractValue:
    value: FrameV = call.receiver
    why = call.unknown("the number of different values is not known")
    return Array((distinct_count(value, why),), value.dtype, value.distinct)


@method("frame.value_counts")
def _counts(call: Bound) -> AbstractValue:
    why = call.unknown("the number of different values is not known")
    return series(distinct_count(call.receiver, why))
