"""The dtypes of arrays, as far as they tell labels from numbers: truths, places, and what keeps its own."""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array

_TRUTHS = (
    "eq ne lt le gt ge not_ equal not_equal less less_equal greater greater_equal logical_and logical_or "
    "logical_xor logical_not isnan isinf isfinite isclose isin in1d all any reduce_all reduce_any"
)
_PLACES = "argsort argmax argmin searchsorted digitize nonzero flatnonzero argwhere where arange"
_KEEPING = (
    "getitem reshape ravel flatten transpose swapaxes moveaxis rollaxis squeeze expand_dims concatenate concat "
    "stack vstack hstack dstack column_stack append split array_split hsplit vsplit tile repeat flip fliplr flipud "
    "roll sort take take_along_axis delete copy and_ or_ xor invert add sub mul floordiv mod neg abs clip max min "
    "amax amin"
)


def dtype_made(path: str, values: list[Any]) -> str | None:
    """The dtype of what an operation gives, where it is a question of truth, of places, or that of all arguments."""
    name = path.rpartition(".")[2]
    if name in _TRUTHS.split():
        return "bool"
    if name in _PLACES.split():
        if name != "where" or len(values) == 1:
            return "int64"
        return None
    if name not in _KEEPING.split():
        return None
    given = values[0] if values and isinstance(values[0], list | tuple) else values[:2]
    dtypes = {value.dtype for value in given if isinstance(value, Array)}
    dtype = dtypes.pop() if len(dtypes) == 1 else None
    scalars = [v for v in given if isinstance(v, int | float) and not isinstance(v, bool)]
    if path.startswith("operator.") and dtype is not None:
        if dtype == "bool" and name not in ("and_", "or_", "xor", "invert", "getitem"):
            return None
        if not dtype.startswith("float") and any(isinstance(v, float) for v in scalars):
            return None
    return dtype
