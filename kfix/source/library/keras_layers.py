"""Keras: the attributes of layers and tensors, and layers with functions in them."""

from __future__ import annotations

from typing import Any

import libcst as cst

from kfix.model import order
from kfix.model.graph import Array, Layer, Library, TensorRef
from kfix.model.record import replace
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.bodies import model_of_shape, read_function
from kfix.source.interpreter.calls import Call, Given
from kfix.source.interpreter.containers import Const, DictV, ListV, Value
from kfix.source.interpreter.conversion import to_shape
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.interpreter.values import InstanceV, LayerV, ObjectV, SequentialV, TensorV
from kfix.source.keras import layers, models
from kfix.source.library.lookup import attribute, function, method


@attribute("tensor.shape", "tensor._keras_shape")
def _tensor_shape(
    interpreter: Interpreter, value: TensorV, node: cst.Attribute, frame: Frame
) -> Value:
    if node.attr.value != "shape":
        path = f"keras.KerasTensor.{node.attr.value}"
        layers.note_attribute(interpreter, value, path, frame.unit.site(node))
    return tensor_operations.shape_value(interpreter, value)


@attribute("tensor.ndim")
def _tensor_rank(
    interpreter: Interpreter, value: TensorV, node: cst.CSTNode, frame: Frame
) -> Value:
    shape = tensor_operations.shape_of(interpreter, value)
    return (
        Const(len(shape))
        if isinstance(shape, tuple)
        else interpreter.unknown("the rank is not known", node, frame, shape)
    )


@attribute("tensor.T")
def _transposed(interpreter: Interpreter, value: TensorV, node: cst.CSTNode, frame: Frame) -> Value:
    return tensor_operations.operate(
        interpreter, "keras.ops.transpose", [(None, value)], frame.unit.site(node)
    )


@method("tensor.get_shape")
def _get_shape(call: Call) -> Value:
    layers.note_attribute(call.interpreter, call.receiver, "keras.KerasTensor.get_shape", call.site)
    return tensor_operations.shape_value(call.interpreter, call.receiver)


@method("list.as_list", "tuple.as_list")
def _as_list(call: Call) -> Value:
    return ListV(list(call.receiver.items))


def use_of(interpreter: Interpreter, layer: LayerV) -> int | None:
    """The node in which a layer was called, for `layer.output`; a Sequential is unrolled for it."""
    if layer.layer.is_application:
        return layers.own_node(interpreter, layer)
    if layer.nodes:
        return layer.nodes[0]
    for model in interpreter.models:
        if isinstance(model, SequentialV) and any(
            item is layer for item, _ in model.variants[0].items
        ):
            models.unroll(interpreter, model)
            break
    return layer.nodes[0] if layer.nodes else None


def _layer(value: Value) -> LayerV:
    layer: Any = value.layer if isinstance(value, InstanceV) else value
    assert isinstance(layer, LayerV)
    return layer


@attribute("layer.output", "layer.outputs")
def _layer_output(
    interpreter: Interpreter, value: Value, node: cst.Attribute, frame: Frame
) -> Value:
    layer = _layer(value)
    use = use_of(interpreter, layer)
    if use is None:
        return interpreter.unknown(
            f"`{interpreter.text(node, frame)}`: the layer was not called", node, frame
        )
    found = tensor_operations.outputs(interpreter, use)
    return ListV([found]) if node.attr.value == "outputs" and isinstance(found, TensorV) else found


@attribute("layer.input", "layer.inputs")
def _layer_input(
    interpreter: Interpreter, value: Value, node: cst.Attribute, frame: Frame
) -> Value:
    layer = _layer(value)
    use = use_of(interpreter, layer)
    refs = (
        []
        if use is None
        else [r for _, arg in interpreter.arena[use].args for r in order.refs_in(arg)]
    )
    if use is not None and interpreter.arena[use].layer.cls == "Input":
        refs = [TensorRef(use)]
    if not refs:
        return interpreter.unknown(
            f"`{interpreter.text(node, frame)}`: the layer was not called", node, frame
        )
    several = node.attr.value == "inputs" or len(refs) > 1
    return ListV([TensorV(ref) for ref in refs]) if several else TensorV(refs[0])


@attribute("layer.output_shape", "layer.input_shape")
def _layer_shape(
    interpreter: Interpreter, value: Value, node: cst.Attribute, frame: Frame
) -> Value:
    part = _layer_output if node.attr.value == "output_shape" else _layer_input
    found = part(interpreter, value, node, frame)
    return (
        tensor_operations.shape_value(interpreter, found) if isinstance(found, TensorV) else found
    )


