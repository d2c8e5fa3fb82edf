"""Repairs that differ in meaning, not in place."""

from __future__ import annotations

from collections.abc import Iterable

from kfix.model.edits import (
    DropArgument,
    Edit,
    ExchangeCall,
    ExchangeName,
    ExchangeTensor,
    InsertLayer,
    NewLayer,
    RenameArgument,
    RenameKey,
    Repair,
    ReplaceLayer,
    ReverseOrder,
    SetArgument,
    SetInputShape,
    SetLiteral,
    SwapArguments,
    WrapArgument,
)
from kfix.repair.prices import MARGIN


def alternatives(repairs: Iterable[Repair], most: int = 3) -> list[Repair]:
    """The first `most` repairs of which no two mean the same, and none contains another."""
    kept: list[Repair] = []
    for repair in repairs:
        if all(differs(repair, other) for other in kept):
            kept.append(repair)
            if len(kept) == most:
                break
    return kept


def differs(first: Repair, second: Repair) -> bool:
    """Do two repairs mean something different? The same edits at another place do not, nor a repair and more."""
    mine, other = meaning(first), meaning(second)
    return not (mine <= other or other <= mine)


def leads(first: Repair, second: Repair | None) -> bool:
    """Is the first so much cheaper than the next of another meaning (by `prices.MARGIN`) that it is the one to make?"""
    return second is None or second.cost - first.cost >= MARGIN - 1e-9


def meaning(repair: Repair) -> frozenset[object]:
    """What a repair does, without the places where it does it."""
    return frozenset(_meaning(edit) for edit in repair.edits)


def _meaning(edit: Edit) -> object:
    if isinstance(edit, InsertLayer):
        within = next((new.cls for _, new in edit.layer.arguments if isinstance(new, NewLayer)), "")
        return "insert", edit.layer.cls, within
    if isinstance(edit, ReplaceLayer):
        return ("insert", edit.layer.cls, "") if isinstance(edit.layer, NewLayer) else ("unwrap",)
    if isinstance(edit, SetArgument):
        return "set", edit.name, edit.value
    if isinstance(edit, SetLiteral):
        return "set", edit.role, edit.value
    if isinstance(edit, SetInputShape):
        return "input", edit.value
    if isinstance(edit, DropArgument):
        return "drop", edit.name
    if isinstance(edit, RenameArgument):
        return "rename", edit.name
    if isinstance(edit, WrapArgument):
        return "wrap", edit.function, edit.arguments
    if isinstance(edit, RenameKey):
        return "key", edit.name
    if isinstance(edit, ExchangeName | ExchangeCall):
        return "exchange", edit.name
    if isinstance(edit, ReverseOrder | SwapArguments):
        return ("order",)  # of a loop over the tensors, or of the calls of a helper
    if isinstance(edit, ExchangeTensor):
        return edit.kind, edit.input, edit.given
    return (edit.kind,)
