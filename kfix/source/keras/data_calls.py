"""Calls of models that no model of the program holds: `discriminator(generator(noise))` on arrays, a step of training.

Each is a graph of its own, from the data on, as Keras goes through it when the call is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import libcst as cst

from kfix.model import order
from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Layer, Model, ModelKind, TensorRef
from kfix.model.site import Site
from kfix.source.interpreter.containers import ListV
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.keras.layers import input_of_shape
from kfix.source.keras.models import batchless

MOST = 24
"""Calls of one file that are looked at."""

_TITLE = 40


def note(
    interpreter: Interpreter, node_id: int, layer: Layer, node: cst.CSTNode, frame: Frame
) -> None:
    """Remember a call of a model, where it is not made in the `call` of a layer.

    A function that no cell of a notebook calls has the names of the notebook's end.
    """
    at_end_of_notebook = interpreter.ended and frame.unit.cell is not None
    if layer.is_model and not interpreter.reading and not at_end_of_notebook:
        interpreter.applied.setdefault(frame.unit.site(node), (node_id, node, frame))


def called(interpreter: Interpreter, made: Iterable[Model]) -> list[Model]:
    """Return the calls as models, but for those that are part of a model of the program; as many after an edit."""
    held = {node.id for model in made if not model.is_sequential for node in model.nodes}
    found: list[Model] = []
    for site, (end, node, frame) in interpreter.applied.items():
        if end in held or len(found) >= MOST:
            continue
        nodes = order.graph(interpreter.arena, (), (TensorRef(end),))
        entries = [one for one in nodes if one.layer.cls == "Input" and not one.args]
        if not entries:
            continue
        text = interpreter.text(node, frame)
        model = Model(
            name=text if len(text) <= _TITLE else f"{text.partition('(')[0]}(…)",
            kind=ModelKind.FUNCTIONAL,
            site=site,
            nodes=nodes,
            inputs=tuple(TensorRef(entry.id) for entry in entries),
            outputs=(TensorRef(end),),
            uid=interpreter.uid(),
            function=frame.function,
            called=True,
        )
        found.append(model)
    return found


def batch_of(interpreter: Interpreter, shapes: Any, site: Site) -> AbstractValue | None:
    """Return a batch of data of these shapes, as a model is given it; `None` where they are not known."""
    if isinstance(shapes, tuple) and shapes:
        return input_of_shape(interpreter, batchless(shapes), site)
    if isinstance(shapes, list) and shapes:
        batches = [batch_of(interpreter, shape, site) for shape in shapes]
        parts = [batch for batch in batches if batch is not None]
        return ListV(parts, "tuple") if len(parts) == len(batches) else None
    return None
