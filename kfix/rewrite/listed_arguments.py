"""The positional arguments of a call in one list."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import code
from kfix.rewrite.plan import Plan
from kfix.rewrite.tree import Pass


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
