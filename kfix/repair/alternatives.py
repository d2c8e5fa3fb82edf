"""Repairs that differ in meaning, not in place."""

from __future__ import annotations

from collections.abc import Iterable

from kfix.edits.base import Repair
from kfix.repair.prices import MARGIN


def alternatives(repairs: Iterable[Repair], most: int = 3) -> list[Repair]:
    """Return the first `most` repairs of which no two mean the same, and none contains another."""
    kept: list[Repair] = []
    for repair in repairs:
        if all(differs(repair, other) for other in kept):
            kept.append(repair)
            if len(kept) == most:
                break
    return kept


def differs(first: Repair, second: Repair) -> bool:
    """Return whether two repairs mean something different.

    The same edits at another place do not, nor a repair and more.
    """
    mine, other = meaning(first), meaning(second)
    return not (mine <= other or other <= mine)


def leads(first: Repair, second: Repair | None) -> bool:
    """Return whether the first leads the next of another meaning by `prices.MARGIN`."""
    return second is None or second.cost - first.cost >= MARGIN - 1e-9


def meaning(repair: Repair) -> frozenset[object]:
    """Return what a repair does, without the places where it does it."""
    return frozenset(edit.meaning() for edit in repair.edits)
