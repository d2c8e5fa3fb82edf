"""OpenCV: pictures by their shapes. A picture of one channel has none: (height, width)."""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array, Symbol
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import NONE, Const, ListV, Value
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.lookup import CONSTANTS, function, method

CONSTANTS["cv2.IMREAD_UNCHANGED"] = Const(-1)
CONSTANTS["cv2.IMREAD_GRAYSCALE"] = Const(0)
CONSTANTS["cv2.IMREAD_COLOR"] = Const(1)


def _flat(shape: tuple[Any, ...]) -> tuple[Any, ...]:
    """OpenCV gives back a picture of one channel without the axis."""
    return shape[:-1] if len(shape) == 3 and shape[-1] == 1 else shape


def _picture(call: Call) -> Array | None:
    """The picture that a function is given, where it is one: rank 2 or 3."""
    value = call.get(0, "src")
    if isinstance(value, Array) and isinstance(value.shape, tuple) and len(value.shape) in (2, 3):
        return value
    return None


def _sized(call: Call, size: Value) -> Value:
    """The picture in this size: (width, height)."""
    picture = _picture(call)
    if picture is None or not isinstance(picture.shape, tuple):
        return call.unknown()
    sides: list[Any] = [call.unknown("the size of the picture", size)] * 2
    if isinstance(size, ListV) and len(size.items) == 2:
        width, height = size.items
        sides = [
            side.value if isinstance(side, Const) else call.unknown("a size", side)
            for side in (height, width)
        ]
    return Array(_flat((*sides, *picture.shape[2:])), picture.dtype)


@function("cv2.imread")
def _imread(call: Call) -> Value:
    """In colors three channels, in grey none; otherwise what the file has."""
    flag = call.get(1, "flags", Const(1))
    if not isinstance(flag, Const) or flag.value not in (0, 1):
        return call.unknown("how many channels the picture has", flag)
    height, width = (call.unknown("the size of the picture") for _ in range(2))
    return Array((height, width, 3) if flag.value else (height, width), "uint8")


@function("cv2.resize")
def _resize(call: Call) -> Value:
    return _sized(call, call.get(1, "dsize"))


@function("cv2.warpAffine", "cv2.warpPerspective")
def _warp(call: Call) -> Value:
    return _sized(call, call.get(2, "dsize"))


@function("cv2.cvtColor")
def _colors(call: Call) -> Value:
    """The channels that the name of the conversion ends with: `COLOR_BGR2GRAY`."""
    picture, code = _picture(call), call.get(1, "code")
    if picture is None or not isinstance(picture.shape, tuple) or not isinstance(code, Symbol):
        return call.unknown()
    made = code.path.rpartition("2")[2]
    channels: tuple[int, ...] | None = {"GRAY": (), "BGRA": (4,), "RGBA": (4,)}.get(made)
    if channels is None:
        known = (
            "BGR",
            "RGB",
            "HSV",
            "HLS",
            "LAB",
            "Lab",
            "LUV",
            "Luv",
            "YUV",
            "YCrCb",
            "YCR_CB",
            "XYZ",
        )
        channels = (3,) if made.removesuffix("_FULL") in known else None
    return (
        call.unknown()
        if channels is None
        else Array((*picture.shape[:2], *channels), picture.dtype)
    )


@function("cv2.GaussianBlur", "cv2.blur", "cv2.medianBlur", "cv2.bilateralFilter", "cv2.filter2D", "cv2.equalizeHist",
          "cv2.flip", "cv2.dilate", "cv2.erode", "cv2.morphologyEx", "cv2.bitwise_not", "cv2.bitwise_and",
          "cv2.bitwise_or", "cv2.convertScaleAbs", "cv2.adaptiveThreshold", "cv2.addWeighted",
          "cv2.fastNlMeansDenoising", "cv2.Canny")  # fmt: skip
def _filtered(call: Call) -> Value:
    """The same size and channels; edges have no channels."""
    picture = _picture(call)
    if picture is None or not isinstance(picture.shape, tuple):
        return call.unknown()
    return Array(picture.shape[:2] if call.name == "Canny" else _flat(picture.shape), picture.dtype)


@function("cv2.threshold")
def _threshold(call: Call) -> Value:
    return ListV([call.unknown("the threshold"), _filtered(call)], "tuple")


# --- films --------------------------------------------------------------------------------


@function("cv2.VideoCapture")
def _film(call: Call) -> Value:
    return ObjectV("cv2_film")


@method("cv2_film.read")
def _frame(call: Call) -> Value:
    """Whether there is a frame, and the frame, in colors."""
    height, width = (call.unknown("the size of the film") for _ in range(2))
    return ListV(
        [call.unknown("whether there is another frame"), Array((height, width, 3), "uint8")],
        "tuple",
    )


@method("cv2_film.isOpened", "cv2_film.get", "cv2_film.set", "cv2_film.grab")
def _asked(call: Call) -> Value:
    return call.unknown("a number that the film tells")


@method("cv2_film.release")
def _closed(call: Call) -> Value:
    return NONE
