"""What loops go through."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.kind_of_spot import spot
from kfix.rewrite.names import dotted
from kfix.rewrite.plan import Plan, code
from kfix.rewrite.tree import Path


def reverse_loop(plan: Plan, site: Site, input: int) -> str:
    """Write `reversed(skips)` in the head of the loop around a layer, for its input of this number.

    What is reversed already is not any more. Returns what the loop goes through then.
    """
    path = spot(plan, site).input(input).path
    node = path[-1].value if isinstance(path[-1], cst.Arg | cst.Element) else path[-1]
    if not isinstance(node, cst.Name):
        raise CannotWrite("the tensor is no variable of a loop")
    at = next((i for i in range(len(path) - 1, -1, -1) if isinstance(path[i], cst.For)), None)
    if at is None:
        raise CannotWrite("there is no loop there")
    loop = cst.ensure_type(path[at], cst.For)
    way = _source((*path[: at + 1], loop.iter), loop.target, node.value)
    now = way[-1]
    assert isinstance(now, cst.BaseExpression)
    given = now.args if isinstance(now, cst.Call) and dotted(now.func) == "reversed" else ()
    if isinstance(now, cst.Call) and dotted(now.func) in ("range", "zip", "enumerate"):
        raise CannotWrite("the loop goes through no tensors")
    new = given[0].value if len(given) == 1 else cst.Call(cst.Name("reversed"), [cst.Arg(now)])
    plan.unit(site).change(way, lambda run, _: new)
    return code(new)


def _source(way: Path, target: cst.BaseExpression, name: str) -> Path:
    """The way to the expression that a loop takes the values of `name` from, through `zip` and `enumerate`."""
    if isinstance(target, cst.Name) and target.value == name:
        return way
    call = way[-1]
    if isinstance(target, cst.Tuple | cst.List) and isinstance(call, cst.Call):
        function = dotted(call.func)
        for number, element in enumerate(target.elements):
            arg = {"zip": number, "enumerate": 0}.get(function)
            if arg is None or arg >= len(call.args) or (function == "enumerate" and number == 0):
                continue
            inner = call.args[arg]
            if inner.star or inner.keyword is not None:
                continue
            try:
                return _source((*way, inner, inner.value), element.value, name)
            except CannotWrite:
                continue
    raise CannotWrite("what the loop goes through is not written in its head")
