"""A layer goes to another place of its model."""

from __future__ import annotations

from kfix.model.edits import MoveLayer
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.kind_of_spot import spot
from kfix.rewrite.plan import Plan


def plan(plan: Plan, edit: MoveLayer) -> str:
    """Carry the layer, with the comment beside it, before or after another."""
    if edit.site == edit.to:
        raise CannotWrite("a layer cannot be moved past itself")
    source, goal = spot(plan, edit.site), spot(plan, edit.to)
    if source.unit is not goal.unit:
        raise CannotWrite("a layer cannot be moved to another file or cell")
    layer, comment = source.carried()
    goal.insert(edit.where, layer, comment)
    source.remove()
    return f"move {source.text()} {edit.where} {goal.text()}"
