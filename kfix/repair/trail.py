"""Sizes walked back along the layers that scale them, with what each layer must be given for them.

The effects of a rule (`kfix.shapes.effects`) say which axis of the input an axis comes from. The
rule itself is asked what it gives for other values, and which sizes it needs for those wanted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import NamedTuple

from kfix.findings import Finding
from kfix.model.graph import Array, Dim, Shape
from kfix.model.record import Value
from kfix.model.unknown import UnknownUsed
from kfix.repair.conflict import Conflict
from kfix.shapes.effects import Effect, Kind, elementwise, kept
from kfix.shapes.effects import new as new_axis
from kfix.shapes.operations.effects import effects_of_call, result_of
from kfix.shapes.registry import effects_of
from kfix.shapes.variation import output_with, spelling
from kfix.shapes.view import Step

MOST_STEPS = 200
"""Layers that one walk passes."""

LARGEST = 1 << 16
"""No size above this is wanted of an axis."""


class Size(NamedTuple):
    """What an axis is to become: larger (1), smaller (-1) or as it is (0), and the sizes that do.

    There are none where `least` is above `most`; nobody knows them where `known` is false.
    """

    sign: int
    least: int = 1
    most: int = 0
    known: bool = True

    @property
    def possible(self) -> bool:
        """Whether there is a size that does, and it is known."""
        return self.known and self.least <= self.most

    @property
    def exact(self) -> bool:
        """Whether another size is wanted, and one alone does."""
        return self.sign != 0 and self.least == self.most

    def holds(self, number: int) -> bool:
        """Return whether a size is known to do."""
        return self.known and self.least <= number <= self.most


Want = Mapping[int, Size]
"""By axis, the batch included, what a tensor is to have."""


def moves(want: Want) -> bool:
    """Return whether another size of an axis is wanted."""
    return any(size.sign for size in want.values())


class Stage(Value):
    """A step that the sizes pass, what is wanted of its output, and where its axes come from."""

    step: Step
    want: Want
    effects: tuple[Effect, ...]

    @property
    def scaled(self) -> tuple[str, ...]:
        """The arguments by which the step scales an axis of which another size is wanted."""
        effects = (self.effects[axis : axis + 1] for axis, size in self.want.items() if size.sign)
        scaling = (one for one in chain.from_iterable(effects) if one.kind is Kind.SCALED)
        return tuple(dict.fromkeys(name for one in scaling for name in one.arguments))

    def verdict(self, new: Shape | None) -> bool | None:
        """Return what another shape of the output is to what is wanted, as `verdict` does."""
        return verdict(self.want, self.step.shape_out or (), new)


def sizes_for(have: Sequence[Dim], want: Sequence[object], first: int = 1) -> dict[int, Size]:
    """Return what is wanted of axes from `first` on, where both sizes are integers."""
    found = {}
    for axis, (old, new) in enumerate(zip(have, want, strict=True), first):
        if isinstance(old, int) and isinstance(new, int):
            found[axis] = Size((new > old) - (new < old), new, new)
    return found


class Walk(NamedTuple):
    """The stages of a walk, and where it came to: the place, and what is wanted there."""

    stages: tuple[Stage, ...]
    place: int
    want: Want


def trail(conflict: Conflict, place: int, want: Want) -> tuple[Stage, ...]:
    """Return the steps back from a place, as long as they keep or scale the axes.

    The one that decides them is the last.
    """
    return _walk(conflict, place, want).stages


def entry_want(conflict: Conflict, place: int, want: Want) -> Want:
    """Return what is wanted of the model's own input; nothing where the walk does not reach it."""
    stages, end, found = _walk(conflict, place, want)
    if stages and stages[-1].step.is_input:
        return stages[-1].want
    return found if end < 0 else {}


def _walk(conflict: Conflict, place: int, want: Want) -> Walk:
    key = (place, *want.items())
    found = conflict.walks.get(key)
    if not isinstance(found, Walk):
        found = conflict.walks[key] = _walked(conflict, place, want)
    return found


def _walked(conflict: Conflict, place: int, want: Want) -> Walk:
    stages: list[Stage] = []
    for _ in range(MOST_STEPS):
        if place < 0 or not moves(want):
            break
        step = conflict.view.steps[place]
        stage = Stage(step, want, effects_at(conflict, step))
        stages.append(stage)
        if max(want) >= len(stage.effects):
            break
        place, want = _back(conflict, stage)
    return Walk(tuple(stages), place, want)


def verdict(want: Want, old: Shape, new: Shape | None) -> bool | None:
    """Return whether a new shape has the sizes wanted; `None` where it is not even nearer."""
    if new is None or len(new) != len(old):
        return None
    nearer, reached = False, True
    for axis, size in want.items():
        before, after = old[axis], new[axis]
        if not isinstance(before, int) or not isinstance(after, int):
            return None
        way = (after > before) - (after < before)
        inside = size.holds(after)
        if way not in (0, size.sign) and not inside:
            return None
        nearer = nearer or way == size.sign != 0
        reached = reached and (inside or not size.known)
    return reached if nearer else None


