"""What takes no KerasTensor: functions of TensorFlow and NumPy, and attributes of older versions.

Measured on Keras 3.15: `tf.*` outside the `call` of a layer raises "A KerasTensor cannot be used
as input to a TensorFlow function", NumPy "A KerasTensor is symbolic".
"""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.keras_tensor_refused import KerasTensorRefused
from kfix.findings.no_attribute import NoAttribute
from kfix.findings.one_tensor import OneTensor
from kfix.model.attributes import IN_LAYER, LIBRARY_FUNCTION, PARTS, TRIED
from kfix.model.graph import Layer, Node
from kfix.shapes.layer_call import LayerTracer
from kfix.shapes.tensorflow_functions import in_keras

_TENSOR, _SEQUENTIAL = "keras.KerasTensor.", "keras.Sequential."

_SYMBOLIC = frozenset(
    f"tf.{name}"
    for name in (
        *("print", "is_tensor", "is_symbolic_tensor", "get_static_value", "name_scope"),
        *("function", "cond", "case", "while_loop", "control_dependencies", "no_gradient"),
        *("nest", "keras", "compat", "summary", "data", "io", "lite", "train", "config"),
        *("autograph", "distribute", "experimental", "types", "test", "saved_model"),
    )
)
"""Functions and modules that a KerasTensor may go through, or of which that was not measured."""

_OF_SHAPE = ("numpy.shape", "numpy.ndim")
"""Functions of NumPy that ask for an attribute alone."""


def refuses_symbols(tracer: LayerTracer, node: Node) -> bool:
    """Return whether a node is refused on a KerasTensor, whatever its shape."""
    path = called_path(node.layer)
    if tracer.keras < 3 or not path or _is_allowed(node.layer):
        return False
    if path.startswith(("tf.", "tensorflow.")):
        head = ".".join(path.split(".")[:2])
        return head not in _SYMBOLIC and path.rpartition(".")[2][:1].islower()
    if path.startswith("numpy."):
        return node.layer.is_operation and path not in _OF_SHAPE
    return path.startswith((_TENSOR, _SEQUENTIAL))


def _is_allowed(layer: Layer) -> bool:
    """Return whether the function is called in a layer, or where a refusal is caught."""
    return layer.attribute(TRIED) is not None or layer.attribute(IN_LAYER) is not None


def symbols_finding(node: Node) -> Finding:
    """Return the finding for such a node, with its place."""
    path = called_path(node.layer)
    name = path.rpartition(".")[2]
    finding: Finding
    if node.layer.attribute(PARTS) is not None:
        several = f"{node.layer.attribute(PARTS)} variables"
        finding = OneTensor("the layer", several)
    elif path.startswith(_TENSOR):
        finding = NoAttribute("KerasTensor", "shape", name)
    elif path.startswith(_SEQUENTIAL):
        finding = NoAttribute("Sequential", f"{name}s[0]", name)
    else:
        finding = KerasTensorRefused(path, _instead(path), path)
    finding.site = node.site
    return finding


def called_path(layer: Layer) -> str:
    """Return the dotted name of the function that a node calls, "" for a layer."""
    if layer.is_operation:
        return layer.cls
    path = layer.attribute(LIBRARY_FUNCTION)
    return path if isinstance(path, str) else ""


def _instead(path: str) -> str:
    """Return what takes a KerasTensor: a function of `keras.ops`, or a Lambda."""
    found = in_keras(path)
    if found is None:
        return "a Lambda layer"
    return found.path
