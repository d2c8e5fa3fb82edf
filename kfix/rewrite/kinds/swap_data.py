"""Two things that change places."""

from __future__ import annotations

from typing import Any

import libcst as cst

from kfix.model.edits import SwapData
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.plan import Plan, code, short
from kfix.rewrite.tree import Pass


def plan(plan: Plan, edit: SwapData) -> str:
    """Write each of the two where the other stood; commas and keys stay."""
    nodes = [plan.node(site) for site in edit.sites]
    if len(nodes) != 2 or not all(
        isinstance(node, cst.Element | cst.DictElement) for node in nodes
    ):
        raise CannotWrite("the data is not written as elements of one list")
    values: list[Any] = [node.value for node in nodes]  # type: ignore[attr-defined]
    for site, value in zip(edit.sites, reversed(values), strict=True):
        plan.unit(site).change(plan.path(site), _change(value))
    one, other = (short(code(value)) for value in values)
    return f"exchange {one} and {other} {plan.where(list(edit.sites))}"


def _change(value: cst.BaseExpression) -> Any:
    def change(run: Pass, now: Any) -> Any:
        return now.with_changes(value=value)

    return change
