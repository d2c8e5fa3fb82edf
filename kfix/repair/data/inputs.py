"""Repairs of an input that the data of the calls does not fit: of the input, or of the data."""

from __future__ import annotations

from kfix.checks.dims import Dims, known_shape
from kfix.checks.fault import Subject
from kfix.checks.inputs import (
    DeclaredRank,
    InputMismatch,
    NamedInputMismatch,
    RefusedSamples,
    SampleForBatch,
    UndeclaredInput,
    input_faults,
)
from kfix.checks.samples import fitting, gives_one_sample, is_x, one_sample, other_colors
from kfix.edits.wrap_argument import WrapArgument
from kfix.model.graph import Array
from kfix.model.program import Fit, Part
from kfix.model.record import replace
from kfix.model.unknown import all_integers
from kfix.repair.apply import apply
from kfix.repair.candidate import Candidate
from kfix.repair.data.forms import (
    EXPAND_DIMS,
    MOVEAXIS,
    NOTHING,
    REPEAT,
    RESHAPE,
    Wrap,
    Wraps,
    bring,
    wraps,
)
from kfix.repair.data.input_ways import InputRepairs, MismatchRepair, input_conflict, suggestion_for
from kfix.repair.data.remedies import Alternative, Remedies
from kfix.repair.data.sources import MADE, all_or_none, recolored, recuts, remade_all
from kfix.repair.data.variables import prepared
from kfix.repair.prices import price
from kfix.shapes import show

# --- one kind of fault after the other ----------------------------------------------------------


def repair_input(fault: InputMismatch, remedies: Remedies) -> None:
    """Edit the input shape, or the data, or suggest what to do with the data."""
    ways = MismatchRepair(fault, remedies.subject).repairs()
    entry = fault.entry
    named = prepared(remedies.subject, is_x, lambda shape: fitting(entry, shape[1:]))
    if named is None:
        take(remedies, ways)
    elif ways.candidate is None:
        remedies.accompanying.append(named)
    else:
        take(remedies, ways)
        remedies.alternatives.insert(0, Alternative(named, remedies.first, ranked=True))


def repair_named_input(fault: NamedInputMismatch, remedies: Remedies) -> None:
    """Edit one of several inputs, or what is given for it."""
    take(remedies, _named_repairs(fault, remedies.subject))


def repair_sample(fault: SampleForBatch, remedies: Remedies) -> None:
    """Make one sample a batch of one, and its labels too."""
    take(remedies, _sample_repairs(fault, remedies.subject))


def repair_rank(fault: DeclaredRank, remedies: Remedies) -> None:
    """Declare the input as the data is, where the refused layer asks for that."""
    subject = remedies.subject
    trace = subject.trace
    why = f"the samples of {fault.fit.method} have shape {show(fault.dims)}"
    conflict = input_conflict(subject)
    candidate = next(conflict.set_input(None, fault.dims, "input-data", why), None)
    if candidate is None or trace.refusal is None:
        return
    refusal = subject.tracer.trace(apply(subject.model, candidate.edits)).refusal
    if refusal is None or refusal.site != trace.refusal.site:
        take(remedies, InputRepairs(candidate))


def repair_refused_samples(fault: RefusedSamples, remedies: Remedies) -> None:
    """Change what the refused data is made of."""
    pairs = zip(fault.data, fault.entries, strict=False)
    edits = remade_all((array, entry) for array, entry in pairs if array.sample != entry)
    if edits:
        sure = not recuts(fault.data, edits)
        candidate = Candidate(edits, price("data-made"), MADE, sure)
        remedies.accompanying.append(candidate)


def repair_undeclared(fault: UndeclaredInput, remedies: Remedies) -> None:
    """Give the data a last axis of 1, which Keras adds only where an input shape is declared."""
    subject, entry = remedies.subject, fault.entry
    refusal = subject.trace.refusal
    wider = replace(subject.model, given=(None, *entry, 1))
    now = subject.tracer.trace(wider).refusal
    if refusal is None or (now is not None and now.site == refusal.site):
        return

    def needs(fit: Fit, x: Array) -> Wrap | None:
        if not isinstance(x.shape, tuple):
            return None
        if x.shape[1:] == entry:
            return Wrap(EXPAND_DIMS, ((None, -1),))
        return NOTHING if x.shape[1:] == (*entry, 1) else None

    wrapped = wraps(subject.program, subject.uids, is_x, needs)
    if wrapped is not None:
        take(remedies, InputRepairs(data=wrapped, model=wider))


