"""Traces models: every layer's output shape and parameter count, or the refusal."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from kfix.findings import Finding
from kfix.findings.dim_mismatch import DimMismatch
from kfix.findings.not_in_sequential import NotInSequential
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model import Array, Layer, Model, Node, Shape, Shapes, TensorRef, Unknown, UnknownUsed
from kfix.shapes import operations, signatures
from kfix.shapes.bind import Bound, bind
from kfix.shapes.inputs import first_layer_shape, input_layer_shape, is_input, standardize
from kfix.shapes.names import check_names
from kfix.shapes.registry import Rule, rule_of
from kfix.shapes.text import show


class Traced:
    """What became of one use of a layer.

    `status` is "known", "unknown", "refused" or "after-refusal"; `outputs` is
    an `Unknown` unless it is known. `params` counts the weights that this
    layer holds. `finding` is the refusal, `warnings` what only running would
    refuse, `inner` the trace of a nested model or of a body that was read.
    """

    __slots__ = ("finding", "inner", "inputs", "outputs", "params", "status", "warnings")

    def __init__(
        self,
        inputs: Shapes,
        outputs: Shapes,
        params: int | Unknown = 0,
        status: str = "known",
        finding: Finding | None = None,
        warnings: tuple[Finding, ...] = (),
        inner: Trace | None = None,
    ) -> None:
        self.inputs = inputs
        self.outputs = outputs
        self.params = params
        self.status = status
        self.finding = finding
        self.warnings = warnings
        self.inner = inner


class Trace:
    """A model traced: by node id what became of it, and the model's own inputs, outputs and parameter count.

    `findings` are the model's refusals and warnings in the order of its nodes,
    those of nested models included, each with its `site`.
    """

    __slots__ = ("findings", "inputs", "model", "nodes", "outputs", "params")

    def __init__(
        self,
        model: Model,
        inputs: list[Shapes],
        outputs: list[Shapes],
        nodes: dict[int, Traced],
        params: int | Unknown,
        findings: list[Finding],
    ) -> None:
        self.model = model
        self.inputs = inputs
        self.outputs = outputs
        self.nodes = nodes
        self.params = params
        self.findings = findings

    @property
    def refusal(self) -> Finding | None:
        """The first error."""
        return next((finding for finding in self.findings if finding.severity == "error"), None)


def pick(shapes: Shapes, output: int) -> Shapes:
    """One output of several; of a single one it is itself."""
    if isinstance(shapes, list):
        return shapes[output] if output < len(shapes) else Unknown(f"there is no output {output}")
    return shapes


def as_list(shapes: Shapes) -> list[Shapes]:
    """One shape or several, as a list."""
    if isinstance(shapes, list):
        return shapes
    if isinstance(shapes, dict):
        return list(shapes.values())
    return [shapes]


def first_unknown(shapes: object) -> Unknown | None:
    """The first shape in a structure of which nothing is known."""
    if isinstance(shapes, Unknown):
        return shapes
    if isinstance(shapes, list):
        return next((found for item in shapes if (found := first_unknown(item)) is not None), None)
    if isinstance(shapes, dict):
        return first_unknown(list(shapes.values()))
    return None


def _key(shapes: object) -> object:
    """A hashable stand-in for a structure of shapes."""
    if isinstance(shapes, list):
        return ("list", *map(_key, shapes))
    if isinstance(shapes, dict):
        return ("dict", *((name, _key(item)) for name, item in shapes.items()))
    if isinstance(shapes, Array):
        return shapes.shape
    try:
        hash(shapes)
    except TypeError:
        return repr(shapes)
    return shapes


AFTER = Unknown("a layer before it is refused")
NO_INPUT = Unknown("the model has no input shape")


class Tracer:
    """Traces models and remembers what it has found: a layer on the same input shapes is asked once.

    `keras` is 2 or 3, the version whose names count. It answers the reader's
    questions as well (`kfix.model.ShapeOf`).
    """

    def __init__(self, keras: int = 3) -> None:
        self.keras = keras
        self._bound: dict[Layer, Bound | Finding] = {}
        self._uses: dict[object, Traced] = {}
        self._arena: dict[Node, Traced] = {}

    # --- one layer ------------------------------------------------------------------------

    def bound(self, layer: Layer) -> Bound:
        """The layer's arguments by name; raises the finding that refuses its constructor."""
        found = self._bound.get(layer)
        if found is None:
            signature = signatures.signature(layer.cls)
            rule = rule_of(layer.cls)
            assert signature is not None
            assert rule is not None
            try:
                found = bind(layer, signature, rule.extra)
                found.tracer = self
                check_names(layer.cls, found.given.items())
                if rule.check is not None:
                    with suppress(UnknownUsed):  # what depends on an unknown argument is not refused
                        rule.check(found)
            except Finding as finding:
                finding.site = layer.site
                finding.__traceback__ = None
                found = finding
            self._bound[layer] = found
        if isinstance(found, Finding):
            raise found
        return found

    def use(self, layer: Layer, args: tuple[tuple[str | None, object], ...]) -> Traced:
        """What `layer(*args)` gives, where `args` hold shapes in place of tensors."""
        key = (layer, *((keyword, _key(value)) for keyword, value in args))
        found = self._uses.get(key)
        if found is None:
            found = self._uses[key] = self._use(layer, args)
        return found

    def inside(self, layer: Layer, shapes: Shapes, spec: bool = True) -> Traced:
        """What becomes of a wrapper's child on `shapes`; raises the child's refusal, or `UnknownUsed`.

        Without `spec` the rank that the child asks for is not checked: TimeDistributed
        builds its child and asks for the output shape, but does not call it.
        """
        args = ((None, shapes),)
        if spec or layer.library != "keras" or is_input(layer):
            traced = self.use(layer, args)
        elif (found := self._uses.get(key := ("inside", layer, _key(shapes)))) is not None:
            traced = found
        else:
            traced = self._uses[key] = self._use(layer, args, spec)
        if traced.finding is not None:
            raise traced.finding
        if isinstance(traced.outputs, Unknown):
            raise UnknownUsed(traced.outputs)
        return traced

    def _use(self, layer: Layer, args: tuple[tuple[str | None, object], ...], spec: bool = True) -> Traced:
        inputs: Shapes = args[0][1] if args else []  # type: ignore[assignment]
        try:
            return self._apply(layer, inputs, args, spec)
        except Finding as finding:
            finding.__traceback__ = None
            if finding.site is None:
                finding.site = layer.site
            return Traced(inputs, AFTER, 0, "refused", finding)
        except UnknownUsed as used:
            return Traced(inputs, used.unknown, used.unknown, "unknown")

    def _apply(
        self, layer: Layer, inputs: Shapes, args: tuple[tuple[str | None, object], ...], spec: bool = True
    ) -> Traced:
        if layer.library == "model" and layer.model is not None:
            return self._apply_model(layer.model, inputs)
        if layer.library == "ops":
            shapes = operations.operation(layer.cls, args)
            return Traced(inputs, shapes, 0, "unknown" if isinstance(shapes, Unknown) else "known")
        if is_input(layer):
            shape = input_layer_shape(layer)
            return Traced([], shape, 0, "unknown" if isinstance(shape, Unknown) else "known")
        if layer.body is not None:
            return self._apply_body(layer, inputs)
        if layer.unknown is not None:
            raise UnknownUsed(layer.unknown)
        if layer.library == "applications":
            from kfix.shapes import applications

            return applications.apply(layer, inputs, self)
        rule = rule_of(layer.cls) if layer.library == "keras" else None
        if rule is None:
            raise UnknownUsed(Unknown(f"no rule for `{layer.cls}`", layer.site))
        layer_args = self.bound(layer)
        if rule.why_unknown:
            raise UnknownUsed(Unknown(rule.why_unknown, layer.site))
        return self._apply_rule(rule, layer_args, inputs, args, spec)

    def _apply_rule(
        self, rule: Rule, layer: Bound, inputs: Shapes, args: tuple[tuple[str | None, object], ...], spec: bool
    ) -> Traced:
        if rule.many:
            layer = layer.called_with(args, self)
            return self._finish(rule, layer, inputs, rule.output(layer, inputs))  # type: ignore[arg-type]
        if isinstance(inputs, list | dict):
            several = as_list(inputs)
            if len(several) != 1:
                raise WrongInputs(layer.cls, expected="one input", actual=str(len(several)))
            inputs = several[0]
        if isinstance(inputs, Unknown):
            if rule.rank is None:
                raise UnknownUsed(inputs)
            shape: Shape = (inputs,) * rule.rank
        else:
            assert isinstance(inputs, tuple)
            shape = inputs
            if spec:
                check_rank(layer.cls, shape, rule.rank, rule.min_rank)
        layer = layer.called_with(args, self)
        if spec or rule.rank is None or len(shape) == rule.rank:
            return self._finish(rule, layer, shape, rule.output(layer, shape))
        try:  # a child of another rank than it asks for: only what its build and its shape rule stumble over is refused
            return self._finish(rule, layer, shape, rule.output(layer, shape))
        except (IndexError, ValueError):
            raise RankMismatch(layer.cls, expected=f"rank {rule.rank}", actual=show(shape)) from None

    def _finish(self, rule: Rule, layer: Bound, inputs: Any, outputs: Shapes) -> Traced:
        """The weights and the warning of a use whose outputs are known."""
        weights = rule.weights(layer, inputs) if rule.weights is not None else 0
        warning = rule.at_run_time(layer, inputs) if rule.at_run_time is not None else None
        if warning is not None and warning.site is None:
            warning.site = layer.layer.site
        status = "unknown" if first_unknown(outputs) is not None else "known"
        return Traced(inputs, outputs, weights, status, None, (warning,) if warning is not None else ())

    def _apply_body(self, layer: Layer, inputs: Shapes) -> Traced:
        assert layer.body is not None
        unknown = first_unknown(inputs)
        if unknown is not None:
            raise UnknownUsed(unknown)
        graph = layer.body(inputs)
        if isinstance(graph, Unknown):
            raise UnknownUsed(graph)
        return self._apply_model(graph, inputs)

    def _apply_model(self, model: Model, inputs: Shapes) -> Traced:
        trace = self.trace(model, inputs)
        outputs = trace.outputs[0] if len(trace.outputs) == 1 else list(trace.outputs)
        refusal = trace.refusal
        if refusal is not None:
            return Traced(inputs, AFTER, trace.params, "refused", refusal, (), trace)
        status = "unknown" if first_unknown(outputs) is not None else "known"
        return Traced(inputs, outputs, trace.params, status, None, tuple(trace.findings), trace)

    # --- models ---------------------------------------------------------------------------

    def trace(self, model: Model, inputs: Shapes | None = None) -> Trace:
        """Traces a model on its own input shape, or on `inputs` where it is called with them."""
        if model.kind == "sequential":
            return self._trace_sequential(model, inputs)
        return self._trace_graph(model, inputs)

    def _trace_graph(self, model: Model, inputs: Shapes | None) -> Trace:
        nodes: dict[int, Traced] = {}
        given: dict[int, Shapes] = {}
        findings: list[Finding] = []
        if inputs is None:
            inputs = model.given
        if inputs is not None:
            flat = as_list(inputs)
            if len(flat) != len(model.inputs):
                raise WrongInputs(model.name, expected=f"{len(model.inputs)} inputs", actual=str(len(flat)))
            for ref, shape in zip(model.inputs, flat, strict=True):
                given[ref.node] = shape
        built: dict[int, tuple[Shapes, int | Unknown]] = {}
        for node in model.nodes:
            if node.id in given:
                shape = given[node.id]
                if is_input(node.layer):
                    shape = _fit_input(model, self.use(node.layer, ()).outputs, shape)
                nodes[node.id] = Traced([], shape, 0, "unknown" if isinstance(shape, Unknown) else "known")
            else:
                nodes[node.id] = self._step(node, nodes, built, findings)
        outputs = [_lookup(ref, nodes) for ref in model.outputs]
        ins = [_lookup(ref, nodes) for ref in model.inputs]
        return Trace(model, ins, outputs, nodes, _total(model, nodes), findings)

    def _step(
        self,
        node: Node,
        nodes: dict[int, Traced],
        built: dict[int, tuple[Shapes, int | Unknown]],
        findings: list[Finding],
    ) -> Traced:
        """One node of a model, on what the nodes before it gave."""
        args = tuple((keyword, _shapes(value, nodes)) for keyword, value in node.args)
        for _, value in args:
            if (unknown := first_unknown(value)) is not None and unknown is AFTER:
                return Traced(value, AFTER, 0, "after-refusal")  # type: ignore[arg-type]
        traced = self.use(node.layer, args)
        if traced.status != "refused" and (made := built.get(node.layer.uid)) is not None:
            shape, weights = made
            if isinstance(weights, int) and isinstance(traced.params, int) and weights != traced.params:
                finding = DimMismatch(
                    node.layer.cls,
                    expected=f"the shape it was first called on, {show(shape)}",
                    actual=show(traced.inputs),
                )
                finding.site = node.site
                traced = Traced(traced.inputs, AFTER, 0, "refused", finding)
        elif traced.status == "known":
            built[node.layer.uid] = (traced.inputs, traced.params)
        if traced.finding is not None:
            findings.append(traced.finding)
        findings.extend(traced.warnings)
        return traced

    def _trace_sequential(self, model: Model, inputs: Shapes | None) -> Trace:
        nodes: dict[int, Traced] = {}
        findings: list[Finding] = []
        layers = list(model.nodes)
        entry: Shapes
        declared: Shapes | None = None
        try:
            declared = self._declared(layers, model)
        except Finding as finding:
            finding.__traceback__ = None
            if finding.site is None:
                finding.site = layers[0].layer.site
            findings.append(finding)
            declared = AFTER
        if inputs is not None and not isinstance(inputs, list | dict):
            entry = inputs if declared is None or declared is AFTER else _fit_input(model, declared, inputs)
        elif isinstance(inputs, list) and len(inputs) == 1:
            entry = inputs[0]
        elif inputs is not None:
            raise WrongInputs(model.name, expected="one input", actual=str(len(as_list(inputs))))
        else:
            entry = declared if declared is not None else NO_INPUT
        nodes[Model.ENTRY] = Traced([], entry)
        built: dict[int, tuple[Shapes, int | Unknown]] = {}
        names: set[str] = set()
        for place, node in enumerate(layers):
            refused = self._misplaced(node, place, layers, names, declared)
            if refused is not None and entry is not AFTER:
                refused.site = node.site
                findings.append(refused)
                nodes[node.id] = Traced([], AFTER, 0, "refused", refused)
                continue
            if is_input(node.layer):
                nodes[node.id] = Traced([], _lookup(node.args[0][1], nodes) if place else entry)
                if place == 0 and isinstance(entry, Unknown) and entry is AFTER and findings:
                    nodes[node.id].status = "refused"
                continue
            traced = self._step(node, nodes, built, findings)
            nodes[node.id] = traced
            if isinstance(traced.outputs, list | dict) and node is not layers[-1]:
                several = NotInSequential(
                    node.layer.cls, expected="one output", actual=f"{len(as_list(traced.outputs))} outputs"
                )
                several.site = node.layer.site
                findings.append(several)
                nodes[node.id] = Traced(traced.inputs, AFTER, traced.params, "refused", several)
        last = nodes[layers[-1].id].outputs if layers else entry
        return Trace(model, [entry], [last], nodes, _total(model, nodes), findings)

    def _declared(self, layers: Sequence[Node], model: Model) -> Shapes | None:
        """The input shape of a Sequential by its own words, or `None`."""
        if layers:
            first = layers[0].layer
            if is_input(first):
                return input_layer_shape(first)
            if first.library == "model" and first.model is not None:
                found = self.trace(first.model).inputs
                if not isinstance(found[0], Unknown) or found[0] is not NO_INPUT:
                    return found[0] if len(found) == 1 else list(found)
            else:
                shape = first_layer_shape(first, self.keras)
                if shape is not None:
                    return shape
                if first.library == "applications":
                    from kfix.shapes import applications

                    return applications.input_shape(first, self)
        if model.given is None or isinstance(model.given, list | dict):
            return model.given
        return standardize(model.given, model.name)

    def _misplaced(
        self, node: Node, place: int, layers: Sequence[Node], names: set[str], declared: Shapes | None
    ) -> Finding | None:
        """What a Sequential refuses to have added at this place."""
        layer = node.layer
        name = layer.name
        if name is not None:
            if name in names:
                return NotInSequential(layer.cls, expected="a name of its own", actual=f"{name!r} a second time")
            names.add(name)
        if place and is_input(layer):
            first = layers[0].layer
            if is_input(first) or first_layer_shape(first, self.keras) is not None:
                return NotInSequential(layer.cls, expected="one input shape", actual="another Input")
        return None

    # --- the reader's questions -----------------------------------------------------------

    def tensor(self, nodes: Sequence[Node], ref: TensorRef) -> Shapes:
        """See `ShapeOf.tensor`."""
        return pick(self.outputs(nodes, ref.node), ref.output)

    def outputs(self, nodes: Sequence[Node], node: int) -> Shapes:
        """See `ShapeOf.outputs`."""
        wanted = [node]
        known: dict[int, Traced] = {}
        while wanted:
            at = nodes[wanted[-1]]
            if at in self._arena:
                known[at.id] = self._arena[at]
                wanted.pop()
                continue
            missing = [r.node for _, value in at.args for r in _refs(value) if r.node not in known]
            if missing:
                wanted.extend(missing)
                continue
            self._arena[at] = known[at.id] = self._step(at, known, {}, [])
            wanted.pop()
        return known[node].outputs

    def model_inputs(self, model: Model) -> Shapes:
        """See `ShapeOf.model_inputs`."""
        inputs = self.trace(model).inputs
        return inputs[0] if len(inputs) == 1 else inputs

    def model_outputs(self, model: Model) -> Shapes:
        """See `ShapeOf.model_outputs`."""
        outputs = self.trace(model).outputs
        return outputs[0] if len(outputs) == 1 else outputs

    def count_params(self, model: Model) -> int | Unknown:
        """See `ShapeOf.count_params`."""
        return self.trace(model).params

    def is_layer(self, name: str) -> bool:
        """See `ShapeOf.is_layer`."""
        return signatures.canonical(name) is not None

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
            return Unknown(finding.message, finding.site)


