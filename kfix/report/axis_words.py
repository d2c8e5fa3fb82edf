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
from kfix.shapes.formatting import show_value
from kfix.shapes.registry import effects_of
from kfix.shapes.trace import as_list

_JOINS = {"concatenate": joined, "concat": joined}
"""Operations that are not made element by element."""


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
    found: Sequence[Effect] = ()
    if layer.is_operation and len(shapes) > 1:
        rule = _JOINS.get(layer.cls.rpartition(".")[2].lower(), elementwise)
        found = rule(None, shapes)
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


_WORDS = {
    Kind.MERGED: "{size} = {sum}",
    Kind.PRODUCT: "{size}, the elements of {product}",
    Kind.EQUAL: "{size}, the same in all inputs",
    Kind.KEPT: "{size}, kept",
    Kind.SCALED: "{size}, from {first}",
}
"""How an axis comes about; `first`, `sum` and `product` are of the axes that it is made of."""


def _words(effect: Effect, bound: Bound | None, shapes: Sequence[Shape], size: object) -> str:
    """Return how one axis comes about: "26, from 28 by kernel_size=3"."""
    sizes = [
        show(shapes[of][axis])
        for of, axis in effect.axes
        if of < len(shapes) and axis < len(shapes[of])
    ]
    given = ", ".join(_values(effect, bound))
    words = _WORDS.get(effect.kind)
    needs_sizes = effect.kind in (Kind.PRODUCT, Kind.SCALED)
    if words is None or (needs_sizes and not sizes):
        return f"{show(size)}, from {given or 'the layer itself'}"
    said = words.format(
        size=show(size), first="".join(sizes[:1]), sum=" + ".join(sizes), product=" × ".join(sizes)
    )
    if effect.kind is Kind.SCALED and given:
        said += f" by {given}"
    return said


def _values(effect: Effect, bound: Bound | None) -> Iterator[str]:
    """Yield the arguments that have a say in an axis, with their values."""
    for name in effect.arguments:
        if bound is not None and name in bound.values:
            yield f"{name}={show_value(bound.values[name])}"
