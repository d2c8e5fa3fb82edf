"""Sequential models: where they find their input shape, and what they refuse to have added."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from kfix.findings import Finding
from kfix.findings.not_in_sequential import NotInSequential
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Layer, Model, Node, Shapes
from kfix.shapes import signatures
from kfix.shapes.graph import Built, step
from kfix.shapes.inputs import first_layer_shape, fit, is_input, standardize, told, told_length
from kfix.shapes.layer_call import LayerTracer
from kfix.shapes.trace_result import AFTER, NO_INPUT, Trace, Traced, as_list, status_of


def trace_sequential(tracer: LayerTracer, model: Model, inputs: Shapes | None) -> Trace:
    """Traces a Sequential on the input shape that its first layer tells, or on `inputs` where it is called.

    After `Sequential.add`, `_maybe_rebuild` and `build` in Keras's `models/sequential.py`.
    """
    nodes: dict[int, Traced] = {}
    findings: list[Finding] = []
    layers = model.nodes
    try:
        declared = _declared(tracer, layers, model)
    except Finding as finding:
        finding.__traceback__ = None
        if finding.site is None:
            finding.site = layers[0].layer.site if layers else model.site
        findings.append(finding)
        declared = AFTER
    entry = declared if declared is not None else NO_INPUT
    if inputs is not None and entry is not AFTER:
        if isinstance(inputs, list | dict) and len(as_list(inputs)) == 1:
            inputs = as_list(inputs)[0]
        if isinstance(inputs, list | dict) and entry is not NO_INPUT:
            raise WrongInputs(model.name, expected="one input", actual=len(as_list(inputs)))
        if declared is not None:
            findings.extend(fit(model.name or "the model", declared, inputs))
        entry = inputs
    if entry is NO_INPUT and layers:
        entry = told_length(layers[0].layer) or NO_INPUT
    if declared is None and inputs is None and any(is_input(node.layer) for node in layers[1:]):
        entry = NO_INPUT
    nodes[Model.ENTRY] = Traced([], entry, 0, status_of(entry))
    built: Built = {}
    names: dict[str, int] = {}
    for place, node in enumerate(layers):
        if entry is AFTER and place == 0 and findings:
            nodes[node.id] = Traced([], AFTER, 0, "refused", findings[0])
            continue
        refused = (
            None if entry is AFTER else _misplaced(tracer, node, place, names, declared is not None)
        )
        if refused is not None:
            refused.site = node.site
            findings.append(refused)
            nodes[node.id] = Traced([], AFTER, 0, "refused", refused)
        elif not is_input(node.layer):
            # a layer that gives several tensors passes them on as a list
            args = ((None, nodes[layers[place - 1].id if place else Model.ENTRY].onward),)
            nodes[node.id] = step(tracer, node, nodes, built, findings, args)
        elif place:
            nodes[node.id] = Traced([], NO_INPUT, 0, "unknown")
        else:
            nodes[node.id] = Traced([], entry, 0, status_of(entry))
    last = nodes[layers[-1].id].outputs if layers else entry
    return Trace(model, [entry], [last], nodes, findings)


def _declared(tracer: LayerTracer, layers: Sequence[Node], model: Model) -> Shapes | None:
    """The input shape of a Sequential by its own words, or `None`; raises the finding that refuses it."""
    # Keras asks a model for its shape once a second layer is added: a Sequential of one model alone is not built
    first = layers[0].layer if layers else None
    alone = len(layers) == 1 and first is not None and (first.is_model or first.is_application)
    found = _of_first_layer(tracer, layers[0]) if layers and not alone else None
    if found is not None:
        return told(found, model.given)
    if model.given is None or isinstance(model.given, list | dict):
        return model.given
    return standardize(model.given, model.name)


def _of_first_layer(tracer: LayerTracer, node: Node) -> Shapes | None:
    first = node.layer
    if is_input(first):
        traced = tracer.use(first, ())
        if traced.finding is not None:
            raise traced.finding
        return traced.outputs
    if first.is_model and first.model is not None:
        inner = first.model
        if inner.is_sequential and all(is_input(node.layer) for node in inner.nodes):
            return None  # Keras does not build a Sequential of an Input alone, nor what begins with one
        found = tracer.trace(first.model).inputs
        if found and found[0] is not NO_INPUT:
            return found[0] if len(found) == 1 else list(found)
        return None
    if first.is_application:
        from kfix.shapes import applications

        return applications.input_shape(first, tracer)
    told_by_it = first_layer_shape(first, tracer.keras)
    if told_by_it is None and first.is_unknown:  # it may be a model, with an input shape of its own
        return first.unknown
    return told_by_it


def _misplaced(
    tracer: LayerTracer, node: Node, place: int, names: dict[str, int], declared: bool
) -> Finding | None:
    """What a Sequential refuses to have added at this place.

    `names` are those of the layers before it, with their uids.
    """
    layer = node.layer
    name = tracer.names.get(layer, "")
    if name == "":
        name = tracer.names[layer] = layer.name or _name_by_place(tracer, layer)
    if name is not None and names.setdefault(name, layer.uid) != layer.uid:
        return NotInSequential(
            layer.cls, expected="a name of its own", actual=f"{name!r} a second time"
        )
    if place and declared and is_input(layer):
        return NotInSequential(layer.cls, expected="one input shape", actual="another Input")
    return None


def _name_by_place(tracer: LayerTracer, layer: Layer) -> str | None:
    """The name of a layer whose constructor takes it as a positional argument."""
    signature = signatures.signature(layer.cls) if layer.is_keras_layer else None
    if signature is None or "name" not in signature.positional or is_input(layer):
        return None
    with suppress(Finding):
        name = tracer.bound(layer).values.get("name")
        return name if isinstance(name, str) else None
    return None
