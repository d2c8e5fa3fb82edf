"""An argument that a layer or function does not take, for one of nearly that name."""

from __future__ import annotations

from collections.abc import Container, Iterator

from kfix.edits.rename_argument import RenameArgument
from kfix.findings.unknown_argument import UnknownArgument
from kfix.model.code import Slot
from kfix.model.graph import Library
from kfix.repair.candidate import Candidate, single
from kfix.repair.conflict import Conflict
from kfix.shapes.arguments import named
from kfix.shapes.view import Step

LIKENESS = 0.75
"""How alike two names must be, as `difflib` counts it: `unit` and `units`."""


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Return the argument by the name that is meant, unless that one is given too."""
    from difflib import get_close_matches

    step, finding = conflict.step, conflict.finding
    if step is None or not isinstance(finding, UnknownArgument) or finding.reason != "unknown":
        return
    old, known = finding.actual, finding.expected
    if not isinstance(old, str) or not isinstance(known, list | tuple):
        return
    taken, slot = _given(step, old)
    if slot is None:
        return
    for name in get_close_matches(old, map(str, known), 1, LIKENESS):
        if name not in taken:
            why = f"{step.core.cls} has no {old}, and {name} is nearly the same name"
            yield single(RenameArgument(slot, old, name), why)


def _given(step: Step, keyword: str) -> tuple[Container[str | None], Slot | None]:
    """Return the keywords of a layer or function, with the slot of this one."""
    if step.layer.library is Library.OPERATION:
        keywords = [name for name, _ in step.node.args]
        return keywords, Slot(step.node.site) if keyword in keywords else None
    for layer in (step.layer, step.core):
        argument = layer.argument(keyword)
        if argument is not None and argument.site is not None:
            return named(layer), Slot(layer.site, argument.site)
    return (), None
