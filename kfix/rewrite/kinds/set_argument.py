"""An argument of one or several layers."""

from __future__ import annotations

from kfix.model.edits import SetArgument
from kfix.rewrite.arguments import on_calls, write_argument
from kfix.rewrite.plan import Plan


def plan(plan: Plan, edit: SetArgument) -> str:
    """Write the value at every slot, in the form of what stood there."""
    text = ""
    for slot in edit.slots:
        text = write_argument(plan, slot, edit.name, edit.value)
    return f"set {edit.name}={text} on {on_calls(plan, [slot.call for slot in edit.slots])}"
