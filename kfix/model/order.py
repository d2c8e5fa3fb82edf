"""The order of the layers of a graph, as `model.layers` of Keras has them.

Keras takes dictionaries of tensors by sorted keys, in whichever order they were written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kfix.model.graph import Node, TensorRef

Nodes = Sequence[Node] | Mapping[int, Node]
"""Nodes by their ids."""


def by_key(entries: Mapping[Any, Any]) -> list[Any]:
    """Return the keys of a dictionary as Keras flattens it: sorted, if they can be compared."""
    try:
        return sorted(entries)
    except TypeError:
        return list(entries)


def refs_in(value: object) -> Iterator[TensorRef]:
    """Yield every reference to a tensor in the arguments of a node."""
    if isinstance(value, TensorRef):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from refs_in(item)
    elif isinstance(value, dict):
        for key in by_key(value):
            yield from refs_in(value[key])


def graph(arena: Nodes, inputs: Sequence[TensorRef], ends: Sequence[TensorRef]) -> tuple[Node, ...]:
    """Return the nodes from the inputs to the ends, in the order of `model.layers` of Keras.

    That is by falling depth (the longest way to an end), and among equals in
    the order in which a walk back from the ends first meets their layers
    (`map_graph` in Keras 3). Every node comes after those it takes from.
    """
    stop = {ref.node for ref in inputs}
    met, finished = _walk_back(arena, stop, [*ends, *inputs])
    depths: dict[int, int] = {}
    layer_depths: dict[int, int] = {}
    for index in reversed(finished):
        uid = arena[index].layer.uid
        depth = max(depths.get(index, 0), layer_depths.get(uid, 0))
        depths[index] = layer_depths[uid] = depth
        for before in _before(arena, stop, index):
            depths[before] = max(depth + 1, depths.get(before, 0))
    order = sorted(finished, key=lambda index: (-depths[index], met[arena[index].layer.uid], index))
    return tuple(arena[index] for index in order)


def _before(arena: Nodes, stop: set[int], index: int) -> list[int]:
    """Return the nodes whose outputs a node is called on; none for an input."""
    if index in stop:
        return []
    return [ref.node for ref in refs_in(arena[index].args)]


def _walk_back(
    arena: Nodes, stop: set[int], ends: Sequence[TensorRef]
) -> tuple[dict[int, int], list[int]]:
    """Return when each layer was first met, and the nodes in the order in which they end."""
    met: dict[int, int] = {}
    finished: list[int] = []
    seen: set[int] = set()
    for end in ends:
        stack: list[tuple[int, bool]] = [(end.node, False)]
        while stack:
            index, done = stack.pop()
            if done:
                finished.append(index)
            elif index not in seen:
                seen.add(index)
                met.setdefault(arena[index].layer.uid, len(met))
                stack.append((index, True))
                stack.extend((before, False) for before in reversed(_before(arena, stop, index)))
    return met, finished


def redirected(value: Any, moved: Mapping[int, int]) -> Any:
    """Return the arguments of a node with the ids of referenced nodes replaced as in `moved`."""
    if isinstance(value, TensorRef):
        return TensorRef(moved.get(value.node, value.node), value.output)
    if isinstance(value, list | tuple):
        return type(value)(redirected(item, moved) for item in value)
    if isinstance(value, dict):
        return {key: redirected(item, moved) for key, item in value.items()}
    return value
