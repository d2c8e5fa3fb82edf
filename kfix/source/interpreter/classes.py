"""Objects of the program's classes; subclassed layers and models."""

from __future__ import annotations

import itertools
from functools import partial

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Layer, Library, Model, ModelKind, Node, TensorRef
from kfix.model.record import replace
from kfix.model.unknown import Unknown
from kfix.source.interpreter import nested_tensors, tensor_operations
from kfix.source.interpreter.bodies import body_of
from kfix.source.interpreter.bound_values import SuperInitV
from kfix.source.interpreter.calls import Call, Given, called, invoke
from kfix.source.interpreter.containers import NONE
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.functions import read_uncalled
from kfix.source.interpreter.interpreter import (
    Interpreter,
)
from kfix.source.interpreter.values import ClassV, InstanceV, LayerV, ModelV, ObjectV, SequentialV
from kfix.source.keras import functional_models, models
from kfix.source.keras.argument_values import model_arguments


@called(ClassV)
def instantiate(context: Context, cls: ClassV, given: list[Given]) -> AbstractValue:
    """Return what a call of a class of the program gives: an object of it."""
    interpreter = context.interpreter
    native = cls.native or ""
    if native.startswith("enum."):
        return ObjectV("enum", value=given[0].value if given else NONE)
    instance = InstanceV(cls, context.site)
    instance.body_for = partial(body_of, interpreter, instance)
    if native == "keras.Sequential":
        instance.model = SequentialV(context.site, interpreter.uid(), context.frame.function)
        interpreter.instances[instance.model.uid] = instance
        interpreter.models.append(instance.model)
    elif native in ("keras.Model", "keras.Functional"):
        _become_model(context, instance, given)
    elif _is_layer_class(native):
        _become_layer(context, instance, given)
    found = cls.find("__init__")
    if found is not None:
        invoke(context, found, [Given(None, instance), *given])
    elif "dataclass" in cls.decorators or native in _WITH_FIELDS:
        _fill_fields(instance, Call(context, given))
    elif native:
        native_init(context, instance, given)
    return instance


_WITH_FIELDS = ("typing.NamedTuple", "pydantic.BaseModel")
"""Base classes that make an `__init__` of the annotated names."""


def _is_layer_class(native: str) -> bool:
    """Return whether a base class is a layer of Keras: `keras.Layer` or `keras.layers.Dense`."""
    if native == "keras.Layer":
        return True
    return native.startswith("keras.layers.") and native[13:14].isupper()


def _become_layer(context: Context, instance: InstanceV, given: list[Given]) -> None:
    """Give an object the layer that it is, with its own `call`."""
    interpreter = context.interpreter
    arguments = model_arguments(interpreter, given)
    uid, body = interpreter.uid(), body_of(interpreter, instance)
    layer = Layer(instance.cls.name, arguments, context.site, uid, Library.USER, body=body)
    instance.layer = interpreter.layers[uid] = LayerV(layer)
    interpreter.instances[uid] = instance


def _fill_fields(instance: InstanceV, call: Call) -> None:
    """Set the attributes of an object of a dataclass."""
    names = [name for cls in reversed(instance.cls.mro()) for name in cls.annotated]
    for place, name in enumerate(dict.fromkeys(names)):
        instance.attributes[name] = call.get(place, name, _default_of(instance, name, call))


def _default_of(instance: InstanceV, name: str, call: Call) -> AbstractValue:
    """Return the default of a field of a dataclass, unknown where it has none."""
    found = instance.cls.find(name)
    if found is None:
        return call.unknown(f"`{name}` of `{instance.cls.name}` is not given")
    default = found
    if isinstance(default, ObjectV) and default.kind == "field":
        held: AbstractValue = default.data["default"]
        return held
    return default


@called(SuperInitV)
def _super_init(context: Context, callee: SuperInitV, given: list[Given]) -> AbstractValue:
    return native_init(context, callee.instance, given)


def native_init(context: Context, instance: AbstractValue, given: list[Given]) -> AbstractValue:
    """Do what `super().__init__(...)` does where the base is a class of Keras; returns None."""
    if not isinstance(instance, InstanceV):
        return NONE
    if isinstance(instance.model, SequentialV):
        models.fill_sequential(
            context.interpreter, instance.model, given, context.node, context.frame
        )
    elif isinstance(instance.model, ModelV):
        _become_functional(context, instance.model, given)
    elif instance.layer is not None:
        _become_layer_of_keras(context.interpreter, instance, given)
    return NONE


