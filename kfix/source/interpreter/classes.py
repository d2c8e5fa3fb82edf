"""Objects of the program's classes; subclassed layers and models."""

from __future__ import annotations

from functools import partial

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Layer, Library, Model, ModelKind, Node, TensorRef
from kfix.model.record import replace
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.bodies import body_of
from kfix.source.interpreter.calls import Call, Given, called, invoke
from kfix.source.interpreter.containers import NONE
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.functions import read_uncalled
from kfix.source.interpreter.interpreter import (
    Interpreter,
)
from kfix.source.interpreter.values import (
    ClassV,
    InstanceV,
    LayerV,
    ModelV,
    ObjectV,
    SequentialV,
    SuperInitV,
)
from kfix.source.keras import functional_models, models
from kfix.source.keras.argument_values import model_arguments


@called(ClassV)
def instantiate(context: Context, cls: ClassV, given: list[Given]) -> AbstractValue:
    """Return what a call of a class of the program gives: an object of it."""
    interpreter = context.interpreter
    interpreter.made.add(id(cls))
    native = cls.native or ""
    if native.startswith("enum."):
        return ObjectV("enum", value=given[0].value if given else NONE)
    made = InstanceV(cls, context.site)
    made.body_for = partial(body_of, interpreter, made)
    if native == "keras.Sequential":
        made.model = SequentialV(context.site, interpreter.uid(), context.frame.function)
        interpreter.models.append(made.model)
    elif native == "keras.Model":
        _become_model(context, made, given)
    elif _is_layer_class(native):
        _become_layer(context, made, given)
    found = cls.find("__init__")
    if found is not None:
        invoke(context, found, [Given(None, made), *given])
    elif "dataclass" in cls.decorators or native in _WITH_FIELDS:
        _fill_fields(made, Call(interpreter, given, context.node, context.frame))
    elif native:
        native_init(context, made, given)
    return made


_WITH_FIELDS = ("typing.NamedTuple", "pydantic.BaseModel")
"""Base classes that make an `__init__` of the annotated names."""


def _is_layer_class(native: str) -> bool:
    """Return whether a base class is a layer of Keras: `keras.Layer` or `keras.layers.Dense`."""
    if native == "keras.Layer":
        return True
    return native.startswith("keras.layers.") and native[13:14].isupper()


def _become_layer(context: Context, made: InstanceV, given: list[Given]) -> None:
    """Give an object the layer that it is, with its own `call`."""
    interpreter = context.interpreter
    arguments = model_arguments(interpreter, given)
    uid, body = interpreter.uid(), body_of(interpreter, made)
    layer = Layer(made.cls.name, arguments, context.site, uid, Library.USER, body=body)
    made.layer = interpreter.layers[uid] = LayerV(layer)
    interpreter.instances[uid] = made


def _fill_fields(made: InstanceV, call: Call) -> None:
    """Set the attributes of an object of a dataclass."""
    names = [name for cls in reversed(made.cls.mro()) for name in cls.annotated]
    for place, name in enumerate(dict.fromkeys(names)):
        made.attributes[name] = call.get(place, name, _default_of(made, name, call))


def _default_of(made: InstanceV, name: str, call: Call) -> AbstractValue:
    """Return the default of a field of a dataclass, unknown where it has none."""
    found = made.cls.find(name)
    if found is None:
        return call.unknown(f"`{name}` of `{made.cls.name}` is not given")
    default = found
    if isinstance(default, ObjectV) and default.kind == "field":
        held: AbstractValue = default.data["default"]
        return held
    return default


@called(SuperInitV)
def _super_init(context: Context, callee: SuperInitV, given: list[Given]) -> AbstractValue:
    return native_init(context, callee.instance, given)


def native_init(context: Context, made: AbstractValue, given: list[Given]) -> AbstractValue:
    """Do what `super().__init__(...)` does where the base is a class of Keras; returns None."""
    if not isinstance(made, InstanceV):
        return NONE
    if isinstance(made.model, SequentialV):
        models.fill_sequential(context.interpreter, made.model, given, context.node, context.frame)
    elif isinstance(made.model, ModelV):
        _become_functional(context, made.model, given)
    elif made.layer is not None:
        _become_layer_of_keras(context.interpreter, made, given)
    return NONE


def _become_functional(context: Context, value: ModelV, given: list[Given]) -> None:
    """Make a model the graph between the tensors that its `super().__init__` is given, if it is."""
    interpreter = context.interpreter
    call = Call(interpreter, given, context.node, context.frame)
    inputs, ends = call.get(0, "inputs"), call.get(1, "outputs")
    if inputs is None or ends is None or not tensor_operations.has_tensor([inputs, ends]):
        return
    functional = functional_models.functional(
        interpreter, inputs, ends, given, value.model.site, value.function
    )
    interpreter.models.remove(functional)
    value.model = replace(functional.model, uid=value.model.uid)
    value.instance = None


def _become_layer_of_keras(interpreter: Interpreter, made: InstanceV, given: list[Given]) -> None:
    """Give an object of a class that derives from `Dense`, `Dropout`, … that layer as its base.

    Without a `call` of its own, it is that layer."""
    name = (made.cls.native or "").rpartition(".")[2]
    layer = None
    if made.layer is not None:
        layer = made.layer.layer
    if layer is None or not interpreter.shapes.is_layer(name):
        return
    made.base = LayerV(Layer(name, model_arguments(interpreter, given), layer.site, layer.uid))
    if made.cls.find("call") is None:
        made.layer = interpreter.layers[layer.uid] = made.base


def _become_model(context: Context, made: InstanceV, given: list[Given]) -> None:
    """Give an object the subclassed model that it is, whose input shape is not known yet."""
    interpreter, site, frame = context.interpreter, context.site, context.frame
    arguments = model_arguments(interpreter, given)
    why = Unknown(f"no input shape is known for `{made.cls.name}`", site)
    node = Node(
        0,
        Layer(made.cls.name, arguments, site, interpreter.uid(), Library.UNKNOWN, unknown=why),
        (),
        site,
    )
    end = (TensorRef(0),)
    model = Model(
        made.cls.name,
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
    value.instance = made
    made.model = value
    layer = Layer(
        made.cls.name, arguments, site, model.uid, Library.USER, body=body_of(interpreter, made)
    )
    made.layer = LayerV(layer)
    interpreter.instances[model.uid] = made
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
    return replace(model, nodes=graph.nodes, inputs=graph.inputs, outputs=graph.outputs, given=None)


def read_uncalled_class(interpreter: Interpreter, cls: ClassV) -> InstanceV | None:
    """Return an object of a class that the program never makes, its parameters unknown; `None` for an enum."""
    if cls.node is None or cls.unit is None or (cls.native or "").startswith("enum."):
        return None
    made = InstanceV(cls, cls.unit.site(cls.node))
    init = cls.method("__init__")
    if init is not None and id(init.node) not in interpreter.called:
        read_uncalled(interpreter, init, made)
    return made
