"""The model's input against the data that it is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kfix.findings import Finding
from kfix.findings.batch_axis_missing import BatchAxisMissing
from kfix.findings.input_against_data import InputAgainstData
from kfix.model import Array, Dim, Fit, Model, Program, Shape, Unknown
from kfix.repair.apply import apply
from kfix.repair.arguments import INPUT_NAMES, named
from kfix.repair.conflict import Candidate, Conflict
from kfix.repair.intent.labels import agree
from kfix.repair.options import Options
from kfix.repair.uses import Uses
from kfix.repair.view import View
from kfix.shapes import Trace, Tracer, show
from kfix.shapes.inputs import is_input

Dims = tuple[Dim, ...]


class Given(NamedTuple):
    """A model that is given what it does not take: the finding, and the edit or the advice against it."""

    finding: Finding
    candidate: Candidate | None
    advice: str


def against_data(model: Model, trace: Trace, fits: Sequence[Fit], program: Program, tracer: Tracer) -> Given | None:
    """Does the declared input shape fit the data of the first call that tells? Models of one input alone."""
    if len(trace.inputs) != 1 or not isinstance(trace.inputs[0], tuple) or not _declared(model):
        return None
    entry = trace.inputs[0][1:]
    if not entry or any(isinstance(dim, Unknown) for dim in entry):
        return None
    for fit in fits:
        x = fit.x_data
        if not isinstance(x, Array) or not isinstance(x.shape, tuple) or not x.shape:
            continue
        dims = x.shape[1:]
        if fit.method.startswith("predict") or any(isinstance(dim, Unknown) for dim in dims):
            continue
        if not _counted(fit, x.shape) or not dims:
            continue
        if not (agree(entry, dims) or agree(entry, (*dims, 1)) or agree((*entry, 1), dims)):
            return _mismatch(model, trace, fit, entry, x.shape, program, tracer)
        break  # the last axis of one is Keras's to add or to drop
    for fit in fits:
        x = fit.x_data
        if fit.method.startswith("predict") and isinstance(x, Array) and len(entry) > 1 and x.shape == entry:
            return _one_sample(model, fit, entry)
    return None


def _declared(model: Model) -> bool:
    """Is the input shape written in the program, and not what the data says?"""
    if model.kind != "sequential":
        return model.kind == "functional"
    first = model.nodes[0].layer if model.nodes else None
    if first is None or first.library != "keras":
        return False
    given = named(first)
    return is_input(first) or any(name in given for name in INPUT_NAMES) or model.given_site is not None


def _counted(fit: Fit, shape: Shape) -> bool:
    """Is the first axis the samples'? A data set that nobody has batched yet says nothing."""
    y = fit.y_data
    if isinstance(y, Array) and isinstance(y.shape, tuple):
        return bool(y.shape) and (isinstance(y.shape[0], Unknown) or y.shape[0] == shape[0])
    return fit.same or shape[0] is None


def _one_sample(model: Model, fit: Fit, entry: Dims) -> Given:
    finding = BatchAxisMissing(model.name, expected=show((None, *entry)), actual=show(entry))
    finding.site = fit.site
    return Given(finding, None, "give predict a batch of one: np.expand_dims(x, 0)")


def _mismatch(
    model: Model, trace: Trace, fit: Fit, entry: Dims, data: Shape, program: Program, tracer: Tracer
) -> Given | None:
    dims = data[1:]
    finding = InputAgainstData(model.name, expected=show(entry), actual=show(dims), hint=f"by {fit.method}")
    finding.site = fit.site
    if sorted(map(str, entry)) == sorted(map(str, dims)) and len(dims) > 2 and _channels_last(entry):
        axes = "np.moveaxis(x, 1, -1)" if dims[0] == entry[-1] else "np.transpose"
        return Given(finding, None, f"bring the axes of the data into the model's order with {axes}")
    advice = ""
    if len(entry) != len(dims) and _total(entry) == _total(dims) is not None:
        inner = ", ".join(map(str, entry))
        advice = f"or lay the data out as the model takes it: x.reshape(-1, {inner})"
    why, key = f"{fit.method} gives samples of {show(dims)}", "input-data"
    if entry == data:
        key, why = "input-samples", f"the {data[0]} samples are no part of an input shape"
    elif sorted(map(str, entry)) == sorted(map(str, dims)):
        key, why = "input-order", f"{fit.method} gives the axes as {show(dims)}"
    conflict = Conflict(View(model, trace), None, Options(), Uses([model]), {}, tracer)
    candidate = next(conflict.set_input(None, dims, key, why), None)
    if model.kind == "sequential" and trace.refusal is None:
        # A Sequential does not compare: only its layers do, and what they take may be of any size.
        if candidate is None:
            return None
        other = tracer.trace(apply(model, candidate.edits))
        if other.refusal is None and all(
            other.nodes[key].params == traced.params for key, traced in trace.nodes.items() if key in other.nodes
        ):
            return None
    return Given(finding, candidate, advice)


def _channels_last(dims: Dims) -> bool:
    return dims[-1] in (1, 3, 4) and all(isinstance(dim, int) and dim > 4 for dim in dims[:-1])


def _total(dims: Dims) -> int | None:
    product = 1
    for dim in dims:
        if not isinstance(dim, int):
            return None
        product *= dim
    return product
