"""Keras: models, inputs, what is done with them, and the attributes of layers, tensors and models."""

from __future__ import annotations

from typing import Any

import libcst as cst

from kfix.model.graph import Array, Layer, Symbol, TensorRef
from kfix.model.unknown import Unknown
from kfix.source import building, graphs, models
from kfix.source.calls import Call, Given
from kfix.source.convert import from_shape, to_shape
from kfix.source.interpreter import Frame, Interpreter
from kfix.source.library import keras_data as _keras_data  # noqa: F401  (registers the data of Keras)
from kfix.source.library.lookup import attribute, function, method
from kfix.source.values import NONE, Const, DictV, InstanceV, LayerV, ListV, ModelV, SequentialV, TensorV, Value, first

# --- making models ------------------------------------------------------------------------


@function("keras.Sequential")
def _sequential(call: Call) -> Value:
    return models.new_sequential(call.at, call.given, call.node, call.frame)


@function("keras.Model")
def _model(call: Call) -> Value:
    inputs = first(call.get(0, "inputs"), call.get(-1, "input"))
    ends = first(call.get(1, "outputs"), call.get(-1, "output"))
    if inputs is None or ends is None:
        return call.unknown("a Model without inputs and outputs")
    return models.new_functional(call.at, inputs, ends, call.given, call.site, call.frame)


@function("keras.Input")
def _input(call: Call) -> Value:
    return building.make_input(call.at, building.model_arguments(call.at, call.given), call.site)


@function("keras.models.clone_model")
def _clone(call: Call) -> Value:
    value = call.get(0)
    at = call.at
    if isinstance(value, SequentialV):
        made = SequentialV(call.site, at.uid(), call.frame.function)
        made.arguments = value.arguments
        made.load(value.save())
        for variant in made.variants:
            variant.uid = made.uid if variant is made.variants[0] else at.uid()
        at.models.append(made)
        return made
    if isinstance(value, ModelV) and value.model.kind == "functional":
        from kfix.model.record import replace

        copy = ModelV(
            replace(value.model, uid=at.uid(), site=call.site, function=call.frame.function), call.frame.function
        )
        at.models.append(copy)
        return copy
    return call.unknown()


# --- changing models ----------------------------------------------------------------------


def sequential(value: Value) -> SequentialV | None:
    """The Sequential behind a value: itself, or an object of a subclass."""
    if isinstance(value, InstanceV):
        value = value.model
    return value if isinstance(value, SequentialV) else None


@method("model.add")
def _add(call: Call) -> Value:
    made, given = sequential(call.receiver), call.find(0, "layer")
    if made is not None and given is not None:
        models.add(call.at, made, given.value, given.site or call.site)
    return NONE


@method("model.pop")
def _pop(call: Call) -> Value:
    made = sequential(call.receiver)
    return call.unknown() if made is None else models.pop(call.at, made)


@method("model.build")
def _build(call: Call) -> Value:
    given = call.find(0, "input_shape") or call.find(0, "batch_input_shape")
    if given is not None:
        models.set_given(call.at, _inner(call.receiver), _shapes(given.value), given.site)
    return NONE


def _inner(value: Value) -> Value:
    return value.model if isinstance(value, InstanceV) else value


def _shapes(value: Value) -> Any:
    if isinstance(value, DictV):
        return {key: to_shape(item) for key, item in value.entries.items()}
    if isinstance(value, ListV) and value.items and all(isinstance(item, ListV) for item in value.items):
        return [to_shape(item) for item in value.items]
    return to_shape(value)


@method("model.compile")
def _compile(call: Call) -> Value:
    call.at.compiles.append((_inner(call.receiver), building.model_arguments(call.at, call.given), call.site))
    return NONE


@method("model.fit", "model.evaluate", "model.predict", "model.train_on_batch", "model.test_on_batch",
        "model.predict_on_batch", "model.fit_generator", "model.evaluate_generator")  # fmt: skip
def _fit(call: Call) -> Value:
    at, model = call.at, _inner(call.receiver)
    name = call.name
    x, y = call.get(0, "x"), call.get(1, "y") if not name.startswith("predict") else None
    x_data, y_data = x, y
    parts = _dataset_parts(x)
    if parts is not None:
        x_data, y_data = parts
    x_shape, y_shape = models.data_shape(at, x_data), models.data_shape(at, y_data)
    at.fits.append(
        (
            model,
            {
                "method": name,
                "x": x_shape,
                "y": y_shape,
                "site": call.site,
                "x_data": None if x_data is None else building.argument_value(at, x_data),
                "y_data": None if y_data is None else building.argument_value(at, y_data),
                "same": _same(call, x_data, y_data),
            },
        )
    )
    if x_shape is not None and not isinstance(x_shape, Unknown) and isinstance(model, ModelV | SequentialV):
        models.set_given(at, model, _batchless(x_shape), None)
    if name.startswith("predict"):
        ends = at.shapes.model_outputs(models.frozen(at, model)) if isinstance(model, SequentialV | ModelV) else None
        count = x_shape[0] if isinstance(x_shape, tuple) and x_shape else None
        if isinstance(ends, tuple) and ends:
            return Array((count, *ends[1:]))
        return Array(Unknown("what `predict` gives"))
    return call.unknown(f"what `{name}` gives is not known")


