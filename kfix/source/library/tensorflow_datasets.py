"""TensorFlow Datasets: data sets whose shape is in the catalog."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Shape
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, DictV, ListV
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.arguments import Bound, is_none
from kfix.source.library.signatures import attribute, function
from kfix.source.library.tf import dataset

_CATALOG: dict[str, tuple[Shape, int]] = {
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
"""The shape of x, and the number of classes, by https://www.tensorflow.org/datasets/catalog/
(version 4.9).
"""

_CONTENT = "the content of a data set of TensorFlow Datasets is not known"


@function(
    "tensorflow_datasets.load",
    "name, split=None, *, as_supervised=False, with_info=False, batch_size=None, **_",
)
def _load(call: Bound) -> AbstractValue:
    """Return a data set for each split that is asked for, else a dictionary of all splits."""
    name = (call.string("name") or "").partition(":")[0]
    supervised, with_info = call.flag("as_supervised"), call.flag("with_info")
    if name not in _CATALOG or supervised is None or with_info is None:
        return call.unknown(_CONTENT)
    if call.is_given("batch_size"):
        return call.unknown(_CONTENT)
    found = _splits(call, _element(name, supervised))
    if not with_info:
        return found
    info = ObjectV("tfds_info", classes=Const(_CATALOG[name][1]))
    return ListV([found, info], "tuple")


def _element(name: str, supervised: bool) -> AbstractValue:
    """Return a pair of x and y, or a dictionary of both."""
    shape, classes = _CATALOG[name]
    key, dtype = "image", "uint8"
    if name == "imdb_reviews":
        key, dtype = "text", "object"
    x, y = Array(shape, dtype), Array((), "int64", classes)
    if supervised:
        return ListV([x, y], "tuple")
    return DictV({key: x, "label": y})


def _splits(call: Bound, element: AbstractValue) -> AbstractValue:
    split, why = call["split"], call.unknown("the splits of a data set are not known")
    if is_none(split):
        found = DictV({part: dataset(element) for part in ("train", "test")})
        found.unknown = why
        return found
    if not isinstance(split, ListV):
        return dataset(element)
    if split.unknown is not None:
        return why
    return ListV([dataset(element) for _ in split.items], split.kind)


@attribute("tfds_info.features")
def _features(call: Call) -> AbstractValue:
    label = ObjectV("tfds_label", num_classes=call.receiver.data["classes"])
    made = DictV({"label": label})
    made.unknown = call.unknown("the features of a data set are not known")
    return made
