"""One layer in the place of another."""

from __future__ import annotations

import libcst as cst

from kfix.model.edits import Existing, ReplaceLayer
from kfix.rewrite.plan import Plan
from kfix.rewrite.tree import REPLACE, Pass


def plan(plan: Plan, edit: ReplaceLayer) -> str:
    """Write the new layer over the call; its parentheses stay."""
    call = plan.call(edit.site)
    if isinstance(edit.layer, Existing):
        layer = plan.existing(edit.layer, edit.site)
    else:
        layer = plan.layer(edit.layer, edit.site, [call.func])

    def replace(run: Pass, node: cst.Call) -> cst.BaseExpression:
        return layer.build(run).with_changes(lpar=node.lpar, rpar=node.rpar)

    plan.unit(edit.site).change(plan.path(edit.site), replace, REPLACE)
    return f"replace {plan.text(edit.site)} by {layer.text}"
