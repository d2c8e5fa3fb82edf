"""The data of Keras: its data sets with their true shapes, loaders, generators, and what prepares labels."""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.source.calls import Call
from kfix.source.library.lookup import function, method
from kfix.source.library.tf import dataset
from kfix.source.values import Const, ListV, ObjectV, Value, first

_SETS: dict[str, tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...], int | None]] = {
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
    name = call.path.split(".")[2]
    x, y, x_test, y_test, classes = _SETS[name]
    label = "float32" if classes is None else "int64" if name in ("imdb", "reuters") else "uint8"
    kind = {"imdb": "object", "reuters": "object"}.get(name, "float64" if classes is None else "uint8")
    train = ListV([Array(x, kind), Array(y, label, classes)], "tuple")
    test = ListV([Array(x_test, kind), Array(y_test, label, classes)], "tuple")
    return ListV([train, test], "tuple")


@function("keras.utils.to_categorical")
def _to_categorical(call: Call) -> Value:
    y, count = call.get(0, "y"), call.get(1, "num_classes")
    if not isinstance(y, Array) or isinstance(y.shape, Unknown):
        rows: tuple[Any, ...] = (call.unknown("how many labels there are", y),)
        distinct = None
    else:
        rows, distinct = y.shape, y.distinct
        if len(rows) > 1 and rows[-1] == 1:
            rows = rows[:-1]
    if isinstance(count, Const) and isinstance(count.value, int):
        return Array((*rows, count.value), "float64", one_hot=True)
    if distinct is not None and (count is None or (isinstance(count, Const) and count.value is None)):
        return Array((*rows, distinct), "float64", one_hot=True)
    return Array((*rows, call.unknown("how many classes there are")), "float64", one_hot=True)


@function("keras.utils.pad_sequences", "keras.preprocessing.sequence.pad_sequences")
def _pad(call: Call) -> Value:
    value, length = call.get(0, "sequences"), call.get(1, "maxlen")
    rows = value.shape[0] if isinstance(value, Array) and isinstance(value.shape, tuple) and value.shape else None
    count = rows if rows is not None else call.unknown("how many sequences there are")
    dim = length.value if isinstance(length, Const) and isinstance(length.value, int) else None
    return Array((count, dim if dim is not None else call.unknown("the length of the longest sequence")), "int32")


@function("keras.utils.image_dataset_from_directory", "keras.preprocessing.image_dataset_from_directory")
def _images(call: Call) -> Value:
    size = call.get(-1, "image_size")
    height, width = _size(size, (256, 256), call)
    channels = {"grayscale": 1, "rgb": 3, "rgba": 4}.get(call.text(-1, "color_mode", "rgb"), 3)
    batch = call.get(-1, "batch_size")
    head: tuple[Any, ...] = () if isinstance(batch, Const) and batch.value is None else (None,)
    images = Array((*head, height, width, channels), "float32")
    labels = _labels(call, call.text(-1, "label_mode", "int"), head)
    return dataset(images if labels is None else ListV([images, labels], "tuple"))


def _size(value: Value, default: tuple[int, int], call: Call) -> tuple[Any, Any]:
    if value is None:
        return default
    if isinstance(value, ListV) and len(value.items) == 2:
        dims = [
            item.value if isinstance(item, Const) else item if isinstance(item, Unknown) else call.unknown("a size")
            for item in value.items
        ]
        return dims[0], dims[1]
    unknown = call.unknown("the size of the images", value)
    return unknown, unknown


def _labels(call: Call, mode: str, head: tuple[Any, ...]) -> Array | None:
    classes = first(call.get(-1, "class_names"), call.get(-1, "classes"))
    known = len(classes.items) if isinstance(classes, ListV) and classes.unknown is None else None
    count: Any = known if known is not None else call.unknown("how many classes the directory has")
    if mode in ("int", "sparse"):
        return Array(head, "int32", known)
    if mode == "binary":
        # 0.0 and 1.0 are floats, and the numbers of two classes all the same.
        return Array((*head, 1) if call.name.startswith("image_") else head, None, 2)
    return Array((*head, count), "float32", one_hot=True) if mode == "categorical" else None


@function("keras.preprocessing.image.ImageDataGenerator")
def _generator(call: Call) -> Value:
    return ObjectV("image_generator")


@method("image_generator.flow_from_directory", "image_generator.flow_from_dataframe")
def _flow_from_directory(call: Call) -> Value:
    place = 1 if call.name == "flow_from_directory" else 4
    height, width = _size(call.get(place, "target_size"), (256, 256), call)
    channels = {"grayscale": 1, "rgb": 3, "rgba": 4}.get(call.text(place + 1, "color_mode", "rgb"), 3)
    images = Array((None, height, width, channels), "float32")
    labels = _labels(call, call.text(-1, "class_mode", "categorical"), (None,))
    return dataset(images if labels is None else ListV([images, labels], "tuple"))


@method("image_generator.flow")
def _flow(call: Call) -> Value:
    x, y = call.get(0, "x"), call.get(1, "y")
    parts = [
        Array((None, *v.shape[1:]), v.dtype, v.distinct)
        if isinstance(v, Array) and isinstance(v.shape, tuple)
        else call.unknown("the data of the generator", v)
        for v in (x, y)
        if v is not None
    ]
    return dataset(parts[0] if len(parts) == 1 else ListV(list(parts), "tuple")) if parts else call.unknown()


@method("image_generator.fit")
def _fit(call: Call) -> Value:
    return Const(None)


@function("keras.preprocessing.text.Tokenizer")
def _tokenizer(call: Call) -> Value:
    return ObjectV("tokenizer")
