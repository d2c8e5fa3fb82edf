"""A slash in the name of a layer, which Keras 2 took."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.base import Edit
from kfix.edits.set_literal import SetLiteral
from kfix.model.origin import literals
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield every name of the model with an underscore in place of each slash."""
    edits: dict[Edit, None] = {}
    for step in conflict.view.steps:
        name = step.layer.argument("name")
        if name is None or not isinstance(name.value, str) or "/" not in name.value:
            continue
        if name.origin is None or step.made:
            return
        for literal in literals(name.origin):
            if isinstance(literal.value, str) and "/" in literal.value:
                edits[SetLiteral((literal.site,), literal.value.replace("/", "_"), "name")] = None
    if edits:
        yield Candidate(tuple(edits), price("rename"), "Keras 3 takes no name with a slash in it")
