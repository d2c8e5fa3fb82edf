"""Layers that are given something else than tensors by position."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.name_argument import NameArgument
from kfix.model.attributes import BY_POSITION
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.view import Step


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the keywords for all such arguments of the model."""
    named = list(filter(None, map(_named, conflict.view.steps)))
    edits = tuple(dict.fromkeys(named))
    if edits:
        why = ", ".join(dict.fromkeys(f"{edit.name} is given by keyword" for edit in edits))
        yield Candidate(edits, price("rename") * len(edits), why)


def _named(step: Step) -> NameArgument | None:
    """Return the edit for what a step is given by position, if its parameter is known."""
    given = step.layer.attribute(BY_POSITION)
    if not isinstance(given, tuple) or not given[2]:
        return None
    return NameArgument(step.node.site, step.layer.site, given[1], given[2])
