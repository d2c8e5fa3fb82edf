"""Sequential, functional and subclassed models while a program is interpreted, and as they are in the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import libcst as cst

from kfix.model import order
from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import (
    LISTS,
    Argument,
    Array,
    Layer,
    Model,
    ModelKind,
    Node,
    Shapes,
    TensorRef,
)
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.calls import Given
from kfix.source.interpreter.containers import Const, DictV, ListV, Within
from kfix.source.interpreter.interpreter import MAX_VARIANTS, Frame, Interpreter, merge
from kfix.source.interpreter.values import (
    Choice,
    Condition,
    InstanceV,
    LayerV,
    ModelV,
    SequentialV,
    TensorV,
    Variant,
)
from kfix.source.keras import layers

# --- Sequential ---------------------------------------------------------------------------


def new_sequential(
    interpreter: Interpreter, given: list[Given], node: cst.CSTNode, frame: Frame
) -> SequentialV:
    """`Sequential(...)`."""
    interpreter.builds += 1
    made = SequentialV(frame.unit.site(node), interpreter.uid(), frame.function)
    interpreter.models.append(made)
    fill_sequential(interpreter, made, given, node, frame)
    return made


def fill_sequential(
    interpreter: Interpreter, made: SequentialV, given: list[Given], node: cst.CSTNode, frame: Frame
) -> None:
    """Give a new Sequential the layers of its call."""
    made.tail = frame.unit.site(node)
    for place, argument in enumerate(given):
        if argument.keyword in ("layers", "*", "**") or (argument.keyword is None and place == 0):
            add_all(interpreter, made, argument)
    made.arguments = layers.model_arguments(
        interpreter, [g for g in given if g.keyword not in (None, "layers", "*", "**")]
    )


def add_all(interpreter: Interpreter, made: SequentialV, argument: Given) -> None:
    """Add the layers of a list, each at the place where it was put into the list."""
    value, fallback = argument.value, argument.site or made.site
    if isinstance(value, Const) and value.value is None:
        return
    if not isinstance(value, ListV):
        if isinstance(value, LayerV | TensorV | SequentialV | ModelV | Choice):
            add(interpreter, made, value, fallback)
        else:
            why = (
                value
                if isinstance(value, Unknown)
                else Unknown("what it is made of is no list", fallback)
            )
            add(interpreter, made, why, fallback)
        return
    if value.site is not None and not value.items:
        made.tail = value.site
    for item, site in zip(value.items, value.sites, strict=True):
        add(interpreter, made, item, site or fallback)
    if value.unknown is not None:
        add(interpreter, made, value.unknown, fallback)


def add(interpreter: Interpreter, made: SequentialV, value: AbstractValue, site: Site) -> None:
    """`model.add(value)`: to every way in which the model may have been built."""
    interpreter.journal.touch(made)
    interpreter.builds += 1
    made.tail = site
    if isinstance(value, InstanceV):
        value = value.layer or value.model or value
    options = value.options if isinstance(value, Choice) else [((), value)]
    variants: list[Variant] = []
    for variant in made.variants:
        for condition, option in options:
            both = merge(variant.condition, condition)
            if both is not None:
                uid = variant.uid if not variants or len(options) == 1 else interpreter.uid()
                variants.append(Variant(both, [*variant.items, (option, site)], uid))
    if len(variants) > MAX_VARIANTS:
        interpreter.leave(
            f"more than {MAX_VARIANTS} variants of one model; the others are left out", made.site
        )
    made.variants = variants[:MAX_VARIANTS]


def pop(interpreter: Interpreter, made: SequentialV, site: Site) -> AbstractValue:
    """`model.pop()`: what is added later comes after it."""
    interpreter.journal.touch(made)
    gone: AbstractValue = Const(None)
    for variant in made.variants:
        if variant.items:
            gone = variant.items.pop()[0]
    made.tail = site
    return gone


def uid_of(value: SequentialV | ModelV) -> int:
    """The number of a model."""
    return value.uid if isinstance(value, SequentialV) else value.model.uid


# --- models as graphs ---------------------------------------------------------------------


def unroll(interpreter: Interpreter, made: SequentialV) -> list[int]:
    """A Sequential's layers as nodes of the arena, its input first, so that their tensors can be used."""
    key = tuple(id(item) for item, _ in made.variants[0].items)
    known = interpreter.unrolled.get(made.uid)
    if known is not None and known[0] == key:
        nodes: list[int] = known[1]
        return nodes
    model = layers.frozen(interpreter, made)
    chain = list(model.nodes)
    if chain and chain[0].layer.cls in ("Input", "InputLayer"):
        first = chain.pop(0)
        nodes = [layers.add_node(interpreter, first.layer, (), first.site)]
    else:
        shape = interpreter.shapes.model_inputs(model)
        nodes = [layers.input_of_shape(interpreter, shape, made.site).ref.node]
    for node in chain:
        nodes.append(
            layers.add_node(interpreter, node.layer, ((None, TensorRef(nodes[-1])),), node.site)
        )
    interpreter.unrolled[made.uid] = (key, nodes)
    return nodes


