"""A traced model as boxes and edges, with what is at fault and what a repair changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from kfix.engine.results import ModelResult
from kfix.model.graph import Layer, Node, TensorRef
from kfix.report.beside import beside
from kfix.report.formats.html.boxes import Box, Edge
from kfix.report.formats.html.folds import folds
from kfix.report.layer_table import fault_rows
from kfix.report.rows import Row, count, is_refused, rows, shown_class
from kfix.shapes import Trace, show
from kfix.shapes.formatting import show_value
from kfix.shapes.inputs import is_input, tensor_refs
from kfix.shapes.signatures import signature
from kfix.shapes.trace_result import pick

_MOST_ARGUMENTS = 300
"""Characters of the arguments of one call."""


class Graph:
    """The boxes of one model in an order in which each comes after its inputs."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace.listed
        self.boxes: list[Box] = []
        self.edges: list[Edge] = []
        self.numbers: dict[int, int] = {}
        """The boxes by the ids of their nodes."""
        for node in self.trace.model.nodes:
            self._add(node)
        self._add_outputs()

    def as_dict(self) -> dict[str, Any]:
        """Return what the page draws; fields that say nothing are left out."""
        boxes = [{key: value for key, value in asdict(box).items() if value} for box in self.boxes]
        edges = [[edge.source, edge.target, edge.label] for edge in self.edges]
        return {"boxes": boxes, "edges": edges, "folds": folds(self.boxes, self.edges)}

    def _add(self, node: Node) -> None:
        sources = [
            (self._source(ref), self._label(ref))
            for ref in tensor_refs([value for _, value in node.args])
        ]
        traced = self.trace.nodes.get(node.id)
        box = Box(_kind(node.layer), shown_class(node.layer), _arguments(node.layer))
        box.family = _family(node.layer)
        if traced is not None:
            box.status = traced.status
        if traced is not None and not is_refused(traced):
            box.shape = show(traced.outputs)
            box.params = count(traced.params).removeprefix("0")
        self._put(node.id, box)
        for source, label in dict.fromkeys(sources):
            self.edges.append(Edge(source, self.numbers[node.id], label))

    def _put(self, key: int, box: Box) -> int:
        self.numbers[key] = len(self.boxes)
        self.boxes.append(box)
        return self.numbers[key]

    def _source(self, ref: TensorRef) -> int:
        """Return the box that a tensor comes from, a new one for an input that nobody wrote."""
        if ref.node not in self.numbers:
            return self._put(ref.node, Box("input", "Input", shape=self._label(ref)))
        return self.numbers[ref.node]

    def _label(self, ref: TensorRef) -> str:
        traced = self.trace.nodes.get(ref.node)
        if traced is None:
            return ", ".join(map(show, self.trace.inputs[:1]))
        if is_refused(traced):
            return ""
        return show(pick(traced.outputs, ref.output))

    def _add_outputs(self) -> None:
        model = self.trace.model
        for number, ref in enumerate(model.outputs):
            shape = self._label(ref) if ref.node in self.trace.nodes else ""
            source = self._source(ref)
            box = Box("output", "Output", shape=shape, status=self.boxes[source].status)
            self.edges.append(Edge(source, self._put(-2 - number, box), shape))


def before(model_result: ModelResult) -> Graph:
    """Return the model as it is, with the layers marked that errors are about."""
    graph = Graph(model_result.trace)
    for node in graph.trace.model.nodes:
        place = model_result.places.get(node.layer.site)
        if place is not None and not node.layer.is_inside_application:
            graph.boxes[graph.numbers[node.id]].line = place.line
    layers = list(rows(graph.trace))
    for number, code in fault_rows(model_result, layers).items():
        graph.boxes[graph.numbers[layers[number].node.id]].fault = code
    _mark_operations(graph, model_result)
    return graph


def _mark_operations(graph: Graph, model_result: ModelResult) -> None:
    """Mark operations that are refused: they are not rows of a table of layers."""
    codes = {
        id(found.finding): found.finding.code
        for found in model_result.findings
        if found.finding.fails
    }
    for node, traced in _traced(graph.trace):
        if traced.finding is not None and id(traced.finding) in codes:
            graph.boxes[graph.numbers[node.id]].fault = codes[id(traced.finding)]


def _traced(trace: Trace) -> Iterator[tuple[Node, Any]]:
    return ((node, trace.nodes[node.id]) for node in trace.model.nodes if node.id in trace.nodes)


def after(model_result: ModelResult, repaired: Trace) -> tuple[Graph, dict[int, str]]:
    """Return the repaired model, and what becomes of the boxes of the model as it is."""
    old, new = Graph(model_result.trace), Graph(repaired)
    changes: dict[int, str] = {}
    for pair in beside(old.trace, new.trace):
        was, now = _box(old, pair.before), _box(new, pair.after)
        if was is None and now is not None:
            new.boxes[now].change = "added"
        elif was is not None and now is None:
            changes[was] = "removed"
        elif was is not None and now is not None and _differ(old.boxes[was], new.boxes[now]):
            changes[was] = new.boxes[now].change = "changed"
    return new, changes


def _box(graph: Graph, row: Row | None) -> int | None:
    if row is None:
        return None
    return graph.numbers[row.node.id]


def _differ(old: Box, new: Box) -> bool:
    return (old.cls, old.arguments) != (new.cls, new.arguments)


def _kind(layer: Layer) -> str:
    if is_input(layer):
        return "input"
    if layer.is_operation:
        return "operation"
    return "model" if layer.is_model else "layer"


def _family(layer: Layer) -> str:
    """Return the kind of layer that it is in Keras's documentation: "pooling"."""
    found = signature(layer.cls) if not layer.is_user_layer else None
    if found is None:
        return ""
    return found.family


def _arguments(layer: Layer) -> str:
    """Return the arguments as they would be written, without the name; the name of a model."""
    if layer.model is not None:
        return layer.model.qualified
    given = [
        f"{argument.keyword}={show_value(argument.value)}"
        if argument.keyword
        else show_value(argument.value)
        for argument in layer.arguments
        if argument.keyword != "name"
    ]
    return ", ".join(given)[:_MOST_ARGUMENTS]
