"""What Keras objects do: layers are made, called on tensors, put into models."""

from __future__ import annotations

from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import (
    DATA,
    Argument,
    Array,
    InnerLayer,
    Layer,
    Library,
    Model,
    ModelKind,
    Node,
    Symbol,
    TensorRef,
)
from kfix.model.origin import Derived, Fixed, Origin, make_list, make_tuple
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Given
from kfix.source.interpreter.containers import Const, DictV, ListV, RangeV
from kfix.source.interpreter.conversion import overgrown
from kfix.source.interpreter.interpreter import MAX_INNER, Interpreter
from kfix.source.interpreter.partial_values import FrameV, VersionedV
from kfix.source.interpreter.values import (
    Choice,
    ClassV,
    Condition,
    FunctionV,
    InstanceV,
    LayerV,
    ModelV,
    SequentialV,
    TensorV,
    Variant,
)

BUILT = (LayerV, TensorV, SequentialV, ModelV)


def is_built(value: AbstractValue) -> bool:
    """Is it a layer, a tensor, a model, a list of them, the name of a class of a library, or None in place of one?"""
    if isinstance(value, Symbol):
        return not value.called
    if isinstance(value, ListV):
        return bool(value.items) and value.unknown is None and all(map(is_built, value.items))
    if isinstance(value, InstanceV):
        return value.model is not None or value.layer is not None
    return isinstance(value, BUILT) or (isinstance(value, Const) and value.value is None)


_LIBRARIES = ("keras.", "tf.", "numpy.", "builtins.", "operator.")
"""Of these is known what is in them."""


def argument_value(interpreter: Interpreter, value: AbstractValue) -> Any:
    """A value as `kfix.model` keeps it: plain Python, layers, tensors, symbols, arrays, unknowns."""
    if isinstance(value, Const):
        return value.value
    if isinstance(value, ListV):
        if value.unknown is not None:
            return value.unknown
        items = [argument_value(interpreter, item) for item in value.items]
        return tuple(items) if value.kind == "tuple" else items
    if isinstance(value, DictV):
        if value.unknown is not None:
            return value.unknown
        return {key: argument_value(interpreter, item) for key, item in value.entries.items()}
    if isinstance(value, RangeV):
        return list(value.range[:64])
    if isinstance(value, TensorV):
        return value.ref
    if isinstance(value, LayerV | SequentialV | ModelV) or is_layer_like(value):
        return layer_of(interpreter, value)
    if isinstance(value, FrameV | VersionedV):
        return value.now()
    if isinstance(value, Symbol) and not value.called and not value.path.startswith(_LIBRARIES):
        return Unknown(
            f"what `{value.path}` is"
        )  # a constant of a module that is not at hand, for all one knows
    if isinstance(value, Symbol | Array | Unknown):
        return value
    if isinstance(value, FunctionV | ClassV):
        return Symbol(value.name)
    if isinstance(value, InstanceV):
        return Symbol(value.cls.name, called=True)
    if isinstance(value, Choice):
        return Unknown(
            f"it depends on `{value.options[0][0][0][0]}`" if value.options[0][0] else "it depends"
        )
    return Unknown("a value that is no part of a model")


def is_layer_like(value: AbstractValue) -> bool:
    """An object of a class of the program that is a layer or a model."""
    return isinstance(value, InstanceV) and (value.layer is not None or value.model is not None)


def holds_layers(value: AbstractValue) -> bool:
    """Is it a layer or a model, or is there one in it?"""
    if isinstance(value, ListV | DictV):
        return any(
            map(holds_layers, value.items if isinstance(value, ListV) else value.entries.values())
        )
    return isinstance(value, LayerV | SequentialV | ModelV | Choice) or is_layer_like(value)


def argument_origin(value: AbstractValue) -> Origin | None:
    """Where an argument's value came from; None where nothing in it can be traced."""
    if isinstance(value, Const):
        return value.origin
    if isinstance(value, ListV) and value.unknown is None and not overgrown(value, 64):
        make = make_list if value.kind == "list" else make_tuple
        return Derived(make, tuple(argument_origin(v) or Fixed(None) for v in value.items))
    return None


def model_arguments(interpreter: Interpreter, given: list[Given]) -> tuple[Argument, ...]:
    """A call's arguments as `kfix.model` keeps them."""
    return tuple(
        Argument(g.keyword, _setting(interpreter, g.value), argument_origin(g.value), g.site)
        for g in given
    )


def _setting(interpreter: Interpreter, value: AbstractValue) -> Any:
    """The value of a constructor's argument: what an unknown function makes of a tensor need not be a tensor."""
    if isinstance(value, TensorV) and 0 <= value.ref.node < len(interpreter.arena):
        unknown = interpreter.arena[value.ref.node].layer.unknown
        if unknown is not None:
            return unknown
    return argument_value(interpreter, value)


