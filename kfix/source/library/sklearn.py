"""scikit-learn: how data is split, scaled and encoded."""

from __future__ import annotations

import math
from collections.abc import Callable

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Dim
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, ListV, RangeV
from kfix.source.interpreter.partial_values import FrameV, RowsV
from kfix.source.interpreter.values import ObjectV
from kfix.source.library import arguments
from kfix.source.library import scikeras as _scikeras  # noqa: F401  (registers what fits an estimator)
from kfix.source.library import sklearn_datasets as _datasets  # noqa: F401  (registers the data sets)
from kfix.source.library import sklearn_features as _features  # noqa: F401  (registers what makes other columns)
from kfix.source.library.arguments import Bound, is_none, known_dim, known_shape
from kfix.source.library.literals import array_of
from kfix.source.library.signatures import (
    attribute,
    function,
    function_row,
    method,
    method_row,
    within,
)

# --- splitting ----------------------------------------------------------------------------

_FOLDS = (
    "KFold StratifiedKFold RepeatedKFold RepeatedStratifiedKFold "
    "ShuffleSplit StratifiedShuffleSplit TimeSeriesSplit"
)

function_row(
    "sklearn.utils.class_weight.compute_class_weight",
    "class_weight, *, classes, y, sample_weight=None",
    "float64[*classes.shape]",
)
function_row(within("sklearn.model_selection", _FOLDS), "**_", 'object("folds")')
method_row(
    "folds.split",
    "**_",
    """object("stream", item=(int64["the number of training rows is not known"],
                              int64["the number of test rows is not known"]))""",
)


@function("sklearn.model_selection.train_test_split sklearn.cross_validation.train_test_split")
def _split(call: Bound) -> AbstractValue:
    """Return two parts of the rows of each array; its columns stay."""
    parts = [part for value in call.positional for part in _parts(call, value)]
    return ListV(parts, "list")


def _parts(call: Bound, value: AbstractValue) -> list[AbstractValue]:
    if isinstance(value, ListV | RangeV):
        return _parts_of_list(call, value)
    if not isinstance(value, Array):
        return _unknown_parts(call, value)
    shape = value.shape
    if isinstance(shape, RowsV):
        return [Array(shape, value.dtype), Array(shape, value.dtype)]
    if isinstance(shape, Unknown) or not shape:
        return _unknown_parts(call, shape)
    return [rows(value, size) for size in _sizes(call, shape[0])]


def _unknown_parts(call: Bound, because: object) -> list[AbstractValue]:
    why = "a part of the data is not known"
    return [Array(call.unknown(why, because)), Array(call.unknown(why, because))]


def _parts_of_list(call: Bound, value: AbstractValue) -> list[AbstractValue]:
    """Return two lists of unknown length, with elements as those of the list."""
    array = array_of(value, call)
    if isinstance(array.shape, Unknown):
        why = "a part of the data is not known"
        return [call.unknown(why, array.shape), call.unknown(why, array.shape)]
    element = Array(array.shape[1:], array.dtype)
    why = "the number of elements is not known"
    return [ListV([element], unknown=call.unknown(why)) for _ in range(2)]


def rows(value: Array, count: Dim) -> Array:
    """Return so many rows of an array or data frame of known rank."""
    assert isinstance(value.shape, tuple)
    shape = (count, *value.shape[1:])
    if isinstance(value, FrameV):
        return FrameV(shape, value.dtype, value.distinct, value.one_hot, columns=value.columns)
    return Array(shape, value.dtype, value.distinct, value.one_hot)


def _sizes(call: Bound, count: Dim) -> tuple[Dim, Dim]:
    """Return the number of rows to train and to test with (`_validate_shuffle_split`).

    The test part is rounded up and the training part down; where only one of them is given, the
    other takes the rest.
    """
    unknown = call.unknown("the number of rows is not known", count)
    if not isinstance(count, int):
        return unknown, unknown
    train = _share(call, "train_size", math.floor, count)
    test = _share(call, "test_size", math.ceil, count)
    if isinstance(train, Unknown) or isinstance(test, Unknown):
        return unknown, unknown
    if train is None and test is None:
        test = math.ceil(count * 0.25)
    if test is None:
        test = count - (train or 0)
    if train is None:
        train = count - test
    return train, test


def _share(call: Bound, name: str, rounded: Callable[[float], int], count: int) -> Dim:
    """Return a number of rows that is given as such or as a share, `None` where it is missing."""
    value = call.get(-1, name)
    if value is None or is_none(value):
        return None
    share = arguments.number(value)
    if isinstance(share, bool) or share is None or share < 0:
        return call.unknown(f"`{name}` is not known", value)
    return min(share if isinstance(share, int) else rounded(count * share), count)


@function("sklearn.utils.shuffle sklearn.utils.resample")
def _shuffle(call: Bound) -> AbstractValue:
    """Return arrays with their rows shuffled; `n_samples` is the number of rows that are taken."""
    count = call.get(-1, "n_samples")
    made = [_shuffled(call, value, count) for value in call.positional]
    if len(made) == 1:
        return made[0]
    return ListV(made, "list")


def _shuffled(call: Bound, value: AbstractValue, count: AbstractValue) -> AbstractValue:
    if not isinstance(value, Array) or not known_shape(value):
        return call.unknown(because=value)
    if count is None or is_none(count):
        return value
    return rows(value, arguments.dim(call, count, "n_samples"))