@attribute("layer.name", "model.name")
def _name(interpreter: Interpreter, value: Value, node: cst.CSTNode, frame: Frame) -> Value:
    name = layers.layer_name(interpreter, layers.inner_model(value))
    if name is None and type(value) is LayerV:
        from kfix.source.keras.auto_names import made_up_name

        name = made_up_name(interpreter, value)
    return (
        interpreter.unknown("a name that Keras makes up", node, frame)
        if name is None
        else Const(name)
    )


@attribute("layer.__class__")
def _class_of(interpreter: Interpreter, value: Value, node: cst.CSTNode, frame: Frame) -> Value:
    """For its `__name__`: Keras's own name of the class."""
    if not isinstance(value, LayerV) or not (
        value.layer.is_keras_layer or value.layer.is_inside_application
    ):
        return interpreter.unknown(f"`{interpreter.text(node, frame)}` is not known", node, frame)
    return ObjectV("class", __name__=Const(interpreter.shapes.class_name(value.cls) or value.cls))


@attribute("layer.units", "layer.filters")
def _argument(interpreter: Interpreter, value: Value, node: cst.Attribute, frame: Frame) -> Value:
    layer = value.layer if isinstance(value, LayerV) else None
    found = layer.argument(node.attr.value) if layer is not None else None
    if (
        found is None
        and layer is not None
        and layer.arguments
        and layer.arguments[0].keyword is None
    ):
        found = layer.arguments[0]
    if found is not None and isinstance(found.value, int):
        return Const(found.value, found.origin)
    return interpreter.unknown(f"`{interpreter.text(node, frame)}` is not known", node, frame)


@method("layer.vocabulary_size", "layer.vocab_size")
def _vocabulary_size(call: Call) -> Value:
    found = _vocabulary(call)
    return found if isinstance(found, Unknown) else Const(found)


@method("layer.get_vocabulary")
def _get_vocabulary(call: Call) -> Value:
    """The tokens are not told, their number is."""
    found = _vocabulary(call)
    return Array((found,))


def _vocabulary(call: Call) -> int | Unknown:
    layer: Layer = _layer(call.receiver).layer
    if not layer.is_keras_layer or layer.cls not in (
        "TextVectorization",
        "StringLookup",
        "IntegerLookup",
    ):
        return call.unknown()
    size = call.interpreter.shapes.vocabulary_size(layer)
    return call.unknown(because=size) if isinstance(size, Unknown) else size


# --- layers with functions in them --------------------------------------------------------


@function("keras.layers.Lambda")
def _lambda(call: Call) -> Value:
    interpreter, given = call.interpreter, call.find(0, "function")
    declared = call.get(1, "output_shape")
    made = layers.make_layer(interpreter, "Lambda", call.given, call.site)
    if given is None:
        return made
    what = given.value
    kwargs = call.get(-1, "arguments")
    more = [Given(k, v) for k, v in kwargs.entries.items()] if isinstance(kwargs, DictV) else []
    body = _function_body(interpreter, what, more, call, declared)
    layer = made.layer
    made.layer = Layer(
        "Lambda",
        layer.arguments,
        layer.site,
        layer.uid,
        Library.KERAS,
        body=interpreter.defer(body),
    )
    return made


def _function_body(
    interpreter: Interpreter, what: Value, more: list[Given], call: Call, declared: Value
) -> Any:
    def body(shapes: Any) -> Any:
        found = read_function(interpreter, what, more, shapes, call)
        if isinstance(found, Unknown) and isinstance(declared, ListV):
            rest = to_shape(declared)
            if isinstance(rest, tuple) and isinstance(shapes, tuple):
                return model_of_shape(interpreter, "Lambda", (shapes[0], *rest), call.site)
        return found

    return body


def layer_of_declared_shape(call: Call, cls: str, declared: Value) -> Value:
    """A layer of another library that says its own output shape (without the batch); trained where it says so."""
    interpreter, given = call.interpreter, call.given
    weights = call.unknown(f"how many weights `{cls}` has")
    said = call.get(1, "trainable", Const(False))
    trained = 0 if isinstance(said, Const) and not said.value else weights
    made = layers.make_layer(
        interpreter,
        cls,
        given,
        call.site,
        Library.UNKNOWN,
        call.unknown(f"`{cls}` says no output shape"),
    )
    rest = to_shape(declared) if declared is not None else None
    if isinstance(rest, tuple):
        layer = made.layer

        def body(shapes: Any) -> Any:
            return replace(
                model_of_shape(interpreter, cls, (None, *rest), call.site),
                weights=weights,
                trained=trained,
            )

        made.layer = Layer(
            cls, layer.arguments, layer.site, layer.uid, Library.USER, body=interpreter.defer(body)
        )
    return made
