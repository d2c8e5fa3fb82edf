"""pandas: groups of rows, and windows that slide over them."""

from __future__ import annotations

from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.arguments import Bound
from kfix.source.library.frames import frame, names_of, rank_of, rows_of, series, width_of
from kfix.source.library.signatures import attribute, method, within

_FIGURES = "mean sum min max std var median count first last prod sem skew quantile"


def _picked(call: Bound, value: FrameV, key: AbstractValue) -> FrameV | None:
    """Return columns of a frame, one as a Series, `None` where they are not known."""
    chosen = names_of(key)
    if chosen is None or rank_of(value) != 2:
        return None
    if isinstance(key, Const):
        return series(rows_of(value))
    return frame(rows_of(value), chosen)


# --- windows ------------------------------------------------------------------------------


@method(within("frame", "rolling expanding ewm"))
def _window(call: Bound) -> AbstractValue:
    """Return windows, one for each row: figures of them have the rows and columns of the frame."""
    return ObjectV("window", frame=call.receiver)


@method("window.__getitem__", "key")
def _window_of(call: Bound) -> AbstractValue:
    made = _picked(call, call.receiver.data["frame"], call["key"])
    if made is None:
        return call.unknown()
    return ObjectV("window", frame=made)


@method(within("window", f"{_FIGURES} apply"))
def _slid(call: Bound) -> AbstractValue:
    value: FrameV = call.receiver.data["frame"]
    return FrameV(value.shape, "float64", columns=value.columns)


# --- groups -------------------------------------------------------------------------------


@method("frame.groupby", "by=None, axis=None, level=None, as_index=True, **_")
def _groups(call: Bound) -> AbstractValue:
    """Return groups, with the names of the columns they are grouped by where these are known."""
    value, by, as_index = call.receiver, names_of(call["by"]), call["as_index"]
    is_known = by is not None and not call.is_given("axis") and rank_of(value) == 2
    if not is_known or not isinstance(as_index, Const):
        return ObjectV("groups", frame=value, by=None, index=Const(True), whole=Const(False))
    return ObjectV("groups", frame=value, by=by, index=as_index, whole=Const(True))


@method("groups.__getitem__", "key")
def _of_groups(call: Bound) -> AbstractValue:
    """Return some columns of each group."""
    data = call.receiver.data
    made = _picked(call, data["frame"], call["key"])
    if made is None:
        return call.unknown()
    return ObjectV("groups", frame=made, by=data["by"], index=data["index"], whole=Const(False))


@attribute("groups.__getattr__")
def _named(call: Call) -> AbstractValue:
    return call.unknown()


_COLUMNS = "the number of columns is not known"


@method("groups.size")
def _sizes(call: Bound) -> AbstractValue:
    rows = call.unknown("the number of groups is not known")
    if call.receiver.data["index"].value:
        return series(rows)
    return call.unknown()


@method(within("groups", f"{_FIGURES} nunique any all idxmax idxmin"))
def _reduced(call: Bound) -> AbstractValue:
    """Return a row for each group, of the columns that it is not grouped by."""
    data, rows = call.receiver.data, call.unknown("the number of groups is not known")
    value: FrameV = data["frame"]
    if rank_of(value) == 1:
        return _sizes(call)
    if rank_of(value) != 2 or data["by"] is None or not data["index"].value:
        return frame(rows, None, call.unknown(_COLUMNS))
    if not data["whole"].value:
        return frame(rows, value.columns, width_of(value))
    if value.columns is None or call.given:  # `numeric_only=True` and the like leave columns out
        return frame(rows, None, call.unknown(_COLUMNS))
    return frame(rows, _not_grouped_by(data))


def _not_grouped_by(data: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(name for name in data["frame"].columns if name not in data["by"])


@method("groups.cumcount groups.ngroup")
def _numbered(call: Bound) -> AbstractValue:
    return series(rows_of(call.receiver.data["frame"]))


@method(within("groups", "transform cumsum cummax cummin cumprod shift diff rank pct_change "
                         "ffill bfill fillna"))  # fmt: skip
def _kept(call: Bound) -> AbstractValue:
    """Return as many rows as the frame has."""
    data = call.receiver.data
    value: FrameV = data["frame"]
    if rank_of(value) == 1:
        return _numbered(call)
    is_whole = data["whole"].value
    if rank_of(value) == 2 and is_whole and value.columns is not None:
        return frame(rows_of(value), _not_grouped_by(data))
    if rank_of(value) == 2 and not is_whole and data["by"] is not None:
        return frame(rows_of(value), value.columns, width_of(value))
    return frame(rows_of(value), None, call.unknown(_COLUMNS))
