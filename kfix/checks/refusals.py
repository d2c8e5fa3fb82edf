"""What Keras refuses in a call of `fit`, `evaluate` or `predict`, whatever the source of data.

Arrays, data sets, generators and `validation_data` go through the same steps: the model is traced
on the data's own shape, its outputs are held against the labels under the loss.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping

from kfix.checks import training
from kfix.checks.calls import StatefulBatch, YieldedList, has_states
from kfix.checks.dims import agree, known_shape
from kfix.checks.expectations import Expectations
from kfix.checks.fault import Fault, Subject
from kfix.checks.inputs import RefusedSamples
from kfix.checks.refused_call import Refused
from kfix.findings import Finding
from kfix.findings.batch_differs import BatchDiffers
from kfix.findings.input_against_data import InputAgainstData
from kfix.findings.labels_refused import LabelsRefused
from kfix.findings.wrong_data import WrongData
from kfix.model.graph import Array, Layer, Library, Shape, Shapes
from kfix.model.program import Batches, Fit
from kfix.model.target import Target
from kfix.model.unknown import any_unknown
from kfix.shapes import Trace
from kfix.shapes.concrete_calls import on_data
from kfix.shapes.trace_result import Traced, as_list, one_or_list
from kfix.shapes.values import listed

_OF_DATA = ("KFX601", "KFX604", "KFX607", "KFX608", "KFX609", "KFX610", "KFX611")
"""Findings that say already what is wrong with the data of a model."""

_OF_LABELS = ("KFX601", "KFX602", "KFX603", "KFX604", "KFX607", "KFX608", "KFX609", "KFX610")
"""And those with its labels, or with an input without which no output is known."""


def add_refusals(found: Expectations, declared: Mapping[int, Target]) -> None:
    """Add the errors of the calls of one model that no other finding reports."""
    subject = found.subject
    if subject.trace.refusal is not None or subject.tracer.keras < 3:
        return
    compiling = list(training.of_compile(subject.model, subject.program))
    found.faults.extend(compiling)
    for fit in subject.fits:
        calling = list(training.of_call(subject.model, fit))
        found.faults.extend(calling)
        if compiling or calling:
            continue
        for batches in fit.batches:
            _check(found, _Called(subject, fit, batches), declared)


class _Called:
    """One model, called on the batches of one source of data."""

    def __init__(self, subject: Subject, fit: Fit, batches: Batches) -> None:
        self.subject = subject
        self.model = subject.model
        self.trace = subject.trace
        self.fit = fit
        self.batches = batches
        self.program = subject.program
        self.tracer = subject.tracer
        self.shapes = _shapes(batches.x, batches.size)
        self.called = self._call()

    @property
    def method(self) -> str:
        """What gives the data."""
        if self.batches.aside:
            return "validation_data"
        return self.fit.method

    def _call(self) -> Traced | None:
        """Trace the model on the data, `None` where its shape is not known."""
        if self.shapes is None or len(as_list(self.shapes)) != len(self.trace.inputs):
            return None
        site = self.model.site
        layer = Layer("Model", (), site, self.model.uid, Library.MODEL, model=self.model)
        traced = self.tracer.use(layer, ((None, self.shapes),))
        if traced.status != "refused":
            return traced
        return on_data(self.tracer, layer, traced)

    def outputs(self) -> list[Shapes]:
        """Return the output shapes for these batches, or those of the model."""
        if self.called is None or self.called.status != "known":
            return list(self.trace.outputs)
        return as_list(self.called.outputs)


def _shapes(x: object, size: int | None) -> Shapes | None:
    """Return the shapes of a batch, `None` where one is not known."""
    match x:
        case Array(shape=(_, *dims)) if not any_unknown(dims):
            return (size, *dims)
        case [_, *_]:
            found = [_shapes(item, size) for item in x]
            known: list[Shapes] = [shape for shape in found if isinstance(shape, tuple)]
            if len(known) == len(found):
                return known
    return None


def _check(found: Expectations, called: _Called, declared: Mapping[int, Target]) -> None:
    """Add the first error of the data of a call, or else of its labels."""
    told = {finding.code for finding in found.findings if finding.severity == "error"}
    # Keras stops at its first error: what comes behind one that is known is never reached.
    if told.isdisjoint(_OF_DATA):
        for fault in (
            *_of_lists(called),
            *_of_batch(called),
            *training.of_inputs(called.model, called.fit, called.batches, called.program),
            *_of_inputs(called),
        ):
            found.faults.append(fault)
            return
    if not told.isdisjoint(_OF_LABELS):
        return
    wanted = {**found.wanted, **declared}
    for fault in _of_labels(called):
        is_of_labels = isinstance(fault.finding, LabelsRefused)
        found.refused = found.refused or is_of_labels
        if not (is_of_labels and _is_missed(wanted, called.trace)):
            found.faults = [one for one in found.faults if not _is_broadcast(one, fault)]
            found.faults.append(fault)
        return


def _is_broadcast(fault: Fault, refused: Fault) -> bool:
    """Return whether a fault is that Keras broadcasts the labels that it refuses."""
    finding = fault.finding
    if finding is None or refused.finding is None:
        return False
    return (finding.code, finding.site) == ("KFX606", refused.finding.site)


def _is_missed(wanted: Mapping[int, Target], trace: Trace) -> bool:
    """Return whether another finding will say that an output is not as wanted."""
    entry, outputs = one_or_list(trace.inputs), dict(enumerate(trace.outputs))
    firm = {number: target for number, target in wanted.items() if target.weight != "weak"}
    for number, target in firm.items():
        resolved, output = target.resolve(entry), outputs.get(number)
        if resolved is not None and isinstance(output, tuple) and not resolved.met_by(output):
            return True
    return False


def _of_lists(called: _Called) -> Iterator[YieldedList]:
    """Return a generator of the program that yields lists, where Keras takes tuples."""
    if called.batches.as_list:
        count = len(called.model.inputs)
        inputs = _COUNTS.get(count, f"{count} inputs")
        actual = "a generator that yields a list instead of a tuple"
        finding = WrongData(called.model.name, inputs, actual, method=called.method)
        finding.site = called.batches.site
        yield YieldedList(finding, called.batches.lists)


_COUNTS = {1: "1 input"}


def _of_batch(called: _Called) -> Iterator[StatefulBatch]:
    """Yield batches of another size than a stateful layer has states for: all, or the last one."""
    batch = next(iter(called.trace.input or ()), None)
    batches = called.batches
    if not isinstance(batch, int) or batches.size is None or not has_states(called.subject):
        return
    rest = _last_batch(called, batch)
    if batches.size == batch and not rest:
        return
    actual = f"batches of {batches.size}"
    if batches.size == batch:
        actual = f"a last batch of {rest}"
    finding = BatchDiffers(called.model.name, f"batches of {batch}", actual, method=called.method)
    finding.site = called.fit.site
    yield StatefulBatch(finding, called.fit, batch, rest)


_TAKEN_IN_PART = {"validation_split", "steps_per_epoch", "steps", "validation_steps"}
"""Arguments with which a call does not take all samples that it is given."""


def _last_batch(called: _Called, batch: int) -> int:
    """Return how many samples are left for the last batch, 0 where that is not known."""
    given = {argument.keyword for argument in called.fit.arguments}
    if called.batches.made_by or not given.isdisjoint(_TAKEN_IN_PART):
        return 0
    return sum(_samples(called.batches.x)[:1]) % batch


def _samples(x: object) -> list[int]:
    """Return how many samples the first array has, where that is known."""
    return [dim for dim in known_shape(x) if isinstance(dim, int)]


def _of_inputs(called: _Called) -> Iterator[Fault]:
    """Yield data that the model, or a layer of it, refuses."""
    traced, shapes = called.called, called.shapes
    if traced is None or traced.finding is None or shapes is None:
        return
    inputs = called.trace.inputs
    pairs = list(zip(inputs, as_list(shapes), strict=True))
    known = [(a, b) for a, b in pairs if isinstance(a, tuple) and isinstance(b, tuple)]
    if len(known) != len(pairs):
        return
    alike = all(len(entry) == len(shape) for entry, shape in known)
    if len(pairs) > 1 and not alike:
        return  # Keras may add or take away a last axis of 1
    if not all(agree(entry[1:], shape[1:]) for entry, shape in known):
        yield _refused_samples(called, known)
    elif _of_batches(traced.finding):
        finding = copy.copy(traced.finding)
        finding.site = called.fit.site
        yield Refused(finding)


def _refused_samples(called: _Called, pairs: list[tuple[Shape, Shape]]) -> RefusedSamples:
    """Return the fault of data whose samples have other dims than the inputs take."""
    entry, shape = pairs[0]
    finding = InputAgainstData(called.model.name, entry[1:], shape[1:], method=called.method)
    finding.site = called.fit.site
    data = tuple(one for one in listed(called.batches.x) if isinstance(one, Array))
    return RefusedSamples(finding, tuple(entry[1:] for entry, _ in pairs), data)


def _of_batches(finding: Finding) -> bool:
    """Return whether inputs of different batch sizes, none of them 1, are merged.

    No run broadcasts them.
    """
    shapes = listed(finding.actual)
    batches = {shape[0] for shape in shapes if isinstance(shape, tuple) and shape}
    sizes = {batch for batch in batches if isinstance(batch, int)}
    return finding.code == "KFX205" and len(sizes) > 1 and 1 not in sizes


def _of_labels(called: _Called) -> Iterator[Fault]:
    """Labels, losses, metrics and weights that one step of training refuses."""
    yield from training.of_step(
        called.model, called.fit, called.batches, called.outputs(), called.program
    )
