"""Calls of helper functions."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.kind_of_spot import spot
from kfix.rewrite.plan import Plan, code
from kfix.rewrite.tree import Path

_AGAIN = (cst.For, cst.While, cst.BaseComp, cst.If, cst.Try, cst.Lambda)


def swap_in_calls(
    plan: Plan, site: Site, input: int, numbers: tuple[int, int], count: int
) -> tuple[str, str, str, list[Site]]:
    """Exchange what two calls of the helper function around a layer give it as an input.

    `numbers` are those of the two calls, from 0, of `count` in all. Returns the two
    expressions, the name of the function, and the Sites of the calls.
    """
    path = spot(plan, site).input(input).path
    node = path[-1].value if isinstance(path[-1], cst.Arg | cst.Element) else path[-1]
    at = next(
        (i for i in range(len(path) - 1, -1, -1) if isinstance(path[i], cst.FunctionDef)), None
    )
    if at is None or not isinstance(node, cst.Name):
        raise CannotWrite("the tensor is no parameter of a helper function")
    helper = cst.ensure_type(path[at], cst.FunctionDef)
    calls = _calls(path[0], helper.name.value)
    if len(calls) != count or len({_function(way) for way in calls}) != 1:
        raise CannotWrite("the helper function is not called once for each of its layers")
    one, two = (_argument(calls[number], helper, node.value) for number in numbers)
    unit = plan.unit(site)
    first, second = (cst.ensure_type(way[-1], cst.Arg).value for way in (one, two))
    unit.change(one, lambda run, now: now.with_changes(value=second))
    unit.change(two, lambda run, now: now.with_changes(value=first))
    sites = [unit.unit.site(way[-2]) for way in (one, two)]
    return code(first), code(second), helper.name.value, sites


def _calls(module: cst.CSTNode, name: str) -> list[Path]:
    """The ways to the calls of a function of this name, in the order of the text."""
    found: list[Path] = []
    pending: list[Path] = [(module,)]
    while pending:
        way = pending.pop()
        node = way[-1]
        if (
            isinstance(node, cst.Call)
            and isinstance(node.func, cst.Name)
            and node.func.value == name
        ):
            found.append(way)
        pending += [(*way, child) for child in reversed(node.children)]
    return found


def _function(way: Path) -> object:
    """The function that a call is in, each time once; a call that is made again and again has none."""
    at = next((i for i in range(len(way) - 1, -1, -1) if isinstance(way[i], cst.FunctionDef)), 0)
    if any(isinstance(node, _AGAIN) for node in way[at:]):
        raise CannotWrite("the helper function is called in a loop or behind a test")
    return id(way[at])


def _argument(way: Path, helper: cst.FunctionDef, name: str) -> Path:
    """The way to the argument that a call gives for a parameter."""
    call = cst.ensure_type(way[-1], cst.Call)
    names = [param.name.value for param in (*helper.params.posonly_params, *helper.params.params)]
    args: Sequence[cst.Arg] = call.args
    if name not in names or any(arg.star for arg in args):
        raise CannotWrite("the tensor is no parameter of a helper function")
    for number, arg in enumerate(args):
        if (arg.keyword is not None and arg.keyword.value == name) or (
            arg.keyword is None and names.index(name) == number
        ):
            return (*way, arg)
    raise CannotWrite("the call does not give the tensor")
