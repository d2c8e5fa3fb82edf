"""Another key of an entry of a dictionary."""

from __future__ import annotations

import libcst as cst

from kfix.model.edits import RenameKey
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.plan import Plan
from kfix.rewrite.tree import AFTER, Pass
from kfix.rewrite.values import spelled


def plan(plan: Plan, edit: RenameKey) -> str:
    """Write the key, where it is a string of the dictionary's display."""
    node = plan.node(edit.site)
    if not isinstance(node, cst.DictElement) or not isinstance(node.key, cst.SimpleString):
        raise CannotWrite("the key is not written as a string")
    old = node.key
    key = spelled(edit.name, plan.file(edit.site).style, like=old)

    def change(run: Pass, now: cst.DictElement) -> cst.DictElement:
        return now.with_changes(key=key)

    plan.unit(edit.site).change(plan.path(edit.site), change, AFTER)
    return f"rename the key {old.value} to {cst.Module([]).code_for_node(key)} {plan.where([edit.site])}"
