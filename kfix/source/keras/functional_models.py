"""Functional models: graphs between the tensors that `Model(inputs, outputs)` is given."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from kfix.model import order
from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import MODEL, WholeModel
from kfix.model.graph import Argument, Layer, Model, ModelKind, Node, TensorRef
from kfix.model.naming import given_name
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter import nested_tensors, tensor_operations, unknown_ends
from kfix.source.interpreter.calls import Given
from kfix.source.interpreter.choices import MAX_VARIANTS, merge, options_of
from kfix.source.interpreter.containers import Container, DictV, ListV
from kfix.source.interpreter.dispatch import ByClass
from kfix.source.interpreter.facts import Condition
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.values import Choice, LayerV, ModelV, SequentialV, TensorV
from kfix.source.keras import layers
from kfix.source.keras.argument_values import model_arguments
from kfix.source.keras.described import not_a_tensor
from kfix.source.keras.open_ends import input_of


class ModelCall(NamedTuple):
    """What `Model(inputs, outputs)` is given, and where it stands."""

    inputs: AbstractValue
    outputs: AbstractValue
    given: list[Given]
    site: Site
    function: str
    """The dotted name of the function that it stands in."""


def new_functional(interpreter: Interpreter, call: ModelCall) -> AbstractValue:
    """Return the result of `Model(inputs, outputs)`.

    There is one model for every way in which its tensors may have been built.
    """
    starts = options_of(_spread(interpreter, call.inputs))
    stops = options_of(_spread(interpreter, call.outputs))
    models: list[tuple[Condition, AbstractValue]] = []
    for (one, first), (two, last) in itertools.product(starts, stops):
        both = merge(one, two)
        if both is not None and len(models) < MAX_VARIANTS:
            way = call._replace(inputs=first, outputs=last)
            model = functional(interpreter, way, both)
            models.append((both, model))
    if not models:
        return Unknown("no such model", call.site)
    if len(models) > 1:
        return Choice(models)
    return models[0][1]


def _spread(interpreter: Interpreter, value: AbstractValue) -> AbstractValue:
    """Return a list of tensors as one list for every way in which they may have been built."""
    match value:
        case ListV() if any(isinstance(item, Choice) for item in value.items):
            return interpreter.spread(
                lambda parts: ListV(parts, value.kind, value.sites), value.items
            )
    return value


def functional(interpreter: Interpreter, call: ModelCall, condition: Condition = ()) -> ModelV:
    """Return a functional model of known tensors."""
    inputs, ends, given, site, function = call
    interpreter.builds += 1
    written = {id(one.value): one.site for one in given}
    whole, inputs = _WITHOUT_MODELS.of(inputs)(interpreter, inputs, written)
    ins = _refs(interpreter, inputs, site, written)
    outs = [
        unknown_ends.not_an_input(interpreter, ref, ins)
        for ref in _refs(interpreter, ends, site, written)
    ]
    if not _all_known(inputs):  # the others are the Inputs that the ends are made of
        known = {ref.node for ref in ins}
        for node in order.graph(interpreter.arena, ins, outs):
            if node.layer.cls == "Input" and node.id not in known:
                ins.append(TensorRef(node.id))
    arena: Sequence[Node] = interpreter.arena
    if interpreter.opened:
        from kfix.source.keras.application_layers import one_way

        arena, outs = one_way(interpreter, ins, outs)
    is_base = len(outs) == 1 and arena[outs[0].node].layer.is_application
    arguments = model_arguments(interpreter, [g for g in given if g.keyword is not None])
    model = Model(
        name=given_name(arguments) or "functional",
        kind=ModelKind.FUNCTIONAL,
        site=site,
        nodes=tuple(_entry(interpreter, node, ins) for node in order.graph(arena, ins, outs)),
        inputs=tuple(ins),
        outputs=tuple(outs),
        uid=interpreter.uid(),
        function=function,
        arguments=arguments,
        condition=layers.said(condition),
        input_keys=_keys(inputs),
        output_keys=_keys(ends),
        takes=nested_tensors.numbered(inputs, itertools.count()),
        gives=nested_tensors.numbered(ends, itertools.count()),
        whole_inputs=tuple(whole),
        tail=written.get(id(ends)) if is_base else None,  # behind `base.output` a head may stand
    )
    value = ModelV(model, function, condition)
    value.lists_input, value.lists_output = _is_list_of_one(inputs), _is_list_of_one(ends)
    if isinstance(ends, DictV):
        value.keys = list(model.output_keys)
    interpreter.models.append(value)
    return value


Ends = tuple[list[WholeModel], AbstractValue]
"""The models that are given for inputs, and the value with their own inputs in their place."""


def _as_given(interpreter: Interpreter, value: AbstractValue, written: Written) -> Ends:
    return [], value


_WITHOUT_MODELS: ByClass[Callable[[Interpreter, Any, Written], Ends]] = ByClass(_as_given)

_INPUT_OF: dict[type, str] = {SequentialV: "inputs[0]"}
"""The attribute that is the input of a model, where that is not `input`."""


@_WITHOUT_MODELS.register(ListV)
def _without_models(interpreter: Interpreter, value: ListV, written: Written) -> Ends:
    places = dict(zip(map(id, value.items), value.sites, strict=True))
    pairs = [_WITHOUT_MODELS.of(item)(interpreter, item, places) for item in value.items]
    whole = list(itertools.chain.from_iterable(found for found, _ in pairs))
    if not whole:
        return [], value
    return whole, ListV([item for _, item in pairs], value.kind, value.sites, value.unknown)


@_WITHOUT_MODELS.register(LayerV)
def _without_application(interpreter: Interpreter, value: LayerV, written: Written) -> Ends:
    if not value.layer.is_application:
        return [], value
    return _own_input(interpreter, value, written)


@_WITHOUT_MODELS.register(SequentialV, ModelV)
def _own_input(
    interpreter: Interpreter, value: LayerV | SequentialV | ModelV, written: Written
) -> Ends:
    place = written.get(id(value))
    if place is None:
        return [], value
    cls = layers.layer_of(interpreter, value).cls
    name = _INPUT_OF.get(type(value), "input")
    return [WholeModel(place, cls, name)], input_of(interpreter, value)


def _is_list_of_one(ends: AbstractValue) -> bool:
    match ends:
        case ListV(items=[_], unknown=None):
            return True
    return False


def _keys(tensors: AbstractValue) -> tuple[object, ...]:
    """Return the keys of a dictionary of tensors, none for anything else.

    They are in the order in which Keras flattens it.
    """
    if isinstance(tensors, DictV):
        return tuple(order.by_key(tensors.entries))
    return ()


def _all_known(inputs: AbstractValue) -> bool:
    """Return whether all of a model's inputs are tensors that are known."""
    if isinstance(inputs, Container):
        return inputs.unknown is None and all(map(_all_known, inputs.held()))
    return isinstance(inputs, TensorV)


