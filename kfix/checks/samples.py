"""Samples of data against the input of a model: what Keras takes for a batch, and what for one
sample.
"""

from __future__ import annotations

from kfix.checks.dims import Dims, agree, known_shape
from kfix.model.graph import Array, Shape
from kfix.model.program import Fit, Part


def fitting(entry: Dims, dims: Dims) -> bool:
    """Return whether Keras takes samples of `dims` for `entry`, but for a last axis of 1."""
    return agree(entry, dims) or agree(entry, (*dims, 1)) or agree((*entry, 1), dims)


def one_sample(entry: Dims, shape: Shape) -> bool:
    """Return whether an array is one sample, or one without a last axis of 1 that Keras adds."""
    if not entry or entry == (1,):
        return False
    return shape == entry or (len(entry) > 1 and (*shape, 1) == entry)


def one_by_one(entry: Shape, part: Part) -> bool:
    """Return whether one element of a data set is one sample, where all its dims are known."""
    shape = shape_of(part)
    if not entry or shape != entry or not all(isinstance(dim, int) for dim in entry):
        return False
    return not fitting(entry, shape[1:])


def gives_one_sample(fit: Fit, entry: Dims) -> bool:
    """Return whether a call is given one sample; the labels of a call must be one label too."""
    x, y = fit.x_data, fit.y_data
    if not isinstance(x, Array) or not isinstance(x.shape, tuple) or not one_sample(entry, x.shape):
        return False
    if fit.sets:
        return False  # data sets and generators have a check of their own
    if fit.method.startswith("predict"):
        return True
    labels = y.shape if isinstance(y, Array) else None
    if not isinstance(labels, tuple) or not isinstance(x.shape[0], int):
        return False
    return not labels or (isinstance(labels[0], int) and labels[0] != x.shape[0])


def is_x(fit: Fit, part: Part) -> bool:
    """Return whether a part goes into the model; `fit(x, x)` gives the same twice."""
    return part.key is None and (part.role == "x" or fit.same)


def shape_of(part: Part) -> Shape:
    """Return the shape of one thing that a call is given, `()` where it is unknown."""
    return known_shape(part.value)
