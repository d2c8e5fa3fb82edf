"""Keras: models made, changed, compiled and fitted, and what a program asks of them."""

from __future__ import annotations

from functools import partial
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Argument, Array, Layer, Library, Model
from kfix.model.origin import LEFT_OUT
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter import nested_tensors
from kfix.source.interpreter.assignments import assign
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.compiled import Compiled
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, Within
from kfix.source.interpreter.conversion import from_shape, to_shape
from kfix.source.interpreter.library_calls import apply
from kfix.source.interpreter.tensor_operations import operate
from kfix.source.interpreter.value_queries import elements
from kfix.source.interpreter.values import InstanceV, LayerV, ModelV, SequentialV, TensorV
from kfix.source.keras import (
    argument_values,
    asked,
    compile_arguments,
    functional_models,
    layers,
    model_ends,
    models,
    saved,
)
from kfix.source.keras.application_layers import layers_of
from kfix.source.keras.argument_values import argument_origin
from kfix.source.keras.auto_names import beginning_of_name, made_up_name
from kfix.source.keras.integer_names import note
from kfix.source.library import arguments
from kfix.source.library import keras_fit as _keras_fit  # noqa: F401  (registers fit and its like)
from kfix.source.library.arguments import Bound, is_none, receiver_of, written_receiver
from kfix.source.library.signatures import attribute, function, method, method_row, within

method_row(
    within("model", "compile_from_config export reset_states adapt add_loss add_metric"),
    "**_", "None")  # fmt: skip
method_row(within("layer", "set_weights adapt add_loss add_metric"), "**_", "None")

# --- making models ------------------------------------------------------------------------


@function("keras.Sequential")
def _sequential(call: Bound) -> AbstractValue:
    return models.new_sequential(call.interpreter, call.given, call.node, call.frame)


@function(
    "keras.Model keras.Functional", "inputs=None, outputs=None, *, input=None, output=None, **_"
)
def _model(call: Bound) -> AbstractValue:
    """Return a functional model; Keras 1 calls its arguments `input` and `output`."""
    inputs = call.either("input", "inputs")
    outputs = call.either("output", "outputs")
    if is_none(inputs) or is_none(outputs):
        return call.unknown("a Model without inputs and outputs")
    return functional_models.new_functional(
        call.interpreter,
        functional_models.ModelCall(inputs, outputs, call.given, call.site, call.frame.function),
    )


@function("keras.Input")
def _input(call: Bound) -> AbstractValue:
    note(call.interpreter, call.frame, call.site)
    arguments = argument_values.model_arguments(call.interpreter, call.given)
    return layers.make_input(call.interpreter, arguments, call.site)


@function("keras.models.clone_model", "model, **_")
def _clone(call: Bound) -> AbstractValue:
    value = call["model"]
    if isinstance(value, LayerV) and value.layer.is_application:
        return saved.copied(call.interpreter, value)
    return saved.again(call, saved.snapshot(value), own=True)


# --- changing models ----------------------------------------------------------------------


def sequential(value: AbstractValue) -> SequentialV | None:
    """Return the Sequential behind a value: itself, or that of an object of a subclass."""
    model = layers.inner_model(value)
    if isinstance(model, SequentialV):
        return model
    return None


@method("model.add layer.add", "layer, **_")
def _add(call: Bound) -> AbstractValue:
    made = sequential(call.receiver) or _refused_addition(call)
    if made is not None and call.is_given("layer"):
        site = call.site_of("layer") or call.site
        models.add(call.interpreter, made, call["layer"], site)
    return NONE


def _refused_addition(call: Bound) -> SequentialV | None:
    """Return the Sequential that a functional model in a variable would have to be in.

    Keras refuses to add a layer to a functional model.
    """
    value, holder = receiver_of(call), written_receiver(call)
    if not isinstance(holder, cst.Name) or call.frame.scope.names.get(holder.value) is not value:
        return None
    site = _site_of_functional(value)
    if site is None:
        return None
    interpreter = call.interpreter
    made = SequentialV(call.site, interpreter.uid(), call.frame.function)
    interpreter.models.append(made)
    name = (Argument("name", holder.value),)
    refused = Layer("add", name, call.site, interpreter.uid(), Library.REFUSED)
    models.add(interpreter, made, value, site)
    models.add(interpreter, made, LayerV(refused), call.site)
    assign(interpreter, holder, made, call.frame)
    return made


