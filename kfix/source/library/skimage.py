"""scikit-image: pictures by their shapes."""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, ListV, Value
from kfix.source.interpreter.conversion import to_shape
from kfix.source.library.lookup import function


@function("skimage.io.imread")
def _imread(call: Call) -> Value:
    """In grey height and width; otherwise what the file has."""
    grey = call.get(1, "as_gray")
    if not isinstance(grey, Const) or not grey.value:
        return call.unknown("how many channels the picture has")
    height, width = (call.unknown("the size of the picture") for _ in range(2))
    return Array((height, width), "float64")


@function("skimage.transform.resize")
def _resize(call: Call) -> Value:
    """The axes that are not told stay as they are."""
    image, size = call.get(0, "image"), call.get(1, "output_shape")
    wanted: Any = to_shape(size) if isinstance(size, ListV) else None
    if not isinstance(wanted, tuple):
        return call.unknown()
    if (
        isinstance(image, Array)
        and isinstance(image.shape, tuple)
        and len(image.shape) >= len(wanted)
    ):
        return Array((*wanted, *image.shape[len(wanted) :]), "float64")
    return (
        Array(wanted, "float64")
        if len(wanted) == 3
        else call.unknown("how many channels the picture has", image)
    )


@function("skimage.color.rgb2gray", "skimage.color.gray2rgb")
def _colors(call: Call) -> Value:
    image = call.get(0)
    if isinstance(image, Array) and isinstance(image.shape, tuple) and len(image.shape) in (2, 3):
        return Array((*image.shape[:2], *(() if call.name == "rgb2gray" else (3,))), "float64")
    return call.unknown()
