"""Sequential, functional and subclassed models while a program is interpreted, and as they are in the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import libcst as cst

from kfix.model import order
from kfix.model.graph import LISTS, Argument, Array, Layer, Model, Node, Shapes, TensorRef
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source import building, operations
from kfix.source.calls import Given
from kfix.source.containers import Const, DictV, ListV, Value, Within
from kfix.source.interpreter import MAX_VARIANTS, Frame, Interpreter, merge
from kfix.source.values import Choice, Condition, InstanceV, LayerV, ModelV, SequentialV, TensorV, Variant

# --- Sequential ---------------------------------------------------------------------------


def new_sequential(at: Interpreter, given: list[Given], node: cst.CSTNode, frame: Frame) -> SequentialV:
    """`Sequential(...)`."""
    at.builds += 1
    made = SequentialV(frame.unit.site(node), at.uid(), frame.function)
    at.models.append(made)
    fill_sequential(at, made, given, node, frame)
    return made


def fill_sequential(at: Interpreter, made: SequentialV, given: list[Given], node: cst.CSTNode, frame: Frame) -> None:
    """Give a new Sequential the layers of its call."""
    made.tail = frame.unit.site(node)
    for place, argument in enumerate(given):
        if argument.keyword in ("layers", "*", "**") or (argument.keyword is None and place == 0):
            add_all(at, made, argument)
    made.arguments = building.model_arguments(at, [g for g in given if g.keyword not in (None, "layers", "*", "**")])


def add_all(at: Interpreter, made: SequentialV, argument: Given) -> None:
    """Add the layers of a list, each at the place where it was put into the list."""
    value, fallback = argument.value, argument.site or made.site
    if isinstance(value, Const) and value.value is None:
        return
    if not isinstance(value, ListV):
        if isinstance(value, LayerV | TensorV | SequentialV | ModelV | Choice):
            add(at, made, value, fallback)
        else:
            why = value if isinstance(value, Unknown) else Unknown("what it is made of is no list", fallback)
            add(at, made, why, fallback)
        return
    if value.site is not None and not value.items:
        made.tail = value.site
    for item, site in zip(value.items, value.sites, strict=True):
        add(at, made, item, site or fallback)
    if value.unknown is not None:
        add(at, made, value.unknown, fallback)


def add(at: Interpreter, made: SequentialV, value: Value, site: Site) -> None:
    """`model.add(value)`: to every way in which the model may have been built."""
    at.journal.touch(made)
    at.builds += 1
    made.tail = site
    if isinstance(value, InstanceV):
        value = value.layer or value.model or value
    options = value.options if isinstance(value, Choice) else [((), value)]
    variants: list[Variant] = []
    for variant in made.variants:
        for condition, option in options:
            both = merge(variant.condition, condition)
            if both is not None:
                uid = variant.uid if not variants or len(options) == 1 else at.uid()
                variants.append(Variant(both, [*variant.items, (option, site)], uid))
    if len(variants) > MAX_VARIANTS:
        at.leave(f"more than {MAX_VARIANTS} variants of one model; the others are left out", made.site)
    made.variants = variants[:MAX_VARIANTS]


def pop(at: Interpreter, made: SequentialV, site: Site) -> Value:
    """`model.pop()`: what is added later comes after it."""
    at.journal.touch(made)
    gone: Value = Const(None)
    for variant in made.variants:
        if variant.items:
            gone = variant.items.pop()[0]
    made.tail = site
    return gone


def uid_of(value: Value) -> int:
    """The number of a model."""
    uid: int = value.uid if isinstance(value, SequentialV) else value.model.uid
    return uid


# --- models as graphs ---------------------------------------------------------------------


def unroll(at: Interpreter, made: SequentialV) -> list[int]:
    """A Sequential's layers as nodes of the arena, its input first, so that their tensors can be used."""
    key = tuple(id(item) for item, _ in made.variants[0].items)
    known = at.unrolled.get(made.uid)
    if known is not None and known[0] == key:
        nodes: list[int] = known[1]
        return nodes
    model = building.frozen(at, made)
    chain = list(model.nodes)
    if chain and chain[0].layer.cls in ("Input", "InputLayer"):
        first = chain.pop(0)
        nodes = [building.add_node(at, first.layer, (), first.site)]
    else:
        shape = at.shapes.model_inputs(model)
        nodes = [building.input_of_shape(at, shape, made.site).ref.node]
    for node in chain:
        nodes.append(building.add_node(at, node.layer, ((None, TensorRef(nodes[-1])),), node.site))
    at.unrolled[made.uid] = (key, nodes)
    return nodes


