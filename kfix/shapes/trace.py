"""Traces of models: the output shape and the weights of every layer, or its refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from kfix.findings import Finding
from kfix.model.graph import Argument, InnerLayer, Layer, Model, Node, Shapes, TensorRef
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes import operations, signatures
from kfix.shapes.graph import GraphWalk, trace_graph
from kfix.shapes.inputs import tensor_refs
from kfix.shapes.keras_tensors import refuses_symbols
from kfix.shapes.layer_call import LayerTracer
from kfix.shapes.legacy_arguments import RENAMED
from kfix.shapes.sequential import trace_sequential
from kfix.shapes.trace_result import (
    Trace,
    Traced,
    as_list,
    first_unknown,
    key_of,
    one_or_list,
    pick,
)

__all__ = ["Trace", "Traced", "Tracer", "as_list", "first_unknown", "pick"]


class Tracer(LayerTracer):
    """Traces models, and remembers their traces.

    `keras` is 2 or 3, the version whose names count. It answers the reader's questions too
    (`kfix.model.protocols.ShapeOf`).
    """

    _remembered = (*LayerTracer._remembered, "_traces", "_arena")

    def __init__(self, keras: int = 3, open_names: bool = False, alone: bool = False) -> None:
        super().__init__(keras, open_names, alone)
        self._traces: dict[object, Trace] = {}
        self._arena: dict[Node, Traced] = {}

    def open_all_names(self) -> None:
        """Take every name of an initializer: the program registers names of its own."""
        self.open_names = True
        for known in (self._bound, self._traces, self._arena, self._calls):
            known.clear()

    def switch(self, switched: Mapping[int, bool | Unknown]) -> None:
        """Take by uid what the program sets as `trainable` of layers and models."""
        if switched:
            self.switched = switched
            for known in (self._traces, self._arena, self._calls):
                known.clear()

    def trace(self, model: Model, inputs: Shapes | None = None) -> Trace:
        """Return the trace of a model on its own input shape, or on `inputs` if it is called.

        A model that is called keeps the weights of its own input shape if it has one. Raises a
        finding only if it is called with what it does not accept.
        """
        key = (model, key_of(inputs))
        found = self._traces.get(key)
        if found is None:
            whole = trace_graph
            if model.is_sequential:
                whole = trace_sequential
            found = whole(self, model, inputs)
            if inputs is not None and isinstance((own := self.trace(model)).params, int):
                found.params, found.weights_of = own.params, own
            found.trainable = self.switched.get(model.uid, _constructed(model))
            if not model.is_sequential and any(map(is_own, model.nodes)):
                found.unfold = partial(_unfolded, found, self.keras, self.switched)
            self._traces[key] = found
        return found

    def trained_layers(self, base: Layer, declared: Shapes) -> int | Unknown:
        """Return how many weights of a model of `keras.applications` training changes."""
        from kfix.shapes import application_layers

        return application_layers.trained(base, declared, self)

    # --- the reader's questions -----------------------------------------------------------

    def tensor(self, nodes: Sequence[Node], ref: TensorRef) -> Shapes:
        """See `ShapeOf.tensor`."""
        return pick(self.outputs(nodes, ref.node), ref.output)

    def outputs(self, nodes: Sequence[Node], node: int) -> Shapes:
        """See `ShapeOf.outputs`."""
        waiting = [node]
        known: dict[int, Traced] = {}
        while waiting:
            current = nodes[waiting[-1]]
            if current in self._arena:
                known[current.id] = self._arena[current]
                waiting.pop()
                continue
            missing = [
                ref.node
                for _, value in current.args
                for ref in tensor_refs(value)
                if ref.node not in known
            ]
            if missing:
                waiting.extend(missing)
                continue
            self._arena[current] = GraphWalk(self, known).step(current)
            waiting.pop()
        return known[node].onward

    def refuses(self, nodes: Sequence[Node], node: int) -> bool:
        """See `ShapeOf.refuses`."""
        self.outputs(nodes, node)
        found = signatures.signature(nodes[node].layer.cls)
        if found is not None and found.family == "preprocessing":
            return False  # on concrete tensors they take more than in a model
        traced = self._arena[nodes[node]]
        return traced.status == "refused" or refuses_symbols(self, nodes[node])

    def model_inputs(self, model: Model) -> Shapes:
        """See `ShapeOf.model_inputs`."""
        return one_or_list(self.trace(model).inputs)

    def vocabulary_size(self, layer: Layer) -> int | Unknown:
        """See `ShapeOf.vocabulary_size`."""
        from kfix.shapes.rules.preprocessing.lookup import vocabulary_size

        try:
            return vocabulary_size(self.bound(layer))
        except Finding as finding:
            return Unknown(str(finding), layer.site)
        except UnknownUsed as used:
            return used.unknown

    def application_input(self, layer: Layer) -> Shapes:
        """See `ShapeOf.application_input`."""
        from kfix.shapes import application_arguments

        try:
            shape = application_arguments.input_shape(layer, self)
        except Finding as finding:
            return Unknown(str(finding), finding.site)
        if shape is None:
            return Unknown("the model has no input shape", layer.site)
        return shape

    def application_name(self, layer: Layer) -> str | None:
        """See `ShapeOf.application_name`."""
        if not layer.is_application:
            return None
        from kfix.shapes import application_arguments

        try:
            return application_arguments.own_name(layer, self)
        except (Finding, UnknownUsed):
            return None

    def application_layers(self, layer: Layer) -> Sequence[InnerLayer] | Unknown:
        """See `ShapeOf.application_layers`."""
        from kfix.shapes import application_layers

        return application_layers.layers(layer, self)

    def application_nodes(
        self, layer: Layer, entry: TensorRef, start: Shapes, first: int
    ) -> Sequence[Node] | Unknown:
        """See `ShapeOf.application_nodes`."""
        from kfix.shapes import application_layers

        found = application_layers.uses(layer, entry, start, first, self)
        if isinstance(found, Unknown):
            return found
        return [node for node, _ in found]

    def model_outputs(self, model: Model) -> Shapes:
        """See `ShapeOf.model_outputs`."""
        return one_or_list(self.trace(model).would_be)

    def count_params(self, model: Model) -> int | Unknown:
        """See `ShapeOf.count_params`."""
        return self.trace(model).params

    def is_layer(self, name: str) -> bool:
        """See `ShapeOf.is_layer`."""
        return signatures.canonical(name) is not None

    def leaves_out(self, cls: str, arguments: Sequence[Argument], parameter: str) -> bool:
        """See `ShapeOf.leaves_out`."""
        found = signatures.signature(cls)
        if found is None or parameter not in found.names:
            return False
        given = {
            name
            for argument in arguments
            for name in (argument.keyword, *RENAMED.get(argument.keyword or "", ()))
        }
        places = sum(argument.keyword is None for argument in arguments)
        return (
            given.isdisjoint((parameter, "*", "**")) and parameter not in found.positional[:places]
        )

    def class_name(self, name: str) -> str | None:
        """See `ShapeOf.class_name`."""
        return signatures.canonical(name)

    def is_old_layer(self, name: str) -> bool:
        """See `ShapeOf.is_old_layer`."""
        return signatures.is_gone(name, self.alone)

    def is_application(self, name: str) -> bool:
        """See `ShapeOf.is_application`."""
        return signatures.application_signature(name) is not None

    def is_operation(self, path: str) -> bool:
        """See `ShapeOf.is_operation`."""
        return operations.is_operation(path)

    def operation(self, path: str, args: Sequence[tuple[str | None, object]]) -> Shapes:
        """See `ShapeOf.operation`."""
        try:
            return operations.operation(path, args)
        except UnknownUsed as used:
            return used.unknown
        except Finding as finding:
            return Unknown(str(finding), finding.site)


def is_own(node: Node) -> bool:
    """Return whether a model of `keras.applications` on its own input is built upon."""
    return node.layer.is_application and node.site == node.layer.site


def _unfolded(trace: Trace, keras: int, switched: Mapping[int, bool | Unknown]) -> Trace:
    """Return what `Trace.listed` is.

    It has a Tracer of its own, so that no trace keeps all that is known of a program.
    """
    from kfix.shapes.application_expansion import unfolded

    tracer = Tracer(keras)
    tracer.switched = switched
    return unfolded(tracer, trace, [node for node in trace.model.nodes if is_own(node)])


def _constructed(model: Model) -> bool | Unknown:
    """Return the `trainable` of a model's constructor."""
    for argument in model.arguments:
        if argument.keyword == "trainable":
            value = argument.value
            if isinstance(value, Unknown):
                return value
            return value is not False
    return True
