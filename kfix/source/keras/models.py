"""Sequential, functional and subclassed models while a program is interpreted, and in the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import LISTS
from kfix.model.graph import Array, Layer, Model, Node, Shapes
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.calls import Given
from kfix.source.interpreter.choices import MAX_VARIANTS, merge, options_of
from kfix.source.interpreter.containers import NONE, Container, DictV, ListV, Within, is_none
from kfix.source.interpreter.dispatch import ByClass
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.interpreter.values import (
    Choice,
    InstanceV,
    LayerV,
    ModelV,
    SequentialV,
    TensorV,
    Variant,
)
from kfix.source.keras.argument_values import model_arguments

# --- Sequential ---------------------------------------------------------------------------


def new_sequential(
    interpreter: Interpreter, given: list[Given], node: cst.CSTNode, frame: Frame
) -> SequentialV:
    """Return the model that `Sequential(...)` gives."""
    interpreter.builds += 1
    model = SequentialV(frame.unit.site(node), interpreter.uid(), frame.function)
    interpreter.models.append(model)
    fill_sequential(interpreter, model, given, node, frame)
    return model


def fill_sequential(
    interpreter: Interpreter,
    model: SequentialV,
    given: list[Given],
    node: cst.CSTNode,
    frame: Frame,
) -> None:
    """Give a new Sequential the layers of its call."""
    model.tail = frame.unit.site(node)
    for place, argument in enumerate(given):
        if argument.keyword in _LAYERS or (argument.keyword is None and place == 0):
            add_all(interpreter, model, argument)
    rest = [one for one in given if one.keyword is not None and one.keyword not in _LAYERS]
    model.arguments = model_arguments(interpreter, rest)


_LAYERS = ("layers", "*", "**")
"""The keywords of arguments of `Sequential` that hold its layers."""


def add_all(interpreter: Interpreter, model: SequentialV, argument: Given) -> None:
    """Add the layers of a list, each at the place where it was put into the list."""
    value, fallback = argument.value, argument.site or model.site
    if isinstance(value, ListV):
        if value.site is not None and not value.items:
            model.tail = value.site
        for item, site in zip(value.items, value.sites, strict=True):
            add(interpreter, model, item, site or fallback)
        if value.unknown is not None:
            add(interpreter, model, value.unknown, fallback)
    elif isinstance(value, LayerV | TensorV | SequentialV | ModelV | Choice | Unknown):
        add(interpreter, model, value, fallback)
    elif not is_none(value):
        add(interpreter, model, Unknown("what it is made of is not a list", fallback), fallback)


def add(interpreter: Interpreter, model: SequentialV, value: AbstractValue, site: Site) -> None:
    """Do what `model.add(value)` does, to every way in which the model may have been built."""
    interpreter.journal.touch(model)
    interpreter.builds += 1
    model.tail = site
    if isinstance(value, InstanceV):
        value = value.layer or value.model or value
    options = options_of(value)
    variants: list[Variant] = []
    for variant in model.variants:
        for condition, option in options:
            both = merge(variant.condition, condition)
            if both is not None:
                uid = variant.uid if not variants or len(options) == 1 else interpreter.uid()
                variants.append(Variant(both, [*variant.items, (option, site)], uid))
    if len(variants) > MAX_VARIANTS:
        interpreter.leave(
            f"more than {MAX_VARIANTS} variants of one model; the others are left out", model.site
        )
    model.variants = variants[:MAX_VARIANTS]


def pop(interpreter: Interpreter, model: SequentialV, site: Site) -> AbstractValue:
    """Do what `model.pop()` does.

    What is added later comes after `site`. Returns the layer that was taken.
    """
    interpreter.journal.touch(model)
    taken: AbstractValue = NONE
    for variant in model.variants:
        if variant.items:
            taken = variant.items.pop()[0]
    model.tail = site
    return taken


def uid_of(value: SequentialV | ModelV) -> int:
    """Return the number of a model."""
    if isinstance(value, SequentialV):
        return value.uid
    return value.model.uid


# --- models as graphs ---------------------------------------------------------------------


def layers_of(interpreter: Interpreter, value: SequentialV | ModelV) -> ListV:
    """Return `model.layers`.

    Those of a Sequential are without its Input, those of a functional model with it.
    """
    if isinstance(value, SequentialV):
        return _layers_of_sequential(value)
    found = ListV([])
    seen: set[int] = set()
    for node in _listed(interpreter, value.model):
        if isinstance(node, LayerV):
            _append(found, node, None)
        elif node.layer.uid not in seen and not _is_pure_operation(node.layer):
            seen.add(node.layer.uid)
            _append(found, *_of_node(interpreter, node, found))
    return found


def _append(found: ListV, item: AbstractValue, site: Site | None) -> None:
    found.items.append(item)
    found.sites.append(site)


def _layers_of_sequential(value: SequentialV) -> ListV:
    found = ListV([])
    for item, site in value.variants[0].items:
        match item:
            case TensorV() | LayerV(layer=Layer(cls="InputLayer")):
                continue
        _append(found, item, site)
    return found


def _is_pure_operation(layer: Layer) -> bool:
    """Return whether a layer is an operation alone.

    `keras.layers.add` makes a layer and calls it.
    """
    return layer.is_operation and not layer.cls.startswith("keras.layers.")


def _of_node(interpreter: Interpreter, node: Node, found: ListV) -> tuple[AbstractValue, Site]:
    """Return a layer of a functional model, and the place of its first call.

    For a model of `keras.applications` whose output was taken, its own layers stand there.
    """
    layer = node.layer
    if layer.is_application and node.site == layer.site:
        found.gap = len(found.items)
        why = f"one of the layers of `{layer.cls}`"
        return Within(why, node.site, layer.uid, every=True), node.site
    item = interpreter.layers.get(layer.uid)
    if item is None:
        item = _layer_value(interpreter, layer)
    return item, node.site


def _listed(interpreter: Interpreter, model: Model) -> Sequence[Node | LayerV]:
    """Return the nodes of a model.

    In place of a model of `keras.applications` that it was built on are the layers of that.
    """
    if not any(node.layer.is_application for node in model.nodes):
        return model.nodes
    from kfix.source.keras.application_layers import listed

    found = listed(interpreter, model.nodes, model.inputs, model.outputs)
    if found is None:
        return model.nodes
    return found


def _layer_value(interpreter: Interpreter, layer: Layer) -> AbstractValue:
    """Return the value that a layer of a model is: a model of the program, or a layer."""
    for model in interpreter.models:
        if uid_of(model) == layer.uid:
            return model
    value = interpreter.layers[layer.uid] = LayerV(layer)
    return value


# --- what a model is given ----------------------------------------------------------------


def set_given(
    interpreter: Interpreter, model: AbstractValue, shape: Shapes, site: Site | None
) -> None:
    """Note the input shape that `build`, a call, or data states.

    The first one counts, as it does in Keras.
    """
    match model:
        case SequentialV(given=None) if not isinstance(shape, list | dict):
            interpreter.journal.touch(model)
            model.given, model.given_site = shape, site
        case ModelV(model=Model(given=None, is_subclassed=True)):
            interpreter.journal.touch(model)
            model.model = replace(model.model, given=shape, given_site=site)


def note_call(interpreter: Interpreter, callee: ModelV, given: list[Given]) -> None:
    """Note that a subclassed model is called.

    The shape of what it is called on is its input shape.
    """
    if any((not given, callee.model.given is not None, interpreter.doubting)):
        return
    shapes = data_shape(interpreter, given[0].value)
    if not isinstance(shapes, Unknown | None):
        set_given(interpreter, callee, shapes, given[0].site)


def data_shape(interpreter: Interpreter, value: AbstractValue | None) -> Shapes | None:
    """Return the shapes of data: arrays and tensors, in lists and dictionaries.

    `None` for anything else.
    """
    return _DATA_SHAPES.of(value)(interpreter, value)


def _no_data(interpreter: Interpreter, value: AbstractValue | None) -> None:
    return None


_DATA_SHAPES: ByClass[Callable[[Interpreter, Any], Shapes | None]] = ByClass(_no_data)


@_DATA_SHAPES.register(Array)
def _shape_of_array(interpreter: Interpreter, value: Array) -> Shapes:
    if value.dtype == LISTS:
        return Unknown("lists, each of its own length")
    return value.shape


@_DATA_SHAPES.register(TensorV)
def _shape_of_tensor(interpreter: Interpreter, value: TensorV) -> Shapes:
    return tensor_operations.shape_of(interpreter, value)


@_DATA_SHAPES.register(Unknown)
def _unknown_shape(interpreter: Interpreter, value: Unknown) -> Shapes:
    return value


@_DATA_SHAPES.register(ListV)
def _shapes_of_list(interpreter: Interpreter, value: ListV) -> Shapes | None:
    shapes = _shapes_of_all(interpreter, value)
    if shapes is None:
        return None
    return [*shapes]


@_DATA_SHAPES.register(DictV)
def _shapes_of_dict(interpreter: Interpreter, value: DictV) -> Shapes | None:
    shapes = _shapes_of_all(interpreter, value)
    if shapes is None:
        return None
    return dict(zip(value.entries, shapes, strict=True))


def _shapes_of_all(interpreter: Interpreter, value: Container) -> list[Shapes] | None:
    """Return the shapes of all that a container holds, `None` where one is not that of data."""
    if value.unknown is not None:
        return None
    found = [data_shape(interpreter, item) for item in value.held()]
    shapes = [shape for shape in found if shape is not None]
    if not found or len(shapes) < len(found):
        return None
    return shapes


def batchless(shape: Any) -> Any:
    """Return the shapes with a batch of any size."""
    if isinstance(shape, tuple):
        return (None, *shape[1:])
    if isinstance(shape, list):
        return [batchless(item) for item in shape]
    if isinstance(shape, dict):
        return {key: batchless(item) for key, item in shape.items()}
    return shape
