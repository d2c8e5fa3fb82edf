"""Calls of layers: written behind them, or taken away."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import assigned_name, code, last_name, value_way
from kfix.rewrite.plan import Plan, short
from kfix.rewrite.tree import Pass, Phase


def write_layer_call(plan: Plan, site: Site, on: str = "") -> str:
    """Call the layer made at `site` on a variable: on `on`, else on the one that it is assigned to.

    Returns both in words. Raises `CannotWrite` where it is not assigned to one variable as it is
    made.
    """
    *_, statement, made = plan.path(site)
    whole = isinstance(statement, cst.Assign) and statement.value is made
    name = on or (assigned_name(statement) if whole else None)
    if name is None or not isinstance(made, cst.Call):
        raise CannotWrite("the layer is not assigned to a variable as it is made")

    def change(run: Pass, now: cst.Call) -> cst.Call:
        return cst.Call(now, [cst.Arg(cst.Name(name))])

    plan.unit(site).change(plan.path(site), change, Phase.AFTER)
    return f"{last_name(made.func)}(…) on {name}"


def write_without_call(plan: Plan, site: Site) -> tuple[str, str]:
    """Write a layer in the place of its call on a tensor, or of its `output`; return both as
    written.

    Raises `CannotWrite` where the value at the site is neither.
    """
    path = value_way(plan.path(site))
    match path[-1]:
        case cst.Call(func=cst.Call() | cst.Name() as layer):
            field = "func"
        case cst.Attribute(value=layer, attr=cst.Name("output")):
            field = "value"
        case _:
            raise CannotWrite("the layer is not called there")

    def change(run: Pass, now: cst.Call | cst.Attribute) -> cst.BaseExpression:
        inner: cst.BaseExpression = getattr(now, field)
        return inner

    plan.unit(site).change(path, change, Phase.AFTER)
    return short(code(path[-1])), short(code(layer))
