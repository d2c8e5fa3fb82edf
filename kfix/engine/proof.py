"""The proof of a repair: the rewritten text is read and traced again before anybody sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice, product
from typing import TYPE_CHECKING, NamedTuple

from kfix.edits.base import Edit
from kfix.edits.set_literal import SetLiteral
from kfix.engine.claim import ALONE, PROOFS, Claim, Later, breaks_others, data_errors, made
from kfix.engine.diagnosis import expectations_of_group
from kfix.engine.results import Group, Proven, Reading, Spelled
from kfix.engine.settling import diff_of
from kfix.model.deciding import all_hold
from kfix.model.program import Asserted, Program
from kfix.model.record import Value, replace
from kfix.model.site import Site, line_name
from kfix.model.unknown import Unknown
from kfix.project.project import Project
from kfix.shapes import Trace
from kfix.source.syntax.errors import SourceError
from kfix.source.syntax.lines import split_lines

if TYPE_CHECKING:
    from kfix.rewrite.apply import Rewritten

Read = Callable[[Project], Reading]
"""Reads the same file in another state of the project."""


def prove(project: Project, reading: Reading, claim: Claim, read: Read) -> Proven | None:
    """Rewrite the program, read it again, and return what it is then.

    `None` unless the new text does what the repair promises, and nothing in it is worse than
    before.
    """
    repair = claim.repair
    attempt = _attempt(project, reading.program.path, repair.edits, read)
    if attempt is None:
        return None
    # A shape that the program states (`assert x.shape == …`) has to follow the edit.
    stated = _stated(reading.program, attempt.again.program)
    follow = [edit for edit in stated if edit not in repair.edits]
    if follow:
        repair = replace(repair, edits=(*repair.edits, *follow))
        return prove(project, reading, replace(claim, repair=repair), read)
    later = Later(claim, reading, attempt.again)
    if not all_hold(PROOFS[later.is_loose], later):
        return None
    return _proven(project, later, attempt.rewritten)


class _Attempt(NamedTuple):
    """A program after some edits: how it is written, and what it is then."""

    rewritten: Rewritten
    again: Reading


def _attempt(project: Project, program: str, edits: Sequence[Edit], read: Read) -> _Attempt | None:
    """Return the program after the edits, `None` if they cannot be written or read."""
    rewritten = _rewrite(project, program, edits)
    if rewritten is None:
        return None
    try:
        return _Attempt(rewritten, read(project.changed(rewritten.files)))
    except (SourceError, RecursionError):
        return None


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
    path = reading.program.path
    attempt = _attempt(project, path, edits, read) if _are_apart(edits) else None
    if attempt is None or not _changes_models_alone(reading, attempt.again):
        return None
    several = [Later(claim, reading, attempt.again) for claim in claims]
    if not all(all_hold(ALONE, later) for later in several):
        return None
    own = [_rewrite(project, path, later.edits) for later in several]
    pairs = zip(several, own, strict=True)
    proven = [_proven(project, later, rewritten) for later, rewritten in pairs if rewritten]
    if len(proven) < len(claims):
        return None
    return Together(proven, attempt.rewritten.files)


def _are_apart(edits: Sequence[Edit]) -> bool:
    """Return whether edits change models alone, and no two of them the same place."""
    said = [*chain.from_iterable(edit.claims() for edit in edits)]
    are_different = (len(set(said)), len(set(edits))) == (len(said), len(edits))
    return are_different and all(edit.reach == "model" for edit in edits)


def _changes_models_alone(reading: Reading, again: Reading) -> bool:
    """Return whether the new text has the same groups, stated shapes still hold, none is worse."""
    if len(made(again)) != len(made(reading)) or len(again.groups) != len(reading.groups):
        return False
    return not any(_stated(reading.program, again.program)) and not breaks_others(reading, again)


def _rewrite(project: Project, program: str, edits: Sequence[Edit]) -> Rewritten | None:
    """Return the text after the edits, `None` if it cannot be written."""
    from kfix.rewrite.apply import CannotWrite, rewrite

    try:
        rewritten = rewrite(project.loaded(), edits, program)
    except CannotWrite:
        return None
    if not rewritten.files:
        return None
    return rewritten


def _proven(project: Project, later: Later, rewritten: Rewritten) -> Proven:
    """Return a repair with its texts, its diff, and what is left or goes with it no longer."""
    repair, group = later.claim.repair, later.group
    left = data_errors(expectations_of_group(group, later.again))
    if left or _adds_frozen(later.before.traces[0], group.traces[0]):
        repair = replace(repair, safety="unsafe")
    originals = {name: project.data(name) for name in rewritten.files}
    diff = diff_of(originals, rewritten.files)
    place = later.reading.program.place
    edits = [
        Spelled(edit, place(edit.place), text)
        for edit, text in zip(repair.edits, rewritten.texts, strict=True)
    ]
    proven = Proven(repair, edits, rewritten.files, diff, group.traces)
    proven.originals = originals
    proven.left = sorted(left.elements())
    proven.warnings = [*_end_conflicts(later, group), *islice(_saved(project, later, group), 1)]
    return proven


def _adds_frozen(before: Trace, now: Trace) -> bool:
    """Return whether a repaired model has weights that are new, and that no training changes."""
    counts = before.params, now.params
    if any(isinstance(count, Unknown) for count in counts) or counts[0] == counts[1]:
        return False
    return now.trained_alone == 0 and before.trained_alone == 0


def _stated(before: Program, now: Program) -> Iterator[SetLiteral]:
    """Yield edits of the shapes that the program asserts, to those that the repair makes.

    Shapes that were wrong before are left alone.
    """
    if len(before.asserts) != len(now.asserts):
        return
    pairs = zip(before.asserts, now.asserts, strict=True)
    changed = [(was, is_now) for was, is_now in pairs if _follows(was, is_now)]
    spots = chain.from_iterable(
        zip(was.sites, was.stated, is_now.shape, strict=False) for was, is_now in changed
    )
    new = [(site, old, value) for site, old, value in spots if site and _is_other(old, value)]
    values = {site: value for site, _, value in new}
    if any(values[site] != value for site, _, value in new):
        return  # a function that makes models of several shapes
    changes: dict[tuple[object, object], dict[Site, None]] = {}
    for site, old, value in new:
        changes.setdefault((old, value), {})[site] = None
    for (_, size), sites in changes.items():
        yield SetLiteral(tuple(sites), size, "shape")


def _follows(was: Asserted, now: Asserted) -> bool:
    """Return whether a stated shape was right and now differs."""
    return was.shape == was.stated and now.shape != now.stated


def _is_other(old: object, new: object) -> bool:
    """Return whether a dim has another size."""
    return isinstance(new, int) and new != old


def _end_conflicts(later: Later, group: Group) -> list[str]:
    """Return what does not go with the repaired model: the last activation, the loss."""
    from kfix.checks.end_conflicts import end_conflicts

    before = later.before
    known = end_conflicts(before.models[0], before.traces[0], later.reading.program)
    now = end_conflicts(group.models[0], group.traces[0], later.again.program)
    return [one for one in now if one not in known]


SAVED = ("load_weights", "load_model")


def _saved(project: Project, later: Later, group: Group) -> Iterator[str]:
    """Yield where weights are loaded in the file, if the model has others now."""
    before, now = later.before.traces[0].params, group.traces[0].params
    if before == now or isinstance(before, Unknown):
        return
    for unit in project.document(later.reading.program.path).units:
        numbered = enumerate(split_lines(unit.text), 1)
        for (number, line), name in product(numbered, SAVED):
            if f"{name}(" in line.partition("#")[0]:
                place = line_name(unit.cell, number)
                yield f"weights that were saved before no longer fit ({name}, {place})"
