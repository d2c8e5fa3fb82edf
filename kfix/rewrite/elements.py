"""Elements, entries of dictionaries and arguments that are exchanged, renamed or assigned."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import code, is_starred, value_way
from kfix.rewrite.plan import Plan, short
from kfix.rewrite.values import Form, spelled

Holder = cst.Element | cst.DictElement


_ATOMS = (cst.Name, cst.Attribute, cst.Subscript, cst.Call, cst.List)
"""Expressions that mean the same in any form around them."""


def swap(plan: Plan, sites: Sequence[Site]) -> tuple[str, str]:
    """Write each of two elements where the other stands; return their texts."""
    nodes = map(plan.node, sites)
    values = [node.value for node in nodes if isinstance(node, Holder)]
    if len(values) != 2 or len(sites) != 2:
        raise CannotWrite("the data is not written as elements of one list")
    for site, value in zip(sites, reversed(values), strict=True):
        plan.unit(site).set_fields(plan.path(site), value=value)
    one, other = (short(code(value)) for value in values)
    return one, other


def rename_key(plan: Plan, site: Site, name: str) -> tuple[str, str]:
    """Write another key for an entry of a dictionary, a string; return the texts of the old and the
    new one.
    """
    match plan.node(site):
        case cst.DictElement(key=cst.SimpleString() as old):
            key = spelled(name, plan.file(site).style, Form(old))
        case _:
            raise CannotWrite("the key is not written as a string")
    plan.unit(site).set_fields(plan.path(site), key=key)
    return old.value, code(key)


def write_form(plan: Plan, site: Site, form: str) -> tuple[str, str]:
    """Write a form of what is given at `site` over it, `{0}` being that; return both texts.

    Raises `CannotWrite` where a form of it would be another than it says: of a sum, say.
    """
    old = value_way(plan.path(site))[-1]
    new = _filled(old, form)
    plan.put_code(site, new)
    return short(code(old)), short(new)


def write_first(plan: Plan, site: Site, form: str) -> tuple[str, str]:
    """Write a form of the first argument of the call at `site` over it; return both texts."""
    call = plan.call(site)
    if not call.args or is_starred(call.args[0]):
        raise CannotWrite("the data is not written as an argument")
    first = call.args[0]
    new = _filled(first.value, form)
    way = (*value_way(plan.path(site)), first, first.value)
    plan.unit(site).put(way, cst.parse_expression(new))
    return short(code(first.value)), short(new)


def _filled(old: cst.CSTNode, form: str) -> str:
    """Return a form of an expression; raises `CannotWrite` where it may need parentheses."""
    if "{0}" in form and not isinstance(old, _ATOMS):
        raise CannotWrite("the data has no name")
    return form.format(code(old))


def write_assigned(plan: Plan, site: Site, name: str) -> str:
    """Assign the result of the call that is a statement at `site`; return the new text."""
    path = plan.path(site)
    match path[-2]:
        case cst.Expr(value=value) as statement:
            target = cst.AssignTarget(cst.Name(name))
            made = cst.Assign([target], value, semicolon=statement.semicolon)
        case _:
            raise CannotWrite("the call is not a statement")
    plan.unit(site).put(path[:-1], made)
    return short(code(made))


def write_tuple(plan: Plan, site: Site) -> tuple[str, str]:
    """Write a tuple over the list at `site`; return both texts."""
    path = plan.path(site)
    match path[-1]:
        case cst.List(elements=elements, lbracket=left, rbracket=right) as old if elements:
            lpar = cst.LeftParen(whitespace_after=left.whitespace_after)
            rpar = cst.RightParen(whitespace_before=right.whitespace_before)
            new = cst.Tuple(elements, [*old.lpar, lpar], [rpar, *old.rpar])
        case _:
            raise CannotWrite("no list is written there")
    plan.unit(site).put(path, new)
    return short(code(old)), short(code(new))


def write_listed(plan: Plan, site: Site, as_tuple: bool) -> tuple[str, str]:
    """Write the list that a call at `site` is given in the place of the call; return both texts.

    Raises `CannotWrite` where no call is written there.
    """
    path = value_way(plan.path(site))
    match path[-1]:
        case cst.Call(args=[cst.Arg(value=given), *_]) as call:
            pass
        case _:
            raise CannotWrite("the arrays are not packed by a call there")
    new = given
    if as_tuple:
        new = _as_tuple(given)
    plan.unit(site).put(path, new)
    return short(code(call)), short(code(new))


def _as_tuple(given: cst.BaseExpression) -> cst.BaseExpression:
    """Return a tuple of the elements of a list."""
    if isinstance(given, cst.Tuple):
        return given
    if isinstance(given, cst.List):
        left = cst.LeftParen(given.lbracket.whitespace_after)
        right = cst.RightParen(given.rbracket.whitespace_before)
        return cst.Tuple(given.elements, lpar=[left], rpar=[right])
    return cst.Call(cst.Name("tuple"), [cst.Arg(given)])
