"""Layers of several inputs, as in Keras's own `layers/merging`."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.findings import Finding
from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.findings.inputs_do_not_match import ONE_BATCH, InputsDoNotMatch
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed, any_unknown, require_known
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show
from kfix.shapes.registry import rule
from kfix.shapes.sizes import add, replace_axis, without_axes
from kfix.shapes.values import as_datum, refuse, value_of


def inputs_of(layer: Bound, x: Shapes, number: int | None = None) -> list[Shape]:
    """Return the shapes in the list that a merging layer is called on.

    Raises `WrongInputs` for anything but a list of tensors, `number` of them if it is given.
    """
    if isinstance(x, Unknown):
        raise UnknownUsed(x)
    positional = sum(keyword is None for keyword, _ in layer.call)
    if not isinstance(x, list) or not x or positional > 1:
        raise WrongInputs(layer.cls, expected="a list of inputs", actual=x)
    if number is not None and len(x) != number:
        raise WrongInputs(layer.cls, expected=f"a list of {number} inputs", actual=len(x))
    shapes: list[Shape] = []
    for shape in map(require_known, x):
        if not isinstance(shape, tuple):
            raise WrongInputs(layer.cls, expected="a list of tensors", actual=x)
        shapes.append(shape)
    return shapes


# --- elementwise ----------------------------------------------------------------------------------


def _broadcast_dim(one: Dim, two: Dim) -> Dim:
    """Return two dims broadcast as Keras's merging layers do it: `None` with anything is `None`.

    Raises `ValueError` where they do not agree.
    """
    if one is None or two is None:
        return None
    for dim, other in ((one, two), (two, one)):
        if not isinstance(dim, Unknown) and dim == 1:
            return other
    for dim in (one, two):
        if isinstance(dim, Unknown):
            return dim
    if one != two:
        raise ValueError
    return one


def _batch(layer: Bound, shapes: Sequence[Shape]) -> Dim:
    """Return the batch of several inputs, `None` where all have `None`."""
    batches = [shape[0] for shape in shapes]
    sizes = {batch for batch in batches if isinstance(batch, int)}
    if len(sizes) > 1:
        raise InputsDoNotMatch(layer.cls, expected=ONE_BATCH, actual=list(shapes))
    unknown = next((batch for batch in batches if isinstance(batch, Unknown)), None)
    return next(iter(sizes), unknown)


def elementwise(layer: Bound, shapes: Sequence[Shape]) -> Shape:
    """Return the shape that several inputs are broadcast to: from the right, the batch apart.

    Source: `_compute_elemwise_op_output_shape` in Keras's `layers/merging/base_merge.py`. Raises
    `InputsDoNotMatch`.
    """
    if not all(shapes):
        raise InputsDoNotMatch(layer.cls, expected="inputs with a batch", actual=list(shapes))
    batch = _batch(layer, shapes)
    result = shapes[0][1:]
    for shape in shapes[1:]:
        long, short = sorted((result, shape[1:]), key=len, reverse=True)
        kept = len(long) - len(short)
        try:
            result = (*long[:kept], *map(_broadcast_dim, long[kept:], short))
        except ValueError:
            raise InputsDoNotMatch(
                layer.cls, expected=f"shapes like {show(shapes[0])}", actual=shape
            ) from None
    return (batch, *result)


@rule(
    "Add",
    "Multiply",
    "Average",
    "Maximum",
    "Minimum",
    many=True,
    effects=fx.elementwise,
)
def merge(layer: Bound, x: Shapes) -> Shapes:
    """Broadcast the inputs from the right, the batch apart: 1 gives way, `None` stays `None`.

    Refused: one tensor in place of a list; two batch sizes; dims that do not broadcast.
    """
    return elementwise(layer, inputs_of(layer, x))


@rule(
    "Subtract",
    many=True,
    effects=fx.elementwise,
)
def subtract(layer: Bound, x: Shapes) -> Shapes:
    """Broadcast exactly two inputs, as `Add` does."""
    return elementwise(layer, inputs_of(layer, x, 2))


# --- Concatenate ----------------------------------------------------------------------------------


def concatenated(layer: Bound, shapes: Sequence[Shape], axis: object) -> Shape:
    """Return the shapes joined on `axis`; the other dims must agree, and are those of the first.

    Source: `Concatenate.build` and `compute_output_shape` in Keras's
    `layers/merging/concatenate.py`. Raises `AxisOutOfRange`, `InputsDoNotMatch`.
    """
    axis = require_known(axis)
    if not isinstance(axis, int) or not all(shapes):
        raise AxisOutOfRange(layer.cls, expected=list(shapes), actual=as_datum(axis))
    _check_other_axes(layer, shapes, axis)
    first = shapes[0]
    if len(shapes) == 1:
        return first
    total: Dim = 0
    for shape in shapes:
        if total is None:
            break  # nor does Keras look further
        if axis >= len(shape):
            raise AxisOutOfRange(layer.cls, expected=shape, actual=axis)
        total = add(total, shape[axis])
    return replace_axis(first, axis % len(first), total)


def _check_other_axes(layer: Bound, shapes: Sequence[Shape], axis: int) -> None:
    """Raise `InputsDoNotMatch` for dims that differ on another axis; `None` agrees with all."""
    others = [_without_axis(layer, shape, axis) for shape in shapes]
    alike = len({len(other) for other in others}) == 1 and not any(
        len({dim for dim in dims if isinstance(dim, int)}) > 1 for dims in zip(*others, strict=True)
    )
    if not alike:
        expected = f"shapes that differ on axis {axis} only"
        raise InputsDoNotMatch(layer.cls, expected=expected, actual=list(shapes))


def _without_axis(layer: Bound, shape: Shape, axis: int) -> Shape:
    """Return the shape without this axis, if it has it."""
    if axis < -len(shape):
        raise AxisOutOfRange(layer.cls, expected=shape, actual=axis)
    return without_axes(shape, (axis if axis >= 0 else axis + len(shape),))


@rule(
    "Concatenate",
    many=True,
    effects=fx.concatenation,
)
def concatenate(layer: Bound, x: Shapes) -> Shapes:
    """Join the inputs on `axis` (the last by default); the other dims are those of the first.

    The dim on `axis` is the sum, `None` if one of them is.

    Refused: other dims that differ (`None` agrees with all); inputs of different rank.
    """
    return concatenated(layer, inputs_of(layer, x), layer["axis"])


# --- Dot ------------------------------------------------------------------------------------------


def _check_dot(layer: Bound) -> None:
    axes = value_of(layer, "axes")
    if isinstance(axes, int | Unknown):
        return
    given: Sequence[object] = ()
    if isinstance(axes, list | tuple):
        given = axes
    if len(given) != 2 or not all(isinstance(axis, int | Unknown) for axis in given):
        raise refuse(layer, "axes", "an integer or two", axes)


def _dot_axes(layer: Bound, shapes: Sequence[Shape]) -> list[int]:
    """Return the axis of each input; raise `AxisOutOfRange`."""
    axes = require_known(value_of(layer, "axes"))
    if isinstance(axes, int):
        # One axis below 0 counts from the end of each input, and may exceed its rank.
        axes = [axes % len(shape) if axes < 0 and shape else axes for shape in shapes]
    assert isinstance(axes, list | tuple)
    for axis, shape in zip(map(require_known, axes), shapes, strict=True):
        if not -len(shape) <= axis < len(shape):
            raise AxisOutOfRange(layer.cls, expected=shape, actual=axis)
    return list(axes)


def _over_the_batch(layer: Bound, x: Shapes) -> Finding | None:
    """Return the refusal of a sum over the batch, which Keras notices when the layer runs."""
    axes = value_of(layer, "axes")
    if axes == 0 or (isinstance(axes, tuple | list) and 0 in axes):
        return RefusedWhenRun(layer.cls, expected="axes behind the batch", actual=f"axes={axes}")
    return None


@rule(
    "Dot",
    check=_check_dot,
    many=True,
    effects=fx.contraction,
    at_run_time=_over_the_batch,
)
def dot(layer: Bound, x: Shapes) -> Shapes:
    """Return the dims of both inputs but those on `axes`, and but the second's batch.

    The result is at least `(batch, 1)`.

    Refused: dims on `axes` that differ (an integer and `None` too).
    """
    shapes = inputs_of(layer, x, 2)
    one, two = shapes
    axes = _dot_axes(layer, shapes)
    dims = one[axes[0]], two[axes[1]]
    if dims[0] != dims[1] and not any_unknown(dims):
        expected = f"the same dim on axes {tuple(axes)}"
        raise InputsDoNotMatch(layer.cls, expected=expected, actual=[one, two])
    left = without_axes(one, (axes[0] % len(one),))
    right = without_axes(two, (axes[1] % len(two),))
    if not right:
        raise InputsDoNotMatch(layer.cls, expected="a batch in both inputs", actual=[one, two])
    result = (*left, *right[1:])
    if len(result) != 1:
        return result
    return (*result, 1)
