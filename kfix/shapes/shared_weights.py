"""Layers of one model that are called in another: they keep the weights of their first call.

`Model(code, autoencoder.layers[-1](code))` calls the last layer on fewer numbers than it was built for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kfix.findings.dim_mismatch import DimMismatch
from kfix.model.graph import Node
from kfix.shapes.inputs import tensor_refs
from kfix.shapes.trace_result import AFTER, Trace, Traced


def hold(traces: Iterable[Trace]) -> None:
    """Refuses what a layer is called on where another model has built it for another number of weights."""
    uses: dict[int, list[tuple[int, Trace, Node]]] = {}
    for trace in traces:
        if trace.model.condition is None and not trace.model.called:
            for order, node in _built(trace):
                uses.setdefault(node.layer.uid, []).append((order, trace, node))
    for found in uses.values():
        if len({id(trace) for _, trace, _ in found}) < 2:
            continue
        (_, first, built), *others = sorted(found, key=lambda use: use[0])
        mine = first.nodes[built.id]
        for _, trace, node in others:
            traced = trace.nodes[node.id]
            if trace is not first and traced.status == "known" and traced.params != mine.params:
                _refuse(trace, node, mine)


def _built(trace: Trace) -> Iterator[tuple[int, Node]]:
    """The uses of layers of Keras that make weights, each with its place in the order of the program's calls."""
    functional = trace.model.is_functional
    if not functional and not trace.model.is_sequential:
        return
    for node in trace.model.nodes:
        traced = trace.nodes[node.id]
        if (
            node.layer.is_keras_layer
            and traced.status == "known"
            and isinstance(traced.params, int)
            and traced.params
        ):
            yield (node.id if functional else -1), node


def _refuse(trace: Trace, node: Node, first: Traced) -> None:
    traced = trace.nodes[node.id]
    finding = DimMismatch(
        node.layer.cls, expected=first.inputs, actual=traced.inputs, first_call=True
    )
    finding.site = node.site
    trace.findings.append(finding)
    trace.nodes[node.id] = Traced(traced.inputs, AFTER, 0, "refused", finding)
    dead = {node.id}
    for later in trace.model.nodes:
        if any(ref.node in dead for ref in tensor_refs(later.args)):
            dead.add(later.id)
            trace.nodes[later.id] = Traced(trace.nodes[later.id].inputs, AFTER, 0, "after-refusal")
    ends = [ref.node in dead for ref in trace.model.outputs]
    trace.outputs = [
        AFTER if gone else shape for gone, shape in zip(ends, trace.outputs, strict=True)
    ]
    trace.params = AFTER
