"""The shape and the labels of what a subscript takes out of an array."""

from __future__ import annotations

import sys
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Dim, Shape
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.partial_values import RowsV, UpToV
from kfix.source.interpreter.value_queries import Window, array_index


def item_of_array(interpreter: Interpreter, value: Array, index: AbstractValue) -> Array:
    """Return `array[index]`."""
    key = array_index(index)
    parts = list(key) if isinstance(key, tuple) else [key]
    shape = value.shape
    if isinstance(shape, RowsV):
        axes = [part for part in parts if part is not None and part is not ...]
        if len(axes) == 2:
            shape = (shape, shape)
        elif isinstance(key, slice):
            return value
    if isinstance(shape, tuple):
        shape = _cut_dims(shape, parts)
    parts = [slice(None) if isinstance(part, Window) else part for part in parts]
    item = tensor_operations.one_array_operation(
        interpreter, "operator.getitem", [(None, Array(shape)), (None, tuple(parts))]
    )
    if not isinstance(shape, tuple) or not isinstance(item.shape, tuple):
        return Array(item.shape, value.dtype)
    return _labelled(value, shape, Array(_at_most(shape, item.shape, parts)), parts)


def _at_most(shape: Shape, taken: Shape, parts: list[Any]) -> Shape:
    """Return the shape of what was taken.

    Of samples of which nobody knows how many there are, at most so many.
    """
    rows = next(iter(parts), None)
    if not isinstance(rows, slice) or not _from_the_front(rows):
        return taken
    if not isinstance(shape[0], Unknown):
        return taken
    return (UpToV(shape[0], len(range(*rows.indices(rows.stop)))), *taken[1:])


def _labelled(value: Array, shape: Shape, item: Array, parts: list[Any]) -> Array:
    """Return what was taken with what is known of its numbers.

    Rows in another order, or fewer, are labels of the same classes.
    """
    rows = next(iter(parts), None)
    by_place = isinstance(rows, Array) and rows.dtype != "bool"
    if not isinstance(rows, slice) and not by_place:
        return Array(item.shape, value.dtype)
    column = len(shape) == 1 or (len(shape) == 2 and shape[1] == 1)
    whole = len(parts) == 1
    distinct = None
    if column or whole:
        distinct = value.distinct
    return Array(item.shape, value.dtype, distinct, value.one_hot and whole)


def _cut_dims(shape: Shape, parts: list[Any]) -> Shape:
    """Return the dims before they are cut, where the cut itself says how long they are.

    `data[:, 0:8]` of a file with unknown columns has 8 columns. Of the first
    axis, the samples, there may be fewer than are asked for.
    """
    dims = list(shape)
    axis = 0
    for part in parts:
        if part is ... or (part is not None and axis >= len(dims)):
            break
        if part is not None:
            dims[axis] = _cut_dim(dims[axis], axis, part)
            axis += _axes_of(part)
    return tuple(dims)


def _cut_dim(dim: Dim, axis: int, part: Any) -> Dim:
    if isinstance(part, Window):
        return part.length
    if axis and isinstance(dim, Unknown) and isinstance(part, slice) and _from_the_front(part):
        return part.stop  # type: ignore[no-any-return]
    return dim


def _axes_of(part: Any) -> int:
    """Return how many axes a part of an index takes: a mask those that it has."""
    if isinstance(part, Array) and part.dtype == "bool" and isinstance(part.shape, tuple):
        return len(part.shape)
    return 1


def _from_the_front(part: slice) -> bool:
    """Return whether a slice counts from the front on both ends, and says where it ends."""
    if not isinstance(part.stop, int) or part.step == 0:  # a step of 0 is refused
        return False
    ends = [end for end in (part.start, part.stop, part.step) if end is not None]
    # `len` of a range that is longer than `sys.maxsize` fails.
    return all(isinstance(end, int) and 0 <= end <= sys.maxsize for end in ends)
