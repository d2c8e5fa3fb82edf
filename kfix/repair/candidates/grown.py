"""A layer is added to a model that is no Sequential: a Sequential that begins with it can be added to."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.findings.not_a_sequential import NotASequential
from kfix.model.edits import WrapModel
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price

CURES = (NotASequential,)


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """One line before the first layer is added."""
    step = conflict.step
    if step is not None and step.layer.is_refused:
        why = "what it begins with stays as it is, and a Sequential around it can be added to"
        yield Candidate((WrapModel(step.node.site),), price("wrap-model"), why)
