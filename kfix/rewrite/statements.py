"""Statements as a whole."""

from __future__ import annotations

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.plan import Plan
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
    block = way[-3] if len(way) > 2 else None
    alone = isinstance(block, cst.IndentedBlock) and len(block.body) == 1
    if alone or not isinstance(way[-2], cst.SimpleStatementLine):
        plan.unit(site).put(way, cst.Pass())
        return
    plan.unit(site).remove_statement(way)
