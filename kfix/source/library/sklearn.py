"""scikit-learn: how data is split, scaled and encoded, and the data sets that come with it."""

from __future__ import annotations

import math
from typing import Any

from kfix.model.graph import Array, Dim
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, ListV, RangeV, Value, first
from kfix.source.interpreter.partial_values import FrameV, RowsV
from kfix.source.interpreter.values import ObjectV
from kfix.source.library import scikeras as _scikeras  # noqa: F401  (registers what fits an estimator)
from kfix.source.library import sklearn_features as _features  # noqa: F401  (registers what makes other columns)
from kfix.source.library.literals import array_of
from kfix.source.library.lookup import attribute, function, method

Shape = tuple[Any, ...]


# --- splitting ----------------------------------------------------------------------------


@function("sklearn.model_selection.train_test_split", "sklearn.cross_validation.train_test_split")
def _split(call: Call) -> Value:
    """Two parts of each array, by the rows; what is said of the columns stays."""
    made: list[Value] = []
    for value in call.positional:
        if isinstance(value, ListV | RangeV):
            value = array_of(value, call)
            made += [_list(Array((count, *value.shape[1:]), value.dtype), call) if isinstance(value.shape, tuple)
                     else call.unknown("a part of the data", value) for count in (None, None)]  # fmt: skip
            continue
        if isinstance(value, Array) and isinstance(value.shape, RowsV):
            made += [Array(value.shape, value.dtype), Array(value.shape, value.dtype)]
            continue
        if not isinstance(value, Array) or isinstance(value.shape, Unknown) or not value.shape:
            why = value.shape if isinstance(value, Array) else value
            made += [
                Array(call.unknown("a part of the data", why)),
                Array(call.unknown("a part of the data", why)),
            ]
            continue
        train, test = _sizes(call, value.shape[0])
        made += [rows(value, size) for size in (train, test)]
    return ListV(made, "list")


def _list(value: Array, call: Call) -> ListV:
    """A list of as many elements as nobody knows, each of the array's inner shape."""
    inner = value.shape[1:] if isinstance(value.shape, tuple) else value.shape
    return ListV([Array(inner, value.dtype)], unknown=call.unknown("how many elements these are"))


def rows(value: Array, count: Dim) -> Array:
    """So many rows of an array or data frame."""
    assert isinstance(value.shape, tuple)
    shape = (count, *value.shape[1:])
    if isinstance(value, FrameV):
        return FrameV(shape, value.dtype, value.distinct, value.one_hot, columns=value.columns)
    return Array(shape, value.dtype, value.distinct, value.one_hot)


def _sizes(call: Call, count: object) -> tuple[int | Unknown, int | Unknown]:
    """How many rows are for training and for testing (`_validate_shuffle_split` of scikit-learn).

    The test part is rounded up and the training part down; what only one of
    the two says, the other takes as the rest.
    """
    unknown = call.unknown("how many rows these are", count)
    if not isinstance(count, int):
        return unknown, unknown
    parts: list[int | None] = []
    for name, rounded in (("train_size", math.floor), ("test_size", math.ceil)):
        share = call.get(-1, name)
        if share is None or (isinstance(share, Const) and share.value is None):
            parts.append(None)
        elif (
            isinstance(share, Const)
            and isinstance(share.value, int | float)
            and not isinstance(share.value, bool)
        ):
            parts.append(
                share.value if isinstance(share.value, int) else rounded(count * share.value)
            )
        else:
            return unknown, unknown
    train, test = parts
    if test is None:
        test = math.ceil(count * 0.25) if train is None else count - train
    return count - test if train is None else train, test


_FOLDS: tuple[str, ...] = ("KFold", "StratifiedKFold", "RepeatedKFold", "RepeatedStratifiedKFold")
_FOLDS += ("ShuffleSplit", "StratifiedShuffleSplit", "TimeSeriesSplit")


@function(*[f"sklearn.model_selection.{name}" for name in _FOLDS])
def _folds(call: Call) -> Value:
    return ObjectV("folds")


@method("folds.split")
def _fold(call: Call) -> Value:
    """Pairs of places: of the rows to train and to test with."""
    each = [Array((call.unknown("how many rows a fold has"),), "int64") for _ in range(2)]
    return ObjectV("stream", item=ListV(list(each), "tuple"))