# --- layers -------------------------------------------------------------------------------


DATA_FORMAT = "data_format"
"""The setting of the program, and the argument of layers that have it where they are told nothing else."""


def make_layer(
    interpreter: Interpreter,
    cls: str,
    given: list[Given],
    site: Site,
    library: Library = Library.KERAS,
    unknown: Unknown | None = None,
) -> LayerV:
    """A new layer."""
    interpreter.builds += 1
    arguments = model_arguments(interpreter, given)
    setting = interpreter.settings.get(DATA_FORMAT)
    if setting is not None and not (
        isinstance(setting, Const) and setting.value == "channels_last"
    ):
        if library is Library.KERAS and interpreter.shapes.leaves_out(cls, arguments, DATA_FORMAT):
            arguments = (
                *arguments,
                Argument(DATA_FORMAT, argument_value(interpreter, setting), Fixed(None)),
            )
        elif library is Library.APPLICATION:
            library, unknown = (
                Library.UNKNOWN,
                Unknown(f"`{cls}` with its channels first is not known", site),
            )
    made = LayerV(Layer(cls, arguments, site, interpreter.uid(), library, unknown=unknown))
    interpreter.layers[made.layer.uid] = made
    if library is Library.APPLICATION:
        interpreter.last_uid += InnerLayer.RESERVED
    return made


def make_input(
    interpreter: Interpreter, arguments: tuple[Argument, ...], site: Site, put: Site | None = None
) -> TensorV:
    """A symbolic input with these arguments of `keras.Input`."""
    interpreter.builds += 1
    layer = Layer("Input", arguments, site, interpreter.uid())
    interpreter.layers[layer.uid] = LayerV(layer)
    return TensorV(TensorRef(add_node(interpreter, layer, (), put or site)))


def input_of_shape(interpreter: Interpreter, shape: Any, site: Site) -> TensorV:
    """A symbolic input of a shape (with its batch) that no layer in the program states."""
    return make_input(interpreter, (Argument("batch_shape", shape),), site)


def data_of_shape(interpreter: Interpreter, shape: Any, site: Site) -> TensorV:
    """Return the node of a concrete tensor (an array) of this shape: no Input of a model."""
    made = input_of_shape(interpreter, shape, site)
    node = interpreter.arena[made.ref.node]
    layer = replace(node.layer, attributes=((DATA, True),))
    interpreter.arena[made.ref.node] = replace(node, layer=layer)
    return made


def add_node(
    interpreter: Interpreter, layer: Layer, args: tuple[tuple[str | None, object], ...], site: Site
) -> int:
    """Put a use of a layer into the arena; gives its id."""
    interpreter.arena.append(Node(len(interpreter.arena), layer, args, site))
    made = interpreter.layers.get(layer.uid)
    if isinstance(made, LayerV):
        made.nodes.append(len(interpreter.arena) - 1)
    return len(interpreter.arena) - 1


def own_node(interpreter: Interpreter, layer: LayerV) -> int | None:
    """The node of a model of `keras.applications` on its own input, made if it is wanted first; else `None`."""
    own: int | None = next(
        (index for index in layer.nodes if interpreter.arena[index].site == layer.layer.site), None
    )
    if own is not None:
        return own
    tensor = layer.layer.argument("input_tensor")
    if tensor is not None and isinstance(tensor.value, TensorRef):
        ref = tensor.value
    else:
        ref = input_of_shape(
            interpreter, interpreter.shapes.application_input(layer.layer), layer.layer.site
        ).ref
    return add_node(interpreter, layer.layer, ((None, ref),), layer.layer.site)


def layer_of(interpreter: Interpreter, value: AbstractValue, site: Site | None = None) -> Layer:
    """Anything that a program puts into a model (at `site`), as a layer."""
    if isinstance(value, LayerV):
        return value.layer
    if isinstance(value, TensorV):
        layer = interpreter.arena[value.ref.node].layer
        if layer.cls == "Input" and layer.is_keras_layer:
            return layer
        return _other(
            "a tensor",
            Unknown("a tensor stands where a layer belongs", layer.site),
            layer.site,
            interpreter,
        )
    if isinstance(value, SequentialV | ModelV):
        interpreter.inner += 1
        if interpreter.inner > MAX_INNER:
            why = f"more than {MAX_INNER:,} models within one another"
            interpreter.leave(
                why, value.site if isinstance(value, SequentialV) else value.model.site
            )
            return _other("?", Unknown(why), site, interpreter)
        return model_layer(interpreter, value)
    if isinstance(value, InstanceV):
        inner = value.layer or value.model
        if inner is not None:
            return _with_attributes(interpreter, layer_of(interpreter, inner), value)
    if isinstance(value, Choice):
        return layer_of(interpreter, value.options[0][1])
    if isinstance(value, Unknown):
        return _other(
            class_at(interpreter, site) or class_at(interpreter, value.site) or "?",
            value,
            value.site,
            interpreter,
        )
    if isinstance(value, Symbol):
        return _other(
            value.path.rpartition(".")[2], Unknown(f"`{value.path}` is no layer"), None, interpreter
        )
    return _other("?", Unknown("what stands here is no layer"), None, interpreter)


