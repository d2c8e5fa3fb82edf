"""Data that is given in another order than the model has its inputs or outputs in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import NamedTuple

from kfix.edits.base import Edit
from kfix.edits.swap_data import SwapData
from kfix.findings.wrong_data import WrongData
from kfix.model.graph import Array, Model, Shape
from kfix.model.program import Fit, Part, Program
from kfix.repair.intent.found import Cure, Intent
from kfix.repair.intent.heads import output_name
from kfix.repair.intent.labels import alike
from kfix.repair.intent.loss import loss_of
from kfix.repair.intent.wraps import fitting
from kfix.repair.prices import price
from kfix.shapes import Trace, show

Fits = Callable[[int, Shape], bool]
"""Whether the input or output of this number takes an array of this shape."""

Order = tuple[int, ...]
"""Of each input or output, in their order, the place of its array in the list that is given."""


class Given(NamedTuple):
    """What one call is given in another order, the edits that put it in order (`None`: no edits do)
    and its shapes.
    """

    fit: Fit
    edits: tuple[Edit, ...] | None
    shapes: list[Shape]
    unique: bool


def read(
    intent: Intent, model: Model, trace: Trace, fits: Sequence[Fit], program: Program
) -> frozenset[str]:
    """Find what is given in another order; return for which of "x" and "y" there is nothing else to
    say.
    """
    if not model.is_functional:
        return frozenset()
    takes = {"x": _taken(trace), "y": _labelled(model, trace, program)}
    counts = {"x": len(model.inputs), "y": len(model.outputs)}
    found: set[str] = set()
    for role, count in counts.items():
        given = [one for fit in fits for one in _given(fit, role, count, takes[role])]
        if given:
            _report(intent, model, trace, role, given)
            found.add(role)
    return frozenset(found)


def _given(fit: Fit, role: str, count: int, takes: Fits) -> Iterator[Given]:
    """Yield what a call is given for a role in another order, as validation data too."""
    for aside in (False, True):
        parts = [part for part in fit.parts if part.role == role and part.aside == aside]
        shapes = list(_shapes(parts, count))
        order = matching(takes, shapes) if 1 < count == len(shapes) else None
        if order is None or all(takes(number, shape) for number, shape in enumerate(shapes)):
            continue
        unique = is_unique(takes, shapes, order)
        yield Given(fit, _swaps(parts, order) if unique else None, shapes, unique)


def _report(intent: Intent, model: Model, trace: Trace, role: str, found: Sequence[Given]) -> None:
    what, ends = ("inputs", trace.inputs) if role == "x" else ("outputs", trace.outputs)
    fit, shapes = found[0].fit, found[0].shapes
    wanted = ", ".join(show(end[1:]) for end in ends if isinstance(end, tuple))
    given = ", ".join(show(shape[1:]) for shape in shapes)
    wrong = WrongData(
        model.name, f"{what} of {wanted} in this order", f"data of {given}", method=fit.method
    )
    wrong.site = fit.site
    intent.findings.append(wrong)
    if not all(one.unique for one in found):
        asked = f"give {fit.method} its data in the order of the {what} of the model"
        intent.advise(f"{asked}: more than one order fits")
    elif any(one.edits is None for one in found):
        intent.advise(f"give {fit.method} its data in the order of the {what} of the model")
    else:
        made = tuple(dict.fromkeys(edit for one in found for edit in one.edits or ()))
        intent.also.append(Cure(made, price("swap"), f"the data goes in the order of the {what}"))


def _taken(trace: Trace) -> Fits:
    """Return what tells whether an input takes such an array."""

    def takes(number: int, shape: Shape) -> bool:
        entry = trace.inputs[number] if number < len(trace.inputs) else None
        return isinstance(entry, tuple) and fitting(entry[1:], shape[1:])

    return takes


def _labelled(model: Model, trace: Trace, program: Program) -> Fits:
    """Return what tells whether an output, under its loss, takes such labels."""
    count = len(model.outputs)

    def takes(number: int, shape: Shape) -> bool:
        output = trace.outputs[number] if number < len(trace.outputs) else None
        loss = loss_of(program, model.uid, output_name(model, number), number, count)
        if not isinstance(output, tuple) or loss is None:
            return False
        return shape[1:] in ((), (1,)) if loss.kind == "sparse" else alike(output[1:], shape[1:])

    return takes


def _shapes(parts: Sequence[Part], count: int) -> Iterator[Shape]:
    """Yield the shapes of what is given in a list, in its order, where all of it is known."""
    by_place = {part.key: part.value for part in parts}
    for place in range(count):
        value = by_place.get(place)
        shape = value.shape if isinstance(value, Array) else None
        if (
            not isinstance(shape, tuple)
            or not shape
            or not all(isinstance(dim, int) for dim in shape[1:])
        ):
            return
        yield shape


def matching(takes: Fits, shapes: Sequence[Shape]) -> Order | None:
    """Return an order in which every input takes its array; `None` where there is none.

    A bipartite matching of inputs and places, by augmenting paths (Kuhn).
    """
    taken_by: dict[int, int] = {}

    def find(number: int, tried: set[int]) -> bool:
        for place, shape in enumerate(shapes):
            if place in tried or not takes(number, shape):
                continue
            tried.add(place)
            if place not in taken_by or find(taken_by[place], tried):
                taken_by[place] = number
                return True
        return False

    if not all(find(number, set()) for number in range(len(shapes))):
        return None
    return tuple(sorted(taken_by, key=taken_by.__getitem__))


def is_unique(takes: Fits, shapes: Sequence[Shape], order: Order) -> bool:
    """Return whether no other order fits: no inputs can pass their arrays around in a circle."""
    takes_from = {
        number: [
            other
            for other, place in enumerate(order)
            if other != number and takes(number, shapes[place])
        ]
        for number in range(len(order))
    }
    try:
        TopologicalSorter(takes_from).prepare()
    except CycleError:
        return False
    return True


def _swaps(parts: Sequence[Part], order: Order) -> tuple[Edit, ...] | None:
    """Return the edits that bring the data to its places, two by two; `None` where it takes more,
    or no place is known.
    """
    sites = {part.key: part.site for part in parts}
    edits: list[Edit] = []
    for place, other in enumerate(order):
        if place == other:
            continue
        pair = tuple(site for one in (place, other) if (site := sites.get(one)) is not None)
        if order[other] != place or len(pair) != 2:
            return None
        if place < other:
            edits.append(SwapData(pair))
    return tuple(edits)
