"""Arithmetic of dims and sizes. `None` stays `None`, an `Unknown` stays itself."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from typing import NamedTuple

from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.size_not_positive import SizeNotPositive
from kfix.model.graph import Dim, Shape
from kfix.model.unknown import Unknown


def add(dim: Dim, amount: Dim) -> Dim:
    """Return the sum of two dims."""
    if dim is None or amount is None:
        return None
    return dim + amount


def subtract(dim: Dim, amount: Dim) -> Dim:
    """Return the difference of two dims."""
    if dim is None or amount is None:
        return None
    return dim - amount


def multiply(dim: Dim, factor: Dim) -> Dim:
    """Return the product of two dims."""
    if dim is None or factor is None:
        return None
    return dim * factor


def product(dims: Sequence[Dim]) -> int | Unknown:
    """Return the product of dims, none of which is `None`; 1 for no dims at all."""
    result: int | Unknown = 1
    for dim in dims:
        result = result * dim  # type: ignore[operator]
    return result


def total(counts: Iterable[int | Unknown]) -> int | Unknown:
    """Return the sum of numbers of weights."""
    result: int | Unknown = 0
    for count in counts:
        result = result + count
    return result


def element_count(shape: Sequence[Dim]) -> Dim:
    """Return the number of elements of a tensor; `None` if one of its dims is."""
    if None in shape:
        return None
    return product(shape)


def replace_axis(x: Shape, axis: int, *dims: Dim) -> Shape:
    """Return `x` with these dims in place of the one on `axis`, which counts from 0."""
    return (*x[:axis], *dims, *x[axis + 1 :])


def without_axes(x: Shape, axes: Container[int]) -> Shape:
    """Return `x` without these axes, which count from 0."""
    return tuple(dim for axis, dim in enumerate(x) if axis not in axes)


def padded_left(x: Shape, rank: int) -> Shape:
    """Return `x` with dims of 1 in front, as many as it lacks of `rank`."""
    return (1,) * (rank - len(x)) + tuple(x)


# --- windows --------------------------------------------------------------------------------------


class Window(NamedTuple):
    """A window that moves along a dim: its size, its steps, and how far apart its elements are."""

    size: int | Unknown
    stride: int | Unknown
    dilation: int | Unknown = 1

    @property
    def span(self) -> int | Unknown:
        """The elements from the first to the last in the window."""
        return (self.size - 1) * self.dilation + 1


def strided(size: Dim, window: Window, padding: object) -> Dim:
    """Return the size of a dim after a window has moved over it.

    With padding "valid": `(size - span) // stride + 1`, where `span` is
    `(window - 1) * dilation + 1`; with "same" and "causal": `(size - 1) // stride + 1`.
    Source: `compute_conv_output_shape` and `compute_pooling_output_shape` in Keras's
    `ops/operation_utils.py`.
    """
    if size is None:
        return None
    if padding == "valid":
        size = size - window.dilation * (window.size - 1)
    if window.stride == 1 and not isinstance(size, float):
        return size
    size = (size - 1) // window.stride + 1
    # A window given as a float, which some constructors accept, makes the size a float.
    if isinstance(size, float):
        return int(size)
    return size


def transposed(
    size: Dim, window: Window, padding: object, output_padding: int | Unknown | None
) -> Dim:
    """Return the size of a dim after a transposed convolution.

    With `k` the span of the window: "valid" `(size - 1) * stride + max(k, stride)`,
    "same" `size * stride`. With an output padding `p`: "valid" `(size - 1) * stride + k + p`,
    "same" `(size - 1) * stride + k % 2 + p`. Source: `compute_conv_transpose_output_shape`
    in Keras's `backend/common/backend_utils.py`.
    """
    if size is None:
        return None
    if padding == "valid":
        if output_padding is None:
            return (size - 1) * window.stride + _larger(window.span, window.stride)
        return (size - 1) * window.stride + window.span + output_padding
    if output_padding is None:
        return size * window.stride
    return (size - 1) * window.stride + window.span % 2 + output_padding


def _larger(one: int | Unknown, two: int | Unknown) -> int | Unknown:
    """Return the larger of two numbers, the first unknown one if there is one."""
    if isinstance(one, Unknown):
        return one
    if isinstance(two, Unknown):
        return two
    return max(one, two)


def split(x: Shape, channels_first: bool) -> tuple[Dim, Shape]:
    """Return the channels, and the spatial dims without the batch."""
    if channels_first:
        return (x[1], x[2:])
    return (x[-1], x[1:-1])


def join(batch: Dim, channels: Dim, spatial: Sequence[Dim], channels_first: bool) -> Shape:
    """Return the shape of these dims; the reverse of `split`."""
    if channels_first:
        return (batch, channels, *spatial)
    return (batch, *spatial, channels)


# --- refusals -------------------------------------------------------------------------------------


def check_positive(cls: str, spatial: Sequence[Dim], x: Shape) -> None:
    """Raise `SizeNotPositive` for a size of zero or less, as windows without padding do."""
    for size in spatial:
        if isinstance(size, int) and size <= 0:
            raise SizeNotPositive(cls, expected=x, actual=tuple(spatial))


def channels_of(cls: str, channels: Dim) -> int | Unknown:
    """Return the channels, for which weights are made; raise `DimNotDefined` for `None`."""
    if channels is None:
        raise DimNotDefined(cls, expected="the channels", actual=None)
    return channels
