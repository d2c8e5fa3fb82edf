"""Calls of models on data, which Keras accepts in more cases than calls on symbolic tensors.

Measured on Keras 3.15: a last axis of 1 is added or removed to fit the model, and a Sequential does
not compare the sizes of its input with its input shape; its layers do, by their weights.
"""

from __future__ import annotations

from copy import copy

from kfix.findings import Finding
from kfix.model.graph import Layer, Model, Shape, Shapes
from kfix.model.unknown import Unknown
from kfix.shapes.inputs import is_input
from kfix.shapes.layer_call import LayerTracer
from kfix.shapes.trace_result import Traced, as_list, one_or_list, status_of


def on_data(tracer: LayerTracer, layer: Layer, refused: Traced) -> Traced:
    """Return the trace of a call on data that is refused on a symbolic tensor.

    It is `refused` itself if the call is refused on data too.
    """
    given = as_list(refused.inputs)
    if layer.model is None or len(given) != 1 or not isinstance(given[0], tuple):
        return refused
    outputs = _outputs(tracer, layer.model, given[0])
    if outputs is None:
        return refused
    own = tracer.trace(layer.model)
    return Traced(refused.inputs, outputs, own.params, status_of(outputs), trained=own.trained)


def accepts_data(tracer: LayerTracer, model: Model, shape: Shape) -> bool:
    """Return whether a model of one input takes data of this shape, as far as it is known."""
    return _outputs(tracer, model, shape) is not None


def fails_when_run(tracer: LayerTracer, model: Model) -> bool:
    """Return whether a layer refuses what another one computes, where it declared otherwise.

    A layer whose weights depend on what was declared refuses it, too.
    """
    running = copy(tracer)
    running.runs = True
    found = running.trace(model)
    return found.refusal is not None or found.params != tracer.trace(model).params


def _outputs(tracer: LayerTracer, model: Model, shape: Shape) -> Shapes | None:
    """Return the outputs on data of this shape, `None` if it is refused."""
    own = tracer.trace(model)
    declared = None
    if len(own.inputs) == 1:
        declared = own.inputs[0]
    if not isinstance(declared, tuple) or own.refusal is not None:
        return None
    fitting = _with_rank_of(declared, shape)
    if model.is_sequential:
        return _layer_by_layer(tracer, model, fitting)
    if fitting == shape:
        return None
    try:
        trace = tracer.trace(model, fitting)
    except Finding:
        return None
    if trace.refusal is not None:
        return None
    return one_or_list(list(trace.outputs))


def _with_rank_of(declared: Shape, shape: Shape) -> Shape:
    """Return the shape with a last axis of 1 added or removed, so that it has `declared`'s rank."""
    if len(shape) == len(declared) + 1 and shape[-1] == 1:
        return shape[:-1]
    if len(shape) == len(declared) - 1 and declared[-1] == 1:
        return (*shape, 1)
    return shape


def _layer_by_layer(tracer: LayerTracer, model: Model, shape: Shape) -> Shapes | None:
    """Return the output of a Sequential's layers, each with its weights; `None` if one refuses."""
    own = tracer.trace(model)
    x: Shapes = shape
    for node in model.nodes:
        built = own.nodes[node.id]
        if is_input(node.layer):
            continue
        traced = tracer.use(node.layer, ((None, x),))
        if traced.status == "refused":
            traced = on_data(tracer, node.layer, traced)
        counted = isinstance(traced.params, int) and isinstance(built.params, int)
        if traced.status == "refused" or (counted and traced.params != built.params):
            return None
        if isinstance(traced.outputs, Unknown):
            return traced.outputs
        x = traced.outputs
    return x
