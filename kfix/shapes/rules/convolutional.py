"""Convolution layers, as in Keras's own `layers/convolutional`."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.bad_argument import BadArgument
from kfix.findings.not_divisible import NotDivisible
from kfix.model.graph import Shape, Shapes
from kfix.model.unknown import Unknown
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show
from kfix.shapes.registry import image_rank, rule, spatial_dims
from kfix.shapes.sizes import (
    Window,
    channels_of,
    check_positive,
    join,
    product,
    split,
    strided,
    transposed,
)
from kfix.shapes.tunable_arguments import FILTERS, KERNEL_SIZE, OUTPUT_PADDING, PADDING, STRIDES
from kfix.shapes.values import (
    Integers,
    channels_first,
    channels_first_note,
    check_above_zero,
    counted,
    integer,
    integers,
    lora_rank,
    padding,
    padding_mode,
    refuse,
    value_of,
)

# --- what the constructors refuse ---------------------------------------------------------


def _check_windows(layer: Bound, causal: bool = False) -> None:
    n = spatial_dims(layer.cls)
    for name in ("kernel_size", "strides", "dilation_rate"):
        integers(layer, name, n)
    padding(layer, causal)
    channels_first(layer)


def _check_strides_and_dilation(layer: Bound) -> None:
    n = spatial_dims(layer.cls)
    strides, dilation = integers(layer, "strides", n), integers(layer, "dilation_rate", n)
    if max(strides) > 1 and max(dilation) > 1:
        raise BadArgument(
            layer.cls,
            expected="strides or dilation_rate above 1, not both",
            actual=[strides, dilation],
        )


def _check_conv(layer: Bound) -> None:
    _check_windows(layer, causal=spatial_dims(layer.cls) == 1)
    check_above_zero(layer, "filters")
    groups = value_of(layer, "groups")
    if groups is None:
        raise refuse(layer, "groups", "a positive integer", groups)
    check_above_zero(layer, "groups")
    filters = value_of(layer, "filters")
    if isinstance(filters, int) and isinstance(groups, int) and filters % groups != 0:
        raise NotDivisible(layer.cls, expected=f"groups={groups}", actual=f"filters={filters}")
    _check_strides_and_dilation(layer)


def _check_transpose(layer: Bound) -> None:
    _check_windows(layer)
    check_above_zero(layer, "filters")
    _check_output_padding(layer)
    _check_strides_and_dilation(layer)


def _check_output_padding(layer: Bound) -> None:
    """Raise `BadArgument` for an output padding that is not less than the strides."""
    strides = integers(layer, "strides", spatial_dims(layer.cls))
    for added, stride in zip(_output_padding(layer) or (), strides, strict=False):
        if isinstance(added, Unknown) or isinstance(stride, Unknown):
            continue
        if added >= stride:
            expected = f"an output_padding less than strides={show(strides)}"
            raise BadArgument(layer.cls, expected=expected, actual=added)


def _check_depthwise(layer: Bound) -> None:
    _check_windows(layer)
    check_above_zero(layer, "depth_multiplier")


def _check_separable(layer: Bound) -> None:
    _check_depthwise(layer)
    check_above_zero(layer, "filters")


# --- shapes -------------------------------------------------------------------------------


def _output_padding(layer: Bound) -> Integers | None:
    if value_of(layer, "output_padding") is None:
        return None
    return integers(layer, "output_padding", spatial_dims(layer.cls), zero=True)


def _kernel_size(layer: Bound) -> Integers:
    """Return the window; the weights, unlike the constructor, accept no floats for it."""
    sizes = integers(layer, "kernel_size", spatial_dims(layer.cls))
    if any(isinstance(size, float) for size in sizes):
        raise refuse(layer, "kernel_size", "integers", layer["kernel_size"])
    return sizes


def _channels(layer: Bound, x: Shape) -> int | Unknown:
    return channels_of(layer.cls, split(x, channels_first(layer))[0])


def _windows(layer: Bound, x: Shape, channels: int | Unknown) -> Shapes:
    """Return the shape after windows that make `channels`."""
    n = spatial_dims(layer.cls)
    first = channels_first(layer)
    mode = padding_mode(layer, causal=True)
    windows = map(
        Window,
        _kernel_size(layer),
        integers(layer, "strides", n),
        integers(layer, "dilation_rate", n),
    )
    sizes = split(x, first)[1]
    spatial = [strided(size, window, mode) for size, window in zip(sizes, windows, strict=True)]
    if mode == "valid":
        check_positive(layer.cls, spatial, x)
    return join(x[0], channels, spatial, first)


def _bias(layer: Bound, outputs: int | Unknown) -> int | Unknown:
    return counted(layer["use_bias"], outputs)


def _channels_first_note(layer: Bound, x: Shape) -> Finding | None:
    # Measured without oneDNN: XLA compiles grouped, depthwise and separable convolutions and
    # Conv3D, and these run.
    if layer.cls == "Conv3D" or (layer.cls in ("Conv1D", "Conv2D") and layer["groups"] != 1):
        return None
    return channels_first_note(layer)


def _kernel_inputs(layer: Bound, x: Shape) -> int | Unknown:
    """Return how many inputs each output of a convolution has."""
    # The constructor accepts a float, the kernel does not.
    groups = integer(layer, "groups", 1)
    return product(_kernel_size(layer)) * (_channels(layer, x) // groups)


def _conv_weights(layer: Bound, x: Shape) -> int | Unknown:
    filters = integer(layer, "filters")
    inputs = _kernel_inputs(layer, x)
    lora = lora_rank(layer, "kernel_constraint") * (inputs + filters)
    return inputs * filters + _bias(layer, filters) + lora


def _conv_kernel(layer: Bound, x: Shape) -> int | Unknown:
    """Return the size of the kernel if a LoRA adapter is trained in its place, else 0."""
    if not layer.values.get("lora_rank"):
        return 0
    return _kernel_inputs(layer, x) * integer(layer, "filters")


@rule(
    "Conv1D",
    "Conv2D",
    "Conv3D",
    check=_check_conv,
    rank=image_rank,
    weights=_conv_weights,
    untrained=_conv_kernel,
    knobs=(FILTERS, KERNEL_SIZE, STRIDES, PADDING),
    at_run_time=_channels_first_note,
    extra=("lora_rank", "lora_alpha"),
    effects=fx.windows("kernel_size", "strides", "dilation_rate", "padding", channels="filters"),
)
def conv(layer: Bound, x: Shape) -> Shapes:
    """Move `filters` windows over the spatial dims; the channels become `filters`.

    With `k = (kernel_size - 1) * dilation_rate + 1`, a spatial dim becomes
    `(dim - k) // strides + 1` with `padding="valid"`, and `(dim - 1) // strides + 1` with
    `"same"` or (only `Conv1D`) `"causal"`; `None` stays `None`.

    Refused: another rank; a size of zero or less; channels of `None`; `filters` or channels that
    `groups` does not divide; strides above 1 together with a dilation above 1.
    """
    channels = _channels(layer, x)
    groups = value_of(layer, "groups")
    if isinstance(groups, int) and isinstance(channels, int) and channels % groups != 0:
        raise NotDivisible(layer.cls, expected=f"groups={groups}", actual=f"{channels} channels")
    return _windows(layer, x, integer(layer, "filters"))


def _transpose_weights(layer: Bound, x: Shape) -> int | Unknown:
    filters = integer(layer, "filters")
    return product(_kernel_size(layer)) * _channels(layer, x) * filters + _bias(layer, filters)


@rule(
    "Conv1DTranspose",
    "Conv2DTranspose",
    "Conv3DTranspose",
    check=_check_transpose,
    rank=image_rank,
    weights=_transpose_weights,
    knobs=(FILTERS, KERNEL_SIZE, STRIDES, PADDING, OUTPUT_PADDING),
    at_run_time=_channels_first_note,
    effects=fx.windows(
        "kernel_size", "strides", "dilation_rate", "padding", "output_padding", channels="filters"
    ),
    other_rank="unknown",
)
def conv_transpose(layer: Bound, x: Shape) -> Shapes:
    """Reverse a convolution; the channels become `filters`.

    With `k = (kernel_size - 1) * dilation_rate + 1`, a spatial dim becomes
    `(dim - 1) * strides + max(k, strides)` with `padding="valid"` and `dim * strides` with
    `"same"`. With an `output_padding` it becomes `(dim - 1) * strides + k + output_padding` with
    `"valid"` and `(dim - 1) * strides + k % 2 + output_padding` with `"same"`.

    Refused: another rank; channels of `None`; an `output_padding` that is not less than the
    strides; strides above 1 together with a dilation above 1.
    """
    n = spatial_dims(layer.cls)
    first = channels_first(layer)
    channels, sizes = split(x, first)
    channels_of(layer.cls, channels)
    filters = integer(layer, "filters")
    # Keras does not look at the padding where no size is known.
    if any(size is not None for size in sizes):
        padding_mode(layer)
    windows = map(
        Window,
        _kernel_size(layer),
        integers(layer, "strides", n),
        integers(layer, "dilation_rate", n),
    )
    output_padding = _output_padding(layer) or (None,) * n
    mode = padding(layer)
    spatial = [
        transposed(size, window, mode, more)
        for size, window, more in zip(sizes, windows, output_padding, strict=True)
    ]
    if any(isinstance(size, float) for size in spatial):
        raise refuse(layer, "strides", "integers", layer["strides"])
    return join(x[0], filters, spatial, first)


def _depthwise_weights(layer: Bound, x: Shape) -> int | Unknown:
    # Every channel is convolved by itself: the kernel has no axis for other channels.
    outputs = _channels(layer, x) * integer(layer, "depth_multiplier")
    return product(_kernel_size(layer)) * outputs + _bias(layer, outputs)


@rule(
    "DepthwiseConv1D",
    "DepthwiseConv2D",
    check=_check_depthwise,
    rank=image_rank,
    weights=_depthwise_weights,
    knobs=(KERNEL_SIZE, STRIDES, PADDING),
    effects=fx.windows(
        "kernel_size", "strides", "dilation_rate", "padding", multiplied="depth_multiplier"
    ),
)
def depthwise_conv(layer: Bound, x: Shape) -> Shapes:
    """Convolve each channel by itself; the channels become `channels * depth_multiplier`.

    The spatial dims are those of `Conv1D` and `Conv2D`.

    Refused: another rank; a size of zero or less; channels of `None`.
    """
    return _windows(layer, x, _channels(layer, x) * integer(layer, "depth_multiplier"))


def _separable_weights(layer: Bound, x: Shape) -> int | Unknown:
    # A depthwise kernel, then a pointwise one of size 1 that mixes its channels and has the bias
    # (`build` in Keras's `layers/convolutional/base_separable_conv.py`).
    filters = integer(layer, "filters")
    between = _channels(layer, x) * integer(layer, "depth_multiplier")
    return product(_kernel_size(layer)) * between + between * filters + _bias(layer, filters)


@rule(
    "SeparableConv1D",
    "SeparableConv2D",
    check=_check_separable,
    rank=image_rank,
    weights=_separable_weights,
    knobs=(FILTERS, KERNEL_SIZE, STRIDES, PADDING),
    effects=fx.windows("kernel_size", "strides", "dilation_rate", "padding", channels="filters"),
)
def separable_conv(layer: Bound, x: Shape) -> Shapes:
    """Convolve each channel by itself, then with a window of 1; the channels become `filters`.

    The spatial dims are those of `Conv1D` and `Conv2D`.

    Refused: another rank; a size of zero or less; channels of `None`.
    """
    _channels(layer, x)
    integer(layer, "depth_multiplier")
    return _windows(layer, x, integer(layer, "filters"))
