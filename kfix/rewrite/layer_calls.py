"""Calls of layers that are made and not called."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import assigned_name, last_name
from kfix.rewrite.plan import Plan
from kfix.rewrite.tree import Pass, Phase


def write_layer_call(plan: Plan, site: Site) -> str:
    """Call the layer made at `site` on the variable that it is assigned to; return both in words.

    Raises `CannotWrite` where the layer is not assigned to one variable as it is made.
    """
    *_, statement, made = plan.path(site)
    name = assigned_name(statement)
    whole = isinstance(statement, cst.Assign) and statement.value is made
    if name is None or not whole or not isinstance(made, cst.Call):
        raise CannotWrite("the layer is not assigned to a variable as it is made")

    def change(run: Pass, now: cst.Call) -> cst.Call:
        return cst.Call(now, [cst.Arg(cst.Name(name))])

    plan.unit(site).change(plan.path(site), change, Phase.AFTER)
    return f"{last_name(made.func)}(…) on {name}"
