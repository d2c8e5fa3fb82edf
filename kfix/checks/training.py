"""Whether Keras takes how a model is compiled, and what one call of `fit` or its like gives it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kfix.checks.fault import Fault
from kfix.checks.inputs import declared
from kfix.checks.label_faults import RefusedLabels
from kfix.checks.refused_call import Refused as RefusedCall
from kfix.checks.refused_call import refused_for
from kfix.findings.labels_refused import LabelsRefused
from kfix.findings.training_refused import TrainingRefused
from kfix.model.graph import Argument, Array, Model, Shapes
from kfix.model.naming import snake_case
from kfix.model.program import Batches, Compile, Fit, Program
from kfix.model.site import Site
from kfix.model.unknown import Impossible, Unknown, UnknownUsed
from kfix.shapes.inputs import is_input
from kfix.shapes.training.callbacks import check_callbacks
from kfix.shapes.training.calls import (
    bound,
    check_class_weight,
    check_numbers,
    check_sample_weight,
    check_samples,
)
from kfix.shapes.training.nested import flatten, is_nested
from kfix.shapes.training.refusals import NotKnown, Refused
from kfix.shapes.training.step import Batch, PairRefused, check_compile, check_step


def of_compile(model: Model, program: Program) -> Iterator[Fault]:
    """Yield why `compile` is refused."""
    for record in program.compiles:
        if record.model == model.uid:
            try:
                check_compile(bound("compile", record.arguments))
            except Refused as refused:
                yield _fault(model, "compile", record.arguments, record.site, refused)
            except UnknownUsed:
                continue


def of_call(model: Model, fit: Fit) -> Iterator[Fault]:
    """Yield why a call is refused before any data is looked at."""
    if not fit.arguments:
        return
    try:
        given = bound(fit.method, fit.arguments)
        check_callbacks(given.get("callbacks"))
        if fit.compiled is False and not fit.method.startswith("predict"):
            advice = "call compile before it"
            raise Refused("", "a compiled model", "a model that is not compiled", advice)
    except Refused as refused:
        yield _fault(model, fit.method, fit.arguments, fit.site, refused)


def of_step(
    model: Model, fit: Fit, batches: Batches, outputs: Sequence[Shapes], program: Program
) -> Iterator[Fault]:
    """Yield why one step on a batch is refused: structures, names, weights, shapes."""
    reasons = batches.x.chain() if isinstance(batches.x, Unknown) else ()
    for reason in reasons:
        if isinstance(reason, Impossible):
            yield _not_made(model, reason)
    if fit.method.startswith("predict") or isinstance(batches.x, Unknown):
        return
    record = _compile_of(fit, program)
    try:
        yield from _weights_and_step(model, fit, batches, outputs, record)
    except (NotKnown, UnknownUsed):
        return


def of_inputs(model: Model, fit: Fit, batches: Batches, program: Program) -> Iterator[Fault]:
    """Yield why a Sequential refuses the structure of its input."""
    if not model.is_sequential:
        return
    x, is_declared = batches.x, declared(model)
    first = next((one for one in program.fits if one.model == model.uid), None)
    is_first = first is fit and not batches.aside
    called = any(one.taker == model.uid for one in program.feeds)
    if isinstance(x, dict) and not _may_be_named(model, x):
        refused = Refused("x", "one array", "a dictionary")
    elif isinstance(x, list | tuple) and is_first and not is_declared and not called:
        if not x or not all(isinstance(item, Array) for item in x):
            return
        refused = Refused("x", "one array", f"a {type(x).__name__}", "an Input in the model")
    else:
        return
    method = batches.given_by(fit.method)
    yield _fault(model, method, fit.arguments, fit.site, refused)


def _may_be_named(model: Model, x: dict[object, object]) -> bool:
    """Return whether the Input of a Sequential may have the name of one of the keys."""
    first = [node.layer.name for node in model.nodes[:1] if is_input(node.layer)]
    return any(name in x for name in first) or any(str(key).startswith("input_layer") for key in x)


_SETS = {"dataset": "data set", "generator": "generator"}
"""What gives x and y together, in words."""


def _weights_and_step(
    model: Model,
    fit: Fit,
    batches: Batches,
    outputs: Sequence[Shapes],
    record: Compile | None,
) -> Iterator[Fault]:
    method = batches.given_by(fit.method)
    weights = None
    try:
        given = bound(fit.method, fit.arguments)
        if not batches.aside:
            if batches.made_by and given.get("y") is not None:
                raise Refused("y", f"labels in the {_SETS[batches.made_by]}", "the argument y")
            check_numbers(given, batches.made_by, _samples(batches.x))
            check_class_weight(given, batches.y, batches.made_by)
            weights = check_sample_weight(given, batches.y, batches.made_by)
            check_samples(batches.x, batches.y, weights)
    except Refused as refused:
        yield _fault(model, method, fit.arguments, fit.site, refused)
        return
    if record is None:
        return
    try:
        names = _names(model, record, batches)
        compiled = bound("compile", record.arguments)
        if compiled.get("optimizer", "") is None and fit.method in ("fit", "train_on_batch"):
            raise Refused("optimizer", "an optimizer", "None")
        batch = Batch(batches.y, weights, batches.size)
        check_step(compiled, names, batch, _structure(model, outputs))
    except Refused as refused:
        if refused.argument in ("y", "sample_weight"):
            yield _fault(model, method, fit.arguments, fit.site, refused)
        else:
            yield _fault(model, "compile", record.arguments, record.site, refused)
    except PairRefused as pair:
        found = LabelsRefused(
            model.name, (None, *pair.output[1:]), pair.labels, loss=pair.name, method=method
        )
        found.site = fit.site
        labels = [y for y in _leaves(batches.y) if y.sample == pair.labels[1:]]
        yield RefusedLabels(found, pair.output[1:], tuple(labels))


def _leaves(y: Any) -> list[Array]:
    """Return the arrays in what is given as labels."""
    if isinstance(y, dict):
        y = list(y.values())
    if isinstance(y, Array):
        y = [y]
    return [part for part in y or () if isinstance(part, Array)]


def _not_made(model: Model, data: Impossible) -> Fault:
    """Return that the data set itself is refused."""
    found = TrainingRefused(
        model.name, data.expected, data.actual, method=data.call, argument="its tensors"
    )
    found.site = data.site
    return RefusedCall(found)


def _compile_of(fit: Fit, program: Program) -> Compile | None:
    """Return the call of `compile` that a call of `fit` goes with."""
    records = [record for record in program.compiles if record.model == fit.model]
    if fit.compiled is not None:
        return next((record for record in records if record.site == fit.compiled), None)
    if len(records) == 1:
        return records[0]
    return None


def _fault(
    model: Model, method: str, arguments: Sequence[Argument], site: Site, refused: Refused
) -> Fault:
    argument = f"`{refused.argument}`"
    if not refused.argument:
        argument = "the call"
    found = TrainingRefused(
        model.name,
        refused.expected,
        refused.actual,
        method=method,
        argument=argument,
        advice=refused.advice,
    )
    places = (one.site for one in arguments if one.keyword == refused.argument)
    found.site = next(places, None) or site
    return refused_for(found, method, site, arguments, refused.meant)


# --- outputs ------------------------------------------------------------------------------


def _structure(model: Model, outputs: Sequence[Shapes]) -> Any:
    """Return the outputs as arrays in the structure that a call of the model gives."""
    arrays = list(map(_array, outputs))
    if model.is_sequential and len(arrays) == 1:
        return arrays[0]
    if not model.is_functional or len(arrays) != len(model.outputs):
        return _unknown()
    found = _filled(model.gives, arrays)
    match found:
        case [alone]:
            return alone
    return found


def _array(shape: Shapes) -> Array:
    if isinstance(shape, tuple | Unknown):
        return Array(shape)
    return Array(Unknown("an output of several tensors"))


def _filled(written: Any, arrays: list[Array]) -> Any:
    if isinstance(written, int):
        return arrays[written]
    if isinstance(written, dict):
        return {key: _filled(item, arrays) for key, item in written.items()}
    if isinstance(written, list | tuple):
        return type(written)(_filled(item, arrays) for item in written)
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
    found: list[str] = []
    for number, ref in enumerate(model.outputs):
        layer = layers.get(ref.node)
        name = getattr(layer, "name", None)
        if layer is not None and name is None:
            start = snake_case(layer.cls.rpartition(".")[2])
            if any(key.startswith(start) for key in keys):
                raise NotKnown
            name = f"{start} {number}"
        found.append(name or _unknown())
    return found


def _keys(value: object) -> Iterator[object]:
    """Yield the keys of all dictionaries in a structure."""
    if isinstance(value, dict):
        yield from value
    if is_nested(value):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _keys(item)


def _samples(x: object) -> int | None:
    """Return how many samples the first array has."""
    first = next(iter(flatten(x)), None)
    shape = first.shape if isinstance(first, Array) else None
    if isinstance(shape, tuple) and shape and isinstance(shape[0], int):
        return shape[0]
    return None
