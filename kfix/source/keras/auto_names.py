"""The names that Keras makes up for layers, in the order of their making: `dense`, `dense_1`.

Known only where that order is: not behind a test or a loop that is unknown and makes layers of the
class.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Layer
from kfix.model.naming import snake_case
from kfix.model.unknown import Unknown
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.values import LayerV
from kfix.source.keras.layers import layer_name

ALSO_MADE = ("add", "multiply", "subtract", "divide", "input_layer", "softmax", "string_lookup")
"""Starts of names that Keras gives elsewhere too: to operators, to the Input of a Sequential,
within other layers.
"""


def made_up_name(interpreter: Interpreter, layer: LayerV) -> str | None:
    """Return the name of a layer of Keras that the program gave none.

    It is `None` where it is not known.
    """
    layer = interpreter.twins.get(layer.uid, layer)
    start = _start(interpreter, layer)
    if start is None or start in ALSO_MADE or interpreter.ended or interpreter.limits:
        return None
    number = 0
    for other in _plain_layers(interpreter, layer.uid):
        count = _named_by(interpreter, other, start)
        if count is None:
            return None
        if other.uid < layer.uid:
            number += count
    return f"{start}_{number}".removesuffix("_0")


def beginning_of_name(interpreter: Interpreter, layer: AbstractValue) -> str | None:
    """Return the name of a layer, or what it begins with where Keras makes it up.

    It is `None` where it is not known.
    """
    name = layer_name(interpreter, layer)
    if name is None and isinstance(layer, LayerV):
        return _start(interpreter, cast(LayerV, interpreter.twins.get(layer.uid, layer)))
    return name


def _plain_layers(interpreter: Interpreter, last: int) -> Iterator[LayerV]:
    """Yield the layers up to a number that count for names.

    They were made since the session was cleared, and are not copies.
    """
    for uid, value in interpreter.layers.items():
        in_session = interpreter.cleared < uid <= last
        if type(value) is LayerV and in_session and uid not in interpreter.twins:
            yield value


def _named_by(interpreter: Interpreter, layer: LayerV, start: str) -> int | None:
    """Return how many names from `start` the making of a layer takes.

    It is `None` where that is not known.
    """
    if layer.layer.is_application:
        return names_inside(interpreter, layer.layer, start)
    if start == "dropout" and "Attention" in layer.cls:
        return None  # it makes one of its own
    if _start(interpreter, layer) != start:
        return 0
    doubtful = any(first < layer.uid <= last for first, last in interpreter.doubtful)
    if doubtful:
        return None
    return 1


def names_inside(interpreter: Interpreter, base: Layer, start: str) -> int | None:
    """Return how many names from `start` Keras makes up inside a model of `keras.applications`.

    It is `None` where its layers are not known.
    """
    rows = interpreter.shapes.application_layers(base)
    if isinstance(rows, Unknown):
        return None
    return sum(row.made is not None and snake_case(row.shown) == start for row in rows)


def _start(interpreter: Interpreter, layer: LayerV) -> str | None:
    """Return what a name begins with that Keras makes up for a layer.

    `None` for one with a name, or of no Keras class.
    """
    cls = interpreter.shapes.class_name(layer.cls)
    if cls is None or not layer.layer.is_keras_layer or layer.layer.argument("name") is not None:
        return None
    return snake_case(cls)
