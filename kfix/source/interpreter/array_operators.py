"""Operators on arrays and data frames."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.containers import Const
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.interpreter.provenance import traced


def of_arrays(
    interpreter: Interpreter,
    function: Callable[..., Any],
    left: AbstractValue,
    right: AbstractValue,
) -> AbstractValue:
    """Return `left (operator) right`, one of which is an array, or both."""
    again = partial(_of_arrays, interpreter, function)
    return traced(again(left, right), again, (left, right))


def _of_arrays(
    interpreter: Interpreter,
    function: Callable[..., Any],
    left: AbstractValue,
    right: AbstractValue,
) -> Array:
    """Return the array; a data frame stays one where its labels go along."""
    result = tensor_operations.one_array_operation(
        interpreter, f"operator.{function.__name__}", [(None, left), (None, right)]
    )
    if isinstance(left, Array) and isinstance(right, Const):
        result = Array(left.shape, result.dtype)
    if isinstance(right, Array) and isinstance(left, Const):
        result = Array(right.shape, result.dtype)
    frames = [side for side in (left, right) if isinstance(side, FrameV)]
    if not frames or not isinstance(result.shape, tuple):
        return result
    frame = max(frames, key=_rank)
    if _keep_labels(frames, frame, result):
        return FrameV(frame.shape, result.dtype, columns=frame.columns)
    # pandas puts rows and columns of the same label together
    return Array(Unknown("how two data frames go together"))


def _rank(frame: FrameV) -> int:
    if isinstance(frame.shape, tuple):
        return len(frame.shape)
    return 0


def _keep_labels(frames: list[FrameV], frame: FrameV, result: Array) -> bool:
    if len(frames) == 1:
        return result.shape == frame.shape
    return all(_aligned(side, frame) for side in frames)


def _aligned(one: FrameV, other: FrameV) -> bool:
    """Return whether their labels are known to be the same.

    Numbers of columns (`df.mean()`) go with a frame of these columns.
    """
    if one is other or one.shape == other.shape:
        return one.columns == other.columns or _rank(one) == 1
    if _rank(one) != 1 or _rank(other) != 2:
        return False
    assert isinstance(one.shape, tuple)
    assert isinstance(other.shape, tuple)
    if isinstance(one.shape[0], Unknown) and one.columns is not None:
        return other.columns is not None and set(one.columns) <= set(other.columns)
    return one.shape[0] == other.shape[1] and one.columns == other.columns
