"""One use of one layer: its arguments bound, its rule asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from kfix.findings import Finding
from kfix.findings.bad_argument import BadArgument
from kfix.findings.data import Rank
from kfix.findings.not_a_sequential import NotASequential
from kfix.findings.old_argument import OldArgument
from kfix.findings.old_layer import OldLayer
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.size_not_positive import SizeNotPositive
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Array, InnerLayer, Layer, Model, Shape, Shapes, Symbol
from kfix.model.origin import LEFT_OUT
from kfix.model.record import replace
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes import operations, signatures
from kfix.shapes.binding import Bound, bind
from kfix.shapes.formatting import show
from kfix.shapes.identifiers import check_names
from kfix.shapes.inputs import input_layer_shape, is_input
from kfix.shapes.registry import Rule, rule_of
from kfix.shapes.trace_result import (
    AFTER,
    Trace,
    Traced,
    first_unknown,
    key_of,
    status_of,
    without_arrays,
)

_LEFT_OUT = Unknown("an argument is left out that has no value but None here")

Args = tuple[tuple[str | None, object], ...]


class LayerTracer:
    """Asks the rules, and remembers the answers: a layer on the same input shapes is asked once.

    `keras` is 2 or 3, the version whose names count; `open_names` says that the
    program gives Keras activations and the like of its own; `alone` that it has
    nothing to do with TensorFlow, whose `tf.keras.layers` has a few layers more.
    `trace` is what the subclass knows of whole models.
    """

    def __init__(self, keras: int = 3, open_names: bool = False, alone: bool = False) -> None:
        self.keras = keras
        self.open_names = open_names
        self.alone = alone
        self.switched: Mapping[int, bool | Unknown] = {}
        self._bound: dict[Layer, Bound | Finding] = {}
        self._uses: dict[object, Traced] = {}
        self.names: dict[Layer, str | None] = {}
        """The names that layers were given, looked up once for each."""

    def trace(self, model: Model, inputs: Shapes | None = None) -> Trace:
        """Traces a model on its own input shape, or on `inputs` where it is called with them."""
        raise NotImplementedError

    def bound(self, layer: Layer) -> Bound:
        """The layer's arguments by name; raises the finding that refuses its constructor.

        Old names of arguments are translated; under Keras 3 the refusal for
        them is left on the `Bound` as `old`.
        """
        found = self._bound.get(layer)
        if found is None:
            signature = signatures.signature(layer.cls)
            rule = rule_of(layer.cls)
            assert signature is not None
            assert rule is not None
            try:
                found = bind(layer, signature, rule.extra, self.keras)
                found.tracer = self
                if self.keras > 2 and signatures.is_gone(layer.cls, self.alone):
                    now, said = signatures.OLD_LAYERS[layer.cls]
                    renames = found.old.renames if isinstance(found.old, OldArgument) else ()
                    found.old = OldLayer(layer.cls, expected=said, successor=now, renames=renames)
                if found.old is not None:
                    found.old.site = layer.site
                check_names(layer.cls, found.given.items(), self.open_names)
                if rule.check is not None:
                    with suppress(
                        UnknownUsed
                    ):  # what depends on an unknown argument is not refused
                        rule.check(found)
            except Finding as finding:
                finding.site = layer.site
                finding.__traceback__ = None
                found = finding
            self._bound[layer] = found
        if isinstance(found, Finding):
            raise found
        return found

    def use(self, layer: Layer, args: Args) -> Traced:
        """What `layer(*args)` gives, where `args` hold shapes in place of tensors."""
        key: object = (layer, args)
        try:
            found = self._uses.get(key)
        except TypeError:  # lists are among them
            key = (layer, *((keyword, key_of(value)) for keyword, value in args))
            found = self._uses.get(key)
        if found is None:
            found = self._uses[key] = self._use(layer, args, True)
        return found

    def inside(self, layer: Layer, shapes: Shapes, spec: bool = True) -> Traced:
        """What becomes of a wrapper's child on `shapes`; raises the child's refusal, or `UnknownUsed`.

        Without `spec` the rank that the child asks for is not checked: TimeDistributed
        builds its child and asks for the output shape, but does not call it.
        """
        args = ((None, shapes),)
        if spec or not layer.is_keras_layer or is_input(layer):
            traced = self.use(layer, args)
        elif (found := self._uses.get(key := ("inside", layer, key_of(shapes)))) is not None:
            traced = found
        else:
            traced = self._uses[key] = self._use(layer, args, spec)
        if traced.finding is not None:
            raise traced.finding
        if isinstance(traced.outputs, Unknown):
            raise UnknownUsed(traced.outputs)
        return traced

    def trainable(self, layer: Layer, parts: bool = False) -> bool | Unknown:
        """Are the weights trained that the layer makes for itself?

        What the program sets afterwards counts, else what the constructor says; that does not reach the layers
        within (`parts`), whose weights say for themselves whether they are trained.
        """
        switched = self.switched.get(layer.uid)
        base = (
            layer.attribute("within")
            if switched is None and self.switched and layer.attributes
            else None
        )
        if isinstance(base, Layer):
            switched = self.switched.get(
                base.uid + 1
            )  # what was set of all the layers of that model
        if switched is not None or parts:
            return True if switched is None else switched
        said = layer.argument("trainable")
        if said is None:
            return True
        return said.value if isinstance(said.value, Unknown) else said.value is not False

    def trained_inside(self, base: Layer) -> bool | Unknown | None:
        """Are the layers inside a model of `keras.applications` trained? `None` where they were not all set alike."""
        first = base.uid + 1
        if any(first < uid <= first + InnerLayer.RESERVED for uid in self.switched):
            return None
        return self.switched.get(first, True)

    def trained_layers(self, base: Layer, declared: Shapes) -> int | Unknown:
        """How many weights of such a model, on its own input, training changes: counted layer by layer."""
        raise NotImplementedError

    def _trained(
        self, layer: Layer, weights: int | Unknown, untrained: int | Unknown, parts: bool
    ) -> int | Unknown:
        """How many of its weights training changes."""
        on = self.trainable(layer, parts)
        if on is False:
            return 0
        trained = weights - untrained
        return trained if on is True or trained == 0 else on

    def _use(self, layer: Layer, args: Args, spec: bool) -> Traced:
        first: Any = args[0][1] if args else []
        inputs: Shapes = (
            first if type(first) is tuple and not layer.is_operation else without_arrays(first)
        )
        try:
            return self._apply(layer, inputs, args, spec)
        except Finding as finding:
            finding.__traceback__ = None
            if any(argument.origin is LEFT_OUT for argument in layer.arguments):
                return Traced(inputs, _LEFT_OUT, _LEFT_OUT, "unknown")
            if finding.site is None:
                finding.site = layer.site
            return Traced(inputs, AFTER, 0, "refused", finding)
        except UnknownUsed as used:
            return Traced(inputs, used.unknown, used.unknown, "unknown")

    def _apply(self, layer: Layer, inputs: Shapes, args: Args, spec: bool) -> Traced:
        if layer.is_model and layer.model is not None:
            return self._apply_model(layer.model, inputs)
        if layer.is_operation:
            if layer.cls == "keras.layers.merge" and self.keras > 2:
                return self._old_merge(inputs, args)
            shapes = operations.operation(layer.cls, args)
            return Traced(inputs, shapes, 0, status_of(shapes))
        if is_input(layer):
            shape = input_layer_shape(layer)
            return Traced([], shape, 0, status_of(shape))
        if layer.body is not None:
            told = (
                layer.is_keras_layer and layer.argument("output_shape") is not None
            )  # Lambda goes by it
            if not told:
                return self._apply_body(layer, layer.body, inputs)
        if layer.is_unknown and layer.cls == "Merge":
            return self._old_join(layer)
        if layer.is_refused:
            raise NotASequential(layer.name or "the model")
        if layer.unknown is not None:
            raise UnknownUsed(layer.unknown)
        if layer.is_application:
            from kfix.shapes import applications

            return applications.apply(layer, inputs, self)
        of_keras = layer.is_keras_layer or layer.is_inside_application
        rule = rule_of(layer.cls) if of_keras else None
        if rule is None:
            raise UnknownUsed(Unknown(f"no rule for `{layer.cls}`", layer.site))
        bound = self.bound(layer)
        if rule.why_unknown:
            raise UnknownUsed(Unknown(rule.why_unknown, layer.site))
        try:
            traced = self._apply_rule(rule, bound.called_with(args, self), inputs, spec)
        except UnknownUsed as used:
            if bound.old is None:
                raise
            traced = Traced(inputs, used.unknown, used.unknown, "unknown")
        if bound.old is not None:
            # An argument of another name is refused whatever the layer is called on.
            outputs = traced.outputs
            return Traced(
                inputs,
                AFTER,
                traced.params,
                "refused",
                bound.old,
                (),
                None,
                outputs,
                traced.trained,
            )
        return traced

    def _old_merge(self, inputs: Shapes, args: Args) -> Traced:
        from kfix.shapes import keras1_merge

        shapes: Shapes | None = None
        with suppress(
            Finding, UnknownUsed
        ):  # they do not fit: that is told once it has its new name
            shapes = operations.operation(keras1_merge.PATH, args)
        return Traced(inputs, AFTER, 0, "refused", keras1_merge.finding(args), would_be=shapes)

    def _old_join(self, layer: Layer) -> Traced:
        """`Merge([left, right])`, the first layer of a Sequential of Keras 1: it takes what the models take."""
        from kfix.shapes import keras1_merge

        joined = keras1_merge.joined(layer)
        if joined is None:
            raise UnknownUsed(Unknown(f"no rule for `{layer.cls}`", layer.site))
        models, more = joined
        traces = [self.trace(model) for model in models]
        ends = [end for trace in traces for end in trace.outputs]
        args: Args = (
            (None, [Array(end) if isinstance(end, tuple) else end for end in ends]),
            *more,
        )
        if self.keras > 2:
            # Whether the ends fit is told once they are joined in another way: the models may have old names yet.
            return Traced([], AFTER, 0, "refused", keras1_merge.join_finding(args))
        shapes = operations.operation(keras1_merge.PATH, args)
        weights: int | Unknown = 0
        for trace in traces:
            weights = weights + trace.params
        return Traced([], shapes, weights, status_of(shapes))

    def _apply_rule(self, rule: Rule, layer: Bound, inputs: Shapes, spec: bool) -> Traced:
        if rule.many:
            if not _are_shapes(inputs):
                why = f"what `{layer.cls}` is called on is no tensor"
                raise UnknownUsed(Unknown(why, layer.layer.site))
            return self._finish(rule, layer, inputs, rule.output(layer, inputs))  # type: ignore[arg-type]
        if isinstance(inputs, list | dict):
            given = (
                f"a list of {len(inputs)}"
                if isinstance(inputs, list)
                else f"a dict of {len(inputs)}"
            )
            raise WrongInputs(layer.cls, expected="one tensor", actual=given)
        if isinstance(inputs, Unknown):
            if rule.rank is None:
                raise UnknownUsed(inputs)
            shape: Shape = (inputs,) * rule.rank
        elif not isinstance(inputs, tuple):
            raise WrongInputs(layer.cls, expected="one tensor", actual=repr(inputs))
        else:
            shape = inputs
            if spec:
                check_rank(layer.cls, shape, rule.rank, rule.min_rank)
        if not shape:
            return self._apply_to_scalar(rule, layer)
        if spec or rule.rank is None or len(shape) == rule.rank:
            return self._finish(rule, layer, shape, rule.output(layer, shape))
        if layer.cls.endswith("Transpose") or (
            layer.signature.family == "pooling" and "Global" not in layer.cls
        ):
            # Keras gives a shape that means nothing, and refuses when it runs
            raise UnknownUsed(
                Unknown(f"`{layer.cls}` wrapped on rank {len(shape)}", layer.layer.site)
            )
        try:  # a child of another rank than it asks for: only what its build and its shape rule stumble over is refused
            return self._finish(rule, layer, shape, rule.output(layer, shape))
        except (IndexError, ValueError):
            raise RankMismatch(layer.cls, expected=Rank(rule.rank), actual=shape) from None

    def _apply_to_scalar(self, rule: Rule, layer: Bound) -> Traced:
        """Rules may take for granted that there is a batch axis; Keras refuses a scalar where it looks for one."""
        try:
            return self._finish(rule, layer, (), rule.output(layer, ()))
        except IndexError:
            raise RankMismatch(layer.cls, expected=Rank(1, None), actual=()) from None

    def _finish(self, rule: Rule, layer: Bound, inputs: Any, outputs: Shapes) -> Traced:
        """The weights and the warning of a use whose outputs are known."""
        outputs = _tensor_shapes(layer.cls, outputs)
        weights: int | Unknown = 0
        if rule.weights is not None:
            try:
                weights = rule.weights(layer, inputs)
            except UnknownUsed as used:  # their number may hang on what the shape does not
                weights = used.unknown
        untrained: int | Unknown = 0
        if rule.untrained is not None:
            try:
                untrained = rule.untrained(layer, inputs)
            except UnknownUsed as used:
                untrained = used.unknown
        trained = self._trained(layer.layer, weights, untrained, rule.parts)
        warning: Finding | None = None
        if rule.at_run_time is not None:
            with suppress(UnknownUsed):  # where it cannot be told nothing is said
                warning = rule.at_run_time(layer, inputs)
        values = layer.values
        if warning is None and (
            _is_glu(values.get("activation")) or _is_glu(values.get("recurrent_activation"))
        ):
            from kfix.shapes.glu import halved

            warning = halved(layer, outputs)
        if warning is not None and warning.site is None:
            warning.site = layer.layer.site
        warnings = (warning,) if warning is not None else ()
        return Traced(inputs, outputs, weights, status_of(outputs), None, warnings, trained=trained)

    def _apply_body(
        self, layer: Layer, body: Callable[[Shapes], Model | Unknown], inputs: Shapes
    ) -> Traced:
        unknown = first_unknown(inputs)
        if unknown is not None:
            raise UnknownUsed(unknown)
        graph = body(inputs)
        if isinstance(graph, Unknown):
            raise UnknownUsed(graph)
        if graph.weights != 0 and self.trainable(layer) is not True:
            on = self.trainable(layer)
            graph = replace(graph, trained=0 if on is False else on)
        return self._apply_model(graph, inputs)

    def _apply_model(self, model: Model, inputs: Shapes) -> Traced:
        trace = self.trace(model, inputs)
        outputs = trace.outputs[0] if len(trace.outputs) == 1 else list(trace.outputs)
        refusal = trace.refusal
        if refusal is not None:
            would_be = trace.would_be
            onward = would_be[0] if len(would_be) == 1 else list(would_be)
            return Traced(
                inputs,
                AFTER,
                trace.params,
                "refused",
                refusal,
                (),
                trace,
                None if not would_be or first_unknown(onward) is AFTER else onward,
                lambda: trace.trained,
            )
        warnings = tuple(trace.findings)
        status = status_of(outputs)
        return Traced(
            inputs,
            outputs,
            trace.params,
            status,
            None,
            warnings,
            trace,
            None,
            lambda: trace.trained,
        )


def _is_glu(value: object) -> bool:
    return (
        value == "glu"
        if isinstance(value, str)
        else isinstance(value, Symbol) and value.path.endswith(".glu")
    )


def check_rank(cls: str, shape: Shape, rank: int | None, min_rank: int | None) -> None:
    """What an input spec with `ndim` or `min_ndim` refuses; raises `RankMismatch`."""
    if rank is not None and len(shape) != rank:
        raise RankMismatch(cls, expected=Rank(rank), actual=shape)
    if min_rank is not None and len(shape) < min_rank:
        raise RankMismatch(cls, expected=Rank(min_rank, None), actual=shape)


def _are_shapes(inputs: object) -> bool:
    """Return whether what a layer is called on are shapes, in whatever lists and dictionaries."""
    if isinstance(inputs, list):
        return all(map(_are_shapes, inputs))
    if isinstance(inputs, dict):
        return all(map(_are_shapes, inputs.values()))
    return isinstance(inputs, tuple | Unknown)


def _tensor_shapes(cls: str, shapes: Shapes) -> Shapes:
    """Shapes as a tensor can have them: raises where `standardize_shape` refuses floats and negative dims."""
    if isinstance(shapes, list):
        return [_tensor_shapes(cls, shape) for shape in shapes]
    if isinstance(shapes, dict):
        return {name: _tensor_shapes(cls, shape) for name, shape in shapes.items()}
    if isinstance(shapes, Unknown):
        return shapes
    plain = True
    for dim in shapes:
        if dim is None or (type(dim) is int and dim >= 0) or isinstance(dim, Unknown):
            continue
        if not isinstance(dim, int):
            raise BadArgument(
                cls, expected="integers", actual=f"{show(shapes)} as its output shape"
            )
        if dim < 0:
            raise SizeNotPositive(cls, expected="its input", actual=shapes)
        plain = plain and dim is not True and dim is not False
    return shapes if plain else tuple(int(dim) if isinstance(dim, bool) else dim for dim in shapes)