def _back(conflict: Conflict, stage: Stage) -> tuple[int, Want]:
    """Return the place before a stage, and what is wanted there."""
    step, view = stage.step, conflict.view
    found: dict[int, dict[int, Size]] = {}
    for axis, size in stage.want.items():
        effect = stage.effects[axis]
        for of, source in effect.axes if len(effect.axes) == 1 else ():
            if effect.kind is Kind.KEPT:
                found.setdefault(of, {})[source] = size
            elif effect.kind is Kind.SCALED:
                found.setdefault(of, {})[source] = _needed(conflict, stage, axis, of, source)
    moving = [of for of, want in found.items() if moves(want)]
    if not step.sources:
        return -1, {}
    if len(moving) == 1:
        return step.sources[moving[0]], found[moving[0]]
    shared = view.at(view.parting(step)) if step.is_merge else None
    return (-1, {}) if shared is None else (shared.place, _behind_parting(stage, shared))


def _behind_parting(stage: Stage, shared: Step) -> Want:
    """Return what is wanted where the inputs of a merge part, if the sizes come through."""
    shape, output = shared.shape_out or (), stage.step.shape_out or ()
    if len(shape) != len(output) or not shape:
        return {}
    return {
        axis: size if shape[axis] == output[axis] else Size(size.sign, known=False)
        for axis, size in stage.want.items()
    }


def _needed(conflict: Conflict, stage: Stage, axis: int, of: int, source: int) -> Size:
    """Return the sizes of an input axis for which a step gives the sizes wanted."""
    step, size, tracer = stage.step, stage.want[axis], conflict.tracer
    given = conflict.view.given(step)
    if not size.known or step.shape_out is None or step.wrapped:
        return Size(size.sign, known=False)

    def gives(number: int) -> int:
        shape = (*given[of][:source], number, *given[of][source + 1 :])
        if step.layer.is_operation:
            shapes = [*given[:of], shape, *given[of + 1 :]]
            output = result_of(step.layer.cls, step.node.args, shapes)
        else:
            output = output_with(tracer, step.core, shape)
        dim = output[axis] if output is not None else 0
        return dim if isinstance(dim, int) else 0

    have, now = given[of][source], step.shape_out[axis]
    if step.layer.is_operation:
        return _searched(gives, size, have, now)
    key = (spelling(tracer, step.core), given[of], axis, size)
    if key not in tracer.variations:
        tracer.variations[key] = _searched(gives, size, have, now)
    return tracer.variations[key]  # type: ignore[return-value]


def _searched(gives: Callable[[int], int], size: Size, have: Dim, now: Dim) -> Size:
    """Return the sizes for which a function that only grows gives the sizes wanted."""
    shift = have - now if isinstance(have, int) and isinstance(now, int) else 0
    by = _ratio(have, now)
    top = min(LARGEST, 8 + 2 * by * max(size.most, 1))

    def first(wanted: int) -> int:
        """Return the first size for which at least that much is given; likely ones are tried."""
        for guess in (wanted + shift, wanted * by, (wanted - 1) * by + 1):
            if 0 < guess < top and gives(guess) >= wanted > gives(guess - 1):
                return guess
        return bisect_left(range(top), True, key=lambda number: gives(number) >= wanted)

    return Size(size.sign, first(size.least), first(size.most + 1) - 1)


def _ratio(given: Dim, output: Dim) -> int:
    """Return by how much a size is divided, at least by 1."""
    if isinstance(given, int) and isinstance(output, int) and output > 0:
        return max(1, -(-given // output))
    return 1


def effects_at(conflict: Conflict, step: Step) -> tuple[Effect, ...]:
    """Return the effects of a step on each axis of its output; none where they are not known."""
    output, shapes = step.shape_out, conflict.view.given(step)
    if not step.sources:
        shapes = [array.shape for array in array_given(step) if isinstance(array.shape, tuple)]
    if output is None or not shapes or len(shapes) != max(1, len(step.sources)):
        return ()
    if step.layer.is_operation:
        return effects_of_call(step.layer.cls, step.node.args, shapes)
    if not step.layer.is_keras_layer or not step.names:
        if len(shapes) == 1:
            return _passed(shapes[0], output)
        alike = all(shape == output for shape in shapes)
        return tuple(elementwise(None, shapes)) if alike else ()
    return effects_on(conflict, step, shapes, len(output))


def array_given(step: Step) -> list[Array]:
    """Return the array that a layer is called on, as an Embedding of positions is."""
    arrays = [value for _, value in step.node.args if isinstance(value, Array)]
    return arrays if len(arrays) == 1 and not step.sources else []


def effects_on(
    conflict: Conflict, step: Step, shapes: Sequence[Shape], rank: int | None = None
) -> tuple[Effect, ...]:
    """Return what the rule of a layer states for what it is given, be it refused or not."""
    tracer = conflict.tracer
    if not shapes or not step.names:
        return ()
    with suppress(Finding, UnknownUsed):
        bound = tracer.bound(step.layer).called_with((), tracer)
        return effects_of(bound, shapes, rank or len(shapes[0]))
    return ()


def _passed(shape: Shape, output: Shape) -> tuple[Effect, ...]:
    """Return the effects of what is not a layer of Keras: axes of one size are kept."""
    if len(shape) != len(output):
        return ()
    pairs = zip(shape, output, strict=True)
    return tuple(
        kept(axis) if old == size else new_axis() for axis, (old, size) in enumerate(pairs)
    )