# --- scaling and encoding -----------------------------------------------------------------

_SCALERS = (
    "StandardScaler MinMaxScaler RobustScaler MaxAbsScaler QuantileTransformer PowerTransformer "
    "Normalizer Binarizer OrdinalEncoder"
)

function_row(within("sklearn.preprocessing", _SCALERS), "**_", 'object("scaler")')
method_row("scaler.fit scaler.partial_fit", "**_", "self")
method_row("scaler.fit_transform scaler.transform scaler.inverse_transform", "X, y=None, **_",
           "float64[*X.shape]")  # fmt: skip
function_row(
    within("sklearn.preprocessing", "scale normalize minmax_scale robust_scale maxabs_scale"),
    "X, **_",
    "float64[*X.shape]",
)

_COMPONENTS = "PCA TruncatedSVD KernelPCA NMF FastICA"

function_row(
    within("sklearn.decomposition", _COMPONENTS),
    "n_components=None, **_",
    'object("components", count=n_components)',
)
function_row(
    "sklearn.manifold.TSNE", "n_components=2, **_", 'object("components", count=n_components)'
)
method_row("components.fit", "**_", "self")
method_row("components.fit_transform components.transform", "X, y=None, **_",
           "float64[len(X), self.count]")  # fmt: skip

function_row("sklearn.preprocessing.LabelEncoder", "", 'object("label_encoder")')
function_row("sklearn.preprocessing.LabelBinarizer", "**_", 'object("label_binarizer")')

_KNOWN = {"sparse", "sparse_output", "dtype", "handle_unknown", "categories"}
"""Arguments of `OneHotEncoder` that leave a column for each category."""


@function("sklearn.preprocessing.OneHotEncoder")
def _one_hot_encoder(call: Bound) -> AbstractValue:
    is_plain = {given.keyword for given in call.given} <= _KNOWN
    is_auto = call.text(0, "categories", "auto") == "auto"
    return ObjectV("one_hot_encoder", plain=Const(is_plain and is_auto))


_LABELS = "y=None, *, X=None, **_"


def _labels_of(call: Bound) -> Array:
    """Return the labels that an encoder is given: encoders of labels call them y, others X."""
    return array_of(call.either("X", "y"), call)


@method("label_encoder.fit label_binarizer.fit one_hot_encoder.fit", _LABELS)
def _learn(call: Bound) -> AbstractValue:
    """Remember the labels that an encoder is fitted to."""
    encoder: ObjectV = call.receiver
    call.interpreter.journal.set(encoder.data, "labels", _labels_of(call))
    return encoder


def _class_count(call: Call) -> Dim:
    labels = call.receiver.data.get("labels")
    if not isinstance(labels, Array) or labels.distinct is None:
        return call.unknown("the number of classes is not known", labels)
    return labels.distinct


@method("label_encoder.fit_transform", _LABELS)
def _fit_labels(call: Bound) -> AbstractValue:
    _learn(call)
    return _encode_labels(call)


@method("label_encoder.transform", _LABELS)
def _encode_labels(call: Bound) -> AbstractValue:
    """Return an integer for each label."""
    return _labels_alike(call, "int64")


@method("label_encoder.inverse_transform", _LABELS)
def _decode_labels(call: Bound) -> AbstractValue:
    return _labels_alike(call, None)


def _labels_alike(call: Bound, dtype: str | None) -> AbstractValue:
    """Return a label for each label; a column of labels is flattened."""
    given, classes = _labels_of(call), _class_count(call)
    if isinstance(given.shape, Unknown):
        why = call.unknown("the number of labels is not known", given.shape)
        return Array((why,), dtype or "int64")
    return Array(given.shape[:1], dtype, known_dim(classes))


@method("label_binarizer.fit_transform", _LABELS)
def _fit_columns(call: Bound) -> AbstractValue:
    _learn(call)
    return _columns_of_labels(call)


@method("label_binarizer.transform", _LABELS)
def _columns_of_labels(call: Bound) -> AbstractValue:
    """Return a column for each class, one column for two classes."""
    count = _class_count(call)
    if isinstance(count, int) and count <= 2:
        count = 1
    return Array(
        (_row_count(call), count), "int64", one_hot=isinstance(count, Unknown) or count != 1
    )


@method("one_hot_encoder.fit_transform", _LABELS)
def _fit_one_hot(call: Bound) -> AbstractValue:
    _learn(call)
    return _one_hot(call)


@method("one_hot_encoder.transform", _LABELS)
def _one_hot(call: Bound) -> AbstractValue:
    """Return a column for each class; several columns are encoded each by itself."""
    given, count = _labels_of(call), _class_count(call)
    is_column = isinstance(given.shape, tuple) and given.shape[1:] == (1,)
    if not is_column or not call.receiver.data["plain"].value:
        count = call.unknown("the number of classes is not known")
    return Array((_row_count(call), count), "float64", one_hot=is_column)


def _row_count(call: Bound) -> Dim:
    return arguments.length(call, _labels_of(call), "y")


@attribute("label_encoder.classes_ label_binarizer.classes_")
def _class_names(call: Call) -> AbstractValue:
    return Array((_class_count(call),))
