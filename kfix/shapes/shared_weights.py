"""Layers of one model that are called in another: they keep the weights of their first call.

`Model(code, autoencoder.layers[-1](code))` calls the last layer on fewer features than it was built
for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kfix.findings.dim_mismatch import DimMismatch
from kfix.model.graph import Node
from kfix.model.record import Value
from kfix.shapes.inputs import tensor_refs
from kfix.shapes.trace_result import AFTER, Trace, Traced


class _Call(Value):
    """A call of a layer that makes weights; `order` is its place among the program's calls."""

    order: int
    trace: Trace
    node: Node

    @property
    def traced(self) -> Traced:
        return self.trace.nodes[self.node.id]


def refuse_other_weights(traces: Iterable[Trace]) -> None:
    """Refuse calls of layers that another model has built for another number of weights."""
    calls: dict[int, list[_Call]] = {}
    for trace in traces:
        if trace.model.condition is None and not trace.model.called:
            for call in _building_calls(trace):
                calls.setdefault(call.node.layer.uid, []).append(call)
    for of_layer in calls.values():
        first, *others = sorted(of_layer, key=lambda call: call.order)
        for call in others:
            if call.trace is not first.trace:
                _compare(call, first.traced)


def _building_calls(trace: Trace) -> Iterator[_Call]:
    """Yield the calls of Keras's layers that make weights."""
    functional = trace.model.is_functional
    if not functional and not trace.model.is_sequential:
        return
    for node in trace.model.nodes:
        traced = trace.nodes[node.id]
        has_weights = isinstance(traced.params, int) and traced.params != 0
        if node.layer.is_keras_layer and traced.status == "known" and has_weights:
            yield _Call(node.id if functional else -1, trace, node)


def _compare(call: _Call, first: Traced) -> None:
    """Refuse a call whose number of weights is not that of the first call."""
    traced = call.traced
    if traced.status != "known" or traced.params == first.params:
        return
    finding = DimMismatch(
        call.node.layer.cls, expected=first.inputs, actual=traced.inputs, first_call=True
    )
    finding.site = call.node.site
    call.trace.findings.append(finding)
    call.trace.nodes[call.node.id] = Traced(traced.inputs, AFTER, 0, "refused", finding)
    _refuse_after(call.trace, call.node)


def _refuse_after(trace: Trace, refused: Node) -> None:
    """Make all that comes after a refused node unknown."""
    after = {refused.id}
    for node in trace.model.nodes:
        if any(ref.node in after for ref in tensor_refs(node.args)):
            after.add(node.id)
            trace.nodes[node.id] = Traced(trace.nodes[node.id].inputs, AFTER, 0, "after-refusal")
    outputs = zip(trace.model.outputs, trace.outputs, strict=True)
    trace.outputs = [AFTER if ref.node in after else shape for ref, shape in outputs]
    trace.params = AFTER
