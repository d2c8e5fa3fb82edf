"""Images and windows: resizing, cropping, pooling and convolution."""

from __future__ import annotations

from typing import Any

from kfix.findings.data import Rank
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.operations.table import Call, operation
from kfix.shapes.sizes import check_positive, join, split, strided


def _image(call: Call) -> Shape:
    x = call.shape()
    if len(x) not in (3, 4):
        raise RankMismatch(call.path, expected=Rank(3, 4), actual=x)
    return x


def _first(call: Call) -> bool:
    value = call.get("data_format")
    if isinstance(value, Unknown):
        raise UnknownUsed(value)
    return isinstance(value, str) and value.lower() in ("channels_first", "nchw", "ncw", "ncdhw")


def _sized(x: Shape, height: Dim, width: Dim, first: bool = False) -> Shape:
    return (*x[:-2], height, width) if first else (*x[:-3], height, width, x[-1])


@operation("image.resize", "x size interpolation=None antialias=None data_format=None", tf="x size")
def resize(call: Call) -> Shapes:
    """Height and width become those given."""
    x = _image(call)
    size = call.dims("size")
    if len(size) == 1:
        size = (*size, *size)
    return _sized(x, size[0], size[1], _first(call))


@operation(
    "image.resize_with_pad image.resize_with_crop_or_pad image.resize_image_with_crop_or_pad",
    "x height width",
)
def resize_with_pad(call: Call) -> Shapes:
    """Height and width become those given."""
    x = _image(call)
    height = call.number("target_height" if "target_height" in call else "height")
    return _sized(x, height, call.number("target_width" if "target_width" in call else "width"))


@operation("image.random_crop", "x size")
def random_crop(call: Call) -> Shapes:
    """The size that is asked for."""
    return call.dims("size")


@operation("image.rgb_to_grayscale", "x data_format=None")
def rgb_to_grayscale(call: Call) -> Shapes:
    """One channel."""
    x = call.shape()
    return (*x[:-3], 1, *x[-2:]) if _first(call) else (*x[:-1], 1)


@operation("image.grayscale_to_rgb", "x")
def grayscale_to_rgb(call: Call) -> Shapes:
    """Three channels."""
    return (*call.shape()[:-1], 3)


@operation("image.crop_to_bounding_box image.pad_to_bounding_box", "x top left height width")
def bounding_box(call: Call) -> Shapes:
    """Height and width become those given."""
    x = _image(call)
    height = call.number("target_height" if "target_height" in call else "height")
    return _sized(x, height, call.number("target_width" if "target_width" in call else "width"))


# --- windows --------------------------------------------------------------------------------------


def _per_dim(call: Call, name: str, rank: int, default: int | None) -> tuple[Any, ...]:
    """One number for each spatial dim; TensorFlow gives those of batch and channels too."""
    if call.get(name) is None:
        return (default,) * rank
    found = call.numbers(name) or ()
    if len(found) == 1:
        return found * rank
    if len(found) == rank + 2:
        return found[2:] if _first(call) else found[1:-1]
    if len(found) != rank:
        raise RankMismatch(call.path, expected=f"{rank} numbers as {name}", actual=str(found))
    return found


def _windows(
    call: Call, x: Shape, window: tuple[Any, ...], strides: tuple[Any, ...], channels: Dim
) -> Shape:
    first = _first(call)
    rank = len(window)
    if len(x) != rank + 2:
        raise RankMismatch(call.path, expected=Rank(rank + 2), actual=x)
    padding = call.get("padding", "valid")
    if not isinstance(padding, str):
        raise UnknownUsed(padding if isinstance(padding, Unknown) else Unknown("the padding"))
    dilation = _per_dim(call, "dilation_rate", rank, 1)
    _, spatial = split(x, first)
    how = padding.lower()
    found = [strided(*each, how) for each in zip(spatial, window, strides, dilation, strict=True)]
    if how == "valid":
        check_positive(call.path, found, x)
    return join(x[0], channels, found, first)


@operation(
    "max_pool average_pool avg_pool max_pool1d max_pool2d max_pool3d avg_pool1d avg_pool2d avg_pool3d pool2d pool3d",
    "x pool_size strides=None padding=valid data_format=None",
)
def pool(call: Call) -> Shapes:
    """As the pooling layers; strides are the size of the window without any."""
    x = call.shape()
    rank = len(x) - 2
    window = _per_dim(call, "pool_size", rank, None)
    strides = window if call.get("strides") is None else _per_dim(call, "strides", rank, 1)
    return _windows(call, x, window, strides, split(x, _first(call))[0])


@operation(
    "image.extract_patches",
    "x pool_size strides=None dilation_rate=1 padding=valid data_format=None",
)
def extract_patches(call: Call) -> Shapes:
    """A window at every stride (its own size without one), its numbers as the channels."""
    x = call.shape()
    rank = len(x) - 2
    window = _per_dim(call, "pool_size", rank, None)
    strides = window if call.get("strides") is None else _per_dim(call, "strides", rank, 1)
    channels: Any = split(x, _first(call))[0]
    for side in window:
        channels = None if channels is None else channels * side
    return _windows(call, x, window, strides, channels)


@operation(
    "conv conv1d conv2d conv3d convolution",
    "x kernel strides=1 padding=valid data_format=None dilation_rate=None",
)
def conv(call: Call) -> Shapes:
    """As the convolution layers, with the kernel `(*size, channels, filters)`."""
    kernel = call.shape("kernel")
    strides = _per_dim(call, "strides", len(kernel) - 2, 1)
    return _windows(call, call.shape(), kernel[:-2], strides, kernel[-1])


@operation(
    "depthwise_conv depthwise_conv2d",
    "x kernel strides=1 padding=valid data_format=None dilation_rate=None",
)
def depthwise(call: Call) -> Shapes:
    """As DepthwiseConv, with the kernel `(*size, channels, multiplier)`."""
    kernel = call.shape("kernel")
    strides = _per_dim(call, "strides", len(kernel) - 2, 1)
    channels = (
        kernel[-1] * kernel[-2] if kernel[-1] is not None and kernel[-2] is not None else None
    )
    return _windows(call, call.shape(), kernel[:-2], strides, channels)


@operation("bias_add", "x bias")
def bias_add(call: Call) -> Shapes:
    """The shape stays."""
    return call.shape()


@operation(
    "categorical_crossentropy binary_crossentropy sparse_categorical_crossentropy softmax_cross_entropy_with_logits"
    " sigmoid_cross_entropy_with_logits",
    "target output",
)
def crossentropy(call: Call) -> Shapes:
    """The target's shape; the categorical ones take the last axis away."""
    name = call.path.rpartition(".")[2]
    x = call.shape("target" if "target" in call else "labels")
    return x if name.startswith(("binary", "sigmoid", "sparse")) else x[:-1]
