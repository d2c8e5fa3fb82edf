"""One call of one layer: its arguments are bound, and what knows its shape is asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from kfix.findings import Finding
from kfix.findings.end_not_a_tensor import EndNotATensor
from kfix.findings.no_attribute import NoAttribute
from kfix.findings.not_a_sequential import NotASequential
from kfix.findings.not_a_tensor import NotATensor
from kfix.findings.old_argument import OldArgument
from kfix.findings.old_layer import OldLayer
from kfix.model.attributes import (
    ABSENT,
    BY_POSITION,
    INFERRED,
    MODEL,
    TRIED,
    UNCALLED,
    Uncalled,
)
from kfix.model.graph import InnerLayer, Layer, Model, Shapes
from kfix.model.origin import LEFT_OUT
from kfix.model.record import replace
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes import operations, signatures
from kfix.shapes.binding import Bound, CallArguments, bind
from kfix.shapes.declared_shapes import as_declared
from kfix.shapes.identifiers import check_names
from kfix.shapes.inputs import as_built, check_one_input, input_layer_shape, is_input
from kfix.shapes.python_integers import check_integers
from kfix.shapes.registry import Rule, rule_of
from kfix.shapes.rule_call import call_rule
from kfix.shapes.trace_result import (
    AFTER,
    Trace,
    Traced,
    first_unknown,
    key_of,
    one_or_list,
    status_of,
    without_arrays,
)

_LEFT_OUT = Unknown("an argument is left out that has no value but None here")


class LayerTracer:
    """Asks the rules and remembers the answers: a layer on the same input shapes is asked once.

    `keras` is 2 or 3, the version whose names count. `open_names` says that the program registers
    activations and the like of its own; `alone` that it does not mention TensorFlow, whose
    `tf.keras.layers` has a few layers more. A subclass traces whole models.
    """

    _remembered: tuple[str, ...] = ("_bound", "_calls", "names")
    """The attributes with answers that were given before."""

    def __init__(self, keras: int = 3, open_names: bool = False, alone: bool = False) -> None:
        self.keras = keras
        self.open_names = open_names
        self.alone = alone
        self.runs = False
        """Whether layers give what they compute, and not what they declare."""
        self.switched: Mapping[int, bool | Unknown] = {}
        """By uid, what the program sets as `trainable` of layers and models."""
        self._bound: dict[Layer, Bound | Finding] = {}
        self._calls: dict[object, Traced] = {}
        self.variations: dict[object, object] = {}
        """What layers would give with other arguments, as `kfix.shapes.variation` was asked."""
        self.names: dict[Layer, str | None] = {}
        """The names of layers, each looked up once."""

    def __getstate__(self) -> dict[str, object]:
        """Return what another process needs to answer the same: nothing that is remembered."""
        state = dict(self.__dict__)
        for name in self._remembered:
            state[name] = {}
        return state

    def trace(self, model: Model, inputs: Shapes | None = None) -> Trace:
        """Return the trace of a model on its own input shape, or on `inputs` if it is called."""
        raise NotImplementedError

    # --- arguments ------------------------------------------------------------------------------

    def bound(self, layer: Layer) -> Bound:
        """Return the layer's arguments by name; raise the finding that refuses its constructor.

        Old names of arguments are translated; under Keras 3 the refusal of them is left on the
        `Bound` as `old`.
        """
        found = self._bound.get(layer)
        if found is None:
            found = self._bound[layer] = self._bind(layer)
        if isinstance(found, Finding):
            raise found
        return found

    def unchecked(self, layer: Layer) -> Bound:
        """Return the layer's arguments by name, of which some may be refused."""
        signature, rule = signatures.signature(layer.cls), rule_of(layer.cls)
        assert signature is not None
        assert rule is not None
        return bind(layer, signature, rule.extra, self.keras)

    def _bind(self, layer: Layer) -> Bound | Finding:
        rule = rule_of(layer.cls)
        assert rule is not None
        try:
            bound = self.unchecked(layer)
            bound.tracer = self
            self._refuse_old_layer(layer, bound)
            check_names(layer.cls, bound.given.items(), self.open_names, self.keras)
            check_integers(bound)
            if rule.check is not None:
                with suppress(UnknownUsed):  # what depends on an unknown argument is not refused
                    rule.check(bound)
        except Finding as finding:
            finding.site = layer.site
            finding.__traceback__ = None
            return finding
        return bound

    def _refuse_old_layer(self, layer: Layer, bound: Bound) -> None:
        """Leave the refusal of a layer that Keras 3 does not have on its `Bound`."""
        if self.keras > 2 and signatures.is_gone(layer.cls, self.alone):
            successor, remark = signatures.OLD_LAYERS[layer.cls]
            renames: tuple[tuple[str, str, object], ...] = ()
            if isinstance(bound.old, OldArgument):
                renames = bound.old.renames
            bound.old = OldLayer(layer.cls, expected=remark, successor=successor, renames=renames)
        if bound.old is not None:
            bound.old.site = layer.site

    # --- calls ----------------------------------------------------------------------------------

    def use(self, layer: Layer, args: CallArguments) -> Traced:
        """Return the trace of `layer(*args)`, where `args` hold shapes in place of tensors."""
        key: object = (layer, args)
        try:
            found = self._calls.get(key)
        except TypeError:  # an argument is a list
            key = (layer, *((keyword, key_of(value)) for keyword, value in args))
            found = self._calls.get(key)
        if found is None:
            found = self._calls[key] = self._call(layer, args, True)
        return found

    def inside(self, layer: Layer, shapes: Shapes, spec: bool = True) -> Traced:
        """Return the trace of a wrapped layer on `shapes`; raise its refusal, or `UnknownUsed`.

        Without `spec` its input spec is not checked: TimeDistributed builds the layer and asks for
        its output shape, but does not call it.
        """
        args = ((None, shapes),)
        if spec or not layer.is_keras_layer or is_input(layer):
            traced = self.use(layer, args)
        else:
            key = ("inside", layer, key_of(shapes))
            found = self._calls.get(key)
            if found is None:
                found = self._calls[key] = self._call(layer, args, spec)
            traced = found
        if traced.finding is not None:
            raise traced.finding
        if isinstance(traced.outputs, Unknown):
            raise UnknownUsed(traced.outputs)
        return traced

    def _call(self, layer: Layer, args: CallArguments, spec: bool) -> Traced:
        inputs: Shapes = args[0][1] if args else []  # type: ignore[assignment]
        if type(inputs) is not tuple or layer.is_operation:
            inputs = without_arrays(inputs)
        try:
            return self._dispatch(layer, inputs, args, spec)
        except Finding as finding:
            finding.__traceback__ = None
            if any(argument.origin is LEFT_OUT for argument in layer.arguments):
                return Traced(inputs, _LEFT_OUT, _LEFT_OUT, "unknown")
            if finding.site is None:
                finding.site = layer.site
            return Traced(inputs, AFTER, 0, "refused", finding)
        except UnknownUsed as used:
            return Traced(inputs, used.unknown, used.unknown, "unknown")

    def _dispatch(self, layer: Layer, inputs: Shapes, args: CallArguments, spec: bool) -> Traced:
        """Ask what knows the layer: a model, an operation, a body of the program, or a rule."""
        self._check_call(layer)
        if layer.is_model and layer.model is not None:
            check_one_input(layer.model, args, self.keras)
            return self._call_model(layer.model, inputs)
        if layer.is_operation:
            return self._call_operation(layer, inputs, args)
        if is_input(layer):
            shape = input_layer_shape(layer, self.keras)
            return Traced([], shape, 0, status_of(shape))
        if layer.body is not None and (layer.attribute(INFERRED) or not _has_output_shape(layer)):
            return self._call_body(layer, layer.body, inputs)
        traced = self._call_library(layer, inputs, args, spec)
        if layer.body is not None and isinstance(traced.outputs, tuple) and not self.runs:
            with suppress(UnknownUsed, Finding):
                given = self._call_body(layer, layer.body, inputs)
                traced = as_declared(layer, given, traced.outputs)
        return traced

    def _call_library(
        self, layer: Layer, inputs: Shapes, args: CallArguments, spec: bool
    ) -> Traced:
        """Apply a layer of a library: by its rule, or as a model of `keras.applications`."""
        if layer.is_unknown and layer.cls == "Merge":
            from kfix.shapes.keras1_merge import call_merge_layer

            return call_merge_layer(self, layer)
        if layer.is_refused:
            raise NotASequential(layer.name or "the model")
        if layer.unknown is not None:
            raise UnknownUsed(layer.unknown)
        if layer.is_application:
            from kfix.shapes import applications

            return applications.apply(layer, inputs, self)
        rule = None
        if layer.is_keras_layer or layer.is_inside_application:
            rule = rule_of(layer.cls)
        if rule is None:
            raise UnknownUsed(Unknown(f"no rule for `{layer.cls}`", layer.site))
        return self._call_rule(layer, rule, inputs, args, spec)

    def _call_rule(
        self, layer: Layer, rule: Rule, inputs: Shapes, args: CallArguments, spec: bool
    ) -> Traced:
        bound = self.bound(layer)
        inputs, args = as_built(layer, inputs, args)
        if rule.why_unknown:
            raise UnknownUsed(Unknown(rule.why_unknown, layer.site))
        shapes = tuple((keyword, without_arrays(value)) for keyword, value in args)
        try:
            traced = call_rule(rule, bound.called_with(shapes, self), inputs, self, spec)
        except UnknownUsed as used:
            if bound.old is None:
                raise
            traced = Traced(inputs, used.unknown, used.unknown, "unknown")
        if bound.old is None:
            return traced
        # An argument of another name is refused whatever the layer is called on.
        return Traced(
            inputs,
            AFTER,
            traced.params,
            "refused",
            bound.old,
            would_be=traced.outputs,
            trained=traced.trained,
        )

    def _check_call(self, layer: Layer) -> None:
        """Raise `NotATensor` for another value, `NoAttribute` for what Keras does not have."""
        absent = layer.attribute(ABSENT)
        if isinstance(absent, tuple) and self.keras > 2 and layer.attribute(TRIED) is None:
            module, name, meant = absent
            raise NoAttribute(module, meant, name)
        uncalled = layer.attribute(UNCALLED)
        if isinstance(uncalled, Uncalled):
            if layer.is_keras_layer:
                self.bound(layer)
            if uncalled.taker == MODEL:
                raise EndNotATensor("Model", actual=f"{layer.cls}, which was not called")
            raise NotATensor("a layer", actual=f"the layer {layer.cls}")
        given = layer.attribute(BY_POSITION)
        if isinstance(given, tuple) and self.keras > 2:
            raise NotATensor(layer.cls, actual=str(given[0]))

    def _call_operation(self, layer: Layer, inputs: Shapes, args: CallArguments) -> Traced:
        if layer.cls == "keras.layers.merge" and self.keras > 2:
            from kfix.shapes.keras1_merge import call_merge

            return call_merge(inputs, args)
        shapes = operations.operation(layer.cls, args)
        return Traced(inputs, shapes, 0, status_of(shapes))

    def _call_body(
        self, layer: Layer, body: Callable[[Shapes], Model | Unknown], inputs: Shapes
    ) -> Traced:
        """Return the trace of a layer of the program, whose `call` was read."""
        unknown = first_unknown(inputs)
        if unknown is not None:
            raise UnknownUsed(unknown)
        graph = body(inputs)
        if isinstance(graph, Unknown):
            raise UnknownUsed(graph)
        if graph.weights != 0 and self.trainable(layer) is not True:
            trainable = self.trainable(layer)
            if isinstance(trainable, Unknown):
                graph = replace(graph, trained=trainable)
            else:
                graph = replace(graph, trained=0)
        traced = self._call_model(graph, inputs)
        if (
            graph.declared is None
            or self.runs
            or (layer.attribute(INFERRED) and traced.status != "refused")
        ):
            return traced
        return as_declared(layer, traced, graph.declared)

    def _call_model(self, model: Model, inputs: Shapes) -> Traced:
        trace = self.trace(model, inputs)
        if trace.refusal is None:
            outputs = one_or_list([*trace.outputs])
            return Traced(
                inputs,
                outputs,
                trace.params,
                status_of(outputs),
                warnings=tuple(trace.findings),
                inner=trace,
                trained=partial(getattr, trace, "trained"),
            )
        would_be: Shapes = AFTER
        if trace.would_be:
            would_be = one_or_list(trace.would_be)
        return Traced(
            inputs,
            AFTER,
            trace.params,
            "refused",
            trace.refusal,
            inner=trace,
            would_be=None if first_unknown(would_be) is AFTER else would_be,
            trained=partial(getattr, trace, "trained"),
        )

    # --- trained weights ------------------------------------------------------------------------

    def trainable(self, layer: Layer, parts: bool = False) -> bool | Unknown:
        """Return whether the weights that the layer makes for itself are trained.

        What the program sets afterwards counts, else what the constructor says. That does not
        reach the layers inside (`parts`), whose weights are trained or not by themselves.
        """
        switched = self._switched(layer)
        if switched is not None:
            return switched
        given = None
        if not parts:
            given = layer.argument("trainable")
        if given is None:
            return True
        if isinstance(given.value, Unknown):
            return given.value
        return given.value is not False

    def _switched(self, layer: Layer) -> bool | Unknown | None:
        """Return what the program sets as `trainable` of the layer, `None` if it does not."""
        switched = self.switched.get(layer.uid)
        if switched is not None or not self.switched or not layer.attributes:
            return switched
        # Of a layer inside a model of `keras.applications`, what is set of all of them counts.
        base = layer.attribute("within")
        if isinstance(base, Layer):
            return self.switched.get(base.uid + 1)
        return None

    def trained_inside(self, base: Layer) -> bool | Unknown | None:
        """Return whether the layers inside a model of `keras.applications` are trained.

        `None` if they were not all set alike.
        """
        first = base.uid + 1
        if any(first < uid <= first + InnerLayer.RESERVED for uid in self.switched):
            return None
        return self.switched.get(first, True)

    def trained_layers(self, base: Layer, declared: Shapes) -> int | Unknown:
        """Return how many weights of such a model training changes, counted layer by layer."""
        raise NotImplementedError

    def trained_weights(
        self, layer: Layer, weights: int | Unknown, untrained: int | Unknown, parts: bool
    ) -> int | Unknown:
        """Return how many of the layer's weights training changes."""
        trainable = self.trainable(layer, parts)
        if trainable is False:
            return 0
        trained = weights - untrained
        if trainable is True or trained == 0:
            return trained
        return trainable


def _has_output_shape(layer: Layer) -> bool:
    """Return whether this is a Lambda whose `output_shape` counts, and not its function."""
    declared = layer.argument("output_shape") if layer.is_keras_layer else None
    return declared is not None and isinstance(declared.value, tuple | list)
