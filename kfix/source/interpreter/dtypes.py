"""The dtypes of arrays, as far as they distinguish labels from numbers.

These are truths, places, and what keeps its own.
"""

from __future__ import annotations

from typing import Any

from kfix.model.attributes import FRACTIONS
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
_FRACTION_NAMES = (
    "truediv true_divide divide mean nanmean average median nanmedian std nanstd var nanvar "
    "percentile quantile sqrt cbrt exp expm1 exp2 log log2 log10 log1p sin cos tan tanh sinh cosh "
    "arcsin arccos arctan reciprocal"
)
_TRUTHS, _PLACES, _KEEPING, _FRACTIONAL = (
    frozenset(names.split())
    for names in (_TRUTH_NAMES, _PLACE_NAMES, _KEEPING_NAMES, _FRACTION_NAMES)
)
"""Operations whose results are truths, places, of the dtype of their arguments, or floats."""
_MIXING = frozenset(["add", "sub", "mul", "pow", "floordiv", "mod"])
"""Operators that make floats of a float and anything else."""

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
    if path.startswith(("numpy.", "operator.")) and _makes_fractions(name, values[:2]):
        return FRACTIONS
    if name in _KEEPING:
        return _kept(path, name, values)
    return None


def _makes_fractions(name: str, values: list[Any]) -> bool:
    """Return whether an operation makes floats of numbers that need not be floats.

    A float makes floats of an array of anything but floats of a known width, which keep it.
    """
    dtypes = {value.dtype or "" for value in values if isinstance(value, Array)}
    if any(isinstance(value, complex) for value in values) or not dtypes.isdisjoint(_NO_NUMBERS):
        return False
    if name in _FRACTIONAL:
        return True
    by_float = any(isinstance(value, float) for value in values)
    floats = {dtype for dtype in dtypes if dtype.startswith("float")}
    return (
        name in _MIXING
        and (FRACTIONS in floats or len(dtypes) > 1 or not floats)
        and (by_float or bool(floats))
    )


_NO_NUMBERS = {"complex64", "complex128", "list", "object", "str"}


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
    return dtype
