"""A window is larger than what is left of the map."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from kfix.model.graph import Shape
from kfix.model.record import replace
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.input_order import input_order
from kfix.repair.candidates.kernels import old_kernels
from kfix.repair.conflict import Conflict
from kfix.repair.numbers import most
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
    why = f"the feature map is too small for {step.cls}"
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
