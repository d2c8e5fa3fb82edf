"""What loops go through."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import Path, code, depth_of, dotted
from kfix.rewrite.plan import Plan
from kfix.rewrite.tensor_names import input_name


def reverse_loop(plan: Plan, site: Site, input: int) -> str:
    """Write `reversed(skips)` in the head of the loop around a layer, for its input of this number.

    What is reversed already is not any more. Returns what the loop goes through then.
    """
    path, name = input_name(plan, site, input, "the tensor is no variable of a loop")
    at = depth_of(path, cst.For)
    if at is None:
        raise CannotWrite("there is no loop there")
    loop = cst.ensure_type(path[at], cst.For)
    way = next(_sources((*path[: at + 1], loop.iter), loop.target, name.value), None)
    if way is None:
        raise CannotWrite("what the loop goes through is not written in its head")
    new = _reversed(way[-1])
    plan.unit(site).change(way, lambda run, _: new)
    return code(new)


def _reversed(tensors: cst.CSTNode) -> cst.BaseExpression:
    match tensors:
        case cst.Call(func=cst.Name(value="range" | "zip" | "enumerate")):
            raise CannotWrite("the loop goes through no tensors")
        case cst.Call(func=cst.Name(value="reversed"), args=[cst.Arg(value=inner)]):
            return inner
        case cst.BaseExpression():
            return cst.Call(cst.Name("reversed"), [cst.Arg(tensors)])
    raise CannotWrite("the loop goes through no expression")


def _sources(way: Path, target: cst.BaseExpression, name: str) -> Iterator[Path]:
    """The ways to expressions that a loop takes the values of `name` from, through `zip` and `enumerate`."""
    match target, way[-1]:
        case cst.Name(), _:
            if target.value == name:
                yield way
        case ((cst.Tuple() | cst.List()), cst.Call(func=func, args=args)):
            elements = list(target.elements)[1 if dotted(func) == "enumerate" else 0 :]
            known = dotted(func) in ("enumerate", "zip")
            for arg, element in zip(args, elements, strict=False) if known else ():
                if not arg.star and arg.keyword is None:
                    yield from _sources((*way, arg, arg.value), element.value, name)