def _same(call: Call, x: Value, y: Value) -> bool:
    """Are x and y one value, or written as one name?"""
    if x is None or y is None or isinstance(x, Const):
        return False
    if x is y:
        return True
    args = call.node.args if isinstance(call.node, cst.Call) else ()
    if not isinstance(x, Unknown) or len(args) < 2:
        return False
    one, two = args[0].value, args[1].value
    return isinstance(one, cst.Name) and isinstance(two, cst.Name) and one.value == two.value


def _batchless(shape: Any) -> Any:
    if isinstance(shape, tuple):
        return (None, *shape[1:])
    if isinstance(shape, list):
        return [_batchless(item) for item in shape]
    return {key: _batchless(item) for key, item in shape.items()} if isinstance(shape, dict) else shape


def _dataset_parts(value: Value) -> tuple[Value, Value] | None:
    """What a data set or generator gives to `fit`: x and y."""
    from kfix.source.values import ObjectV

    if isinstance(value, ObjectV) and value.kind == "dataset":
        element = value.data["element"]
        if isinstance(element, ListV) and element.kind == "tuple" and len(element.items) >= 2:
            return element.items[0], element.items[1]
        return element, None
    return None


@method("model.summary", "model.save", "model.save_weights", "model.load_weights", "model.set_weights",
        "model.compile_from_config", "model.export", "model.reset_states", "layer.set_weights")  # fmt: skip
def _nothing(call: Call) -> Value:
    return NONE


@method("model.adapt", "layer.adapt", "layer.build")
def _adapt(call: Call) -> Value:
    return NONE


@method("layer.add_weight", "model.add_weight", "layer.add_variable", "model.add_variable")
def _add_weight(call: Call) -> Value:
    """A variable of this shape; without one, a scalar. Keras 2 has the name first."""
    place = 1 if isinstance(first := call.get(0), Const) and isinstance(first.value, str) else 0
    given = call.get(place, "shape")
    shape = () if given is None or (isinstance(given, Const) and given.value is None) else to_shape(given)
    holder = call.receiver
    uid = holder.layer.uid if isinstance(holder, LayerV) else models.uid_of(holder)
    instance = call.at.instances.get(uid)
    if instance is not None:
        instance.weights.append(shape)
    return Array(shape)


@method("layer.add_loss", "model.add_loss", "layer.add_metric", "model.add_metric")
def _aside(call: Call) -> Value:
    return NONE


@method("model.get_layer")
def _get_layer(call: Call) -> Value:
    value = _inner(call.receiver)
    name, index = call.text(0, "name"), call.number(1, "index")
    layers = models.layers_of(call.at, value)
    if index is not None and -len(layers.items) <= index < len(layers.items):
        return layers.items[index]
    for item in layers.items:
        if name and layer_name(item) == name:
            return item
    return call.unknown(f"the layer {name!r} was not found" if name else "")


def layer_name(value: Value) -> str | None:
    """What `name=` says of a layer or model."""
    if isinstance(value, LayerV):
        return value.layer.name
    if isinstance(value, TensorV):
        return None
    if isinstance(value, SequentialV):
        return models.name_of(value.arguments)
    return models.name_of(value.model.arguments) if isinstance(value, ModelV) else None


@method("model.count_params")
def _count(call: Call) -> Value:
    value = _inner(call.receiver)
    count = call.at.shapes.count_params(models.frozen(call.at, value))
    return count if isinstance(count, Unknown) else Const(count)


@method("model.call", "layer.call", "model.__call__", "layer.__call__")
def _call(call: Call) -> Value:
    receiver = call.receiver
    if isinstance(receiver, InstanceV):
        receiver = receiver.model or receiver.layer
    return building.apply(call.at, receiver, call.given, call.node, call.frame)


# --- attributes ---------------------------------------------------------------------------


