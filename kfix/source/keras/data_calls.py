"""Calls of models on data that no model of the program holds.

`discriminator(generator(noise))` on arrays is one, a step of training.

Each is a graph of its own, from the data on, as Keras goes through it when the call is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Any

import libcst as cst

from kfix.model import order
from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Layer, Model, ModelKind, Node, TensorRef
from kfix.model.record import replace
from kfix.model.site import Site
from kfix.source.interpreter.containers import ListV
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.interpreter.values import LayerV
from kfix.source.keras.layers import data_of_shape, own_node

MOST = 24
"""Calls of one file that are looked at."""

_TITLE = 40


def note(
    interpreter: Interpreter, node_id: int, layer: Layer, node: cst.CSTNode, frame: Frame
) -> None:
    """Remember a call of a model, where it is not made in the `call` of a layer.

    A function that no cell of a notebook calls has the names of the notebook's end.
    """
    at_end = interpreter.is_past_end(frame.unit.cell)
    if layer.is_model and not interpreter.reading and not at_end:
        interpreter.applied.setdefault(frame.unit.site(node), (node_id, node, frame))


def called(interpreter: Interpreter, models: Iterable[Model]) -> list[Model]:
    """Return the calls as models, but for those that are part of a model of the program.

    There are as many after an edit.
    """
    held = _held(models)
    found: list[Model] = []
    for site, (end, node, frame) in interpreter.applied.items():
        if end in held or len(found) >= MOST:
            continue
        nodes = order.graph(interpreter.arena, (), (TensorRef(end),))
        if not any(map(_is_entry, nodes)):
            continue
        text = interpreter.text(node, frame)
        found.append(_model(interpreter, site, end, text, frame.function))
    return found


def refused(interpreter: Interpreter, models: Iterable[Model]) -> list[Model]:
    """Return graphs of what Keras refuses outside of any model.

    A loss by hand is one, or a base that is too small.
    """
    held = _held(models)
    sites = {node.site for model in models for node in model.nodes}
    _call_applications(interpreter)
    found: list[Model] = []
    for index in interpreter.loose:
        node = interpreter.arena[index]
        if index in held or node.site in sites or len(found) >= MOST:
            continue
        if node.layer.is_model or not interpreter.shapes.refuses(interpreter.arena, index):
            continue
        model = _model(interpreter, node.site, index, _text(interpreter, node), "")
        found.append(replace(model, loose=True))
        sites.add(node.site)
    return found


def _held(models: Iterable[Model]) -> set[int]:
    """Return the nodes of the models that are graphs."""
    graphs = (model for model in models if not model.is_sequential)
    return {node.id for node in chain.from_iterable(model.nodes for model in graphs)}


def _call_applications(interpreter: Interpreter) -> None:
    """Put the models of `keras.applications` into the arena that nothing was asked of."""
    for value in list(interpreter.layers.values()):
        if type(value) is not LayerV or not value.layer.is_application or value.nodes:
            continue
        if interpreter.shapes.is_application(value.layer.cls):
            own_node(interpreter, value)


def _text(interpreter: Interpreter, node: Node) -> str:
    """Return the source of a node in one line, its class where the source is not read."""
    unit = interpreter.units.get((node.site.path, node.site.cell))
    if unit is None:
        return node.layer.cls
    start, end = unit.span(node.site)
    return " ".join(unit.text[start:end].split())


def _model(interpreter: Interpreter, site: Site, end: int, text: str, function: str) -> Model:
    """Return the graph of a call, from the data on."""
    nodes = order.graph(interpreter.arena, (), (TensorRef(end),))
    return Model(
        name=_title(text),
        kind=ModelKind.FUNCTIONAL,
        site=site,
        nodes=nodes,
        inputs=tuple(TensorRef(one.id) for one in nodes if _is_entry(one)),
        outputs=(TensorRef(end),),
        uid=interpreter.uid(),
        function=function,
        called=True,
    )


def _title(text: str) -> str:
    """Return the source of a call as a name, without its arguments where it is long."""
    if len(text) <= _TITLE:
        return text
    return f"{text.partition('(')[0]}(…)"


def _is_entry(node: Node) -> bool:
    return node.layer.cls == "Input" and not node.args


def batch_of(
    interpreter: Interpreter, shapes: Any, site: Site, size: int | None
) -> AbstractValue | None:
    """Return a batch of `size` samples of data of these shapes, as a model is given it.

    `None` where they are not known.
    """
    match shapes:
        case tuple((_, *sample)):
            return data_of_shape(interpreter, (size, *sample), site)
        case list([_, *_]):
            return _batches_of(interpreter, shapes, site, size)
    return None


def _batches_of(
    interpreter: Interpreter, shapes: list[Any], site: Site, size: int | None
) -> ListV | None:
    """Return the batches for several inputs, `None` where one of the shapes is not known."""
    batches: list[AbstractValue] = []
    for batch in [batch_of(interpreter, shape, site, size) for shape in shapes]:
        if batch is None:
            return None
        batches.append(batch)
    return ListV(batches, "tuple")
