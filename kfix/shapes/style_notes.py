"""Notes on what only looks wrong: Keras accepts it, and it may be intended."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.dense_on_feature_map import DenseOnFeatureMap
from kfix.findings.no_input_shape import NoInputShape
from kfix.findings.normalization_axis import NormalizationAxis
from kfix.findings.stride_not_kernel import StrideNotKernel
from kfix.model.graph import Layer, Node, Shape, TensorRef
from kfix.shapes.inputs import is_input
from kfix.shapes.signatures import signature
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
    values = [argument.value for argument in layer.arguments if argument.keyword is None]
    if len(values) < 3 or type(values[1]) is not int or type(values[2]) is not int:
        return None
    if values[1] < 2 or values[2] != values[1]:
        return None
    return StrideNotKernel(layer.cls, actual=values[2], expected=(values[1], values[2]))


def _on_feature_map(node: Node, nodes: dict[int, Node], trace: Trace) -> Finding | None:
    """Return the note on a Dense behind convolutions or poolings, where the output stays a map."""
    if not nodes or node.layer.cls != "Dense" or not node.layer.is_keras_layer:
        return None
    x = trace.nodes[node.id].inputs
    if not isinstance(x, tuple) or len(x) < 3 or _window_before(node, nodes) is None:
        return None
    output = None
    if len(trace.outputs) == 1:
        output = trace.outputs[0]
    entry = None
    if len(trace.inputs) == 1:
        entry = trace.inputs[0]
    if not isinstance(output, tuple) or len(output) != len(x) or not isinstance(entry, tuple):
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
        axis = _given(node.layer, "axis")
    x = trace.nodes[node.id].inputs
    if type(axis) is not int or not isinstance(x, tuple) or len(x) < 3:
        return None
    window = _window_before(node, nodes)
    channels = None
    if window is not None:
        channels = _channels_axis(window, len(x))
    if channels is None or axis % len(x) == channels:
        return None
    return NormalizationAxis(node.layer.cls, expected=channels, actual=axis)


def _channels_axis(window: Layer, rank: int) -> int | None:
    """Return the axis of the channels behind a convolution or pooling, `None` if unknown."""
    given = window.argument("data_format")
    data_format = None
    if given is not None:
        data_format = given.value
    if data_format == "channels_first":
        return 1
    if data_format in (None, "channels_last"):
        return rank - 1
    return None


def _given(layer: Layer, first: str) -> object:
    """Return the value of an argument, which may be the first positional one."""
    argument = layer.argument(first)
    if argument is None and layer.is_keras_layer:
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
        found = None
        if layer.is_keras_layer:
            found = signature(layer.cls)
        if found is None:
            return None
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
