"""The rows that `summary()` prints for a functional model, each with its inputs."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.graph import Model
from kfix.report.naming import Names
from kfix.report.rows import Row, shown_class
from kfix.shapes import Trace
from kfix.shapes.inputs import tensor_refs


def all_rows(trace: Trace) -> Iterator[Row]:
    """Return every layer, operation and Input at its first use, in the order of the model."""
    seen: set[int] = set()
    for node in trace.model.nodes:
        if node.layer.uid not in seen:
            seen.add(node.layer.uid)
            yield Row(node, trace.nodes[node.id], shown_class(node.layer))


def is_chain(model: Model) -> bool:
    """Return whether each layer takes one tensor of the layer before it, and none is shared.

    Keras prints no connections then.

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
    """Return the inputs of each layer by its uid, such as `dense[0][0], lstm[1][2]`.

    The numbers are those of the call and of the output.
    """
    calls: dict[int, list[int]] = {}
    for node in sorted(model.nodes, key=lambda node: node.id):
        calls.setdefault(node.layer.uid, []).append(node.id)
    written = {
        node.id: f"{names.of(node.layer)}[{calls[node.layer.uid].index(node.id)}]"
        for node in model.nodes
    }
    found: dict[int, list[str]] = {}
    for node in model.nodes:
        refs = tensor_refs([value for _, value in node.args])
        taken = [f"{written[ref.node]}[{ref.output}]" for ref in refs if ref.node in written]
        found.setdefault(node.layer.uid, []).extend(taken)
    return {uid: ", ".join(taken) or "-" for uid, taken in found.items()}
