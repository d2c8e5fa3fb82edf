"""Diagnose one definition of a model: layers refused, a target missed, data that does not fit."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, repeat
from typing import TYPE_CHECKING

from kfix.checks.expectations import Expectations
from kfix.checks.fault import Subject
from kfix.checks.targets import Compared, compared
from kfix.engine.results import Found, Group, Reading
from kfix.engine.settings import Settings
from kfix.findings import Finding, Severity
from kfix.findings.data import Datum
from kfix.findings.declared_shape import DeclaredShape
from kfix.findings.output_shape import OutputShape
from kfix.findings.output_unknown import OutputUnknown
from kfix.model.program import Program
from kfix.model.site import Site
from kfix.model.target import Target
from kfix.model.unknown import Unknown
from kfix.shapes import Trace, unknowns
from kfix.shapes.concrete_calls import fails_when_run
from kfix.shapes.trace_result import NO_INPUT

if TYPE_CHECKING:
    from kfix.findings.output_doubtful import OutputDoubtful

    OfOutput = OutputUnknown | OutputDoubtful | OutputShape

_SEVERITIES: dict[bool, Severity] = {True: "error", False: "warning"}
"""By whether the target that is missed was declared."""


def met(traces: Sequence[Trace], wanted: Mapping[int, Target]) -> bool:
    """Return whether all the models have the expected outputs."""
    return all(missed(trace, wanted) is None for trace in traces)


def _all_compared(traces: Iterable[Trace], wanted: Mapping[int, Target]) -> Iterator[Compared]:
    """Yield each output of several models that has a target."""
    return chain.from_iterable(compared(trace, wanted) for trace in traces)


def may_meet(traces: Sequence[Trace], wanted: Mapping[int, Target]) -> bool:
    """Return whether all the models have the expected outputs, or may by their unknown dims."""
    return all(one.may_be_met for one in _all_compared(traces, wanted))


def unknown_target_output(traces: Sequence[Trace], wanted: Mapping[int, Target]) -> Unknown | None:
    """Return the unknown that keeps kfix from comparing the outputs, `None` where it can compare.

    (?, ?, ?, 10) is not (None, 10), whatever its sizes are. A model without
    any input shape is never compared.
    """
    with_input = (trace for trace in traces if NO_INPUT not in trace.inputs)
    if any(one.may_be_met is False for one in _all_compared(with_input, wanted)):
        return None
    return unknown_output(traces)


def missed(trace: Trace, wanted: Mapping[int, Target]) -> tuple[int, Target] | None:
    """Return the first output that differs from its target, with the target; `None` without one.

    A refused model differs at output 0.
    """
    refused = trace.refusal is not None
    several = (one for one in compared(trace, wanted) if refused or not one.is_met)
    first = next(several, None)
    if first is None:
        return None
    is_known = not refused and first.may_be_met is not None
    return first.number, (is_known and first.resolved) or first.target


def unknown_output(traces: Sequence[Trace]) -> Unknown | None:
    """Return the first unknown in the output shapes, or `None`."""
    return next(iter(unknowns([trace.outputs for trace in traces])), None)


def expectations_of_group(
    group: Group, reading: Reading, declared: Mapping[int, Target] | None = None
) -> Expectations:
    """Return what the program expects of these models.

    A program expects something of a model that it compiles, fits, or makes by an old name; of a
    part of another model only where it is used by itself, too.
    `declared` are the targets that a person has declared.
    """
    program = reading.program
    subject = Subject(group.models[0], group.traces[0], group.uids, program, reading.tracer)
    found = Expectations(subject, silent=True)
    if group.called or not (group.outermost or group.uids & program.used):
        return found
    ends = any(model.old_ends or model.whole_inputs for model in program.models)
    asked = frozenset(one.model for one in program.asked)
    if group.uids & (program.used | asked) or ends:
        from kfix.checks.definitions import expectations_of

        found = expectations_of(group.models, group.traces, program, reading.tracer, declared or {})
    if group.outermost and not (declared or found.wanted):
        _add_stated_output(found, group, program)
    return found


def _add_stated_output(found: Expectations, group: Group, program: Program) -> None:
    """Add the target of comments and the last activation, where all models have the same."""
    from kfix.checks.stated_outputs import stated_output

    target, *others = map(stated_output, group.models, group.traces, repeat(program))
    if target is not None and all(other == target for other in others):
        found.wanted = {0: target}
        found.silent = False


def findings(
    group: Group,
    program: Program,
    wanted: Mapping[int, Target],
    expectations: Expectations,
    settings: Settings,
) -> list[Found]:
    """Return the findings of a group, each once, with its place."""
    from kfix.shapes.style_notes import notes

    found: list[Finding] = []
    for trace in group.traces:
        found.extend(trace.findings)
        if not group.nested:
            found.extend(notes(trace))
    said = expectations.findings
    # A target that is only suggested says no more than a finding about the labels it comes from.
    stated = said and any(target.weight == "weak" for target in wanted.values())
    if wanted and not stated and not any(finding.fails for finding in found):
        found.extend(_missed(group, program, wanted, expectations))
    found.extend(said)
    placed: dict[tuple[str, Site | None, tuple[str, ...]], Found] = {}
    for finding in filter(lambda finding: settings.wants(finding.code), found):
        shown = _as_run(finding, group, expectations.subject)
        one = Found(shown, program.place(finding.site or group.models[0].site))
        placed.setdefault((finding.code, finding.site, finding.facts), one)
    return list(placed.values())


def _as_run(finding: Finding, group: Group, subject: Subject) -> Finding:
    """Return a finding that no run survives as an error, where the program runs the model."""
    # Keras builds such a model without a word: only a run of it fails.
    if not finding.stops or all(fit.model not in group.uids for fit in subject.program.fits):
        return finding
    runs = partial(fails_when_run, subject.tracer)
    if isinstance(finding, DeclaredShape) and not any(map(runs, group.models)):
        return finding
    error = copy.copy(finding)
    error.severity = "error"
    return error


def _missed(
    group: Group, program: Program, wanted: Mapping[int, Target], expectations: Expectations
) -> list[Finding]:
    """Return that the output shape is not the expected one, or unknown."""
    model = group.models[0]
    first = next(iter(wanted.values()))
    unknown = unknown_target_output(group.traces, wanted)
    if unknown is not None:
        finding = _output_unknown(group, first, unknown)
    else:
        finding = _first_missed(group, wanted)
    if finding is None:
        return []
    finding.source = first.source
    if first.site is not None:
        finding.asked = program.place(first.site)
    if expectations.refused:
        finding.severity = "error"
    finding.site = model.site
    if model.nodes:
        finding.site = model.nodes[-1].layer.site
    return [finding]


def _output_unknown(group: Group, target: Target, unknown: Unknown) -> OfOutput | None:
    """Return that a declared target cannot be compared; `None` for another target."""
    if target.weight != "declared":
        return None
    finding = OutputUnknown(group.models[0].name, expected=_wanted(target), actual=unknown)
    inputs = (shape for trace in group.traces for shape in trace.inputs)
    finding.input_unknown = any(map(unknowns, inputs))
    return finding


def _first_missed(group: Group, wanted: Mapping[int, Target]) -> OfOutput | None:
    """Return the first output that differs from its target, `None` without one."""
    for trace in group.traces:
        found = missed(trace, wanted)
        if found is not None:
            number, target = found
            return _output_shape(group.models[0].name, trace, number, target)
    return None


def _output_shape(name: str, trace: Trace, number: int, target: Target) -> OfOutput:
    """Return the finding of an output that differs: a doubt where the target is only suggested."""
    actual: Datum = "no such output"
    if number < len(trace.outputs):
        actual = trace.outputs[number]
    if target.weight == "weak":
        from kfix.findings.output_doubtful import OutputDoubtful

        return OutputDoubtful(name, expected=_wanted(target), actual=actual)
    finding = OutputShape(name, expected=_wanted(target), actual=actual)
    finding.severity = _SEVERITIES[target.weight == "declared"]
    return finding


def _wanted(target: Target) -> Datum:
    """Return the shape of a target; "the input shape" where that is unknown."""
    if target.same_as_input:
        return "the input shape"
    return target.shape
