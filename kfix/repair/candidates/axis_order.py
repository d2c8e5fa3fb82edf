"""Axes in another order than is meant: of a Permute or a Reshape on the way, or of one input."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.graph import Shape
from kfix.repair.adapters import new, order_of
from kfix.repair.bridges import takes
from kfix.repair.candidate import Candidate, made, varied
from kfix.repair.conflict import Conflict
from kfix.repair.layer_edits import on
from kfix.repair.prices import price
from kfix.shapes.view import Step, whole


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the layers on the way that move axes out of it, and the axes of one input moved."""
    step, view = conflict.step, conflict.view
    places = [view.last] if step is None else step.sources
    for place in dict.fromkeys(places):
        for found in view.back(place):
            yield from _moved_back(conflict, found)
    if step is not None and not step.inserted:
        yield from _of_inputs(conflict, step)


def _moved_back(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Yield a layer that moves axes taken out, or the dims of a Reshape in the order of its input.

    A Reshape does not move axes: with the same dims in another order it mixes the elements.
    """
    if _moves(step):
        why = f"{step.layer.cls} moves the axes out of the order that is meant"
        yield from made(conflict.remove(step), "axes-moved", why, sure=False)
    dims, shape = step.laid_out, step.shape_in or ()
    if not dims:
        return
    ordered = _in_order(dims, shape)
    if ordered is not None:
        why = f"Reshape to {dims} moves no axes of {shape[1:]}: it mixes the elements"
        found = conflict.set([step], "target_shape", ordered, "axes-mixed", why)
        yield from varied(found, sure=False)


def _moves(step: Step) -> bool:
    """Return whether a step gives the dims of its input in another order, and has no weights."""
    given, made_of = step.shape_out, step.shape_in
    if given is None or made_of is None or given == made_of or step.traced.params != 0:
        return False
    return step.cls != "Reshape" and sorted(map(str, given)) == sorted(map(str, made_of))


def _in_order(dims: tuple[object, ...], shape: Shape) -> tuple[object, ...] | None:
    """Return dims in the order of a shape, axes of size 1 where they are; `None` if they are so."""
    given = [dim for dim in shape[1:] if dim != 1]
    mine = [dim for dim in dims if dim != 1]
    if mine == given or sorted(map(str, mine)) != sorted(map(str, given)):
        return None
    rest = iter(given)
    return tuple(dim if dim == 1 else next(rest) for dim in dims)


def _of_inputs(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Yield a Permute on one of several inputs with which the step takes them."""
    shapes = conflict.view.given(step)
    if len(shapes) < 2 or len(shapes) != len(step.sources):
        return
    view = conflict.view
    for which, shape in enumerate(shapes):
        source, others = step.sources[which], {*step.sources} - {step.sources[which]}
        moved = any(map(_moves, view.back(source)))
        # What is made of another input, as its weights are, is brought into the order of that.
        follows = not others.isdisjoint(view.ancestors(source))
        leads = any(source in view.ancestors(other) for other in others)
        more = price("branch") * (not moved) + price("doubtful") * leads
        for order in dict.fromkeys(_orders(shape, [*shapes[:which], *shapes[which + 1 :]])):
            turned = (shape[0], *(shape[axis] for axis in order))
            if takes(conflict, step, [*shapes[:which], turned, *shapes[which + 1 :]]):
                why = f"{step.title} takes the axes in the order {order}"
                edits = on(step, which, new("Permute", order))
                yield from made(
                    edits, "permute", why, more, sure=moved or follows or len(shape) > 3
                )


def _orders(shape: Shape, others: list[Shape]) -> Iterator[tuple[int, ...]]:
    """Yield orders of the axes behind the batch: those of the others, and the last two turned."""
    for other in others:
        order = order_of(shape[1:], other[1:]) if whole(shape) and whole(other) else None
        if order is not None:
            yield order
    count = len(shape) - 1
    broadcast = any(1 in one[1:] for one in (shape, *others))
    if count > 1 and not broadcast:
        yield (*range(1, count - 1), count, count - 1)
