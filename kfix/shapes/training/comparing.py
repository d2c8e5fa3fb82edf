"""Which labels a metric refuses against an output, and a loss which weights, by shapes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import prod

from kfix.model.graph import Dim, Shape
from kfix.shapes.losses import refuses as loss_refuses

_ELEMENTWISE = (
    *("accuracy", "binaryaccuracy", "rootmeansquarederror", "meansquarederror", "mse"),
    *("meanabsoluteerror", "mae", "logcosherror", "cosinesimilarity", "kldivergence", "kld"),
    *("poisson", "hinge", "squaredhinge", "categoricalhinge", "meanabsolutepercentageerror"),
    *("mape", "msle", "meansquaredlogarithmicerror"),
)
"""Metrics that bring both to one rank and broadcast them."""

_CONFUSION: tuple[str, ...] = ("auc", "precision", "recall", "truepositives", "truenegatives")
_CONFUSION += ("falsepositives", "falsenegatives", "precisionatrecall", "recallatprecision")
"""Metrics that flatten both: each has so many elements."""


_CROSSENTROPIES = (
    *("binarycrossentropy", "categoricalcrossentropy", "sparsecategoricalcrossentropy"),
)
"""Metrics that are losses."""

BY_SHAPE = "by shape"
"""The accuracy that Keras chooses for "accuracy" and "acc"."""


def plain(name: str) -> str:
    """Return the name of a loss or a metric without its spelling."""
    return name.lower().replace("_", "")


def metric_refuses(name: str, labels: Shape, output: Shape) -> bool:
    """Return whether a metric is known to refuse labels against an output, with the batch."""
    kind = plain(name)
    if kind == BY_SHAPE:
        kind = _accuracy(labels, output)
    rule = _RULES.get(kind)
    return rule is not None and rule(labels, output)


def _sparse(labels: Shape, output: Shape) -> bool:
    if len(labels) == len(output) and labels[-1] == 1:
        labels = labels[:-1]
    return _differ(labels, output[:-1])


def _categorical(labels: Shape, output: Shape) -> bool:
    labels = labels[:-1]
    if len(labels) == len(output):  # Keras takes away the last axis
        if isinstance(labels[-1], int) and labels[-1] != 1:
            return True
        labels = labels[:-1]
    return _differ(labels, output[:-1])


def _other_size(labels: Shape, output: Shape) -> bool:
    """Return whether two shapes are known to have different numbers of elements, neither one."""
    batch = labels[0] if isinstance(labels[0], int) else 2
    sizes = [_size((batch, *shape[1:])) for shape in (labels, output)]
    return None not in sizes and sizes[0] != sizes[1] and 1 not in sizes


def _size(shape: Shape) -> int | None:
    known = [dim for dim in shape if isinstance(dim, int)]
    return prod(known) if len(known) == len(shape) else None


def _no_matrix(labels: Shape, output: Shape) -> bool:
    """Return whether one of two shapes is not of rank 2, or their sizes differ."""
    return {len(labels), len(output)} != {2} or _differ(labels[1:], output[1:])


def _as_loss(loss: str) -> Callable[[Shape, Shape], bool]:
    return partial(loss_refuses, loss)


def _accuracy(labels: Shape, output: Shape) -> str:
    """Return the accuracy that Keras chooses by the shapes."""
    if output[-1] == 1:
        return "binaryaccuracy"
    if len(labels) < len(output) or (labels[-1] == 1 and _above_one(output[-1])):
        return "sparsecategoricalaccuracy"
    return "categoricalaccuracy"


def _above_one(dim: Dim) -> bool:
    return isinstance(dim, int) and dim > 1


def _differ(one: Shape, two: Shape) -> bool:
    """Return whether TensorFlow does not broadcast two shapes."""
    return any(
        isinstance(a, int) and isinstance(b, int) and a != b and 1 not in (a, b)
        for a, b in zip(reversed(one), reversed(two), strict=False)
    )


_RULES: dict[str, Callable[[Shape, Shape], bool]] = {
    "sparsecategoricalaccuracy": _sparse,
    "categoricalaccuracy": _categorical,
    **dict.fromkeys(_ELEMENTWISE, _as_loss("mse")),
    **dict.fromkeys(_CONFUSION, _other_size),
    **dict.fromkeys(("f1score", "fbetascore"), _no_matrix),
    **{kind: _as_loss(kind) for kind in _CROSSENTROPIES},
}
"""Which labels each metric refuses; a metric that is not here takes any, for all that is known."""


def loss_values(name: str, labels: Shape, output: Shape) -> Shape:
    """Return the shape of what a loss gives: one value for each row of the output."""
    if plain(name) == "sparsecategoricalcrossentropy":
        return output[:-1]
    longer = max(labels, output, key=len)
    return longer[:-1] if len(longer) > 1 else longer


def weights_refuse(values: Shape, weights: Shape) -> bool:
    """Return whether weights of samples of a shape do not fit the values of a loss."""
    if len(weights) == len(values) + 1 and weights[-1] == 1:
        weights = weights[:-1]
    elif len(values) == len(weights) + 1 and values[-1] == 1:
        values = values[:-1]
    return _differ(values, weights)
