"""What Keras objects do: layers are made, called on tensors, put into models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import CALLED, DATA, TRIED
from kfix.model.graph import (
    Argument,
    InnerLayer,
    Layer,
    Library,
    Model,
    ModelKind,
    Node,
    Symbol,
    TensorRef,
)
from kfix.model.naming import given_name
from kfix.model.origin import Fixed, Origin
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Given
from kfix.source.interpreter.containers import Const, first
from kfix.source.interpreter.dispatch import ByClass
from kfix.source.interpreter.facts import Condition
from kfix.source.interpreter.interpreter import MAX_INNER, Interpreter
from kfix.source.interpreter.values import (
    Choice,
    InstanceV,
    LayerV,
    ModelV,
    SequentialV,
    TensorV,
    Variant,
)
from kfix.source.keras.argument_values import (
    argument_value,
    is_layer_like,
    kept_as,
    model_arguments,
)

# --- layers -------------------------------------------------------------------------------


DATA_FORMAT = "data_format"
"""The setting of the program, and the argument of layers that have it where they are given nothing
else.
"""


def make_layer(
    interpreter: Interpreter,
    cls: str,
    given: list[Given],
    site: Site,
    library: Library = Library.KERAS,
) -> LayerV:
    """Return a new layer, with the data format that the program has set for all."""
    setting = _data_format(interpreter)
    if setting is not None and library is Library.APPLICATION:
        why = Unknown(f"`{cls}` with its channels first is not known", site)
        return make_unknown_layer(interpreter, cls, given, site, why)
    arguments = model_arguments(interpreter, given)
    if setting is not None and library is Library.KERAS:
        arguments = _with_data_format(interpreter, cls, arguments, setting)
    return _registered(interpreter, Layer(cls, arguments, site, interpreter.uid(), library))


def _with_data_format(
    interpreter: Interpreter, cls: str, arguments: tuple[Argument, ...], setting: AbstractValue
) -> tuple[Argument, ...]:
    """Return the arguments with this data format, if the class has one and it is not given."""
    if not interpreter.shapes.leaves_out(cls, arguments, DATA_FORMAT):
        return arguments
    return (*arguments, Argument(DATA_FORMAT, argument_value(interpreter, setting), Fixed(None)))


def make_unknown_layer(  # noqa: PLR0913 - a layer of which the rest is not known
    interpreter: Interpreter,
    cls: str,
    given: list[Given],
    site: Site,
    why: Unknown,
    said: tuple[tuple[str, object], ...] = (),
) -> LayerV:
    """Return a new layer of which kfix knows no more than its arguments."""
    args = model_arguments(interpreter, given)
    layer = Layer(cls, args, site, interpreter.uid(), Library.UNKNOWN, unknown=why, attributes=said)
    return _registered(interpreter, layer)


def _registered(interpreter: Interpreter, layer: Layer) -> LayerV:
    """Return the value of a new layer, which the interpreter knows from now on."""
    interpreter.builds += 1
    value = interpreter.layers[layer.uid] = LayerV(layer)
    if layer.is_application:
        interpreter.last_uid += InnerLayer.RESERVED
    return value


def _data_format(interpreter: Interpreter) -> AbstractValue | None:
    """Return the data format that the program has set, `None` where it is Keras's own default."""
    setting = interpreter.settings.get(DATA_FORMAT)
    match setting:
        case Const(value="channels_last"):
            return None
    return setting


def make_input(
    interpreter: Interpreter, arguments: tuple[Argument, ...], site: Site, put: Site | None = None
) -> TensorV:
    """Return a symbolic input with these arguments of `keras.Input`."""
    interpreter.builds += 1
    layer = Layer("Input", arguments, site, interpreter.uid())
    interpreter.layers[layer.uid] = LayerV(layer)
    return TensorV(TensorRef(add_node(interpreter, layer, (), put or site)))


def input_of_shape(
    interpreter: Interpreter, shape: object, site: Site, origin: Origin | None = None
) -> TensorV:
    """Return a symbolic input of a shape (with its batch) that no layer in the program states.

    It is unknown where there is none: no Input of the program lacks it.
    """
    known = first(shape, Unknown("a shape that is not stated", site))
    return make_input(interpreter, (Argument("batch_shape", known, origin),), site)


def data_of_shape(
    interpreter: Interpreter, shape: object, site: Site, origin: Origin | None = None
) -> TensorV:
    """Return the node of a concrete tensor (an array) of this shape: no Input of a model."""
    made = input_of_shape(interpreter, shape, site, origin)
    node = interpreter.arena[made.ref.node]
    layer = replace(node.layer, attributes=((DATA, True),))
    interpreter.arena[made.ref.node] = replace(node, layer=layer)
    return made


