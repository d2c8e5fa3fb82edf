"""Dot sums over an axis of which its two inputs have another size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from kfix.model.graph import Shape
from kfix.model.record import replace
from kfix.repair.axes import solve
from kfix.repair.candidate import Candidate, varied
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.arguments import value
from kfix.shapes.values import listed
from kfix.shapes.view import Step, nearest


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield as many units as the other side has, or an axis that both have in common."""
    step = conflict.written
    if step is None or step.function != "dot" or len(step.sources) != 2:
        return
    shapes = conflict.view.given(step)
    axes = _axes(step, shapes)
    if len(axes) == 2:
        if all(axis < len(shape) for axis, shape in zip(axes, shapes, strict=True)):
            yield from _lengths(conflict, step, shapes, axes)
        yield from _other_axes(conflict, step, shapes, axes)
        yield from _steps(conflict, step, shapes, axes)


def _axes(step: Step, shapes: Sequence[Shape]) -> list[int]:
    """Return the axes that are summed over, one of each input, which may have fewer."""
    given = listed(value(step.core, "axes"))
    pairs = zip((*given, *given), shapes, strict=False)
    ints = [(axis, len(shape)) for axis, shape in pairs if isinstance(axis, int)]
    return [axis + rank if axis < 0 else axis for axis, rank in ints]


def _steps(
    conflict: Conflict, step: Step, shapes: Sequence[Shape], axes: Sequence[int]
) -> Iterator[Candidate]:
    """Yield all steps of the recurrent layer before, where an input lacks the axis."""
    for source, shape, axis in zip(step.sources, shapes, axes, strict=True):
        last = nearest(conflict.view.back(source), lambda one: one.is_recurrent)
        if axis >= len(shape) and last is not None and last.returns_last:
            why = f"{step.cls} takes axis {axis}, and {last.cls} returns its last step only"
            yield from conflict.set([last], "return_sequences", True, "sequences-on", why)


def _lengths(
    conflict: Conflict, step: Step, shapes: Sequence[Shape], axes: Sequence[int]
) -> Iterator[Candidate]:
    """Yield the length of one input set to that of the other; either could be."""
    sizes = [shape[axis] for axis, shape in zip(axes, shapes, strict=True)]
    why = f"Dot sums over {sizes[0]} elements of one input and {sizes[1]} of the other"
    for which, source in enumerate(step.sources):
        want = sizes[1 - which]
        if isinstance(want, int) and axes[which] == len(shapes[which]) - 1:
            for candidate in solve(conflict, source, -1, want, "inner-units"):
                yield replace(candidate, sure=False, why=why)


def _other_axes(
    conflict: Conflict, step: Step, shapes: Sequence[Shape], axes: Sequence[int]
) -> Iterator[Candidate]:
    """Yield pairs of axes of one size: (2, 1) of a sequence and a vector, or an axis of both."""
    pairs = product(*(range(1, len(shape)) for shape in shapes))
    fitting = [
        (one, other)
        for one, other in pairs
        if shapes[0][one] == shapes[1][other] not in (1, None) and [one, other] != axes
    ]
    across = [(one, other) for one, other in fitting if one != other]
    for number, pair in enumerate(reversed(across)):
        why = f"axis {pair[0]} of one input and axis {pair[1]} of the other have the same size"
        found = conflict.set([step], "axes", pair, "dot-axes", why, price("next") * number)
        yield from varied(found, sure=len(across) == 1)
    lacking = any(axis >= len(shape) for axis, shape in zip(axes, shapes, strict=True))
    if lacking and not fitting and len({len(shape) for shape in shapes}) == 1:
        why = f"{step.cls} takes an axis that its inputs do not have: the last one"
        for one in conflict.set([step], "axes", len(shapes[0]) - 1, "knob", why):
            yield replace(one, reached=False)
    for axis, _ in set(fitting) - set(across):
        why = f"the inputs have the same size on axis {axis}"
        yield from conflict.set([step], "axes", axis, "knob", why)
