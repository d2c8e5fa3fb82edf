"""Keras: folders of images, texts and sounds; generators of images; single images."""

from __future__ import annotations

from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Dim, Shape
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import Const, ListV
from kfix.source.interpreter.conversion import from_shape, to_shape
from kfix.source.interpreter.values import ObjectV
from kfix.source.library import arguments
from kfix.source.library.arguments import (
    Bound,
    collection,
    data_of,
    dim_value,
    is_none,
    items_of,
    known_dim,
    known_shape,
    one_or_tuple,
    string,
)
from kfix.source.library.signatures import function, function_row, method, method_row
from kfix.source.library.tf import dataset

# --- folders of files ---------------------------------------------------------------------

_LABELS = "directory, labels='inferred', label_mode='int', class_names=None"


@function(
    "keras.utils.image_dataset_from_directory keras.preprocessing.image_dataset_from_directory "
    "keras.preprocessing.image.image_dataset_from_directory",
    f"{_LABELS}, color_mode='rgb', batch_size=32, image_size=(256, 256), **_",
)
def _images(call: Bound) -> AbstractValue:
    """Return images of `image_size` (height, width), with channels by `color_mode`."""
    head = _head(call)
    height, width = _size(call, call["image_size"])
    images = Array((*head, height, width, _channels(call)), "float32")
    return _folder(call, images, head)


@function(
    "keras.utils.text_dataset_from_directory keras.preprocessing.text_dataset_from_directory",
    f"{_LABELS}, batch_size=32, **_",
)
def _texts(call: Bound) -> AbstractValue:
    """Return texts, as scalars."""
    head = _head(call)
    return _folder(call, Array(head, "string"), head)


@function(
    "keras.utils.audio_dataset_from_directory",
    f"{_LABELS}, batch_size=32, sampling_rate=None, output_sequence_length=None, ragged=False, **_",
)
def _audio(call: Bound) -> AbstractValue:
    """Return sounds of `output_sequence_length`, else of the longest of a batch.

    They have as many channels as the files have.
    """
    length: Dim = None
    if not is_none(call["output_sequence_length"]):
        length = call.dim("output_sequence_length")
    if isinstance(length, Unknown) or call.flag("ragged") is not False:
        return call.unknown("the length of the sounds is not known", length)
    head = _head(call)
    return _folder(call, Array((*head, length, None), "float32"), head)


def _head(call: Bound) -> Shape:
    """Return the axis of the batch; without a batch size there is none."""
    if is_none(call["batch_size"]):
        return ()
    return (None,)


def _folder(call: Bound, data: Array, head: Shape) -> AbstractValue:
    """Return the data set of a directory with a folder for each class, or both of its parts."""
    classes = call["class_names"]
    labels: Array | Unknown | None = None
    if not is_none(call["labels"]):
        labels = _labels(call, "label_mode", classes, head, (*head, 1))
    if isinstance(labels, Unknown):
        return dataset(labels)
    found = dataset(one_or_tuple([part for part in (data, labels) if part is not None]))
    found.data["class_names"] = classes
    if items_of(classes) is None:
        found.data["class_names"] = Array((_count(call, classes),), "object")
    if call.text(-1, "subset") == "both":
        return ListV([found, found], "tuple")
    return found


def _size(call: Bound, value: AbstractValue) -> tuple[Dim, Dim]:
    """Return height and width of a size."""
    items = items_of(value)
    if items is None or len(items) != 2:
        why = call.unknown("the size of the images is not known", value)
        return why, why
    height, width = (arguments.dim(call, item, "size") for item in items)
    return height, width


_COLORS = {"grayscale": 1, "rgb": 3, "rgba": 4}


def _channels(call: Bound) -> Dim:
    known = _COLORS.get(call.string("color_mode") or "")
    if known is None:
        return call.unknown("the channels of the images are not known", call["color_mode"])
    return known


def _count(call: Bound, classes: AbstractValue) -> int | Unknown:
    """Return the number of classes, where the program lists them."""
    known = items_of(classes)
    if known is None:
        return call.unknown("the number of classes of a directory is not known")
    return len(known)


_INDICES = {"label_mode": "int", "class_mode": "sparse"}
"""How the modes call labels that are class indices."""


def _labels(
    call: Bound, name: str, classes: AbstractValue, head: Shape, binary: Shape
) -> Array | Unknown | None:
    """Return the labels of a mode, `None` for no labels; `binary` is the shape of two classes."""
    count, mode = _count(call, classes), call[name]
    if is_none(mode):
        return None
    kind = string(mode)
    if kind == _INDICES[name]:
        return Array(head, "int32", known_dim(count))
    if kind == "binary":  # 0.0 and 1.0 are floats, and labels of two classes all the same
        return Array(binary, None, 2)
    if kind == "categorical":
        return Array((*head, count), "float32", one_hot=True)
    return call.unknown("the form of the labels is not known", mode)


