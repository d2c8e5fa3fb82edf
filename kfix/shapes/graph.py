"""Whole graphs: node by node, each on what the nodes before it gave."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.dim_mismatch import DimMismatch
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import DATA, Array, Model, Node, Shapes, TensorRef
from kfix.model.order import by_key
from kfix.model.unknown import Unknown
from kfix.shapes.inputs import fit, is_input, tensor_refs, told
from kfix.shapes.layer_call import Args, LayerTracer
from kfix.shapes.trace_result import (
    AFTER,
    OUTSIDE,
    Trace,
    Traced,
    as_list,
    first_unknown,
    lookup,
    pick,
    status_of,
)

Built = dict[int, tuple[Shapes, int | Unknown]]
"""By a layer's uid: the shapes that it was first called on, and the weights it made for them."""


_ALL_INPUTS = "every Input that its outputs are made of"


def trace_graph(tracer: LayerTracer, model: Model, inputs: Shapes | None) -> Trace:
    """Traces a functional model, or a body that was read, on its own inputs or on those it is called with.

    Raises `WrongInputs`, `RankMismatch` or `DimMismatch` where a call does not fit the inputs that it declares.
    """
    nodes: dict[int, Traced] = {}
    findings: list[Finding] = []
    given: dict[int, Shapes] = {}
    alone = inputs is None and model.is_functional  # a body that was read is always given something
    if (
        inputs is None
        and model.given is not None
        and len(as_list(model.given)) == len(model.inputs)
    ):
        layers = {node.id: node.layer for node in model.nodes}
        for ref, shape in zip(model.inputs, as_list(model.given), strict=True):
            layer = layers.get(ref.node)
            known = layer is not None and is_input(layer)
            given[ref.node] = (
                told(tracer.use(layer, ()).onward, shape) if known and layer is not None else shape
            )
    elif inputs is not None:
        for ref, shape in zip(model.inputs, _matched(model, inputs), strict=True):
            given[ref.node] = shape
    built: Built = {}
    entered = {ref.node for ref in model.inputs}
    for node in model.nodes:
        outside = alone and node.id not in entered and is_input(node.layer)
        if outside and node.layer.attribute(DATA) is None:
            missing = WrongInputs(
                model.name or "the model", expected=_ALL_INPUTS, actual="others alone"
            )
            missing.site = node.layer.site
            nodes[node.id] = Traced([], AFTER, 0, "refused", missing)
            findings.append(missing)
        elif node.id in given:
            shape = given[node.id]
            if is_input(node.layer) and inputs is not None:
                declared = tracer.use(node.layer, ()).outputs
                findings.extend(fit(model.name or "the model", declared, shape))
            nodes[node.id] = Traced([], shape, 0, status_of(shape))
        else:
            said: list[Finding] = []
            traced = step(tracer, node, nodes, built, said)
            if model.called and traced.status == "refused" and node.layer.model is not None:
                from kfix.shapes.concrete_calls import on_data

                traced = on_data(tracer, node.layer, traced)
            nodes[node.id] = traced
            findings.extend(
                said if traced.status == "refused" or not model.called else traced.warnings
            )
    outputs = [_output(ref, nodes) for ref in model.outputs]
    entries = [_output(ref, nodes) for ref in model.inputs]
    return Trace(model, entries, outputs, nodes, findings)


def _output(ref: TensorRef, nodes: dict[int, Traced]) -> Shapes:
    made = nodes.get(ref.node)
    return OUTSIDE if made is None else pick(made.outputs, ref.output)


def _matched(model: Model, inputs: Shapes) -> list[Shapes]:
    """The shapes of a call, one for each input: a dict goes by the names of the inputs."""
    layers = {node.id: node.layer for node in model.nodes}
    names = [layers[ref.node].name if ref.node in layers else None for ref in model.inputs]
    keys = model.input_keys if len(model.input_keys) == len(model.inputs) else names
    if isinstance(inputs, dict) and all(key in inputs for key in keys):
        return [inputs[key] for key in keys]  # type: ignore[index]
    if isinstance(inputs, Unknown):  # for all one knows it is as many tensors as there are inputs
        return [inputs] * len(model.inputs)
    if isinstance(inputs, dict):  # the body of a layer, whose inputs are in Keras's order
        inputs = [inputs[key] for key in by_key(inputs)]
    flat = as_list(inputs)
    if len(flat) != len(model.inputs):
        raise WrongInputs(model.name, expected=f"{len(model.inputs)} inputs", actual=len(flat))
    return flat


def step(
    tracer: LayerTracer,
    node: Node,
    nodes: dict[int, Traced],
    built: Built,
    findings: list[Finding],
    args: Args | None = None,
) -> Traced:
    """One node of a model, on what the nodes before it gave; what there is to say goes to `findings`.

    `args` are given where they are other than the node's own tensors.
    """
    if args is None:
        args = tuple((keyword, _shapes(value, nodes)) for keyword, value in node.args)
    for _, value in args:
        if first_unknown(value) is AFTER:
            return Traced(value, AFTER, 0, "after-refusal")  # type: ignore[arg-type]
    if node.layer.is_operation:
        args = tuple((keyword, _arrays(value, nodes)) for keyword, value in node.args)
    traced = tracer.use(node.layer, args)
    if traced.status != "refused" and (made := built.get(node.layer.uid)) is not None:
        shape, weights = made
        if isinstance(weights, int) and isinstance(traced.params, int) and weights != traced.params:
            finding = DimMismatch(
                node.layer.cls,
                expected=shape,
                first_call=True,
                actual=traced.inputs,
            )
            finding.site = node.site
            traced = Traced(traced.inputs, AFTER, 0, "refused", finding)
    elif traced.status == "known":
        built[node.layer.uid] = (traced.inputs, traced.params)
    if traced.finding is not None:
        findings.append(traced.finding)
    findings.extend(traced.warnings)
    if traced.status != "refused" and _behind_would_be(node, nodes):
        return Traced(
            traced.inputs,
            AFTER,
            traced.params,
            "after-refusal",
            None,
            (),
            traced.inner,
            traced.outputs,
            traced.trained,
        )
    return traced


def _behind_would_be(node: Node, nodes: dict[int, Traced]) -> bool:
    """Does a node stand behind a layer that old names of arguments are refused of?"""
    refs = (ref for _, value in node.args for ref in tensor_refs(value))
    before = (nodes.get(ref.node) for ref in refs)
    return any(made is not None and made.would_be is not None for made in before)


def _arrays(value: object, nodes: dict[int, Traced]) -> object:
    """An operation's argument with an `Array` in place of each tensor, so that a plain tuple stays a plain tuple."""
    if isinstance(value, TensorRef):
        shape = lookup(value, nodes)
        if isinstance(shape, list):
            return [Array(each) if isinstance(each, tuple | Unknown) else each for each in shape]
        return Array(shape) if isinstance(shape, tuple | Unknown) else shape
    if isinstance(value, list | tuple):
        return type(value)([_arrays(item, nodes) for item in value])
    if isinstance(value, dict):
        return {name: _arrays(item, nodes) for name, item in value.items()}
    return value


def _shapes(value: object, nodes: dict[int, Traced]) -> object:
    """A call's argument with shapes in place of tensors: a list of tensors is a list of shapes."""
    if isinstance(value, TensorRef):
        return lookup(value, nodes)
    if isinstance(value, list | tuple) and tensor_refs(value):
        return [_shapes(item, nodes) for item in value]
    if isinstance(value, dict):
        return {name: _shapes(item, nodes) for name, item in value.items()}
    return value
