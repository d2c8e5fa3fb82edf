"""An argument goes."""

from __future__ import annotations

from kfix.model.edits import DropArgument
from kfix.rewrite.arguments import find, on_calls, take_out
from kfix.rewrite.plan import Plan


def plan(plan: Plan, edit: DropArgument) -> str:
    """Take the argument out at every slot."""
    for place in dict.fromkeys(find(plan, slot, edit.name) for slot in edit.slots):
        take_out(plan, place, edit.name)
    return f"drop {edit.name} from {on_calls(plan, [slot.call for slot in edit.slots])}"
