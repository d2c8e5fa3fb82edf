"""Which kind of place a Site is."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.names import dotted
from kfix.rewrite.plan import Plan
from kfix.rewrite.spots import ElementSpot, EndSpot, PopSpot, Spot, StatementSpot
from kfix.rewrite.tensors import CallSpot, ValueSpot
from kfix.rewrite.tree import Path

_ADDERS = frozenset({"add", "append"})
_TAKERS = _ADDERS | {"Sequential", "__init__", "extend", "insert"}
_MERGES = frozenset(
    {
        "add",
        "average",
        "concat",
        "concatenate",
        "dot",
        "maximum",
        "minimum",
        "multiply",
        "stack",
        "subtract",
    }
)


def spot(plan: Plan, site: Site) -> Spot:
    """The kind of place that `site` is."""
    path = plan.path(site)
    node, above = path[-1], path[-2] if len(path) > 1 else None
    if isinstance(node, cst.BaseElement):
        return ValueSpot(plan, site) if _of_tensors(path) else ElementSpot(plan, site)
    if isinstance(node, cst.List | cst.Tuple):
        return EndSpot(plan, site)
    if isinstance(node, cst.Arg) and isinstance(above, cst.Call):
        if isinstance(path[-3], cst.Expr) and _adds(above):
            return StatementSpot(plan, site)
        if dotted(above.func).rpartition(".")[2] in _TAKERS or isinstance(
            node.value, cst.List | cst.Tuple
        ):
            raise CannotWrite(
                "the layer is not put in by a statement of its own, or comes from a list made elsewhere"
            )
        return ValueSpot(plan, site)
    if isinstance(node, cst.Call):
        if dotted(node.func).rpartition(".")[2] == "Sequential":
            return EndSpot(plan, site)
        if isinstance(node.func, cst.Attribute) and node.func.attr.value == "pop" and not node.args:
            return PopSpot(plan, site)
        if isinstance(above, cst.BaseComp | cst.Element) and not isinstance(node.func, cst.Call):
            raise CannotWrite("the layer is made anew for each turn of a comprehension")
        return CallSpot(plan, site)
    if isinstance(node, cst.BaseExpression):
        return ValueSpot(plan, site)
    raise CannotWrite("no layer is put in there")


def _adds(call: cst.CSTNode | None) -> bool:
    return (
        isinstance(call, cst.Call)
        and isinstance(call.func, cst.Attribute)
        and call.func.attr.value in _ADDERS
        and len(call.args) == 1
    )


def _of_tensors(path: Path) -> bool:
    """Is it an element of a list of tensors, as in `Add()([x, y])` and `layers.add([x, y])`?"""
    if len(path) < 4 or not isinstance(path[-3], cst.Arg) or not isinstance(path[-4], cst.Call):
        return False
    func = path[-4].func
    return isinstance(func, cst.Call) or dotted(func).rpartition(".")[2] in _MERGES
