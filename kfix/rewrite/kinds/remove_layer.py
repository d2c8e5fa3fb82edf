"""A layer goes."""

from __future__ import annotations

from kfix.model.edits import RemoveLayer
from kfix.rewrite.kind_of_spot import spot
from kfix.rewrite.plan import Plan


def plan(plan: Plan, edit: RemoveLayer) -> str:
    """Take the layer out with the comment beside it; other comments stay."""
    place = spot(plan, edit.site)
    place.remove()
    return f"remove {place.text()} {plan.where([edit.site])}"
