"""Diagnose one definition of a model: layers refused, a target missed, data that does not fit."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kfix.engine.results import Found, Group, Reading
from kfix.engine.settings import Settings
from kfix.findings import Finding
from kfix.findings.data import Datum
from kfix.findings.output_shape import OutputShape
from kfix.findings.output_unknown import OutputUnknown
from kfix.model.graph import Program, Shapes
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.repair.target import Target
from kfix.shapes import Trace, unknowns
from kfix.shapes.trace_result import NO_INPUT

if TYPE_CHECKING:
    from kfix.findings.output_doubtful import OutputDoubtful
    from kfix.repair.intent import Intent


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


def untold(traces: Sequence[Trace], wanted: Mapping[int, Target]) -> Unknown | None:
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
    return trace.inputs[0] if len(trace.inputs) == 1 else list(trace.inputs)


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


def intent_of(
    group: Group, reading: Reading, declared: Mapping[int, Target] | None = None
) -> Intent | None:
    """Return what the program expects of these models; `None` where it expects nothing.

    A program expects something of a model that it compiles, fits, or makes by an old name.
    `declared` are the targets that a person has declared.
    """
    program = reading.program
    uids = {model.uid for model in group.models}
    used = {record.model for record in program.compiles} | {record.model for record in program.fits}
    if not group.outermost:
        return None
    intent: Intent | None = None
    if not uids.isdisjoint(used) or any(model.old_ends for model in program.models):
        from kfix.repair.intent import read_intent

        intent = read_intent(group.models, group.traces, program, reading.tracer, declared or {})
    if declared or (intent is not None and intent.wanted):
        return intent
    return _with_words(intent, group, program)


def _with_words(intent: Intent | None, group: Group, program: Program) -> Intent | None:
    """Return the intent with the target of comments and the last activation."""
    from kfix.repair.intent import Intent, words

    targets = [
        words.told(model, trace, program)
        for model, trace in zip(group.models, group.traces, strict=True)
    ]
    if targets[0] is None or any(target != targets[0] for target in targets):
        return intent
    intent = intent or Intent()
    intent.wanted = {0: targets[0]}
    return intent


def findings(
    group: Group,
    program: Program,
    wanted: Mapping[int, Target],
    intent: Intent | None,
    settings: Settings,
) -> list[Found]:
    """Return the findings of a group, each once, with its place."""
    from kfix.shapes.style_notes import notes

    found: list[Finding] = []
    for trace in group.traces:
        found.extend(trace.findings)
        if not group.nested:
            found.extend(notes(trace))
    said = intent.findings if intent is not None else []
    told = wanted and any(target.weight == "weak" for target in wanted.values()) and said
    if wanted and not told and not any(finding.severity == "error" for finding in found):
        missed_targets = _missed(group, program, wanted)
        if intent is not None and intent.refused:
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
    unknown = untold(group.traces, wanted)
    finding: OutputUnknown | OutputDoubtful | OutputShape
    if unknown is not None:
        if first.weight != "declared":
            return []
        finding = OutputUnknown(model.name, expected=_wanted(first), actual=unknown)
        finding.input_unknown = any(
            unknowns(shape) for trace in group.traces for shape in trace.inputs
        )
    else:
        trace = next((trace for trace in group.traces if missed(trace, wanted) is not None), None)
        found = missed(trace, wanted) if trace is not None else None
        if trace is None or found is None:
            return []
        number, target = found
        outputs = trace.outputs
        actual = outputs[number] if number < len(outputs) else "no such output"
        if target.weight == "weak":
            from kfix.findings.output_doubtful import OutputDoubtful

            finding = OutputDoubtful(model.name, expected=_wanted(target), actual=actual)
        else:
            finding = OutputShape(model.name, expected=_wanted(target), actual=actual)
            finding.severity = "error" if target.weight == "declared" else "warning"
    finding.source = first.source
    finding.asked = program.place(first.site) if first.site is not None else None
    finding.site = model.nodes[-1].layer.site if model.nodes else model.site
    return [finding]


def _wanted(target: Target) -> Datum:
    """Return the shape of a target; "the input shape" where that is unknown."""
    return "the input shape" if target.same_as_input else target.shape
