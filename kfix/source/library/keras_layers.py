"""Keras: the attributes of layers and tensors, and layers with functions in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kfix.model import order
from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import BUILT
from kfix.model.graph import Array, Layer, Library, TensorRef
from kfix.model.record import replace
from kfix.model.unknown import Unknown, any_unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.bodies import model_of_shape, read_function
from kfix.source.interpreter.calls import Call, Given, invoke
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV
from kfix.source.interpreter.conversion import from_shape, to_shape
from kfix.source.interpreter.interpreter import Body, Interpreter
from kfix.source.interpreter.values import (
    FunctionV,
    InstanceV,
    LayerV,
    ObjectV,
    SequentialV,
    TensorV,
)
from kfix.source.keras import layers, model_ends
from kfix.source.keras.auto_names import made_up_name
from kfix.source.library.arguments import Bound
from kfix.source.library.signatures import attribute, function, method


@method("layer.build", "input_shape=None, **_")
def _build(call: Bound) -> AbstractValue:
    """Return None, and note the shape that the layer is built for."""
    made, shape = _layer(call.receiver), to_shape(call["input_shape"])
    if made.layer.is_keras_layer:
        attributes = {**dict(made.layer.attributes), BUILT: shape}
        made.layer = replace(made.layer, attributes=tuple(attributes.items()))
    return NONE


@attribute("tensor.shape")
def _tensor_shape(call: Call) -> AbstractValue:
    return tensor_operations.shape_value(call.interpreter, call.receiver)


@attribute("tensor._keras_shape")
def _old_shape(call: Call) -> AbstractValue:
    return _noted_shape(call)


def _noted_shape(call: Call) -> AbstractValue:
    """Return the shape, and note that Keras 3 has no attribute of this name."""
    path = f"keras.KerasTensor.{call.name}"
    layers.note_attribute(call.interpreter, call.receiver, path, call.site)
    return tensor_operations.shape_value(call.interpreter, call.receiver)


@attribute("dtype.base_dtype dtype.as_numpy_dtype dtype.name")
@attribute("tensor.dtype layer.dtype layer.compute_dtype layer.variable_dtype model.compute_dtype")
def _dtype(call: Call) -> AbstractValue:
    """Return a dtype that is not known, but which no shape depends on."""
    return ObjectV("dtype")


@attribute("tensor.name")
def _tensor_name(call: Call) -> AbstractValue:
    """Return the name of an Input that has one; Keras counts those of other tensors."""
    node = call.interpreter.arena[call.receiver.ref.node]
    if node.layer.cls == "Input" and node.layer.name and not node.args:
        return Const(node.layer.name)
    return call.unknown("the name that Keras gives a tensor")


@attribute("tensor.ndim")
def _tensor_rank(call: Call) -> AbstractValue:
    shape = tensor_operations.shape_of(call.interpreter, call.receiver)
    if not isinstance(shape, tuple):
        return call.unknown("the rank is not known", shape)
    return Const(len(shape))


@attribute("tensor.T")
def _transposed(call: Call) -> AbstractValue:
    return tensor_operations.operate(
        call.interpreter, "keras.ops.transpose", [(None, call.receiver)], call.site
    )


@method("tensor.get_shape")
def _get_shape(call: Bound) -> AbstractValue:
    return _noted_shape(call)


@method("list.as_list tuple.as_list")
def _as_list(call: Bound) -> AbstractValue:
    return ListV(list(call.receiver.items))


# --- attributes of layers -----------------------------------------------------------------


def use_of(interpreter: Interpreter, layer: LayerV) -> int | None:
    """Return the node in which a layer was called; a Sequential is unrolled for it.

    An `InputLayer` is called when it is made.
    """
    if layer.layer.is_application:
        return layers.own_node(interpreter, layer)
    if not layer.nodes:
        _unroll_around(interpreter, layer)
    if not layer.nodes and layer.cls == "InputLayer":
        return layers.add_node(interpreter, layer.layer, (), layer.layer.site)
    if layer.nodes:
        return layer.nodes[0]
    return None


def _unroll_around(interpreter: Interpreter, layer: LayerV) -> None:
    """Unroll the Sequential that holds a layer."""
    for model in interpreter.models:
        if not isinstance(model, SequentialV):
            continue
        if any(item is layer for item, _ in model.variants[0].items):
            model_ends.unroll(interpreter, model)
            return


def _layer(value: AbstractValue) -> LayerV:
    layer: Any = value
    if isinstance(value, InstanceV):
        layer = value.layer
    assert isinstance(layer, LayerV)
    return layer


def _not_called(call: Call) -> Unknown:
    text = call.interpreter.text(call.node, call.frame)
    return call.unknown(f"`{text}`: the layer was not called")


@attribute("layer.output layer.outputs")
def _layer_output(call: Call) -> AbstractValue:
    found = _output_of(call)
    is_list = call.name == "outputs" and isinstance(found, TensorV)
    if is_list:
        return ListV([found])
    return found


def _output_of(call: Call) -> AbstractValue:
    node = use_of(call.interpreter, _layer(call.receiver))
    if node is None:
        return _not_called(call)
    return tensor_operations.outputs(call.interpreter, node)


@attribute("layer.input layer.inputs")
def _layer_input(call: Call) -> AbstractValue:
    refs = _input_refs(call)
    if not refs:
        return _not_called(call)
    is_list = call.name == "inputs" or len(refs) > 1
    if is_list:
        return ListV([TensorV(ref) for ref in refs])
    return TensorV(refs[0])


def _input_refs(call: Call) -> list[TensorRef]:
    """Return the tensors that a layer was called on; an Input is its own."""
    node = use_of(call.interpreter, _layer(call.receiver))
    if node is None:
        return []
    use = call.interpreter.arena[node]
    if use.layer.cls == "Input":
        return [TensorRef(node)]
    return list(order.refs_in(use.args))


@attribute("layer.output_shape")
def _output_shape(call: Call) -> AbstractValue:
    return _shape_of(call, _output_of(call))


@attribute("layer.input_shape")
def _input_shape(call: Call) -> AbstractValue:
    return _shape_of(call, _layer_input(call))


def _shape_of(call: Call, found: AbstractValue) -> AbstractValue:
    if not isinstance(found, TensorV):
        return found
    return tensor_operations.shape_value(call.interpreter, found)


@attribute("layer.name model.name")
def _name(call: Call) -> AbstractValue:
    value = call.receiver
    name = layers.layer_name(call.interpreter, layers.inner_model(value))
    if name is None and type(value) is LayerV:
        name = made_up_name(call.interpreter, value)
    if name is None:
        return call.unknown("a name that Keras makes up")
    return Const(name)


@attribute("layer.__class__")
def _class_of(call: Call) -> AbstractValue:
    """Return an object whose `__name__` is Keras's own name of the class."""
    value = call.receiver
    if not isinstance(value, LayerV):
        return call.unknown()
    if not value.layer.is_keras_layer and not value.layer.is_inside_application:
        return call.unknown()
    name = call.interpreter.shapes.class_name(value.cls) or value.cls
    return ObjectV("class", __name__=Const(name))


