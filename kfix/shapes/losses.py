"""Which labels a loss refuses against an output, by their shapes.

Measured on Keras 3.15 for each loss. All of them first bring both to one rank: a last axis of 1 is
added or taken away (`squeeze_or_expand_to_same_rank` in Keras's `losses/loss.py`).
"""

from __future__ import annotations

from kfix.model.graph import Dim, Shape
from kfix.model.ranks import same_rank
from kfix.model.unknown import Unknown

_EXACT = ("binarycrossentropy", "binaryfocalcrossentropy", "categoricalcrossentropy")
_SPARSE = ("sparsecategoricalcrossentropy",)
_BROADCAST = (
    *("mse", "meansquarederror", "mae", "meanabsoluteerror", "mape"),
    *("meanabsolutepercentageerror", "msle", "meansquaredlogarithmicerror", "huber", "logcosh"),
    *("cosinesimilarity", "poisson", "kldivergence", "kld", "hinge", "squaredhinge"),
    *("categoricalhinge", "categoricalfocalcrossentropy"),
)


def refuses(loss: str, labels: Shape, output: Shape) -> bool:
    """Return whether a loss of Keras is known to refuse labels of a shape against an output.

    Both shapes have the batch; a dim of `None` or an unknown one fits any other.
    """
    name = plain(loss)
    if name in _SPARSE:
        return _sparse_refuses(*same_rank(labels, output))
    if name not in (*_EXACT, *_BROADCAST):
        return False
    labels, output = same_rank(labels, output)
    if name in _EXACT:
        return not _open(labels, output) and other_shape(labels, output)
    return not _open(labels, output) and differ(labels, output)


def plain(name: str) -> str:
    """Return the name of a loss or a metric without its spelling."""
    return name.lower().replace("_", "")


def _sparse_refuses(labels: Shape, output: Shape) -> bool:
    if labels and isinstance(labels[-1], Unknown) and len(labels) == len(output):
        return False
    labels = indices_of(labels, output)
    if not output or len(labels) != len(output) - 1:
        return not _open(labels, output)
    return any(map(unlike, labels, output[:-1]))


def indices_of(labels: Shape, output: Shape) -> Shape:
    """Return the shape of class indices without a last axis of 1."""
    squeezed = len(labels) == len(output) and labels[-1:] == (1,)
    return labels[: len(labels) - squeezed]


def other_shape(one: Shape, two: Shape) -> bool:
    """Return whether two shapes are known to differ, in rank or in a dim."""
    return len(one) != len(two) or any(map(unlike, one, two))


def differ(one: Shape, two: Shape) -> bool:
    """Return whether TensorFlow does not broadcast two shapes, aligned at their last axes."""
    return any(map(_unlike_and_not_one, reversed(one), reversed(two)))


def _unlike_and_not_one(one: Dim, two: Dim) -> bool:
    return unlike(one, two) and 1 not in (one, two)


def _open(labels: Shape, output: Shape) -> bool:
    """Return whether a last axis may be one that is taken away."""
    if abs(len(labels) - len(output)) != 1:
        return False
    longer = max(labels, output, key=len)
    return not isinstance(longer[-1], int)


def unlike(one: Dim, two: Dim) -> bool:
    """Return whether two dims are known to be different."""
    return isinstance(one, int) and isinstance(two, int) and one != two