@function("sklearn.utils.shuffle", "sklearn.utils.resample")
def _shuffle(call: Call) -> Value:
    """The same arrays; `n_samples` is how many rows are taken."""
    count = call.get(-1, "n_samples")
    wanted: Any = (
        count.value if isinstance(count, Const) else call.unknown("how many rows these are")
    )
    made: list[Value] = []
    for value in call.positional:
        if not isinstance(value, Array) or not isinstance(value.shape, tuple) or not value.shape:
            made.append(call.unknown(because=value))
        else:
            made.append(value if count is None or wanted is None else rows(value, wanted))
    return made[0] if len(made) == 1 else ListV(made, "list")


# --- scaling and encoding -----------------------------------------------------------------

_SCALERS: tuple[str, ...] = (
    "StandardScaler",
    "MinMaxScaler",
    "RobustScaler",
    "MaxAbsScaler",
    "QuantileTransformer",
    "PowerTransformer",
)
_SCALERS += ("Normalizer", "Binarizer", "OrdinalEncoder")


@function(*[f"sklearn.preprocessing.{name}" for name in _SCALERS])
def _scaler(call: Call) -> Value:
    return ObjectV("scaler")


@method("scaler.fit", "scaler.partial_fit")
def _fit(call: Call) -> Value:
    return call.receiver


@method("scaler.fit_transform", "scaler.transform", "scaler.inverse_transform")
def _transform(call: Call) -> Value:
    return _same(call, call.get(0, "X"))


@function("sklearn.preprocessing.scale", "sklearn.preprocessing.normalize", "sklearn.preprocessing.minmax_scale",
          "sklearn.preprocessing.robust_scale", "sklearn.preprocessing.maxabs_scale")  # fmt: skip
def _scaled(call: Call) -> Value:
    return _same(call, call.get(0, "X"))


def _same(call: Call, value: Value) -> Value:
    """An array of floats of the same shape, whatever was given."""
    made = array_of(value, call) if isinstance(value, Array | ListV) else None
    return Array(made.shape, "float64") if made is not None else call.unknown(because=value)


@function("sklearn.preprocessing.LabelEncoder")
def _label_encoder(call: Call) -> Value:
    return ObjectV("label_encoder")


@function("sklearn.preprocessing.LabelBinarizer")
def _label_binarizer(call: Call) -> Value:
    return ObjectV("label_binarizer")


@function("sklearn.preprocessing.OneHotEncoder")
def _one_hot_encoder(call: Call) -> Value:
    known = all(
        g.keyword in ("sparse", "sparse_output", "dtype", "handle_unknown", "categories")
        for g in call.given
    )
    return ObjectV(
        "one_hot_encoder", plain=Const(known and call.text(0, "categories", "auto") == "auto")
    )


@method("label_encoder.fit", "label_binarizer.fit", "one_hot_encoder.fit")
def _learn(call: Call) -> Value:
    """What the labels are that it was fitted to."""
    encoder: ObjectV = call.receiver
    call.interpreter.journal.set(
        encoder.data, "labels", array_of(first(call.get(0, "y"), call.get(0, "X")), call)
    )
    return encoder


def _classes(call: Call) -> Dim:
    labels = call.receiver.data.get("labels")
    distinct: int | None = labels.distinct if isinstance(labels, Array) else None
    return distinct if distinct is not None else call.unknown("how many classes there are", labels)


@method("label_encoder.fit_transform", "label_encoder.transform", "label_encoder.inverse_transform")
def _encoded(call: Call) -> Value:
    """A whole number for each label."""
    if call.name == "fit_transform":
        _learn(call)
    given = array_of(first(call.get(0, "y"), call.get(0, "X")), call)
    if not isinstance(given.shape, tuple):
        return Array((call.unknown("how many labels there are", given.shape),), "int64")
    classes = _classes(call)
    flat = given.shape[:1]  # a column of labels is flattened
    return Array(
        flat,
        "int64" if call.name != "inverse_transform" else None,
        classes if isinstance(classes, int) else None,
    )


@method("label_binarizer.fit_transform", "label_binarizer.transform", "one_hot_encoder.fit_transform",
        "one_hot_encoder.transform")  # fmt: skip