@attribute("layer.units layer.filters")
def _argument(call: Call) -> AbstractValue:
    if not isinstance(call.receiver, LayerV):
        return call.unknown()
    layer = call.receiver.layer
    found = layer.argument(call.name)
    if found is None and layer.arguments and layer.arguments[0].keyword is None:
        found = layer.arguments[0]
    if found is None or not isinstance(found.value, int):
        return call.unknown()
    return Const(found.value, found.origin)


# --- vocabularies -------------------------------------------------------------------------


@method("layer.vocabulary_size layer.vocab_size")
def _vocabulary_size(call: Bound) -> AbstractValue:
    found = _vocabulary(call)
    if isinstance(found, Unknown):
        return found
    return Const(found)


@method("layer.get_vocabulary")
def _get_vocabulary(call: Bound) -> AbstractValue:
    """Return an array of tokens: they are not known, their number is."""
    return Array((_vocabulary(call),))


_WITH_VOCABULARY = ("TextVectorization", "StringLookup", "IntegerLookup")


def _vocabulary(call: Bound) -> int | Unknown:
    layer: Layer = _layer(call.receiver).layer
    if not layer.is_keras_layer or layer.cls not in _WITH_VOCABULARY:
        return call.unknown()
    size = call.interpreter.shapes.vocabulary_size(layer)
    if isinstance(size, Unknown):
        return call.unknown(because=size)
    return size