def _refs(value: object) -> list[TensorRef]:
    if isinstance(value, TensorRef):
        return [value]
    if isinstance(value, list | tuple):
        return [ref for item in value for ref in _refs(item)]
    if isinstance(value, dict):
        return [ref for item in value.values() for ref in _refs(item)]
    return []


def _lookup(ref: object, nodes: dict[int, Traced]) -> Shapes:
    assert isinstance(ref, TensorRef)
    return pick(nodes[ref.node].outputs, ref.output)


def _shapes(value: object, nodes: dict[int, Traced]) -> object:
    """A call's argument with shapes in place of tensors: a list of tensors is a list of shapes."""
    if isinstance(value, TensorRef):
        return pick(nodes[value.node].outputs, value.output)
    if isinstance(value, list | tuple) and _refs(value):
        return [_shapes(item, nodes) for item in value]
    if isinstance(value, dict):
        return {name: _shapes(item, nodes) for name, item in value.items()}
    return value


def _total(model: Model, nodes: dict[int, Traced]) -> int | Unknown:
    """The parameters of all layers, a shared one counted once."""
    seen: set[int] = set()
    total: int | Unknown = 0
    for node in model.nodes:
        if node.layer.uid not in seen:
            seen.add(node.layer.uid)
            traced = nodes[node.id]
            total = total + (traced.outputs if isinstance(traced.outputs, Unknown) else traced.params)  # type: ignore[operator]
    return total


