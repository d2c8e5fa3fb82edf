"""Traces of whole graphs: node by node, each on the outputs of the nodes before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kfix.findings import Finding
from kfix.findings.dim_mismatch import DimMismatch
from kfix.findings.inputs_do_not_match import ONE_BATCH, InputsDoNotMatch
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.attributes import DATA, UNCALLED
from kfix.model.graph import Array, Model, Node, Shapes, TensorRef
from kfix.model.order import by_key
from kfix.model.unknown import Unknown
from kfix.shapes.binding import CallArguments
from kfix.shapes.inputs import (
    brought_to_rank,
    check_call,
    declared_shape,
    is_input,
    tensor_refs,
)
from kfix.shapes.keras_tensors import refuses_symbols, symbols_finding
from kfix.shapes.layer_call import LayerTracer
from kfix.shapes.trace_result import (
    AFTER,
    OUTSIDE,
    Trace,
    Traced,
    as_list,
    first_unknown,
    lookup,
    pick,
    status_of,
    with_any_batch,
)


class GraphWalk:
    """Traces the nodes of one graph in order, and collects the findings about them."""

    def __init__(self, tracer: LayerTracer, nodes: dict[int, Traced] | None = None) -> None:
        self.tracer = tracer
        self.nodes: dict[int, Traced] = {} if nodes is None else nodes
        self.findings: list[Finding] = []
        self._built: dict[tuple[int, object], Traced] = {}
        """By the uid and the body of a layer, its first call, for which it made its weights."""
        self.builds = True
        """Whether these calls build the layers, as those of a model that is called do not."""
        self._has_would_be = nodes is not None
        """Whether a layer may be refused for old names alone: hardly ever is one."""

    def step(self, node: Node, args: CallArguments | None = None) -> Traced:
        """Trace one node; `args` are given if they are other than the node's own tensors."""
        traced = self.nodes[node.id] = self._step(node, args)
        self._has_would_be = self._has_would_be or traced.would_be is not None
        return traced

    def refuse(self, node: Node, finding: Finding) -> None:
        """Enter a node that is refused before it is called."""
        self.nodes[node.id] = Traced([], AFTER, 0, "refused", finding)
        self.findings.append(finding)

    def refuse_symbols(self, node: Node) -> None:
        """Enter a function that takes no KerasTensor, unless its shapes are refused first."""
        traced = self.step(node)
        if traced.finding is None:
            finding = symbols_finding(node)
            self._has_would_be = True
            self.nodes[node.id] = Traced(
                traced.inputs, AFTER, 0, "refused", finding, would_be=traced.onward
            )
            self.findings.append(finding)

    def enter(self, node: int, shape: Shapes) -> None:
        """Enter the shape of an input."""
        self.nodes[node] = Traced([], shape, 0, status_of(shape))

    def _step(self, node: Node, args: CallArguments | None) -> Traced:
        nodes = self.nodes
        if args is None:
            args = tuple((keyword, _shapes(value, nodes)) for keyword, value in node.args)
        for _, value in args:
            if first_unknown(value) is AFTER:
                return Traced(value, AFTER, 0, "after-refusal")  # type: ignore[arg-type]
        if node.layer.is_operation:
            args = tuple((keyword, _arrays(value, nodes)) for keyword, value in node.args)
        traced = self._with_first_weights(node, self._use(node, args))
        if traced.finding is not None:
            self.findings.append(traced.finding)
        self.findings.extend(traced.warnings)
        is_open = self._has_would_be and traced.status != "refused"
        if is_open and self._is_after_would_be(node):
            return Traced(
                traced.inputs,
                AFTER,
                traced.params,
                "after-refusal",
                inner=traced.inner,
                would_be=traced.outputs,
                trained=traced.trained,
            )
        return traced

    def _use(self, node: Node, args: CallArguments) -> Traced:
        """Trace a call; a merging layer that was built before broadcasts batches as well."""
        traced = self.tracer.use(node.layer, args)
        refused = traced.finding
        if self.builds or not isinstance(refused, InputsDoNotMatch):
            return traced
        # The shapes are those of this layer, or of one in its code.
        if refused.expected != ONE_BATCH or len(_batches(refused.actual) - {None, 1}) > 1:
            return traced
        opened = tuple((name, with_any_batch(value)) for name, value in args)  # type: ignore[arg-type]
        return self.tracer.use(node.layer, opened)

    def _with_first_weights(self, node: Node, traced: Traced) -> Traced:
        """Return the trace, or its refusal if the weights of the first call do not fit this one."""
        # A layer of the program may take another way, with other weights, for other arguments.
        key = (node.layer.uid, node.layer.body)
        first = self._built.get(key)
        if first is None:
            if traced.status == "known":
                self._built[key] = traced
            return traced
        counted = isinstance(first.params, int) and isinstance(traced.params, int)
        if traced.status == "refused" or not counted or first.params == traced.params:
            return traced
        finding = DimMismatch(
            node.layer.cls, expected=first.inputs, first_call=True, actual=traced.inputs
        )
        finding.site = node.site
        return Traced(traced.inputs, AFTER, 0, "refused", finding)

    def _is_after_would_be(self, node: Node) -> bool:
        """Return whether a layer before the node is refused for old names of arguments."""
        before = (self.nodes.get(ref.node) for ref in tensor_refs(node.args))
        return any(traced is not None and traced.would_be is not None for traced in before)


