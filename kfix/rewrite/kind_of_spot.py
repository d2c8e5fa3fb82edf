"""Which kind of place a Site is."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import Path, dotted, function_of, last_name
from kfix.rewrite.plan import Plan
from kfix.rewrite.spots import ElementSpot, EndSpot, PopSpot, Spot, StatementSpot
from kfix.rewrite.tensor_values import ValueSpot
from kfix.rewrite.tensors import CallSpot

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
    """Return the place that `site` is; raises `CannotWrite` where no layer is put in."""
    path = plan.path(site)
    match path[-1]:
        case cst.BaseElement():
            if _of_tensors(path):
                return ValueSpot(plan, site)
            return ElementSpot(plan, site)
        case cst.List() | cst.Tuple():
            return EndSpot(plan, site)
        case cst.Arg() as arg if isinstance(path[-2], cst.Call):
            return _of_argument(plan, site, arg)
        case cst.Call() as call:
            return _of_call(plan, site, call)
        case cst.BaseExpression():
            return ValueSpot(plan, site)
    raise CannotWrite("no layer is put in there")


def _of_argument(plan: Plan, site: Site, arg: cst.Arg) -> Spot:
    """Return the place of an argument: a layer that is added, or a tensor that something is called
    on.
    """
    *_, around, call, _ = plan.path(site)
    taker = last_name(function_of(call))
    if isinstance(around, cst.Expr) and _adds(call):
        return StatementSpot(plan, site)
    if taker in _TAKERS or isinstance(arg.value, cst.List | cst.Tuple):
        raise CannotWrite(
            "the layer is not put in by a statement of its own, or comes from a list made elsewhere"
        )
    return ValueSpot(plan, site)


def _of_call(plan: Plan, site: Site, call: cst.Call) -> Spot:
    """Return the place of a call: a Sequential, a layer that goes, or a layer on a tensor."""
    if last_name(call.func) == "Sequential" or _makes_base(plan, site, call):
        return EndSpot(plan, site)
    match call:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value="pop")), args=[]):
            return PopSpot(plan, site)
    above = plan.path(site)[-2:-1]
    turns = any(isinstance(node, cst.BaseComp | cst.Element) for node in above)
    if turns and not isinstance(call.func, cst.Call):
        raise CannotWrite("the layer is made anew for each turn of a comprehension")
    return CallSpot(plan, site)


def _makes_base(plan: Plan, site: Site, call: cst.Call) -> bool:
    """Return whether a call makes a model of `keras.applications`: its name begins in capitals."""
    path = plan.seen_from(site).resolve(dotted(call.func)) or ""
    module, _, name = path.rpartition(".")
    return f"{module}.".startswith("keras.applications.") and name[:1].isupper()


def _adds(call: cst.CSTNode) -> bool:
    """Return whether a call adds one layer to a model or to a list."""
    match call:
        case cst.Call(func=cst.Attribute(attr=cst.Name(value=name)), args=[_]):
            return name in _ADDERS
    return False


def _of_tensors(path: Path) -> bool:
    """Return whether it is an element of a list of tensors, as in `Add()([x, y])` and
    `layers.add([x, y])`.
    """
    match path[-4:]:
        case [cst.Call(func=func), cst.Arg(), _, _]:
            return isinstance(func, cst.Call) or last_name(func) in _MERGES
    return False
