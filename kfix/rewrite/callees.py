"""What is called: another name for a class or a function, its path, its call."""

from __future__ import annotations

from collections.abc import Mapping

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.functions import function_name, sibling
from kfix.rewrite.nodes import EQUAL, Path, dotted, is_starred, keyword_of, value_way
from kfix.rewrite.plan import Plan
from kfix.rewrite.successor import successor
from kfix.rewrite.tree import Change, Pass, RowRemove


def write_call(
    plan: Plan, site: Site, name: str, kept: Mapping[int, str | None]
) -> tuple[str, str]:
    """Write a call of a sibling, with the arguments of these numbers alone, by these keywords.

    Returns the old and the new name as they are written.
    """
    unit, path, call = plan.unit(site), plan.path(site), plan.call(site)
    known = dotted(call.func) and max(kept, default=0) < len(call.args)
    if not known or any(arg.star for arg in call.args):
        raise CannotWrite("the arguments of the call are not written there")
    new = _write_name(plan, site, (*path, call.func), name)
    for number, arg in enumerate(call.args):
        if number not in kept:
            unit.row(path, RowRemove(id(arg)))
        elif kept[number] not in (None, keyword_of(arg)):
            unit.change((*path, arg), _with_keyword(kept[number] or ""))
    return dotted(call.func), new


def _with_keyword(keyword: str) -> Change:
    """Return the change that gives an argument another keyword, or its first."""

    def change(run: Pass, now: cst.Arg) -> cst.Arg:
        equal = now.equal if now.keyword else EQUAL
        return now.with_changes(keyword=cst.Name(keyword), equal=equal)

    return change


def write_sibling(plan: Plan, site: Site, name: str, removed: str = "") -> tuple[str, str]:
    """Write the name of a sibling over that of a class or a function; the module before it stays.

    `removed` is the old name where the library has it no more: its import goes too.
    Returns the old and the new name as they are written.
    """
    path = _name_of(plan, site)
    return dotted(path[-1]), _write_name(plan, site, path, name, removed)


def _write_name(plan: Plan, site: Site, path: Path, name: str, removed: str = "") -> str:
    """Write a name over the one at the end of `path`; return it as it is written.

    It is that of a sibling, or of any function in full: `keras.ops.mean`.
    """
    file, unit, old = plan.file(site), plan.unit(site), path[-1]
    if "." in name:
        new = function_name(file, unit, path, name)
        unit.put(path, cst.parse_expression(new))
        return new
    if isinstance(old, cst.Attribute):
        unit.set_fields((*path, old.attr), value=name)
        return f"{dotted(old.value)}.{name}"
    if removed:
        new = successor(file, unit, path, removed, name)
    else:
        new = sibling(file, unit, path, name)
    unit.set_fields(path, value=new)
    return new


def write_path(plan: Plan, site: Site, path: str) -> str:
    """Write another dotted name over the one at a site; return the old one."""
    node = plan.node(site)
    if not isinstance(node, cst.Attribute) or not dotted(node):
        raise CannotWrite("the path is not written there")
    return plan.put_code(site, path)


def _name_of(plan: Plan, site: Site) -> Path:
    """Return the way to the name: of what is called there, or of what is passed on."""
    path = plan.path(site)
    if is_starred(path[-1]):
        raise CannotWrite("the name comes out of a starred value")
    path = value_way(path)
    if isinstance(path[-1], cst.Call):
        path = (*path, path[-1].func)
    if not dotted(path[-1]):
        raise CannotWrite("the name is not written there")
    return path