@attribute("model.input", "model.inputs")
def _model_input(at: Interpreter, value: Value, node: cst.Attribute, frame: Frame) -> Value:
    found = models.input_tensor(at, _inner(value))
    return ListV([found]) if node.attr.value == "inputs" and isinstance(found, TensorV) else found


@attribute("model.output", "model.outputs")
def _model_output(at: Interpreter, value: Value, node: cst.Attribute, frame: Frame) -> Value:
    found = models.output_tensor(at, _inner(value))
    return ListV([found]) if node.attr.value == "outputs" and isinstance(found, TensorV) else found


@attribute("model.layers")
def _model_layers(at: Interpreter, value: Value, node: cst.CSTNode, frame: Frame) -> Value:
    return models.layers_of(at, _inner(value))


@attribute("model.input_shape")
def _model_input_shape(at: Interpreter, value: Value, node: cst.CSTNode, frame: Frame) -> Value:
    return from_shape(at.shapes.model_inputs(models.frozen(at, _inner(value))))


@attribute("model.output_shape")
def _model_output_shape(at: Interpreter, value: Value, node: cst.CSTNode, frame: Frame) -> Value:
    return from_shape(at.shapes.model_outputs(models.frozen(at, _inner(value))))


@attribute("tensor.shape", "tensor._keras_shape")
def _tensor_shape(at: Interpreter, value: TensorV, node: cst.CSTNode, frame: Frame) -> Value:
    return building.shape_value(at, value)


@attribute("tensor.ndim")
def _tensor_rank(at: Interpreter, value: TensorV, node: cst.CSTNode, frame: Frame) -> Value:
    shape = building.shape_of(at, value)
    return Const(len(shape)) if isinstance(shape, tuple) else at.unknown("the rank is not known", node, frame, shape)


@attribute("tensor.T")
def _transposed(at: Interpreter, value: TensorV, node: cst.CSTNode, frame: Frame) -> Value:
    return building.operate(at, "keras.ops.transpose", [(None, value)], frame.unit.site(node))


@method("tensor.get_shape")
def _get_shape(call: Call) -> Value:
    return building.shape_value(call.at, call.receiver)


@method("list.as_list", "tuple.as_list")
def _as_list(call: Call) -> Value:
    return ListV(list(call.receiver.items))


def use_of(at: Interpreter, layer: LayerV) -> int | None:
    """The node in which a layer was called, for `layer.output`; a Sequential is unrolled for it."""
    if layer.nodes:
        return layer.nodes[0]
    if layer.layer.library == "applications":
        return _application(at, layer)
    for model in at.models:
        if isinstance(model, SequentialV) and any(item is layer for item, _ in model.variants[0].items):
            models.unroll(at, model)
            break
    return layer.nodes[0] if layer.nodes else None


def _application(at: Interpreter, layer: LayerV) -> int:
    """A model of `keras.applications` on an input of its own."""
    tensor = layer.layer.argument("input_tensor")
    if tensor is not None and isinstance(tensor.value, TensorRef):
        ref = tensor.value
    else:
        ref = building.input_of_shape(at, at.shapes.application_input(layer.layer), layer.layer.site).ref
    return building.add_node(at, layer.layer, ((None, ref),), layer.layer.site)


def _layer(value: Value) -> LayerV:
    layer: Any = value.layer if isinstance(value, InstanceV) else value
    assert isinstance(layer, LayerV)
    return layer


@attribute("layer.output", "layer.outputs")
def _layer_output(at: Interpreter, value: Value, node: cst.Attribute, frame: Frame) -> Value:
    layer = _layer(value)
    use = use_of(at, layer)
    if use is None:
        return at.unknown(f"`{at.text(node, frame)}`: the layer was not called", node, frame)
    found = building.outputs(at, use)
    return ListV([found]) if node.attr.value == "outputs" and isinstance(found, TensorV) else found


@attribute("layer.input", "layer.inputs")
def _layer_input(at: Interpreter, value: Value, node: cst.Attribute, frame: Frame) -> Value:
    layer = _layer(value)
    use = use_of(at, layer)
    refs = [] if use is None else [r for _, arg in at.arena[use].args for r in graphs.refs_in(arg)]
    if use is not None and at.arena[use].layer.cls == "Input":
        refs = [TensorRef(use)]
    if not refs:
        return at.unknown(f"`{at.text(node, frame)}`: the layer was not called", node, frame)
    several = node.attr.value == "inputs" or len(refs) > 1
    return ListV([TensorV(ref) for ref in refs]) if several else TensorV(refs[0])


@attribute("layer.output_shape", "layer.input_shape")
def _layer_shape(at: Interpreter, value: Value, node: cst.Attribute, frame: Frame) -> Value:
    part = _layer_output if node.attr.value == "output_shape" else _layer_input
    found = part(at, value, node, frame)
    return building.shape_value(at, found) if isinstance(found, TensorV) else found


