"""TensorFlow Datasets: data sets of which the catalog tells one shape."""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, DictV, ListV, Value
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.lookup import attribute, function
from kfix.source.library.tf import dataset

_CATALOG: dict[str, tuple[tuple[int | None, ...], int]] = {
    "mnist": ((28, 28, 1), 10),
    "fashion_mnist": ((28, 28, 1), 10),
    "kmnist": ((28, 28, 1), 10),
    "cifar10": ((32, 32, 3), 10),
    "cifar100": ((32, 32, 3), 100),
    "svhn_cropped": ((32, 32, 3), 10),
    "stl10": ((96, 96, 3), 10),
    "eurosat": ((64, 64, 3), 10),
    "colorectal_histology": ((150, 150, 3), 8),
    "rock_paper_scissors": ((300, 300, 3), 3),
    "horses_or_humans": ((300, 300, 3), 2),
    "beans": ((500, 500, 3), 3),
    "cats_vs_dogs": ((None, None, 3), 2),
    "tf_flowers": ((None, None, 3), 5),
    "oxford_flowers102": ((None, None, 3), 102),
    "food101": ((None, None, 3), 101),
    "malaria": ((None, None, 3), 2),
    "imdb_reviews": ((), 2),
}
"""The shape of x, and how many classes, by https://www.tensorflow.org/datasets/catalog/ (version 4.9)."""


@function("tensorflow_datasets.load")
def _load(call: Call) -> Value:
    """Pairs with `as_supervised=True`, else dictionaries; a data set for each split asked for, else all by name."""
    name = call.text(0, "name").partition(":")[0]
    known = _CATALOG.get(name)
    supervised, split, info = (
        call.get(-1, "as_supervised"),
        call.get(1, "split"),
        call.get(-1, "with_info"),
    )
    switches = [value for value in (supervised, info) if value is not None]
    if (
        known is None
        or any(not isinstance(value, Const) for value in switches)
        or call.find(-1, "batch_size") is not None
    ):
        return call.unknown("what a data set of TensorFlow Datasets holds")
    shape, classes = known
    text = name == "imdb_reviews"
    x, y = Array(shape, "object" if text else "uint8"), Array((), "int64", classes)
    pair: Value = ListV([x, y], "tuple")
    element = (
        pair
        if supervised is not None and supervised.value
        else DictV({"text" if text else "image": x, "label": y})
    )
    if split is None or (isinstance(split, Const) and split.value is None):
        found: Value = DictV()
        found.unknown = call.unknown("the splits of a data set")
        found.entries.update({part: dataset(element) for part in ("train", "test")})
    elif isinstance(split, ListV):
        if split.unknown is not None:
            return call.unknown("the splits of a data set", split.unknown)
        found = ListV([dataset(element) for _ in split.items], split.kind)
    else:
        found = dataset(element)
    if info is None or not info.value:
        return found
    return ListV([found, ObjectV("tfds_info", classes=Const(classes))], "tuple")


@attribute("tfds_info.features")
def _features(interpreter: Any, value: ObjectV, node: Any, frame: Any) -> Value:
    label = ObjectV("tfds_label", num_classes=value.data["classes"])
    made = DictV({"label": label})
    made.unknown = interpreter.unknown("the features of a data set", node, frame)
    return made
