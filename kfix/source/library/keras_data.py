"""The data of Keras: its data sets with their true shapes, loaders, generators, and what prepares labels."""

from __future__ import annotations

import math
from typing import Any

from kfix.model.graph import LISTS, Array
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import NONE, Const, ListV, RangeV, Value, first
from kfix.source.interpreter.conversion import from_shape, to_shape
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.literals import array_of
from kfix.source.library.lookup import function, method
from kfix.source.library.tf import dataset

_SETS: dict[
    str, tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...], int | None]
] = {
    "mnist": ((60000, 28, 28), (60000,), (10000, 28, 28), (10000,), 10),
    "fashion_mnist": ((60000, 28, 28), (60000,), (10000, 28, 28), (10000,), 10),
    "cifar10": ((50000, 32, 32, 3), (50000, 1), (10000, 32, 32, 3), (10000, 1), 10),
    "cifar100": ((50000, 32, 32, 3), (50000, 1), (10000, 32, 32, 3), (10000, 1), 100),
    "imdb": ((25000,), (25000,), (25000,), (25000,), 2),
    "reuters": ((8982,), (8982,), (2246,), (2246,), 46),
    "boston_housing": ((404, 13), (404,), (102, 13), (102,), None),
    "california_housing": ((16512, 8), (16512,), (4128, 8), (4128,), None),
}
"""Shapes of x and y for training and testing with the default arguments, and how many classes there are."""


@function(*[f"keras.datasets.{name}.load_data" for name in _SETS])
def _load_data(call: Call) -> Value:
    """The rows are others where some are left out by their length, or split otherwise."""
    name = call.path.split(".")[2]
    x, y, x_test, y_test, classes = _SETS[name]
    if call.text(-1, "label_mode", call.text(0)) == "coarse":
        classes = 20
    if name == "california_housing" and call.find(0, "version") is not None:
        return _other_rows(call, name, x, y, classes)
    if call.find(-1, "test_split") is not None or call.find(-1, "maxlen") is not None:
        return _other_rows(call, name, x, y, classes)
    return _pairs(name, x, y, x_test, y_test, classes)


def _pairs(name: str, x: Any, y: Any, x_test: Any, y_test: Any, classes: int | None) -> ListV:
    label = "float32" if classes is None else "int64" if name in ("imdb", "reuters") else "uint8"
    kind = {"imdb": LISTS, "reuters": LISTS}.get(name, "float64" if classes is None else "uint8")
    train = ListV([Array(x, kind), Array(y, label, classes)], "tuple")
    test = ListV([Array(x_test, kind), Array(y_test, label, classes)], "tuple")
    return ListV([train, test], "tuple")


def _other_rows(call: Call, name: str, x: Any, y: Any, classes: int | None) -> ListV:
    one, two = (call.unknown("how many rows these are") for _ in range(2))
    return _pairs(name, (one, *x[1:]), (one, *y[1:]), (two, *x[1:]), (two, *y[1:]), classes)


@function("keras.utils.to_categorical", "keras.utils.np_utils.to_categorical")
def _to_categorical(call: Call) -> Value:
    """A new last axis of `num_classes`, else of the greatest label and one; a last axis of one is taken away before."""
    given, count = call.get(0, "y"), call.get(1, "num_classes")
    y = array_of(given, call) if isinstance(given, Array | ListV | RangeV) else None
    told = count.value if isinstance(count, Const) and isinstance(count.value, int) else None
    if y is None or isinstance(y.shape, Unknown):
        return Array(call.unknown("the shape of the labels", given), "float64", told, one_hot=True)
    rows, distinct = y.shape, y.distinct
    if len(rows) > 1 and rows[-1] == 1:
        rows = rows[:-1]
    if y.one_hot and len(rows) > 1:
        many: Any = told if told is not None else call.unknown("how many classes there are", count)
        return Array((*rows, many), "float64", one_hot=True, again=True)
    if told is not None:
        return Array((*rows, told), "float64", one_hot=True)
    if distinct is not None and (
        count is None or (isinstance(count, Const) and count.value is None)
    ):
        return Array((*rows, distinct), "float64", one_hot=True)
    return Array(
        (*rows, call.unknown("how many classes there are", count)), "float64", one_hot=True
    )


@function("keras.utils.normalize")
def _normalize(call: Call) -> Value:
    value = call.get(0, "x")
    return Array(value.shape, "float64") if isinstance(value, Array) else call.unknown()


