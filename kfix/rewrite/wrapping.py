"""Functions and methods that are called on what is given to a call."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.functions import function_name
from kfix.rewrite.nodes import Holder, argument, code, is_starred
from kfix.rewrite.plan import Plan, short
from kfix.rewrite.tree import Pass, Phase

Wrapping = Callable[[cst.BaseExpression], cst.BaseExpression]

Arguments = Sequence[tuple[str | None, object]]
"""Arguments behind the value that is wrapped, each with its keyword or `None`."""

_TIGHT = (cst.Name, cst.Attribute, cst.Subscript, cst.Call)
"""Expressions that an index or a dot behind them is about as a whole."""


def wrap(plan: Plan, site: Site, function: str, arguments: Arguments) -> str:
    """Call a function on the value at a site, by the name that the file has for it; return both in
    words.

    `function` is the dotted name in full, or a method of the value behind a dot.
    Raises `CannotWrite` where the value is not written there.
    """
    node = plan.node(site)
    if not isinstance(node, Holder) or is_starred(node):
        raise CannotWrite("the data is not written as an argument")
    make = _wrapping(plan, site, function, arguments, node.value)

    def change(run: Pass, now: Holder) -> Holder:
        return now.with_changes(value=make(now.value))

    plan.unit(site).change(plan.path(site), change, Phase.AFTER)
    return f"{code(make(node.value))} for {short(code(node.value))}"


def _wrapping(
    plan: Plan, site: Site, function: str, arguments: Arguments, value: cst.BaseExpression
) -> Wrapping:
    """Return what calls the function on an expression in the place of `value`."""
    behind = [argument(keyword, plan.plain(given, site)) for keyword, given in arguments]
    tight = isinstance(value, _TIGHT) or bool(value.lpar)
    if function.startswith("."):
        if not tight:
            raise CannotWrite("a method cannot be called on it as it is written")
        method = cst.Name(function[1:])
        return lambda now: cst.Call(cst.Attribute(now, method), behind)
    batch = tight and (function, *arguments) == ("numpy.expand_dims", (None, 0))
    seen = plan.seen_from(site)
    if batch and seen.name_for("numpy") is None and seen.name_for("pandas") is None:
        # `image[None]` says the same and needs no import; pandas refuses it of a row.
        none = cst.SubscriptElement(cst.Index(cst.Name("None")))
        return lambda now: cst.Subscript(now, [none])
    called = function
    if "." in function:
        called = function_name(plan.file(site), plan.unit(site), plan.path(site), function)
    name = cst.parse_expression(called)
    return lambda now: cst.Call(name, [cst.Arg(now), *behind])