# --- layers with functions in them --------------------------------------------------------


@function("keras.layers.Lambda", "function, output_shape=None, mask=None, arguments=None, **_")
def _lambda(call: Bound) -> AbstractValue:
    interpreter = call.interpreter
    made = layers.make_layer(interpreter, "Lambda", call.given, call.site)
    if not call.is_given("function"):
        return made
    kwargs, more = call["arguments"], []
    if isinstance(kwargs, DictV):
        more = [Given(name, value) for name, value in kwargs.entries.items()]
    body = interpreter.defer(_function_body(call, more))
    made.layer = _with_body(made.layer, Library.KERAS, body)
    return made


def _with_body(layer: Layer, library: Library, body: Body) -> Layer:
    return Layer(layer.cls, layer.arguments, layer.site, layer.uid, library, body=body)


def _function_body(call: Bound, more: list[Given]) -> Callable[[Any], Any]:
    """Return the body of a Lambda layer: its function, else its declared output shape."""

    def body(shapes: Any) -> Any:
        found = read_function(call.interpreter, call["function"], more, shapes, call)
        if isinstance(call["output_shape"], FunctionV):
            return _of_computed_shape(call, found, shapes)
        if not isinstance(found, Unknown) or not isinstance(call["output_shape"], ListV):
            return found
        rest = to_shape(call["output_shape"])
        if not isinstance(rest, tuple) or not isinstance(shapes, tuple):
            return found
        return model_of_shape(call.interpreter, "Lambda", (shapes[0], *rest), call.site)

    return body


def _of_computed_shape(call: Bound, found: Any, shapes: Any) -> Any:
    """Return the body of a Lambda whose `output_shape` is a function, with what that gives."""
    interpreter = call.interpreter
    given = [Given(None, from_shape(shapes))]
    declared = to_shape(invoke(call.context, call["output_shape"], given))
    if not isinstance(declared, tuple) or any_unknown(declared):
        return Unknown("`output_shape` is computed", call.site)
    if isinstance(found, Unknown):
        return model_of_shape(interpreter, "Lambda", declared, call.site, shapes)
    return replace(found, declared=declared)


def layer_of_declared_shape(call: Bound, cls: str, declared: AbstractValue) -> AbstractValue:
    """Return a layer of another library that declares its output shape (without the batch)."""
    interpreter = call.interpreter
    weights = call.unknown(f"the number of weights of `{cls}` is not known")
    why = call.unknown(f"`{cls}` declares no output shape")
    made = layers.make_unknown_layer(interpreter, cls, call.given, call.site, why)
    rest = to_shape(declared) if declared is not None else None
    if not isinstance(rest, tuple):
        return made
    trainable = call.get(1, "trainable", Const(False))
    trained = 0 if isinstance(trainable, Const) and not trainable.value else weights

    def body(shapes: Any) -> Any:
        shape = (None, *rest)
        inner = model_of_shape(interpreter, cls, shape, call.site)
        return replace(inner, weights=weights, trained=trained)

    made.layer = _with_body(made.layer, Library.USER, interpreter.defer(body))
    return made
