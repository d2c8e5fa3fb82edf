"""scikit-learn: how data is split and scaled."""

from __future__ import annotations

import math

from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.source.calls import Call
from kfix.source.library.lookup import function, method
from kfix.source.values import Const, ListV, ObjectV, Value


@function("sklearn.model_selection.train_test_split", "sklearn.cross_validation.train_test_split")
def _split(call: Call) -> Value:
    made: list[Value] = []
    for value in call.positional:
        if not isinstance(value, Array) or isinstance(value.shape, Unknown) or not value.shape:
            made += [call.unknown("a part of the data", value), call.unknown("a part of the data", value)]
            continue
        train, test = _sizes(call, value.shape[0])
        made += [Array((size, *value.shape[1:]), value.dtype, value.distinct, value.one_hot) for size in (train, test)]
    return ListV(made, "list")


def _sizes(call: Call, count: object) -> tuple[int | Unknown, int | Unknown]:
    """How many rows are for training and for testing: the test part is rounded up, as scikit-learn does."""
    unknown = call.unknown("how many rows these are")
    if not isinstance(count, int):
        return unknown, unknown
    test, train = call.get(-1, "test_size"), call.get(-1, "train_size")
    if test is None and isinstance(train, Const) and isinstance(train.value, int | float):
        some = train.value if isinstance(train.value, int) else math.floor(count * train.value)
        return some, count - some
    share = 0.25 if test is None else test.value if isinstance(test, Const) else None
    if isinstance(share, int) and not isinstance(share, bool):
        return count - share, share
    if isinstance(share, float):
        held = math.ceil(count * share)
        return count - held, held
    return unknown, unknown


@function(
    *[f"sklearn.preprocessing.{name}" for name in ("StandardScaler", "MinMaxScaler", "RobustScaler", "MaxAbsScaler")]
)
def _scaler(call: Call) -> Value:
    return ObjectV("scaler")


@method("scaler.fit")
def _fit(call: Call) -> Value:
    return call.receiver


@method("scaler.fit_transform", "scaler.transform", "scaler.inverse_transform")
def _transform(call: Call) -> Value:
    value = call.get(0, "X")
    return Array(value.shape, "float64") if isinstance(value, Array) else call.unknown()


_SETS = {"iris": ((150, 4), 3), "digits": ((1797, 64), 10), "wine": ((178, 13), 3), "breast_cancer": ((569, 30), 2)}
_SETS |= {"diabetes": ((442, 10), 0), "california_housing": ((20640, 8), 0)}


@function("sklearn.datasets.fetch_california_housing", *[f"sklearn.datasets.load_{name}" for name in _SETS])
def _load(call: Call) -> Value:
    shape, classes = _SETS[call.name.removeprefix("load_").removeprefix("fetch_")]
    x = Array(shape, "float64")
    y = Array(shape[:1], "int64" if classes else "float64", classes or None)
    given = call.get(-1, "return_X_y")
    if isinstance(given, Const) and given.value:
        return ListV([x, y], "tuple")
    return ObjectV("bunch", data=x, target=y)
