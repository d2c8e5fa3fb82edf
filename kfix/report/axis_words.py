"""Why a layer has its output shape: the effects of its rule in words, with values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

from kfix.findings import Finding
from kfix.model.graph import Layer, Shape
from kfix.model.unknown import UnknownUsed
from kfix.shapes import Traced, Tracer, show
from kfix.shapes.binding import Bound
from kfix.shapes.effects import Effect, Kind, elementwise, joined
from kfix.shapes.registry import effects_of
from kfix.shapes.trace import as_list

_JOINS = ("concatenate", "concat")


def axis_words(layer: Layer, traced: Traced, keras: int = 3) -> list[str]:
    """Return where each axis of the output comes from; nothing where no rule states it.

    Axes that come about in the same way are named together; a batch that is handed on is not named.
    """
    output = next(iter(as_list(traced.outputs)), None)
    shapes = [shape for shape in as_list(traced.inputs) if isinstance(shape, tuple)]
    if not isinstance(output, tuple) or not shapes:
        return []
    bound = None
    with suppress(Finding, UnknownUsed):
        if layer.is_keras_layer:
            tracer = Tracer(keras)
            bound = tracer.bound(layer).called_with((), tracer)
        return _grouped(_effects(layer, bound, shapes, output), bound, shapes, output)
    return []


def _effects(
    layer: Layer, bound: Bound | None, shapes: Sequence[Shape], output: Shape
) -> Sequence[Effect]:
    """Return the effects of a layer or of an operation, one for each axis of its output."""
    if bound is not None:
        return effects_of(bound, shapes, len(output))
    if not layer.is_operation or len(shapes) < 2:
        return ()
    if layer.cls.rpartition(".")[2].lower() in _JOINS:
        found = joined(None, shapes)
    else:
        found = elementwise(None, shapes)
    if len(found) != len(output):
        return ()
    return found


def _grouped(
    effects: Sequence[Effect], bound: Bound | None, shapes: Sequence[Shape], output: Shape
) -> list[str]:
    groups: dict[str, list[int]] = {}
    for axis, effect in enumerate(effects):
        if axis == 0 and effect.kind in (Kind.KEPT, Kind.EQUAL):
            continue
        groups.setdefault(_words(effect, bound, shapes, output[axis]), []).append(axis)
    return [f"{_axes(axes)}: {words}" for words, axes in groups.items()]


def _axes(axes: list[int]) -> str:
    if len(axes) == 1:
        return f"axis {axes[0]}"
    return f"axes {', '.join(map(str, axes[:-1]))} and {axes[-1]}"


def _words(effect: Effect, bound: Bound | None, shapes: Sequence[Shape], size: object) -> str:
    """Return how one axis comes about: "26, from 28 by kernel_size=3"."""
    sizes = [
        show(shapes[of][axis])
        for of, axis in effect.axes
        if of < len(shapes) and axis < len(shapes[of])
    ]
    given = ", ".join(_values(effect, bound))
    now = show(size)
    if effect.kind is Kind.MERGED:
        return f"{now} = {' + '.join(sizes)}"
    if effect.kind is Kind.PRODUCT and sizes:
        return f"{now}, the elements of {' × '.join(sizes)}"
    if effect.kind is Kind.EQUAL:
        return f"{now}, the same in all inputs"
    if effect.kind is Kind.KEPT:
        return f"{now}, kept"
    if effect.kind is Kind.SCALED and sizes:
        return f"{now}, from {sizes[0]}" + f" by {given}" * bool(given)
    return f"{now}, from {given or 'the layer itself'}"


def _values(effect: Effect, bound: Bound | None) -> Iterator[str]:
    """Yield the arguments that have a say in an axis, with their values."""
    for name in effect.arguments:
        if bound is not None and name in bound.values:
            written = show(bound.values[name])
            if isinstance(bound.values[name], str):
                written = repr(written)
            yield f"{name}={written}"
