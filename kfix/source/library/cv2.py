"""OpenCV: images by their shapes."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Dim, Shape, Symbol
from kfix.source.interpreter.containers import Const, ListV
from kfix.source.library import arguments
from kfix.source.library.arguments import Bound, integer, items_of
from kfix.source.library.lookup import CONSTANTS
from kfix.source.library.signatures import function, function_row, method_row, within

CONSTANTS["cv2.IMREAD_UNCHANGED"] = Const(-1)
CONSTANTS["cv2.IMREAD_GRAYSCALE"] = Const(0)
CONSTANTS["cv2.IMREAD_COLOR"] = Const(1)

_HEIGHT, _WIDTH = '"the height of an image is not known"', '"the width of an image is not known"'

function_row("cv2.VideoCapture", "**_", 'object("cv2_film")')
method_row(
    "cv2_film.read",
    "image=None",
    f'unknown("whether there is another frame is not known"), uint8[{_HEIGHT}, {_WIDTH}, 3]',
)
method_row(
    within("cv2_film", "isOpened get set grab"),
    "**_",
    'unknown("a property of a video is not known")',
)
method_row("cv2_film.release", "", "None")


def _flat(shape: Shape) -> Shape:
    """Return the shape that OpenCV gives back: without the axis of a single channel."""
    if len(shape) == 3 and shape[-1] == 1:
        return shape[:-1]
    return shape


def _image(call: Bound) -> tuple[Shape, str | None] | None:
    """Return shape and dtype of the image that a function is given, `None` where it is none."""
    value = call.get(0, "src")
    shape = arguments.known_shape(value, 2, 3)
    if shape is None:
        return None
    return (shape, value.dtype)


def _sized(call: Bound, size: AbstractValue) -> AbstractValue:
    """Return the image in a size (width, height)."""
    image = _image(call)
    if image is None:
        return call.unknown()
    shape, dtype = image
    why = call.unknown("the size of an image is not known", size)
    height: Dim = why
    width: Dim = why
    items = items_of(size)
    if items is not None and len(items) == 2:
        width, height = (arguments.dim(call, item, "dsize") for item in items)
    return Array(_flat((height, width, *shape[2:])), dtype)


@function("cv2.imread", "filename, flags=1")
def _imread(call: Bound) -> AbstractValue:
    """Return an image of three channels, or a gray one; otherwise the file has the channels."""
    flags = integer(call["flags"])
    if flags not in (0, 1):
        return call.unknown("the channels of an image are not known", call["flags"])
    height, width = (call.unknown(f"the {name} of an image is not known") for name in _SIDES)
    return Array((height, width, 3)[: 2 + flags], "uint8")


_SIDES = ("height", "width")


@function("cv2.resize", "src, dsize, **_")
def _resize(call: Bound) -> AbstractValue:
    return _sized(call, call["dsize"])


@function("cv2.warpAffine cv2.warpPerspective", "src, M, dsize, **_")
def _warp(call: Bound) -> AbstractValue:
    return _sized(call, call["dsize"])


_COLORS = ["BGR", "RGB", "HSV", "HLS", "LAB", "Lab", "LUV", "Luv", "YUV", "YCrCb", "YCR_CB", "XYZ"]
_CHANNELS: dict[str, tuple[int, ...]] = {
    "GRAY": (),
    "BGRA": (4,),
    "RGBA": (4,),
    **dict.fromkeys(_COLORS, (3,)),
    **dict.fromkeys((f"{name}_FULL" for name in _COLORS), (3,)),
}


@function("cv2.cvtColor", "src, code, **_")
def _colors(call: Bound) -> AbstractValue:
    """Return an image of the channels that the conversion ends with: `COLOR_BGR2GRAY`."""
    image, code = _image(call), call["code"]
    channels = None
    if isinstance(code, Symbol):
        channels = _CHANNELS.get(code.path.rpartition("2")[2])
    if image is None or channels is None:
        return call.unknown()
    return Array((*image[0][:2], *channels), image[1])


_FILTERS = (
    "GaussianBlur blur medianBlur bilateralFilter filter2D equalizeHist flip dilate erode "
    "morphologyEx bitwise_not bitwise_and bitwise_or convertScaleAbs adaptiveThreshold "
    "addWeighted fastNlMeansDenoising"
)


@function(within("cv2", _FILTERS))
def _filtered(call: Bound) -> AbstractValue:
    """Return an image of the same size and channels."""
    image = _image(call)
    if image is None:
        return call.unknown()
    return Array(_flat(image[0]), image[1])


@function("cv2.Canny")
def _edges(call: Bound) -> AbstractValue:
    """Return an image of the same size, without channels."""
    image = _image(call)
    if image is None:
        return call.unknown()
    return Array(image[0][:2], image[1])


@function("cv2.threshold")
def _threshold(call: Bound) -> AbstractValue:
    return ListV([call.unknown("the threshold is not known"), _filtered(call)], "tuple")
