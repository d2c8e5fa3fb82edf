"""scikit-learn: what makes other columns of the columns there are, or fills their gaps."""

from __future__ import annotations

from math import comb
from typing import Any

from kfix.model.graph import Array, Dim
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, ListV, Value
from kfix.source.interpreter.conversion import is_plain, plain
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.literals import array_of
from kfix.source.library.lookup import attribute, function, method


@function("sklearn.impute.SimpleImputer", "sklearn.impute.KNNImputer", "sklearn.impute.IterativeImputer",
          "sklearn.preprocessing.Imputer")  # fmt: skip
def _imputer(call: Call) -> Value:
    """The same columns (one without any value at all would go), unless an indicator of gaps is asked for."""
    indicator = call.get(-1, "add_indicator", Const(False))
    known = isinstance(indicator, Const) and not indicator.value
    return (
        ObjectV("scaler")
        if known
        else call.unknown("whether columns come along that mark the gaps")
    )


@function("sklearn.preprocessing.PolynomialFeatures")
def _polynomial(call: Call) -> Value:
    """Keeps what it was made with: `degree` (one number, or the least and the most), and what is left out."""
    degree = call.get(0, "degree", Const(2))
    flags = [
        call.get(-1, "interaction_only", Const(False)),
        call.get(-1, "include_bias", Const(True)),
    ]
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
    if not isinstance(columns, int) or not all(
        isinstance(end, int) and 0 <= end <= 64 for end in (least, most)
    ):
        return call.unknown("how many columns the powers have", columns)
    if data["crossed"].value:
        total = sum(comb(columns, n) for n in range(max(1, least), min(most, columns) + 1))
    else:
        total = comb(columns + most, most) - 1
        total -= comb(columns + least - 1, least - 1) - 1 if least > 0 else 0
    return total + bool(data["bias"].value)


# --- sets of labels, and words ------------------------------------------------------------


@function("sklearn.preprocessing.MultiLabelBinarizer")
def _label_sets(call: Call) -> Value:
    classes = call.get(0, "classes")
    known = len(classes.items) if isinstance(classes, ListV) and classes.unknown is None else None
    return ObjectV("label_sets", count=Const(known) if known is not None else None)


@method("label_sets.fit", "label_sets.fit_transform", "label_sets.transform")
def _marked(call: Call) -> Value:
    """A row of zeros and ones for each set of labels, with a column for each label that was seen in `fit`."""
    encoder: ObjectV = call.receiver
    given = call.get(0, "y")
    if (
        call.name != "transform"
        and encoder.data["count"] is None
        and isinstance(given, ListV)
        and is_plain(given)
    ):
        labels = {
            label
            for labels in plain(given)
            if isinstance(labels, tuple | list | set)
            for label in labels
        }
        call.interpreter.journal.set(encoder.data, "count", Const(len(labels)))
    if call.name == "fit":
        return encoder
    return Array((_length(given, call), _columns(encoder, call)), "int64")


@attribute("label_sets.classes_")
def _labels_seen(interpreter: Any, value: ObjectV, node: Any, where: Any) -> Value:
    count = value.data["count"]
    return Array(
        (
            count.value
            if count is not None
            else interpreter.unknown("how many labels there are", node, where),
        )
    )


@function(
    "sklearn.feature_extraction.text.CountVectorizer",
    "sklearn.feature_extraction.text.TfidfVectorizer",
)
def _words(call: Call) -> Value:
    return ObjectV("words", count=None)


@method("words.fit")
def _read_words(call: Call) -> Value:
    return call.receiver


@method("words.fit_transform", "words.transform")
def _counted(call: Call) -> Value:
    """A row for each text, with a column for each word; how many words there are is for the texts to say."""
    return Array(
        (_length(call.get(0, "raw_documents"), call), _columns(call.receiver, call)), "float64"
    )


def _length(value: Value, call: Call) -> Dim:
    shape = array_of(value, call).shape if isinstance(value, Array) else None
    if isinstance(value, ListV) and value.unknown is None:
        return len(value.items)
    return (
        shape[0]
        if isinstance(shape, tuple) and shape
        else call.unknown("how many rows these are", value)
    )


def _columns(encoder: ObjectV, call: Call) -> Dim:
    count = encoder.data["count"]
    return count.value if count is not None else call.unknown("how many columns are made")
