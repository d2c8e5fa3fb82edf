"""The input shape of a model."""

from __future__ import annotations

from kfix.model.edits import SetInputShape
from kfix.rewrite.arguments import on_calls, write_argument
from kfix.rewrite.plan import Plan


def plan(plan: Plan, edit: SetInputShape) -> str:
    """Write the shape; a present argument of another name (`input_dim`) gets the new name."""
    text = write_argument(plan, edit.slot, edit.name, edit.value, rename=True)
    return f"set {edit.name}={text} on {on_calls(plan, [edit.slot.call])}"
