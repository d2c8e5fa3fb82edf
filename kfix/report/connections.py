"""The rows that `summary()` prints for a functional model, each with its inputs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from kfix.model.graph import Model
from kfix.report.naming import Names
from kfix.report.rows import Row, shown_class, taken
from kfix.shapes import Trace


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
    fed = [taken(node) for node in model.nodes]
    uses = Counter(node.layer.uid for node in model.nodes)
    sources = Counter(ref.node for ref in chain.from_iterable(fed))
    most = max(*uses.values(), *sources.values(), *map(len, fed), 1)
    return len(model.inputs) == most == 1


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
        refs = [ref for ref in taken(node) if ref.node in written]
        sources = [f"{written[ref.node]}[{ref.output}]" for ref in refs]
        found.setdefault(node.layer.uid, []).extend(sources)
    return {uid: ", ".join(sources) or "-" for uid, sources in found.items()}
