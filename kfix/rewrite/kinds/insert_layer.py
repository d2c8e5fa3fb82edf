"""A new layer before or after a place."""

from __future__ import annotations

from kfix.model.edits import InsertLayer
from kfix.rewrite.kind_of_spot import spot
from kfix.rewrite.plan import Plan


def plan(plan: Plan, edit: InsertLayer) -> str:
    """Put the layer in, called as its neighbours are."""
    place = spot(plan, edit.site)
    layer, put = place.spelled(edit.layer, edit.where)
    if edit.where == "ahead":
        return f"insert {layer.text} {place.ahead(put)} {place.text()}"
    if edit.input is None:
        place.insert(edit.where, put)
        return f"insert {layer.text} {edit.where} {place.text()}"
    tensor = place.input(edit.input)
    tensor.insert(edit.where, put)
    return f"insert {layer.text} on {tensor.text()} {edit.where} {place.text()}"