def _site_of_functional(value: AbstractValue) -> Site | None:
    if isinstance(value, ModelV) and value.model.is_functional:
        return value.model.site
    if isinstance(value, LayerV) and value.layer.is_application:
        return value.layer.site
    return None


@method("model.pop")
def _pop(call: Bound) -> AbstractValue:
    made = sequential(call.receiver)
    if made is None:
        return call.unknown()
    return models.pop(call.interpreter, made, call.site)


@method("model.build", "input_shape=None, batch_input_shape=None")
def _build(call: Bound) -> AbstractValue:
    for name in ("input_shape", "batch_input_shape"):
        if call.is_given(name):
            model, shapes = layers.model_of(call.receiver), _shapes(call[name])
            models.set_given(call.interpreter, model, shapes, call.site_of(name))
            break
    return NONE


def _shapes(value: AbstractValue) -> Any:
    if isinstance(value, DictV):
        return {key: to_shape(item) for key, item in value.entries.items()}
    if not isinstance(value, ListV) or not value.items:
        return to_shape(value)
    if all(isinstance(item, ListV) for item in value.items):
        return [to_shape(item) for item in value.items]
    return to_shape(value)


@method("model.compile")
def _compile(call: Bound) -> AbstractValue:
    arguments = argument_values.model_arguments(call.interpreter, call.given)
    parts, loss = compile_arguments.of_compile(call), call.get(1, "loss")
    compiled = Compiled(layers.model_of(call.receiver), arguments, call.site, parts, loss)
    call.interpreter.compiles.append(compiled)
    return NONE


@method("model.summary")
def _summary(call: Bound) -> AbstractValue:
    made = sequential(call.receiver)
    if made is not None and made.given is None:
        call.interpreter.shown.append((made, call.site))
    return NONE


@method("model.compute_loss", "x=None, y=None, y_pred=None, sample_weight=None, training=True")
def _compute_loss(call: Bound) -> AbstractValue:
    """Note what the loss of `compile` is to compare."""
    call.interpreter.compared.append((call["y"], call["y_pred"]))
    return call.unknown("the loss of a step")


# --- weights and layers -------------------------------------------------------------------


ADD_WEIGHT = "keras.layers.Layer.add_weight"


@method(within("layer", "add_weight add_variable"))
@method(within("model", "add_weight add_variable"))
def _add_weight(call: Bound) -> AbstractValue:
    """Return a variable of a shape, a scalar without one. Keras 2 has the name first."""
    name = call.get(0)
    place = int(isinstance(name, Const) and isinstance(name.value, str))
    given = call.get(place, "shape", NONE)
    shape = () if is_none(given) else arguments.shape(call, given, "shape")
    if any(getattr(dim, "origin", None) is LEFT_OUT for dim in elements(given) or ()):
        shape = call.unknown("a size is left out that has no value but None here")
    holder = call.receiver
    uid = holder.layer.uid if isinstance(holder, LayerV) else models.uid_of(holder)
    instance = call.interpreter.instances.get(uid)
    if instance is not None:
        trainable = call.get(-1, "trainable", Const(True))
        is_frozen = isinstance(trainable, Const) and trainable.value is False
        instance.weights.append((shape, not is_frozen))
        if isinstance(shape, tuple) and None in shape:
            operate(call.interpreter, ADD_WEIGHT, [("shape", given)], call.site)
    origin = None if given is NONE else argument_origin(given)
    return Array(shape, origin=origin)


@method("model.get_layer", "name=None, index=None")
def _get_layer(call: Bound) -> AbstractValue:
    listed = models.layers_of(call.interpreter, layers.model_of(call.receiver))
    found = _layer_among(call, listed)
    if found is not None:
        return found
    hidden = next((item for item in listed.items if isinstance(item, Within)), None)
    if hidden is not None:
        return Within(hidden.why, hidden.site, hidden.base, every=False)
    name = call.text(0, "name")
    if name and listed.gap is None:
        _note_absent(call, name, listed.items)
    return call.unknown(f"the layer {name!r} was not found" if name else "")


