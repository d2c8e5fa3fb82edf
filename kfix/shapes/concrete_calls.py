"""Calls of models on data, which Keras takes in more cases than calls on symbolic tensors.

Measured on Keras 3.15: a last axis of 1 is added or left out where the model has it otherwise, and a
Sequential does not hold the sizes of what it is given against its input shape: its layers do, by their weights.
"""

from __future__ import annotations

from kfix.findings import Finding
from kfix.model.graph import Layer, Model, Shape, Shapes
from kfix.model.unknown import Unknown
from kfix.shapes.layer_call import LayerTracer
from kfix.shapes.trace_result import Traced, as_list, status_of


def on_data(tracer: LayerTracer, layer: Layer, refused: Traced) -> Traced:
    """What a model gives for data of a shape that it refuses of a symbolic tensor; `refused` where that is the same."""
    given = as_list(refused.inputs)
    if layer.model is None or len(given) != 1 or not isinstance(given[0], tuple):
        return refused
    outputs = _outputs(tracer, layer.model, given[0])
    if outputs is None:
        return refused
    own = tracer.trace(layer.model)
    return Traced(refused.inputs, outputs, own.params, status_of(outputs), trained=own.trained)


def _outputs(tracer: LayerTracer, model: Model, shape: Shape) -> Shapes | None:
    own = tracer.trace(model)
    declared = own.inputs[0] if len(own.inputs) == 1 else None
    if not isinstance(declared, tuple) or own.refusal is not None:
        return None
    fitting = _rank_of(declared, shape)
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
    return trace.outputs[0] if len(trace.outputs) == 1 else list(trace.outputs)


def _rank_of(declared: Shape, shape: Shape) -> Shape:
    """The shape with the last axis of 1 that the model has, or without the one that it has not."""
    if len(shape) == len(declared) + 1 and shape[-1] == 1:
        return shape[:-1]
    return (*shape, 1) if len(shape) == len(declared) - 1 and declared[-1] == 1 else shape


def _layer_by_layer(tracer: LayerTracer, model: Model, shape: Shape) -> Shapes | None:
    """The way of a tensor through a Sequential's layers, each with the weights that it has."""
    own = tracer.trace(model)
    now: Shapes = shape
    for node in model.nodes:
        built = own.nodes[node.id]
        if node.layer.cls in ("Input", "InputLayer"):
            continue
        traced = tracer.use(node.layer, ((None, now),))
        if traced.status == "refused":
            traced = on_data(tracer, node.layer, traced)
        known = isinstance(traced.params, int) and isinstance(built.params, int)
        if traced.status == "refused" or (known and traced.params != built.params):
            return None
        if isinstance(traced.outputs, Unknown):
            return traced.outputs
        now = traced.outputs
    return now
