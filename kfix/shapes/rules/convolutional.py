"""Convolutions, as in Keras's own `layers/convolutional`."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.bad_argument import BadArgument
from kfix.findings.not_divisible import NotDivisible
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show
from kfix.shapes.registry import image_rank, rule, spatial_dims
from kfix.shapes.sizes import channels_of, check_positive, join, product, split, strided, transposed
from kfix.shapes.tunable_arguments import FILTERS, KERNEL_SIZE, OUTPUT_PADDING, PADDING, STRIDES
from kfix.shapes.values import (
    Ints,
    above_zero,
    channels_first,
    channels_first_note,
    ints,
    known,
    lora_rank,
    padding,
    refuse,
    whole,
)

# --- what the constructors refuse ---------------------------------------------------------


def _check_windows(layer: Bound, causal: bool = False) -> None:
    n = spatial_dims(layer.cls)
    for name in ("kernel_size", "strides", "dilation_rate"):
        ints(layer, name, n)
    padding(layer, causal)
    channels_first(layer)


def _check_strides_and_dilation(layer: Bound) -> None:
    n = spatial_dims(layer.cls)
    strides, dilation = ints(layer, "strides", n), ints(layer, "dilation_rate", n)
    if max(strides) > 1 and max(dilation) > 1:
        raise BadArgument(
            layer.cls,
            expected="strides or dilation_rate above 1, not both",
            actual=[strides, dilation],
        )


def _check_conv(layer: Bound) -> None:
    _check_windows(layer, causal=spatial_dims(layer.cls) == 1)
    above_zero(layer, "filters")
    groups = known(layer, "groups")
    if groups is None:
        raise refuse(layer, "groups", "a positive integer", groups)
    above_zero(layer, "groups")
    filters = known(layer, "filters")
    if isinstance(filters, int) and isinstance(groups, int) and filters % groups != 0:
        raise NotDivisible(layer.cls, expected=f"groups={groups}", actual=f"filters={filters}")
    _check_strides_and_dilation(layer)


def _check_transpose(layer: Bound) -> None:
    _check_windows(layer)
    above_zero(layer, "filters")
    added = _output_padding(layer)
    if added is not None:
        strides = ints(layer, "strides", spatial_dims(layer.cls))
        for more, stride in zip(added, strides, strict=True):
            if not isinstance(more, Unknown) and not isinstance(stride, Unknown) and more >= stride:
                raise BadArgument(
                    layer.cls,
                    expected=f"an output_padding less than strides={show(strides)}",
                    actual=str(more),
                )
    _check_strides_and_dilation(layer)


def _check_depthwise(layer: Bound) -> None:
    _check_windows(layer)
    above_zero(layer, "depth_multiplier")


def _check_separable(layer: Bound) -> None:
    _check_depthwise(layer)
    above_zero(layer, "filters")


# --- shapes -------------------------------------------------------------------------------


def _output_padding(layer: Bound) -> Ints | None:
    if known(layer, "output_padding") is None:
        return None
    return ints(layer, "output_padding", spatial_dims(layer.cls), zero=True)


def _kernel_size(layer: Bound) -> Ints:
    """The window; unlike the constructor, the weights take no floats for it."""
    sizes = ints(layer, "kernel_size", spatial_dims(layer.cls))
    if any(isinstance(size, float) for size in sizes):
        raise refuse(layer, "kernel_size", "integers", layer["kernel_size"])
    return sizes


def _channels(layer: Bound, x: Shape) -> int | Unknown:
    return channels_of(layer.cls, split(x, channels_first(layer))[0])


def _windows(layer: Bound, x: Shape, channels: int | Unknown) -> Shapes:
    """The shape after windows that give `channels`."""
    n = spatial_dims(layer.cls)
    first = channels_first(layer)
    how = padding(layer, causal=True)
    if not isinstance(how, str):
        raise refuse(layer, "padding", "'valid' or 'same'", how)
    windows = zip(
        split(x, first)[1],
        _kernel_size(layer),
        ints(layer, "strides", n),
        ints(layer, "dilation_rate", n),
        strict=True,
    )
    spatial = [
        strided(size, window, stride, dilation, how) for size, window, stride, dilation in windows
    ]
    if how == "valid":
        check_positive(layer.cls, spatial, x)
    return join(x[0], channels, spatial, first)


def _bias(layer: Bound, n: int | Unknown) -> int | Unknown:
    return n if layer["use_bias"] else 0


def _first_note(layer: Bound, x: Shape) -> Finding | None:
    # measured without oneDNN: grouped, depthwise and separable ones and Conv3D run, they are compiled by XLA
    if layer.cls == "Conv3D" or (layer.cls in ("Conv1D", "Conv2D") and layer["groups"] != 1):
        return None
    return channels_first_note(layer)


def _conv_weights(layer: Bound, x: Shape) -> int | Unknown:
    filters = whole(layer, "filters")
    groups = known(layer, "groups")
    if isinstance(groups, float):  # which the constructor takes
        raise refuse(layer, "groups", "a positive integer", groups)
    inputs = product(_kernel_size(layer)) * (_channels(layer, x) // layer["groups"])
    total: int | Unknown = inputs * filters + _bias(layer, filters)
    total = total + lora_rank(layer, "kernel_constraint") * (inputs + filters)
    return total


def _conv_kernel(layer: Bound, x: Shape) -> int | Unknown:
    """The kernel is not trained where a LoRA adapter is trained in its place."""
    if not layer.values.get("lora_rank"):
        return 0
    inputs = product(_kernel_size(layer)) * (_channels(layer, x) // layer["groups"])
    kernel: int | Unknown = inputs * whole(layer, "filters")
    return kernel


@rule(
    "Conv1D",
    "Conv2D",
    "Conv3D",
    check=_check_conv,
    rank=image_rank,
    weights=_conv_weights,
    untrained=_conv_kernel,
    knobs=(FILTERS, KERNEL_SIZE, STRIDES, PADDING),
    at_run_time=_first_note,
    extra=("lora_rank", "lora_alpha"),
)
def conv(layer: Bound, x: Shape) -> Shapes:
    """Moves `filters` windows over the spatial dims; the channels become `filters`.

    With `k = (kernel_size - 1) * dilation_rate + 1`, a spatial dim becomes
    `(dim - k) // strides + 1` with `padding="valid"`, and `(dim - 1) // strides + 1`
    with `"same"` or (`Conv1D` alone) `"causal"`; `None` stays `None`.

    Refused: another rank; a size of zero or less; channels that are `None`;
    `filters` or channels that `groups` does not divide; strides above 1
    together with a dilation above 1.
    """
    channels = _channels(layer, x)
    groups = known(layer, "groups")
    if isinstance(groups, int) and isinstance(channels, int) and channels % groups != 0:
        raise NotDivisible(layer.cls, expected=f"groups={groups}", actual=f"{channels} channels")
    return _windows(layer, x, whole(layer, "filters"))


def _transpose_weights(layer: Bound, x: Shape) -> int | Unknown:
    filters = whole(layer, "filters")
    return product(_kernel_size(layer)) * _channels(layer, x) * filters + _bias(layer, filters)


@rule(
    "Conv1DTranspose",
    "Conv2DTranspose",
    "Conv3DTranspose",
    check=_check_transpose,
    rank=image_rank,
    weights=_transpose_weights,
    knobs=(FILTERS, KERNEL_SIZE, STRIDES, PADDING, OUTPUT_PADDING),
    at_run_time=_first_note,
)
def conv_transpose(layer: Bound, x: Shape) -> Shapes:
    """The reverse of a convolution; the channels become `filters`.

    With `k = (kernel_size - 1) * dilation_rate + 1`, a spatial dim becomes
    `(dim - 1) * strides + max(k, strides)` with `padding="valid"` and
    `dim * strides` with `"same"`. Where `output_padding` is given,
    `(dim - 1) * strides + k + output_padding` with `"valid"` and
    `(dim - 1) * strides + k % 2 + output_padding` with `"same"`.

    Refused: another rank; channels that are `None`; an `output_padding` that
    is not less than the strides; strides above 1 together with a dilation
    above 1.
    """
    n = spatial_dims(layer.cls)
    first = channels_first(layer)
    channels, sizes = split(x, first)
    channels_of(layer.cls, channels)
    filters = whole(layer, "filters")
    kernel = _kernel_size(layer)
    how = padding(layer)
    if not isinstance(how, str) and any(size is not None for size in sizes):
        raise refuse(layer, "padding", "'valid' or 'same'", how)
    strides, dilation = ints(layer, "strides", n), ints(layer, "dilation_rate", n)
    added = _output_padding(layer) or (None,) * n
    spatial: list[Dim] = []
    for i in range(n):
        size = transposed(sizes[i], kernel[i], strides[i], dilation[i], how, added[i])
        if isinstance(size, float):
            raise refuse(layer, "strides", "integers", layer["strides"])
        spatial.append(size)
    return join(x[0], filters, spatial, first)


def _depthwise_weights(layer: Bound, x: Shape) -> int | Unknown:
    outputs = _channels(layer, x) * whole(layer, "depth_multiplier")
    return product(_kernel_size(layer)) * outputs + _bias(layer, outputs)


@rule(
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    check=_check_depthwise,
    rank=image_rank,
    weights=_depthwise_weights,
    knobs=(KERNEL_SIZE, STRIDES, PADDING),
)
def depthwise_conv(layer: Bound, x: Shape) -> Shapes:
    """A convolution of each channel by itself; the channels become `channels * depth_multiplier`.

    The spatial dims are those of `Conv1D` and `Conv2D`.

    Refused: another rank; a size of zero or less; channels that are `None`.
    """
    return _windows(layer, x, _channels(layer, x) * whole(layer, "depth_multiplier"))


def _separable_weights(layer: Bound, x: Shape) -> int | Unknown:
    filters = whole(layer, "filters")
    between = _channels(layer, x) * whole(layer, "depth_multiplier")
    return product(_kernel_size(layer)) * between + between * filters + _bias(layer, filters)


@rule(
    "SeparableConv1D",
    "SeparableConv2D",
    check=_check_separable,
    rank=image_rank,
    weights=_separable_weights,
    knobs=(FILTERS, KERNEL_SIZE, STRIDES, PADDING),
)
def separable_conv(layer: Bound, x: Shape) -> Shapes:
    """A depthwise convolution followed by one with a window of 1; the channels become `filters`.

    The spatial dims are those of `Conv1D` and `Conv2D`.

    Refused: another rank; a size of zero or less; channels that are `None`.
    """
    _channels(layer, x)
    whole(layer, "depth_multiplier")
    return _windows(layer, x, whole(layer, "filters"))
