"""Statements as a whole."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import Path, assigned_name, code, name_of
from kfix.rewrite.plan import Plan, short
from kfix.rewrite.tree import small_statement


def take_out_method(plan: Plan, site: Site) -> None:
    """Take out the definition at a site; raises `CannotWrite` where a class has no other."""
    path = plan.path(site)
    block = path[-2] if len(path) > 1 else None
    if not isinstance(block, cst.IndentedBlock) or len(block.body) == 1:
        raise CannotWrite("there is nothing else in the class")
    plan.unit(site).remove_statement(path)


def take_out_call(plan: Plan, site: Site) -> None:
    """Take out the statement that the call at a site is; `pass` stays where it is alone.

    Raises `CannotWrite` where something is done with what it gives.
    """
    path = plan.path(site)
    way = small_statement(path)
    if not isinstance(way[-1], cst.Expr) or way[-1].value is not path[-1]:
        raise CannotWrite("what the call gives is used")
    _remove(plan, site, way)


def take_out_outer(plan: Plan, site: Site, *, of_method: bool = False) -> str:
    """Write what the call at `site` is given first in its place, or what its method is of; return
    the name of what it calls.

    A statement that would assign a variable to itself is taken out. Raises `CannotWrite` where
    the call is given nothing by position.
    """
    path = plan.path(site)
    match path[-1]:
        case cst.Call(func=cst.Attribute(value=given) as function) if of_method:
            pass
        case cst.Call(func=function, args=[cst.Arg(keyword=None, star="", value=given), *_]):
            pass
        case _:
            raise CannotWrite("the data is not the first argument of a call there")
    way = small_statement(path)
    variable = assigned_name(way[-1])
    if variable is not None and variable == name_of(given) and path[-2] is way[-1]:
        _remove(plan, site, way)
    else:
        plan.unit(site).put(path, given)
    return short(code(function))


def _remove(plan: Plan, site: Site, way: Path) -> None:
    """Take a small statement out of its block; `pass` stays where it is alone."""
    block = way[-3] if len(way) > 2 else None
    alone = isinstance(block, cst.IndentedBlock) and len(block.body) == 1
    if alone or not isinstance(way[-2], cst.SimpleStatementLine):
        plan.unit(site).put(way, cst.Pass())
        return
    plan.unit(site).remove_statement(way)