@function("keras.utils.pad_sequences", "keras.preprocessing.sequence.pad_sequences")
def _pad(call: Call) -> Value:
    """A row for each sequence, of `maxlen`, else of the longest; what the elements of a sequence are like follows."""
    value, length = call.get(0, "sequences"), call.get(1, "maxlen")
    rows = (
        value.shape[0]
        if isinstance(value, Array) and isinstance(value.shape, tuple) and value.shape
        else None
    )
    longest: Any = None
    if isinstance(value, ListV):
        rows = len(value.items) if value.unknown is None else None
        if rows is not None and all(
            isinstance(item, ListV) and item.unknown is None for item in value.items
        ):
            longest = max((len(item.items) for item in value.items), default=0)
    count = rows if rows is not None else call.unknown("how many sequences there are")
    dim = length.value if isinstance(length, Const) and isinstance(length.value, int) else None
    if dim is None and (length is None or (isinstance(length, Const) and length.value is None)):
        dim = longest
    dtype = call.text(2, "dtype", "int32")
    return Array(
        (
            count,
            dim if dim is not None else call.unknown("the length of the longest sequence", length),
        ),
        dtype,
    )


# --- series -------------------------------------------------------------------------------


@function("keras.preprocessing.sequence.TimeseriesGenerator")
def _series(call: Call) -> Value:
    """Windows of `length`, of which every `sampling_rate`-th row is taken, and the target of the row behind."""
    data, targets = call.get(0, "data"), call.get(1, "targets")
    length, rate = call.number(2, "length"), call.number(3, "sampling_rate", 1)
    steps: Any = (
        math.ceil(length / rate)
        if length is not None and rate
        else call.unknown("how long a window is")
    )
    parts: list[Value] = []
    for value, extra in ((data, (steps,)), (targets, ())):
        made = array_of(value, call)
        if not isinstance(made.shape, tuple) or not made.shape:
            parts.append(Array(call.unknown("the data of the generator", made.shape)))
        else:
            parts.append(
                Array((None, *extra, *made.shape[1:]), made.dtype, made.distinct, made.one_hot)
            )
    return dataset(ListV(parts, "tuple"))


@function("keras.utils.timeseries_dataset_from_array", "keras.preprocessing.timeseries_dataset_from_array",
          "keras.preprocessing.sequence.timeseries_dataset_from_array")  # fmt: skip
def _windows(call: Call) -> Value:
    """Windows whose length TensorFlow does not tell, in batches; with `batch_size=None` one by one."""
    targets, batch = call.get(1, "targets"), call.get(5, "batch_size")
    head: tuple[Any, ...] = () if isinstance(batch, Const) and batch.value is None else (None,)
    x = array_of(call.get(0, "data"), call)
    images: Value = (
        Array((*head, None, *x.shape[1:]), x.dtype)
        if isinstance(x.shape, tuple)
        else Array(x.shape)
    )
    if targets is None or (isinstance(targets, Const) and targets.value is None):
        return dataset(images)
    y = array_of(targets, call)
    labels = (
        Array((*head, *y.shape[1:]), y.dtype, y.distinct, y.one_hot)
        if isinstance(y.shape, tuple)
        else Array(y.shape)
    )
    return dataset(ListV([images, labels], "tuple"))


# --- folders of files ---------------------------------------------------------------------


@function("keras.utils.image_dataset_from_directory", "keras.preprocessing.image_dataset_from_directory",
          "keras.preprocessing.image.image_dataset_from_directory")  # fmt: skip
def _images(call: Call) -> Value:
    """Images of `image_size` (height, width), channels by `color_mode`."""
    height, width = _size(call.get(6, "image_size"), (256, 256), call)
    head = _head(call, 5)
    channels = _channels(call, 4)
    return _folder(call, Array((*head, height, width, channels), "float32"), head)


@function(
    "keras.utils.text_dataset_from_directory", "keras.preprocessing.text_dataset_from_directory"
)
def _texts(call: Call) -> Value:
    """Texts, as scalars."""
    head = _head(call, 4)
    return _folder(call, Array(head, "string"), head)


@function("keras.utils.audio_dataset_from_directory")
def _audio(call: Call) -> Value:
    """Sounds of `output_sequence_length`, else of the longest in the batch, with as many channels as the files have."""
    length, ragged = (
        call.get(6, "output_sequence_length", NONE),
        call.get(7, "ragged", Const(False)),
    )
    known = length.value if isinstance(length, Const) else length
    if (
        not (known is None or isinstance(known, int))
        or not isinstance(ragged, Const)
        or ragged.value
    ):
        return call.unknown("how long the sounds are", length)
    head = _head(call, 4)
    return _folder(call, Array((*head, known, None), "float32"), head)


