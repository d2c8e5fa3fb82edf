"""Kernels as Keras 1 wrote them, one argument a side, where now the second number is the stride."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

from kfix.edits.base import Edit
from kfix.edits.drop_argument import DropArgument
from kfix.edits.set_argument import SetArgument
from kfix.findings import Finding
from kfix.findings.old_argument import OldArgument
from kfix.model.code import Slot
from kfix.model.graph import Argument, Layer
from kfix.repair.candidate import Candidate, made
from kfix.repair.conflict import Conflict
from kfix.shapes.arguments import texts
from kfix.shapes.view import Step

SIDES = {"Conv2D": 2, "Convolution2D": 2, "Conv3D": 3, "Convolution3D": 3}


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield every convolution of the model with its kernel in a tuple."""
    yield from old_kernels(conflict, conflict.view.steps)


def old_kernels(conflict: Conflict, chain: Iterable[Step]) -> Iterator[Candidate]:
    """Yield convolutions with equal numbers where Keras 1 had the sides of the kernel.

    Sides that differ are a kernel where the model has old names, or where there are three.
    """
    steps = list(chain)
    old = any(old_of(conflict, step.core) for step in steps)
    kernels: dict[tuple[object, ...], list[Slot]] = {}
    drop: dict[str, list[Slot]] = {"strides": [], "padding": []}
    for step in steps:
        sides = _sides(step)
        kernel = tuple(side.value for side in sides)
        plain = old or len(kernel) == 3 or len(set(kernel)) == 1
        if plain and set(kernel) - {1}:
            call = step.core.site
            kernels.setdefault(kernel, []).append(Slot(call, sides[0].site, texts(*sides)))
            for name, side in zip(drop, sides[1:], strict=False):
                drop[name].append(Slot(call, side.site))
    edits: list[Edit] = [
        SetArgument(tuple(slots), "kernel_size", kernel) for kernel, slots in kernels.items()
    ]
    # From the last on: a place goes only when none is behind it.
    edits += [DropArgument(tuple(slots), name) for name, slots in reversed(drop.items()) if slots]
    why = "the second of the two numbers is the stride since Keras 2: the kernel is a tuple"
    yield from made(edits or None, "old-kernel", why)


def _sides(step: Step) -> list[Argument]:
    """Return the arguments that Keras 1 took as the sides of the kernel, one a dim."""
    layer, dims = step.core, SIDES.get(step.cls, 0)
    places = [argument for argument in layer.arguments if argument.keyword is None]
    if step.made or not layer.is_keras_layer or not dims or len(places) != 1 + dims:
        return []
    return places[1:] if all(map(_is_side, places[1:])) else []


def _is_side(argument: Argument) -> bool:
    """Return whether an argument is a positive integer that is written at the call."""
    value = argument.value
    return argument.site is not None and type(value) is int and value > 0


def old_of(conflict: Conflict, layer: Layer) -> OldArgument | None:
    """Return what is old in the call of a layer, of those behind another refusal too."""
    if not layer.is_keras_layer or not conflict.tracer.is_layer(layer.cls):
        return None
    with suppress(Finding):
        old = conflict.tracer.bound(layer).old
        return old if isinstance(old, OldArgument) else None
    return None
