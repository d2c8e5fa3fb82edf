"""Models that are called on data, as a program trains them by hand."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.model.graph import Node, Shape, TensorRef
from kfix.model.program import Feed


def feeds(arena: Sequence[Node]) -> tuple[Feed, ...]:
    """Return the data of known shape that models are called on, each shape once."""
    found: dict[Feed, None] = {}
    for node in arena:
        model = node.layer.model
        if model is None or not node.args:
            continue
        shape = _data_shape(arena, node)
        if shape is not None:
            found[Feed(model.uid, shape)] = None
    return tuple(found)


def _data_shape(arena: Sequence[Node], node: Node) -> Shape | None:
    """Return the shape of the data that a layer is called on.

    It is `None` where that is not data, or its shape is not known.
    """
    given = node.args[0][1]
    if not isinstance(given, TensorRef) or not 0 <= given.node < len(arena):
        return None
    source = arena[given.node]
    if not _is_data(source):
        return None
    shape = source.layer.arguments[0].value
    if isinstance(shape, tuple) and shape:
        return shape
    return None


def _is_data(node: Node) -> bool:
    """Return whether a node stands for an array that a layer is called on.

    The shape of such an array is written nowhere.
    """
    arguments = node.layer.arguments
    if node.layer.cls != "Input" or len(arguments) != 1:
        return False
    return arguments[0].site is None and arguments[0].origin is None
