"""Arrays that an assignment gives to its names in the wrong order: training and test, x and y."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import combinations

from kfix.checks.dims import agree
from kfix.checks.fault import Subject
from kfix.checks.samples import fitting, same_count
from kfix.edits.swap_data import SwapData
from kfix.model.graph import Array, Shape
from kfix.model.origin import CannotEvaluate, evaluate, with_fixed
from kfix.model.program import Fit, Part, Unpacking
from kfix.model.record import replace
from kfix.repair.candidate import Candidate
from kfix.repair.prices import price

Instead = Mapping[int, object]
"""What stands in the place of an array, by its `id`."""


def taken_in_order(subject: Subject) -> Candidate | None:
    """Return two names of one assignment exchanged, where only then every call gives what fits."""
    if _fits(subject, {}):
        return None
    for unpacking in subject.program.unpackings:
        for one, other in _pairs(unpacking):
            first, second = unpacking.values[one], unpacking.values[other]
            if first.sample == second.sample:
                continue  # two parts of one array: it is the call that takes the wrong one
            if _fits(subject, {id(first): second, id(second): first}):
                edit = SwapData((unpacking.sites[one], unpacking.sites[other]))
                why = "the arrays are returned in another order than that of the names"
                return Candidate((edit,), price("swap"), why)
    return None


def _pairs(unpacking: Unpacking) -> Iterator[tuple[int, int]]:
    """Yield the places of two names: where each array is returned in two parts, the middle ones."""
    pairs = combinations(range(len(unpacking.values)), 2)
    yield from sorted(pairs, key=lambda pair: pair != (1, 2))


def _fits(subject: Subject, instead: Instead) -> bool:
    """Return whether every call gives samples, and as many labels, as far as that is known."""
    return all(
        _fits_call(subject, fit, aside, instead) for fit in subject.fits for aside in (False, True)
    )


def _fits_call(subject: Subject, fit: Fit, aside: bool, instead: Instead) -> bool:
    xs, ys = ([_shape(part, instead) for part in fit.given(role, aside)] for role in ("x", "y"))
    if len(xs) != 1 or subject.trace.input is None:
        return True
    [x] = xs
    if x is not None and not (x and fitting(subject.trace.input[1:], x[1:])):
        return False
    return all(_are_labels(subject, y, x) for y in ys if x is not None and y is not None)


def _are_labels(subject: Subject, y: Shape, x: Shape) -> bool:
    """Return whether there is a label for each sample, and not a sample once more."""
    output = subject.trace.output or ()
    one_each = y[1:] in ((), (1,)) or agree(output[1:], y[1:])
    return one_each and bool(y) and same_count(x[0], y[0])


def _shape(part: Part, instead: Instead) -> Shape | None:
    """Return the shape of a part, `None` where it is unknown."""
    value = instead.get(id(part.value), part.value)
    if value is part.value and isinstance(value, Array) and value.origin is not None and instead:
        with suppress(CannotEvaluate):
            value = replace(value, shape=evaluate(with_fixed(value.origin, instead), {}))
    shape = value.shape if isinstance(value, Array) else None
    return shape if isinstance(shape, tuple) else None