def input_tensor(interpreter: Interpreter, value: SequentialV | ModelV) -> AbstractValue:
    """`model.input`."""
    if isinstance(value, SequentialV):
        return TensorV(TensorRef(unroll(interpreter, value)[0]))
    return _one(value.model.inputs)


def output_tensor(interpreter: Interpreter, value: SequentialV | ModelV) -> AbstractValue:
    """`model.output`."""
    if isinstance(value, SequentialV):
        return TensorV(TensorRef(unroll(interpreter, value)[-1]))
    return _one(value.model.outputs)


def _one(refs: tuple[TensorRef, ...]) -> AbstractValue:
    tensors: list[AbstractValue] = [TensorV(ref) for ref in refs]
    return tensors[0] if len(tensors) == 1 else ListV(tensors)


def layers_of(interpreter: Interpreter, value: SequentialV | ModelV) -> ListV:
    """`model.layers`: those of a Sequential without its Input, those of a functional model with it."""
    made = ListV([])
    if isinstance(value, SequentialV):
        for item, site in value.variants[0].items:
            if not isinstance(item, TensorV) and not (
                isinstance(item, LayerV) and item.layer.cls == "InputLayer"
            ):
                made.items.append(item)
                made.sites.append(site)
        return made
    seen: set[int] = set()
    for node in _listed(interpreter, value.model):
        if isinstance(node, LayerV):
            made.items.append(node)
            made.sites.append(None)
            continue
        layer = node.layer
        if layer.uid in seen or (layer.is_operation and not layer.cls.startswith("keras.layers.")):
            continue
        seen.add(layer.uid)
        item = interpreter.layers.get(layer.uid) or _layer_value(interpreter, layer)
        if layer.is_application and node.site == layer.site:
            made.gap = len(made.items)  # its output was taken, so that its own layers stand here
            item = Within(f"one of the layers of `{layer.cls}`", node.site, layer.uid, every=True)
        made.items.append(item)
        made.sites.append(node.site)
    return made


def _listed(interpreter: Interpreter, model: Model) -> Sequence[Any]:
    """The nodes of a model, and the layers within those of `keras.applications` that it was built on."""
    if not any(node.layer.is_application for node in model.nodes):
        return model.nodes
    from kfix.source.keras.application_layers import listed

    found = listed(interpreter, model.nodes, model.inputs, model.outputs)
    return model.nodes if found is None else found


def _layer_value(interpreter: Interpreter, layer: Layer) -> AbstractValue:
    for model in interpreter.models:
        if uid_of(model) == layer.uid:
            return model
    made = interpreter.layers[layer.uid] = LayerV(layer)
    return made


# --- functional ---------------------------------------------------------------------------


def new_functional(
    interpreter: Interpreter,
    inputs: AbstractValue,
    ends: AbstractValue,
    given: list[Given],
    site: Site,
    frame: Frame,
) -> AbstractValue:
    """`Model(inputs, outputs)`: for every way in which its tensors may have been built."""
    if isinstance(inputs, ListV) and any(isinstance(item, Choice) for item in inputs.items):
        entries = inputs
        inputs = interpreter.spread(
            lambda items: ListV(items, entries.kind, entries.sites), entries.items
        )
    if isinstance(ends, ListV) and any(isinstance(item, Choice) for item in ends.items):
        row = ends
        ends = interpreter.spread(lambda items: ListV(items, row.kind, row.sites), row.items)
    if not isinstance(inputs, Choice) and not isinstance(ends, Choice):
        return functional(interpreter, inputs, ends, given, site, frame.function)
    pairs: list[tuple[Condition, AbstractValue]] = []
    for one, first in inputs.options if isinstance(inputs, Choice) else [((), inputs)]:
        for two, last in ends.options if isinstance(ends, Choice) else [((), ends)]:
            both = merge(one, two)
            if both is not None and len(pairs) < MAX_VARIANTS:
                pairs.append(
                    (both, functional(interpreter, first, last, given, site, frame.function, both))
                )
    return (
        Choice(pairs)
        if len(pairs) > 1
        else pairs[0][1]
        if pairs
        else Unknown("no such model", site)
    )


def functional(
    interpreter: Interpreter,
    inputs: AbstractValue,
    ends: AbstractValue,
    given: list[Given],
    site: Site,
    function: str,
    condition: Condition = (),
) -> ModelV:
    """A functional model of known tensors."""
    interpreter.builds += 1
    ins = _refs(interpreter, inputs, site)
    outs = _refs(interpreter, ends, site)
    if not _told(inputs):  # what is not known of them are the Inputs that the ends are made of
        nodes = order.graph(interpreter.arena, ins, outs)
        ins += [
            TensorRef(n.id)
            for n in nodes
            if n.layer.cls == "Input" and all(ref.node != n.id for ref in ins)
        ]
    arena: Sequence[Node] = interpreter.arena
    if interpreter.opened:
        from kfix.source.keras.application_layers import one_way

        arena, outs = one_way(interpreter, ins, outs)
    arguments = layers.model_arguments(interpreter, [g for g in given if g.keyword is not None])
    model = Model(
        name=layers.name_of(arguments) or "functional",
        kind=ModelKind.FUNCTIONAL,
        site=site,
        nodes=tuple(_entry(interpreter, node, ins) for node in order.graph(arena, ins, outs)),
        inputs=tuple(ins),
        outputs=tuple(outs),
        uid=interpreter.uid(),
        function=function,
        arguments=arguments,
        condition=layers.said(condition),
        input_keys=tuple(order.by_key(inputs.entries)) if isinstance(inputs, DictV) else (),
        output_keys=tuple(order.by_key(ends.entries)) if isinstance(ends, DictV) else (),
    )
    made = ModelV(model, function, condition)
    if isinstance(ends, DictV):
        made.keys = list(model.output_keys)
    interpreter.models.append(made)
    return made


