"""A dotted name of Keras by the path that it has now."""

from __future__ import annotations

import libcst as cst

from kfix.model.edits import MovePath
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.names import dotted
from kfix.rewrite.plan import Plan


def plan(plan: Plan, edit: MovePath) -> str:
    """Write the new path over the old one."""
    path = plan.path(edit.site)
    old = path[-1]
    if not isinstance(old, cst.Attribute) or not dotted(old):
        raise CannotWrite("the path is not written there")
    new = cst.parse_expression(edit.path)
    plan.unit(edit.site).change(path, lambda run, now: new)
    return f"write {edit.path} for {dotted(old)} {plan.where([edit.site])}"
