"""What Keras refuses in a call of `fit`, `evaluate` or `predict`, whatever the source of data.

Arrays, data sets, generators and `validation_data` go through the same steps: the model is traced
on the data's own shape, its outputs are held against the labels under the loss.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice

from kfix.checks import training
from kfix.checks.called import Called
from kfix.checks.calls import StatefulBatch, YieldedList, state_count
from kfix.checks.dims import agree, known_shape
from kfix.checks.expectations import Expectations
from kfix.checks.fault import Fault
from kfix.checks.inputs import RefusedSamples
from kfix.checks.refused_call import OtherBatch
from kfix.checks.targets import compared
from kfix.findings import Finding
from kfix.findings.batch_differs import BatchDiffers
from kfix.findings.input_against_data import InputAgainstData
from kfix.findings.labels_refused import LabelsRefused
from kfix.findings.wrong_data import WrongData
from kfix.model.graph import Array
from kfix.model.target import Target
from kfix.shapes import Trace
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
        calling = list(training.of_call(subject.model, fit, subject.program))
        found.faults.extend(calling)
        for batches in fit.batches * (not compiling and not calling):
            _check(found, Called(subject, fit, batches), declared)


def _check(found: Expectations, called: Called, declared: Mapping[int, Target]) -> None:
    """Add the first error of the data of a call, or else of its labels."""
    reported = {finding.code for finding in found.findings if finding.severity == "error"}
    # Keras stops at its first error: what comes behind one that is known is never reached.
    if reported.isdisjoint(_OF_DATA):
        first = next(chain.from_iterable(check(called) for check in _DATA_CHECKS), None)
        if first is not None:
            found.faults.append(first)
            return
    steps = training.of_step(called)
    for fault in islice(steps, int(reported.isdisjoint(_OF_LABELS))):
        is_of_labels = isinstance(fault.finding, LabelsRefused)
        found.refused = found.refused or is_of_labels
        if not is_of_labels or not _is_missed({**found.wanted, **declared}, called.subject.trace):
            found.faults = [one for one in found.faults if not _is_broadcast(one, fault)]
            found.faults.append(fault)


def _is_broadcast(fault: Fault, refused: Fault) -> bool:
    """Return whether a fault is that Keras broadcasts the labels that it refuses."""
    if fault.finding is None or refused.finding is None:
        return False
    return (fault.finding.code, fault.finding.site) == ("KFX606", refused.finding.site)


def _is_missed(wanted: Mapping[int, Target], trace: Trace) -> bool:
    """Return whether another finding will say that an output is not as wanted."""
    return any(one.is_missed and one.target.weight != "weak" for one in compared(trace, wanted))


def _of_lists(called: Called) -> Iterator[YieldedList]:
    """Return a generator of the program that yields lists, where Keras takes tuples."""
    if called.batches.as_list:
        count = len(called.subject.model.inputs)
        inputs = _COUNTS.get(count, f"{count} inputs")
        actual = "a generator that yields a list instead of a tuple"
        finding = WrongData(called.name, inputs, actual, method=called.method)
        finding.site = called.batches.site
        yield YieldedList(finding, called.batches.lists)


_COUNTS = {1: "1 input"}


def _of_batch(called: Called) -> Iterator[StatefulBatch]:
    """Yield batches of another size than a stateful layer has states for: all, or the last one."""
    batch, size = state_count(called.subject), called.batches.size
    if not batch or size is None:
        return
    rest = _last_batch(called, batch)
    actual = {batch: f"a last batch of {rest}"}.get(size, f"batches of {size}")
    if size != batch or rest:
        finding = BatchDiffers(called.name, f"batches of {batch}", actual, method=called.method)
        finding.site = called.fit.site
        yield StatefulBatch(finding, called.fit, batch, rest)


_TAKEN_IN_PART = {"validation_split", "steps_per_epoch", "steps", "validation_steps"}
"""Arguments with which a call does not take all samples that it is given."""


def _last_batch(called: Called, batch: int) -> int:
    """Return how many samples are left for the last batch, 0 where that is not known."""
    given = {argument.keyword for argument in called.fit.arguments}
    match known_shape(called.batches.x):
        case (int() as count, *_) if given.isdisjoint(_TAKEN_IN_PART):
            return count % batch * (not called.batches.made_by)
    return 0


def _of_inputs(called: Called) -> Iterator[Fault]:
    """Yield data that the model, or a layer of it, refuses."""
    if _is_refused(called) and _have_other_dims(called):
        yield _refused_samples(called)


def _is_refused(called: Called) -> bool:
    """Return whether the model refuses data of the rank of its input.

    Of several inputs Keras may add or take away a last axis of 1.
    """
    alike = all(len(entry) == len(shape) for entry, shape in called.pairs)
    return called.finding is not None and (alike or len(called.pairs) == 1)


def _have_other_dims(called: Called) -> bool:
    """Return whether the samples have other dims than an input takes."""
    return not all(agree(entry[1:], shape[1:]) for entry, shape in called.pairs)


def _refused_samples(called: Called) -> Fault:
    """Return the fault of data whose samples have other dims than the inputs take."""
    entry, shape = called.pairs[0]
    finding = InputAgainstData(called.name, entry[1:], shape[1:], method=called.method)
    finding.site = called.fit.site
    data = tuple(one for one in listed(called.batches.x) if isinstance(one, Array))
    return RefusedSamples(finding, tuple(entry[1:] for entry, _ in called.pairs), data)


def _of_operands(called: Called) -> Iterator[Fault]:
    """Yield what merges a batch, the last one say, with a tensor of another number of samples.

    No run broadcasts them, unless one of them is 1.
    """
    for one in filter(None, (called, called.of_last_batch)):
        for refusal in one.refusals:
            sizes = _batch_sizes(refusal)
            if 1 not in sizes and len({*sizes} - {None}) > 1:
                finding = copy.copy(refusal)
                finding.site = called.fit.site
                yield OtherBatch(finding, refusal.site, _place(sizes, one.batches.size))


def _batch_sizes(refusal: Finding) -> list[int | None]:
    """Return the first dim of each input that a merge refuses, `None` where it is not known."""
    if refusal.code != "KFX205":
        return []
    shapes = [shape for shape in listed(refusal.actual) if isinstance(shape, tuple)]
    firsts = chain.from_iterable(shape[:1] for shape in shapes)
    return [first if isinstance(first, int) else None for first in firsts]


def _place(sizes: list[int | None], size: int | None) -> int:
    """Return which of two operands has a size, -1 where neither has or there are more."""
    return sizes.index(size) if size in sizes and len(sizes) == _PAIR else -1


_PAIR = 2
"""How many operands `+` and `*` have."""

_DATA_CHECKS: tuple[Callable[[Called], Iterator[Fault]], ...] = (
    _of_lists,
    _of_batch,
    training.of_inputs,
    _of_inputs,
    _of_operands,
)
"""What is refused of the data of a call, in the order of Keras."""
