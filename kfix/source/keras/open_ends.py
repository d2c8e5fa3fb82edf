"""What a layer or a model that stands in the place of a tensor is to be called on."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import TensorRef
from kfix.model.order import refs_in
from kfix.model.site import Site
from kfix.source.interpreter import nested_tensors
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.values import LayerV, ModelV, SequentialV, TensorV
from kfix.source.keras.integer_names import tensors_at_hand
from kfix.source.keras.layers import own_node
from kfix.source.keras.model_ends import input_tensor

Args = tuple[tuple[str | None, object], ...]


def call_of(interpreter: Interpreter, value: LayerV | SequentialV | ModelV) -> tuple[Args, str]:
    """Return what a layer or a model is to be called on, and the variable that holds it, if any.

    A model is called on its own inputs, a layer on the tensor that its variable held before, else
    on the only one in sight that nothing is called on. Nothing is returned where there are several.
    """
    if not isinstance(value, LayerV) or value.layer.is_application:
        return _call_of_model(interpreter, value)
    if value.displaced is not None:
        return _on([value.displaced]), ""
    name, refs = _open_end(interpreter, value.layer.site)
    return _on(refs), name


def input_of(interpreter: Interpreter, value: LayerV | SequentialV | ModelV) -> AbstractValue:
    """Return the own input of a model, as its `input` is."""
    if not isinstance(value, LayerV):
        return input_tensor(interpreter, value)
    [(_, ref)] = interpreter.arena[own_node(interpreter, value)].args
    assert isinstance(ref, TensorRef)
    return TensorV(ref)


def _call_of_model(
    interpreter: Interpreter, value: LayerV | SequentialV | ModelV
) -> tuple[Args, str]:
    """Return the call of a model on an open end of the shape that it has, else on its own input."""
    tensors = nested_tensors.tensors_in(input_of(interpreter, value))
    own = _on([tensor.ref for tensor in tensors])
    name, refs = _open_end(interpreter, next(reversed(interpreter.reach), None))
    shapes = [interpreter.shapes.tensor(interpreter.arena, ref) for ref in (*refs, *refs_in(own))]
    if len(shapes) == 2 and shapes[0] == shapes[1]:
        return _on(refs), name
    return own, ""


def _on(refs: list[TensorRef]) -> Args:
    """Return the arguments of a call on these tensors."""
    match refs:
        case []:
            return ()
        case [ref]:
            return ((None, ref),)
    return ((None, refs),)


def _open_end(interpreter: Interpreter, site: Site | None) -> tuple[str, list[TensorRef]]:
    """Return the one tensor with a name at a place that nothing is called on."""
    held = {} if site is None else tensors_at_hand(interpreter, site)
    used = set(refs_in([node.args for node in interpreter.arena]))
    free = {ref: name for name, ref in held.items() if ref not in used}
    if len(free) != 1:
        return "", []
    [(ref, name)] = free.items()
    return name, [ref]
