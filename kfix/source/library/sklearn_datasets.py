"""scikit-learn: the data sets that come with it, and those that it makes."""

from __future__ import annotations

import math

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Dim, Shape
from kfix.source.interpreter.containers import ListV
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.interpreter.values import ObjectV
from kfix.source.library import arguments
from kfix.source.library.arguments import Bound, is_none
from kfix.source.library.signatures import function, function_row, method, within

# --- data sets that are loaded ------------------------------------------------------------

_SETS: dict[str, tuple[tuple[int, int], int, int]] = {
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
"""The shape of the data, the number of classes, the targets of a row.

Measured with scikit-learn 1.9; what is fetched, and load_boston (until 1.1), by its documentation.
"""

_IMAGES = ("load_digits", "fetch_olivetti_faces")


@function(within("sklearn.datasets", " ".join(_SETS)))
def _load(call: Bound) -> AbstractValue:
    """Return a bunch of data and target, or the pair of them."""
    if call.name == "load_digits" and call.find(0, "n_class") is not None:
        return call.unknown("the number of images of some digits is not known")
    x, y = _data_and_target(call.name)
    as_frame = call.find(-1, "as_frame")
    if as_frame is not None and arguments.flag(as_frame.value) is not False:
        x, y = FrameV(x.shape, x.dtype), FrameV(y.shape, y.dtype, y.distinct)
    as_pair = call.find(-1, "return_X_y")
    if as_pair is not None and arguments.flag(as_pair.value):
        return ListV([x, y], "tuple")
    return _bunch(call.name, x, y)


def _data_and_target(name: str) -> tuple[Array, Array]:
    shape, classes, targets = _SETS[name]
    x = Array(shape, "float64")
    if targets:
        return x, Array((shape[0], targets), "float64")
    if not classes:
        return x, Array(shape[:1], "float64")
    if name == "fetch_covtype":  # its classes are 1 to 7: no labels from 0 on
        return x, Array(shape[:1], "int64")
    return x, Array(shape[:1], "int64", classes)


def _bunch(name: str, x: Array, y: Array) -> ObjectV:
    (count, features), classes, targets = _SETS[name]
    made = ObjectV("bunch", data=x, target=y, feature_names=Array((features,), "object"))
    if classes:
        made.data["target_names"] = Array((classes,), "object")
    if isinstance(x, FrameV):
        made.data["frame"] = FrameV((count, features + (targets or 1)))
    if name in _IMAGES:
        side = math.isqrt(features)
        made.data["images"] = Array((count, side, side), "float64")
    return made


@method("bunch.__getitem__", "key")
def _of_bunch(call: Bound) -> AbstractValue:
    found: AbstractValue = call.receiver.data.get(call.string("key"), call.unknown())
    return found


# --- data sets that are made --------------------------------------------------------------

function_row(
    "sklearn.datasets.make_classification",
    "n_samples=100, n_features=20, *, n_informative=2, n_redundant=2, n_repeated=0, "
    "n_classes=2, **_",
    "float64[n_samples, n_features], classes(int64[n_samples], n_classes)",
)
function_row(
    "sklearn.datasets.make_gaussian_quantiles",
    "*, mean=None, cov=1.0, n_samples=100, n_features=2, n_classes=3, **_",
    "float64[n_samples, n_features], classes(int64[n_samples], n_classes)",
)
function_row(
    "sklearn.datasets.make_moons sklearn.datasets.make_circles",
    "n_samples=100, **_",
    "float64[n_samples, 2], classes(int64[n_samples], 2)",
)
function_row(
    "sklearn.datasets.make_multilabel_classification",
    "n_samples=100, n_features=20, *, n_classes=5, **_",
    "float64[n_samples, n_features], classes(int64[n_samples, n_classes], 2)",
)
function_row(
    "sklearn.datasets.make_sparse_uncorrelated",
    "n_samples=100, n_features=10, **_",
    "float64[n_samples, n_features], float64[n_samples]",
)
function_row(
    "sklearn.datasets.make_friedman1",
    "n_samples=100, n_features=10, **_",
    "float64[n_samples, n_features], float64[n_samples]",
)
function_row(
    "sklearn.datasets.make_friedman2 sklearn.datasets.make_friedman3",
    "n_samples=100, **_",
    "float64[n_samples, 4], float64[n_samples]",
)
function_row(
    "sklearn.datasets.make_s_curve sklearn.datasets.make_swiss_roll",
    "n_samples=100, **_",
    "float64[n_samples, 3], squeeze(float64[n_samples])",
)
function_row(
    "sklearn.datasets.make_regression",
    "n_samples=100, n_features=100, *, n_informative=10, n_targets=1, coef=False, **_",
    """unknown("the number of results is not known") if coef
       else (float64[n_samples, n_features],
             squeeze(float64[n_samples, n_targets]))""",
)


@function(
    "sklearn.datasets.make_blobs",
    "n_samples=100, n_features=2, *, centers=None, return_centers=False, **_",
)
def _make_blobs(call: Bound) -> AbstractValue:
    """Return points around `centers`: their number, or the centers themselves; three if missing."""
    features: Dim = call.dim("n_features")
    classes: Dim = 3
    centers = call["centers"]
    if isinstance(centers, ListV | Array):
        shape = call.array_shape("centers", 2)
        if shape is None:
            return call.unknown()
        classes, features = shape
    elif not is_none(centers):
        classes = call.dim("centers")
    if call.flag("return_centers") is not False or isinstance(call["n_samples"], ListV):
        return call.unknown()
    return _pair((call.dim("n_samples"), features), classes)


def _pair(shape: Shape, classes: Dim) -> AbstractValue:
    labels = Array(shape[:1], "int64", arguments.known_dim(classes))
    return ListV([Array(shape, "float64"), labels], "tuple")
