"""Functional models with the layers of the `keras.applications` models that they were built on, as Keras lists them.

`Model(base.input, head(base.output))` has all the layers of `base`, and not `base` itself. Repairs look at the base
as one layer, whose arguments they turn; reports show what Keras shows.
"""

from __future__ import annotations

from collections.abc import Sequence

from kfix.model.graph import Node
from kfix.model.order import graph, redirected, refs_in
from kfix.model.record import replace
from kfix.model.unknown import Unknown
from kfix.shapes import application_layers
from kfix.shapes.layer_call import LayerTracer
from kfix.shapes.trace_result import Trace


def unfolded(tracer: LayerTracer, trace: Trace, bases: Sequence[Node]) -> Trace:
    """The trace with these nodes as the layers of their models; those whose layers are not known stay as they are."""
    nodes = {node.id: node for node in trace.model.nodes}
    traces = dict(trace.nodes)
    moved: dict[int, int] = {}
    for own in bases:
        entry = next((ref for _, value in own.args for ref in refs_in(value)), None)
        if entry is None or traces[own.id].status != "known":
            continue
        found = application_layers.uses(
            own.layer, entry, traces[own.id].inputs, max(nodes) + 1, tracer
        )
        if (
            isinstance(found, Unknown)
            or not found
            or found[-1][1].outputs != traces[own.id].outputs
        ):
            continue
        for node, traced in found:
            nodes[node.id], traces[node.id] = node, traced
        moved[own.id] = found[-1][0].id
    if not moved:
        return trace
    for node in trace.model.nodes:
        if any(ref.node in moved for _, value in node.args for ref in refs_in(value)):
            nodes[node.id] = replace(node, args=redirected(node.args, moved))
    ends = tuple(redirected(ref, moved) for ref in trace.model.outputs)
    model = replace(trace.model, nodes=graph(nodes, trace.model.inputs, ends), outputs=ends)
    shown = Trace(model, trace.inputs, trace.outputs, traces, trace.findings)
    shown.trainable = trace.trainable
    return shown
