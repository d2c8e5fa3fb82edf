"""How windows change the size of a dim. `None` stays `None`, unknown stays unknown."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.size_not_positive import SizeNotPositive
from kfix.model.graph import Dim, Shape
from kfix.model.unknown import Unknown


def strided(
    size: Dim,
    window: int | Unknown,
    stride: int | Unknown,
    dilation: int | Unknown,
    padding: object,
) -> Dim:
    """The size after a window has been moved over a dim.

    valid: `(size - dilation * (window - 1) - 1) // stride + 1`, same and
    causal: `(size - 1) // stride + 1` (`compute_conv_output_shape` and
    `compute_pooling_output_shape` in Keras's `ops/operation_utils.py`).
    """
    if size is None:
        return None
    if padding == "valid":
        size = size - dilation * (window - 1)
    if stride == 1 and not isinstance(size, float):
        return size
    size = (size - 1) // stride + 1
    return int(size) if isinstance(size, float) else size


def transposed(
    size: Dim,
    window: int | Unknown,
    stride: int | Unknown,
    dilation: int | Unknown,
    padding: object,
    output_padding: int | Unknown | None,
) -> Dim:
    """The size after a transposed convolution.

    With `k = (window - 1) * dilation + 1`: valid `(size - 1) * stride +
    max(k, stride)`, same `size * stride`; with an output padding `p`
    `(size - 1) * stride + k + p` and `(size - 1) * stride + k % 2 + p`
    (`compute_conv_transpose_output_shape` in `backend/common/backend_utils.py`).
    """
    if size is None:
        return None
    window = (window - 1) * dilation + 1
    if padding == "valid":
        if output_padding is not None:
            return (size - 1) * stride + window + output_padding
        if isinstance(window, Unknown):
            return window
        if isinstance(stride, Unknown):
            return stride
        return (size - 1) * stride + max(window, stride)
    if output_padding is None:
        return size * stride
    return (size - 1) * stride + window % 2 + output_padding


def split(x: Shape, first: bool) -> tuple[Dim, Shape]:
    """The channels and the other dims without the batch; `first`: are the channels first?"""
    return (x[1], x[2:]) if first else (x[-1], x[1:-1])


def join(batch: Dim, channels: Dim, spatial: Sequence[Dim], first: bool) -> Shape:
    """The reverse of `split`."""
    return (batch, channels, *spatial) if first else (batch, *spatial, channels)


def check_positive(cls: str, spatial: Sequence[Dim], x: Shape) -> None:
    """Refuses a size of zero or less, as `valid` windows do."""
    for size in spatial:
        if isinstance(size, int) and size <= 0:
            raise SizeNotPositive(cls, expected=x, actual=tuple(spatial))


def channels_of(cls: str, channels: Dim) -> int | Unknown:
    """The channels as a number that weights can be made for; raises `DimNotDefined`."""
    if channels is None:
        raise DimNotDefined(cls, expected="the channels", actual=None)
    return channels


def product(dims: Sequence[Dim]) -> int | Unknown:
    """The product of dims, none of which is `None`; 1 of none at all."""
    total: int | Unknown = 1
    for dim in dims:
        total = total * dim  # type: ignore[operator]
    return total
