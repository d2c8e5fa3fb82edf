"""scikit-learn: what makes other columns of the columns there are, or fills their gaps."""

from __future__ import annotations

from math import comb
from typing import Any

from kfix.model.graph import Array, Dim
from kfix.source.calls import Call
from kfix.source.containers import Const, ListV, Value
from kfix.source.convert import is_plain, plain
from kfix.source.library.literals import array_of
from kfix.source.library.lookup import function, method
from kfix.source.values import ObjectV


@function("sklearn.impute.SimpleImputer", "sklearn.impute.KNNImputer", "sklearn.impute.IterativeImputer",
          "sklearn.preprocessing.Imputer")  # fmt: skip
def _imputer(call: Call) -> Value:
    """The same columns (one without any value at all would go), unless an indicator of gaps is asked for."""
    indicator = call.get(-1, "add_indicator", Const(False))
    known = isinstance(indicator, Const) and not indicator.value
    return ObjectV("scaler") if known else call.unknown("whether columns come along that mark the gaps")


@function("sklearn.preprocessing.PolynomialFeatures")
def _polynomial(call: Call) -> Value:
    """Keeps what it was made with: `degree` (one number, or the least and the most), and what is left out."""
    degree = call.get(0, "degree", Const(2))
    flags = [call.get(-1, "interaction_only", Const(False)), call.get(-1, "include_bias", Const(True))]
    if not is_plain(degree) or not all(isinstance(flag, Const) for flag in flags):
        return call.unknown("which powers are made")
    return ObjectV("polynomial", degree=degree, crossed=flags[0], bias=flags[1])


@method("polynomial.fit")
def _fit(call: Call) -> Value:
    return call.receiver


@method("polynomial.fit_transform", "polynomial.transform")
def _powers(call: Call) -> Value:
    """A column for each product of at most `degree` columns (`PolynomialFeatures._num_combinations`)."""
    value = call.get(0, "X")
    made = array_of(value, call) if isinstance(value, Array | ListV) else None
    if made is None or not isinstance(made.shape, tuple) or len(made.shape) != 2:
        return call.unknown(because=value)
    return Array((made.shape[0], _count(made.shape[1], call)), "float64")


def _count(columns: Dim, call: Call) -> Dim:
    data = call.receiver.data
    degree: Any = plain(data["degree"])
    least, most = degree if isinstance(degree, tuple | list) and len(degree) == 2 else (0, degree)
    if not isinstance(columns, int) or not all(isinstance(end, int) and 0 <= end <= 64 for end in (least, most)):
        return call.unknown("how many columns the powers have", columns)
    if data["crossed"].value:
        total = sum(comb(columns, n) for n in range(max(1, least), min(most, columns) + 1))
    else:
        total = comb(columns + most, most) - 1
        total -= comb(columns + least - 1, least - 1) - 1 if least > 0 else 0
    return total + bool(data["bias"].value)
