"""Sequential models: where Keras finds their input shape, and what they refuse to have added."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from kfix.findings import Finding
from kfix.findings.not_in_sequential import NotInSequential
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.attributes import CALLED
from kfix.model.graph import Layer, Model, Node, Shapes
from kfix.shapes import signatures
from kfix.shapes.graph import GraphWalk
from kfix.shapes.inputs import (
    brought_to_rank,
    check_call,
    declared_shape,
    embedding_length,
    first_layer_shape,
    is_input,
    standardize_shape,
)
from kfix.shapes.layer_call import LayerTracer
from kfix.shapes.trace_result import AFTER, NO_INPUT, Trace, Traced, as_list, one_or_list


def trace_sequential(tracer: LayerTracer, model: Model, inputs: Shapes | None) -> Trace:
    """Return the trace of a Sequential on its own input shape, or on `inputs` if it is called.

    Source: `Sequential.add`, `_maybe_rebuild` and `build` in Keras's `models/sequential.py`. Raises
    `WrongInputs`, `RankMismatch` or `DimMismatch` where a call does not fit its input.
    """
    walk = GraphWalk(tracer)
    layers = model.nodes
    try:
        declared = _declared(tracer, layers, model)
    except Finding as finding:
        finding.__traceback__ = None
        if finding.site is None:
            finding.site = layers[0].layer.site if layers else model.site
        walk.findings.append(finding)
        entry: Shapes = AFTER
        is_declared = True
    else:
        entry = _entry(walk, model, declared, inputs)
        is_declared = declared is not None
    walk.enter(Model.ENTRY, entry)
    _trace_layers(walk, layers, entry, is_declared)
    last = entry
    if layers:
        last = walk.nodes[layers[-1].id].outputs
    return Trace(model, [entry], [last], walk.nodes, walk.findings)


def _entry(walk: GraphWalk, model: Model, declared: Shapes | None, inputs: Shapes | None) -> Shapes:
    """Return the shape that the first layer is called on, `NO_INPUT` if there is none."""
    layers = model.nodes
    entry: Shapes = NO_INPUT
    if declared is not None:
        entry = declared
    if inputs is not None:
        entry = _called_on(walk, model, declared, inputs)
    elif declared is None and any(is_input(node.layer) for node in layers[1:]):
        return NO_INPUT
    if entry is NO_INPUT and layers:
        return embedding_length(layers[0].layer) or NO_INPUT
    return entry


def _called_on(walk: GraphWalk, model: Model, declared: Shapes | None, inputs: Shapes) -> Shapes:
    """Return the one shape that the model is called on; raise the finding that refuses it."""
    if isinstance(inputs, list | dict) and len(as_list(inputs)) == 1:
        inputs = as_list(inputs)[0]
    if declared is None:
        return inputs
    if isinstance(inputs, list | dict):
        raise WrongInputs(model.name, expected="one input", actual=len(as_list(inputs)))
    walk.findings.extend(check_call(model.name or "the model", declared, inputs))
    return brought_to_rank(declared, inputs)


def _trace_layers(
    walk: GraphWalk, layers: Sequence[Node], entry: Shapes, is_declared: bool
) -> None:
    """Trace the layers, each on the output of the one before it."""
    names: dict[str, int] = {}
    before = Model.ENTRY
    for place, node in enumerate(layers):
        refused = None
        if entry is not AFTER:
            refused = _misplaced(walk.tracer, node, place, names, is_declared)
        if entry is AFTER and place == 0 and walk.findings:
            walk.nodes[node.id] = Traced([], AFTER, 0, "refused", walk.findings[0])
        elif refused is not None:
            refused.site = node.site
            walk.refuse(node, refused)
        elif not is_input(node.layer):
            # A layer with several outputs passes them on as a list.
            walk.step(node, ((None, walk.nodes[before].onward),))
        elif place:
            walk.nodes[node.id] = Traced([], NO_INPUT, 0, "unknown")
        else:
            walk.enter(node.id, entry)
        before = node.id


# --- the input shape ------------------------------------------------------------------------------


def _declared(tracer: LayerTracer, layers: Sequence[Node], model: Model) -> Shapes | None:
    """Return the input shape that a Sequential declares; raise the finding that refuses it."""
    found = None
    if layers and not _is_one_model(layers):
        found = _of_first_layer(tracer, layers[0])
    if found is not None:
        return declared_shape(found, model.given)
    if model.given is None or isinstance(model.given, list | dict):
        return model.given
    return standardize_shape(model.given, model.name)


def _is_one_model(layers: Sequence[Node]) -> bool:
    """Return whether a model is the only layer: Keras asks for its shape once a second is added."""
    first = layers[0].layer
    return len(layers) == 1 and (first.is_model or first.is_application)


def _of_first_layer(tracer: LayerTracer, node: Node) -> Shapes | None:
    """Return the input shape that the first layer has; raise the finding that refuses it."""
    first = node.layer
    if is_input(first):
        traced = tracer.use(first, ())
        if traced.finding is not None:
            raise traced.finding
        return traced.outputs
    if first.is_model and first.model is not None:
        return _of_model(tracer, first.model)
    if first.is_application:
        from kfix.shapes import application_arguments

        return application_arguments.input_shape(first, tracer)
    shape = first_layer_shape(first, tracer.keras)
    if shape is None and first.is_unknown:  # it may be a model, with an input shape of its own
        return first.unknown
    return shape


def _of_model(tracer: LayerTracer, model: Model) -> Shapes | None:
    """Return the input shape of a model that is the first layer of a Sequential."""
    if model.is_sequential and all(is_input(node.layer) for node in model.nodes):
        return None  # Keras does not build a Sequential of an Input, nor what begins with one
    inputs = tracer.trace(model).inputs
    if not inputs or inputs[0] is NO_INPUT:
        return None
    return one_or_list(list(inputs))


# --- what cannot be added -------------------------------------------------------------------------


def _misplaced(
    tracer: LayerTracer, node: Node, place: int, names: dict[str, int], is_declared: bool
) -> Finding | None:
    """Return the refusal of a layer that is added at this place.

    `names` are those of the layers before it, with their uids.
    """
    layer = node.layer
    if layer.attribute(CALLED) is not None:
        return NotInSequential(layer.cls, expected="a layer", actual="the tensor that it gives")
    name = _name(tracer, layer)
    if name is not None and names.setdefault(name, layer.uid) != layer.uid:
        actual = f"{name!r} a second time"
        return NotInSequential(layer.cls, expected="a name of its own", actual=actual)
    if place and is_declared and is_input(layer):
        return NotInSequential(layer.cls, expected="one input shape", actual="another Input")
    return None


def _name(tracer: LayerTracer, layer: Layer) -> str | None:
    """Return the name that the program gives a layer; it is looked up once."""
    if layer not in tracer.names:
        tracer.names[layer] = layer.name or _positional_name(tracer, layer)
    return tracer.names[layer]


def _positional_name(tracer: LayerTracer, layer: Layer) -> str | None:
    """Return the name of a layer whose constructor accepts it as a positional argument."""
    signature = None
    if layer.is_keras_layer:
        signature = signatures.signature(layer.cls)
    if signature is None or "name" not in signature.positional or is_input(layer):
        return None
    with suppress(Finding):
        name = tracer.bound(layer).values.get("name")
        if isinstance(name, str):
            return name
    return None
