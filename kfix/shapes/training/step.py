"""One step of training: the model's outputs held against labels, losses, metrics and weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from kfix.model.graph import Array, Dim, Shape, Symbol
from kfix.model.record import Value
from kfix.model.unknown import Unknown
from kfix.shapes.losses import plain, refuses
from kfix.shapes.training import compile_loss, compile_metrics
from kfix.shapes.training.classes import check_class_objects, options_of, required_of
from kfix.shapes.training.comparing import loss_values, weights_refuse
from kfix.shapes.training.metric_rules import BY_SHAPE, metric_refuses
from kfix.shapes.training.names import check_optimizer, name_of
from kfix.shapes.training.nested import Mismatch, at, flatten, is_nested
from kfix.shapes.training.refusals import NotKnown, Refused


class PairRefused(Exception):
    """A loss or a metric refuses labels of a shape against an output."""

    def __init__(self, name: str, labels: Shape, output: Shape) -> None:
        super().__init__(name, labels, output)
        self.name = name
        self.labels = labels
        self.output = output


class Batch(Value):
    """What a step is given, in the structures of the program, and its number of samples.

    `is_whole` says that the weights are for this one batch, as those of `train_on_batch`,
    `is_masked` that the output has a mask of its steps.
    """

    labels: Any
    weights: Any
    size: int | None
    is_whole: bool = False
    is_masked: bool = False


def check_compile(given: Mapping[str, Any]) -> None:
    """Raise `Refused` for arguments that `compile` itself refuses."""
    check_optimizer(given.get("optimizer"))
    if given.get("loss") is not None:
        compile_loss.check_weights(given.get("loss_weights"))
    for argument in ("metrics", "weighted_metrics"):
        compile_metrics.check_type(argument, given.get(argument))
    for argument in ("loss", "metrics", "weighted_metrics"):
        check_class_objects(argument, given.get(argument))


def check_step(
    given: Mapping[str, Any], names: Sequence[str] | None, batch: Batch, outputs: Any
) -> None:
    """Raise `Refused` or `PairRefused` where the first step of a compiled model is refused."""
    labels = batch.labels
    if labels is None:
        _check_no_labels(given)
    if not _known(labels):
        raise NotKnown
    for argument in ("metrics", "weighted_metrics"):
        metrics = given.get(argument)
        measured = list(compile_metrics.measured(argument, metrics, names, labels, outputs))
        for metric in measured:
            _check_metric(metric, batch)
    loss = given.get("loss")
    if loss is None:
        raise Refused("loss", "a loss", "none")
    losses = compile_loss.Losses(loss, given.get("loss_weights"), names)
    for row in compile_loss.compared(losses, labels, outputs):
        _check_loss(row, batch)


def _check_no_labels(given: Mapping[str, Any]) -> NoReturn:
    """Raise `Refused` where a loss of Keras has no labels to compare."""
    losses = [loss for loss in flatten(given.get("loss")) if loss is not None]
    if losses and all(name_of(loss, "losses", "loss") for loss in losses):
        raise Refused("y", "labels for the loss", "none")
    raise NotKnown


def _known(labels: Any) -> bool:
    """Return whether the structure of labels is known; Python's numbers do not count as arrays."""
    leaves = flatten(labels)
    return bool(leaves) and not any(isinstance(leaf, Unknown | int | float) for leaf in leaves)


def _check_metric(row: compile_metrics.Measured, batch: Batch) -> None:
    name = name_of(row.metric, "metrics", row.argument)
    if isinstance(row.metric, str) and row.metric.lower() in ("accuracy", "acc"):
        name = BY_SHAPE
    pair = _pair(row.labels, row.output, batch)
    _check_required(row.argument, row.metric, name)
    if name and pair is not None and metric_refuses(name, *pair, options_of(row.metric)):
        raise PairRefused("accuracy" if name == BY_SHAPE else name, *pair)


def _check_required(argument: str, metric: object, name: str) -> None:
    """Raise `Refused` for a class that needs an argument, and is given by name or uncalled."""
    if isinstance(metric, Symbol) and metric.called:
        return
    word = required_of(name)
    if word:
        raise Refused(argument, f"the argument `{word}` of {name}", "none")


def _check_loss(row: compile_loss.Compared, batch: Batch) -> None:
    if row.path == () and isinstance(batch.weights, dict):
        raise Refused("sample_weight", "an array", "a dictionary")
    name = name_of(row.loss, "losses", "loss")
    pair = _pair(row.labels, row.output, batch)
    if not name or pair is None:
        return
    if plain(name) == "sparsecategoricalcrossentropy":
        _check_class_indices(row.labels, pair[1][-1])
    if plain(name) in ("crossentropy", "ce"):
        return
    if refuses(name, *pair):
        raise PairRefused(name, *pair)
    values = loss_values(name, *pair)
    if batch.is_masked and weights_refuse(values, pair[1][:2]):
        raise Refused("y", "labels with a last axis, as the masked output has", "one axis less")
    weights = batch.weights
    if is_nested(weights):
        try:
            weights = at(row.path, weights)
        except Mismatch:
            expected = "weights in the structure of the outputs"
            raise Refused("sample_weight", expected, "another structure") from None
    match weights:
        case [alone]:
            weights = alone
    shape = _shape(weights, batch)
    if batch.is_whole and shape is not None:
        shape = weights.shape
    if shape is not None and weights_refuse(values, shape):
        raise Refused("sample_weight", "weights that fit the loss", "another shape")


def _check_class_indices(labels: object, classes: Dim) -> None:
    """Raise `Refused` for numbers of classes that are too great."""
    greatest = labels.greatest if isinstance(labels, Array) else None
    if greatest is not None and isinstance(classes, int) and greatest >= classes:
        advice = f"count classes from 0, or give the last layer {greatest + 1} units"
        expected, actual = f"classes from 0 to {classes - 1}", f"class {greatest}"
        raise Refused("y", expected, actual, advice, classes=classes)


def _pair(labels: object, output: object, batch: Batch) -> tuple[Shape, Shape] | None:
    """Return the shapes of labels and output with the batch, `None` where one is not known."""
    if isinstance(labels, str):
        raise Refused("y", "labels in the structure of the outputs", "a dictionary of other keys")
    given, gives = _shape(labels, batch), _shape(output, batch)
    if given is None or gives is None:
        return None
    count = _first(output)
    if isinstance(count, int) and 1 not in (count, batch.size):  # which TensorFlow broadcasts
        gives = (count, *gives[1:])
    return given, gives


def _first(value: object) -> Dim:
    """Return the first dim of an array, `None` where it is not known."""
    match value:
        case Array(shape=(count, *_)):
            return count
    return None


def _shape(value: object, batch: Batch) -> Shape | None:
    shape = value.shape if isinstance(value, Array) and value.dtype != "list" else None
    if not isinstance(shape, tuple) or not shape:
        return None
    return (batch.size, *shape[1:])
