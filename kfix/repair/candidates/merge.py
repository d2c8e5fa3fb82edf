"""The inputs of a merge do not fit each other: a shortcut, a skip connection, two branches."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.exchange_name import ExchangeName
from kfix.model.code import NewLayer
from kfix.model.graph import Array, Shape
from kfix.repair.adapters import edges, new
from kfix.repair.axes import Made, made_otherwise, solve
from kfix.repair.candidate import Candidate, made, varied
from kfix.repair.candidates.branches import branches, divided
from kfix.repair.candidates.cropped import cropped
from kfix.repair.candidates.exchanged import skips
from kfix.repair.candidates.input_order import input_order
from kfix.repair.candidates.ranks import columns, ranks, rows
from kfix.repair.candidates.shortcut import shortcut
from kfix.repair.conflict import Conflict
from kfix.repair.layer_edits import Edits, on, together
from kfix.repair.merges import Merge, Side
from kfix.repair.numbers import border
from kfix.repair.prices import price
from kfix.shapes.trace_result import only_shape
from kfix.shapes.view import Step, whole

MOST_INPUTS = 8
"""Merges of more inputs than this are not looked at pair by pair."""

MOST_EDGE = 4
"""By how much maps may differ for that to be a border."""

MOST_DIVIDED = 64
"""By how much poolings divide a map that is padded for them at most."""


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield one input made to fit the other, pair by pair."""
    step = conflict.step
    if step is None or step.inserted:
        return
    yield from _arrays(conflict, step)
    shapes = conflict.view.given(step)
    if len(shapes) != len(step.sources) or not 2 <= len(shapes) <= MOST_INPUTS:
        return
    if len(set(map(len, shapes))) > 1:
        yield from ranks(conflict, step, shapes)
        yield from _broadcast(conflict, step, shapes)
    elif step.cls != "Dot" and len(shapes[0]) > 1:
        yield from _of_one_rank(Merge(conflict, step, shapes))


def _of_one_rank(merge: Merge) -> Iterator[Candidate]:
    conflict, step = merge.conflict, merge.step
    if merge.sizes_differ:
        yield from skips(conflict, step, merge.joined)
    for side in merge.sides():
        if not merge.joined:
            yield from shortcut(side)
        for one in side.both:
            yield from _edges(one)
        yield from branches(side)
    if merge.sizes_differ:
        yield from input_order(conflict, step)
    else:
        yield from _joined_instead(merge)
    yield from _padded_input(merge)
    yield from cropped(merge)
    if merge.joined:
        axes = list(_axis(merge))
        yield from axes
        if not any(candidate.sure for candidate in axes):
            # Where another axis fits as well, nothing says which of them is meant.
            yield from varied(_vectors(merge), sure=not axes)


def _joined_instead(merge: Merge) -> Iterator[Candidate]:
    """Yield Concatenate in the place of a layer that merges element by element."""
    step = merge.step
    if merge.joined or not step.core.is_keras_layer or step.core.arguments:
        return
    why = f"the inputs of {step.title} differ in their last axis alone, on which they can be joined"
    edit = ExchangeName(step.core.site, "Concatenate")
    yield from made([edit], "replace", why, 2 * price("doubtful"), sure=False)


