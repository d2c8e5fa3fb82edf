"""Data that is given in another order than the model has its inputs or outputs in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from kfix.checks.dims import alike
from kfix.checks.fault import Fault, Subject
from kfix.checks.heads import loss_at
from kfix.checks.samples import fitting
from kfix.findings.wrong_data import WrongData
from kfix.model.graph import Array, Shape
from kfix.model.program import Fit, Part
from kfix.model.record import Record
from kfix.model.unknown import all_integers
from kfix.shapes import show

Fits = Callable[[int, Shape], bool]
"""Whether the input or output of this number takes an array of this shape."""

Order = tuple[int, ...]
"""Of each input or output, in their order, the place of its array in the list that is given."""


class GivenOrder(Record):
    """What one call is given in another order: its parts, their shapes, and the order that fits.

    The order is `unique` if no other one fits.
    """

    fit: Fit
    parts: tuple[Part, ...]
    shapes: tuple[Shape, ...]
    order: Order
    unique: bool


class WrongOrder(Fault):
    """Data of one role, "x" or "y", that calls give in another order than the model takes it in."""

    finding: WrongData
    role: str
    given: tuple[GivenOrder, ...]


def wrong_orders(subject: Subject) -> Iterator[WrongOrder]:
    """Yield what the calls of a functional model are given in another order."""
    model = subject.model
    if not model.is_functional:
        return
    takes = {"x": _takes_data(subject), "y": _takes_labels(subject)}
    counts = {"x": len(model.inputs), "y": len(model.outputs)}
    for role, count in counts.items():
        given = [one for fit in subject.fits for one in _given(fit, role, count, takes[role])]
        if given:
            yield WrongOrder(_finding(subject, role, given[0]), role, tuple(given))


def _given(fit: Fit, role: str, count: int, takes: Fits) -> Iterator[GivenOrder]:
    """Yield what a call is given for a role in another order, as validation data too."""
    for aside in (False, True):
        parts = tuple(part for part in fit.parts if part.role == role and part.aside == aside)
        shapes = tuple(_shapes(parts, count))
        order = None
        if 1 < count == len(shapes):
            order = matching(takes, shapes)
        if order is None or all(takes(number, shape) for number, shape in enumerate(shapes)):
            continue
        yield GivenOrder(fit, parts, shapes, order, is_unique(takes, shapes, order))


def _finding(subject: Subject, role: str, given: GivenOrder) -> WrongData:
    trace = subject.trace
    what, ends = {"x": ("inputs", trace.inputs), "y": ("outputs", trace.outputs)}[role]
    wanted = ", ".join(show(end[1:]) for end in ends if isinstance(end, tuple))
    actual = ", ".join(show(shape[1:]) for shape in given.shapes)
    finding = WrongData(
        subject.model.name,
        f"{what} of {wanted} in this order",
        f"data of {actual}",
        method=given.fit.method,
    )
    finding.site = given.fit.site
    return finding


def _takes_data(subject: Subject) -> Fits:
    """Return the function that says whether an input takes such an array."""
    entries = dict(enumerate(subject.trace.inputs))

    def takes(number: int, shape: Shape) -> bool:
        entry = entries.get(number)
        return isinstance(entry, tuple) and fitting(entry[1:], shape[1:])

    return takes


def _takes_labels(subject: Subject) -> Fits:
    """Return the function that says whether an output, under its loss, takes such labels."""
    outputs = dict(enumerate(subject.trace.outputs))

    def takes(number: int, shape: Shape) -> bool:
        output = outputs.get(number)
        loss = loss_at(subject.model, subject.program, number)
        if not isinstance(output, tuple) or loss is None:
            return False
        if loss.kind == "sparse":
            return shape[1:] in ((), (1,))
        return alike(output[1:], shape[1:])

    return takes


def _shapes(parts: Sequence[Part], count: int) -> Iterator[Shape]:
    """Yield the shapes of what is given in a list, in its order, where all of it is known."""
    by_place = {part.key: part.value for part in parts}
    for place in range(count):
        match by_place.get(place):
            case Array(shape=tuple((_, *dims)) as shape) if all_integers(dims):
                yield shape
            case _:
                return


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
