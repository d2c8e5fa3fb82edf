"""A traced model as rows of layers, in the order of Keras's own `model.layers`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from kfix.model.graph import Layer, Model, Node
from kfix.model.unknown import Unknown
from kfix.shapes import Trace, Traced, unknowns
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


class Row(NamedTuple):
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
    nodes = {node.id: node for node in model.nodes}
    numbers = {row.node.layer.uid: number for number, row in enumerate(shown)}
    places = {row.node.id: number for number, row in enumerate(shown)}
    entries = {ref.node: number for number, ref in enumerate(model.inputs)}

    def source(index: int) -> dict[str, int] | None:
        if index in entries or index not in nodes:
            return {"input": entries.get(index, 0)}
        node = nodes[index]
        number = places.get(index, numbers.get(node.layer.uid))
        if number is not None:
            return {"layer": number}
        return {"input": 0} if is_input(node.layer) else None

    found = []
    for row in shown:
        sources: list[dict[str, int]] = []
        waiting = _taken(row.node)
        seen: set[int] = set()
        while waiting:
            index = waiting.pop(0)
            if index in seen:
                continue
            seen.add(index)
            known = source(index)
            if known is None:
                waiting[:0] = _taken(nodes[index])
            elif known not in sources:
                sources.append(known)
        found.append(sources)
    return found


def _taken(node: Node) -> list[int]:
    return [ref.node for _, value in node.args for ref in tensor_refs(value)]


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


def why(traced: Traced) -> Unknown | None:
    """Return the first unknown in the outputs of a layer, or `None`."""
    return next(iter(unknowns(traced.outputs)), None)


def kind_name(model: Model) -> str:
    """Return `Sequential`, `Functional` or the class of a subclassed model."""
    return model.keras_class or model.kind.value
