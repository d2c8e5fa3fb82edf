"""Which labels a loss refuses against an output, by their shapes.

Measured on Keras 3.15 for each loss. All of them first bring both to one rank: a last axis of 1 is
added or taken away (`squeeze_or_expand_tosame_rank` in Keras's `losses/loss.py`).
"""

from __future__ import annotations

from kfix.model.graph import Dim, Shape
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
    name = loss.lower().replace("_", "")
    if name in _SPARSE:
        return _sparse_refuses(*same_rank(labels, output))
    if name not in (*_EXACT, *_BROADCAST):
        return False
    labels, output = same_rank(labels, output)
    if name in _EXACT:
        return _open(labels, output) is False and (
            len(labels) != len(output) or any(map(unlike, labels, output))
        )
    return _broadcast_refuses(labels, output)


def _sparse_refuses(labels: Shape, output: Shape) -> bool:
    if labels and isinstance(labels[-1], Unknown) and len(labels) == len(output):
        return False
    if len(labels) == len(output) and labels and labels[-1] == 1:
        labels = labels[:-1]
    if not output or len(labels) != len(output) - 1:
        return _open(labels, output) is False
    return any(map(unlike, labels, output[:-1]))


def _broadcast_refuses(labels: Shape, output: Shape) -> bool:
    """Return whether TensorFlow does not broadcast the two, aligned at their last axes."""
    if _open(labels, output):
        return False
    pairs = zip(reversed(labels), reversed(output), strict=False)
    return any(unlike(one, two) and 1 not in (one, two) for one, two in pairs)


def same_rank(labels: Shape, output: Shape) -> tuple[Shape, Shape]:
    """Return both with a last axis of 1 added to, or taken from, one of them."""
    if len(labels) == len(output) + 1 and labels[-1] == 1:
        if len(output) == 1:
            return labels, (*output, 1)
        return labels[:-1], output
    if len(output) == len(labels) + 1 and output[-1] == 1:
        if len(labels) == 1:
            return (*labels, 1), output
        return labels, output[:-1]
    return labels, output


def _open(labels: Shape, output: Shape) -> bool:
    """Return whether a last axis may be one that is taken away."""
    if abs(len(labels) - len(output)) != 1:
        return False
    longer = max(labels, output, key=len)
    return not isinstance(longer[-1], int)


def unlike(one: Dim, two: Dim) -> bool:
    """Return whether two dims are known to be different."""
    return isinstance(one, int) and isinstance(two, int) and one != two
