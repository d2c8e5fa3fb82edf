"""A layer is added to a model that is not a Sequential."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.wrap_model import WrapModel
from kfix.repair.candidate import Candidate, single
from kfix.repair.conflict import Conflict


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield one line before the first layer is added."""
    step = conflict.step
    if step is not None and step.layer.is_refused:
        why = "what it begins with stays as it is, and a Sequential around it can be added to"
        yield single(WrapModel(step.node.site), why)