def _told(inputs: AbstractValue) -> bool:
    """Are all of a model's inputs tensors that are known?"""
    if isinstance(inputs, ListV):
        return inputs.unknown is None and all(_told(item) for item in inputs.items)
    if isinstance(inputs, DictV):
        return inputs.unknown is None and all(_told(item) for item in inputs.entries.values())
    return isinstance(inputs, TensorV)


def _entry(interpreter: Interpreter, node: Node, inputs: list[TensorRef]) -> Node:
    """A tensor from the middle of a graph that is an input of a model becomes an Input of its shape, as in Keras."""
    unknown = node.layer.is_unknown and not node.args
    if (
        unknown
        or node.layer.cls in ("Input", "InputLayer")
        or all(ref.node != node.id for ref in inputs)
    ):
        return node
    shape = interpreter.shapes.tensor(
        interpreter.arena, next(ref for ref in inputs if ref.node == node.id)
    )
    layer = Layer("Input", (Argument("batch_shape", shape),), node.layer.site, interpreter.uid())
    return Node(node.id, layer, (), node.site)


def _refs(interpreter: Interpreter, value: AbstractValue, site: Site) -> list[TensorRef]:
    """The tensors in a value; one of which nothing is known for each part that is not known to be a tensor."""
    tensors: list[TensorV | Unknown] = list(_parts(value, site))
    if not tensors:
        tensors = [Unknown("these are no tensors", site)]
    return [
        one.ref
        if isinstance(one, TensorV)
        else tensor_operations.unknown_tensor(interpreter, one, site).ref
        for one in tensors
    ]


def _parts(value: AbstractValue, site: Site) -> Iterator[TensorV | Unknown]:
    """The tensors in a value from left to right, as Keras flattens it, and why others are not known."""
    if isinstance(value, TensorV | Unknown):
        yield value
    elif isinstance(value, ListV | DictV):
        items = (
            value.items
            if isinstance(value, ListV)
            else map(value.entries.__getitem__, order.by_key(value.entries))
        )
        for item in items:
            yield from _parts(item, site)
        if value.unknown is not None:
            yield value.unknown
    else:
        yield Unknown("this is no tensor", site)


# --- what a model is given ----------------------------------------------------------------


def set_given(
    interpreter: Interpreter, model: AbstractValue, shape: Shapes, site: Site | None
) -> None:
    """The input shape is told by `build`, a call, or data; the first one counts, as it does in Keras."""
    if isinstance(model, SequentialV):
        if model.given is None and not isinstance(shape, list | dict):
            interpreter.journal.touch(model)
            model.given, model.given_site = shape, site
    elif isinstance(model, ModelV) and model.model.given is None and model.model.is_subclassed:
        interpreter.journal.touch(model)
        model.model = replace(model.model, given=shape, given_site=site)


def note_call(interpreter: Interpreter, callee: ModelV, given: list[Given]) -> None:
    """A subclassed model is called: the shape of what it is called on is its input shape."""
    if given and callee.model.given is None:
        shapes = data_shape(interpreter, given[0].value)
        if shapes is not None and not isinstance(shapes, Unknown):
            set_given(interpreter, callee, shapes, given[0].site)


def data_shape(interpreter: Interpreter, value: AbstractValue) -> Any:
    """The shapes of data: arrays and tensors, in lists and dictionaries."""
    if isinstance(value, Array):
        return Unknown("lists, each of its own length") if value.dtype == LISTS else value.shape
    if isinstance(value, TensorV):
        return tensor_operations.shape_of(interpreter, value)
    if isinstance(value, ListV) and value.unknown is None and value.items:
        shapes = [data_shape(interpreter, item) for item in value.items]
        return None if any(shape is None for shape in shapes) else shapes
    if isinstance(value, DictV) and value.unknown is None and value.entries:
        named = {key: data_shape(interpreter, item) for key, item in value.entries.items()}
        return None if any(shape is None for shape in named.values()) else named
    if isinstance(value, Unknown):
        return value
    return None


def batchless(shape: Any) -> Any:
    """The shapes with a batch of any size."""
    if isinstance(shape, tuple):
        return (None, *shape[1:])
    if isinstance(shape, list):
        return [batchless(item) for item in shape]
    return (
        {key: batchless(item) for key, item in shape.items()} if isinstance(shape, dict) else shape
    )
