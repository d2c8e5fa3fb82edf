"""scikit-image: images by their shapes."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import ListV
from kfix.source.library.arguments import Bound, known_shape
from kfix.source.library.signatures import function, function_row

function_row(
    "skimage.io.imread",
    "fname, as_gray=False, **_",
    """float64["the height of an image is not known", "the width of an image is not known"]
       if as_gray else unknown("the channels of an image are not known")""",
)


@function("skimage.transform.resize", "image, output_shape, **_")
def _resize(call: Bound) -> AbstractValue:
    """Return an image in a new size; the axes that it does not name stay."""
    size = call.shape("output_shape")
    if isinstance(size, Unknown) or not isinstance(call["output_shape"], ListV):
        return call.unknown()
    image = call["image"]
    shape = known_shape(image)
    if shape is not None and len(shape) >= len(size):
        return Array((*size, *shape[len(size) :]), "float64")
    if len(size) == 3:
        return Array(size, "float64")
    return call.unknown("the channels of an image are not known", image)


@function("skimage.color.rgb2gray", "rgb, **_")
def _to_gray(call: Bound) -> AbstractValue:
    shape = call.array_shape("rgb", 2, 3)
    if shape is None:
        return call.unknown()
    return Array(shape[:2], "float64")


@function("skimage.color.gray2rgb", "image, **_")
def _to_rgb(call: Bound) -> AbstractValue:
    shape = call.array_shape("image", 2, 3)
    if shape is None:
        return call.unknown()
    return Array((*shape[:2], 3), "float64")