def add_node(
    interpreter: Interpreter, layer: Layer, args: tuple[tuple[str | None, object], ...], site: Site
) -> int:
    """Put a use of a layer into the arena; returns its id."""
    number = len(interpreter.arena)
    if interpreter.trying:
        layer = replace(layer, attributes=(*layer.attributes, (TRIED, True)))
    interpreter.arena.append(Node(number, layer, args, site))
    if args and not (interpreter.trying or interpreter.is_past_end(site.cell)):
        if not interpreter.reading:
            interpreter.loose.append(number)
        elif not interpreter.journal.stack:
            interpreter.inside.append(number)
    value = interpreter.layers.get(layer.uid)
    if isinstance(value, LayerV):
        value.nodes.append(number)
    return number


def note_attribute(
    interpreter: Interpreter,
    tensor: TensorV,
    path: str,
    site: Site,
    attributes: tuple[tuple[str, object], ...] = (),
) -> None:
    """Note an attribute that Keras 3 does not have: "keras.KerasTensor.get_shape"."""
    uid = interpreter.uid()
    layer = Layer(path, (), site, uid, Library.OPERATION, attributes=attributes)
    add_node(interpreter, layer, ((None, tensor.ref),), site)


def own_node(interpreter: Interpreter, layer: LayerV) -> int:
    """Return the node of an application on its own input, made when first asked for."""
    inner = layer.layer
    for index in layer.nodes:
        if interpreter.arena[index].site == inner.site:
            return index
    given = inner.argument("input_tensor")
    if given is not None and isinstance(given.value, TensorRef):
        ref = given.value
    else:
        shape = interpreter.shapes.application_input(inner)
        ref = input_of_shape(interpreter, shape, inner.site).ref
    return add_node(interpreter, inner, ((None, ref),), inner.site)


def layer_of(interpreter: Interpreter, value: AbstractValue, site: Site | None = None) -> Layer:
    """Return anything that a program puts into a model (at `site`) as a layer."""
    return _LAYERS.of(value)(interpreter, value, site)


def _no_layer(interpreter: Interpreter, value: AbstractValue, site: Site | None) -> Layer:
    return _unknown_layer(interpreter, "?", Unknown("what stands here is not a layer"), None)


def _unknown_layer(
    interpreter: Interpreter, cls: str, unknown: Unknown, site: Site | None
) -> Layer:
    place = site or Site("", None, 0)
    return Layer(cls, (), place, interpreter.uid(), Library.UNKNOWN, unknown=unknown)


_LAYERS: ByClass[Callable[[Interpreter, Any, Site | None], Layer]] = ByClass(_no_layer)


@_LAYERS.register(LayerV)
def _of_layer(interpreter: Interpreter, value: LayerV, site: Site | None) -> Layer:
    return value.layer


_MADE = (Library.KERAS, Library.APPLICATION, Library.MODEL, Library.USER)
"""Where the layers come from that a program makes and calls itself."""


@_LAYERS.register(TensorV)
def _of_tensor(interpreter: Interpreter, value: TensorV, site: Site | None) -> Layer:
    layer = interpreter.arena[value.ref.node].layer
    if layer.cls == "Input" and layer.is_keras_layer:
        return layer
    if layer.library in _MADE:
        return replace(layer, attributes=(*layer.attributes, (CALLED, True)))
    why = Unknown("a tensor stands where a layer belongs", layer.site)
    return _unknown_layer(interpreter, "a tensor", why, layer.site)


@_LAYERS.register(SequentialV, ModelV)
def _of_model(interpreter: Interpreter, value: SequentialV | ModelV, site: Site | None) -> Layer:
    interpreter.inner += 1
    if interpreter.inner <= MAX_INNER:
        return model_layer(interpreter, value)
    why = f"more than {MAX_INNER:,} models within one another"
    interpreter.leave(why, value.site if isinstance(value, SequentialV) else value.model.site)
    return _unknown_layer(interpreter, "?", Unknown(why), site)


@_LAYERS.register(InstanceV)
def _of_instance(interpreter: Interpreter, value: InstanceV, site: Site | None) -> Layer:
    inner = value.layer or value.model
    if inner is None:
        return _no_layer(interpreter, value, site)
    return _with_attributes(interpreter, layer_of(interpreter, inner), value)


@_LAYERS.register(Choice)
def _of_choice(interpreter: Interpreter, value: Choice, site: Site | None) -> Layer:
    return layer_of(interpreter, value.options[0][1])


@_LAYERS.register(Unknown)
def _of_unknown(interpreter: Interpreter, value: Unknown, site: Site | None) -> Layer:
    cls = class_at(interpreter, site) or class_at(interpreter, value.site) or "?"
    return _unknown_layer(interpreter, cls, value, value.site)


