"""Functions that are called in a Lambda layer."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.imports import class_name
from kfix.rewrite.nodes import Path, dotted, names_in
from kfix.rewrite.plan import Plan
from kfix.rewrite.tree import Pass, Phase

_NAMES = ("t", "tensor")
"""Names of the parameter: the first is taken that the call does not have."""


def write_lambda(plan: Plan, site: Site, tensors: Sequence[int]) -> str:
    """Write a Lambda layer around the call of a function, and call it on the tensors of these
    numbers; return the function.

    Raises `CannotWrite` where a name in the other arguments may mean another value later: the layer
    calls the function again whenever the model is called.
    """
    call, path = plan.call(site), plan.path(site)
    if any(arg.star for arg in call.args):
        raise CannotWrite("the arguments of the function are not written there")
    rest = [arg for number, arg in enumerate(call.args) if number not in tensors]
    _check_names(plan, site, path, [name for arg in rest for name in names_in(arg.value)])
    used = set(names_in(call))
    name = next((one for one in _NAMES if one not in used), "tensors")
    layer = class_name(plan.file(site), plan.unit(site), path, "Lambda", [])

    def change(run: Pass, now: cst.Call) -> cst.Call:
        given = [now.args[number].value for number in tensors]
        args = list(now.args)
        for place, number in enumerate(tensors):
            part = cst.parse_expression(f"{name}[{place}]" if len(tensors) > 1 else name)
            args[number] = args[number].with_changes(value=part)
        body = cst.Lambda(cst.Parameters([cst.Param(cst.Name(name))]), now.with_changes(args=args))
        made = cst.Call(cst.parse_expression(layer), [cst.Arg(body)])
        return cst.Call(made, [cst.Arg(_together(given))])

    plan.unit(site).change(path, change, Phase.AFTER)
    return dotted(call.func)


def _together(given: Sequence[cst.BaseExpression]) -> cst.BaseExpression:
    """Return one tensor, or a list of several."""
    if len(given) == 1:
        return given[0]
    return cst.List([cst.Element(one) for one in given])


def _check_names(plan: Plan, site: Site, path: Path, names: Sequence[str]) -> None:
    """Raise `CannotWrite` where one of the names may get another value after this call."""
    view = plan.seen_from(site)
    looped = any(isinstance(node, cst.For | cst.While) for node in path)
    if names and (looped or any(len(view.of(name)) > 1 for name in names)):
        raise CannotWrite("a value in the call may be another one when the layer calls it again")