def _one_hot(call: Call) -> Value:
    """A column for each class; LabelBinarizer gives one column for two. Several columns are encoded each by itself."""
    if call.name == "fit_transform":
        _learn(call)
    encoder: ObjectV = call.receiver
    given = array_of(first(call.get(0, "y"), call.get(0, "X")), call)
    count = _classes(call)
    unknown = call.unknown("how many rows these are", given.shape)
    head = given.shape[0] if isinstance(given.shape, tuple) and given.shape else unknown
    if encoder.kind == "label_binarizer":
        if isinstance(count, int):
            count = 1 if count <= 2 else count
        return Array((head, count), "int64", one_hot=count != 1)
    columns = given.shape[1] if isinstance(given.shape, tuple) and len(given.shape) == 2 else None
    simple = columns == 1 and encoder.data["plain"].value
    return Array(
        (head, count if simple else call.unknown("how many classes there are")),
        "float64",
        one_hot=columns == 1,
    )


@attribute("label_encoder.classes_", "label_binarizer.classes_")
def _class_names(interpreter: Any, value: ObjectV, node: Any, frame: Any) -> Value:
    labels = value.data.get("labels")
    count = labels.distinct if isinstance(labels, Array) else None
    return Array(
        (
            count
            if count is not None
            else interpreter.unknown("how many classes there are", node, frame),
        )
    )


@function("sklearn.decomposition.PCA", "sklearn.decomposition.TruncatedSVD", "sklearn.manifold.TSNE",
          "sklearn.decomposition.KernelPCA", "sklearn.decomposition.NMF", "sklearn.decomposition.FastICA")  # fmt: skip
def _components(call: Call) -> Value:
    place = 0
    return ObjectV(
        "components",
        count=first(call.get(place, "n_components"), call.unknown("how many components")),
    )


@method("components.fit")
def _fit_components(call: Call) -> Value:
    return call.receiver


@method("components.fit_transform", "components.transform")
def _reduce(call: Call) -> Value:
    value, count = call.get(0, "X"), call.receiver.data["count"]
    made = array_of(value, call) if isinstance(value, Array | ListV) else None
    if made is None or not isinstance(made.shape, tuple) or not made.shape:
        return call.unknown(because=value)
    whole = isinstance(count, Const) and type(count.value) is int
    return Array(
        (made.shape[0], count.value if whole else call.unknown("how many components")), "float64"
    )


# --- data sets ----------------------------------------------------------------------------

_SETS: dict[str, tuple[Shape, int, int]] = {
    "load_iris": ((150, 4), 3, 0),
    "load_digits": ((1797, 64), 10, 0),
    "load_wine": ((178, 13), 3, 0),
    "load_breast_cancer": ((569, 30), 2, 0),
    "load_diabetes": ((442, 10), 0, 0),
    "load_linnerud": ((20, 3), 0, 3),
    "load_boston": ((506, 13), 0, 0),
    "fetch_california_housing": ((20640, 8), 0, 0),
    "fetch_covtype": ((581012, 54), 7, 0),
    "fetch_olivetti_faces": ((400, 4096), 40, 0),
}
"""The shape of the data, how many classes, how many targets a row. Measured with scikit-learn 1.9; those that are
fetched, and load_boston (until 1.1), by their documentation."""


@function(*[f"sklearn.datasets.{name}" for name in _SETS])
def _load(call: Call) -> Value:
    shape, classes, targets = _SETS[call.name]
    if call.get(0, "n_class") is not None and call.name == "load_digits":
        return call.unknown("how many digits of some classes there are")
    x = Array(shape, "float64")
    # The classes of covtype are 1 to 7.
    distinct = None if call.name == "fetch_covtype" else classes or None
    y = Array(
        (shape[0], targets) if targets else shape[:1], "int64" if classes else "float64", distinct
    )
    framed = call.get(-1, "as_frame")
    whole: Value = None
    if framed is not None and not (isinstance(framed, Const) and not framed.value):
        x, y = FrameV(x.shape, x.dtype), FrameV(y.shape, y.dtype, y.distinct)
        whole = FrameV((shape[0], shape[1] + (targets or 1)))
    given = call.get(-1, "return_X_y")
    if isinstance(given, Const) and given.value:
        return ListV([x, y], "tuple")
    made = ObjectV("bunch", data=x, target=y, feature_names=Array((shape[1],), "object"))
    if classes:
        made.data["target_names"] = Array((classes,), "object")
    if whole is not None:
        made.data["frame"] = whole
    if call.name in ("load_digits", "fetch_olivetti_faces"):
        side = math.isqrt(shape[1])
        made.data["images"] = Array((shape[0], side, side), "float64")
    return made


