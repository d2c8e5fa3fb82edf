"""A dim that must be a number is variable: Flatten of a map of variable size before a Dense."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.findings.dim_not_defined import DimNotDefined
from kfix.model import NewLayer
from kfix.repair.candidates.collapse import options
from kfix.repair.conflict import Candidate, Conflict, made

CURES = (DimNotDefined,)


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """A global pooling in place of the Flatten that lost the size."""
    step = conflict.step
    if step is None:
        return
    before = conflict.view.previous(step)
    if before is None or not before.is_flatten or before.shape_in is None:
        return
    shape = before.shape_in
    source = conflict.view.previous(before) or before
    dims = ", ".join(str(dim) for dim in shape)
    for cls, key in options(conflict, shape, source, step):
        if cls != "Flatten":
            why = f"Flatten of ({dims}) has no fixed length; {cls} gives {step.cls} {shape[-1]} numbers for any size"
            yield from made(conflict.replace(before, NewLayer(cls)), key, why)
