"""Models that are called on data, as a program trains them by hand."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.model.graph import Argument, Layer, Node, Shape, TensorRef
from kfix.model.program import Feed


def feeds(arena: Sequence[Node]) -> tuple[Feed, ...]:
    """Return the data of known shape that models are called on, each shape once."""
    found: dict[Feed, None] = {}
    for node in arena:
        shape = _data_shape(arena, node)
        if node.layer.model is not None and shape is not None:
            found[Feed(node.layer.model.uid, shape)] = None
    return tuple(found)


def _data_shape(arena: Sequence[Node], node: Node) -> Shape | None:
    """Return the shape of the data that a layer is called on.

    It is `None` where that is not data, or its shape is not known.
    """
    match node.args:
        case [(_, TensorRef(node=number)), *_] if 0 <= number < len(arena):
            return _shape_of_data(arena[number].layer)
    return None


def _shape_of_data(layer: Layer) -> Shape | None:
    """Return the shape of an array that a layer is called on, which is written nowhere.

    It is `None` for a layer that stands for no array.
    """
    match layer.arguments:
        case [Argument(site=None, origin=None, value=tuple((_, *_)) as shape)]:
            if layer.cls == "Input":
                return shape
    return None
