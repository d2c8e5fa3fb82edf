"""Activation layers, as in Keras's own `layers/activations`: the shape stays."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, require_known
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show, show_value
from kfix.shapes.registry import rule
from kfix.shapes.sizes import product
from kfix.shapes.values import check_number, value_of


def _check_relu(layer: Bound) -> None:
    check_number(layer, "max_value", 0, optional=True)
    check_number(layer, "negative_slope", 0)
    check_number(layer, "threshold", 0)


def _check_leaky_relu(layer: Bound) -> None:
    name = "negative_slope"
    if "alpha" in layer:
        name = "alpha"
    check_number(layer, name, 0)


def _softmax_axis(layer: Bound, x: Shapes) -> Finding | None:
    axis = value_of(layer, "axis")
    if isinstance(axis, int) and isinstance(x, tuple) and not -len(x) <= axis < len(x):
        return RefusedWhenRun(layer.cls, expected=f"an axis of {show(x)}", actual=f"axis={axis}")
    return None


@rule(
    "Softmax",
    many=True,
    at_run_time=_softmax_axis,
    effects=fx.same,
)
def softmax(layer: Bound, x: Shapes) -> Shapes:
    """Keep the input's shape.

    Refused when it is run: an axis that the input does not have.
    """
    return x


@rule(
    "Activation",
    "ELU",
    many=True,
    effects=fx.same,
)
def activation(layer: Bound, x: Shapes) -> Shapes:
    """Keep the input's shape.

    Refused: an activation that Keras does not know.
    """
    return x


@rule(
    "ReLU",
    check=_check_relu,
    many=True,
    effects=fx.same,
)
def relu(layer: Bound, x: Shapes) -> Shapes:
    """Keep the input's shape.

    Refused: a `max_value`, `negative_slope` or `threshold` below 0.
    """
    return x


@rule(
    "LeakyReLU",
    check=_check_leaky_relu,
    extra=("alpha",),
    many=True,
    effects=fx.same,
)
def leaky_relu(layer: Bound, x: Shapes) -> Shapes:
    """Keep the input's shape. The older name `alpha` for `negative_slope` is still accepted.

    Refused: a slope below 0.
    """
    return x


def _shared_axes(layer: Bound) -> tuple[object, ...]:
    value = require_known(value_of(layer, "shared_axes"))
    if value is None:
        return ()
    if isinstance(value, tuple | list):
        return tuple(value)
    return (value,)


def _slopes(layer: Bound, x: Shape) -> list[Dim]:
    """Return the shape of the weights: the input's without the batch, 1 for the shared axes."""
    dims = list(x[1:])
    for axis in map(require_known, _shared_axes(layer)):
        if not isinstance(axis, int) or not -len(dims) <= axis - 1 < len(dims):
            actual = f"axis {show_value(axis)} of shared_axes"
            raise AxisOutOfRange(layer.cls, expected=x, actual=actual)
        dims[axis - 1] = 1
    return dims


def _prelu_weights(layer: Bound, x: Shape) -> int | Unknown:
    return product(_slopes(layer, x))


@rule(
    "PReLU",
    weights=_prelu_weights,
    effects=fx.same,
)
def prelu(layer: Bound, x: Shape) -> Shapes:
    """Keep the input's shape. Each element of a sample has a slope, one for all on `shared_axes`.

    Refused: a dim that is `None` and not shared; a shared axis that the input does not have.
    """
    if None in _slopes(layer, x):
        expected = "every dim but the batch and the shared axes"
        raise DimNotDefined(layer.cls, expected=expected, actual=x)
    return x