def _head(call: Call, place: int) -> tuple[Any, ...]:
    batch = call.get(place, "batch_size")
    return () if isinstance(batch, Const) and batch.value is None else (None,)


def _folder(call: Call, data: Array, head: tuple[Any, ...]) -> Value:
    """A data set of a folder with a folder for each class; both parts of it where both are asked for."""
    labels = first(call.get(1, "labels"), Const("inferred"))
    mode = call.get(2, "label_mode")
    classes = call.get(3, "class_names")
    given = isinstance(labels, Const) and labels.value is None
    made: Array | Unknown | None = (
        None if given else _labels(call, mode, "int", classes, head, "binary column")
    )
    if isinstance(made, Unknown):
        return dataset(made)
    found = dataset(data if made is None else ListV([data, made], "tuple"))
    count = len(classes.items) if isinstance(classes, ListV) and classes.unknown is None else None
    found.data["class_names"] = (
        classes if count is not None else Array((_count(call, classes),), "object")
    )
    if call.text(-1, "subset") == "both":
        return ListV([found, found], "tuple")
    return found


def _size(value: Value, default: tuple[int, int], call: Call) -> tuple[Any, Any]:
    if value is None:
        return default
    if isinstance(value, ListV) and len(value.items) == 2:
        dims = [
            item.value
            if isinstance(item, Const)
            else item
            if isinstance(item, Unknown)
            else call.unknown("a size")
            for item in value.items
        ]
        return dims[0], dims[1]
    unknown = call.unknown("the size of the images", value)
    return unknown, unknown


def _channels(call: Call, place: int) -> Any:
    mode = call.get(place, "color_mode")
    if mode is None:
        return 3
    known = (
        {"grayscale": 1, "rgb": 3, "rgba": 4}.get(str(mode.value))
        if isinstance(mode, Const)
        else None
    )
    return known if known is not None else call.unknown("the channels of the images", mode)


def _count(call: Call, classes: Value) -> Any:
    """How many classes there are, where the program lists them."""
    known = len(classes.items) if isinstance(classes, ListV) and classes.unknown is None else None
    return known if known is not None else call.unknown("how many classes the directory has")


def _labels(
    call: Call, mode: Value, default: str, classes: Value, head: tuple[Any, ...], binary: str = ""
) -> Array | Unknown | None:
    """The labels of a mode; `None` for none. Two classes are a column for data sets, and a number for generators."""
    if mode is not None and not isinstance(mode, Const):
        return call.unknown("the form of the labels", mode)
    kind = default if mode is None else mode.value
    count = _count(call, classes)
    if kind in ("int", "sparse"):
        return Array(head, "int32", count if isinstance(count, int) else None)
    if kind == "binary":
        # 0.0 and 1.0 are floats, and the numbers of two classes all the same.
        return Array((*head, 1) if binary else head, None, 2)
    if kind == "categorical":
        return Array((*head, count), "float32", one_hot=True)
    return None if kind is None else call.unknown(f"the labels of the mode {kind!r}")


# --- generators of images -----------------------------------------------------------------


@function("keras.preprocessing.image.ImageDataGenerator")
def _generator(call: Call) -> Value:
    return ObjectV("image_generator")


@method("image_generator.flow_from_directory")
def _flow_from_directory(call: Call) -> Value:
    """Batches of images of `target_size` (height, width)."""
    height, width = _size(call.get(1, "target_size"), (256, 256), call)
    return _flows(
        call, (height, width, _channels(call, 2)), call.get(4, "class_mode"), call.get(3, "classes")
    )


@method("image_generator.flow_from_dataframe")
def _flow_from_dataframe(call: Call) -> Value:
    """As from a directory; in the modes "raw" and "multi_output" the labels are columns of the frame."""
    height, width = _size(call.get(5, "target_size"), (256, 256), call)
    return _flows(
        call, (height, width, _channels(call, 6)), call.get(8, "class_mode"), call.get(7, "classes")
    )