@attribute("layer.name", "model.name")
def _name(at: Interpreter, value: Value, node: cst.CSTNode, frame: Frame) -> Value:
    name = layer_name(_inner(value) if isinstance(value, InstanceV) else value)
    return at.unknown("a name that Keras makes up", node, frame) if name is None else Const(name)


@attribute("layer.layers")
def _layer_layers(at: Interpreter, value: LayerV, node: cst.CSTNode, frame: Frame) -> Value:
    made = ListV([])
    made.unknown = at.unknown(f"the layers of `{value.layer.cls}` are not known", node, frame)
    return made


@attribute("layer.units", "layer.filters")
def _argument(at: Interpreter, value: Value, node: cst.Attribute, frame: Frame) -> Value:
    layer = value.layer if isinstance(value, LayerV) else None
    found = layer.argument(node.attr.value) if layer is not None else None
    if found is None and layer is not None and layer.arguments and layer.arguments[0].keyword is None:
        found = layer.arguments[0]
    if found is not None and isinstance(found.value, int):
        return Const(found.value, found.origin)
    return at.unknown(f"`{at.text(node, frame)}` is not known", node, frame)


# --- layers with functions in them --------------------------------------------------------


@function("keras.layers.Lambda")
def _lambda(call: Call) -> Value:
    at, given = call.at, call.find(0, "function")
    declared = call.get(1, "output_shape")
    made = building.make_layer(at, "Lambda", call.given, call.site)
    if given is None:
        return made
    what = given.value
    kwargs = call.get(-1, "arguments")
    more = [Given(k, v) for k, v in kwargs.entries.items()] if isinstance(kwargs, DictV) else []
    body = _function_body(at, what, more, call, declared)
    layer = made.layer
    made.layer = Layer("Lambda", layer.arguments, layer.site, layer.uid, "keras", body=at.defer(body))
    return made


def _function_body(at: Interpreter, what: Value, more: list[Given], call: Call, declared: Value) -> Any:
    from kfix.source.classes import read_function

    def body(shapes: Any) -> Any:
        found = read_function(at, what, more, shapes, call)
        if isinstance(found, Unknown) and isinstance(declared, ListV):
            rest = to_shape(declared)
            if isinstance(rest, tuple) and isinstance(shapes, tuple):
                return _of_shape(at, (shapes[0], *rest), call)
        return found

    return body


def _of_shape(at: Interpreter, shape: Any, call: Call) -> Any:
    from kfix.model.graph import Model

    entry = building.input_of_shape(at, Unknown("the input"), call.site).ref
    end = building.input_of_shape(at, shape, call.site).ref
    return Model(
        "Lambda", "functional", call.site, (at.arena[entry.node], at.arena[end.node]), (entry,), (end,), at.uid()
    )


def layer_of_declared_shape(call: Call, cls: str, declared: Value) -> Value:
    """A layer of another library that says its own output shape (without the batch)."""
    at, given = call.at, call.given
    made = building.make_layer(at, cls, given, call.site, "other", call.unknown(f"`{cls}` says no output shape"))
    rest = to_shape(declared) if declared is not None else None
    if isinstance(rest, tuple):
        layer = made.layer

        def body(shapes: Any) -> Any:
            return _of_shape(at, (None, *rest), call)

        made.layer = Layer(cls, layer.arguments, layer.site, layer.uid, "user", body=at.defer(body))
    return made


# --- activations --------------------------------------------------------------------------


@function("keras.activations.get")
def _activation(call: Call) -> Value:
    """By name; an activation that is not known keeps the shape all the same, as each of Keras does."""
    value = call.get(0, "identifier")
    if isinstance(value, Const | Unknown):
        return Symbol(f"keras.activations.{value.value if isinstance(value, Const) and value.value else 'linear'}")
    return value


# --- utilities ----------------------------------------------------------------------------


@function("keras.utils.plot_model", "keras.backend.clear_session", "keras.utils.set_random_seed")
def _ignored(call: Call) -> Value:
    return NONE


@function("keras.backend.int_shape", "keras.ops.shape", "keras.backend.shape", "tf.shape")
def _int_shape(call: Call) -> Value:
    value = call.get(0, "x")
    if isinstance(value, TensorV):
        return building.shape_value(call.at, value)
    return from_shape(value.shape) if isinstance(value, Array) else call.unknown()


@function("keras.backend.image_data_format")
def _data_format(call: Call) -> Value:
    return Const("channels_last")
