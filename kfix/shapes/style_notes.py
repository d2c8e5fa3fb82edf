"""What only looks wrong: Keras takes it, and it may be what is wanted."""

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
    """Notes and warnings about a traced model, each with its site, in the order of its nodes."""
    found: list[Finding] = []
    model = trace.model
    if model.nodes and trace.inputs and trace.inputs[0] is NO_INPUT:
        late = next((node for node in model.nodes if is_input(node.layer)), None)
        missing = NoInputShape(model.name or "the model", behind=late is not None)
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
    if not layer.is_keras_layer or layer.cls not in ("Conv2D", "Convolution2D"):
        return None
    places = [argument.value for argument in layer.arguments if argument.keyword is None]
    if (
        len(places) < 3
        or isinstance(places[1], bool)
        or not isinstance(places[1], int)
        or places[1] < 2
    ):
        return None
    if places[2] != places[1] or not isinstance(places[2], int):
        return None
    return StrideNotKernel(layer.cls, actual=places[2], expected=(places[1], places[2]))


def _on_feature_map(node: Node, nodes: dict[int, Node], trace: Trace) -> Finding | None:
    """A Dense behind convolutions or poolings that have made the map smaller, where the output stays a map."""
    if not nodes or node.layer.cls != "Dense" or not node.layer.is_keras_layer:
        return None
    x = trace.nodes[node.id].inputs
    if not isinstance(x, tuple) or len(x) < 3 or not _from_windows(node, nodes):
        return None
    if (
        len(trace.outputs) != 1
        or not isinstance(trace.outputs[0], tuple)
        or len(trace.outputs[0]) != len(x)
    ):
        return None
    entry = trace.inputs[0] if len(trace.inputs) == 1 else None
    if not isinstance(entry, tuple) or _spatial(entry) == _spatial(trace.outputs[0]):
        return None  # an answer for each place of the input is what it is for
    return DenseOnFeatureMap("Dense", actual=x, expected=len(x))


def _spatial(shape: Shape) -> Shape:
    return shape[1:-1]


def _beside_the_channels(node: Node, nodes: dict[int, Node], trace: Trace) -> Finding | None:
    """A BatchNormalization behind a convolution or a pooling that normalizes another axis than that has channels on."""
    axis = _given(node.layer, "axis") if node.layer.cls == "BatchNormalization" else None
    x = trace.nodes[node.id].inputs
    if (
        axis is None
        or isinstance(axis, bool)
        or not isinstance(axis, int)
        or not isinstance(x, tuple)
        or len(x) < 3
    ):
        return None
    window = _window_before(node, nodes)
    if window is None:
        return None
    told = window.argument("data_format")
    channels = 1 if told is not None and told.value == "channels_first" else len(x) - 1
    if (
        told is not None and told.value not in (None, "channels_first", "channels_last")
    ) or axis % len(x) == channels:
        return None
    return NormalizationAxis(node.layer.cls, expected=channels, actual=axis)


def _given(layer: Layer, first: str) -> object:
    """The argument of this name, which may also be the first by place."""
    argument = layer.argument(first)
    if argument is None and layer.is_keras_layer:
        argument = next((one for one in layer.arguments if one.keyword is None), None)
    return None if argument is None else argument.value


def _from_windows(node: Node, nodes: dict[int, Node]) -> bool:
    """Does what a node is fed with come from a convolution or a pooling, nothing but passing layers between?"""
    return _window_before(node, nodes) is not None


def _window_before(node: Node, nodes: dict[int, Node]) -> Layer | None:
    """The convolution or pooling that a node is fed by, nothing but passing layers between."""
    for _ in range(len(nodes)):
        value = node.args[0][1] if node.args else None
        before = nodes.get(value.node) if isinstance(value, TensorRef) else None
        if before is None:
            return None
        if before.layer.is_application or before.layer.is_inside_application:
            return before.layer  # a base without its top
        if not before.layer.is_keras_layer:
            return None
        found = signature(before.layer.cls)
        if found is None:
            return None
        if found.family in ("convolutional", "pooling"):
            return before.layer
        if found.family not in _PASSING and found.cls != "Dense":
            return None
        node = before
    return None
