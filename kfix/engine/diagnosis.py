"""Diagnose one definition of a model: layers refused, a target missed, data that does not fit."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kfix.engine.results import Found, Group, Reading
from kfix.engine.settings import Settings
from kfix.findings import Finding, Severity
from kfix.findings.data import Datum
from kfix.findings.output_shape import OutputShape
from kfix.findings.output_unknown import OutputUnknown
from kfix.model.graph import Shapes
from kfix.model.program import Program
from kfix.model.site import Site
from kfix.model.target import Target
from kfix.model.unknown import Unknown
from kfix.shapes import Trace, unknowns
from kfix.shapes.trace_result import NO_INPUT

if TYPE_CHECKING:
    from kfix.checks.expectations import Expectations
    from kfix.findings.output_doubtful import OutputDoubtful

    OfOutput = OutputUnknown | OutputDoubtful | OutputShape

_SEVERITIES: dict[bool, Severity] = {True: "error", False: "warning"}
"""By whether the target that is missed was declared."""


def met(traces: Sequence[Trace], wanted: Mapping[int, Target]) -> bool:
    """Return whether all the models have the expected outputs."""
    return all(missed(trace, wanted) is None for trace in traces)


def may_meet(traces: Sequence[Trace], wanted: Mapping[int, Target]) -> bool:
    """Return whether all the models have the expected outputs, or may by their unknown dims."""
    for trace in traces:
        for number, target in wanted.items():
            resolved = target.resolve(_input(trace))
            if (
                number >= len(trace.outputs)
                or resolved is None
                or not resolved.may_be(trace.outputs[number])
            ):
                return False
    return True


def unknown_target_output(traces: Sequence[Trace], wanted: Mapping[int, Target]) -> Unknown | None:
    """Return the unknown that keeps kfix from comparing the outputs, `None` where it can compare.

    (?, ?, ?, 10) is not (None, 10), whatever its sizes are. A model without
    any input shape is never compared.
    """
    for trace in traces:
        if any(shape is NO_INPUT for shape in trace.inputs):
            continue
        for number, target in wanted.items():
            resolved = target.resolve(_input(trace))
            if (
                number < len(trace.outputs)
                and resolved is not None
                and not resolved.may_be(trace.outputs[number])
            ):
                return None
    return unknown_output(traces)


def missed(trace: Trace, wanted: Mapping[int, Target]) -> tuple[int, Target] | None:
    """Return the first output that differs from its target, with the target; `None` without one.

    A refused model differs at output 0.
    """
    for number, target in wanted.items():
        resolved = target.resolve(_input(trace))
        if trace.refusal is not None or number >= len(trace.outputs) or resolved is None:
            return number, target
        if not resolved.met_by(trace.outputs[number]):
            return number, resolved
    return None


def _input(trace: Trace) -> Shapes:
    """Return the input shape, a list of several."""
    if len(trace.inputs) == 1:
        return trace.inputs[0]
    return list(trace.inputs)


def unknown_output(traces: Sequence[Trace]) -> Unknown | None:
    """Return the first unknown in the output shapes, or `None`."""
    for trace in traces:
        for output in trace.outputs:
            if isinstance(output, Unknown):
                return output
            if isinstance(output, tuple):
                for dim in output:
                    if isinstance(dim, Unknown):
                        return dim
    return None


def expectations_of_group(
    group: Group, reading: Reading, declared: Mapping[int, Target] | None = None
) -> Expectations | None:
    """Return what the program expects of these models; `None` where it expects nothing.

    A program expects something of a model that it compiles, fits, or makes by an old name.
    `declared` are the targets that a person has declared.
    """
    program = reading.program
    uids = {model.uid for model in group.models}
    used = {record.model for record in program.compiles} | {record.model for record in program.fits}
    if not group.outermost:
        return None
    found: Expectations | None = None
    if not uids.isdisjoint(used) or any(model.old_ends for model in program.models):
        from kfix.checks.definitions import expectations_of

        found = expectations_of(group.models, group.traces, program, reading.tracer, declared or {})
    if declared or (found is not None and found.wanted):
        return found
    return _with_stated_output(found, group, reading)


def _with_stated_output(
    found: Expectations | None, group: Group, reading: Reading
) -> Expectations | None:
    """Return the expectations with the target of comments and the last activation."""
    from kfix.checks.expectations import Expectations
    from kfix.checks.fault import Subject
    from kfix.checks.stated_outputs import stated_output

    program = reading.program
    targets = [
        stated_output(model, trace, program)
        for model, trace in zip(group.models, group.traces, strict=True)
    ]
    target = targets[0]
    if target is None or any(other != target for other in targets):
        return found
    if found is None:
        uids = frozenset(model.uid for model in group.models)
        subject = Subject(group.models[0], group.traces[0], uids, program, reading.tracer)
        found = Expectations(subject)
    found.wanted = {0: target}
    return found


def findings(
    group: Group,
    program: Program,
    wanted: Mapping[int, Target],
    expectations: Expectations | None,
    settings: Settings,
) -> list[Found]:
    """Return the findings of a group, each once, with its place."""
    from kfix.shapes.style_notes import notes

    found: list[Finding] = []
    for trace in group.traces:
        found.extend(trace.findings)
        if not group.nested:
            found.extend(notes(trace))
    said = expectations.findings if expectations is not None else []
    told = wanted and any(target.weight == "weak" for target in wanted.values()) and said
    if wanted and not told and not any(finding.severity == "error" for finding in found):
        missed_targets = _missed(group, program, wanted)
        if expectations is not None and expectations.refused:
            for finding in missed_targets:
                finding.severity = "error"
        found.extend(missed_targets)
    found.extend(said)
    found = [_as_run(finding, group, program) for finding in found]
    seen: set[tuple[str, Site | None, tuple[str, ...]]] = set()
    placed = []
    for finding in found:
        key = (finding.code, finding.site, finding.facts)
        if key in seen or not settings.wants(finding.code):
            continue
        seen.add(key)
        placed.append(Found(finding, program.place(finding.site or group.models[0].site)))
    return placed


def _as_run(finding: Finding, group: Group, program: Program) -> Finding:
    """Return a finding that no run survives as an error, where the program runs the model."""
    uids = {model.uid for model in group.models}
    if not finding.stops or all(fit.model not in uids for fit in program.fits):
        return finding
    error = copy.copy(finding)
    error.severity = "error"
    return error


def _missed(group: Group, program: Program, wanted: Mapping[int, Target]) -> list[Finding]:
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
