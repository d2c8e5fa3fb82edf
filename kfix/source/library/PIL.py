"""Pillow: pictures by their size and channels. `load_img` of Keras gives them too."""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, ListV, Value
from kfix.source.interpreter.conversion import from_shape
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.lookup import attribute, function, method

_CHANNELS = {
    "1": 1,
    "L": 1,
    "P": 1,
    "I": 1,
    "F": 1,
    "LA": 2,
    "RGB": 3,
    "YCbCr": 3,
    "LAB": 3,
    "HSV": 3,
    "RGBA": 4,
}
_CHANNELS |= {"CMYK": 4}


def _image(height: Any, width: Any, channels: Any) -> ObjectV:
    return ObjectV("image", size=from_shape((height, width)), channels=channels)


def _sides(call: Call, size: Value) -> tuple[Any, Any]:
    """Height and width of a size, which Pillow tells as (width, height)."""
    if isinstance(size, ListV) and len(size.items) == 2:
        width, height = (
            item.value if isinstance(item, Const) else call.unknown("a size", item)
            for item in size.items
        )
        return height, width
    return call.unknown("the size of the picture", size), call.unknown(
        "the size of the picture", size
    )


def _mode(call: Call, mode: Value) -> Any:
    known = _CHANNELS.get(str(mode.value)) if isinstance(mode, Const) else None
    return known if known is not None else call.unknown("the channels of the picture", mode)


@function("PIL.Image.open")
def _open(call: Call) -> Value:
    """Size and channels are those of the file."""
    height, width = (call.unknown("the size of the picture") for _ in range(2))
    return _image(height, width, call.unknown("the channels of the picture"))


@function("PIL.Image.new")
def _new(call: Call) -> Value:
    return _image(*_sides(call, call.get(1, "size")), _mode(call, call.get(0, "mode")))


@function("PIL.Image.fromarray")
def _from_array(call: Call) -> Value:
    value = call.get(0, "obj")
    if isinstance(value, Array) and isinstance(value.shape, tuple) and len(value.shape) in (2, 3):
        return _image(
            value.shape[0], value.shape[1], value.shape[2] if len(value.shape) == 3 else 1
        )
    return call.unknown()


@function("PIL.ImageOps.fit", "PIL.ImageOps.pad")
def _fit(call: Call) -> Value:
    image = call.get(0, "image")
    if isinstance(image, ObjectV) and image.kind == "image":
        return _image(*_sides(call, call.get(1, "size")), image.data["channels"])
    return call.unknown()


@function("PIL.ImageOps.grayscale")
def _grey(call: Call) -> Value:
    image = call.get(0, "image")
    return (
        ObjectV("image", size=image.data["size"], channels=1)
        if isinstance(image, ObjectV)
        else call.unknown()
    )


@function("PIL.ImageOps.invert", "PIL.ImageOps.autocontrast", "PIL.ImageOps.equalize", "PIL.ImageOps.mirror",
          "PIL.ImageOps.flip")  # fmt: skip
def _changed(call: Call) -> Value:
    image = call.get(0, "image")
    return image if isinstance(image, ObjectV) else call.unknown()


@method("image.resize")
def _resize(call: Call) -> Value:
    return _image(*_sides(call, call.get(0, "size")), call.receiver.data["channels"])


@method("image.convert")
def _convert(call: Call) -> Value:
    """Without a mode it depends on the file."""
    return ObjectV(
        "image", size=call.receiver.data["size"], channels=_mode(call, call.get(0, "mode"))
    )


@method("image.copy", "image.filter", "image.rotate")
def _same(call: Call) -> Value:
    """The same size; a turned picture may be told to grow."""
    grown = call.get(2, "expand")
    if (
        call.name == "rotate"
        and grown is not None
        and not (isinstance(grown, Const) and not grown.value)
    ):
        return _image(*_sides(call, None), call.receiver.data["channels"])
    return call.receiver


@method("image.crop")
def _crop(call: Call) -> Value:
    box = call.get(0, "box")
    ends: list[Any] = (
        [getattr(item, "value", None) for item in box.items] if isinstance(box, ListV) else []
    )
    sides: tuple[Any, Any] = _sides(call, None)
    if len(ends) == 4 and all(isinstance(end, int) for end in ends):
        left, top, right, bottom = ends
        sides = bottom - top, right - left
    return _image(*sides, call.receiver.data["channels"])


@method("image.thumbnail")
def _thumbnail(call: Call) -> Value:
    """The picture itself shrinks, and keeps its proportions."""
    call.receiver.data["size"] = from_shape(_sides(call, None))
    return Const(None)


@method("image.show", "image.save", "image.close", "image.load")
def _nothing(call: Call) -> Value:
    return Const(None)


@attribute("image.size")
def _size(interpreter: Any, value: ObjectV, node: Any, frame: Any) -> Value:
    """(width, height)."""
    size = value.data["size"]
    return (
        ListV(list(reversed(size.items)), "tuple")
        if isinstance(size, ListV)
        else Unknown("the size of the picture")
    )


@attribute("image.width")
def _width(interpreter: Any, value: ObjectV, node: Any, frame: Any) -> Value:
    size = value.data["size"]
    return size.items[1] if isinstance(size, ListV) else Unknown("the width of the picture")


@attribute("image.height")
def _height(interpreter: Any, value: ObjectV, node: Any, frame: Any) -> Value:
    size = value.data["size"]
    return size.items[0] if isinstance(size, ListV) else Unknown("the height of the picture")
