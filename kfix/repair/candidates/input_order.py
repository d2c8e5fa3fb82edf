"""The axes of an input in another order: channels first in a model that counts them last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.checks.samples import CHANNELS
from kfix.model.graph import Dim, Shape
from kfix.model.record import replace
from kfix.repair.candidate import Candidate, varied
from kfix.repair.candidates.kernels import old_kernels
from kfix.repair.conflict import Conflict
from kfix.repair.numbers import most
from kfix.repair.prices import price
from kfix.shapes.arguments import value
from kfix.shapes.view import Step


def input_order(conflict: Conflict, step: Step | None) -> Iterator[Candidate]:
    """Yield the input, or what a Reshape lays out, with its channels last.

    Only of a model that counts them last.
    """
    yield from _laid_out_order(conflict)
    entry = conflict.entry(step)
    if entry is None or len(entry) < 3:
        return
    first, *_, last = dims = entry[1:]
    if len(dims) == 2:
        yield from _steps_last(conflict, step, first, last)
    elif any(found.orders_axes and found.channels_first for found in conflict.view.steps):
        return  # which is stated already
    elif _is_channels(first) and (last is None or (isinstance(last, int) and last > 4)):
        yield from _channels_last(conflict, step, dims)
        yield from _channels_first(conflict, dims)
    elif first != last:
        why = "the axes of the input in another order"
        yield from conflict.set_input(step, (*dims[1:], first), "input-axes", why)


def _is_channels(dim: Dim) -> bool:
    return isinstance(dim, int) and dim in CHANNELS


def _steps_last(
    conflict: Conflict, step: Step | None, first: Dim, last: Dim
) -> Iterator[Candidate]:
    """Yield the two axes of a sequence exchanged."""
    if not isinstance(first, int) or not isinstance(last, int) or first == last:
        return
    why, key = (
        f"the axes of the input in the other order: {(last, first)} in place of {(first, last)}",
        "input-axes",
    )
    if first == 1 and _slides(conflict):
        why, key = (
            f"{(first, last)} is one step, along which no window can move: {last} steps of one "
            "feature",
            "input-order",
        )
    yield from conflict.set_input(step, (last, first), key, why)


def _channels_last(conflict: Conflict, step: Step | None, dims: Shape) -> Iterator[Candidate]:
    """Yield the input with its channels last, with kernels as Keras 1 wrote them beside it."""
    why = f"{dims} has its channels first, and Keras counts them last by default"
    kernels = next(old_kernels(conflict, conflict.view.steps), None)
    for candidate in conflict.set_input(step, (*dims[1:], dims[0]), "input-order", why):
        if kernels is None:
            yield candidate
            continue
        both = (*candidate.edits, *kernels.edits)  # both are of Keras 1, and go together
        yield Candidate(both, candidate.cost, f"{why}; {kernels.why}")
        yield replace(candidate, cost=candidate.cost + price("bridge"))


def _channels_first(conflict: Conflict, dims: Shape) -> Iterator[Candidate]:
    """Yield `data_format` of every layer of the feature map, where none states another."""
    ordering = [found for found in conflict.view.steps if found.orders_axes]
    stated = {value(found.core, "data_format") for found in ordering}
    if ordering and stated <= {None, "channels_last"}:
        why = f"{dims} has its channels first, which every layer of the feature map can be given"
        ordered = conflict.set(ordering, "data_format", "channels_first", "input-format", why)
        yield from varied(ordered, sure=False)


def _laid_out_order(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the dims of a Reshape before a convolution with the channels last."""
    for step in (found for found in conflict.view.steps if len(found.laid_out) == 3):
        (first, *space), behind = step.laid_out, conflict.view.following(step)
        if behind is None or not behind.orders_axes or behind.channels_first:
            continue
        if _leads(first, space):
            why = f"{step.laid_out} has its channels first, and {behind.cls} counts them last"
            new = (*space, first)
            yield from conflict.set([step], "target_shape", new, "input-order", why)


def _leads(first: object, space: Sequence[object]) -> bool:
    """Return whether the first of three dims is the channels of a map: few, or of a square."""
    sizes = [dim for dim in space if isinstance(dim, int) and dim > 1]
    if not isinstance(first, int) or first < 1 or len(sizes) < len(space):
        return False
    return (first in CHANNELS and min(sizes) > 4) or (len(set(sizes)) == 1 and first not in sizes)


def _slides(conflict: Conflict) -> bool:
    """Return whether the model begins with a convolution of several steps at a time."""
    first = conflict.view.opening
    if first is None or first.wrapped or not first.is_convolution:
        return False
    return most(value(first.core, "kernel_size")) > 1