def class_at(interpreter: Interpreter, site: Site | None) -> str:
    """The class that is called, or only named, at a place; "" where none is."""
    unit = None if site is None else interpreter.units.get((site.path, site.cell))
    node = None if unit is None or site is None else unit.node(site)
    if isinstance(node, cst.Arg | cst.BaseElement):
        node = node.value
    called = isinstance(node, cst.Call)
    while isinstance(node, cst.Call):
        node = node.func
    last = node.attr if isinstance(node, cst.Attribute) else node
    name = last.value if isinstance(last, cst.Name) else ""
    return name if called or name[:1].isupper() else ""


def _with_attributes(interpreter: Interpreter, layer: Layer, value: InstanceV) -> Layer:
    """A layer of the program, with what Keras asks of a recurrent cell where it has it."""
    if "state_size" not in value.attributes and value.cls.find("state_size") is None:
        return layer
    found = [
        (name, value.attributes[name])
        for name in ("state_size", "output_size")
        if name in value.attributes
    ]
    if not found:
        return layer
    return replace(
        layer, attributes=tuple((name, argument_value(interpreter, thing)) for name, thing in found)
    )


def _other(cls: str, unknown: Unknown, site: Site | None, interpreter: Interpreter) -> Layer:
    return Layer(
        cls, (), site or Site("", None, 0), interpreter.uid(), Library.UNKNOWN, unknown=unknown
    )


# --- models as layers ---------------------------------------------------------------------


def freeze_sequential(interpreter: Interpreter, made: SequentialV, variant: Variant) -> Model:
    """One variant of a Sequential as it stands now."""
    nodes = [
        Node(
            index,
            layer_of(interpreter, item, site),
            ((None, TensorRef(index - 1 if index else Model.ENTRY)),),
            site,
        )
        for index, (item, site) in enumerate(variant.items)
    ]
    return Model(
        name=made.name or name_of(made.arguments) or "sequential",
        kind=ModelKind.SEQUENTIAL,
        site=made.site,
        nodes=tuple(nodes),
        inputs=(TensorRef(Model.ENTRY),),
        outputs=(TensorRef(len(nodes) - 1 if nodes else Model.ENTRY),),
        uid=variant.uid,
        function=made.function,
        given=made.given,
        given_site=made.given_site,
        arguments=made.arguments,
        tail=made.tail,
        condition=said(variant.condition),
    )


def layer_name(interpreter: Interpreter, value: AbstractValue) -> str | None:
    """What `name=` says of a layer or model, or the name that it gives itself."""
    if isinstance(value, LayerV):
        return value.name or interpreter.shapes.application_name(value.layer)
    if isinstance(value, TensorV):
        return None
    if isinstance(value, SequentialV):
        return name_of(value.arguments)
    return name_of(value.model.arguments) if isinstance(value, ModelV) else None


def inner_model(value: AbstractValue) -> AbstractValue:
    """The model that an object of a subclass is, any other value itself."""
    return value.model if isinstance(value, InstanceV) and value.model is not None else value


def name_of(arguments: tuple[Argument, ...]) -> str | None:
    """What `name=` says."""
    for argument in arguments:
        if argument.keyword == "name" and isinstance(argument.value, str):
            return argument.value
    return None


def said(condition: Condition) -> str | None:
    """A condition in words."""
    if not condition:
        return None
    return " and ".join(text if holds else f"not ({text})" for text, holds in condition)


def frozen(interpreter: Interpreter, value: SequentialV | ModelV) -> Model:
    """A model as it stands now (a Sequential in the first of its variants)."""
    return (
        freeze_sequential(interpreter, value, value.variants[0])
        if isinstance(value, SequentialV)
        else value.model
    )


def model_layer(interpreter: Interpreter, value: SequentialV | ModelV) -> Layer:
    """A model as a layer of another."""
    model = frozen(interpreter, value)
    if isinstance(value, ModelV) and value.instance is not None and model.is_subclassed:
        body = value.instance.layer.layer.body if value.instance.layer is not None else None
        return Layer(
            value.instance.cls.name, model.arguments, model.site, model.uid, Library.USER, body=body
        )
    cls = model.keras_class or "Model"
    return Layer(cls, model.arguments, model.site, model.uid, Library.MODEL, model=model)


# --- calling layers -----------------------------------------------------------------------
