"""Notes on what only looks wrong: Keras accepts it, and it may be intended."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.dense_on_feature_map import DenseOnFeatureMap
from kfix.findings.no_input_shape import NoInputShape
from kfix.findings.normalization_axis import NormalizationAxis
from kfix.findings.stride_not_kernel import StrideNotKernel
from kfix.model.graph import Layer, Node, Shape, TensorRef
from kfix.shapes.inputs import is_input
from kfix.shapes.signatures import signature_of
from kfix.shapes.trace_result import NO_INPUT, Trace

_PASSING = ("activations", "regularization", "normalization")


def notes(trace: Trace) -> list[Finding]:
    """Return notes and warnings on a traced model, with their sites, in the order of its nodes."""
    found: list[Finding] = []
    model = trace.model
    if model.nodes and trace.inputs and trace.inputs[0] is NO_INPUT:
        late = next((node for node in model.nodes if is_input(node.layer)), None)
        missing = NoInputShape(model.name or "the model", behind=late is not None)
        if late is not None:
            missing.severity = "warning"
        missing.site = model.site if late is None else late.layer.site
        found.append(missing)
    everything = nodes = {node.id: node for node in model.nodes}
    for node in model.nodes:
        note = (
            _second_is_stride(node.layer)
            or _on_feature_map(node, nodes, trace)
            or _beside_the_channels(node, everything, trace)
        )
        if note is not None:
            note.site = node.layer.site
            found.append(note)
            if isinstance(note, DenseOnFeatureMap):
                nodes = {}  # the first one is enough
    return found


def _second_is_stride(layer: Layer) -> Finding | None:
    """Return the note on `Conv2D(32, 3, 3)`, whose second 3 is a stride in Keras 2 and 3."""
    if not layer.is_keras_layer or layer.cls not in ("Conv2D", "Convolution2D"):
        return None
    match [argument.value for argument in layer.arguments if argument.keyword is None]:
        case [_, int() as kernel, int() as strides, *_] if kernel == strides > 1:
            return StrideNotKernel(layer.cls, actual=strides, expected=(kernel, strides))
    return None


def _on_feature_map(node: Node, nodes: dict[int, Node], trace: Trace) -> Finding | None:
    """Return the note on a Dense behind convolutions or poolings, where the output stays a map."""
    if not nodes or node.layer.cls != "Dense" or not node.layer.is_keras_layer:
        return None
    x = trace.nodes[node.id].inputs
    if not isinstance(x, tuple) or len(x) < 3 or _window_before(node, nodes) is None:
        return None
    output, entry = trace.output, trace.input
    if output is None or len(output) != len(x) or entry is None:
        return None
    if _spatial(entry) == _spatial(output):
        return None  # the model has an output for each place of its input
    return DenseOnFeatureMap("Dense", actual=x, expected=len(x))


def _spatial(shape: Shape) -> Shape:
    return shape[1:-1]


def _beside_the_channels(node: Node, nodes: dict[int, Node], trace: Trace) -> Finding | None:
    """Return the note on a BatchNormalization that normalizes another axis than the channels."""
    axis = None
    if node.layer.cls == "BatchNormalization":
        axis = _given(node.layer, "axis", first=True)
    x = trace.nodes[node.id].inputs
    if type(axis) is not int or not isinstance(x, tuple) or len(x) < 3:
        return None
    window = _window_before(node, nodes)
    if window is None:
        return None
    channels = _CHANNELS.get(str(_given(window, "data_format")), axis) % len(x)
    if axis % len(x) == channels:
        return None
    return NormalizationAxis(node.layer.cls, expected=channels, actual=axis)


_CHANNELS = {"None": -1, "channels_last": -1, "channels_first": 1}
"""The axis of the channels by `data_format`."""


def _given(layer: Layer, name: str, first: bool = False) -> object:
    """Return the value of an argument; `first`: it may be the first positional one."""
    argument = layer.argument(name)
    if argument is None and first:
        argument = next((one for one in layer.arguments if one.keyword is None), None)
    if argument is None:
        return None
    return argument.value


def _window_before(node: Node, nodes: dict[int, Node]) -> Layer | None:
    """Return the convolution or pooling before a node, past layers that keep the shape."""
    for _ in range(len(nodes)):
        before = _node_before(node, nodes)
        if before is None:
            return None
        layer = before.layer
        if layer.is_application or layer.is_inside_application:
            return layer  # a base without its top
        found = signature_of(layer)
        if found.family in ("convolutional", "pooling"):
            return layer
        if found.family not in _PASSING and found.cls != "Dense":
            return None
        node = before
    return None


def _node_before(node: Node, nodes: dict[int, Node]) -> Node | None:
    """Return the node whose output a node is called on, `None` if there is none, or several."""
    match node.args:
        case [(_, TensorRef() as ref), *_]:
            return nodes.get(ref.node)
    return None
