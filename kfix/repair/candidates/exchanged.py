"""Two merges that are each given the tensor of the other: skip connections in the wrong order."""

from __future__ import annotations

from kfix.model import Model, Node, TensorRef
from kfix.model.record import replace
from kfix.repair.conflict import Conflict
from kfix.repair.layers import exchange
from kfix.repair.view import Step
from kfix.shapes.inputs import tensor_refs

MOST_TRACES = 12
"""How many exchanges are tried for one merge."""


def exchanged(conflict: Conflict, step: Step) -> str | None:
    """What to say where this merge and a later one fit once each has a tensor of the other; `None` where none does.

    Which variable is meant where is the program's to say: it is advice, and no edit.
    """
    model, tries = conflict.view.model, 0
    places = {node.id: place for place, node in enumerate(model.nodes)}
    here = places.get(step.node.id)
    if here is None or step.model is not model:
        return None
    mine = tensor_refs(step.node.args)
    for there in range(here + 1, len(model.nodes)):
        other = model.nodes[there]
        refs = tensor_refs(other.args)
        for j, ref in enumerate(refs if len(refs) > 1 else ()):
            for i, own in enumerate(mine):
                if own == ref or places.get(ref.node, there) >= here or tries >= MOST_TRACES:
                    continue
                tries += 1
                if _fits(conflict, model, (here, i, ref), (there, j, own)):
                    return _words(conflict, step, own, other, ref)
    return None


def _fits(conflict: Conflict, model: Model, one: tuple[int, int, TensorRef], two: tuple[int, int, TensorRef]) -> bool:
    """Is nothing refused up to the second of two nodes, once an input of each is another tensor?"""
    nodes = list(model.nodes)
    for place, which, ref in (one, two):
        nodes[place] = replace(nodes[place], args=exchange(nodes[place].args, which, ref))
    trace = conflict.tracer.trace(replace(model, nodes=tuple(nodes)))
    return all(trace.nodes[node.id].status == "known" for node in nodes[: two[0] + 1])


def _words(conflict: Conflict, step: Step, own: TensorRef, other: Node, ref: TensorRef) -> str:
    shapes = [conflict.view.trace.nodes[each.node].outputs for each in (own, ref)]
    dims = [f"({', '.join(map(str, shape[1:]))})" if isinstance(shape, tuple) else "tensor" for shape in shapes]
    words = (
        f"two skip connections are exchanged: the {dims[1]} that a later {other.layer.cls.rpartition('.')[2]} is given"
        f" fits here, and the {dims[0]} that is given here fits there"
    )
    return f"{words}; a loop over them in reverse order does that" if other.site == step.node.site else words