@method("bunch.__getitem__")
def _of_bunch(call: Call) -> Value:
    return first(call.receiver.data.get(call.text(0)), call.unknown())


def _number(call: Call, place: int, name: str, default: int) -> Dim:
    value = call.get(place, name)
    if value is None or (isinstance(value, Const) and value.value is None):
        return default
    return (
        value.value
        if isinstance(value, Const) and type(value.value) is int
        else call.unknown(f"`{name}`", value)
    )


def _made(x: Shape, y: Shape, classes: Dim | None = None) -> ListV:
    labels = Array(
        y, "float64" if classes is None else "int64", classes if isinstance(classes, int) else None
    )
    return ListV([Array(x, "float64"), labels], "tuple")


@function("sklearn.datasets.make_classification", "sklearn.datasets.make_gaussian_quantiles")
def _make_classification(call: Call) -> Value:
    if call.name == "make_gaussian_quantiles":
        if call.positional:
            return call.unknown()
        count, features, classes = (_number(call, -1, "n_samples", 100), _number(call, -1, "n_features", 2),
                                    _number(call, -1, "n_classes", 3))  # fmt: skip
    else:
        count, features = _number(call, 0, "n_samples", 100), _number(call, 1, "n_features", 20)
        classes = _number(call, -1, "n_classes", 2)
    return _made((count, features), (count,), classes)


@function("sklearn.datasets.make_regression")
def _make_regression(call: Call) -> Value:
    count, targets = _number(call, 0, "n_samples", 100), _number(call, 3, "n_targets", 1)
    if call.get(-1, "coef") is not None or isinstance(targets, Unknown):
        return call.unknown()
    return _made(
        (count, _number(call, 1, "n_features", 100)), (count,) if targets == 1 else (count, targets)
    )


@function("sklearn.datasets.make_blobs")
def _make_blobs(call: Call) -> Value:
    """`centers` is a number, or the centers themselves; without one there are three, in two dimensions."""
    count, features, centers = (
        _number(call, 0, "n_samples", 100),
        _number(call, 1, "n_features", 2),
        call.get(2, "centers"),
    )
    classes: Dim = 3
    if isinstance(centers, ListV | Array):
        shape = array_of(centers, call).shape
        if not isinstance(shape, tuple) or len(shape) != 2:
            return call.unknown()
        classes, features = shape
    elif centers is not None and not (isinstance(centers, Const) and centers.value is None):
        classes = _number(call, 2, "centers", 3)
    if call.get(-1, "return_centers") is not None or isinstance(call.get(0, "n_samples"), ListV):
        return call.unknown()
    return _made((count, features), (count,), classes)


@function("sklearn.datasets.make_moons", "sklearn.datasets.make_circles")
def _make_pairs(call: Call) -> Value:
    count = _number(call, 0, "n_samples", 100)
    return _made((count, 2), (count,), 2)


@function("sklearn.datasets.make_multilabel_classification")
def _make_multilabel(call: Call) -> Value:
    count = _number(call, 0, "n_samples", 100)
    labels = Array((count, _number(call, 2, "n_classes", 5)), "int64", 2)
    return ListV([Array((count, _number(call, 1, "n_features", 20)), "float64"), labels], "tuple")


@function("sklearn.datasets.make_friedman1", "sklearn.datasets.make_friedman2", "sklearn.datasets.make_friedman3",
          "sklearn.datasets.make_s_curve", "sklearn.datasets.make_swiss_roll")  # fmt: skip
def _make_numbers(call: Call) -> Value:
    count = _number(call, 0, "n_samples", 100)
    features: Dim = 4
    if call.name == "make_friedman1":
        features = _number(call, 1, "n_features", 10)
    elif not call.name.startswith("make_friedman"):
        features = 3
    return _made((count, features), (count,))
