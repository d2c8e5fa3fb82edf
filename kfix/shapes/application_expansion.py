"""Functional models with the layers of the `keras.applications` models that they are built on.

`Model(base.input, head(base.output))` has all the layers of `base`, and not `base` itself. Repairs
take the base as one layer, whose arguments they change; reports show what Keras lists.
"""

from __future__ import annotations

from collections.abc import Sequence

from kfix.model.graph import Node
from kfix.model.order import graph, redirected, refs_in
from kfix.model.record import replace
from kfix.model.unknown import Unknown
from kfix.shapes import application_layers
from kfix.shapes.layer_call import LayerTracer
from kfix.shapes.trace_result import Trace, Traced


def unfolded(tracer: LayerTracer, trace: Trace, bases: Sequence[Node]) -> Trace:
    """Return the trace with the layers of their models in place of these nodes.

    A node whose layers are not known stays as it is.
    """
    nodes = {node.id: node for node in trace.model.nodes}
    traces = dict(trace.nodes)
    moved: dict[int, int] = {}
    for base in bases:
        layers = _layers_of(tracer, base, traces[base.id], max(nodes) + 1)
        for node, traced in layers:
            nodes[node.id], traces[node.id] = node, traced
        if layers:
            moved[base.id] = layers[-1][0].id
    if not moved:
        return trace
    for node in trace.model.nodes:
        if any(ref.node in moved for ref in refs_in(node.args)):
            nodes[node.id] = replace(node, args=redirected(node.args, moved))
    ends = tuple(redirected(ref, moved) for ref in trace.model.outputs)
    model = replace(trace.model, nodes=graph(nodes, trace.model.inputs, ends), outputs=ends)
    shown = Trace(model, trace.inputs, trace.outputs, traces, trace.findings)
    shown.trainable = trace.trainable
    return shown


def _layers_of(
    tracer: LayerTracer, base: Node, traced: Traced, first: int
) -> Sequence[tuple[Node, Traced]]:
    """Return the layers of a base as nodes from the id `first` on; none if they are not known."""
    entry = next(refs_in(base.args), None)
    if entry is None or traced.status != "known":
        return ()
    layers = application_layers.uses(base.layer, entry, traced.inputs, first, tracer)
    if isinstance(layers, Unknown) or not layers or layers[-1][1].outputs != traced.outputs:
        return ()
    return layers
