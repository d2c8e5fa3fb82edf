"""A keyword under its new name."""

from __future__ import annotations

from kfix.model.edits import RenameArgument
from kfix.rewrite.arguments import find, on_calls, write_present
from kfix.rewrite.plan import Plan


def plan(plan: Plan, edit: RenameArgument) -> str:
    """Write the new keyword, and the new value if there is one."""
    place = find(plan, edit.slot, edit.old)
    text = write_present(plan, edit.slot, place, edit.name, edit.value, rename=edit.name)
    value = "" if edit.value is ... else f"={text}"
    return f"rename {edit.old} to {edit.name}{value} on {on_calls(plan, [edit.slot.call])}"
