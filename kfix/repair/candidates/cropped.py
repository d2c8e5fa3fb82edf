"""Skip connections of a network without padding: each is cut to the map that comes up beside it."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.base import Edit
from kfix.edits.graph import CannotApply
from kfix.model.graph import Dim
from kfix.repair.adapters import edges
from kfix.repair.apply import apply
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.size import loses_border
from kfix.repair.conflict import Conflict
from kfix.repair.layer_edits import on
from kfix.repair.merges import Merge, Side
from kfix.shapes.view import View

MOST_SKIPS = 8
"""How many skips of one network are cut."""


def cropped(merge: Merge) -> Iterator[Candidate]:
    """Yield all skips cut at their edges, from the first merge that is refused to the last."""
    edits: tuple[Edit, ...] = ()
    conflict = merge.conflict
    for _ in range(MOST_SKIPS):
        both = (one for side in merge.sides() for one in side.both)
        more = next(filter(None, map(_cut, both)), None)
        if more is None:
            return
        edits += more
        changed = _changed(conflict, edits)
        if changed is None:
            return
        step = changed.step
        shapes = changed.view.given(step) if step is not None else []
        if step is None:
            why = "convolutions without padding have lost the borders that the skips still have"
            yield from made(edits, "crop-skips", why)
            return
        if len(shapes) != len(step.sources) or len(set(map(len, shapes))) > 1:
            return
        merge = Merge(changed, step, shapes)


def _cut(side: Side) -> tuple[Edit, ...] | None:
    """Return the edit that cuts a skip at its edges, `None` where it is not such a skip."""
    merge = side.merge
    source, uses = merge.view.at(side.source), merge.conflict.uses_of(merge.step.node.site)
    found = edges(side.shape[merge.space], side.wanted[merge.space])
    if source is None or len(source.users) < 2 or uses > 1 or not merge.joined:
        return None
    if [one.row for one in found] != ["crop"] or not _loses_border(side):
        return None
    if any(map(_is_odd, side.shape[merge.space], side.wanted[merge.space])):
        return None  # a window takes as much on both sides, a pooling drops the last row
    layers = [merge.conflict.ordered(source, one.layer) for one in found]
    return on(merge.step, side.which, *layers)


def _is_odd(have: Dim, want: Dim) -> bool:
    """Return whether two sizes differ by an odd number."""
    return isinstance(have, int) and isinstance(want, int) and (have - want) % 2 == 1


def _loses_border(side: Side) -> bool:
    """Return whether convolutions between a skip and what it meets have no padding."""
    view = side.merge.view
    between = view.ancestors(side.other.source) - view.ancestors(side.source)
    steps = [view.steps[place] for place in between]
    return any(
        step.is_convolution and not step.is_transposed and loses_border(step) for step in steps
    )


def _changed(conflict: Conflict, edits: tuple[Edit, ...]) -> Conflict | None:
    """Return what stands in the way of the model after edits."""
    try:
        model = apply(conflict.view.model, edits)
    except CannotApply:
        return None
    return conflict.of(View(model, conflict.tracer.trace(model)), conflict.target)
