"""The names that Keras makes up for layers: `dense`, `dense_1`, …, by the order in which a program makes them.

Told only where that order is: not behind a test or a loop that is not known and makes layers of the class.
"""

from __future__ import annotations

from kfix.model.naming import snake_case
from kfix.model.unknown import Unknown
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.values import LayerV

ALSO_MADE = ("add", "multiply", "subtract", "divide", "input_layer", "softmax", "string_lookup")
"""Starts of names that Keras gives elsewhere too: to operators, to the Input of a Sequential, within other layers."""


def made_up_name(interpreter: Interpreter, layer: LayerV) -> str | None:
    """The name of a layer of Keras that the program gave none; `None` where it cannot be told."""
    layer = interpreter.twins.get(layer.uid, layer)
    start = _start(interpreter, layer)
    if start is None or start in ALSO_MADE or interpreter.ended or interpreter.limits:
        return None
    number = 0
    for uid, other in interpreter.layers.items():
        if (
            type(other) is not LayerV
            or not interpreter.cleared < uid <= layer.uid
            or uid in interpreter.twins
        ):
            continue
        if other.layer.is_application:
            rows = interpreter.shapes.application_layers(other.layer)
            if isinstance(rows, Unknown):
                return None
            number += sum(row.made is not None and snake_case(row.shown) == start for row in rows)
        elif start == "dropout" and "Attention" in other.cls:
            return None  # it makes one of its own
        elif _start(interpreter, other) == start:
            if any(first < uid <= last for first, last in interpreter.doubtful):
                return None
            number += uid < layer.uid
    return f"{start}_{number}" if number else start


def _start(interpreter: Interpreter, layer: LayerV) -> str | None:
    """What a name begins with that Keras makes up for it; `None` for a layer that has one, or is no plain layer."""
    cls = interpreter.shapes.class_name(layer.cls)
    if not layer.layer.is_keras_layer or cls is None or layer.layer.argument("name") is not None:
        return None
    return snake_case(cls)
