"""A class or function of a library by the name of its sibling."""

from __future__ import annotations

import libcst as cst

from kfix.model.edits import ExchangeName
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.functions import sibling
from kfix.rewrite.names import dotted
from kfix.rewrite.plan import Plan
from kfix.rewrite.successor import successor
from kfix.rewrite.tree import Pass, Path


def plan(plan: Plan, edit: ExchangeName) -> str:
    """Write the new name over the old one; the module before it and the arguments behind it stay."""
    file, unit = plan.file(edit.site), plan.unit(edit.site)
    path = _name_of(plan, edit)
    old = path[-1]
    if isinstance(old, cst.Attribute):
        text = f"{dotted(old.value)}.{edit.name}"

        def change(run: Pass, now: cst.Attribute) -> cst.Attribute:
            return now.with_changes(attr=now.attr.with_changes(value=edit.name))

        unit.change(path, change)
    else:
        if edit.gone:
            text = successor(file, unit, path, edit.gone, edit.name)
        else:
            text = sibling(file, unit, path, edit.name)
        unit.change(path, lambda run, now: now.with_changes(value=text))
    if text == dotted(old):
        return f"import {edit.name} as {text} in the place of {edit.gone}"
    return f"exchange {dotted(old)} for {text} {plan.where([edit.site])}"


def _name_of(plan: Plan, edit: ExchangeName) -> Path:
    """The way to the name: of what is called there, or of what is passed on."""
    path = plan.path(edit.site)
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
