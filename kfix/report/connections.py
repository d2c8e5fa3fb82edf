"""The rows of a functional model that `summary()` prints: Inputs, layers and operations, each with what it is fed."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.graph import Model, Node
from kfix.report.naming import Names
from kfix.report.rows import Row, shown_class
from kfix.shapes import Trace
from kfix.shapes.inputs import tensor_refs


def all_rows(trace: Trace) -> Iterator[Row]:
    """Every layer at its first use, operations and Inputs among them, in the order of the model."""
    seen: set[int] = set()
    for node in trace.model.nodes:
        if node.layer.uid not in seen:
            seen.add(node.layer.uid)
            yield Row(node, trace.nodes[node.id], shown_class(node.layer))


def is_chain(model: Model) -> bool:
    """Does each layer take one tensor, of the one before it, and is none used twice? Keras prints no connections then.

    After `print_summary` in its `utils/summary_utils.py`.
    """
    fed = [tensor_refs([value for _, value in node.args]) for node in model.nodes]
    layers = [node.layer.uid for node in model.nodes]
    sources = [ref.node for refs in fed for ref in refs]
    return (
        len(model.inputs) == 1
        and len(set(layers)) == len(layers)
        and len(set(sources)) == len(sources)
        and all(len(refs) <= 1 for refs in fed)
    )


def connections(model: Model, names: Names) -> dict[int, str]:
    """By the uid of a layer: `dense[0][0], lstm[1][2]`, the name, the call and the output of each tensor it takes."""
    nodes = {node.id: node for node in model.nodes}
    calls: dict[int, list[int]] = {}
    for node in sorted(model.nodes, key=lambda node: node.id):
        calls.setdefault(node.layer.uid, []).append(node.id)

    def reference(node: Node, output: int) -> str:
        return f"{names.of(node.layer)}[{calls[node.layer.uid].index(node.id)}][{output}]"

    found: dict[int, list[str]] = {}
    for node in model.nodes:
        taken = found.setdefault(node.layer.uid, [])
        for _, value in node.args:
            taken.extend(
                reference(nodes[ref.node], ref.output)
                for ref in tensor_refs(value)
                if ref.node in nodes
            )
    return {uid: ", ".join(taken) or "-" for uid, taken in found.items()}
