"""A window is larger than what is left of the map."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from kfix.model.graph import Shape
from kfix.model.record import replace
from kfix.repair.candidate import Candidate, made, varied
from kfix.repair.candidates.kernels import old_kernels
from kfix.repair.conflict import Conflict
from kfix.repair.numbers import CHANNELS, most
from kfix.repair.prices import price
from kfix.repair.resize import Ask, entries, resized
from kfix.repair.trail import LARGEST, Size
from kfix.shapes.arguments import value
from kfix.shapes.variation import output_with
from kfix.shapes.view import Step


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the order of the axes, turns of the layers, and a larger input."""
    if conflict.fed is None:
        return
    step, shape = conflict.fed
    why = f"the map is too small for {step.cls}"
    yield from input_order(conflict, step)
    yield from old_kernels(conflict, conflict.view.steps)
    source = step.sources[0] if step.sources else -1
    ask = Ask(source, least_sizes(conflict, step, shape), why)
    yield from resized(conflict, ask, step)
    yield from _all_windows(conflict, step, why)
    if step.cls.startswith("Cropping"):
        yield from made(conflict.remove(step), "remove", f"{why}: it would cut off all there is")
    yield from entries(conflict, replace(ask, why=f"{why}: a larger input"))


def least_sizes(conflict: Conflict, step: Step, shape: Shape) -> dict[int, Size]:
    """Return for each axis the least size that the step takes, whatever the other sizes are."""
    found = {}
    for axis, dim in enumerate(shape[1:], 1):

        def takes(size: int, axis: int = axis) -> bool:
            large = (LARGEST,) * (len(shape) - 1)
            tried = (shape[0], *large[: axis - 1], size, *large[axis:])
            return output_with(conflict.tracer, step.core, tried) is not None

        if isinstance(dim, int):
            least = bisect_left(range(1, LARGEST), True, key=takes) + 1
            found[axis] = Size(int(dim < least), min(dim, least), LARGEST)
    return found


def _all_windows(conflict: Conflict, step: Step, why: str) -> Iterator[Candidate]:
    """Yield padding='same' on the convolutions before and behind."""
    before = [found for found in conflict.view.spine(step.place) if _valid(found)]
    behind = [found for found in conflict.view.after(step) if _valid(found)]
    if behind:
        all_ = f"{why}: with padding='same' all the convolutions keep its size"
        yield from conflict.set(
            [*before, *behind], "padding", "same", "same", all_, price("bridge")
        )


def input_order(conflict: Conflict, step: Step | None) -> Iterator[Candidate]:
    """Yield the input, or what a Reshape lays out, with its channels last, where the model counts
    them last.
    """
    yield from _laid_out_order(conflict)
    entry = conflict.view.entry
    if entry is None or len(entry) < 3:
        return
    dims = entry[1:]
    first, last = dims[0], dims[-1]
    if len(dims) == 2:
        if isinstance(first, int) and isinstance(last, int) and first != last:
            why = (
                f"the axes of the input in the other order: {(last, first)} in place of "
                f"{(first, last)}"
            )
            key = "input-axes"
            if first == 1 and _slides(conflict):
                why, key = (
                    f"{dims} is one step, along which no window can move: {last} steps "
                    "of one number",
                    "input-order",
                )
            yield from conflict.set_input(step, (last, first), key, why)
        return
    ordering = [found for found in conflict.view.steps if found.orders_axes]
    if any(found.channels_first for found in ordering):
        return  # which is said already
    if (
        isinstance(first, int)
        and first in CHANNELS
        and (last is None or (isinstance(last, int) and last > 4))
    ):
        why = f"{dims} has its channels first, and Keras counts them last by default"
        kernels = next(old_kernels(conflict, conflict.view.steps), None)
        for candidate in conflict.set_input(step, (*dims[1:], first), "input-order", why):
            if kernels is not None:  # both are of Keras 1, and go together
                both = (*candidate.edits, *kernels.edits)
                yield Candidate(both, candidate.cost, f"{why}; {kernels.why}")
                candidate = replace(candidate, cost=candidate.cost + price("bridge"))
            yield candidate
        if ordering and all(
            value(found.core, "data_format") in (None, "channels_last") for found in ordering
        ):
            where = (
                f"{dims} has its channels first, which every layer of the feature map can be given"
            )
            ordered = conflict.set(ordering, "data_format", "channels_first", "input-format", where)
            yield from varied(ordered, sure=False)
    elif first != last:
        yield from conflict.set_input(
            step, (*dims[1:], first), "input-axes", "the axes of the input in another order"
        )


def _laid_out_order(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the dims of a Reshape before a convolution with the channels last."""
    for step in conflict.view.steps:
        dims = value(step.core, "target_shape") if step.cls == "Reshape" else None
        if not isinstance(dims, tuple | list):
            continue
        behind = next((one for one in conflict.view.after(step) if not one.keeps), None)
        if behind is None or not behind.orders_axes:
            continue
        first, *space = dims
        if not behind.channels_first and len(dims) == 3 and _leads(first, space):
            why = f"{tuple(dims)} has its channels first, and {behind.cls} counts them last"
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
    first = next(
        (step for step in conflict.view.steps if not step.is_input and not step.keeps), None
    )
    return (
        first is not None
        and first.is_convolution
        and not first.wrapped
        and most(value(first.core, "kernel_size")) > 1
    )


def _valid(step: Step) -> bool:
    return (step.is_convolution or step.is_film) and not step.made and loses_border(step)


def padding_of(step: Step) -> object:
    """Return its padding, in small letters."""
    found = value(step.core, "padding")
    return found.lower() if isinstance(found, str) else found


def loses_border(step: Step) -> bool:
    """Return whether its output is smaller than its input by the border of its window."""
    return padding_of(step) == "valid" and wide(step)


def wide(step: Step) -> bool:
    """Return whether its window reaches over the border, as that of a 1×1 convolution does not."""
    return most(value(step.core, "kernel_size")) > 1
