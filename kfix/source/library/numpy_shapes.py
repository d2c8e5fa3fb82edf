"""What NumPy says of the shape of an array: its attributes, and the functions of the same names."""

from __future__ import annotations

import math

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Shape
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const
from kfix.source.interpreter.conversion import from_shape
from kfix.source.interpreter.values import TensorV
from kfix.source.library.arguments import Bound, is_none
from kfix.source.library.literals import array_of
from kfix.source.library.signatures import attribute, function


@attribute("array.shape frame.shape")
def _array_shape(call: Call) -> AbstractValue:
    return from_shape(call.receiver.shape)


@attribute("array.ndim frame.ndim")
def _array_rank(call: Call) -> AbstractValue:
    return _rank(call.receiver.shape)


@attribute("array.size frame.size")
def _array_size(call: Call) -> AbstractValue:
    return _size(call.receiver.shape)


@function("numpy.shape", "a")
def _shape_of(call: Bound) -> AbstractValue:
    value = call["a"]
    if isinstance(value, TensorV):
        return tensor_operations.shape_value(call.interpreter, value)
    return from_shape(array_of(value, call).shape)


@function("numpy.ndim", "a")
def _rank_of(call: Bound) -> AbstractValue:
    return _rank(array_of(call["a"], call).shape)


@function("numpy.size", "a, axis=None")
def _size_of(call: Bound) -> AbstractValue:
    if not is_none(call["axis"]):
        return call.unknown("the size of some axes alone is not inferred")
    return _size(array_of(call["a"], call).shape)


def _rank(shape: Shape | Unknown) -> AbstractValue:
    return shape if isinstance(shape, Unknown) else Const(len(shape))


def _size(shape: Shape | Unknown) -> AbstractValue:
    if isinstance(shape, Unknown):
        return shape
    for dim in shape:
        if isinstance(dim, Unknown):
            return dim
    return Const(math.prod(dim or 0 for dim in shape))