def _flows(call: Call, image: tuple[Any, ...], mode: Value, classes: Value) -> Value:
    images = Array((None, *image), "float32")
    labels: Any
    kind = mode.value if isinstance(mode, Const) else None
    if kind == "input":
        labels = images
    elif kind in ("raw", "other", "multi_output") and call.name == "flow_from_dataframe":
        columns = call.get(3, "y_col")
        many = (
            len(columns.items) if isinstance(columns, ListV) and columns.unknown is None else None
        )
        if kind == "multi_output" or (columns is None and call.find(3, "y_col") is None):
            labels = call.unknown("the columns that are the labels")
        elif isinstance(columns, Const):
            labels = Array((None,))
        else:
            labels = Array(
                (
                    None,
                    many
                    if many is not None
                    else call.unknown("how many columns are labels", columns),
                )
            )
    else:
        labels = _labels(call, mode, "categorical", classes, (None,))
    found = dataset(images if labels is None else ListV([images, labels], "tuple"))
    count = _count(call, classes)
    found.data["num_classes"] = Const(count) if isinstance(count, int) else count
    found.data["class_indices"] = Array((count,), "object")
    found.data["image_shape"] = from_shape(image)
    return found


@method("image_generator.flow")
def _flow(call: Call) -> Value:
    """Batches of arrays; several arrays of x go together."""

    def part(value: Value) -> Value:
        if isinstance(value, ListV) and value.kind == "tuple":
            return ListV([part(item) for item in value.items], "list")
        made = array_of(value, call) if isinstance(value, ListV) else value
        if isinstance(made, Array) and isinstance(made.shape, tuple) and made.shape:
            return Array((None, *made.shape[1:]), made.dtype, made.distinct, made.one_hot)
        return call.unknown("the data of the generator", value)

    parts = [part(value) for value in (call.get(0, "x"), call.get(1, "y")) if not _is_none(value)]
    if not parts:
        return call.unknown()
    return dataset(parts[0] if len(parts) == 1 else ListV(parts, "tuple"))


def _is_none(value: Value) -> bool:
    return value is None or (isinstance(value, Const) and value.value is None)


@method("image_generator.fit")
def _fit(call: Call) -> Value:
    return Const(None)


# --- single images ------------------------------------------------------------------------


@function("keras.utils.load_img", "keras.preprocessing.image.load_img")
def _load_img(call: Call) -> Value:
    """An image of PIL: its size unless it is resized depends on the file."""
    height, width = _size(
        None if _is_none(call.get(2, "target_size")) else call.get(2, "target_size"), (-1, -1), call
    )
    size = tuple(
        call.unknown("the size of the image") if dim == -1 else dim for dim in (height, width)
    )
    grey = call.get(-1, "grayscale")
    place = 1 if call.get(-1, "color_mode") is not None or call.get(1) is not None else -1
    channels = 1 if isinstance(grey, Const) and grey.value else _channels(call, place)
    return ObjectV("image", size=from_shape(size), channels=channels)


@function("keras.utils.img_to_array", "keras.preprocessing.image.img_to_array")
def _img_to_array(call: Call) -> Value:
    """Height, width, channels: of a grey image too."""
    value = call.get(0, "img")
    if isinstance(value, ObjectV) and value.kind == "image":
        size = to_shape(value.data["size"])
        if isinstance(size, tuple):
            return Array((*size, value.data["channels"]), "float32")
    if isinstance(value, Array) and isinstance(value.shape, tuple):
        return Array((*value.shape, 1) if len(value.shape) == 2 else value.shape, "float32")
    return call.unknown()


# --- texts --------------------------------------------------------------------------------


@function("keras.preprocessing.text.Tokenizer")
def _tokenizer(call: Call) -> Value:
    return ObjectV("tokenizer", words=first(call.get(0, "num_words"), Const(None)))


@method("tokenizer.fit_on_texts", "tokenizer.fit_on_sequences")
def _fit_on_texts(call: Call) -> Value:
    return Const(None)


@method("tokenizer.texts_to_matrix", "tokenizer.sequences_to_matrix")
def _to_matrix(call: Call) -> Value:
    """A row for each text, a column for each of `num_words` words."""
    words = call.receiver.data["words"]
    known = words.value if isinstance(words, Const) and isinstance(words.value, int) else None
    return Array(
        (
            _texts_of(call),
            known if known is not None else call.unknown("how many words there are", words),
        )
    )


@method("tokenizer.texts_to_sequences")
def _to_sequences(call: Call) -> Value:
    """A list of lists of which nobody knows how long they are."""
    return Array((_texts_of(call),), "object")


def _texts_of(call: Call) -> Any:
    texts = call.get(0)
    if isinstance(texts, Array) and isinstance(texts.shape, tuple) and texts.shape:
        return texts.shape[0]
    if isinstance(texts, ListV) and texts.unknown is None:
        return len(texts.items)
    return call.unknown("how many texts there are", texts)
