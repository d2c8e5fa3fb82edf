"""Layers of several inputs, as in Keras's own `layers/merging`: Add and its kin, Concatenate, Dot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show
from kfix.shapes.registry import rule
from kfix.shapes.values import known, refuse


def inputs_of(layer: Bound, x: Shapes, number: int | None = None) -> list[Shape]:
    """The shapes in the list that a merging layer is called on, `number` of them if it is given.

    Raises `WrongInputs`, or `UnknownUsed` for an unknown one.
    """
    if isinstance(x, Unknown):
        raise UnknownUsed(x)
    if (
        not isinstance(x, list)
        or not x
        or len([value for name, value in layer.call if name is None]) > 1
    ):
        raise WrongInputs(layer.cls, expected="a list of inputs", actual=x)
    if number is not None and len(x) != number:
        raise WrongInputs(layer.cls, expected=f"a list of {number} inputs", actual=len(x))
    found: list[Shape] = []
    for shape in x:
        if isinstance(shape, Unknown):
            raise UnknownUsed(shape)
        if not isinstance(shape, tuple):
            raise WrongInputs(layer.cls, expected="a list of tensors", actual=x)
        found.append(shape)
    return found


def _merged(one: Dim, two: Dim) -> Dim:
    """Two dims broadcast as Keras's merging layers do it; raises ValueError where they do not fit."""
    if one is None or two is None:
        return None
    if isinstance(one, Unknown) or isinstance(two, Unknown):
        if not isinstance(one, Unknown) and one == 1:
            return two
        return one if isinstance(one, Unknown) or two == 1 else two
    if one == 1:
        return two
    if two not in (1, one):
        raise ValueError
    return one


def _batch(layer: Bound, shapes: Sequence[Shape]) -> Dim:
    """The batch of several inputs, `None` where none says; raises `InputsDoNotMatch`."""
    numbers = {shape[0] for shape in shapes if shape and isinstance(shape[0], int)}
    if len(numbers) > 1:
        raise InputsDoNotMatch(layer.cls, expected="one batch size", actual=list(shapes))
    unknown = next((shape[0] for shape in shapes if isinstance(shape[0], Unknown)), None)
    return next(iter(numbers), unknown)


def elementwise(layer: Bound, shapes: Sequence[Shape]) -> Shape:
    """The shape that several inputs are broadcast to: from the right, the batch apart."""
    if not all(shapes):
        raise InputsDoNotMatch(layer.cls, expected="inputs with a batch", actual=list(shapes))
    batch = _batch(layer, shapes)
    found = shapes[0][1:]
    for shape in shapes[1:]:
        long, short = (found, shape[1:]) if len(found) >= len(shape) - 1 else (shape[1:], found)
        kept = len(long) - len(short)
        try:
            found = (*long[:kept], *map(_merged, long[kept:], short))
        except ValueError:
            raise InputsDoNotMatch(
                layer.cls, expected=f"shapes like {show(shapes[0])}", actual=shape
            ) from None
    return (batch, *found)


@rule("Add", "Multiply", "Average", "Maximum", "Minimum", many=True)
def merge(layer: Bound, x: Shapes) -> Shapes:
    """The inputs broadcast from the right, the batch apart: 1 gives way, `None` with anything gives `None`.

    Refused: one tensor in place of a list, two batch sizes, dims that differ.
    """
    return elementwise(layer, inputs_of(layer, x))


@rule("Subtract", many=True)
def subtract(layer: Bound, x: Shapes) -> Shapes:
    """As `Add`, of exactly two inputs."""
    return elementwise(layer, inputs_of(layer, x, 2))


def concatenated(layer: Bound, shapes: Sequence[Shape], axis: object) -> Shape:
    """The shapes joined on `axis`; the other dims must be equal where both are numbers, and are those of the first."""
    if isinstance(axis, Unknown):
        raise UnknownUsed(axis)
    if not isinstance(axis, int) or not all(shapes):
        raise AxisOutOfRange(layer.cls, expected=list(shapes), actual=f"axis {axis!r}")
    rest: list[list[Dim]] = []
    for shape in shapes:
        dims = list(shape)
        if axis < len(dims):
            if axis < -len(dims):
                raise AxisOutOfRange(layer.cls, expected=shape, actual=axis)
            del dims[axis]
        rest.append(dims)
    for other in rest[1:]:
        fits = len(other) == len(rest[0])
        columns = zip(*rest, strict=False) if fits else ()
        if not fits or any(
            len({dim for dim in column if isinstance(dim, int)}) > 1 for column in columns
        ):
            raise InputsDoNotMatch(
                layer.cls,
                expected=f"shapes that differ on axis {axis} only",
                actual=list(shapes),
            )
    first = shapes[0]
    if len(shapes) == 1:
        return first
    total: Any = 0
    for shape in shapes:
        if total is None:
            break  # nor does Keras look further
        if axis >= len(shape):
            raise AxisOutOfRange(layer.cls, expected=shape, actual=axis)
        total = None if shape[axis] is None else total + shape[axis]
    at = axis % len(first)
    return (*first[:at], total, *first[at + 1 :])


@rule("Concatenate", many=True)
def concatenate(layer: Bound, x: Shapes) -> Shapes:
    """The sum of the dims on `axis` (the last by default), `None` if one of them is; the other dims are the first's.

    Refused: other dims that differ (`None` fits all), inputs of different rank.
    """
    return concatenated(layer, inputs_of(layer, x), layer["axis"])


def _check_dot(layer: Bound) -> None:
    axes = known(layer, "axes")
    if isinstance(axes, int | Unknown):
        return
    if (
        not isinstance(axes, list | tuple)
        or len(axes) != 2
        or not all(isinstance(a, int | Unknown) for a in axes)
    ):
        raise refuse(layer, "axes", "an integer or two of them", axes)


@rule("Dot", check=_check_dot, many=True)
def dot(layer: Bound, x: Shapes) -> Shapes:
    """The dims of both but those on `axes`, the second's batch left out; at least `(batch, 1)`.

    Refused: dims on `axes` that are not the same (`None` against a number too).
    """
    one, two = inputs_of(layer, x, 2)
    given = layer["axes"]
    if isinstance(given, int):
        axes = [given % len(s) if given < 0 and s else given for s in (one, two)]
    else:
        axes = list(given)
    for axis, shape in zip(axes, (one, two), strict=True):
        if isinstance(axis, Unknown):
            raise UnknownUsed(axis)
        if not -len(shape) <= axis < len(shape):
            raise AxisOutOfRange(layer.cls, expected=shape, actual=axis)
    dims = one[axes[0]], two[axes[1]]
    if dims[0] != dims[1] and not isinstance(dims[0], Unknown) and not isinstance(dims[1], Unknown):
        raise InputsDoNotMatch(
            layer.cls,
            expected=f"the same dim on axes {tuple(axes)}",
            actual=[one, two],
        )
    left, right = list(one), list(two)
    left.pop(axes[0])
    right.pop(axes[1])
    if not right:
        raise InputsDoNotMatch(layer.cls, expected="a batch in both inputs", actual=[one, two])
    found = left + right[1:]
    return tuple(found) if len(found) != 1 else (*found, 1)