# --- functional models ----------------------------------------------------------------------------

_ALL_INPUTS = "every Input that its outputs are made of"


def trace_graph(tracer: LayerTracer, model: Model, inputs: Shapes | None) -> Trace:
    """Return the trace of a functional model, or of a body that was read.

    It is traced on its own inputs, or on those it is called with. Raises `WrongInputs`,
    `RankMismatch` or `DimMismatch` where a call does not fit its inputs.
    """
    walk = GraphWalk(tracer)
    given = _given(tracer, model, inputs)
    walk.builds = inputs is None or model.takes is None
    # A body that was read is always given something.
    alone = inputs is None and model.is_functional
    entries = {ref.node for ref in (*model.inputs, *_of_uncalled(model))}
    closed = alone and all(_is_known_entry(node) for node in model.nodes if node.id in entries)
    symbols: set[int] = set()
    for node in model.nodes:
        if _symbolic(node, symbols):
            symbols.add(node.id)
            if alone and refuses_symbols(tracer, node):
                walk.refuse_symbols(node)
                continue
        outside = closed and node.id not in entries and is_input(node.layer)
        if outside and node.layer.attribute(DATA) is None:
            walk.refuse(node, _missing_input(model))
        elif node.id in given:
            shape = given[node.id]
            if is_input(node.layer) and inputs is not None:
                declared = tracer.use(node.layer, ()).outputs
                walk.findings.extend(check_call(model.name or "the model", declared, shape))
                shape = brought_to_rank(declared, shape)
            walk.enter(node.id, shape)
        elif model.called:
            _step_on_data(walk, node)
        else:
            walk.step(node)
    nodes = walk.nodes
    outputs = [_output(ref, nodes) for ref in model.outputs]
    own_inputs = [_output(ref, nodes) for ref in model.inputs]
    return Trace(model, own_inputs, outputs, nodes, walk.findings)


def _output(ref: TensorRef, nodes: dict[int, Traced]) -> Shapes:
    traced = nodes.get(ref.node)
    if traced is None:
        return OUTSIDE
    return pick(traced.outputs, ref.output)


def _symbolic(node: Node, symbols: set[int]) -> bool:
    """Return whether a node is an Input, or takes a KerasTensor."""
    if is_input(node.layer):
        return node.layer.attribute(DATA) is None
    return any(ref.node in symbols for ref in tensor_refs(node.args))


def _is_known_entry(node: Node) -> bool:
    """Return whether it is known which tensor an input of a model is."""
    shapes = (one.value for one in node.layer.arguments if one.keyword == "batch_shape")
    return not node.layer.is_unknown and not any(isinstance(one, Unknown) for one in shapes)


def _of_uncalled(model: Model) -> list[TensorRef]:
    """Return what a model in the place of a tensor would be called on: that place is refused."""
    uncalled = [node for node in model.nodes if node.layer.attribute(UNCALLED) is not None]
    return [ref for node in uncalled for ref in tensor_refs(node.args)]


