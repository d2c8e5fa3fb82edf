"""The calls of the layers of a model with their places, for editors."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.engine.results import ModelResult
from kfix.model.graph import Node
from kfix.model.record import Value
from kfix.model.site import Place
from kfix.shapes import Trace, Traced
from kfix.shapes.inputs import is_input

_MOST_DEPTH = 8
"""Layers of the program inside one another."""


class Call(Value):
    """A node of a trace, where it stands, and where its layer is made."""

    node: Node
    traced: Traced
    place: Place
    made: Place


def layer_calls(model_result: ModelResult) -> Iterator[Call]:
    """Yield the calls of all the instances of a model in order.

    Those inside layers of the program are among them.

    What has no place in the source is left out: a model of `keras.applications` is one call.
    """
    for trace in model_result.traces:
        yield from _calls(trace, model_result, 0)


def _calls(trace: Trace, model_result: ModelResult, depth: int) -> Iterator[Call]:
    places = model_result.places
    for node in trace.model.nodes:
        traced = trace.nodes.get(node.id)
        if traced is None or node.layer.is_inside_application:
            continue
        if traced.inner is not None and not node.layer.is_model and depth < _MOST_DEPTH:
            yield from _calls(traced.inner, model_result, depth + 1)
        place = places.get(node.site)
        implied = is_input(node.layer) and node.site == trace.model.site
        if place is not None and not implied:
            yield Call(node, traced, place, places.get(node.layer.site, place))
