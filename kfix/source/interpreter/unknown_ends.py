"""Ends of models of which nothing is known."""

from __future__ import annotations

from kfix.model.graph import TensorRef
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.interpreter import Interpreter


def not_an_input(interpreter: Interpreter, output: TensorRef, inputs: list[TensorRef]) -> TensorRef:
    """Return an output of a model, a new unknown tensor where it would be one of the inputs.

    `Model(base.input, base.output)` of a base that is not known is not the identity.
    """
    node = interpreter.arena[output.node]
    why = node.layer.unknown
    if why is None or output not in inputs:
        return output
    return tensor_operations.unknown_tensor(interpreter, Unknown(why.why, why.site), node.site).ref
