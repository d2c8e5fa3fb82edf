"""What each rule states of its axes, against its own shapes: one axis or one argument is varied at
a time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from kfix.model.graph import Argument, Layer, Shape
from kfix.model.record import replace
from kfix.shapes import Tracer, signatures
from kfix.shapes.effects import Axis, Effect, Kind
from kfix.shapes.registry import effects_of, rule_of
from tests.shapes.cases import draw_case
from tests.shapes.judge import kfix_layer, unknown_within

DRAWS = 40
WITHOUT = {"Lambda", "InputLayer", "Layer", "Wrapper"}
"""Classes whose rule says nothing of axes: what they give is the program's own, or there is no
input.
"""

Inputs = tuple[tuple[str | None, object], ...]


class Seeded:
    """Chooses by a seeded generator."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def choice(self, values: Sequence[Any]) -> Any:
        return values[self._random.randrange(len(values))]

    def chance(self, percent: int) -> bool:
        return self._random.randrange(100) < percent


def classes() -> list[str]:
    found = []
    for cls in signatures.layer_names():
        rule = rule_of(cls)
        if rule is not None and not rule.why_unknown and cls not in WITHOUT:
            found.append(cls)
    return found


def shapes_in(value: object) -> Iterator[Shape]:
    """Return the shapes in the arguments of a call, in their order."""
    if isinstance(value, tuple) and all(dim is None or isinstance(dim, int) for dim in value):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from shapes_in(item)


def varied(value: object, at: Axis, dim: int) -> object:
    """Return the arguments of a call with one axis of one shape set."""
    count = -1

    def walk(value: object) -> object:
        nonlocal count
        if isinstance(value, tuple) and all(dim is None or isinstance(dim, int) for dim in value):
            count += 1
            if count == at[0]:
                return (*value[: at[1]], dim, *value[at[1] + 1 :])
            return value
        if isinstance(value, list | tuple):
            return type(value)(walk(item) for item in value)
        return value

    return walk(value)


def output(layer: Layer, inputs: Inputs) -> Shape | None:
    """Return the first output if it is known."""
    traced = Tracer(3).use(layer, inputs)
    if traced.status != "known" or unknown_within(traced.outputs):
        return None
    first = traced.outputs[0] if isinstance(traced.outputs, list) else traced.outputs
    return first if isinstance(first, tuple) else None


def effects(layer: Layer, inputs: Inputs, rank: int) -> tuple[Effect, ...]:
    tracer = Tracer(3)
    shapes = list(shapes_in([value for _, value in inputs]))
    return effects_of(tracer.bound(layer).called_with(inputs, tracer), shapes, rank)


def drawn(cls: str) -> Iterator[tuple[Layer, Inputs, Shape]]:
    """Layers of a class, with a call that each takes."""
    for seed in range(DRAWS):
        case = draw_case(Seeded(f"{cls} {seed}"), cls, odds=(0,), spoil=False)
        layer = kfix_layer(case)
        found = output(layer, case.inputs)
        if found is not None and all(value is not None for _, value in case.inputs):
            yield layer, case.inputs, found


def others(value: object) -> Iterator[object]:
    """Other values for an argument of numbers, each with one of them changed."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield from (value + 1, value * 2, value - 1)
    elif isinstance(value, tuple | list):
        for place, item in enumerate(value):
            for other in others(item):
                yield type(value)((*value[:place], other, *value[place + 1 :]))


@pytest.mark.parametrize("cls", classes())
def test_axes(cls: str) -> None:
    """An axis that changes with an input axis is stated to come from it, and a kept one takes its
    size.
    """
    seen = 0
    for layer, inputs, before in drawn(cls):
        stated = effects(layer, inputs, len(before))
        assert len(stated) == len(before), f"{layer} on {inputs}: {before}, {stated}"
        shapes = list(shapes_in([value for _, value in inputs]))
        for of, shape in enumerate(shapes):
            for axis, dim in enumerate(shape):
                for more in (1, 4, 12) if isinstance(dim, int) else ():
                    changed = varied(inputs, (of, axis), dim + more)
                    after = output(layer, changed)  # type: ignore[arg-type]
                    if after is None or len(after) != len(before):
                        continue
                    for place, effect in enumerate(stated):
                        said = f"{layer} on {inputs}: axis {place} {effect}, {before} -> {after}"
                        if before[place] != after[place]:
                            assert (of, axis) in effect.axes, said
                        if effect.kind is Kind.KEPT and effect.axes == ((of, axis),):
                            assert after[place] == dim + more, said
                            seen += 1
        seen += any(effect.kind is not Kind.KEPT for effect in stated)
    assert seen


@pytest.mark.parametrize("cls", classes())
def test_arguments(cls: str) -> None:
    """An axis that changes with an argument is stated to be decided or scaled by it."""
    for layer, inputs, before in drawn(cls):
        stated = effects(layer, inputs, len(before))
        bound = Tracer(3).bound(layer)
        for name, argument in bound.given.items():
            for value in others(argument.value):
                arguments = tuple(
                    Argument(one.keyword, value) if one is argument else one
                    for one in layer.arguments
                )
                after = output(replace(layer, arguments=arguments), inputs)
                if after is None or len(after) != len(before):
                    continue
                for place, effect in enumerate(stated):
                    said = f"{layer} on {inputs}: {name}={value}, {effect}, {before} -> {after}"
                    assert before[place] == after[place] or name in effect.arguments, said


@pytest.mark.parametrize(
    "cls", ["Dense", "Conv2D", "LSTM", "Embedding", "RepeatVector", "Resizing"]
)
def test_what_is_decided_is_not_taken_from_the_input(cls: str) -> None:
    decided = 0
    for layer, inputs, before in drawn(cls):
        for effect in effects(layer, inputs, len(before)):
            if effect.kind is Kind.DECIDED:
                decided += 1
                assert effect.arguments
                assert not effect.axes
    assert decided


def test_every_class_of_keras_states_its_effects() -> None:
    silent = [cls for cls in classes() if getattr(rule_of(cls), "effects", None) is None]
    assert silent == []
