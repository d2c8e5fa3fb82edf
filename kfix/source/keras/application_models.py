"""Models of `keras.applications` that a program trains or asks as they are."""

from __future__ import annotations

from kfix.model.graph import TensorRef
from kfix.source.interpreter.assignments import name_model
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.values import LayerV, ModelV, TensorV
from kfix.source.keras import layers
from kfix.source.keras.functional_models import ModelCall, functional


def as_model(call: Call, value: LayerV, name: str | None) -> ModelV | None:
    """Return the functional model from the input to the output of a model of `keras.applications`.

    It is made once, and named after the first variable that is asked. `None` of what is no such
    model, or of one whose input is not known.
    """
    interpreter, layer = call.interpreter, value.layer
    if not layer.is_application or not interpreter.shapes.is_application(layer.cls):
        return None
    model = interpreter.whole.get(layer.uid)
    if model is None:
        node = layers.own_node(interpreter, value)
        ((_, entry),) = interpreter.arena[node].args
        if not isinstance(entry, TensorRef):
            return None
        ends = TensorV(entry), TensorV(TensorRef(node))
        made = ModelCall(*ends, [], layer.site, call.frame.function)
        model = interpreter.whole[layer.uid] = functional(interpreter, made)
    if name is not None:
        name_model(model, name)
    return model