def _note_absent(call: Bound, name: str, listed: list[AbstractValue]) -> None:
    """Note that a model has no layer of a name, where those of all its layers are known.

    Keras makes up names that end in a number, of which the others are not known.
    """
    model = layers.model_of(call.receiver)
    names = list(map(partial(beginning_of_name, call.interpreter), listed))
    is_graph = not layers.frozen(call.interpreter, model).is_subclassed
    if is_graph and {None, name.rstrip("0123456789").rstrip("_")}.isdisjoint(names):
        asked.note(call.interpreter, model, "layer", call.site, (name, *names))


def _layer_among(call: Bound, listed: ListV) -> AbstractValue | None:
    """Return the layer of this index or name, `None` where there is none."""
    name, index = call.text(0, "name"), call.number(1, "index")
    least, known = -len(listed.items), len(listed.items)
    if listed.gap is not None:  # behind it the places are not known
        least, known = 0, listed.gap
    if index is not None and least <= index < known:
        return listed.items[index]
    if not name:
        return None
    of_name = (i for i in listed.items if layers.layer_name(call.interpreter, i) == name)
    found = next(of_name, None)
    if found is not None or listed.gap is not None:
        return found
    plain = (item for item in listed.items if type(item) is LayerV)
    return next((item for item in plain if made_up_name(call.interpreter, item) == name), None)


@method("layer.get_layer", "name=None, index=None")
def _get_inside(call: Bound) -> AbstractValue:
    """Return one of the layers inside a model of `keras.applications`."""
    why, value = call.unknown(), call.receiver
    if not isinstance(value, LayerV) or not value.layer.is_application:
        return why
    listed = layers_of(call.interpreter, value)
    if listed is None:
        return Within(why.why, why.site, value.layer.uid, every=False)
    found = _layer_among(call, listed)
    if found is None:
        return why
    return found


@method("model.count_params")
def _count(call: Bound) -> AbstractValue:
    count = call.interpreter.shapes.count_params(_frozen(call))
    if isinstance(count, Unknown):
        return count
    return Const(count)


@method("model.call layer.call model.__call__ layer.__call__")
def _call(call: Bound) -> AbstractValue:
    receiver = call.receiver
    if isinstance(receiver, InstanceV):
        receiver = receiver.model or receiver.layer
    match call.name, receiver, call.get(0, "inputs"):
        case "call", ModelV(model=Model(inputs=(_,))), ListV(items=[_, _, *_]):
            return call.unknown("`call` takes more tensors than the model has inputs")
    return apply(call.context, receiver, call.given)


# --- attributes ---------------------------------------------------------------------------


def _frozen(call: Call) -> Any:
    return layers.frozen(call.interpreter, layers.model_of(call.receiver))


@attribute("model.input model.inputs")
def _model_input(call: Call) -> AbstractValue:
    return _end(call, model_ends.input_tensor(call.interpreter, layers.model_of(call.receiver)))


@attribute("model.output model.outputs")
def _model_output(call: Call) -> AbstractValue:
    return _end(call, model_ends.output_tensor(call.interpreter, layers.model_of(call.receiver)))


def _end(call: Call, found: AbstractValue) -> AbstractValue:
    """Return an end of a model, for `inputs` and `outputs` in a list; note that of a Sequential."""
    model = layers.model_of(call.receiver)
    if call.name in ("input", "output"):
        if isinstance(model, SequentialV):
            model_ends.note_end(call.interpreter, model, found, call.name, call.site)
        return found
    if isinstance(found, TensorV | DictV):
        return ListV([*nested_tensors.tensors_in(found)])
    return found


@attribute("model.layers")
def _model_layers(call: Call) -> AbstractValue:
    return models.layers_of(call.interpreter, layers.model_of(call.receiver))


@attribute("layer.layers")
def _inside(call: Call) -> AbstractValue:
    """Return the layers inside a model of `keras.applications`."""
    why, value = call.unknown(), call.receiver
    if not isinstance(value, LayerV) or not value.layer.is_application:
        return why
    found = layers_of(call.interpreter, value)
    if found is None:
        return Within(why.why, why.site, value.layer.uid, every=True)
    return found


@attribute("model.input_shape")
def _model_input_shape(call: Call) -> AbstractValue:
    return from_shape(call.interpreter.shapes.model_inputs(_frozen(call)))


@attribute("model.output_shape")
def _model_output_shape(call: Call) -> AbstractValue:
    return from_shape(call.interpreter.shapes.model_outputs(_frozen(call)))
