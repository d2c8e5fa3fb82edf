"""An input shape that is no shape: `(784)` is the number 784."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.findings.bad_input_shape import BadInputShape
from kfix.model import SetInputShape, Slot
from kfix.repair.arguments import INPUT_NAMES, named, texts
from kfix.repair.conflict import Candidate, Conflict
from kfix.repair.prices import price

CURES = (BadInputShape,)


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """The tuple that was meant."""
    for step in conflict.view.steps:
        if step.made:
            continue
        given = named(step.layer)
        for name in INPUT_NAMES:
            argument = given.get(name)
            if argument is None or argument.site is None or name == "input_dim":
                continue
            if isinstance(argument.value, int) and not isinstance(argument.value, bool) and argument.value > 0:
                new = (None, argument.value) if name.startswith("batch") else (argument.value,)
                why = f"({argument.value}) is the number {argument.value}; a tuple of one has a comma"
                edit = SetInputShape(Slot(step.layer.site, argument.site, texts(argument)), name, new)
                yield Candidate((edit,), price("input-tuple"), why)
