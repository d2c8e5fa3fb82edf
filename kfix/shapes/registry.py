"""Where the rules are found: one module for a family of layers, one rule for a layer."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Literal, TypeVar

from kfix.findings import Finding
from kfix.model.graph import Layer, Shape, Shapes
from kfix.model.record import Value
from kfix.model.unknown import Unknown
from kfix.shapes.binding import Bound
from kfix.shapes.effects import Effect, Statement, spread
from kfix.shapes.signatures import signature

Output = Callable[[Bound, Shape], Shapes]
"""Takes the input shape and returns the output shape, or a list of them; raises Keras's refusal.

The input of a rule declared with `many=True` is the structure that the call was given: a shape, a
list or dict of shapes, or an `Unknown`.
"""


class Knob(Value):
    """An argument that a repair may change, and the values worth trying.

    `values` takes the layer and its input shape; the present value may be among them. `free` says
    that any positive integer (or any shape) is possible, and that the expected output decides it.
    """

    name: str
    values: Callable[[Bound, Shape], Iterable[object]]
    free: bool = False


OtherRank = Literal["asked", "fewer refused", "fewer unknown", "unknown"]
"""What a layer does on another rank than its `rank` where no input spec is checked.

That is so inside TimeDistributed. "asked": the rule decides. "fewer refused": fewer dims are
refused. "fewer unknown", "unknown": Keras returns a meaningless shape, for fewer dims or for any
other rank, and refuses the call when it runs.
"""


class Rule(Value):
    """All that kfix knows of a layer.

    - `output`: the shape rule.
    - `check`: raises what the constructor refuses; called before any shape is known.
    - `rank`: the exact rank of the input if there is one, `min_rank` the least; checked before
      `output`, as Keras's input spec is.
    - `weights`: the number of weights for its first input.
    - `untrained`: how many of these are never trained, like the moving statistics of a
      BatchNormalization.
    - `parts`: whether its weights are those of layers inside it, which its own `trainable=` does
      not reach.
    - `knobs`: the arguments that a repair may change.
    - `at_run_time`: the warning about what Keras refuses only when it runs.
    - `effects`: states where each axis of the output comes from; `None` where that is not known.
    - `extra`: keywords that are accepted without being declared.
    - `many`: whether it takes several inputs.
    - `why_unknown`: why no shape can be known, "" if it can.
    - `other_rank`: what it does on another rank than `rank` where no input spec is checked.
    """

    output: Output
    check: Callable[[Bound], None] | None
    rank: int | None
    min_rank: int | None
    weights: Callable[[Bound, Shape], int | Unknown] | None
    untrained: Callable[[Bound, Shape], int | Unknown] | None
    parts: bool
    knobs: tuple[Knob, ...]
    at_run_time: Callable[[Bound, Shape], Finding | None] | None
    extra: tuple[str, ...]
    many: bool
    why_unknown: str
    effects: Statement | None
    other_rank: OtherRank


_RULES: dict[str, Rule] = {}

F = TypeVar("F", bound=Output)


def rule(  # noqa: PLR0913 - one keyword for each part of a rule
    *classes: str,
    check: Callable[[Bound], None] | None = None,
    rank: int | Callable[[str], int] | None = None,
    min_rank: int | None = None,
    weights: Callable[[Bound, Shape], int | Unknown] | None = None,
    untrained: Callable[[Bound, Shape], int | Unknown] | None = None,
    parts: bool = False,
    knobs: tuple[Knob, ...] = (),
    at_run_time: Callable[[Bound, Shape], Finding | None] | None = None,
    extra: tuple[str, ...] = (),
    many: bool = False,
    why_unknown: str = "",
    effects: Statement | None = None,
    other_rank: OtherRank = "asked",
) -> Callable[[F], F]:
    """Declare the decorated function to be the shape rule of these classes.

    Its docstring is their documentation in docs/layers.md.

    A `rank` that depends on the class is given as a function of its name.
    """

    def declare(output: F) -> F:
        for cls in classes:
            if cls in _RULES:
                raise AssertionError(f"two rules for {cls}")
            exact = rank(cls) if callable(rank) else rank
            _RULES[cls] = Rule(
                output,
                check,
                exact,
                min_rank,
                weights,
                untrained,
                parts,
                knobs,
                at_run_time,
                extra,
                many,
                why_unknown,
                effects,
                other_rank,
            )
        return output

    return declare


def effects_of(layer: Bound, shapes: Sequence[Shape], rank: int) -> tuple[Effect, ...]:
    """Return where each of the `rank` axes of a layer's (first) output comes from.

    Empty where nothing is stated, or the statement is not of that rank.
    """
    found = rule_of(layer.cls)
    if found is None or found.effects is None or not shapes:
        return ()
    effects = spread(found.effects(layer, shapes), rank)
    if len(effects) == rank:
        return effects
    return ()


def inner_effects(layer: Bound, child: Layer, x: Shape) -> tuple[Effect, ...]:
    """Return the effects of a layer inside another on the shape that it is given there."""
    if layer.tracer is None or not child.is_keras_layer or rule_of(child.cls) is None:
        return ()
    outputs = layer.tracer.inside(child, x, spec=False).outputs
    first = outputs
    if isinstance(outputs, list):
        first = outputs[0]
    bound = layer.tracer.bound(child).called_with((), layer.tracer)
    if isinstance(first, tuple):
        return effects_of(bound, [x], len(first))
    return ()


@cache
def spatial_dims(cls: str) -> int:
    """Return the number of spatial dims of a layer by its name: 2 for "Conv2DTranspose"."""
    return next(int(letter) for letter in cls if letter.isdigit())


def image_rank(cls: str) -> int:
    """Return the rank of a layer with spatial dims: these, the batch and the channels."""
    return spatial_dims(cls) + 2


def rule_of(cls: str) -> Rule | None:
    """Return the rule of a class by any of its names; import the module of its family."""
    found = signature(cls)
    if found is None:
        return None
    if found.cls not in _RULES:
        importlib.import_module(f"kfix.shapes.rules.{found.family}")
    return _RULES.get(found.cls)
