"""Models of `keras.applications` seen into: the layers within one, for a program that takes a tensor from among them.

A program that asks for no such tensor keeps the model as one layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kfix.model.graph import Argument, InnerLayer, Layer, Node, TensorRef
from kfix.model.record import replace
from kfix.model.unknown import Unknown
from kfix.source import building, graphs
from kfix.source.containers import Within
from kfix.source.interpreter import Interpreter
from kfix.source.values import LayerV


class Opened:
    """A model of `keras.applications` whose layers are in the arena: its own node and theirs, in Keras's order."""

    __slots__ = ("layers", "nodes", "own")

    def __init__(self, own: int) -> None:
        self.own = own
        self.nodes: list[int] = []
        self.layers: list[LayerV] = []

    @property
    def end(self) -> int:
        """The node of its output."""
        return self.nodes[-1]


def inner_layer(at: Interpreter, inside: Within) -> LayerV | None:
    """The one layer that is meant; `None` where the model is not seen into, or has no such layer for certain."""
    base = at.layers.get(inside.base)
    if not isinstance(base, LayerV):
        return None
    opened = open_up(at, base)
    if opened is None:
        return None
    which = inside.which
    if isinstance(which, int):
        return opened.layers[which] if -len(opened.layers) <= which < len(opened.layers) else None
    return next((layer for layer in opened.layers if layer.layer.name == which), None)


def open_up(at: Interpreter, base: LayerV) -> Opened | None:
    """Puts the layers of a model into the arena, once; `None` where they are not known."""
    uid = base.layer.uid
    if uid not in at.opened:
        at.opened[uid] = _opened(at, base)
    found: Opened | None = at.opened[uid]
    return found


def _opened(at: Interpreter, base: LayerV) -> Opened | None:
    rows = at.shapes.application_layers(base.layer)
    if isinstance(rows, Unknown):
        return None
    own = building.own_node(at, base)
    if own is None:
        return None
    whole = at.shapes.outputs(at.arena, own)
    entry = next(graphs.refs_in(at.arena[own].args[0][1]), None)
    if not isinstance(whole, tuple) or entry is None:
        return None
    at.builds += 1
    at.steps += len(rows)
    found = Opened(own)
    for row in rows:
        _put(at, base.layer, row, entry, found)
    if at.shapes.outputs(at.arena, found.end) != whole:
        return None
    return found


def _put(at: Interpreter, base: Layer, row: InnerLayer, entry: TensorRef, found: Opened) -> None:
    """One layer more, on those before it; the first is the model's Input."""
    if row.taken is None:
        found.nodes.append(entry.node)
        first = at.layers.get(at.arena[entry.node].layer.uid)
        found.layers.append(first if isinstance(first, LayerV) else LayerV(at.arena[entry.node].layer))
        return
    taken = row.taken if isinstance(row.taken, list) else [row.taken]
    refs = [TensorRef(found.nodes[number]) if number else entry for number in taken]
    given = [Argument(key, _by_parity(at, value, refs[0])) for key, value in row.arguments.items()]
    if row.name is not None:
        given.append(Argument("name", row.name))
    layer = Layer(row.cls, tuple(given), base.site, at.uid(), "inside")
    made = at.layers[layer.uid] = LayerV(layer)
    args: Any = refs if isinstance(row.taken, list) else refs[0]
    found.nodes.append(building.add_node(at, layer, ((None, args),), base.site))
    found.layers.append(made)


def _by_parity(at: Interpreter, value: object, ref: TensorRef) -> object:
    """A padding that hangs on whether a side is even; an open side is padded as an even one."""
    if not isinstance(value, dict):
        return value
    shape = at.shapes.tensor(at.arena, ref)
    if not isinstance(shape, tuple) or len(shape) != 4:
        return Unknown("a padding that hangs on the size of the image")
    odd = [isinstance(side, int) and side % 2 == 1 for side in shape[1:3]]
    return tuple(tuple(value["odd" if odd[axis] else "even"][axis]) for axis in (0, 1))


def one_way(
    at: Interpreter, inputs: Sequence[TensorRef], ends: Sequence[TensorRef]
) -> tuple[Sequence[Node], list[TensorRef]]:
    """The arena and the ends of a model in which no application stands both as one layer and by its layers."""
    nodes = graphs.graph(at.arena, inputs, ends)
    seen = {node.id for node in nodes}
    stop = {ref.node for ref in inputs}
    moved = {
        opened.own: opened.end
        for opened in at.opened.values()
        if opened is not None and opened.own in seen - stop and any(node in seen for node in opened.nodes[1:])
    }
    called = [
        node
        for node in nodes
        if (opened := at.opened.get(node.layer.uid)) is not None
        and node.id != opened.own
        and any(inner in seen for inner in opened.nodes[1:])
    ]
    if not moved and not called:
        return at.arena, list(ends)
    arena = list(at.arena)
    for node in called:  # it shares its weights with layers that stand beside it
        why = Unknown(f"`{node.layer.cls}` is called, and stands there by its layers as well", node.site)
        arena[node.id] = replace(node, layer=replace(node.layer, library="other", unknown=why))
    for node in nodes:
        if any(ref.node in moved for _, value in node.args for ref in graphs.refs_in(value)):
            args = tuple((keyword, _moved(value, moved)) for keyword, value in node.args)
            arena[node.id] = replace(arena[node.id], args=args)
    return arena, [_moved(ref, moved) for ref in ends]


def _moved(value: Any, moved: dict[int, int]) -> Any:
    if isinstance(value, TensorRef):
        return TensorRef(moved.get(value.node, value.node), value.output)
    if isinstance(value, list | tuple):
        return type(value)(_moved(item, moved) for item in value)
    if isinstance(value, dict):
        return {key: _moved(item, moved) for key, item in value.items()}
    return value
