"""Images and windows: resizing, cropping, pooling and convolution."""

from __future__ import annotations

from kfix.findings.data import Rank
from kfix.findings.not_divisible import NotDivisible
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown
from kfix.shapes.operations.table import Call, operation
from kfix.shapes.sizes import Window, check_positive, element_count, join, multiply, split, strided


def _image(call: Call) -> Shape:
    """Return the shape of `x`, an image or a batch of images; raise `RankMismatch`."""
    x = call.shape()
    if len(x) not in (3, 4):
        raise RankMismatch(call.path, expected=Rank(3, 4), actual=x)
    return x


def _channels_first(call: Call) -> bool:
    return call.text("data_format") in ("channels_first", "nchw", "ncw", "ncdhw")


def _resized(x: Shape, height: Dim, width: Dim, channels_first: bool = False) -> Shape:
    """Return the shape of an image, or of a batch, of this size."""
    if channels_first:
        return (*x[:-2], height, width)
    return (*x[:-3], height, width, x[-1])


@operation("image.resize", "x size interpolation=None antialias=None data_format=None", tf="x size")
def resize(call: Call) -> Shapes:
    """Return the shape of `x` with the requested height and width."""
    x = _image(call)
    size = call.dims("size")
    if len(size) not in (1, 2):
        raise call.refuse("size", "two integers", size)
    return _resized(x, size[0], size[-1], _channels_first(call))


@operation(
    "image.resize_with_pad image.resize_with_crop_or_pad image.resize_image_with_crop_or_pad",
    "x height width",
)
@operation("image.crop_to_bounding_box image.pad_to_bounding_box", "x top left height width")
def crop_or_pad(call: Call) -> Shapes:
    """Return the shape of `x` with the requested height and width."""
    x = _image(call)
    height = call.number(call.spelled("target_height", "height"))
    return _resized(x, height, call.number(call.spelled("target_width", "width")))


@operation("image.random_crop", "x size")
def random_crop(call: Call) -> Shapes:
    """Return the requested size."""
    return call.dims("size")


@operation("image.rgb_to_grayscale", "x data_format=None")
def rgb_to_grayscale(call: Call) -> Shapes:
    """Return the shape of `x` with one channel."""
    x = call.shape()
    if _channels_first(call):
        return (*x[:-3], 1, *x[-2:])
    return (*x[:-1], 1)


@operation("image.grayscale_to_rgb", "x")
def grayscale_to_rgb(call: Call) -> Shapes:
    """Return the shape of `x` with three channels."""
    return (*call.shape()[:-1], 3)


# --- blocks ---------------------------------------------------------------------------------------


@operation("depth_to_space space_to_depth", "x block_size data_format=None")
def blocks(call: Call) -> Shapes:
    """Return the sizes times the block and the channels by its square, or the reverse.

    Source: `DepthToSpace` and `SpaceToDepth` in Keras's `ops/nn.py`. Refused: channels or sizes
    that the block does not divide.
    """
    x = call.shape()
    if len(x) != 4:
        raise RankMismatch(call.path, expected=Rank(4), actual=x)
    block = call.integer("block_size")
    if block < 2:
        raise call.refuse("block_size", "an integer of at least 2", block)
    first = _channels_first(call)
    channels, sizes = split(x, first)
    if call.name == "space_to_depth":
        parts = [_divided(call, size, block) for size in sizes]
        return join(x[0], multiply(channels, block**2), parts, first)
    parts = [multiply(size, block) for size in sizes]
    return join(x[0], _divided(call, channels, block**2), parts, first)


def _divided(call: Call, dim: Dim, by: int) -> Dim:
    if not isinstance(dim, int):
        return dim
    if dim % by:
        raise NotDivisible(call.path, expected=by, actual=dim)
    return dim // by


# --- windows --------------------------------------------------------------------------------------


def _per_dim(call: Call, name: str, rank: int) -> tuple[int | Unknown, ...]:
    """Return one positive integer for each of `rank` spatial dims; raise `RankMismatch`.

    TensorFlow accepts those of batch and channels too, one for each axis.
    """
    values = call.numbers(name) or ()
    for value in values:
        if value is None or (isinstance(value, int) and value < 1):
            raise call.refuse(name, "positive integers", values)
    if len(values) == 1:
        values = values * rank
    elif len(values) == rank + 2:
        if _channels_first(call):
            values = values[2:]
        else:
            values = values[1:-1]
    if len(values) != rank:
        raise RankMismatch(call.path, expected=f"{rank} integers as {name}", actual=values)
    return values  # type: ignore[return-value]


