"""Pillow: images by their size and channels. `load_img` of Keras returns them, too."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Dim
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import NONE, ListV
from kfix.source.interpreter.conversion import from_shape
from kfix.source.interpreter.values import ObjectV
from kfix.source.library import arguments
from kfix.source.library.arguments import Bound, data_of, items_of, known_shape, receiver_of
from kfix.source.library.signatures import (
    attribute,
    function,
    method,
    method_row,
    within,
)

_CHANNELS: dict[str, int] = {
    **dict.fromkeys(("1", "L", "P", "I", "F"), 1),
    "LA": 2,
    **dict.fromkeys(("RGB", "YCbCr", "LAB", "HSV"), 3),
    **dict.fromkeys(("RGBA", "CMYK"), 4),
}
"""The channels of a mode, by https://pillow.readthedocs.io/en/stable/handbook/concepts.html."""

method_row("image.copy image.filter", "**_", "self")
method_row("image.show image.save image.close image.load", "**_", "None")


def _image(sides: tuple[Dim, Dim], channels: Dim) -> ObjectV:
    """Return an image of height and width."""
    return ObjectV("image", size=from_shape(sides), channels=channels)


def _sides(call: Call, size: AbstractValue) -> tuple[Dim, Dim]:
    """Return height and width of a size, which Pillow has as (width, height)."""
    items = items_of(size)
    if items is None or len(items) != 2:
        return _unknown_sides(call, size)
    width, height = (arguments.dim(call, item, "size") for item in items)
    return height, width


def _unknown_sides(call: Call, because: AbstractValue | None = None) -> tuple[Unknown, Unknown]:
    why = "the size of an image is not known"
    return call.unknown(why, because), call.unknown(why, because)


def _mode(call: Bound) -> int | Unknown:
    known = _CHANNELS.get(call.string("mode") or "")
    if known is None:
        return call.unknown("the channels of an image are not known", call["mode"])
    return known


@function("PIL.Image.open")
def _open(call: Bound) -> AbstractValue:
    """Return an image whose size and channels are those of the file."""
    return _image(_unknown_sides(call), call.unknown("the channels of an image are not known"))


@function("PIL.Image.new", "mode, size, color=0")
def _new(call: Bound) -> AbstractValue:
    return _image(_sides(call, call["size"]), _mode(call))


@function("PIL.Image.fromarray", "obj, mode=None")
def _from_array(call: Bound) -> AbstractValue:
    shape = known_shape(call["obj"], 2, 3)
    if shape is None:
        return call.unknown()
    height, width, channels = (*shape, 1)[:3]
    return _image((height, width), channels)


@function("PIL.ImageOps.fit PIL.ImageOps.pad", "image, size, **_")
def _fit(call: Bound) -> AbstractValue:
    image = data_of(call["image"], "image")
    if image is None:
        return call.unknown()
    return _image(_sides(call, call["size"]), image["channels"])


@function("PIL.ImageOps.grayscale", "image")
def _gray(call: Bound) -> AbstractValue:
    image = data_of(call["image"], "image")
    if image is None:
        return call.unknown()
    return ObjectV("image", size=image["size"], channels=1)


@function(within("PIL.ImageOps", "invert autocontrast equalize mirror flip"), "image, **_")
def _changed(call: Bound) -> AbstractValue:
    image = data_of(call["image"], "image")
    if image is None:
        return call.unknown()
    return call["image"]


@method("image.resize", "size, **_")
def _resize(call: Bound) -> AbstractValue:
    return _image(_sides(call, call["size"]), call.receiver.data["channels"])


@method("image.convert", "mode=None, **_")
def _convert(call: Bound) -> AbstractValue:
    """Return an image of a mode; without one it depends on the file."""
    return ObjectV("image", size=call.receiver.data["size"], channels=_mode(call))


@method("image.rotate", "angle, resample=0, expand=False, **_")
def _rotate(call: Bound) -> AbstractValue:
    """Return the turned image, of the same size unless it may grow."""
    if call.flag("expand") is False:
        return receiver_of(call)
    return _image(_unknown_sides(call), call.receiver.data["channels"])


@method("image.crop", "box=None")
def _crop(call: Bound) -> AbstractValue:
    ends = [arguments.integer(item) for item in items_of(call["box"]) or []]
    sides: tuple[Dim, Dim] = _unknown_sides(call)
    known = [end for end in ends if end is not None]
    if len(known) == len(ends) == 4 and known[0] <= known[2] and known[1] <= known[3]:
        left, top, right, bottom = known
        sides = bottom - top, right - left
    return _image(sides, call.receiver.data["channels"])


@method("image.thumbnail")
def _thumbnail(call: Bound) -> AbstractValue:
    """Shrink the image itself; it keeps its proportions."""
    call.receiver.data["size"] = from_shape(_unknown_sides(call))
    return NONE


@attribute("image.size")
def _size(call: Call) -> AbstractValue:
    """Return (width, height)."""
    return ListV([_side(call, 1), _side(call, 0)], "tuple")


@attribute("image.width")
def _width(call: Call) -> AbstractValue:
    return _side(call, 1)


@attribute("image.height")
def _height(call: Call) -> AbstractValue:
    return _side(call, 0)


def _side(call: Call, axis: int) -> AbstractValue:
    items = items_of(call.receiver.data["size"])
    if items is None:
        return call.unknown("the size of an image is not known")
    return items[axis]
