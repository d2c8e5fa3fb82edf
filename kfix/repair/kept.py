"""What a repair must keep: the batch, shapes that are known, one row for each sample."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.findings import Finding
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.model.graph import Dim, Model, Node, Shapes
from kfix.model.unknown import Unknown, any_integer
from kfix.shapes import Trace, Tracer
from kfix.shapes.trace_result import as_list, one_or_list

SAMPLES = 7
"""A number of samples that nothing else in a model is likely to be."""


def loses_batch(traces: Sequence[Trace]) -> bool:
    """Return whether what took any number of samples takes a fixed number now.

    So does, for all that is known, a call on an unknown number of them.
    """
    for trace in traces:
        given = set(_rows(trace.inputs))
        if given == {None} and any_integer(_rows(trace.outputs)):
            return True
        if trace.model.called and any(isinstance(count, Unknown) for count in given):
            return True
    return False


def _rows(shapes: Sequence[Shapes]) -> list[Dim]:
    """Return the numbers of samples of the shapes that are known."""
    return [shape[0] for shape in shapes if isinstance(shape, tuple) and shape]


def loses_shape(traces: Sequence[Trace]) -> bool:
    """Return whether a layer that an edit made has an unknown output for known inputs."""
    for trace in traces:
        made = (node for node in trace.model.nodes if node.layer.uid < Model.ENTRY)
        for traced in (trace.nodes[node.id] for node in made if node.id in trace.nodes):
            known = all(isinstance(shape, tuple) for shape in as_list(traced.inputs))
            if known and isinstance(traced.outputs, Unknown):
                return True
    return False


def joins_samples(tracer: Tracer, trace: Trace) -> bool:
    """Return whether a graph gives another number of rows than samples, which no labels fit.

    A call outside of any model, as in a step of training, has no labels.
    """
    if trace.model.called:
        return False
    shapes = [shape for shape in trace.inputs if isinstance(shape, tuple) and shape[:1] == (None,)]
    if len(shapes) < len(trace.inputs) or not any(map(_may_join, trace.model.nodes)):
        return False
    given: list[Shapes] = [(SAMPLES, *shape[1:]) for shape in shapes]
    try:
        found = tracer.trace(trace.model, one_or_list(given))
    except Finding as finding:
        return isinstance(finding, InputsDoNotMatch)
    joined = any(isinstance(count, int) and count != SAMPLES for count in _rows(found.outputs))
    return joined or isinstance(found.refusal, InputsDoNotMatch)


def _may_join(node: Node) -> bool:
    """Return whether a node joins tensors, or has layers of its own that may."""
    layer = node.layer
    return layer.cls == "Concatenate" or not layer.is_keras_layer
