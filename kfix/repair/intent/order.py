"""Data that is given in another order than the model has its inputs or outputs in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations

from kfix.edits.base import Edit
from kfix.edits.swap_data import SwapData
from kfix.findings.wrong_data import WrongData
from kfix.model.graph import Array, Fit, Model, Part, Program, Shape
from kfix.repair.intent.found import Cure, Intent
from kfix.repair.intent.heads import output_name
from kfix.repair.intent.labels import alike
from kfix.repair.intent.loss import loss_of
from kfix.repair.intent.wraps import fitting
from kfix.repair.prices import price
from kfix.shapes import Trace, show

MOST = 4
"""Inputs or outputs of which every order is tried."""

Fits = Callable[[int, Shape], bool]


def read(
    intent: Intent, model: Model, trace: Trace, fits: Sequence[Fit], program: Program
) -> frozenset[str]:
    """Finds what is given in another order; says of which of "x" and "y" there is nothing else to say."""
    found: dict[str, list[tuple[Fit, tuple[Edit, ...] | None, list[Shape]]]] = {"x": [], "y": []}
    if not model.is_functional:
        return frozenset()
    for role, takes, count in (
        ("x", _taken(trace), len(model.inputs)),
        ("y", _labelled(model, trace, program), len(model.outputs)),
    ):
        for fit in fits if 1 < count <= MOST else ():
            for aside in (False, True):
                parts = [part for part in fit.parts if part.role == role and part.aside == aside]
                shapes = list(_shapes(parts, count))
                order = _order(takes, shapes) if len(shapes) == count else None
                if order is not None:
                    found[role].append((fit, _swaps(parts, order), shapes))
        if found[role]:
            _told(intent, model, trace, role, found[role])
    return frozenset(role for role in found if found[role])


def _told(
    intent: Intent,
    model: Model,
    trace: Trace,
    role: str,
    found: Sequence[tuple[Fit, tuple[Edit, ...] | None, list[Shape]]],
) -> None:
    what, ends = ("inputs", trace.inputs) if role == "x" else ("outputs", trace.outputs)
    fit, _, shapes = found[0]
    wanted = ", ".join(show(end[1:]) for end in ends if isinstance(end, tuple))
    given = ", ".join(show(shape[1:]) for shape in shapes)
    wrong = WrongData(
        model.name, f"{what} of {wanted} in this order", f"data of {given}", method=fit.method
    )
    wrong.site = fit.site
    intent.findings.append(wrong)
    edits = [swaps for _, swaps, _ in found]
    if all(swaps is not None for swaps in edits):
        made = tuple(dict.fromkeys(edit for swaps in edits for edit in swaps or ()))
        intent.also.append(Cure(made, price("swap"), f"the data goes in the order of the {what}"))
    else:
        intent.advise(f"give {fit.method} its data in the order of the {what} of the model")


def _taken(trace: Trace) -> Fits:
    """Does an input take such an array?"""

    def takes(number: int, shape: Shape) -> bool:
        entry = trace.inputs[number] if number < len(trace.inputs) else None
        return isinstance(entry, tuple) and fitting(entry[1:], shape[1:])

    return takes


def _labelled(model: Model, trace: Trace, program: Program) -> Fits:
    """Does an output, under its loss, take such labels?"""
    count = len(model.outputs)

    def takes(number: int, shape: Shape) -> bool:
        output = trace.outputs[number] if number < len(trace.outputs) else None
        loss = loss_of(program, model.uid, output_name(model, number), number, count)
        if not isinstance(output, tuple) or loss is None:
            return False
        return shape[1:] in ((), (1,)) if loss.kind == "sparse" else alike(output[1:], shape[1:])

    return takes


def _shapes(parts: Sequence[Part], count: int) -> Iterator[Shape]:
    """The shapes of what is given in a list, in its order, where all of it is known."""
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


def _order(takes: Fits, shapes: Sequence[Shape]) -> tuple[int, ...] | None:
    """The one other order in which all fits: of each input, the place of its array in the list."""
    places = range(len(shapes))
    right = [
        order
        for order in permutations(places)
        if all(takes(n, shapes[place]) for n, place in enumerate(order))
    ]
    return right[0] if len(right) == 1 and right[0] != tuple(places) else None


def _swaps(parts: Sequence[Part], order: tuple[int, ...]) -> tuple[Edit, ...] | None:
    """The edits that bring two things to each other's place; `None` where it takes more, or no place is known."""
    sites = {part.key: part.site for part in parts}
    moved = [place for place in range(len(order)) if order[place] != place]
    pair = tuple(site for place in moved if (site := sites.get(place)) is not None)
    return (SwapData(pair),) if len(moved) == len(pair) == 2 else None
