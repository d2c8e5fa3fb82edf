"""Dropout and noise, as in Keras's own `layers/regularization`: the shape stays."""

from __future__ import annotations

from kfix.model.graph import Shape, Shapes
from kfix.model.unknown import Unknown
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.registry import image_rank, rule
from kfix.shapes.values import channels_first, check_number, check_seed, refuse, value_of


def _check_rate(layer: Bound) -> None:
    check_number(layer, "rate", 0, 1)
    check_seed(layer, "rate")


def _check_dropout(layer: Bound) -> None:
    _check_rate(layer)
    value = value_of(layer, "noise_shape")
    if value is None or isinstance(value, Unknown):
        return
    if not isinstance(value, tuple | list) or not all(map(_is_noise_dim, value)):
        raise refuse(layer, "noise_shape", "positive integers or None", value)


def _is_noise_dim(dim: object) -> bool:
    return isinstance(dim, Unknown | None) or (isinstance(dim, int) and dim > 0)


def _check_stddev(layer: Bound) -> None:
    if layer.tracer is None or layer.tracer.keras > 2:  # Keras 2 took any
        check_number(layer, "stddev", 0, 1)
    check_seed(layer, "stddev")


def _check_spatial(layer: Bound) -> None:
    _check_rate(layer)
    if layer.cls != "SpatialDropout1D":
        channels_first(layer)


@rule(
    "Dropout",
    check=_check_dropout,
    many=True,
    effects=fx.same,
)
def dropout(layer: Bound, x: Shapes) -> Shapes:
    """Keep the input's shape.

    Refused: a `rate` outside of 0 to 1; a `noise_shape` of anything but positive integers and
    `None`.
    """
    return x


@rule(
    "AlphaDropout",
    "GaussianDropout",
    check=_check_rate,
    many=True,
    effects=fx.same,
)
def other_dropout(layer: Bound, x: Shapes) -> Shapes:
    """Keep the input's shape.

    Refused: a `rate` outside of 0 to 1.
    """
    return x


@rule(
    "GaussianNoise",
    check=_check_stddev,
    many=True,
    effects=fx.same,
)
def gaussian_noise(layer: Bound, x: Shapes) -> Shapes:
    """Keep the input's shape.

    Refused: a `stddev` outside of 0 to 1.
    """
    return x


@rule(
    "SpatialDropout1D",
    "SpatialDropout2D",
    "SpatialDropout3D",
    check=_check_spatial,
    rank=image_rank,
    effects=fx.same,
)
def spatial_dropout(layer: Bound, x: Shape) -> Shapes:
    """Keep the input's shape.

    Refused: another rank; a `rate` outside of 0 to 1.
    """
    return x


def _check_activity(layer: Bound) -> None:
    for name in ("l1", "l2"):
        check_number(layer, name, 0, optional=True)


@rule(
    "ActivityRegularization",
    check=_check_activity,
    many=True,
    effects=fx.same,
)
def activity_regularization(layer: Bound, x: Shapes) -> Shapes:
    """Keep the input's shape.

    Refused: an `l1` or `l2` below 0.
    """
    return x
