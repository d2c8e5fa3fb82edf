"""Models that are called on data, as a program trains them by hand."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.model.graph import Feed, Node, TensorRef


def feeds(arena: Sequence[Node]) -> tuple[Feed, ...]:
    """The data of known shape that models are called on, each shape once."""
    found: dict[Feed, None] = {}
    for node in arena:
        given = node.args[0][1] if node.layer.model is not None and node.args else None
        source = (
            arena[given.node]
            if isinstance(given, TensorRef) and 0 <= given.node < len(arena)
            else None
        )
        if node.layer.model is None or source is None or not _is_data(source):
            continue
        shape = source.layer.arguments[0].value
        if isinstance(shape, tuple) and shape:
            found[Feed(node.layer.model.uid, shape)] = None
    return tuple(found)


def _is_data(node: Node) -> bool:
    """Does it stand for an array that a layer is called on?"""
    arguments = node.layer.arguments
    return node.layer.cls == "Input" and [(one.site, one.origin) for one in arguments] == [
        (None, None)
    ]
