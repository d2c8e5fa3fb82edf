"""Elements of lists and entries of dictionaries that are exchanged or renamed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.plan import Plan, code, short
from kfix.rewrite.tree import AFTER, Pass
from kfix.rewrite.values import spelled


def swap(plan: Plan, sites: Sequence[Site]) -> tuple[str, str]:
    """Write each of two elements where the other stands, commas and keys stay; return their texts."""
    nodes = [plan.node(site) for site in sites]
    if len(nodes) != 2 or not all(
        isinstance(node, cst.Element | cst.DictElement) for node in nodes
    ):
        raise CannotWrite("the data is not written as elements of one list")
    values: list[Any] = [node.value for node in nodes]  # type: ignore[attr-defined]
    for site, value in zip(sites, reversed(values), strict=True):
        plan.unit(site).change(plan.path(site), _change(value))
    one, other = (short(code(value)) for value in values)
    return one, other


def rename_key(plan: Plan, site: Site, name: str) -> tuple[str, str]:
    """Write another key for an entry of a dictionary, a string; return the texts of the old and the new one."""
    node = plan.node(site)
    if not isinstance(node, cst.DictElement) or not isinstance(node.key, cst.SimpleString):
        raise CannotWrite("the key is not written as a string")
    old = node.key
    key = spelled(name, plan.file(site).style, like=old)

    def change(run: Pass, now: cst.DictElement) -> cst.DictElement:
        return now.with_changes(key=key)

    plan.unit(site).change(plan.path(site), change, AFTER)
    return old.value, code(key)


def _change(value: cst.BaseExpression) -> Any:
    def change(run: Pass, now: Any) -> Any:
        return now.with_changes(value=value)

    return change
