"""Dot sums over an axis of which its two inputs have another size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from kfix.model.graph import Shape
from kfix.model.record import replace
from kfix.repair.axes import solve
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.arguments import value
from kfix.shapes.view import Step


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield as many units as the other side has, or an axis that both have in common."""
    step = conflict.step
    if (
        step is None
        or step.inserted
        or step.cls.rpartition(".")[2].lower() != "dot"
        or len(step.sources) != 2
    ):
        return
    shapes = conflict.view.given(step)
    if len(shapes) != 2:
        return
    given = value(step.core, "axes")
    both = list(given) if isinstance(given, tuple | list) and len(given) == 2 else [given, given]
    axes = [
        axis % len(shape) for axis, shape in zip(both, shapes, strict=True) if isinstance(axis, int)
    ]
    if len(axes) != 2:
        return
    sizes = [shape[axis] for axis, shape in zip(axes, shapes, strict=True)]
    for which, source in enumerate(step.sources):
        want, last = sizes[1 - which], len(shapes[which]) - 1
        if isinstance(want, int) and source >= 0 and axes[which] == last:
            for candidate in solve(conflict, source, -1, want, "inner-units"):
                why = f"Dot sums over {sizes[0]} numbers of one input and {sizes[1]} of the other"
                yield replace(candidate, sure=False, why=why)  # either could be set to the other
    if len(shapes[0]) == len(shapes[1]):
        for axis in range(1, len(shapes[0])):
            if shapes[0][axis] == shapes[1][axis] not in (1, None) and [axis, axis] != axes:
                why = f"the inputs have the same size on axis {axis} alone"
                yield from conflict.set([step], "axes", axis, "knob", why)
    yield from _across(conflict, step, shapes)


def _across(conflict: Conflict, step: Step, shapes: Sequence[Shape]) -> Iterator[Candidate]:
    """Yield the pairs of different axes of one size: (2, 1) of a sequence and a vector."""
    pairs = [
        (one, other)
        for one, other in product(*(range(1, len(shape)) for shape in shapes))
        if one != other and shapes[0][one] == shapes[1][other] not in (1, None)
    ]
    for number, pair in enumerate(reversed(pairs)):
        why = f"axis {pair[0]} of one input and axis {pair[1]} of the other have the same size"
        more = price("next") * number
        for candidate in conflict.set([step], "axes", pair, "dot-axes", why, more):
            yield replace(candidate, sure=len(pairs) == 1)
