"""scikit-learn: what makes other columns of the columns there are, or fills their gaps."""

from __future__ import annotations

from math import comb

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Dim
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, ListV
from kfix.source.interpreter.conversion import is_plain, plain
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.arguments import Bound, checked_dim, dim, items_of
from kfix.source.library.signatures import (
    attribute,
    function,
    function_row,
    method,
    method_row,
    within,
)

_IMPUTERS = "impute.SimpleImputer impute.KNNImputer impute.IterativeImputer preprocessing.Imputer"

function_row(
    within("sklearn", _IMPUTERS),
    "*, add_indicator=False, **_",
    """unknown("whether columns mark the gaps is not known") if add_indicator
       else object("scaler")""",
)
function_row(
    within("sklearn.feature_extraction.text", "CountVectorizer TfidfVectorizer"),
    "**_",
    'object("words")',
)
method_row("words.fit", "**_", "self")
method_row(
    "words.fit_transform words.transform",
    "raw_documents, **_",
    'float64[len(raw_documents), "the number of words is not known"]',
)

# --- powers of columns --------------------------------------------------------------------


@function(
    "sklearn.preprocessing.PolynomialFeatures",
    "degree=2, *, interaction_only=False, include_bias=True, order='C'",
)
def _polynomial(call: Bound) -> AbstractValue:
    """Return an encoder with its `degree` (a number, or the least and the most) and flags."""
    flags = (call["interaction_only"], call["include_bias"])
    if not is_plain(call["degree"]) or not all(isinstance(flag, Const) for flag in flags):
        return call.unknown("the powers are not known")
    return ObjectV("polynomial", degree=call["degree"], crossed=flags[0], bias=flags[1])


method_row("polynomial.fit", "**_", "self")


@method("polynomial.fit_transform polynomial.transform", "X, y=None, **_")
def _powers(call: Bound) -> AbstractValue:
    """Return a column for each product of at most `degree` columns."""
    shape = call.array_shape("X", 2)
    if shape is None:
        return call.unknown(because=call["X"])
    return Array((shape[0], _count(shape[1], call)), "float64")


_MOST = 64
"""The largest degree that is counted."""


def _count(columns: Dim, call: Bound) -> Dim:
    """Return the number of columns (`PolynomialFeatures._num_combinations`)."""
    data, least, most = call.receiver.data, *_degrees(call)
    if not isinstance(columns, int) or not 0 <= least <= most <= _MOST:
        return call.unknown("the number of columns of the powers is not known", columns)
    if data["crossed"].value:
        total = sum(comb(columns, n) for n in range(max(1, least), min(most, columns) + 1))
    else:
        total = comb(columns + most, most) - 1
        if least > 0:
            total -= comb(columns + least - 1, least - 1) - 1
    return checked_dim(call, total + bool(data["bias"].value), "degree")


def _degrees(call: Bound) -> tuple[int, int]:
    """Return the least and the largest degree, (-1, -1) where they are not integers."""
    degree = plain(call.receiver.data["degree"])
    pair = (0, degree)
    if isinstance(degree, tuple | list):
        pair = (*degree,)
    ends = [end for end in pair if type(end) is int]
    if len(ends) == len(pair) == 2:
        return (ends[0], ends[1])
    return (-1, -1)


# --- sets of labels -----------------------------------------------------------------------


@function("sklearn.preprocessing.MultiLabelBinarizer", "*, classes=None, sparse_output=False")
def _label_sets(call: Bound) -> AbstractValue:
    classes = items_of(call["classes"])
    return ObjectV("label_sets", count=None if classes is None else Const(len(classes)))


@method("label_sets.fit", "y")
def _learn(call: Bound) -> AbstractValue:
    """Remember the number of different labels."""
    encoder: ObjectV = call.receiver
    given = call["y"]
    if encoder.data["count"] is None and isinstance(given, ListV) and is_plain(given):
        sets = [labels for labels in plain(given) if isinstance(labels, tuple | list | set)]
        count = len({repr(label) for labels in sets for label in labels})
        call.interpreter.journal.set(encoder.data, "count", Const(count))
    return encoder


@method("label_sets.fit_transform", "y")
def _fit_marks(call: Bound) -> AbstractValue:
    _learn(call)
    return _marks(call)


@method("label_sets.transform", "y")
def _marks(call: Bound) -> AbstractValue:
    """Return a row for each set of labels, with a column for each label seen in `fit`."""
    return Array((call.length("y"), _label_count(call)), "int64")


@attribute("label_sets.classes_")
def _labels_seen(call: Call) -> AbstractValue:
    return Array((_label_count(call),))


def _label_count(call: Call) -> Dim:
    return dim(call, call.receiver.data["count"], "classes")
