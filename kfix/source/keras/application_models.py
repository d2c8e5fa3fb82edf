"""Models of `keras.applications` that a program trains or asks as they are."""

from __future__ import annotations

from kfix.model.graph import TensorRef
from kfix.model.record import replace
from kfix.source.interpreter.assignments import name_model
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.values import LayerV, ModelV, TensorV
from kfix.source.keras import layers
from kfix.source.keras.functional_models import ModelCall, functional
from kfix.source.keras.open_ends import input_of


def as_model(call: Call, value: LayerV, name: str | None) -> ModelV | None:
    """Return the functional model from the input to the output of a model of `keras.applications`.

    It is made once, and named after the first variable that is asked. Return `None` for any other
    layer.
    """
    interpreter, layer = call.interpreter, value.layer
    if not layer.is_application or not interpreter.shapes.is_application(layer.cls):
        return None
    model = interpreter.whole.get(layer.uid)
    if model is None:
        end = TensorV(TensorRef(layers.own_node(interpreter, value)))
        entry = input_of(interpreter, value)
        made = ModelCall(entry, end, [], layer.site, call.frame.function)
        model = interpreter.whole[layer.uid] = functional(interpreter, made)
        model.model = replace(model.model, tail=layer.site)
    if name is not None:
        name_model(model, name)
    return model
