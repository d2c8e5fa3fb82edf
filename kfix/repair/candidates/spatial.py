"""The output has the target's rank, but other sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.model.graph import Dim
from kfix.model.record import replace
from kfix.repair.adapters import edges
from kfix.repair.candidate import Candidate, varied
from kfix.repair.candidates.input_order import input_order
from kfix.repair.candidates.kernels import old_kernels
from kfix.repair.candidates.mirrored import missing
from kfix.repair.candidates.scaling import more_layers, scale
from kfix.repair.candidates.seed import seeds
from kfix.repair.candidates.size import padding_of, wide
from kfix.repair.conflict import Conflict
from kfix.repair.layer_edits import together
from kfix.repair.prices import price
from kfix.repair.resize import Ask, entries, gives_back, resized, seeded
from kfix.repair.trail import moves, sizes_for
from kfix.shapes.view import Step

FEWEST = {"pad": 4, "crop": 2}
"""How many times the pixels at an edge go into a size at least, by the row of the layer.

A quarter of the map is more than a border, and what keeps less than half of it is another size.
"""


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield every layer on the way that could make the output as large as expected."""
    view, target, shape = conflict.view, conflict.target, conflict.view.output
    if target is None or shape is None or not len(shape) == target.rank >= 3:
        return
    ordering, end = view.ordering(view.last), view.at(view.last)
    in_front = ordering is not None and ordering.channels_first
    space = slice(1 + in_front, len(shape) - 1 + in_front)
    given, wanted = shape[space], target.shape[space]
    ask = Ask(view.last, sizes_for(given, wanted, space.start))
    if end is not None and moves(ask.want):
        ratio = scale(wanted, given)
        # What only makes maps smaller, as a discriminator does, may be right, its target not.
        enlarges = any(step.enlarges for step in view.steps)
        sure = ratio is None or ratio < 2 or enlarges or gives_back(conflict)
        yield from varied(_sizes(conflict, ask, ratio, end), sure=sure)
        yield from _edge(conflict, wanted, given, end)
    yield from seeds(conflict, view.last, sizes_for(shape[1:], target.dims))
    if not gives_back(conflict):  # else the size is kept on purpose
        yield from entries(conflict, ask)
    yield from input_order(conflict, None)


def _sizes(conflict: Conflict, ask: Ask, ratio: float | None, end: Step) -> Iterator[Candidate]:
    """Yield turns of the layers on the way, and layers more or fewer, by `ratio`."""
    chain = [step for step in conflict.view.spine(end.place) if not step.made]
    if ask.up:
        yield from old_kernels(conflict, conflict.view.steps)
    if ratio is not None:
        lacking = list(missing(conflict, ratio, chain)) if gives_back(conflict) else []
        yield from lacking
        ask = replace(ask, more=price("instead") * len(lacking))
        yield from more_layers(conflict, ratio, end.rank_out - 2, chain, end)
    yield from resized(conflict, ask)


def _edge(
    conflict: Conflict, wanted: Sequence[Dim], given: Sequence[Dim], end: Step
) -> Iterator[Candidate]:
    """Yield what is too much cut off at the end, or zeros for what is too little."""
    found = edges(given, wanted)
    least = min((dim for dim in given if isinstance(dim, int)), default=0)
    rows = end.is_recurrent or (end.is_dense and len(given) == 1)
    if not found or rows or any(FEWEST[one.row] * one.pixels > least for one in found):
        return
    borders = (price(f"{one.row}-border") * _uneven(conflict, end, one.row) for one in found)
    cost = sum(one.cost for one in found) + sum(borders)
    cost += price("edge-seed") * seeded(conflict, end)
    edits = together(*(conflict.behind(end, one.layer) for one in found))
    if edits is not None:
        pixels = sum(one.pixels for one in found)
        yield Candidate(edits, cost, f"the output differs by {pixels} at the edge")


def _uneven(conflict: Conflict, end: Step, row: str) -> bool:
    """Return whether one convolution on the way has no padding, where others have.

    What is to be cut off one that is transposed has added, and no other.
    """
    steps = [step for step in conflict.view.back(end.place) if step.is_convolution and wide(step)]
    added = {padding_of(step) for step in steps if step.is_transposed}
    lost = {padding_of(step) for step in steps if not step.is_transposed}
    if row == "crop":
        return "valid" in added and "same" in added | lost
    return {"valid", "same"} <= lost
