"""Elements, entries of dictionaries and arguments that are exchanged, renamed or assigned."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import code, value_way
from kfix.rewrite.plan import Plan, short
from kfix.rewrite.values import Form, spelled

Holder = cst.Element | cst.DictElement


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
    if "{0}" in form and not isinstance(old, cst.Name | cst.Attribute | cst.Subscript | cst.Call):
        raise CannotWrite("the data has no name")
    new = form.format(code(old))
    plan.put_code(site, new)
    return short(code(old)), short(new)


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
