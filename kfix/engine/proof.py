"""The proof of a repair: the rewritten text is read and traced again before anybody sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from kfix.edits.base import Repair
from kfix.edits.set_literal import SetLiteral
from kfix.engine.diagnosis import intent_of, may_meet, met
from kfix.engine.results import Group, Proven, Reading, Spelled
from kfix.model.graph import Program, Shapes
from kfix.model.record import replace
from kfix.model.site import Site, cell_name
from kfix.model.unknown import Unknown
from kfix.project.project import Project
from kfix.repair.target import Target
from kfix.shapes import Trace, unknowns
from kfix.source.syntax.errors import SourceError
from kfix.source.syntax.lines import split_lines

Read = Callable[[Project], Reading]
"""Reads the same file again in another state of the project."""


def prove(
    project: Project,
    reading: Reading,
    index: int,
    wanted: Mapping[int, Target],
    repair: Repair,
    read: Read,
) -> Proven | None:
    """Rewrites, reads and traces again; `None` unless the new text does what was promised and nothing worse."""
    from kfix.rewrite.apply import CannotWrite, rewrite
    from kfix.rewrite.diff import unified_diff

    try:
        rewritten = rewrite(project.loaded(), repair.edits)
    except CannotWrite:
        return None
    if not rewritten.files:
        return None
    try:
        again = read(project.changed(rewritten.files))
    except (SourceError, RecursionError):
        return None
    follow = tuple(
        edit for edit in _stated(reading.program, again.program) if edit not in repair.edits
    )
    if follow:
        repair = replace(repair, edits=(*repair.edits, *follow))
        return prove(project, reading, index, wanted, repair, read)
    if len(again.groups) != len(reading.groups):
        return None
    group = again.groups[index]
    if any(trace.refusal is not None for trace in group.traces) or not _reached(
        reading.groups[index], group, wanted
    ):
        return None
    if any(map(_lost, repair.outputs, group.traces[0].outputs)):
        return None
    for before, now in zip(reading.groups, again.groups, strict=True):
        if _worse(_codes(before.traces), _codes(now.traces)):
            return None
    for before, now in zip(reading.groups, again.groups, strict=True):
        if _calls_worse(before, reading, now, again):
            return None
    was, left = _said(reading.groups[index], reading), _said(group, again)
    if any(edit.reach != "model" for edit in repair.edits):
        if left and left.total() >= was.total():
            return None  # what the edit was for is not gone
        intent = intent_of(group, again)
        if intent is not None and not met(group.traces, intent.wanted):
            return None  # the labels go with the output no more
    if left:
        repair = replace(repair, safety="unsafe")
    diff = "".join(
        unified_diff(name, project.data(name), data) for name, data in rewritten.files.items()
    )
    edits = [
        Spelled(edit, reading.program.place(edit.place), text)
        for edit, text in zip(repair.edits, rewritten.texts, strict=True)
    ]
    proven = Proven(repair, edits, rewritten.files, diff, group.traces)
    proven.originals = {name: project.data(name) for name in rewritten.files}
    proven.left = sorted(left.elements())
    proven.warnings = [
        *_misfits(reading.groups[index], reading, group, again),
        *_saved(project, reading, index, group),
    ]
    return proven


def _stated(before: Program, now: Program) -> Iterator[SetLiteral]:
    """What brings the shapes that the program asserts to those that the repair makes, where they were right before."""
    if len(before.asserts) != len(now.asserts):
        return
    changes: dict[tuple[object, object], list[Site]] = {}
    values: dict[Site, object] = {}
    for was, now_is in zip(before.asserts, now.asserts, strict=True):
        if was.shape != was.told or now_is.shape == now_is.told:
            continue
        for site, old, new in zip(was.sites, was.told, now_is.shape, strict=False):
            if site is not None and isinstance(new, int) and new != old:
                if values.setdefault(site, new) != new:
                    return  # a function that makes models of several shapes
                changes.setdefault((old, new), []).append(site)
    for (_, value), sites in changes.items():
        yield SetLiteral(tuple(dict.fromkeys(sites)), value, "shape")


def _reached(before: Group, now: Group, wanted: Mapping[int, Target]) -> bool:
    """Is the output as wanted; or, where Keras refused the model, as wanted for all that could be told?"""
    if met(now.traces, wanted):
        return True
    return any(trace.refusal is not None for trace in before.traces) and may_meet(
        now.traces, wanted
    )


def _lost(predicted: Shapes, now: Shapes) -> bool:
    """Return whether a predicted output shape cannot be inferred from the new text."""
    return not unknowns(predicted) and bool(unknowns(now))


def _misfits(before: Group, reading: Reading, now: Group, again: Reading) -> list[str]:
    """What the last activation or the loss has against the repaired model and had not before."""
    from kfix.repair.intent.misfits import misfits

    known = misfits(before.models[0], before.traces[0], reading.program)
    return [one for one in misfits(now.models[0], now.traces[0], again.program) if one not in known]


SAVED = ("load_weights", "load_model")


def _saved(project: Project, reading: Reading, index: int, now: Group) -> list[str]:
    """Weights that are loaded somewhere in the file, where the repair gives the model other weights."""
    before = reading.groups[index].traces[0]
    if before.params == now.traces[0].params or isinstance(before.params, Unknown):
        return []
    for unit in project.document(reading.program.path).units:
        for number, line in enumerate(split_lines(unit.text), 1):
            call = next((name for name in SAVED if f"{name}(" in line.partition("#")[0]), None)
            if call is not None:
                cell = "" if unit.cell is None else f"{cell_name(unit.cell)}, "
                return [
                    f"weights that were saved before no longer fit ({call}, {cell}line {number})"
                ]
    return []


def _codes(traces: Sequence[Trace]) -> Counter[str]:
    return Counter(f.code for trace in traces for f in trace.findings if f.severity != "note")


def _calls_worse(before: Group, reading: Reading, now: Group, again: Reading) -> bool:
    """Return whether a call of a model gets an error, or labels that its output matched before."""
    if _worse(_said(before, reading), _said(now, again)):
        return True
    was, is_now = intent_of(before, reading), intent_of(now, again)
    if was is None or is_now is None or any(trace.refusal is not None for trace in before.traces):
        return False
    return met(before.traces, was.wanted) and not met(now.traces, is_now.wanted)


def _said(group: Group, reading: Reading) -> Counter[str]:
    """What the data has against a model."""
    intent = intent_of(group, reading)
    return (
        Counter(f.code for f in intent.findings if f.severity == "error")
        if intent is not None
        else Counter()
    )


def _worse(before: Counter[str], now: Counter[str]) -> bool:
    """Is there an error or a warning that was not there before?"""
    return bool(now - before)