def _per_dim_or(
    call: Call, name: str, default: tuple[int | Unknown, ...]
) -> tuple[int | Unknown, ...]:
    """Return one positive integer for each spatial dim, `default` if the argument is missing."""
    if call.get(name) is None:
        return default
    return _per_dim(call, name, len(default))


def _windows(
    call: Call, x: Shape, window: Shape, strides: tuple[int | Unknown, ...], channels: Dim
) -> Shape:
    """Return the shape of `x` after windows have moved over it, with these channels."""
    channels_first = _channels_first(call)
    rank = len(window)
    if len(x) != rank + 2:
        raise RankMismatch(call.path, expected=Rank(rank + 2), actual=x)
    padding = call.text("padding", "valid")
    dilation = _per_dim_or(call, "dilation_rate", (1,) * rank)
    sizes = zip(split(x, channels_first)[1], window, strides, dilation, strict=True)
    spatial = [
        None if side is None else strided(size, Window(side, stride, rate), padding)
        for size, side, stride, rate in sizes
    ]
    if padding == "valid":
        check_positive(call.path, spatial, x)
    return join(x[0], channels, spatial, channels_first)


@operation(
    "max_pool average_pool avg_pool max_pool1d max_pool2d max_pool3d avg_pool1d avg_pool2d"
    " avg_pool3d pool2d pool3d",
    "x pool_size strides=None padding=valid data_format=None",
)
def pool(call: Call) -> Shapes:
    """Return what the pooling layers return; the strides are the size of the window by default."""
    x = call.shape_from("x", 3)
    window = _per_dim(call, "pool_size", len(x) - 2)
    channels, _ = split(x, _channels_first(call))
    return _windows(call, x, window, _per_dim_or(call, "strides", window), channels)


@operation(
    "image.extract_patches",
    "x pool_size strides=None dilation_rate=1 padding=valid data_format=None",
)
def extract_patches(call: Call) -> Shapes:
    """Return a window at every stride (its own size by default), its elements as the channels."""
    x = call.shape_from("x", 3)
    window = _per_dim(call, "pool_size", len(x) - 2)
    channels, _ = split(x, _channels_first(call))
    strides = _per_dim_or(call, "strides", window)
    return _windows(call, x, window, strides, element_count((channels, *window)))


def _convolution(call: Call, kernel: Shape, channels: Dim) -> Shape:
    """Return the shape of `x` after a convolution with this kernel, with these channels."""
    window = kernel[:-2]
    strides = _per_dim_or(call, "strides", (1,) * len(window))
    return _windows(call, call.shape(), window, strides, channels)


@operation(
    "conv conv1d conv2d conv3d convolution",
    "x kernel strides=1 padding=valid data_format=None dilation_rate=None",
)
def conv(call: Call) -> Shapes:
    """Return what the convolution layers return; the kernel is `(*size, channels, filters)`."""
    kernel = call.shape_from("kernel", 3)
    return _convolution(call, kernel, kernel[-1])


@operation(
    "depthwise_conv depthwise_conv2d",
    "x kernel strides=1 padding=valid data_format=None dilation_rate=None",
)
def depthwise(call: Call) -> Shapes:
    """Return what DepthwiseConv returns; the kernel is `(*size, channels, multiplier)`."""
    kernel = call.shape_from("kernel", 3)
    return _convolution(call, kernel, multiply(kernel[-1], kernel[-2]))


@operation("bias_add", "x bias")
def bias_add(call: Call) -> Shapes:
    """Return the shape of `x`."""
    return call.shape()


@operation(
    "categorical_crossentropy binary_crossentropy sparse_categorical_crossentropy"
    " softmax_cross_entropy_with_logits sigmoid_cross_entropy_with_logits",
    "target output",
)
def crossentropy(call: Call) -> Shapes:
    """Return the target's shape; a categorical cross-entropy drops the last axis."""
    x = call.shape(call.spelled("target", "labels"))
    if call.name.startswith(("binary", "sigmoid", "sparse")):
        return x
    return x[:-1]
