"""Samples of data against the input of a model: what Keras takes for a batch, and what for one
sample.
"""

from __future__ import annotations

from itertools import dropwhile

from kfix.checks.dims import Dims, agree, alike, known_shape
from kfix.model.graph import Array, Dim, Shape
from kfix.model.program import Fit, Part
from kfix.model.unknown import all_integers, any_unknown
from kfix.shapes.training.nested import flatten


def fitting(entry: Dims, dims: Dims) -> bool:
    """Return whether Keras takes samples of `dims` for `entry`, but for a last axis of 1."""
    return alike(entry, dims)


def one_sample(entry: Dims, shape: Shape) -> bool:
    """Return whether an array is one sample, or one without a last axis of 1 that Keras adds, or
    without the axes of 1 that a sample begins with.
    """
    forms = (entry, entry[:-1] if entry[-1:] == (1,) else entry, (*dropwhile(_is_one, entry),))
    return entry not in ((), (1,)) and bool(shape) and shape in forms


def _is_one(dim: Dim) -> bool:
    return dim == 1


CHANNELS = (1, 3, 4)
"""The numbers of channels of an image: grey, colours, colours with transparency."""


def other_colors(entry: Dims, shape: Shape) -> bool:
    """Return whether an array is one image of other channels than those that a model takes.

    A gray image may have no axis for its channel.
    """
    if len(entry) != _IMAGE or shape[:2] != entry[:2] or not all_integers(shape + entry):
        return False
    channels = (*shape[2:], 1)[0]
    return len(shape) <= _IMAGE and channels != entry[2] and {channels, entry[2]} <= set(CHANNELS)


_IMAGE = 3
"""The rank of an image: height, width, channels."""


def one_by_one(entry: Shape, part: Part) -> bool:
    """Return whether one element of a data set is one sample, where all its dims are known."""
    shape = shape_of(part)
    same = bool(entry) and agree(entry, shape) and all_integers(shape)
    return same and not fitting(entry, shape[1:])


def gives_one_sample(fit: Fit, entry: Dims) -> bool:
    """Return whether a call is given one sample; the labels of a call must be one label too.

    Data sets and generators have a check of their own.
    """
    if fit.sets:
        return False
    shape = known_shape(fit.x_data)
    one = one_sample(entry, shape)
    if fit.predicts:
        return one or other_colors(entry, shape)
    return one and _is_one_label(fit.y_data, shape[0])


def _is_one_label(y: object, count: Dim) -> bool:
    """Return whether labels have another number of samples than the first axis of the data."""
    match y, count:
        case Array(shape=()), int():
            return True
        case Array(shape=(int() as labels, *_)), int():
            return labels != count
    return False


def same_count(one: object, other: object) -> bool:
    """Return whether both may be the number of samples; a variable one goes with a variable one."""
    return any_unknown((one, other)) or one == other


def is_x(fit: Fit, part: Part) -> bool:
    """Return whether a part goes into the model; `fit(x, x)` gives the same twice."""
    return part.key is None and (part.role == "x" or fit.same)


def shape_of(part: Part) -> Shape:
    """Return the shape of one thing that a call is given, `()` where it is unknown."""
    return known_shape(part.value)


def number_of_samples(x: object) -> int | None:
    """Return how many samples the first array has."""
    match next(iter(flatten(x)), None):
        case Array(shape=(int() as count, *_)):
            return count
    return None
