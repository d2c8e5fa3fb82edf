"""A traced model as rows of layers, in the order of Keras's own `model.layers`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kfix.model import Layer, Model, Node, Unknown
from kfix.shapes import Trace, Traced
from kfix.shapes.inputs import is_input
from kfix.shapes.signatures import canonical


class Row(NamedTuple):
    """One layer of a model: its first use, and what became of it."""

    node: Node
    traced: Traced
    cls: str


def rows(trace: Trace) -> Iterator[Row]:
    """The layers without the Input; a shared layer once, at its first use; operations are no layers."""
    seen: set[int] = set()
    for node in trace.model.nodes:
        layer = node.layer
        if is_input(layer) or layer.uid in seen or (layer.library == "ops" and not _makes_layer(layer)):
            continue
        seen.add(layer.uid)
        yield Row(node, trace.nodes[node.id], class_name(node))


def _makes_layer(layer: Layer) -> bool:
    """Is the operation a function of `keras.layers` (`concatenate`, `add`, …), which makes a layer and calls it?"""
    return layer.cls.startswith("keras.layers.")


def class_name(node: Node) -> str:
    """The class as Keras names it: `MaxPool2D` is `MaxPooling2D`, a model is `Sequential` or `Functional`."""
    layer = node.layer
    if layer.library == "model" and layer.model is not None:
        return {"sequential": "Sequential", "functional": "Functional"}.get(layer.model.kind, layer.cls)
    if layer.library == "ops":
        return layer.cls.rpartition(".")[2].capitalize()
    if layer.library == "applications":
        return "Functional"
    return canonical(layer.cls) or layer.cls


def why(traced: Traced) -> Unknown | None:
    """The first unknown in what a layer gives."""
    outputs = traced.outputs if isinstance(traced.outputs, list) else [traced.outputs]
    for shape in outputs:
        if isinstance(shape, Unknown):
            return shape
        if isinstance(shape, tuple):
            for dim in shape:
                if isinstance(dim, Unknown):
                    return dim
    return None


def kind_name(model: Model) -> str:
    """`Sequential`, `Functional` or the class of a subclassed model."""
    return {"sequential": "Sequential", "functional": "Functional"}.get(model.kind, model.kind)