@_LAYERS.register(Symbol)
def _of_symbol(interpreter: Interpreter, value: Symbol, site: Site | None) -> Layer:
    why = Unknown(f"`{value.path}` is not a layer")
    return _unknown_layer(interpreter, value.path.rpartition(".")[2], why, None)


@kept_as(LayerV, SequentialV, ModelV)
def _argument(interpreter: Interpreter, value: LayerV | SequentialV | ModelV) -> Layer:
    return layer_of(interpreter, value)


@kept_as(InstanceV)
def _instance_argument(interpreter: Interpreter, value: InstanceV) -> Layer | Symbol:
    if is_layer_like(value):
        return layer_of(interpreter, value)
    return Symbol(value.cls.name, called=True)


def class_at(interpreter: Interpreter, site: Site | None) -> str:
    """Return the class that is called, or only named, at a place; "" where none is."""
    if site is None or (site.path, site.cell) not in interpreter.units:
        return ""
    node: object = interpreter.units[site.path, site.cell].node(site)
    if isinstance(node, cst.Arg | cst.BaseElement):
        node = node.value
    called = isinstance(node, cst.Call)
    while isinstance(node, cst.Call):
        node = node.func
    last = node
    if isinstance(node, cst.Attribute):
        last = node.attr
    name = ""
    if isinstance(last, cst.Name):
        name = last.value
    if called or name[:1].isupper():
        return name
    return ""


def _with_attributes(interpreter: Interpreter, layer: Layer, value: InstanceV) -> Layer:
    """Return a layer of the program, with what Keras asks of a recurrent cell where it has it."""
    if "state_size" not in value.attributes and value.cls.find("state_size") is None:
        return layer
    attributes = tuple(
        (name, argument_value(interpreter, value.attributes[name]))
        for name in ("state_size", "output_size")
        if name in value.attributes
    )
    if attributes:
        return replace(layer, attributes=attributes)
    return layer


# --- models as layers ---------------------------------------------------------------------


def freeze_sequential(interpreter: Interpreter, made: SequentialV, variant: Variant) -> Model:
    """Return one variant of a Sequential as it stands now."""
    nodes: list[Node] = []
    end = TensorRef(Model.ENTRY)
    for index, (item, site) in enumerate(variant.items):
        nodes.append(Node(index, layer_of(interpreter, item, site), ((None, end),), site))
        end = TensorRef(index)
    return Model(
        name=made.name or given_name(made.arguments) or "sequential",
        kind=ModelKind.SEQUENTIAL,
        site=made.site,
        nodes=tuple(nodes),
        inputs=(TensorRef(Model.ENTRY),),
        outputs=(end,),
        uid=variant.uid,
        function=made.function,
        given=made.given,
        given_site=made.given_site,
        arguments=made.arguments,
        tail=made.tail,
        condition=said(variant.condition),
    )


def layer_name(interpreter: Interpreter, value: AbstractValue) -> str | None:
    """Return what `name=` says of a layer or model, or the name that it gives itself."""
    if isinstance(value, LayerV):
        return value.name or interpreter.shapes.application_name(value.layer)
    if isinstance(value, SequentialV):
        return given_name(value.arguments)
    if isinstance(value, ModelV):
        return given_name(value.model.arguments)
    return None


def inner_model(value: AbstractValue) -> AbstractValue:
    """Return the model that an object of a subclass is, any other value itself."""
    if isinstance(value, InstanceV) and value.model is not None:
        return value.model
    return value


def model_of(value: SequentialV | ModelV | InstanceV) -> SequentialV | ModelV:
    """Return the model whose method is called: that of an object of a subclass, or the value."""
    if not isinstance(value, InstanceV):
        return value
    assert value.model is not None  # only an object with a model has methods of models
    return value.model


def said(condition: Condition) -> str | None:
    """Return a condition in words, `None` for one that always holds."""
    if not condition:
        return None
    return " and ".join(test.text if holds else f"not ({test.text})" for test, holds in condition)


def frozen(interpreter: Interpreter, value: SequentialV | ModelV) -> Model:
    """Return a model as it stands now (a Sequential in the first of its variants)."""
    if isinstance(value, SequentialV):
        return freeze_sequential(interpreter, value, value.variants[0])
    return value.model


def model_layer(interpreter: Interpreter, value: SequentialV | ModelV) -> Layer:
    """Return a model as a layer of another."""
    model = frozen(interpreter, value)
    instance = None
    if isinstance(value, ModelV) and model.is_subclassed:
        instance = value.instance
    if instance is not None:
        cls = instance.cls.name
        body = None
        if instance.layer is not None:
            body = instance.layer.layer.body
        return Layer(cls, model.arguments, model.site, model.uid, Library.USER, body=body)
    cls = model.keras_class or "Model"
    return Layer(cls, model.arguments, model.site, model.uid, Library.MODEL, model=model)
