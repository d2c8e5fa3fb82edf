"""The inputs of a merge have different ranks: a map or a sequence, and a vector."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from kfix.edits.add_axis import AddAxis
from kfix.model.graph import Shape, TensorRef
from kfix.repair.adapters import new
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.collapse import options
from kfix.repair.conflict import Conflict
from kfix.repair.layer_edits import on
from kfix.repair.prices import price
from kfix.shapes.formatting import show
from kfix.shapes.signatures import canonical
from kfix.shapes.view import Step, elements, nearest, total, whole


def ranks(conflict: Conflict, step: Step, shapes: list[Shape]) -> Iterator[Candidate]:
    """Yield maps laid out as rows, vectors of them, or one number per step with an axis."""
    for which, other in permutations(range(len(shapes)), 2):
        yield from rows(conflict, step, which, shapes[other])
        yield from columns(conflict, step, which, shapes[other])
    if min(map(len, shapes)) != 2:
        return
    sibling = _sibling(conflict, step)
    for which, shape in enumerate(shapes):
        source = conflict.view.source(step, which)
        if source is not None and len(shape) == 2:
            yield from _number_a_step(conflict, step, which, shapes)
        elif source is not None and len(shape) <= 5:
            yield from _samples(conflict, source)
            yield from _last_step(conflict, step, source)
            yield from _laid_out(conflict, step, shape)
            changing = conflict.view.changing(source.place) or source
            for cls, key in options(conflict, shape, changing, step):
                why = f"{step.title} merges vectors, and its input {which + 1} is {shape}"
                if canonical(sibling) == cls:
                    cls, key = sibling, "collapse-siblings"
                yield from made(on(step, which, new(cls)), key, why)


def rows(conflict: Conflict, step: Step, which: int, table: Shape) -> Iterator[Candidate]:
    """Yield a map laid out as the rows of a table that it is merged with: patches of an image.

    The table has a row for each place of the map, with a batch or without.
    """
    shape, source = conflict.view.given(step)[which], conflict.view.source(step, which)
    places = elements(shape[1:-1])
    if source is None or places is None or len(shape) < 4 or not 1 < len(table) < 4:
        return
    way = conflict.view.back(source.place)
    last = nearest(way, lambda found: not found.in_head, lambda _: True)
    dims = last.shape_out if last is not None else None
    if last is None or dims is None or dims[1:-1] != shape[1:-1] or table[-2] != places:
        return
    why = f"{step.title} merges {places} rows, one for each position of {shape[1:-1]}"
    edits = conflict.behind(last, new("Reshape", (places, dims[-1])))
    yield from made(edits, "map-rows", why)


def columns(conflict: Conflict, step: Step, which: int, other: Shape) -> Iterator[Candidate]:
    """Yield one number for each row of another input, or of an array without a batch, as a column.

    So weights are laid out beside the steps or features that they are for.
    """
    shape = conflict.view.given(step)[which]
    dims = shape[1:]
    if step.joins or step.cls == "Dot" or dims not in (other[:-1], other[1:-1]) or not whole(shape):
        return
    why = f"{step.title} takes a column: one number for each of {show(dims)} rows"
    edits = on(step, which, new("Reshape", (*dims, 1)))
    if step.layer.is_operation:
        places = [
            at for at, (_, given) in enumerate(step.node.args) if isinstance(given, TensorRef)
        ]
        written = [*places[which : which + 1], which][0]
        edits = (AddAxis(step.node.site, which, dims, written),)
    # An array without a batch may be meant for a matrix product, which the target would show.
    sure = conflict.target is not None or dims == other[1:-1]
    yield from made(edits, "columns", why, sure=sure)


def _sibling(conflict: Conflict, step: Step) -> str:
    """Return the class that makes a vector of a map for other inputs, "" for none or several."""
    before = [conflict.view.changing(source) for source in step.sources]
    found = {one.cls for one in before if one is not None and one.collapses}
    return found.pop() if len(found) == 1 else ""


def _samples(conflict: Conflict, source: Step) -> Iterator[Candidate]:
    """Yield the Input without the batch, where only Dense layers read its rows."""
    way = conflict.view.back(source.place)
    declared = nearest(way, lambda step: step.is_input, lambda step: step.in_head)
    shape = declared.shape_out if declared is not None else None
    match shape:
        case (_, None, int(width)):
            why = f"the batch does not belong in the input shape: ({width},) is one sample"
            yield from conflict.set_input(declared, (width,), "input-samples", why)


def _last_step(conflict: Conflict, step: Step, source: Step) -> Iterator[Candidate]:
    """Yield the last step of a recurrent layer as the vector of its sequence."""
    last = nearest(
        conflict.view.back(source.place),
        lambda found: found.is_recurrent or len(found.users) > 1,
        lambda found: found.in_head and not found.wrapped,
    )
    if last is not None and last.returns_all and len(last.users) == 1:
        why = f"{step.title} merges vectors, and {last.cls} returns one per step"
        yield from conflict.set([last], "return_sequences", False, "sequences-off", why)


def _number_a_step(
    conflict: Conflict, step: Step, which: int, shapes: list[Shape]
) -> Iterator[Candidate]:
    """Yield an axis of one for an input that has one number for each step."""
    given, steps = conflict.view.source(step, which), shapes[which][1]
    others = {shape[1:-1] for shape in shapes if len(shape) > 2}
    if given is not None and given.is_input and others == {(steps,)}:
        why = (
            f"{step.title} merges sequences, and its input {which + 1} has one value per step: "
            "that is an axis of one"
        )
        yield from conflict.set_input(given, (steps, 1), "input-channel", why)


def _laid_out(conflict: Conflict, step: Step, shape: Shape) -> Iterator[Candidate]:
    """Yield a vector laid out as channels of the map that a convolution reads behind."""
    behind = nearest(conflict.view.after(step), lambda found: found.is_convolution)
    space = elements(shape[1:-1])
    if not step.joins or behind is None or behind.wrapped or len(shape) < 4 or space is None:
        return
    for other, vector in enumerate(conflict.view.given(step)):
        count = total(vector) if len(vector) == 2 else None
        if count is not None and count % space == 0:
            dims = (*shape[1:-1], count // space)
            why = (
                f"{behind.cls} reads a feature map, and input {other + 1} of {step.title} has "
                f"{count} elements: as many as {dims}"
            )
            edits = on(step, other, new("Reshape", dims))
            yield from made(edits, "reshape", why, -price("bridge"))