# --- generators of images -----------------------------------------------------------------

function_row("keras.preprocessing.image.ImageDataGenerator", "**_", 'object("image_generator")')
method_row("image_generator.fit", "**_", "None")

_FLOW = "target_size=(256, 256), color_mode='rgb', classes=None, class_mode='categorical', **_"


@method("image_generator.flow_from_directory", f"directory, {_FLOW}")
def _flow_from_directory(call: Bound) -> AbstractValue:
    """Return batches of images of `target_size` (height, width)."""
    image = _image(call)
    if call.string("class_mode") == "input":
        return _flow(call, image, Array((None, *image), "float32"))
    return _flow(call, image, _labels_of_flow(call))


@method(
    "image_generator.flow_from_dataframe",
    f"dataframe, directory=None, x_col='filename', y_col='class', weight_col=None, {_FLOW}",
)
def _flow_from_dataframe(call: Bound) -> AbstractValue:
    """Return batches as from a directory; in some modes the labels are columns of the frame."""
    image = _image(call)
    mode = call.string("class_mode")
    if mode == "input":
        return _flow(call, image, Array((None, *image), "float32"))
    if mode == "multi_output":
        return _flow(call, image, call.unknown("the columns of the labels are not known"))
    if mode in ("raw", "other"):
        return _flow(call, image, _label_columns(call))
    return _flow(call, image, _labels_of_flow(call))


def _image(call: Bound) -> Shape:
    return (*_size(call, call["target_size"]), _channels(call))


def _label_columns(call: Bound) -> Array:
    if isinstance(call["y_col"], Const):
        return Array((None,))
    items = items_of(call["y_col"])
    if items is None:
        return Array((None, call.unknown("the number of labels is not known", call["y_col"])))
    return Array((None, len(items)))


def _labels_of_flow(call: Bound) -> Array | Unknown | None:
    return _labels(call, "class_mode", call["classes"], (None,), (None,))


def _flow(call: Bound, image: Shape, labels: Array | Unknown | None) -> AbstractValue:
    images = Array((None, *image), "float32")
    found = dataset(one_or_tuple([part for part in (images, labels) if part is not None]))
    count = _count(call, call["classes"])
    found.data["num_classes"] = dim_value(count)
    found.data["class_indices"] = Array((count,), "object")
    found.data["image_shape"] = from_shape(image)
    return found


@method("image_generator.flow", "x, y=None, **_")
def _flow_of_arrays(call: Bound) -> AbstractValue:
    """Return batches of arrays; several arrays of x go together."""
    parts = [_batches(call, value) for value in (call["x"], call["y"]) if not is_none(value)]
    if not parts:
        return call.unknown()
    return dataset(one_or_tuple(parts))


def _batches(call: Bound, value: AbstractValue) -> AbstractValue:
    if isinstance(value, ListV) and value.kind == "tuple":
        return ListV([_batches(call, item) for item in value.items], "list")
    made = collection(call, value)
    shape = known_shape(made)
    if made is None or not shape:
        return call.unknown("the data of the generator is not known", value)
    return Array((None, *shape[1:]), made.dtype, made.distinct, made.one_hot)


# --- single images ------------------------------------------------------------------------


@function(
    "keras.utils.load_img keras.preprocessing.image.load_img",
    "path, color_mode='rgb', target_size=None, interpolation='nearest', "
    "keep_aspect_ratio=False, grayscale=False",
)
def _load_img(call: Bound) -> AbstractValue:
    """Return an image of Pillow; unless it is resized, its size is that of the file."""
    height, width = _size(call, call["target_size"])
    channels = 1 if call.flag("grayscale") else _channels(call)
    return ObjectV("image", size=from_shape((height, width)), channels=channels)


@function(
    "keras.utils.img_to_array keras.preprocessing.image.img_to_array",
    "img, data_format=None, dtype=None",
)
def _img_to_array(call: Bound) -> AbstractValue:
    """Return an array of height, width and channels; a single channel has an axis, too."""
    value = call["img"]
    image = data_of(value, "image")
    if image is not None:
        size = to_shape(image["size"])
        if isinstance(size, Unknown):
            return call.unknown()
        return _image_array(size, image)
    if not isinstance(value, Array) or isinstance(value.shape, Unknown):
        return call.unknown()
    shape = value.shape
    return Array((*shape, 1) if len(shape) == 2 else shape, "float32")


def _image_array(size: Shape, image: dict[str, Any]) -> Array:
    return Array((*size, image["channels"]), "float32")
