"""A model without an input shape is given one number per sample."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.code import NewLayer
from kfix.repair.candidate import Candidate, made
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.arguments import INPUT_NAMES, named


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield a row of one number as the input: Keras gives such data the axis that it lacks."""
    if conflict.fed is None:
        return
    step, shape = conflict.fed
    declared = any(name in named(step.layer) for name in INPUT_NAMES)
    if len(shape) > 1 or not step.is_dense or declared or conflict.view.previous(step) is not None:
        return
    why = (
        "one value per sample is a vector of one: with this shape Keras adds to the data the "
        f"axis that {step.cls} needs"
    )
    edits = conflict.before(step, NewLayer("Input", (("shape", (1,)),)))
    yield from made(edits, "input-declared", why, price("bridge"))
