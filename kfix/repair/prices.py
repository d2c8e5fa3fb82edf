"""What an edit costs: the one list by which kfix chooses.

A repair costs the sum of its edits. The cheapest is the first choice, the next
of another meaning are its alternatives. What a kind of edit costs by itself
stands in its module, the rest in `kfix.repair.price_table`; nothing else holds a number that
stands for a preference.
"""

from __future__ import annotations

from kfix.edits import all_kinds
from kfix.edits.base import COSTS, Price
from kfix.repair.price_table import TABLE

_COSTS = {row.key: row.cost for row in TABLE}

MARGIN = 0.25
"""By how much the first repair must be cheaper than the next to be the one meaning."""

FAR = 3.0
"""From this cost on, a repair of a model that builds is not made for the labels' sake alone."""

HEAVY = 5_000_000
"""From this many weights on, the Dense behind a Flatten is too large."""

LEAST = 0.8
"""What a state that is not yet right needs at least: the lower bound of the search."""

NEARER = 0.2
"""The same for an edit that brings a size nearer and does not reach it: what does comes first."""

BOTH = 1.6
"""The same for an output of which both the sizes and the channels are wrong."""

REACH = 1.5
"""How much more than the first repair an alternative may cost and still be shown."""


def price(key: str) -> float:
    """Return the cost of one row of the list."""
    for costs in (_COSTS, COSTS):
        if key in costs:
            return costs[key]
    return {row.key: row.cost for row in rows_of_kinds()}[key]


def rows_of_kinds() -> tuple[Price, ...]:
    """Return the rows that the kinds of edits add to the list."""
    return tuple(row for kind in all_kinds() for row in kind.prices)
