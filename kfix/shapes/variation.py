"""What a layer gives with other arguments, or on another shape: the rule alone is asked."""

from __future__ import annotations

from collections.abc import Mapping

from kfix.findings import Finding
from kfix.model.graph import Layer, Shape
from kfix.model.unknown import UnknownUsed
from kfix.shapes.binding import Bound, LayerCalls
from kfix.shapes.registry import rule_of

NOTHING: Mapping[str, object] = {}
MISSING = object()


def output_with(
    tracer: LayerCalls, layer: Layer, shape: Shape, changed: Mapping[str, object] = NOTHING
) -> Shape | None:
    """Return the output shape on an input shape, `None` where that is refused or not known.

    `changed` holds other values for arguments, by Keras's names.
    """
    key = (spelling(tracer, layer), shape, *((name, repr(new)) for name, new in changed.items()))
    found = tracer.variations.get(key, MISSING)
    if found is MISSING:
        found = tracer.variations[key] = _output_with(tracer, layer, shape, changed)
    return found  # type: ignore[return-value]


def spelling(tracer: LayerCalls, layer: Layer) -> object:
    """Return what layers that are written alike have in common: the class and the arguments."""
    found = tracer.variations.get(layer)
    if found is None:
        given = (f"{one.keyword}={one.value!r}" for one in layer.arguments if one.keyword != "name")
        found = tracer.variations[layer] = (layer.cls, *given)
    return found


def _output_with(
    tracer: LayerCalls, layer: Layer, shape: Shape, changed: Mapping[str, object]
) -> Shape | None:
    rule = rule_of(layer.cls)
    if rule is None or rule.many or not layer.is_keras_layer:
        return None
    try:
        bound = with_values(tracer.bound(layer).called_with((), tracer), changed)
        if rule.check is not None and changed:
            rule.check(bound)
        output = rule.output(bound, shape)
    except (Finding, UnknownUsed, IndexError, ValueError):
        return None
    if isinstance(output, tuple):
        return output
    return None


def with_values(bound: Bound, changed: Mapping[str, object]) -> Bound:
    """Return the same arguments with other values for some of them."""
    if changed:
        bound.values = {**bound.values, **changed}
    return bound
