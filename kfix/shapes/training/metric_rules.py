"""Which labels each metric of Keras refuses against an output, by shapes and by its arguments.

Measured on Keras 3.15: each metric's `update_state` on labels and outputs of ranks 1 to 3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from kfix.model.graph import Dim, Shape
from kfix.model.ranks import same_rank
from kfix.model.unknown import all_integers
from kfix.shapes.losses import differ, indices_of, other_shape, plain, unlike
from kfix.shapes.losses import refuses as loss_refuses
from kfix.shapes.view import elements

Options = Mapping[str, Any]
"""The arguments of a metric by their names, as far as they are known."""

Rule = Callable[[Shape, Shape, Options], bool]

BY_SHAPE = "by shape"
"""The accuracy that Keras chooses for "accuracy" and "acc"."""


def metric_refuses(name: str, labels: Shape, output: Shape, options: Options | None = None) -> bool:
    """Return whether a metric is known to refuse labels against an output, with the batch."""
    kind = plain(name)
    if kind == BY_SHAPE:
        kind = _accuracy(labels, output)
    rule = _RULES.get(kind)
    return rule is not None and rule(labels, output, options or {})


def _accuracy(labels: Shape, output: Shape) -> str:
    """Return the accuracy that Keras chooses by the shapes."""
    if output[-1] == 1:
        return "binaryaccuracy"
    if len(labels) < len(output) or (labels[-1] == 1 and _above_one(output[-1])):
        return "sparsecategoricalaccuracy"
    return "categoricalaccuracy"


def _above_one(dim: Dim) -> bool:
    return isinstance(dim, int) and dim > 1


# --- sizes ----------------------------------------------------------------------------------------


def _sizes(labels: Shape, output: Shape) -> set[int | None]:
    """Return the numbers of elements of both, one where they are the same, none if not known.

    An unknown batch counts as two samples.
    """
    batch = output[:1] if all_integers(output[:1]) else (2,)
    shapes = [(*batch[: len(shape)], *shape[1:]) for shape in (labels, output)]
    sizes = {elements(shape) for shape in shapes}
    return set() if None in sizes else sizes


def _other_size(labels: Shape, output: Shape) -> bool:
    """Return whether two shapes have different numbers of elements."""
    return len(_sizes(labels, output)) > 1


def _other_size_but_one(labels: Shape, output: Shape) -> bool:
    """Return whether they have different numbers of elements, neither of them one."""
    sizes = _sizes(labels, output)
    return len(sizes) > 1 and 1 not in sizes


# --- rules ----------------------------------------------------------------------------------------


def _elementwise(labels: Shape, output: Shape, options: Options) -> bool:
    """Return whether the two are not broadcast once they are of one rank."""
    return loss_refuses("mse", labels, output)


def _sparse(labels: Shape, output: Shape, options: Options) -> bool:
    return differ(indices_of(labels, output), output[:-1])


def _categorical(labels: Shape, output: Shape, options: Options) -> bool:
    labels = labels[:-1]
    if len(labels) == len(output):  # Keras takes away the last axis
        if isinstance(labels[-1], int) and labels[-1] != 1:
            return True
        labels = labels[:-1]
    return differ(labels, output[:-1])


def _top_k(labels: Shape, output: Shape, options: Options) -> bool:
    """Return whether one-hot rows are not as many as those of the output."""
    return len(labels) < 2 or _other_size(labels[:-1], output[:-1])


def _sparse_top_k(labels: Shape, output: Shape, options: Options) -> bool:
    """Return whether class indices are not as many as the rows of the output."""
    return _other_size(labels, output[:-1])


def _cosine(labels: Shape, output: Shape, options: Options) -> bool:
    """Return whether an axis is not there, or the two are not broadcast."""
    axis = options.get("axis", -1)
    labels, output = same_rank(labels, output)
    ranks = (len(labels), len(output))
    if isinstance(axis, int) and not all(-rank <= axis < rank for rank in ranks):
        return True
    return _elementwise(labels, output, options)


def _counted(
    differs: Callable[[Shape, Shape], bool], labels: Shape, output: Shape, options: Options
) -> bool:
    """Return whether a confusion matrix refuses labels: `differs` says so of two flat arrays."""
    many = options.get("multi_label") is True
    if many and len(output) != 2:
        return True
    labels, output = same_rank(labels, output)
    if many:
        return _many_labels(labels, output, options)
    top, one = options.get("top_k"), options.get("class_id")
    if isinstance(top, int) and _below(output[-1], top):
        return True
    if isinstance(one, int):
        if _below(labels[-1], one + 1) or _below(output[-1], one + 1):
            return True
        labels, output = labels[:-1], output[:-1]
    return differs(labels, output)


def _below(dim: Dim, least: int) -> bool:
    return isinstance(dim, int) and dim < least


def _many_labels(labels: Shape, output: Shape, options: Options) -> bool:
    """Return whether one of two shapes is not a row of as many labels, or of one."""
    count = options.get("num_labels") or output[-1]
    return any(_matrix(one, (one[0], count), options) for one in (labels, output))


def _matrix(labels: Shape, output: Shape, options: Options) -> bool:
    """Return whether one of two shapes is not of rank 2, or they do not fit."""
    wide = labels[-1] != 1 and unlike(labels[-1], output[-1])
    return {len(labels), len(output)} != {2} or wide


def _squeezed_matrix(labels: Shape, output: Shape, options: Options) -> bool:
    """Return the same, where a last axis of 1 is added or taken away before."""
    return _matrix(*same_rank(labels, output), options)


def _classes(sparse: bool, labels: Shape, output: Shape, options: Options) -> bool:
    """Return whether a metric has not as many classes of labels as of outputs."""
    pairs = (("sparse_y_true", labels), ("sparse_y_pred", output))
    flags = [options.get(name, sparse) for name, _ in pairs]
    if not all(isinstance(flag, bool) for flag in flags) or options.get("axis", -1) != -1:
        return False
    shapes = [shape if flag else shape[:-1] for flag, (_, shape) in zip(flags, pairs, strict=True)]
    return _other_size_but_one(*shapes)


def _as_they_are(labels: Shape, output: Shape, options: Options) -> bool:
    """Return whether the two are not broadcast, of whatever ranks."""
    return differ(labels, output)


def _exact(labels: Shape, output: Shape, options: Options) -> bool:
    """Return whether the two are not of one shape."""
    return other_shape(labels, output)


def _index_each(labels: Shape, output: Shape, options: Options) -> bool:
    """Return whether there is not one class index for each row of the output."""
    return other_shape(indices_of(labels, output), output[:-1])


def _any(labels: Shape, output: Shape, options: Options) -> bool:
    """Refuse any labels: `Mean` and `Sum` take no outputs beside them."""
    return True


_ELEMENTWISE = (
    *("accuracy", "binaryaccuracy", "rootmeansquarederror", "meansquarederror", "mse"),
    *("meanabsoluteerror", "mae", "logcosherror", "concordancecorrelation", "pearsoncorrelation"),
    *("meanabsolutepercentageerror", "mape", "msle", "meansquaredlogarithmicerror"),
)
"""Metrics that bring both to one rank and broadcast them."""

_AS_THEY_ARE = ("kldivergence", "kld", "poisson", "hinge", "squaredhinge", "categoricalhinge")
"""Metrics that broadcast both as they are."""

_CONFUSION = (
    *("precision", "recall", "truepositives", "truenegatives"),
    *("falsepositives", "falsenegatives"),
)
"""Metrics that flatten both: each has so many elements, or one of them has one."""

_EVEN = (
    *("auc", "precisionatrecall", "recallatprecision"),
    *("sensitivityatspecificity", "specificityatsensitivity"),
)
"""Those whose thresholds are distributed evenly: each has so many elements."""

_RULES: dict[str, Rule] = {
    "sparsecategoricalaccuracy": _sparse,
    "categoricalaccuracy": _categorical,
    "topkcategoricalaccuracy": _top_k,
    "sparsetopkcategoricalaccuracy": _sparse_top_k,
    "cosinesimilarity": _cosine,
    "r2score": _squeezed_matrix,
    **dict.fromkeys(_ELEMENTWISE, _elementwise),
    **dict.fromkeys(_CONFUSION, partial(_counted, _other_size_but_one)),
    **dict.fromkeys(_EVEN, partial(_counted, _other_size)),
    **dict.fromkeys(("f1score", "fbetascore"), _matrix),
    **dict.fromkeys(("meaniou", "iou", "binaryiou"), partial(_classes, True)),
    **dict.fromkeys(("onehotiou", "onehotmeaniou"), partial(_classes, False)),
    **dict.fromkeys(("mean", "sum"), _any),
    **dict.fromkeys(_AS_THEY_ARE, _as_they_are),
    **dict.fromkeys(("binarycrossentropy", "categoricalcrossentropy"), _exact),
    "sparsecategoricalcrossentropy": _index_each,
}
"""Which labels each metric refuses; a metric that is not here takes any, for all that is known."""
