"""The dtypes of arrays, as far as they tell labels from numbers: truths, places, and what keeps its
own.
"""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array

_TRUTH_NAMES = (
    "eq ne lt le gt ge not_ equal not_equal less less_equal greater greater_equal "
    "logical_and logical_or "
    "logical_xor logical_not isnan isinf isfinite isclose isin in1d all any reduce_all reduce_any"
)
_PLACE_NAMES = (
    "argsort argmax argmin searchsorted digitize nonzero flatnonzero argwhere where arange"
)
_KEEPING_NAMES = (
    "getitem reshape ravel flatten transpose swapaxes moveaxis rollaxis squeeze "
    "expand_dims concatenate concat "
    "stack vstack hstack dstack column_stack append split array_split hsplit vsplit tile "
    "repeat flip fliplr flipud "
    "roll sort take take_along_axis delete copy and_ or_ xor invert add sub mul floordiv "
    "mod neg abs clip max min "
    "amax amin"
)
_TRUTHS, _PLACES, _KEEPING = (
    frozenset(names.split()) for names in (_TRUTH_NAMES, _PLACE_NAMES, _KEEPING_NAMES)
)
"""Operations whose results are truths, places, or of the dtype of their arguments."""
_OF_TRUTHS = ("and_", "or_", "xor", "invert", "getitem")
"""Operators that make truths of truths."""


def dtype_made(path: str, values: list[Any]) -> str | None:
    """Return NumPy's name of the dtype of what an operation gives, `None` where it is not known.

    "bool" of truths, "int64" of places, and that of all arguments of what keeps its own.
    """
    name = path.rpartition(".")[2]
    if name in _TRUTHS:
        return "bool"
    if name in _PLACES and (name != "where" or len(values) <= 1):
        return "int64"
    if name in _KEEPING:
        return _kept(path, name, values)
    return None


def _kept(path: str, name: str, values: list[Any]) -> str | None:
    """Return the dtype that all arrays among the arguments have, if the result has it as well."""
    several = bool(values) and isinstance(values[0], list | tuple)
    given = values[0] if several else values[:2]
    dtypes = {value.dtype for value in given if isinstance(value, Array)}
    dtype = None
    if len(dtypes) == 1:
        dtype = dtypes.pop()
    if dtype is None or not path.startswith("operator."):
        return dtype
    if dtype == "bool" and name not in _OF_TRUTHS:
        return None
    # An array of integers and a float make floats.
    by_float = any(isinstance(value, float) for value in given)
    if by_float and not dtype.startswith("float"):
        return None
    return dtype
