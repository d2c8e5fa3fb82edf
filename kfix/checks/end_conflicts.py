"""Conflicts between the output of a model, its last activation and its loss."""

from __future__ import annotations

from kfix.checks.heads import head_of, loss_at
from kfix.model.graph import Model
from kfix.model.program import Program
from kfix.shapes import Trace


def end_conflicts(model: Model, trace: Trace, program: Program) -> list[str]:
    """Return a clause for each conflict at the outputs of a model that builds."""
    found: list[str] = []
    for number in range(len(model.outputs)):
        head, loss = head_of(model, trace, number), loss_at(model, program, number)
        if head is None or head.units is None:
            continue
        if head.is_single_softmax:
            found.append("softmax of one unit is always 1: sigmoid is the activation for one")
        elif head.units != 1 and loss is not None:
            clauses = _CLAUSES.get((head.activation, loss.kind), ())
            found.extend(clause.format(loss=loss.name, units=head.units) for clause in clauses)
    return found


_SHARES = ("{loss} takes shares that add up to 1: softmax gives them, sigmoid does not",)

_CLAUSES: dict[tuple[object, str], tuple[str, ...]] = {
    ("sigmoid", "sparse"): _SHARES,
    ("sigmoid", "categorical"): _SHARES,
    ("softmax", "binary"): (
        "softmax over {units} classes goes with a categorical loss, not with {loss}",
    ),
}
"""What does not go together, by the last activation and the kind of the loss."""