def _missing_input(model: Model) -> Finding:
    """Return the refusal of a model that an Input leads into that is none of its inputs."""
    name = model.name or "the model"
    missing = WrongInputs(name, expected=_ALL_INPUTS, actual="others alone")
    missing.site = model.site
    return missing


def _step_on_data(walk: GraphWalk, node: Node) -> None:
    """Trace a node of a call on data, which a model accepts in more cases."""
    before = len(walk.findings)
    traced = walk.step(node)
    if traced.status != "refused" or node.layer.model is None:
        return
    from kfix.shapes.concrete_calls import on_data

    accepted = on_data(walk.tracer, node.layer, traced)
    if accepted.status != "refused":
        walk.findings[before:] = accepted.warnings
    walk.nodes[node.id] = accepted


def _given(tracer: LayerTracer, model: Model, inputs: Shapes | None) -> dict[int, Shapes]:
    """Return by node the shapes of the inputs that are given; raise `WrongInputs`."""
    if inputs is not None:
        shapes = _matched(model, inputs)
    elif model.given is not None and len(as_list(model.given)) == len(model.inputs):
        shapes = as_list(model.given)
    else:
        return {}
    given = {ref.node: shape for ref, shape in zip(model.inputs, shapes, strict=True)}
    if inputs is None:
        for node in model.nodes:
            if node.id in given and is_input(node.layer):
                own = tracer.use(node.layer, ()).onward
                given[node.id] = declared_shape(own, given[node.id])
    return given


def _matched(model: Model, inputs: Shapes) -> list[Shapes]:
    """Return the shapes of a call, one for each input; a dict goes by the keys of the inputs."""
    keys: list[object] = list(model.input_keys)
    if len(keys) != len(model.inputs):
        names = {node.id: node.layer.name for node in model.nodes}
        keys = [names.get(ref.node) for ref in model.inputs]
    if isinstance(inputs, dict) and all(key in inputs for key in keys):
        return [inputs[key] for key in keys]  # type: ignore[index]
    if isinstance(inputs, Unknown):  # it may be as many tensors as there are inputs
        return [inputs] * len(model.inputs)
    flat = list(_leaves(inputs))
    if len(flat) != len(model.inputs):
        raise WrongInputs(model.name, expected=f"{len(model.inputs)} inputs", actual=len(flat))
    return flat


def _leaves(inputs: Shapes) -> Iterator[Shapes]:
    """Yield the shapes in nested lists and dictionaries, in the order in which Keras flattens."""
    parts: Iterable[Shapes] = ()
    if isinstance(inputs, dict):
        parts = (inputs[key] for key in by_key(inputs))
    elif isinstance(inputs, list):
        parts = inputs
    else:
        yield inputs
    for part in parts:
        yield from _leaves(part)


# --- arguments ------------------------------------------------------------------------------------


def _batches(shapes: object) -> set[object]:
    """Return the batch sizes of all shapes in a structure."""
    leaves = _leaves(shapes)  # type: ignore[arg-type]
    return {shape[0] for shape in leaves if isinstance(shape, tuple) and shape}


def _arrays(value: object, nodes: dict[int, Traced]) -> object:
    """Return an operation's argument with an `Array` for each tensor; a plain tuple stays one."""
    if isinstance(value, TensorRef):
        shape = lookup(value, nodes)
        if isinstance(shape, list):
            return [*map(_as_array, shape)]
        return _as_array(shape)
    if isinstance(value, list | tuple):
        return type(value)([_arrays(item, nodes) for item in value])
    if isinstance(value, dict):
        return {name: _arrays(item, nodes) for name, item in value.items()}
    return value


def _as_array(shape: Shapes) -> object:
    if isinstance(shape, tuple | Unknown):
        return Array(shape)
    return shape


def _shapes(value: object, nodes: dict[int, Traced]) -> object:
    """Return a call's argument with shapes for tensors; a list of tensors is a list of shapes."""
    if isinstance(value, TensorRef):
        return lookup(value, nodes)
    if isinstance(value, list | tuple) and tensor_refs(value):
        return [_shapes(item, nodes) for item in value]
    if isinstance(value, dict):
        return {name: _shapes(item, nodes) for name, item in value.items()}
    return value
