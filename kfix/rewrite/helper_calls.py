"""Calls of helper functions."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import Path, code, depth_of, given_for, innermost, parameters, walk
from kfix.rewrite.plan import Plan
from kfix.rewrite.tensor_names import input_name

_AGAIN = (cst.For, cst.While, cst.BaseComp, cst.If, cst.Try, cst.Lambda)
_NO_PARAMETER = "the tensor is not a parameter of a helper function"


def swap_in_calls(
    plan: Plan, site: Site, input: int, numbers: tuple[int, int], count: int
) -> tuple[str, str, str, list[Site]]:
    """Exchange what two calls of the helper function around a layer give it as an input.

    `numbers` are those of the two calls, from 0, of `count` in all. Returns the two
    expressions, the name of the function, and the Sites of the calls.
    """
    path, name = input_name(plan, site, input, _NO_PARAMETER)
    helper, unit = innermost(path, cst.FunctionDef), plan.unit(site)
    if helper is None:
        raise CannotWrite(_NO_PARAMETER)
    calls = _calls(path[0], helper.name.value)
    if len(calls) != count or len(set(map(_function, calls))) != 1:
        raise CannotWrite("the helper function is not called once for each of its layers")
    ways = [_argument(calls[number], helper, name.value) for number in numbers]
    values = [cst.ensure_type(way[-1], cst.Arg).value for way in ways]
    for way, value in zip(ways, reversed(values), strict=True):
        unit.set_fields(way, value=value)
    first, second = map(code, values)
    return first, second, helper.name.value, [unit.unit.site(way[-2]) for way in ways]


def _calls(module: cst.CSTNode, name: str) -> list[Path]:
    """Return the ways to the calls of a function of this name, in the order of the text."""
    found: list[Path] = []
    for way in walk((module,)):
        match way[-1]:
            case cst.Call(func=cst.Name(value=called)) if called == name:
                found.append(way)
    return found


def _function(way: Path) -> int:
    """Return the function that a call is in, each time once; raises `CannotWrite` for a call that
    is made again and again.
    """
    at = depth_of(way, cst.FunctionDef) or 0
    if depth_of(way[at:], *_AGAIN) is not None:
        raise CannotWrite("the helper function is called in a loop or behind a test")
    return id(way[at])


def _argument(way: Path, helper: cst.FunctionDef, name: str) -> Path:
    """Return the way to the argument that a call gives for a parameter."""
    call = cst.ensure_type(way[-1], cst.Call)
    names = [param.name.value for param in parameters(helper)]
    if name not in names or any(arg.star for arg in call.args):
        raise CannotWrite(_NO_PARAMETER)
    arg = given_for(call, names, name)
    if arg is None:
        raise CannotWrite("the call does not give the tensor")
    return (*way, arg)