def _arrays(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Yield other numbers for the array to which a tensor is added: `x + self.table`."""
    arrays = [value for _, value in step.node.args if isinstance(value, Array)]
    tensors = conflict.view.given(step)
    if not step.layer.is_operation or len(arrays) != 1 or len(tensors) != 1:
        return
    shape = only_shape([arrays[0].shape]) or ()
    yield from (*rows(conflict, step, 0, shape), *columns(conflict, step, 0, shape))
    for back, (have, want) in enumerate(zip(shape[::-1], tensors[0][::-1], strict=False), 1):
        if isinstance(want, int) and want not in (1, have) and have != 1:
            yield from made_otherwise(conflict, Made(shape, arrays[0].origin, -back, want))


def _broadcast(conflict: Conflict, step: Step, shapes: list[Shape]) -> Iterator[Candidate]:
    """Yield another size for an axis of an operand of another rank, counted from the right."""
    if len(shapes) != 2 or step.joins or step.cls == "Dot":
        return
    if not step.layer.is_operation:
        shapes = [shape[1:] for shape in shapes]  # Keras compares the batch by itself
    for back, sizes in enumerate(zip(shapes[0][::-1], shapes[1][::-1], strict=False), 1):
        for source, want in zip(step.sources, reversed(sizes), strict=True):
            if isinstance(want, int) and sizes[0] != sizes[1] and 1 not in sizes:
                yield from solve(conflict, source, -back, want, "inner-units")


def _axis(merge: Merge) -> Iterator[Candidate]:
    """Yield the one axis on which the shapes differ as the one to concatenate on."""
    columns = list(zip(*merge.shapes, strict=True))
    apart = [axis for axis, dims in enumerate(columns) if axis and len(set(dims)) > 1]
    rank = len(columns)
    apart = apart or [rank - 1]
    if len(apart) != 1:
        return
    [axis] = apart
    # Feature maps are joined by their channels, whatever axis they differ on.
    of_channels = rank < 4 or axis == merge.channels % rank
    why = f"the inputs differ on axis {axis} alone"
    more = price("doubtful") * (not of_channels)
    if axis == rank - 1:
        axis = -1
    found = merge.conflict.set([merge.step], "axis", axis, "knob", why, more)
    yield from varied(found, sure=of_channels)


def _vectors(merge: Merge) -> Iterator[Candidate]:
    """Yield each input made a vector, where the merge is made one right behind."""
    conflict, rank = merge.conflict, len(merge.shapes[0])
    behind = merge.view.following(merge.step)
    sources = [merge.view.at(place) for place in merge.step.sources]
    if behind is None or not behind.collapses or rank == 2 or merge.axis not in (1, rank - 1):
        return
    vector = NewLayer(behind.cls)
    why = f"{behind.cls} behind {merge.step.title} makes a vector: it can make one of each input"
    edits: Edits = tuple(
        edit for which in range(len(sources)) for edit in on(merge.step, which, vector)
    )
    first = sources[0]
    if first is not None and len({one.node.site for one in sources if one is not None}) == 1:
        edits = conflict.behind(first, vector)
    yield from made(edits, "flatten-inputs", why)


def _edges(side: Side) -> Iterator[Candidate]:
    """Yield a border cut off an input, zeros around it, or each on another axis."""
    merge, source = side.merge, side.merge.view.at(side.source)
    found = edges(side.shape[merge.space], side.wanted[merge.space])
    if not found or source is None or max(one.pixels for one in found) > MOST_EDGE:
        return
    pixels = sum(one.pixels for one in found)
    layers = [merge.conflict.ordered(source, one.layer) for one in found]
    cost = sum(one.cost for one in found)
    why = f"the inputs of {merge.step.title} differ by {pixels} at the edge"
    yield Candidate(on(merge.step, side.which, *layers), cost, why)


def _padded_input(merge: Merge) -> Iterator[Candidate]:
    """Yield zeros around the input, so that poolings halve it evenly, cut off again at the end."""
    view, conflict = merge.view, merge.conflict
    entry, first = conflict.entry(merge.step), conflict.root(merge.step)
    factor = divided(view, merge.step)
    if entry is None or not whole(entry) or not 3 <= len(entry) <= 5:
        return
    if first is None or not first.is_input:
        return
    sizes = [dim for dim in entry[merge.space] if isinstance(dim, int)]
    missing = [-dim % factor for dim in sizes]
    if not any(missing) or factor > MOST_DIVIDED:
        return
    pad, crop = (new(f"{cls}{len(sizes)}D", border(missing)) for cls in ("ZeroPadding", "Cropping"))
    padded, end = conflict.behind(first, pad), view.at(view.last)
    why = (
        f"{entry[merge.space]} is not divisible by {factor}, by which the layers divide it: with "
        "zeros around the input it is"
    )
    yield from made(padded, "pad-input", why, price("bridge"))
    if end is not None and not (end.is_dense or end.collapses):
        both = together(padded, conflict.behind(end, crop))
        yield from made(both, "pad-input", f"{why}, and the border is cut off at the end")