def take(remedies: Remedies, ways: InputRepairs) -> None:
    """Enter the edit of the model first, that of the data where the model has none.

    The other way is an alternative.
    """
    first: Candidate | None = None
    if ways.candidate is not None:
        first = ways.candidate
        if remedies.first is not None:  # of another input
            edits = tuple(dict.fromkeys(remedies.first.edits + first.edits))
            cost = remedies.first.cost + price("group")
            first = Candidate(edits, cost, remedies.first.why, first.sure)
            remedies.alternatives.clear()
        remedies.first = first
    if ways.data is None:
        if ways.suggestion:
            remedies.suggest(ways.suggestion if first is None else f"or {ways.suggestion}")
        return
    why = ways.data.why
    if ways.batch:
        why = f"{ways.batch} takes a batch: one sample is a batch of one"
    cost = price("batch" if ways.batch else ways.price_key)
    asked = ways.price_key == "data-asked"
    candidate = Candidate(ways.data.edits, cost, why + ways.data.remark, ways.sure)
    if first is None and ways.model is None:
        remedies.accompanying.append(candidate)
    else:
        alternative = Alternative(candidate, first, ways.model, ways.data.lays_out, asked)
        remedies.alternatives.append(alternative)


def transformed(subject: Subject) -> Wraps | None:
    """Return what brings all the data into the axes, or the colors, that a repaired input has."""
    for fault in input_faults(subject):
        if isinstance(fault, InputMismatch):
            data = MismatchRepair(fault, subject).repairs().data
        elif isinstance(fault, NamedInputMismatch):
            data = _named_repairs(fault, subject).data
        else:
            continue
        if data is not None and all(
            isinstance(edit, WrapArgument) and edit.function in (MOVEAXIS, REPEAT)
            for edit in data.edits
        ):
            return data
    return None


def _sample_repairs(fault: SampleForBatch, subject: Subject) -> InputRepairs:
    output, entry = subject.trace.output, fault.entry

    def needs(fit: Fit, x: Array) -> Wrap | None:
        if x is fit.y_data and not fit.same:
            return NOTHING if _is_batch(x, output) else Wrap(EXPAND_DIMS, ((None, 0),))
        return _batch_of_one(entry, x) if gives_one_sample(fit, entry) else NOTHING

    def mine(fit: Fit, part: Part) -> bool:
        labels = part.key is None and part.role == "y" and gives_one_sample(fit, entry)
        return is_x(fit, part) or labels

    data = wraps(subject.program, subject.uids, mine, needs)
    method = fault.fit.method
    suggestion = f"give {method} a batch of one: np.expand_dims(x, 0)"
    if other_colors(entry, known_shape(fault.fit.x_data)):
        suggestion += f", of an image that is read {_READ[entry[-1] == 1]}"
        data = None if data is None else _recolored(data, entry, subject)
        return InputRepairs(None, data, suggestion, method, sure=False)
    return InputRepairs(None, data, suggestion, method)


def _batch_of_one(entry: Dims, x: Array) -> Wrap:
    """Return what makes a batch of one sample, which may lack the axes of 1 that it begins with."""
    if entry[:1] == (1,) and all_integers(entry) and len(known_shape(x)) < len(entry):
        return Wrap(RESHAPE, ((None, (1, *entry)),))
    return Wrap(EXPAND_DIMS, ((None, 0),))


_READ = {
    True: "with color_mode='grayscale', or cv2.IMREAD_GRAYSCALE",
    False: "with color_mode='rgb', or cv2.IMREAD_COLOR",
}
"""How an image is read for a model, by whether that takes gray ones."""


def _recolored(data: Wraps, entry: Dims, subject: Subject) -> Wraps | None:
    """Return a batch of one image that is read in the colors of the model, `None` without that."""

    def fits(shape: object) -> bool:
        return isinstance(shape, tuple) and one_sample(entry, shape)

    given = (part.value for fit, part in subject.parts if is_x(fit, part))
    images = (x for x in given if isinstance(x, Array) and other_colors(entry, known_shape(x)))
    edits = all_or_none(recolored(image, fits) or None for image in images)
    return replace(data, edits=(*edits, *data.edits)) if edits else None


def _is_batch(labels: Array, output: object) -> bool:
    """Return whether labels have as many axes as the output, the batch axis among them."""
    if not isinstance(output, tuple) or not isinstance(labels.shape, tuple):
        return False
    return len(labels.shape) >= len(output)


def _named_repairs(fault: NamedInputMismatch, subject: Subject) -> InputRepairs:
    entry, dims = fault.entry, fault.data[1:]

    def needs(fit: Fit, x: Array) -> Wrap | None:
        if not isinstance(x.shape, tuple):
            return None
        predicts = fit.method.startswith("predict")
        if predicts and one_sample(entry, x.shape) and not fitting(entry, x.shape[1:]):
            return _batch_of_one(entry, x)
        return bring(entry, x.shape)

    def mine(fit: Fit, part: Part) -> bool:
        return fault.input.takes(part)

    data = wraps(subject.program, subject.uids, mine, needs)
    method, step = fault.fit.method, fault.input.step
    if fault.is_sample:
        suggestion = "give predict a batch of one: np.expand_dims(x, 0)"
        return InputRepairs(None, data, suggestion, method)
    candidate = None
    if not fault.met and not method.startswith("predict") and step is not None:
        key = "input-samples" if entry == fault.data else "input-data"
        why = f"the samples of {method} have shape {show(dims)}"
        candidate = next(input_conflict(subject).set_input(step, dims, key, why), None)
    return InputRepairs(candidate, data, suggestion_for(entry, dims))
