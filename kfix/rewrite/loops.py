"""What loops go through."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import Path, code, depth_of, elements_of, name_of
from kfix.rewrite.plan import Plan
from kfix.rewrite.tensor_names import input_name


def reverse_loop(plan: Plan, site: Site, input: int) -> str:
    """Write `reversed(skips)` in the head of the loop around a layer, for its input of this number.

    What is reversed already is not any more. Returns what the loop goes through then.
    """
    path, name = input_name(plan, site, input, "the tensor is not a variable of a loop")
    at = depth_of(path, cst.For)
    if at is None:
        raise CannotWrite("not a loop")
    loop = cst.ensure_type(path[at], cst.For)
    way = next(_sources((*path[: at + 1], loop.iter), loop.target, name.value), None)
    if way is None:
        raise CannotWrite("what the loop goes through is not written in its head")
    new = _reversed(way[-1])
    plan.unit(site).put(way, new)
    return code(new)


def _reversed(tensors: cst.CSTNode) -> cst.BaseExpression:
    """Return what goes through the same tensors in the reverse order."""
    match tensors:
        case cst.Call(func=cst.Name(value="range" | "zip" | "enumerate")):
            raise CannotWrite("the loop goes through no tensors")
        case cst.Call(func=cst.Name(value="reversed"), args=[cst.Arg(value=inner)]):
            return inner
        case cst.BaseExpression():
            return cst.Call(cst.Name("reversed"), [cst.Arg(tensors)])
    raise CannotWrite("the loop goes through no expression")


def _sources(way: Path, target: cst.BaseExpression, name: str) -> Iterator[Path]:
    """Yield the ways to expressions that a loop takes the values of `name` from, through `zip` and
    `enumerate`.
    """
    if name_of(target) == name:
        yield way
    match way[-1]:
        case cst.Call(func=cst.Name(value="zip"), args=args):
            yield from _elementwise(way, args, elements_of(target), name)
        case cst.Call(func=cst.Name(value="enumerate"), args=args):
            yield from _elementwise(way, args, elements_of(target)[1:], name)


def _elementwise(
    way: Path, args: Sequence[cst.Arg], elements: Sequence[cst.BaseElement], name: str
) -> Iterator[Path]:
    """Yield the ways through arguments that each give the values of one element."""
    for arg, element in zip(args, elements, strict=False):
        if not arg.star and arg.keyword is None:
            yield from _sources((*way, arg, arg.value), element.value, name)
