"""What takes no KerasTensor: functions of TensorFlow and NumPy, and attributes of older versions.

Measured on Keras 3.15: `tf.*` outside the `call` of a layer raises "A KerasTensor cannot be used
as input to a TensorFlow function", NumPy "A KerasTensor is symbolic".
"""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.keras_tensor_refused import KerasTensorRefused
from kfix.findings.no_attribute import NoAttribute
from kfix.model.attributes import LIBRARY_FUNCTION, TRIED
from kfix.model.graph import Layer, Node
from kfix.shapes.layer_call import LayerTracer

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

_ELSEWHERE = {
    **{f"reduce_{name}": name for name in ("mean", "sum", "max", "min", "prod", "all", "any")},
    **{"concat": "concatenate", "range": "arange", "gather": "take", "pow": "power"},
    **{"image.resize": "layers.Resizing"},
    "identity": "layers.Identity",
}
"""What functions of TensorFlow are called in `keras.ops` where that is another name."""


def refuses_symbols(tracer: LayerTracer, node: Node) -> bool:
    """Return whether a node is refused on a KerasTensor, whatever its shape."""
    path = _path(node.layer)
    if tracer.keras < 3 or not path or node.layer.attribute(TRIED) is not None:
        return False
    if path.startswith(("tf.", "tensorflow.")):
        head = ".".join(path.split(".")[:2])
        return head not in _SYMBOLIC and path.rpartition(".")[2][:1].islower()
    if path.startswith("numpy."):
        return node.layer.is_operation and path not in _OF_SHAPE
    return path.startswith((_TENSOR, _SEQUENTIAL))


def symbols_finding(node: Node) -> Finding:
    """Return the finding for such a node, with its place."""
    path = _path(node.layer)
    name = path.rpartition(".")[2]
    finding: Finding
    if path.startswith(_TENSOR):
        finding = NoAttribute("KerasTensor", "shape", name)
    elif path.startswith(_SEQUENTIAL):
        finding = NoAttribute("Sequential", f"{name}s", name)
    else:
        finding = KerasTensorRefused(path, _instead(path), path)
    finding.site = node.site
    return finding


def _path(layer: Layer) -> str:
    """Return the dotted name of the function that a node calls, "" for a layer."""
    if layer.is_operation:
        return layer.cls
    path = layer.attribute(LIBRARY_FUNCTION)
    return path if isinstance(path, str) else ""


def _instead(path: str) -> str:
    """Return what takes a KerasTensor: a function of `keras.ops`, a layer, a Lambda."""
    from kfix.shapes.operations import is_operation

    rest = path.partition(".")[2]
    for home in ("math.", "nn.", "linalg."):
        rest = rest.removeprefix(home)
    rest = _ELSEWHERE.get(rest, rest)
    if rest.startswith("layers."):
        return f"keras.{rest}"
    if "." not in rest and is_operation(f"keras.ops.{rest}"):
        return f"keras.ops.{rest}"
    return "a Lambda layer"
