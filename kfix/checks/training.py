"""Whether Keras takes how a model is compiled, and what one call of `fit` or its like gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from typing import Any, NamedTuple

from kfix.checks.called import Called, compiled_of
from kfix.checks.fault import Fault
from kfix.checks.given_labels import arrays
from kfix.checks.heads import output_name
from kfix.checks.inputs import declared
from kfix.checks.label_faults import BatchChanged, RefusedLabels
from kfix.checks.masks import is_masked
from kfix.checks.not_made import not_made
from kfix.checks.refused_call import (
    ClassesTooGreat,
    OtherForm,
    OtherWeights,
    UnnamedOutputs,
    refused_for,
)
from kfix.checks.sample_weights import ON_BATCH, weights_of
from kfix.checks.samples import number_of_samples
from kfix.findings.labels_refused import LabelsRefused
from kfix.findings.training_refused import TrainingRefused
from kfix.model.added_losses import may_add_losses
from kfix.model.deciding import Row, decide
from kfix.model.epochs import is_never_run
from kfix.model.graph import Argument, Array, Layer, Model, Shapes
from kfix.model.naming import snake_case
from kfix.model.program import Batches, Compile, Fit, Program
from kfix.model.site import Site
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.inputs import is_input
from kfix.shapes.losses import unlike
from kfix.shapes.training.callbacks import check_callbacks, check_monitors
from kfix.shapes.training.calls import (
    bound,
    check_executed,
    check_numbers,
    check_own_step,
    metrics_of,
)
from kfix.shapes.training.nested import flatten, is_nested
from kfix.shapes.training.refusals import NotKnown, Refused
from kfix.shapes.training.step import Batch, PairRefused, check_compile, check_step


class _Call(NamedTuple):
    """A call as it is written, for the place of what is refused in it."""

    method: str
    arguments: Sequence[Argument]
    site: Site


_OF_TRAINING = ("x", "y", "sample_weight")
"""Arguments of which `validation_data` has its own."""


def _call_of(called: Called) -> _Call:
    """Return the call, for validation data without the arguments that are for training."""
    hidden = _OF_TRAINING if called.batches.aside else ()
    arguments = [one for one in called.fit.arguments if one.keyword not in hidden]
    return _Call(called.method, arguments, called.fit.site)


def of_compile(model: Model, program: Program) -> Iterator[Fault]:
    """Yield why `compile` is refused."""
    for record in program.compiles:
        if record.model == model.uid:
            call = _Call("compile", record.arguments, record.site)
            yield from _refusal(model, call, _check_compile)


def of_call(model: Model, fit: Fit, program: Program) -> Iterator[Fault]:
    """Yield why a call is refused before any data is looked at."""
    if fit.arguments:
        call = _Call(fit.method, fit.arguments, fit.site)
        yield from _refusal(model, call, partial(_check_call, fit, program))


def _refusal(model: Model, call: _Call, check: Callable[[_Call], None]) -> Iterator[Fault]:
    """Yield why a check refuses a call, nothing where that is not known."""
    try:
        check(call)
    except Refused as refused:
        yield _fault(model, call, refused)
    except UnknownUsed:
        return


def _check_compile(call: _Call) -> None:
    check_compile(bound("compile", call.arguments))


def _check_call(fit: Fit, program: Program, call: _Call) -> None:
    given = bound(fit.method, call.arguments)
    check_callbacks(given.get("callbacks"))
    measured = fit.method not in _RETURNS_METRICS or _is_measured_before(fit, program)
    for record in compiled_of(fit, program):
        for compiled in _compiled_with(record):
            check_executed(compiled.get("steps_per_execution"))
            check_own_step(fit.step, compiled, measured)
            check_own_step(fit.step_aside, compiled, measured=True)
            if fit.method == "fit" and not is_never_run(given):
                check_monitors(given.get("callbacks"), metrics_of(compiled))
    if fit.compiled is False and not fit.predicts:
        advice = "call compile before it"
        raise Refused("", "a compiled model", "a model that is not compiled", advice)


def _compiled_with(record: Compile) -> Iterator[dict[str, Any]]:
    """Yield the arguments of `compile` by their names, nothing where that call is refused."""
    with suppress(Refused):
        yield bound("compile", record.arguments)


def _is_measured_before(fit: Fit, program: Program) -> bool:
    """Return whether another call of the model came before, which may have built its metrics."""
    calls = [one for one in program.fits if one.model == fit.model]
    before = [one for one in calls[: calls.index(fit)] if not one.predicts]
    return any(one.step is None or one.step.measures for one in before)


_RETURNS_METRICS = ("fit", "evaluate")


def of_step(called: Called) -> Iterator[Fault]:
    """Yield why one step on a batch is refused: structures, names, weights, shapes."""
    model, batches = called.subject.model, called.batches
    yield from not_made(model, batches)
    yield from _of_dtypes(called)
    if isinstance(batches.x, Unknown):
        return
    if called.fit.predicts:
        yield from _refusal(model, _call_of(called), partial(_check_counts, called))
    else:
        yield from _of_weights_and_step(called)


_NOT_NUMBERS = ("object", "str")
"""Types of NumPy of which Keras makes no tensor."""


def _of_dtypes(called: Called) -> Iterator[Fault]:
    """Yield why Keras makes no tensor of an array."""
    batches, call = called.batches, _call_of(called)
    if batches.made_by:
        return
    for argument, data in (("x", batches.x), ("y", batches.y)):
        dtypes = [getattr(leaf, "dtype", None) for leaf in flatten(data)]
        for dtype in filter(dtypes.__contains__, _NOT_NUMBERS):
            refused = Refused(argument, "an array of numbers", f"one of type {dtype}")
            yield _fault(called.subject.model, call, refused)


def _check_counts(called: Called, call: _Call) -> None:
    """Raise `Refused` for an argument that cannot be a number of batches, or of samples."""
    given = bound(call.method, call.arguments)
    check_numbers(given, called.batches.made_by, number_of_samples(called.batches.x))


def _of_weights_and_step(called: Called) -> Iterator[Fault]:
    model, fit = called.subject.model, called.fit
    own = at = _call_of(called)
    try:
        weights = weights_of(called)
        for record in called.compiled:
            at = _Call("compile", record.arguments, record.site)
            _check_step(called, record, weights)
    except Refused as refused:
        fault = _fault(model, {"y": own, "sample_weight": own}.get(refused.argument, at), refused)
        yield _of_weights(called, refused, fault) or fault
    except PairRefused as pair:
        output, labels = (None, *pair.output[1:]), pair.labels
        of_batch = unlike(pair.output[0], labels[0])
        if of_batch:
            output = pair.output
        found = LabelsRefused(model.name, output, labels, loss=pair.name, method=called.method)
        found.site = fit.site
        if of_batch:
            yield BatchChanged(found)
            return
        given = (y for y in arrays(called.batches.y) if isinstance(y, Array))
        meant = tuple(y for y in given if y.sample == labels[1:])
        yield RefusedLabels(found, output[1:], meant)
    except (NotKnown, UnknownUsed):
        return


# --- structure of the input ---------------------------------------------------------------


def _is_sequential(called: Called) -> bool:
    return called.subject.model.is_sequential


def _is_dict(called: Called) -> bool:
    return isinstance(called.batches.x, dict)


def _is_unnamed(called: Called) -> bool:
    """Return whether the Input cannot have the name of one of the keys."""
    x, nodes = called.batches.x, called.subject.model.nodes
    assert isinstance(x, dict)
    first = {node.layer.name for node in nodes[:1] if is_input(node.layer)}
    made_up = any(str(key).startswith("input_layer") for key in x)
    return first.isdisjoint(x) and not made_up


def _is_list_of_arrays(called: Called) -> bool:
    x = called.batches.x
    return isinstance(x, list | tuple) and bool(x) and all(isinstance(one, Array) for one in x)


def _is_first(called: Called) -> bool:
    """Return whether nothing is given to the model before."""
    first = next(iter(called.subject.fits), None)
    return first is called.fit and not called.batches.aside


def _is_undeclared(called: Called) -> bool:
    """Return whether the input shape of the model comes from data alone."""
    if called.batches.own:  # its code takes what it likes
        return False
    model = called.subject.model
    fed = any(feed.taker == model.uid for feed in called.subject.program.feeds)
    return not fed and not declared(model)


def _dictionary(_: Called) -> Refused:
    return Refused("x", "one array", "a dictionary")


def _list(called: Called) -> Refused:
    shown = f"a {type(called.batches.x).__name__}"
    return Refused("x", "one array", shown, "an Input in the model")


_STRUCTURES: tuple[Row[Called, Refused], ...] = (
    Row((_is_sequential, _is_dict, _is_unnamed), _dictionary),
    Row((_is_sequential, _is_list_of_arrays, _is_first, _is_undeclared), _list),
)


def of_inputs(called: Called) -> Iterator[Fault]:
    """Yield why a Sequential refuses the structure of its input."""
    refused = decide(_STRUCTURES, called)
    if refused is not None:
        yield _fault(called.subject.model, _call_of(called), refused)


# --- weights and step ---------------------------------------------------------------------


def _of_weights(called: Called, refused: Refused, fault: Fault) -> OtherWeights | None:
    """Return what is wrong with weights of samples, `None` where another fault says more."""
    if refused.argument != "sample_weight" or refused.form or fault.finding is None:
        return None
    for one in _call_of(called).arguments:
        if one.keyword == refused.argument and one.site is not None:
            counts = number_of_samples(one.value), number_of_samples(called.batches.x)
            return OtherWeights(fault.finding, called.fit, one.site, *counts)
    return None


def _check_step(called: Called, record: Compile, weights: Any) -> None:
    """Raise `Refused` or `PairRefused` for what one step of training refuses."""
    model, batches = called.subject.model, called.batches
    names = _names(model, record, batches)
    compiled = bound("compile", record.arguments)
    if compiled.get("optimizer", "") is None and called.fit.method in _TAKES_STEPS:
        raise Refused("optimizer", "an optimizer", "None")
    if compiled.get("loss") is None and may_add_losses(model, called.fit.adds_losses):
        return
    if batches.own:  # the loss alone is compared, if anything
        compiled = {name: compiled.get(name) for name in ("loss", "loss_weights")}
    is_whole, masked = called.fit.method in ON_BATCH, is_masked(called)
    for size in _sizes(called):
        batch = Batch(batches.y, weights, size, is_whole, masked)
        check_step(compiled, names, batch, _structure(model, called.outputs_for(size)))


def _sizes(called: Called) -> list[int | None]:
    """Return the numbers of samples of the batches that are held against labels."""
    fit, batches = called.fit, called.batches
    step = fit.step_aside if batches.aside else fit.step
    if batches.own and (step is None or not step.compares):
        return []
    if fit.method == "fit" and is_never_run(bound(fit.method, fit.arguments)):
        return [None]  # Keras builds the model alone
    return [batches.size, *filter(None, [batches.last])]


_TAKES_STEPS = ("fit", "train_on_batch")


def _fault(model: Model, call: _Call, refused: Refused) -> Fault:
    argument = {"": "the call"}.get(refused.argument, f"`{refused.argument}`")
    places = (one.site for one in call.arguments if one.keyword == refused.argument)
    written = next(places, None)
    found = TrainingRefused(
        model.name,
        refused.expected,
        refused.actual,
        method=call.method,
        argument=argument,
        advice=refused.advice,
        site=written or call.site,
    )
    names = [output_name(model, number) for number in range(len(model.outputs))]
    if refused.keys and len(refused.keys) == len(names) and not any(names):
        found.expected = "the names that Keras makes up for the outputs"
        return UnnamedOutputs(found, refused.keys)
    if refused.classes is not None:
        return ClassesTooGreat(found, refused.classes)
    if refused.form and written is not None:
        return OtherForm(found, written, refused.form)
    return refused_for(found, call.method, call.site, call.arguments, refused.meant)


# --- outputs ------------------------------------------------------------------------------


def _structure(model: Model, outputs: Sequence[Shapes]) -> Any:
    """Return the outputs as known in the structure that a call of the model gives."""
    known = list(map(_array, outputs))
    if model.is_sequential and len(known) == 1:
        return known[0]
    if model.gives is None or len(known) != len(model.outputs):
        raise NotKnown
    found = _filled(model.gives, known)
    match found:
        case [alone] if model.is_functional:
            return alone
    return found


def _array(shape: Shapes) -> Array:
    if isinstance(shape, tuple | Unknown):
        return Array(shape)
    return Array(Unknown("an output of several tensors"))


def _filled(written: Any, known: list[Array]) -> Any:
    if isinstance(written, int):
        return known[written]
    if isinstance(written, dict):
        return {key: _filled(item, known) for key, item in written.items()}
    if isinstance(written, list | tuple):
        return type(written)(_filled(item, known) for item in written)
    return _unknown()


def _unknown() -> Any:
    raise NotKnown


# --- names --------------------------------------------------------------------------------


def _names(model: Model, record: Compile, batches: Batches) -> list[str] | None:
    """Return the names of the layers that give the outputs, `None` for a Sequential.

    A layer without a name has one that Keras makes up; where a key may be that, nothing is known.
    """
    if not model.is_functional:
        return None
    layers = {node.id: node.layer for node in model.nodes}
    keys = {str(key) for key in _keys([one.value for one in record.arguments] + [batches.y])}
    return [
        _output_name(layers.get(ref.node), number, keys) for number, ref in enumerate(model.outputs)
    ]


def _output_name(layer: Layer | None, number: int, keys: set[str]) -> str:
    """Return the name of the layer of an output; raise `NotKnown` where a key may be that."""
    if layer is None or layer.name == "":
        raise NotKnown
    if layer.name is not None:
        return layer.name
    start = snake_case(layer.cls.rpartition(".")[2])
    if any(key.startswith(start) for key in keys):
        raise NotKnown
    return f"{start} {number}"


def _keys(value: object) -> Iterator[object]:
    """Yield the keys of all dictionaries in a structure."""
    if isinstance(value, dict):
        yield from value
        value = list(value.values())
    if is_nested(value):
        yield from chain.from_iterable(map(_keys, value))
