"""pandas: groups of rows, and windows that slide over them."""

from __future__ import annotations

from typing import Any

from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, Value
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.lookup import attribute, method
from kfix.source.library.pandas_frames import frame, names, rank_of, rows_of, series

_SLID = (
    "mean",
    "sum",
    "min",
    "max",
    "std",
    "var",
    "median",
    "count",
    "first",
    "last",
    "prod",
    "sem",
    "skew",
    "quantile",
)
_REDUCING = (*_SLID, "nunique", "any", "all", "size", "idxmax", "idxmin")
_KEEPING: tuple[str, ...] = (
    "transform",
    "cumsum",
    "cummax",
    "cummin",
    "cumprod",
    "cumcount",
    "shift",
    "diff",
    "rank",
    "pct_change",
)
_KEEPING += ("ffill", "bfill", "fillna", "ngroup")


# --- windows ------------------------------------------------------------------------------


@method("frame.rolling", "frame.expanding", "frame.ewm")
def _window(call: Call) -> Value:
    """Each row with those before it: what is made of them has the frame's own rows and columns."""
    return ObjectV("window", frame=call.receiver)


@method("window.__getitem__")
def _window_of(call: Call) -> Value:
    value: FrameV = call.receiver.data["frame"]
    chosen = names(call.get(0))
    if chosen is None or rank_of(value) != 2:
        return call.unknown()
    made = (
        series(rows_of(value)) if isinstance(call.get(0), Const) else frame(rows_of(value), chosen)
    )
    return ObjectV("window", frame=made)


@method(*[f"window.{name}" for name in _SLID])
def _slid(call: Call) -> Value:
    value: FrameV = call.receiver.data["frame"]
    return FrameV(value.shape, "float64", columns=value.columns)


@method("window.apply")
def _slid_by(call: Call) -> Value:
    return _slid(call)


# --- groups -------------------------------------------------------------------------------


@method("frame.groupby")
def _groups(call: Call) -> Value:
    """Remembers the frame and the names of the columns it is grouped by, where they are columns of it."""
    value: FrameV = call.receiver
    by = names(call.get(0, "by"))
    flag = call.get(-1, "as_index", Const(True))
    if (
        rank_of(value) != 2
        or by is None
        or not isinstance(flag, Const)
        or call.get(-1, "axis") is not None
    ):
        return ObjectV("groups", frame=value, by=None, index=Const(True), whole=Const(False))
    return ObjectV("groups", frame=value, by=by, index=flag, whole=Const(True))


@method("groups.__getitem__")
def _of_groups(call: Call) -> Value:
    """Some columns of each group: one as a Series, several as a frame."""
    data = call.receiver.data
    value, chosen = data["frame"], names(call.get(0))
    if chosen is None or rank_of(value) != 2:
        return call.unknown()
    one = isinstance(call.get(0), Const)
    made = series(rows_of(value)) if one else frame(rows_of(value), chosen)
    return ObjectV("groups", frame=made, by=data["by"], index=data["index"], whole=Const(False))


@attribute("groups.__getattr__")
def _named(interpreter: Any, value: ObjectV, node: Any, where: Any) -> Value:
    return interpreter.unknown(f"`{interpreter.text(node, where)}` is not known", node, where)


@method(*[f"groups.{name}" for name in _REDUCING])
def _reduced(call: Call) -> Value:
    """A row for each group: of columns with names those that it is not grouped by."""
    data = call.receiver.data
    value: FrameV = data["frame"]
    rows = call.unknown("how many groups there are")
    if call.name == "size" or rank_of(value) == 1:
        return series(rows) if data["index"].value else call.unknown()
    if rank_of(value) != 2 or data["by"] is None or not data["index"].value:
        return frame(rows, None, call.unknown("which columns are left"))
    if not data["whole"].value:
        return frame(rows, value.columns, value.shape[1])  # type: ignore[index]
    if value.columns is None or call.given:  # numeric_only=True and the like leave columns out
        return frame(rows, None, call.unknown("which columns are left"))
    return frame(rows, tuple(name for name in value.columns if name not in data["by"]))


@method(*[f"groups.{name}" for name in _KEEPING])
def _kept(call: Call) -> Value:
    """As many rows as the frame has."""
    data = call.receiver.data
    value: FrameV = data["frame"]
    if rank_of(value) == 1 or call.name in ("cumcount", "ngroup"):
        return series(rows_of(value))
    if rank_of(value) == 2 and data["whole"].value and value.columns is not None:
        return frame(
            rows_of(value), tuple(name for name in value.columns if name not in data["by"])
        )
    if rank_of(value) == 2 and not data["whole"].value and data["by"] is not None:
        return frame(rows_of(value), value.columns, value.shape[1])  # type: ignore[index]
    return frame(rows_of(value), None, call.unknown("which columns are left"))
