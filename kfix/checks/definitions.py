"""The checks of the models of one definition, in their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from kfix.checks import calls
from kfix.checks.asked import asked_faults
from kfix.checks.expectations import Expectations
from kfix.checks.fault import Fault, Subject
from kfix.checks.inputs import DeclaredRank, InputMismatch, NamedInputMismatch, input_faults
from kfix.checks.lists import listed
from kfix.checks.old_models import old_ends
from kfix.checks.order import wrong_orders
from kfix.checks.outputs import output_faults
from kfix.checks.refusals import add_refusals
from kfix.checks.unbuilt import unbuilt
from kfix.checks.whole_models import whole_inputs
from kfix.findings.batch_axis_missing import BatchAxisMissing
from kfix.model.graph import Model
from kfix.model.program import Program
from kfix.model.target import Target
from kfix.shapes import Trace, Tracer

F = TypeVar("F", bound=Fault)


def expectations_of(
    models: Sequence[Model],
    traces: Sequence[Trace],
    program: Program,
    tracer: Tracer,
    declared: Mapping[int, Target],
) -> Expectations:
    """Return what the program expects of the models of one definition.

    `declared` are the targets that a person has declared. Models of one definition that are given
    different things (a loop over sizes) say nothing together.
    """
    uids = frozenset(model.uid for model in models)
    several = [
        _of_one(Subject(model, trace, uids, program, tracer), declared)
        for model, trace in zip(models, traces, strict=True)
    ]
    first = next((one for one in several if one.wanted or one.faults), several[0])
    if any(one.wanted != first.wanted for one in several if one.wanted):
        return Expectations(first.subject)
    return first


def _of_one(subject: Subject, declared: Mapping[int, Target]) -> Expectations:
    found = Expectations(subject)
    ordered: set[str] = set()
    if subject.trace.refusal is None:
        for fault in wrong_orders(subject):
            found.faults.append(fault)
            ordered.add(fault.role)
    if "y" not in ordered:
        found.faults.extend(output_faults(subject, found.wanted, declared))
    if "x" not in ordered:
        found.faults.extend(input_faults(subject))
    if subject.fits:
        found.faults.extend(_call_faults(subject, found))
    add_refusals(found, declared)
    found.faults.extend(asked_faults(subject))
    found.faults.extend(unbuilt(subject))
    found.faults.extend(old_ends(subject))
    found.faults.extend(whole_inputs(subject))
    return found


def first(faults: Iterator[F]) -> Iterator[F]:
    """Yield the first fault alone: Keras stops at its first error."""
    return islice(faults, 1)


def _call_faults(subject: Subject, found: Expectations) -> Iterator[Fault]:
    """Yield the faults of the calls as a whole.

    Each says nothing where one of the data explains it.
    """
    yield from calls.wrong_parts(subject)
    if not any(isinstance(one, BatchAxisMissing) for one in found.findings):
        yield from first(calls.sample_counts(subject))
    yield from first(calls.ragged(subject))
    yield from calls.unbatched(subject)
    mismatches = (InputMismatch, NamedInputMismatch, DeclaredRank)
    if not any(isinstance(fault, mismatches) for fault in found.faults):
        yield from first(calls.stateful_batches(subject))
    if subject.tracer.keras > 2:
        yield from first(listed(subject))
