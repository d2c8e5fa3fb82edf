"""Elements of lists and entries of dictionaries that are exchanged or renamed."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import code
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
