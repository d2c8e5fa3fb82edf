"""A traced model as rows of layers, in the order of Keras's own `model.layers`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.model.graph import Layer, Model, Node, TensorRef
from kfix.model.record import Value
from kfix.model.unknown import Unknown
from kfix.shapes import Trace, Traced, show, unknowns
from kfix.shapes.inputs import is_input, tensor_refs
from kfix.shapes.signatures import OLD_LAYERS, canonical

_OPERATORS = {
    "sub": "Subtract",
    "mul": "Multiply",
    "truediv": "TrueDivide",
    "floordiv": "FloorDivide",
    "getitem": "GetItem",
    "pow": "Power",
    "neg": "Negative",
    "abs": "Absolute",
}
"""What Keras calls Python's operators, where it is not their own name with a capital."""


_REFUSED = {"refused": "refused", "after-refusal": "-"}
"""What stands for the output shape of a layer that Keras refuses, and of those behind it."""


class Row(Value):
    """One layer of a model, a use of it, and what became of that."""

    node: Node
    traced: Traced
    cls: str


def rows(trace: Trace) -> Iterator[Row]:
    """Yield the layers without Inputs and operations.

    A shared layer is one row, at its first use; a Sequential lists it as often as it was added.
    """
    seen: set[int] = set()
    for node in trace.model.nodes:
        layer = node.layer
        if is_input(layer) or layer.uid in seen or is_operation(layer):
            continue
        if not trace.model.is_sequential:
            seen.add(layer.uid)
        yield Row(node, trace.nodes[node.id], class_name(layer))


def sources_of(model: Model, shown: Sequence[Row]) -> list[list[dict[str, int]]]:
    """Return the sources of each row: `{"layer": its index}` or `{"input": its number}`.

    Operations are not rows: their own sources are returned for them.
    """
    sources = _Sources(model, shown)
    return [sources.of(row.node) for row in shown]


class _Sources:
    """What the tensors of a model come from, by the ids of its nodes."""

    def __init__(self, model: Model, shown: Sequence[Row]) -> None:
        self._nodes = {node.id: node for node in model.nodes}
        uids = {row.node.layer.uid: number for number, row in enumerate(shown)}
        numbers = {row.node.id: number for number, row in enumerate(shown)}
        self._known: dict[int, dict[str, int]] = {}
        for node in model.nodes:
            if is_input(node.layer):
                self._known[node.id] = {"input": 0}
            elif node.layer.uid in uids:
                self._known[node.id] = {"layer": numbers.get(node.id, uids[node.layer.uid])}
        self._known.update((ref.node, {"input": n}) for n, ref in enumerate(model.inputs))

    def of(self, node: Node) -> list[dict[str, int]]:
        """Return the sources of a node, each once, in the order of its arguments."""
        sources: list[dict[str, int]] = []
        waiting, seen = _nodes(node), {node.id}
        while waiting:
            index = waiting.pop(0)
            source = self._source(index)
            if index not in seen and source is None:
                waiting[:0] = _nodes(self._nodes[index])
            elif source is not None and source not in sources:
                sources.append(source)
            seen.add(index)
        return sources

    def _source(self, index: int) -> dict[str, int] | None:
        """Return the source that a node is, `None` for an operation."""
        if index not in self._nodes:
            return self._known.get(index, {"input": 0})
        return self._known.get(index)


def taken(node: Node) -> list[TensorRef]:
    """Return the tensors that a layer is called on, in the order of its arguments."""
    return tensor_refs(node.args)


def _nodes(node: Node) -> list[int]:
    return [ref.node for ref in taken(node)]


def is_operation(layer: Layer) -> bool:
    """Return whether it is an operation; `concatenate` and `add` of `keras.layers` make layers."""
    return layer.is_operation and not layer.cls.startswith("keras.layers.")


def class_name(layer: Layer) -> str:
    """Return the class as Keras names it: `MaxPool2D` is `MaxPooling2D`."""
    if is_input(layer):
        return "InputLayer"
    if layer.is_inside_application and (shown := layer.attribute("shown")) is not None:
        return str(shown)
    if layer.is_operation:
        return layer.cls.rpartition(".")[2].capitalize()
    if layer.is_application:
        return "Functional"
    name: str | None = layer.cls
    if layer.is_model and layer.model is not None:
        name = layer.model.keras_class
    elif layer.cls not in OLD_LAYERS:
        name = canonical(layer.cls)
    return name or layer.cls


def shown_class(layer: Layer) -> str:
    """Return the class of a layer or operation: `keras.ops.expand_dims` is `ExpandDims`."""
    if not is_operation(layer):
        return class_name(layer)
    name = layer.cls.rpartition(".")[2]
    if layer.cls.startswith("operator.") and name in _OPERATORS:
        return _OPERATORS[name]
    return "".join(part.capitalize() for part in name.split("_"))


def output_of(traced: Traced) -> str:
    """Return the output shape of a layer, "refused", or "-" behind a layer that is refused."""
    return _REFUSED.get(traced.status) or show(traced.outputs)


def is_refused(traced: Traced) -> bool:
    """Return whether Keras refuses the layer, or one before it."""
    return traced.status in _REFUSED


def count(params: int | Unknown) -> str:
    """Return a number of parameters with commas, `?` where it is unknown."""
    if isinstance(params, Unknown):
        return "?"
    return f"{params:,}"


def why(traced: Traced) -> Unknown | None:
    """Return the first unknown in the outputs of a layer, or `None`."""
    return next(iter(unknowns(traced.outputs)), None)


def kind_name(model: Model) -> str:
    """Return `Sequential`, `Functional` or the class of a subclassed model."""
    return model.keras_class or model.kind.value
