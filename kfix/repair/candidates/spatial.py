"""The output has the target's rank, but other sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.model.graph import Dim
from kfix.model.record import replace
from kfix.model.target import Target, Wanted
from kfix.repair.adapters import edges
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.kernels import old_kernels
from kfix.repair.candidates.mirrored import missing
from kfix.repair.candidates.scaling import more_layers, scale
from kfix.repair.candidates.seed import seeds
from kfix.repair.candidates.size import input_order, padding_of
from kfix.repair.conflict import Conflict
from kfix.repair.layer_edits import together
from kfix.repair.numbers import most
from kfix.repair.prices import price
from kfix.repair.resize import Ask, entries, gives_back, resized, seeded
from kfix.repair.trail import sizes_for
from kfix.shapes.arguments import value
from kfix.shapes.view import Step

FEWEST = {"pad": 4, "crop": 2}
"""How many times the pixels at an edge go into a size at least, by the row of the layer.

A quarter of the map is more than a border, and what keeps less than half of it is another size.
"""


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield every layer on the way that could make the output as large as expected."""
    view, target, shape = conflict.view, conflict.target, conflict.view.output
    if target is None or shape is None or len(shape) != target.rank:
        return
    space = slice(1, None) if target.rank >= 3 and _in_front(conflict) else slice(None, -1)
    pairs = [
        (want, have)
        for want, have in zip(target.dims[space], shape[1:][space], strict=True)
        if isinstance(want, int) and isinstance(have, int)
    ]
    up = any(want > have for want, have in pairs)
    down = any(want < have for want, have in pairs)
    if target.rank >= 3 and (up or down):
        sizes = [want if isinstance(want, int) else None for want in target.dims[space]]
        ratio = scale(sizes, shape[1:][space])
        told = ratio is None or ratio < 2 or _enlarges(conflict, sizes)
        for candidate in _sizes(conflict, target, ratio, space):
            yield replace(candidate, sure=candidate.sure and told)
        yield from _edge(conflict, target.dims[space], shape[1:][space], view.steps[view.last])
    if target.rank >= 3:
        yield from seeds(conflict, view.last, sizes_for(shape[1:], target.dims))
        if not gives_back(conflict):  # else the size is kept on purpose
            first = 1 + (space.start or 0)
            want = sizes_for(shape[1:][space], target.dims[space], first)
            yield from entries(conflict, Ask(view.last, want))
        yield from input_order(conflict, None)


def _sizes(
    conflict: Conflict, target: Target, ratio: float | None, space: slice
) -> Iterator[Candidate]:
    """Yield turns of the layers on the way, and layers more or fewer, by `ratio`."""
    view, shape = conflict.view, conflict.view.output or ()
    end = view.steps[view.last]
    chain = [step for step in view.spine(end.place) if not step.made]
    first = 1 + (space.start or 0)
    want = sizes_for(shape[1:][space], target.dims[space], first)
    ask = Ask(end.place, want)
    if ask.up:
        yield from old_kernels(conflict, view.steps)
    lacks = missing(conflict, ratio, chain) if ratio is not None and gives_back(conflict) else None
    if lacks is not None:
        yield from made(lacks[0], "counterpart", lacks[1])
        ask = replace(ask, more=price("instead"))
    yield from resized(conflict, ask)
    if ratio is not None:
        yield from more_layers(conflict, ratio, target.rank - 2, chain, end)


def _enlarges(conflict: Conflict, sizes: Sequence[int | None]) -> bool:
    """Return whether the model enlarges maps, or its output is to be as large as its input.

    What only makes them smaller, as a discriminator does, may be right, and its target may not.
    """
    entry = conflict.view.entry
    larger = any(step.is_upsampling or step.is_transposed for step in conflict.view.steps)
    return larger or (entry is not None and list(entry[1:-1]) == list(sizes))


def _in_front(conflict: Conflict) -> bool:
    """Return whether the layers that give the output count its channels first."""
    step = conflict.view.ordering(conflict.view.last)
    return step is not None and step.channels_first


def _edge(
    conflict: Conflict, wants: Sequence[Wanted], given: Sequence[Dim], end: Step
) -> Iterator[Candidate]:
    """Yield what is too much cut off at the end, or zeros for what is too little."""
    found = edges(given, wants)
    if not found or end.is_recurrent or (end.is_dense and len(given) == 1):
        return
    sizes = [dim for dim in given if isinstance(dim, int)]
    if any(FEWEST[one.row] * one.pixels > dim for one in found for dim in sizes):
        return
    cost = sum(one.cost for one in found)
    uneven = (one.row for one in found if _uneven(conflict, end, transposed=one.row == "crop"))
    cost += sum(price(f"{row}-border") for row in uneven)
    cost += price("edge-seed") * seeded(conflict, end)
    layers = [conflict.behind(end, one.layer) for one in found]
    edits = together(*layers)
    if edits is not None:
        pixels = sum(one.pixels for one in found)
        yield Candidate(edits, cost, f"the output differs by {pixels} at the edge")


def _uneven(conflict: Conflict, end: Step, transposed: bool) -> bool:
    """Return whether one convolution on the way has no padding, where others have."""
    windows = [
        step
        for step in conflict.view.back(end.place)
        if step.is_convolution
        and (transposed or not step.is_transposed)
        and most(value(step.core, "kernel_size")) > 1
    ]
    bare = [
        step for step in windows if padding_of(step) == "valid" and step.is_transposed == transposed
    ]
    return bool(bare) and any(padding_of(step) == "same" for step in windows)
