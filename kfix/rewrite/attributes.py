"""Attributes of objects, and methods without arguments."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import code, function_of, value_way
from kfix.rewrite.plan import Plan
from kfix.rewrite.tree import Pass, Phase


def write_attribute(plan: Plan, site: Site, name: str) -> tuple[str, str]:
    """Write `name` behind the object whose attribute or method is asked for at a site.

    `as_list()` behind it goes where an index follows, and becomes `list(…)` elsewhere. Returns the
    old and the new expression. Raises `CannotWrite` where no attribute is written there.
    """
    path = plan.path(site)
    owner = function_of(path[-1]) or path[-1]
    if not isinstance(owner, cst.Attribute):
        raise CannotWrite("no attribute is written there")
    new = f"{code(owner.value)}.{name}"
    match path:
        case (*_, cst.Subscript(), cst.Call(), cst.Attribute(attr=cst.Name("as_list")), _):
            path = path[:-2]
        case (*_, cst.Call(), cst.Attribute(attr=cst.Name("as_list")), _):
            path, new = path[:-2], f"list({new})"

    def change(run: Pass, now: cst.BaseExpression) -> cst.BaseExpression:
        return cst.parse_expression(new)

    plan.unit(site).change(path, change, Phase.AFTER)
    return code(path[-1]), new


def write_behind(plan: Plan, site: Site, text: str) -> str:
    """Write an attribute, a call or an index behind the value at a site; return both."""
    path = value_way(plan.path(site))
    if not isinstance(path[-1], cst.Name | cst.Attribute | cst.Subscript):
        raise CannotWrite("the object has no name there")
    new = f"{code(path[-1])}{text}"
    plan.unit(site).put(path, cst.parse_expression(new))
    return new
