"""Models that are called on data, and on what another model gives of data, as a program trains them by hand."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.model.graph import Feed, Node, TensorRef


def feeds(arena: Sequence[Node]) -> tuple[Feed, ...]:
    """What models are given in calls that no other model is made of, in the order of the program."""
    found: dict[Feed, None] = {}
    for node in arena:
        taker, source = node.layer.model, _source(arena, node)
        if taker is None or source is None:
            continue
        if _is_data(source):
            shape = source.layer.arguments[0].value
            found[Feed(taker.uid, None, shape if isinstance(shape, tuple) else None, node.site)] = None
        elif source.layer.model is not None:
            first = _source(arena, source)
            if first is not None and _is_data(first):
                found[Feed(taker.uid, source.layer.model.uid, None, node.site)] = None
    return tuple(found)


def _source(arena: Sequence[Node], node: Node) -> Node | None:
    """What the first argument comes from."""
    given = node.args[0][1] if node.args else None
    return arena[given.node] if isinstance(given, TensorRef) and 0 <= given.node < len(arena) else None


def _is_data(node: Node) -> bool:
    """Does it stand for an array that a layer is called on?"""
    arguments = node.layer.arguments
    return node.layer.cls == "Input" and [(one.site, one.origin) for one in arguments] == [(None, None)]