def _entry(interpreter: Interpreter, node: Node, inputs: list[TensorRef]) -> Node:
    """Return a node of a model.

    A tensor from the middle of a graph that is an input becomes an Input of its shape, as in Keras.
    """
    layer = node.layer
    if layer.cls in ("Input", "InputLayer") or (layer.is_unknown and not node.args):
        return node
    ref = next((ref for ref in inputs if ref.node == node.id), None)
    if ref is None:
        return node
    shape = interpreter.shapes.tensor(interpreter.arena, ref)
    entry = Layer("Input", (Argument("batch_shape", shape),), layer.site, interpreter.uid())
    return Node(node.id, entry, (), node.site)


Written = Mapping[int, Site | None]
"""By the id of a value: where it is written."""


def _refs(
    interpreter: Interpreter, value: AbstractValue, site: Site, written: Written
) -> list[TensorRef]:
    """Return the tensors in a value.

    For each part that is not known to be a tensor it is a tensor of which nothing is known.
    """
    if isinstance(value, ListV):
        written = {**written, **dict(zip(map(id, value.items), value.sites, strict=True))}
    parts = list(_parts(value, site)) or [Unknown("an empty list is not a tensor", site)]
    return [_ref(interpreter, part, site, written) for part in parts]


def _ref(
    interpreter: Interpreter,
    part: TensorV | LayerV | SequentialV | ModelV | Unknown,
    site: Site,
    written: Written,
) -> TensorRef:
    if isinstance(part, TensorV):
        return part.ref
    if isinstance(part, LayerV | SequentialV | ModelV):
        return tensor_operations.uncalled(interpreter, part, MODEL, written.get(id(part))).ref
    return tensor_operations.unknown_tensor(interpreter, part, site).ref


def _parts(
    value: AbstractValue, site: Site
) -> Iterator[TensorV | LayerV | SequentialV | ModelV | Unknown]:
    """Yield the tensors in a value, the layers that were not called, and why others are unknown.

    They are in the order in which Keras flattens it.
    """
    if isinstance(value, TensorV | LayerV | SequentialV | ModelV | Unknown):
        yield value
    elif isinstance(value, Container):
        for item in value.leaves():
            yield from _parts(item, site)
        if value.unknown is not None:
            yield value.unknown
    else:
        yield not_a_tensor(value, site)
