"""What an error states of a call of `fit` or its like: its data, its labels, the output."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from itertools import chain, filterfalse, islice, product
from operator import attrgetter
from typing import TypeVar

from kfix.engine.error_places import Spot, covers
from kfix.engine.error_slots import (
    OUTPUT,
    Slot,
    class_of,
    compare,
    is_of_class,
    shape_in,
    uids_meant,
)
from kfix.engine.results import Reading
from kfix.evidence.reading import Dims, Error
from kfix.model.graph import Model, Node
from kfix.model.program import Fit, Role
from kfix.model.record import replace
from kfix.model.unknown import any_unknown
from kfix.shapes import Trace
from kfix.shapes.inputs import is_input
from kfix.shapes.trace_result import NO_INPUT

T = TypeVar("T")

_INPUTS, _OUTPUTS, _MODEL = attrgetter("inputs"), attrgetter("outputs"), attrgetter("model")

About = tuple[tuple[str, object], ...]
"""What else than its shape is known of an array: fields of `Observed`."""

_ONE_HOT: About = (("one_hot", True),)


def call_at(spots: list[Spot], reading: Reading, *, training: bool) -> Fit | None:
    """Return the call of `fit` or its like that was running.

    Without a frame it is the only one that trains.
    """
    program = reading.program
    calls = product(spots, program.fits)
    covered = (fit for spot, fit in calls if covers(program.place(fit.site), spot))
    meant = [fit for fit in program.fits if not training or not fit.predicts]
    is_clear = not spots and len({fit.site for fit in meant}) == 1
    return next(chain(covered, meant[:is_clear]), None)


def of_call(error: Error, fit: Fit, reading: Reading) -> Iterator[Slot]:
    """Yield what an error states of the data, the labels and the output of a call."""
    entry, expected = entry_of(fit.model, reading), error.shape("expected")
    index = error.number("index") or 0
    with_batch = _has_batch(error) or len(expected or ()) == len(entry or (None,))
    aside = fit.trains and "training=False" in error.context
    stated = (
        _called_on(error, fit, reading),
        error.shape("data"),
        _into_first_layer(error, fit, reading),
        _features(error, entry),
    )
    data = next(filter(None, stated), stated[-1])
    if expected is not None and "data" in error.fields:
        yield replace(_entry(fit, expected, index), has_batch=with_batch)
    if aside and entry is not None:
        # What is given for validation is looked at when the model was trained on the other data.
        yield replace(data_slot(fit, entry, index), what=f"the data that `{fit.method}` trained on")
    match data, with_batch:
        case tuple() as dims, False:
            yield replace(data_slot(fit, dims, index, aside=aside), has_batch=False)
        case tuple() as dims, True:
            given = data_slot(fit, dims, index, aside=aside)
            yield _sample(_with_channel(given, expected), expected or entry)
    yield from _of_loss(error, fit, reading)
    match error.number("label"), error.number("classes"):
        case int() as label, int() as classes:
            yield _output(fit, (None, classes))
            yield labels_slot(fit, (None,), (("dtype", "int64"), ("distinct", label + 1)))


def _called_on(error: Error, fit: Fit, reading: Reading) -> Dims | None:
    """Return what the model was called on, as the text says it of the innermost model."""
    nodes = chain.from_iterable(map(attrgetter("model.nodes"), reading.traces_of(fit.model)))
    return None if any(map(_holds_layers, nodes)) else error.called_on


def _holds_layers(node: Node) -> bool:
    """Return whether a layer is a model itself."""
    return node.layer.model is not None or node.layer.is_application


def _has_batch(error: Error) -> bool:
    """Return whether an error states shapes with the batch: Keras 2 left it out at times."""
    states_batch = all(dims[:1] == (None,) for dims in error.shapes_of("expected"))
    return states_batch or error.name not in ("array-shape", "labels-array")


def _of_loss(error: Error, fit: Fit, reading: Reading) -> Iterator[Slot]:
    """Yield what an error states of the labels, and of the output that they are compared with.

    A node of the graph may be another's than the loss.
    """
    is_of_loss = _OF_LOSS.search(error.fields.get("node", "loss"))
    match error.shape("target"), error.shape("output"), error.name:
        case tuple() as target, None, _ if is_of_loss:
            yield from _unbuilt(fit, target, reading)
            about = _of_classes(error, target, fit, reading)
            yield replace(labels_slot(fit, target, about), has_batch=_has_batch(error))
        case tuple() as target, tuple() as output, "logits-and-labels" if is_of_loss:
            yield from _flattened(fit, target, output)
        case tuple() as target, tuple() as output, _ if is_of_loss:
            yield _output(fit, output)
            yield labels_slot(fit, target, _about(error, target, output))


def _unbuilt(fit: Fit, target: Dims, reading: Reading) -> Iterator[Slot]:
    """Yield the output of a model that has no input shape, of the rank that the labels have."""
    if any(NO_INPUT in trace.inputs for trace in reading.traces_of(fit.model)):
        yield replace(_output(fit, (None,) * max(2, len(target))), is_stated=False)


def _of_classes(error: Error, target: Dims, fit: Fit, reading: Reading) -> About:
    """Return what is known of labels in the place of which one integer for each is expected.

    Rows as wide as the output are one-hot.
    """
    outputs = chain.from_iterable(map(_OUTPUTS, reading.traces_of(fit.model)))
    wide = any(isinstance(one, tuple) and one[-1:] == target[-1:] for one in outputs)
    is_row = error.shapes_of("expected") == [(*target[:-1], 1)] and target[-1:] != (1,)
    return _ONE_HOT * (is_row and wide)


_OF_LOSS = re.compile(
    "loss|mean_(squared|absolute)|entropy|hinge|huber|poisson|kl_div|kullback|cosine|log_cosh", re.I
)
"""What the node of a loss has in its name."""


def _flattened(fit: Fit, target: Dims, output: Dims) -> Iterator[Slot]:
    """Yield the labels where all axes but the last are counted as samples.

    As many labels as a batch has outputs are one-hot rows; if they are fewer, the output is a map.
    """
    match target, output:
        case (int() as count,), (int() as samples, int() as classes):
            yield from _of_batch(fit, count, samples or 1, classes)
        case _:
            yield _output(fit, output)
            yield labels_slot(fit, target)


def _of_batch(fit: Fit, count: int, samples: int, classes: int) -> Iterator[Slot]:
    """Yield the labels of a batch, of which so many are counted for so many outputs."""
    columns, left = divmod(count, samples)
    if columns and not left and count > samples:
        yield _output(fit, (samples, classes))
        yield labels_slot(fit, (None, columns), _rows(columns == classes, classes))
    elif count and samples % count == 0:
        yield labels_slot(fit, (None,))


def entry_of(uid: int, reading: Reading) -> Dims | None:
    """Return the shape of the one input of a model, `None` where it is not known."""
    match [*map(_INPUTS, reading.traces_of(uid))]:
        case [[tuple() as entry], *_] if not any_unknown(entry):
            return entry
    return None


def _with_channel(slot: Slot, expected: Dims | None) -> Slot:
    """Return the slot of data with the last axis of one that Keras leaves out.

    What `predict` cut off one sample has all its axes.
    """
    is_cut = slot.predicts and _is_cut(slot.dims, (expected or ())[1:])
    return slot if is_cut else replace(slot, dims=with_last_axis(slot.dims, expected))


def _sample(slot: Slot, entry: Dims | None) -> Slot:
    """Return the slot of data, which is one sample where its first axis is the first of a sample.

    Keras may have added a last axis of one to it.
    """
    if entry is None:
        return slot
    dims, one = slot.dims, entry[1:]
    if dims in (one, (*one, 1)):
        return replace(slot, dims=one, whole=True)
    if not slot.predicts and not slot.is_of_set:
        return slot
    # Keras adds a last axis of one to what lacks it.
    forms = (one, one[: len(one) - (one[-1:] == (1,))])
    cut = next(filter(partial(_is_cut, dims), forms), None)
    if cut is not None:
        return replace(slot, dims=cut, whole=True)
    return replace(slot, whole=len(dims) == len(one))


def _is_cut(dims: Dims, one: Dims) -> bool:
    """Return whether these may be the dims of one sample for `predict`.

    It takes the first axis for that of the samples, and cuts it at 32.
    """
    match dims, one:
        case (first, *rest), (int() as size, *others) if others:
            return rest == others and first in (None, size, min(size, 32))
    return False


def _features(error: Error, entry: Dims | None) -> Dims | None:
    """Return the shape of data whose number of features the weights of the first layer refused."""
    states = error.fields.get("node", "").endswith("MatMul_1") or "MatMul_1}}" in error.message
    match error.name, states, error.shape("one"), error.shape("other"), entry:
        case "matmul", False, (*_, given), (kernel, *_), (*rows, features):
            return (*rows, given) if kernel == features != given else None
    return None


def _about(error: Error, target: Dims, output: Dims) -> About:
    """Return what else is known of labels, where integers belong.

    Rows as wide as the output are one-hot, others have an integer for each step.
    """
    match len(target) == len(output) > 1, "target.ndim - 1" in error.message, output[-1:]:
        case True, True, (int() as classes,) if classes > 1:
            return _rows(target[-1] == classes, classes)
    return ()


def _rows(is_one_hot: bool, classes: int) -> About:
    """Return what is known of labels that are rows: one-hot ones, or integers for each step."""
    return {True: _ONE_HOT, False: (("dtype", "int64"), ("distinct", classes))}[is_one_hot]


def _into_first_layer(error: Error, fit: Fit, reading: Reading) -> Dims | None:
    """Return the input of a layer that refused it, where it is the data.

    The layer is the first of the model, or in a model of `keras.applications` that is the first.
    """
    name, stated = class_of(error), error.shape("input")
    if name is None:
        return None
    traces = reading.traces_of(fit.model)
    if stated is not None and any(map(partial(_follows, error, name, reading), traces)):
        return None
    begins = name in _MODELS or any(map(partial(_begins_with, name), map(_MODEL, traces)))
    return stated if begins else None


_MODELS = ("sequential", "functional", "model")
"""The classes of models, as Keras makes names of them."""


def _begins_with(name: str, model: Model) -> bool:
    """Return whether the first layer of a model may have a name, or holds such a layer."""
    nodes = [*filterfalse(_is_entry, model.nodes)]
    first = next(iter(nodes), None)
    meant = next(filter(partial(_is_named, name), nodes), None)
    return first is not None and (first is meant or (meant is None and first.layer.is_application))


def _follows(error: Error, name: str, reading: Reading, trace: Trace) -> bool:
    """Return whether the layer that refused its input stands behind others of a model.

    It has another number, or its input is known to be as stated: it is not the data.
    """
    nodes = [*filterfalse(_is_entry, trace.model.nodes)]
    behind = [node for node in islice(nodes, 1, None) if _is_named(name, node)]
    uids = uids_meant(error, name, reading)
    slot = Slot("", error.shapes_of("input")[0], _OUTPUTS)
    has_stated = (compare(trace.nodes[node.id].inputs, slot) == "same" for node in behind)
    return any(node.layer.uid in uids for node in behind) or any(has_stated)


def _is_entry(node: Node) -> bool:
    return is_input(node.layer)


def _is_named(name: str, node: Node) -> bool:
    return is_of_class(node, name)


def with_last_axis(data: tuple[T, ...], expected: Dims | None) -> tuple[T | int, ...]:
    """Return the shape of data with the last axis of one that Keras leaves out."""
    match expected:
        case (*rest, 1) if len(rest) == len(data):
            return (*data, 1)
    return data


def _entry(fit: Fit, dims: Dims, index: int) -> Slot:
    def of(reading: Reading) -> object:
        inputs = chain.from_iterable(map(_INPUTS, reading.traces_of(fit.model)))
        return next(islice(inputs, index, None), None)

    return Slot("the input of the model", dims, of)


def data_of(fit: Fit, reading: Reading) -> object:
    """Return the shape of the data of a call in a later reading of the same text."""
    return shape_in(_item(_again(fit, reading).x_data, 0))


def data_slot(fit: Fit, dims: Dims, index: int, *, aside: bool = False) -> Slot:
    """Return the data of a call; that for validation where the other has another shape."""

    def of(reading: Reading) -> object:
        return _item(_again(fit, reading).x_data, index)

    what = f"the data of `{fit.method}`"
    match fit.x_data:
        case [_, _, *_]:
            what = f"input {index + 1} of `{fit.method}`"
    slot = Slot(what, dims, of, fit.method, call=fit)
    return _or_of_validation(fit, slot, "x", fit.x_data, aside=aside)


def _or_of_validation(
    fit: Fit, slot: Slot, role: Role, data: object, *, aside: bool = False
) -> Slot:
    def of(reading: Reading) -> object:
        given = _again(fit, reading).given(role, aside=True)
        return next(map(attrgetter("value"), given), None)

    aside = aside or compare(shape_in(_item(data, 0)), slot) == "other"
    if not aside or not fit.given(role, aside=True):
        return slot
    what = slot.what.replace(f"`{fit.method}`", "`validation_data`")
    return replace(slot, what=what, of=of, aside=True)


def labels_slot(fit: Fit, dims: Dims, about: About = ()) -> Slot:
    """Return the labels of a call; those for validation where the others have another shape."""

    def of(reading: Reading) -> object:
        return _item(_again(fit, reading).y_data, 0)

    what = f"the labels of `{fit.method}`"
    slot = Slot(what, dims, of, fit.method, labels=True, call=fit, about=about)
    return _or_of_validation(fit, slot, "y", fit.y_data)


def _output(fit: Fit, dims: Dims) -> Slot:
    def of(reading: Reading) -> object:
        match reading.traces_of(fit.model):
            case [Trace(inputs=inputs, outputs=[output]), *_]:
                return NO_INPUT if NO_INPUT in inputs else output
        return None

    return Slot(OUTPUT, dims, of, fit.method, call=fit)


def _again(fit: Fit, reading: Reading) -> Fit:
    """Return the same call in a later reading of the same text."""
    calls = (one for one in reading.program.fits if one.model == fit.model)
    return next((one for one in calls if one.site == fit.site), fit)


def _item(data: object, index: int) -> object:
    """Return one of several arrays, the data itself where it is one."""
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list | tuple):
        return next(iter(data[index : index + 1]), None)
    return data
