"""Conflicts between the output of a model, its last activation and its loss."""

from __future__ import annotations

from kfix.checks.heads import head_of, output_name
from kfix.checks.loss import loss_of
from kfix.model.graph import Model
from kfix.model.program import Program
from kfix.shapes import Trace


def end_conflicts(model: Model, trace: Trace, program: Program) -> list[str]:
    """Return a clause for each conflict at the outputs of a model that builds."""
    found: list[str] = []
    count = len(model.outputs)
    for number in range(count):
        head = head_of(model, trace, number)
        if head is None or head.units is None:
            continue
        if head.activation == "softmax" and head.units == 1:
            found.append("softmax of one unit is always 1: sigmoid is the activation for one")
        loss = loss_of(program, model.uid, output_name(model, number), number, count)
        if loss is None or head.units == 1:
            continue
        if head.activation == "sigmoid" and loss.kind in ("sparse", "categorical"):
            found.append(
                f"{loss.name} takes shares that add up to 1: softmax gives them, sigmoid does not"
            )
        if head.activation == "softmax" and loss.kind == "binary":
            found.append(
                f"softmax over {head.units} classes goes with a categorical loss, not with "
                f"{loss.name}"
            )
    return found
