"""The proof of a repair: the rewritten text is read and traced again before anybody sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kfix.edits.base import Edit, Repair
from kfix.edits.graph import CannotApply
from kfix.edits.set_literal import SetLiteral
from kfix.engine.diagnosis import expectations_of_group, may_meet, met
from kfix.engine.kept_data import keeps_data
from kfix.engine.results import Group, Proven, Reading, Spelled
from kfix.model.graph import Shapes
from kfix.model.program import Program
from kfix.model.record import Value, replace
from kfix.model.site import Site, line_name
from kfix.model.target import Target
from kfix.model.unknown import Unknown
from kfix.project.project import Project
from kfix.shapes import Trace, show, unknowns
from kfix.source.syntax.errors import SourceError
from kfix.source.syntax.lines import split_lines

if TYPE_CHECKING:
    from kfix.checks.expectations import Expectations
    from kfix.rewrite.apply import Rewritten

Read = Callable[[Project], Reading]
"""Reads the same file in another state of the project."""


class Claim(Value):
    """A candidate to prove: the index of the group that it repairs, and what is expected of it."""

    group: int
    wanted: Mapping[int, Target]
    repair: Repair


def prove(project: Project, reading: Reading, claim: Claim, read: Read) -> Proven | None:
    """Rewrite the program, read it again, and return what it is then.

    `None` unless the new text does what the repair promises, and nothing in it is worse than
    before.
    """
    repair = claim.repair
    rewritten = _rewrite(project, repair.edits)
    again = _again(project, rewritten, read)
    if rewritten is None or again is None:
        return None
    # A shape that the program states (`assert x.shape == …`) has to follow the edit.
    follow = tuple(
        edit for edit in _stated(reading.program, again.program) if edit not in repair.edits
    )
    if follow:
        repair = replace(repair, edits=(*repair.edits, *follow))
        return prove(project, reading, replace(claim, repair=repair), read)
    if not _holds(claim, reading, again):
        return None
    return _proven(project, reading, again, claim, rewritten)


def _holds(claim: Claim, reading: Reading, again: Reading) -> bool:
    """Return whether the new text does what the repair promises, and nothing in it is worse."""
    dropped = any(edit.drops_calls for edit in claim.repair.edits)
    if not _same_models(reading, again, dropped):
        return False
    if reading.groups[claim.group].models[0].loose:
        fewer = sum(_loose(again).values()) < sum(_loose(reading).values())
        return fewer and not _breaks_others(reading, again)
    if claim.group >= len(again.groups):
        return False
    # The dearest question comes last: the data of all calls is compared with both texts.
    if not _keeps_promise(claim, reading, again) or _breaks_others(reading, again):
        return False
    if not keeps_data(claim.repair, reading.program, again.program):
        return False
    return _fixes_data(claim.repair, reading, again, claim.group)


def prove_all(
    project: Project, reading: Reading, claims: Sequence[Claim], read: Read
) -> list[Proven | None]:
    """Return the proof of each claim, at most one for a group.

    They are proven together, in one reading of the text with all their edits. Where that fails,
    the halves are; one alone is proven as any other.
    """
    if not claims:
        return []
    if len(claims) == 1:
        return [prove(project, reading, claims[0], read)]
    together = prove_together(project, reading, claims, read)
    if together is not None:
        return [*together.proven]
    # Most claims hold together, and a reading costs far more than an edit: one that fails costs a
    # few readings more, and not one for each of the others.
    middle = len(claims) // 2
    return [
        *prove_all(project, reading, claims[:middle], read),
        *prove_all(project, reading, claims[middle:], read),
    ]


class Together(Value):
    """Repairs that were proven together, and the files with all their edits."""

    proven: list[Proven]
    files: dict[str, bytes]


def prove_together(
    project: Project, reading: Reading, claims: Sequence[Claim], read: Read
) -> Together | None:
    """Read the text with the edits of all claims, and return what each repair is then.

    `None` unless all of them hold, nothing is worse than before, and each model is what its own
    edits alone make of it: a model that the repair of another changes is repaired after that one.
    """
    edits = [edit for claim in claims for edit in claim.repair.edits]
    if not _are_apart(edits):
        return None
    rewritten = _rewrite(project, edits)
    again = _again(project, rewritten, read)
    if rewritten is None or again is None or not _changes_models_alone(reading, again):
        return None
    found: list[Proven] = []
    for claim in claims:
        if not _keeps_promise(claim, reading, again) or not _is_alone(claim, reading, again):
            return None
        own = _rewrite(project, claim.repair.edits)
        if own is None:
            return None
        found.append(_proven(project, reading, again, claim, own))
    return Together(found, rewritten.files)


def _are_apart(edits: Sequence[Edit]) -> bool:
    """Return whether edits change models alone, and no two of them the same place."""
    said = [one for edit in edits for one in edit.claims()]
    if len(set(said)) < len(said) or len(set(edits)) < len(edits):
        return False
    return all(edit.reach == "model" for edit in edits)


def _changes_models_alone(reading: Reading, again: Reading) -> bool:
    """Return whether the new text has the same groups, stated shapes still hold, none is worse."""
    if not _same_models(reading, again) or len(again.groups) != len(reading.groups):
        return False
    return not any(_stated(reading.program, again.program)) and not _breaks_others(reading, again)


def _again(project: Project, rewritten: Rewritten | None, read: Read) -> Reading | None:
    """Return the reading of the new text, `None` if it could not be written or read."""
    if rewritten is None:
        return None
    try:
        return read(project.changed(rewritten.files))
    except (SourceError, RecursionError):
        return None


def _is_alone(claim: Claim, reading: Reading, again: Reading) -> bool:
    """Return whether a model and its target are what its own edits make of them."""
    before, now = reading.groups[claim.group], again.groups[claim.group]
    if _aims(before, reading) != _aims(now, again):
        return False
    from kfix.repair.apply import apply

    try:
        models = [apply(model, claim.repair.edits) for model in before.models]
    except CannotApply:
        return False
    predicted = [reading.tracer.trace(model) for model in models]
    return [*map(_shape_of, predicted)] == [*map(_shape_of, now.traces)]


def _shape_of(trace: Trace) -> tuple[object, ...]:
    """Return what two traces of the same model have in common: inputs, layers, parameters."""
    layers = Counter(
        (node.layer.cls, show(traced.inputs), show(traced.outputs), show(traced.params))
        for node in trace.model.nodes
        if (traced := trace.nodes.get(node.id)) is not None
    )
    return show(trace.inputs), layers, show(trace.outputs), show(trace.params)


def _aims(group: Group, reading: Reading) -> list[tuple[object, ...]]:
    """Return the targets that the program states, without their places."""
    wanted = expectations_of_group(group, reading).wanted
    return [(n, target.rank, target.dims, target.weight) for n, target in wanted.items()]


def _same_models(reading: Reading, again: Reading, calls_dropped: bool = False) -> bool:
    """Return whether there are as many models as before, and no new group.

    Calls outside of any model are counted among them, unless the repair may take calls away.
    """
    before, now = _made(reading), _made(again)
    if calls_dropped:
        before = [group for group in before if not group.called]
        now = [group for group in now if not group.called]
    return len(now) == len(before) and len(again.groups) <= len(reading.groups)


def _made(reading: Reading) -> list[Group]:
    """Return the groups without those of calls that Keras refuses outside of any model."""
    return [group for group in reading.groups if not group.models[0].loose]


def _loose(reading: Reading) -> Counter[str]:
    """Count by code what Keras refuses outside of any model."""
    refused = (group.traces for group in reading.groups if group.models[0].loose)
    return sum(map(_codes, refused), Counter())


def _rewrite(project: Project, edits: Sequence[Edit]) -> Rewritten | None:
    """Return the text after the edits, `None` if it cannot be written."""
    from kfix.rewrite.apply import CannotWrite, rewrite

    try:
        rewritten = rewrite(project.loaded(), edits)
    except CannotWrite:
        return None
    if not rewritten.files:
        return None
    return rewritten


def _keeps_promise(claim: Claim, reading: Reading, again: Reading) -> bool:
    """Return whether the repaired model builds, with the expected and predicted outputs."""
    before, now = reading.groups[claim.group], again.groups[claim.group]
    if now.refused or not _reached(before, now, claim.wanted):
        return False
    return not any(map(_lost, claim.repair.outputs, now.traces[0].outputs))


def _breaks_others(reading: Reading, again: Reading) -> bool:
    """Return whether a model or a call of one is worse than before."""
    if _worse(_loose(reading), _loose(again)):
        return True
    groups = list(zip(_made(reading), _made(again), strict=False))
    if any(_worse(_codes(before.traces), _codes(now.traces)) for before, now in groups):
        return True
    return any(_calls_worse(before, reading, now, again) for before, now in groups)


def _fixes_data(repair: Repair, reading: Reading, again: Reading, index: int) -> bool:
    """Return whether edits of data or calls remove their findings, and keep the labels fitting."""
    if all(edit.reach == "model" for edit in repair.edits):
        return True
    group = again.groups[index]
    expectations = expectations_of_group(group, again)
    left = _data_errors(expectations)
    if left:
        before = _data_errors(expectations_of_group(reading.groups[index], reading))
        if left.total() >= before.total():
            return False
    return met(group.traces, expectations.wanted)


def _proven(
    project: Project, reading: Reading, again: Reading, claim: Claim, rewritten: Rewritten
) -> Proven:
    """Return a repair with its texts, its diff, and what is left or goes with it no longer."""
    from kfix.rewrite.diff import unified_diff

    before, repair = reading.groups[claim.group], claim.repair
    group = _later(reading, again, claim)
    left = _data_errors(expectations_of_group(group, again))
    if left:
        repair = replace(repair, safety="unsafe")
    originals = {name: project.data(name) for name in rewritten.files}
    diff = "".join(
        unified_diff(name, originals[name], data) for name, data in rewritten.files.items()
    )
    edits = [
        Spelled(edit, reading.program.place(edit.place), text)
        for edit, text in zip(repair.edits, rewritten.texts, strict=True)
    ]
    proven = Proven(repair, edits, rewritten.files, diff, group.traces)
    proven.originals = originals
    proven.left = sorted(left.elements())
    proven.warnings = [
        *_end_conflicts(before, reading, group, again),
        *_saved(project, reading, claim.group, group),
    ]
    return proven


def _later(reading: Reading, again: Reading, claim: Claim) -> Group:
    """Return a group after its repair.

    A call outside of any model has a group while Keras refuses it: then it is what the edits make
    of it.
    """
    before = reading.groups[claim.group]
    if not before.models[0].loose:
        return again.groups[claim.group]
    from kfix.repair.apply import apply

    models = [apply(model, claim.repair.edits) for model in before.models]
    return replace(before, models=models, traces=[*map(reading.tracer.trace, models)])


def _stated(before: Program, now: Program) -> Iterator[SetLiteral]:
    """Yield edits of the shapes that the program asserts, to those that the repair makes.

    Shapes that were wrong before are left alone.
    """
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
    """Return whether the outputs are as expected, or may be if Keras refused the model before."""
    return met(now.traces, wanted) or (before.refused and may_meet(now.traces, wanted))


def _lost(predicted: Shapes, now: Shapes) -> bool:
    """Return whether a predicted output shape cannot be inferred from the new text."""
    return not unknowns(predicted) and bool(unknowns(now))


def _end_conflicts(before: Group, reading: Reading, now: Group, again: Reading) -> list[str]:
    """Return what does not go with the repaired model: the last activation, the loss."""
    from kfix.checks.end_conflicts import end_conflicts

    known = end_conflicts(before.models[0], before.traces[0], reading.program)
    return [
        one
        for one in end_conflicts(now.models[0], now.traces[0], again.program)
        if one not in known
    ]


SAVED = ("load_weights", "load_model")


def _saved(project: Project, reading: Reading, index: int, now: Group) -> list[str]:
    """Return a warning about weights that are loaded in the file, if the model has others now."""
    before = reading.groups[index].traces[0]
    if before.params == now.traces[0].params or isinstance(before.params, Unknown):
        return []
    for unit in project.document(reading.program.path).units:
        for number, line in enumerate(split_lines(unit.text), 1):
            call = next((name for name in SAVED if f"{name}(" in line.partition("#")[0]), None)
            if call is not None:
                place = line_name(unit.cell, number)
                return [f"weights that were saved before no longer fit ({call}, {place})"]
    return []


def _codes(traces: Sequence[Trace]) -> Counter[str]:
    """Count the errors and warnings by code."""
    return Counter(f.code for trace in traces for f in trace.findings if f.severity != "note")


def _calls_worse(before: Group, reading: Reading, now: Group, again: Reading) -> bool:
    """Return whether a call of a model gets an error, or labels that its output matched before."""
    was, is_now = expectations_of_group(before, reading), expectations_of_group(now, again)
    if _worse(_data_errors(was), _data_errors(is_now)):
        return True
    if was.silent or before.refused:
        return False
    return met(before.traces, was.wanted) and not met(now.traces, is_now.wanted)


def _data_errors(expectations: Expectations) -> Counter[str]:
    """Count by code the errors that the data of a model shows."""
    return Counter(found.code for found in expectations.findings if found.severity == "error")


def _worse(before: Counter[str], now: Counter[str]) -> bool:
    """Return whether there is an error or a warning that was not there before."""
    return bool(now - before)