def input_tensor(at: Interpreter, value: SequentialV | ModelV) -> Value:
    """`model.input`."""
    if isinstance(value, SequentialV):
        return TensorV(TensorRef(unroll(at, value)[0]))
    return _one(value.model.inputs)


def output_tensor(at: Interpreter, value: SequentialV | ModelV) -> Value:
    """`model.output`."""
    if isinstance(value, SequentialV):
        return TensorV(TensorRef(unroll(at, value)[-1]))
    return _one(value.model.outputs)


def _one(refs: tuple[TensorRef, ...]) -> Value:
    tensors: list[Value] = [TensorV(ref) for ref in refs]
    return tensors[0] if len(tensors) == 1 else ListV(tensors)


def layers_of(at: Interpreter, value: SequentialV | ModelV) -> ListV:
    """`model.layers`: those of a Sequential without its Input, those of a functional model with it."""
    made = ListV([])
    if isinstance(value, SequentialV):
        for item, site in value.variants[0].items:
            if not isinstance(item, TensorV) and not (isinstance(item, LayerV) and item.layer.cls == "InputLayer"):
                made.items.append(item)
                made.sites.append(site)
        return made
    seen: set[int] = set()
    for node in _listed(at, value.model):
        if isinstance(node, LayerV):
            made.items.append(node)
            made.sites.append(None)
            continue
        layer = node.layer
        if layer.uid in seen or (layer.library == "ops" and not layer.cls.startswith("keras.layers.")):
            continue
        seen.add(layer.uid)
        item = at.layers.get(layer.uid) or _layer_value(at, layer)
        if layer.library == "applications" and node.site == layer.site:
            made.gap = len(made.items)  # its output was taken, so that its own layers stand here
            item = Within(f"one of the layers of `{layer.cls}`", node.site, layer.uid, every=True)
        made.items.append(item)
        made.sites.append(node.site)
    return made


def _listed(at: Interpreter, model: Model) -> Sequence[Any]:
    """The nodes of a model, and the layers within those of `keras.applications` that it was built on."""
    if not any(node.layer.library == "applications" for node in model.nodes):
        return model.nodes
    from kfix.source.inside import listed

    found = listed(at, model.nodes, model.inputs, model.outputs)
    return model.nodes if found is None else found


def _layer_value(at: Interpreter, layer: Layer) -> Value:
    for model in at.models:
        if uid_of(model) == layer.uid:
            return model
    made = at.layers[layer.uid] = LayerV(layer)
    return made


# --- functional ---------------------------------------------------------------------------


def new_functional(at: Interpreter, inputs: Value, ends: Value, given: list[Given], site: Site, frame: Frame) -> Value:
    """`Model(inputs, outputs)`: for every way in which its tensors may have been built."""
    if isinstance(inputs, ListV) and any(isinstance(item, Choice) for item in inputs.items):
        inputs = at.spread(lambda items: ListV(items, inputs.kind, inputs.sites), inputs.items)
    if isinstance(ends, ListV) and any(isinstance(item, Choice) for item in ends.items):
        ends = at.spread(lambda items: ListV(items, ends.kind, ends.sites), ends.items)
    if not isinstance(inputs, Choice) and not isinstance(ends, Choice):
        return functional(at, inputs, ends, given, site, frame.function)
    pairs: list[tuple[Condition, Value]] = []
    for one, first in inputs.options if isinstance(inputs, Choice) else [((), inputs)]:
        for two, last in ends.options if isinstance(ends, Choice) else [((), ends)]:
            both = merge(one, two)
            if both is not None and len(pairs) < MAX_VARIANTS:
                pairs.append((both, functional(at, first, last, given, site, frame.function, both)))
    return Choice(pairs) if len(pairs) > 1 else pairs[0][1] if pairs else Unknown("no such model", site)