def _fit_input(model: Model, declared: Shapes, given: Shapes) -> Shapes:
    """The shape that a model declared for one input is called with.

    Keras lets a last axis of 1 be missing or extra; every other number that
    differs is refused.
    """
    if not isinstance(declared, tuple) or not isinstance(given, tuple):
        return given
    subject = model.name or "the model"
    shape = given
    if len(given) == len(declared) + 1 and given[-1] == 1:
        shape = given[:-1]
    elif len(given) == len(declared) - 1 and declared[-1] == 1:
        shape = (*given, 1)
    elif len(given) != len(declared):
        raise RankMismatch(subject, expected=f"rank {len(declared)}", actual=f"rank {len(given)} {show(given)}")
    for want, have in zip(declared[1:], shape[1:], strict=True):
        if isinstance(want, int) and isinstance(have, int) and want != have:
            raise DimMismatch(subject, expected=show(declared), actual=show(given))
    return shape


def check_rank(cls: str, shape: Shape, rank: int | None, min_rank: int | None) -> None:
    """What an input spec with `ndim` or `min_ndim` refuses; raises `RankMismatch`."""
    if rank is not None and len(shape) != rank:
        raise RankMismatch(cls, expected=f"rank {rank}", actual=f"rank {len(shape)} {show(shape)}")
    if min_rank is not None and len(shape) < min_rank:
        raise RankMismatch(cls, expected=f"rank {min_rank} or more", actual=f"rank {len(shape)} {show(shape)}")
