"""Repairs of data that is given in another order than the model takes it in."""

from __future__ import annotations

from kfix.checks.order import GivenOrder, WrongOrder
from kfix.edits.base import Edit
from kfix.edits.swap_data import SwapData
from kfix.repair.candidate import Candidate
from kfix.repair.data.remedies import Remedies
from kfix.repair.prices import price


def repair_order(fault: WrongOrder, remedies: Remedies) -> None:
    """Swap the data two by two, or suggest the order where that takes more."""
    what = "inputs" if fault.role == "x" else "outputs"
    suggestion = (
        f"give {fault.given[0].fit.method} its data in the order of the {what} of the model"
    )
    swaps = [_swaps(given) for given in fault.given]
    if not all(given.unique for given in fault.given):
        remedies.suggest(f"{suggestion}: more than one order fits")
    elif any(edits is None for edits in swaps):
        remedies.suggest(suggestion)
    else:
        made = tuple(dict.fromkeys(edit for edits in swaps for edit in edits or ()))
        why = f"the data goes in the order of the {what}"
        remedies.accompanying.append(Candidate(made, price("swap"), why))


def _swaps(given: GivenOrder) -> tuple[Edit, ...] | None:
    """Return the edits that bring the data to its places, two by two.

    Return `None` where it takes more, or where a place is unknown.
    """
    sites = {part.key: part.site for part in given.parts}
    edits: list[Edit] = []
    for place, other in enumerate(given.order):
        if place == other:
            continue
        pair = tuple(site for one in (place, other) if (site := sites.get(one)) is not None)
        if given.order[other] != place or len(pair) != 2:
            return None
        if place < other:
            edits.append(SwapData(pair))
    return tuple(edits)