def functional(
    at: Interpreter,
    inputs: Value,
    ends: Value,
    given: list[Given],
    site: Site,
    function: str,
    condition: Condition = (),
) -> Value:
    """A functional model of known tensors."""
    at.builds += 1
    ins = _refs(at, inputs, site)
    outs = _refs(at, ends, site)
    if not _told(inputs):  # what is not known of them are the Inputs that the ends are made of
        nodes = order.graph(at.arena, ins, outs)
        ins += [TensorRef(n.id) for n in nodes if n.layer.cls == "Input" and all(ref.node != n.id for ref in ins)]
    arena: Sequence[Node] = at.arena
    if at.opened:
        from kfix.source.inside import one_way

        arena, outs = one_way(at, ins, outs)
    arguments = building.model_arguments(at, [g for g in given if g.keyword is not None])
    model = Model(
        name=building.name_of(arguments) or "functional",
        kind="functional",
        site=site,
        nodes=tuple(_entry(at, node, ins) for node in order.graph(arena, ins, outs)),
        inputs=tuple(ins),
        outputs=tuple(outs),
        uid=at.uid(),
        function=function,
        arguments=arguments,
        condition=building.said(condition),
        input_keys=tuple(order.by_key(inputs.entries)) if isinstance(inputs, DictV) else (),
        output_keys=tuple(order.by_key(ends.entries)) if isinstance(ends, DictV) else (),
    )
    made = ModelV(model, function, condition)
    if isinstance(ends, DictV):
        made.keys = list(model.output_keys)
    at.models.append(made)
    return made


def _told(inputs: Value) -> bool:
    """Are all of a model's inputs tensors that are known?"""
    if isinstance(inputs, ListV):
        return inputs.unknown is None and all(_told(item) for item in inputs.items)
    if isinstance(inputs, DictV):
        return inputs.unknown is None and all(_told(item) for item in inputs.entries.values())
    return isinstance(inputs, TensorV)


def _entry(at: Interpreter, node: Node, inputs: list[TensorRef]) -> Node:
    """A tensor from the middle of a graph that is an input of a model becomes an Input of its shape, as in Keras."""
    unknown = node.layer.library == "other" and not node.args
    if unknown or node.layer.cls in ("Input", "InputLayer") or all(ref.node != node.id for ref in inputs):
        return node
    shape = at.shapes.tensor(at.arena, next(ref for ref in inputs if ref.node == node.id))
    layer = Layer("Input", (Argument("batch_shape", shape),), node.layer.site, at.uid())
    return Node(node.id, layer, (), node.site)


def _refs(at: Interpreter, value: Value, site: Site) -> list[TensorRef]:
    """The tensors in a value; one of which nothing is known for each part that is not known to be a tensor."""
    tensors: list[TensorV | Unknown] = list(_parts(value, site))
    if not tensors:
        tensors = [Unknown("these are no tensors", site)]
    return [one.ref if isinstance(one, TensorV) else operations.unknown_tensor(at, one, site).ref for one in tensors]


def _parts(value: Value, site: Site) -> Iterator[TensorV | Unknown]:
    """The tensors in a value from left to right, as Keras flattens it, and why others are not known."""
    if isinstance(value, TensorV | Unknown):
        yield value
    elif isinstance(value, ListV | DictV):
        items = value.items if isinstance(value, ListV) else map(value.entries.get, order.by_key(value.entries))
        for item in items:
            yield from _parts(item, site)
        if value.unknown is not None:
            yield value.unknown
    else:
        yield Unknown("this is no tensor", site)


# --- what a model is given ----------------------------------------------------------------


def set_given(at: Interpreter, model: Value, shape: Shapes, site: Site | None) -> None:
    """The input shape is told by `build`, a call, or data; the first one counts, as it does in Keras."""
    if isinstance(model, SequentialV):
        if model.given is None and not isinstance(shape, list | dict):
            at.journal.touch(model)
            model.given, model.given_site = shape, site
    elif isinstance(model, ModelV) and model.model.given is None and model.model.kind == "subclassed":
        at.journal.touch(model)
        model.model = replace(model.model, given=shape, given_site=site)


def note_call(at: Interpreter, callee: ModelV, given: list[Given]) -> None:
    """A subclassed model is called: the shape of what it is called on is its input shape."""
    if given and callee.model.given is None:
        shapes = data_shape(at, given[0].value)
        if shapes is not None and not isinstance(shapes, Unknown):
            set_given(at, callee, shapes, given[0].site)


def data_shape(at: Interpreter, value: Value) -> Any:
    """The shapes of data: arrays and tensors, in lists and dictionaries."""
    if isinstance(value, Array):
        return Unknown("lists, each of its own length") if value.dtype == LISTS else value.shape
    if isinstance(value, TensorV):
        return operations.shape_of(at, value)
    if isinstance(value, ListV) and value.unknown is None and value.items:
        shapes = [data_shape(at, item) for item in value.items]
        return None if any(shape is None for shape in shapes) else shapes
    if isinstance(value, DictV) and value.unknown is None and value.entries:
        named = {key: data_shape(at, item) for key, item in value.entries.items()}
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
    return {key: batchless(item) for key, item in shape.items()} if isinstance(shape, dict) else shape
