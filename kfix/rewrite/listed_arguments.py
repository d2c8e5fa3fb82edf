"""The positional arguments of a call: in one list, one by one, or one of them twice."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import code, is_starred
from kfix.rewrite.plan import Plan
from kfix.rewrite.tree import Pass, Phase


def write_list(plan: Plan, site: Site) -> str:
    """Write brackets around the positional arguments of a call; return what is called.

    Raises `CannotWrite` where there are fewer than two, or a starred one.
    """
    call = plan.call(site)
    first = [arg for arg in call.args if arg.keyword is None]
    if len(first) < 2 or any(arg.star for arg in call.args):
        raise CannotWrite("the inputs are not written one by one")
    count = len(first)

    def change(run: Pass, now: cst.Call) -> cst.Call:
        inputs, rest = now.args[:count], now.args[count:]
        elements = [cst.Element(arg.value, arg.comma) for arg in inputs]
        comma: cst.Comma | cst.MaybeSentinel = cst.MaybeSentinel.DEFAULT
        if rest:  # the comma behind the last one is now behind the list
            comma = inputs[-1].comma
            elements[-1] = elements[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)
        return now.with_changes(args=[cst.Arg(cst.List(elements), comma=comma), *rest])

    plan.unit(site).change(plan.path(site), change)
    return code(call.func)


def write_spread(plan: Plan, site: Site) -> str:
    """Write the elements of a list in its place as arguments of the call; return what is called.

    Raises `CannotWrite` where the first argument is not a list that is written there.
    """
    call = plan.call(site)
    match call.args:
        case [cst.Arg(keyword=None, value=cst.List(elements=elements)), *_]:
            if any(map(is_starred, elements)):
                raise CannotWrite("the list comes out of a starred value")
        case _:
            raise CannotWrite("the inputs are not written in a list")

    def change(run: Pass, now: cst.Call) -> cst.Call:
        first, *rest = now.args
        inputs = cst.ensure_type(first.value, cst.List).elements
        args = [cst.Arg(element.value, comma=element.comma) for element in inputs]
        args[-1] = args[-1].with_changes(comma=first.comma)
        return now.with_changes(args=[*args, *rest])

    plan.unit(site).change(plan.path(site), change, Phase.AFTER)
    return code(call.func)


def write_twice(plan: Plan, site: Site, listed: bool = False) -> str:
    """Write the only input of a call a second time, perhaps in a list; return both.

    Raises `CannotWrite` where it is not a variable: what it calls would be called twice.
    """
    call = plan.call(site)
    match call.args:
        case [cst.Arg(keyword=None, star="", value=cst.Name(name)), *rest]:
            arg = cst.Arg(cst.Name(name))
        case _:
            raise CannotWrite("the input is not a variable")
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    if listed:
        both = cst.List([cst.Element(arg.value, comma), cst.Element(arg.value)])
        args = [call.args[0].with_changes(value=both), *rest]
        plan.unit(site).set_fields(plan.path(site), args=args)
        return f"([{name}, {name}])"
    args = [call.args[0].with_changes(comma=comma), arg.with_changes(comma=call.args[0].comma)]
    plan.unit(site).set_fields(plan.path(site), args=[*args, *rest])
    return f"({name}, {name})"