def _become_functional(context: Context, value: ModelV, given: list[Given]) -> None:
    """Make a model the graph between the tensors that its `super().__init__` is given, if it is."""
    interpreter = context.interpreter
    call = Call(context, given)
    inputs, ends = call.get(0, "inputs"), call.get(1, "outputs")
    if inputs is None or ends is None or not tensor_operations.has_tensor([inputs, ends]):
        return
    functional = functional_models.functional(
        interpreter,
        functional_models.ModelCall(inputs, ends, given, value.model.site, value.function),
    )
    interpreter.models.remove(functional)
    value.model = replace(functional.model, uid=value.model.uid)
    value.instance, value.keys = None, functional.keys
    value.lists_input, value.lists_output = functional.lists_input, functional.lists_output


def _become_layer_of_keras(
    interpreter: Interpreter, instance: InstanceV, given: list[Given]
) -> None:
    """Give an object of a class that derives from `Dense`, `Dropout`, … that layer as its base.

    Without a `call` of its own, it is that layer."""
    name = (instance.cls.native or "").rpartition(".")[2]
    layer = None
    if instance.layer is not None:
        layer = instance.layer.layer
    if layer is None or not interpreter.shapes.is_layer(name):
        return
    instance.base = LayerV(Layer(name, model_arguments(interpreter, given), layer.site, layer.uid))
    if instance.cls.find("call") is None:
        instance.layer = interpreter.layers[layer.uid] = instance.base


def _become_model(context: Context, instance: InstanceV, given: list[Given]) -> None:
    """Give an object the subclassed model that it is, whose input shape is not known yet."""
    interpreter, site, frame = context.interpreter, context.site, context.frame
    arguments = model_arguments(interpreter, given)
    why = Unknown(f"no input shape is known for `{instance.cls.name}`", site)
    node = Node(
        0,
        Layer(instance.cls.name, arguments, site, interpreter.uid(), Library.UNKNOWN, unknown=why),
        (),
        site,
    )
    end = (TensorRef(0),)
    model = Model(
        instance.cls.name,
        ModelKind.SUBCLASSED,
        site,
        (node,),
        (),
        end,
        interpreter.uid(),
        frame.function,
        arguments=arguments,
    )
    value = ModelV(model, frame.function)
    value.instance = instance
    instance.model = value
    layer = Layer(
        instance.cls.name,
        arguments,
        site,
        model.uid,
        Library.USER,
        body=body_of(interpreter, instance),
    )
    instance.layer = LayerV(layer)
    interpreter.instances[model.uid] = instance
    interpreter.models.append(value)


def finished(value: ModelV) -> Model:
    """Return a model; a subclassed one with its graph, where its input shape is known."""
    model, instance = value.model, value.instance
    if not model.is_subclassed or instance is None or instance.layer is None:
        return model
    if model.given is None:
        return model
    body = instance.layer.layer.body
    graph = Unknown("it has no `call`") if body is None else body(model.given)
    if isinstance(graph, Unknown):
        node = model.nodes[0]
        layer = replace(node.layer, library=Library.UNKNOWN, unknown=graph)
        return replace(model, nodes=(Node(0, layer, (), node.site),))
    gives = None
    if instance.result is not None:
        gives = nested_tensors.numbered(instance.result, itertools.count())
    ends = {"inputs": graph.inputs, "outputs": graph.outputs, "gives": gives}
    return replace(model, nodes=graph.nodes, given=None, **ends)


def read_uncalled_class(interpreter: Interpreter, cls: ClassV) -> InstanceV | None:
    """Return an object of a class that the program never makes, its parameters unknown.

    `None` for an enum.
    """
    if cls.node is None or cls.unit is None or (cls.native or "").startswith("enum."):
        return None
    instance = InstanceV(cls, cls.unit.site(cls.node))
    init = cls.method("__init__")
    if init is not None and id(init.node) not in interpreter.called:
        read_uncalled(interpreter, init, instance)
    return instance
