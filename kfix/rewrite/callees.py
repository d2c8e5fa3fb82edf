"""What is called: another name for a class or a function, its path, its call."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.functions import sibling
from kfix.rewrite.names import dotted
from kfix.rewrite.plan import EQUAL, Plan
from kfix.rewrite.successor import successor
from kfix.rewrite.tree import Change, Pass, Path, RowRemove


def write_call(
    plan: Plan, site: Site, name: str, kept: Mapping[int, str | None]
) -> tuple[str, str]:
    """Write a call of a sibling, with the arguments of these numbers alone, by these keywords.

    Returns the old and the new name as they are written.
    """
    file, unit = plan.file(site), plan.unit(site)
    path, call = plan.path(site), plan.call(site)
    func = call.func
    if (
        any(arg.star for arg in call.args)
        or max(kept, default=0) >= len(call.args)
        or not dotted(func)
    ):
        raise CannotWrite("the arguments of the call are not written there")
    if isinstance(func, cst.Attribute):
        unit.change((*path, func, func.attr), lambda run, now: cst.Name(name))
        text = f"{dotted(func.value)}.{name}"
    else:
        text = sibling(file, unit, (*path, func), name)
        unit.change((*path, func), lambda run, now: now.with_changes(value=text))
    for number, arg in enumerate(call.args):
        if number not in kept:
            unit.row(path, RowRemove(id(arg)))
            continue
        keyword = kept[number]
        if keyword is not None and (arg.keyword is None or arg.keyword.value != keyword):
            equal = EQUAL if arg.keyword is None else arg.equal
            unit.change((*path, arg), _with_keyword(cst.Name(keyword), equal))
    return dotted(func), text


def _with_keyword(keyword: cst.Name, equal: object) -> Change:
    def change(run: Pass, now: cst.Arg) -> cst.Arg:
        return now.with_changes(keyword=keyword, equal=equal)

    return change


def write_sibling(plan: Plan, site: Site, name: str, removed: str = "") -> tuple[str, str]:
    """Write the name of a sibling over that of a class or a function; the module before it stays.

    `removed` is the old name where the library has it no more: its import goes too.
    Returns the old and the new name as they are written.
    """
    file, unit = plan.file(site), plan.unit(site)
    path = _name_of(plan, site)
    old = path[-1]
    if isinstance(old, cst.Attribute):
        text = f"{dotted(old.value)}.{name}"

        def change(run: Pass, now: cst.Attribute) -> cst.Attribute:
            return now.with_changes(attr=now.attr.with_changes(value=name))

        unit.change(path, change)
    else:
        if removed:
            text = successor(file, unit, path, removed, name)
        else:
            text = sibling(file, unit, path, name)
        unit.change(path, lambda run, now: now.with_changes(value=text))
    return dotted(old), text


def write_path(plan: Plan, site: Site, path: str) -> str:
    """Write another dotted name over the one at a site; return the old one."""
    way = plan.path(site)
    old = way[-1]
    if not isinstance(old, cst.Attribute) or not dotted(old):
        raise CannotWrite("the path is not written there")
    new = cst.parse_expression(path)
    plan.unit(site).change(way, lambda run, now: new)
    return dotted(old)


def _name_of(plan: Plan, site: Site) -> Path:
    """The way to the name: of what is called there, or of what is passed on."""
    path = plan.path(site)
    node = path[-1]
    if isinstance(node, cst.Arg | cst.Element | cst.DictElement):
        if isinstance(node, cst.Arg) and node.star:
            raise CannotWrite("the name comes out of a starred value")
        path = (*path, node.value)
    if isinstance(path[-1], cst.Call):
        path = (*path, path[-1].func)
    if not dotted(path[-1]):
        raise CannotWrite("the name is not written there")
    return path
