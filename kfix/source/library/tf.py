"""TensorFlow outside Keras: data sets, and arrays where they are made as NumPy makes them."""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.source.calls import Call, Given, invoke
from kfix.source.convert import to_shape
from kfix.source.facts import elements
from kfix.source.library import numpy as _numpy  # noqa: F401  (registers `tf.zeros` and its like)
from kfix.source.library.lookup import CONSTANTS, function, method
from kfix.source.values import Const, DictV, ListV, ObjectV, TensorV, Value

CONSTANTS["tf.newaxis"] = Const(None)


def dataset(element: Value) -> ObjectV:
    """A `tf.data` data set (or a Keras generator) that gives such elements."""
    return ObjectV("dataset", element=element)


def each(value: Value, change: Any) -> Value:
    """`change` on every array of a structure."""
    if isinstance(value, ListV):
        return ListV([each(item, change) for item in value.items], value.kind)
    if isinstance(value, DictV):
        return DictV({key: each(item, change) for key, item in value.entries.items()})
    if isinstance(value, Array):
        return Array(
            value.shape if isinstance(value.shape, Unknown) else change(value.shape), value.dtype, value.distinct
        )
    return value


@function("tf.data.Dataset.from_tensor_slices", "tf.data.Dataset.from_tensors")
def _slices(call: Call) -> Value:
    value = call.get(0, "tensors")
    if value is None:
        return call.unknown()
    return dataset(value if call.name == "from_tensors" else each(value, lambda shape: shape[1:]))


@function("tf.data.Dataset.zip")
def _zip(call: Call) -> Value:
    parts = elements(call.get(0)) or call.positional
    if all(isinstance(part, ObjectV) and part.kind == "dataset" for part in parts):
        return dataset(ListV([part.data["element"] for part in parts], "tuple"))
    return call.unknown()


@function("tf.data.Dataset.from_generator")
def _generator(call: Call) -> Value:
    signature = call.get(-1, "output_signature")
    shapes = call.get(2, "output_shapes")
    if signature is not None:
        return dataset(signature)
    return call.unknown() if shapes is None else dataset(_arrays(shapes))


def _arrays(shapes: Value) -> Value:
    if isinstance(shapes, ListV) and any(isinstance(item, ListV) for item in shapes.items):
        return ListV([_arrays(item) for item in shapes.items], shapes.kind)
    return Array(to_shape(shapes))


@function("tf.TensorSpec")
def _spec(call: Call) -> Value:
    shape = call.get(0, "shape")
    return call.unknown() if shape is None else Array(to_shape(shape))


@function("tf.TensorShape")
def _shape(call: Call) -> Value:
    value: Value = call.get(0, "dims")
    return value


@method("dataset.batch", "dataset.padded_batch", "dataset.ragged_batch")
def _batch(call: Call) -> Value:
    return dataset(each(call.receiver.data["element"], lambda shape: (None, *shape)))


@method("dataset.unbatch")
def _unbatch(call: Call) -> Value:
    return dataset(each(call.receiver.data["element"], lambda shape: shape[1:]))


@method("dataset.shuffle", "dataset.prefetch", "dataset.cache", "dataset.repeat", "dataset.take", "dataset.skip",
        "dataset.filter", "dataset.with_options", "dataset.shard", "dataset.concatenate",
        "dataset.apply", "dataset.as_numpy_iterator", "dataset.take_while")  # fmt: skip
def _same(call: Call) -> Value:
    return call.receiver


@method("dataset.map")
def _map(call: Call) -> Value:
    element = call.receiver.data["element"]
    parts = element.items if isinstance(element, ListV) and element.kind == "tuple" else [element]
    given = [Given(None, part) for part in parts]
    return dataset(invoke(call.at, call.get(0, "map_func"), given, call.node, call.frame))


@method("dataset.__iter__")
def _iterate(over: ObjectV) -> Value:
    return over.data["element"]


@function("tf.cast")
def _cast(call: Call) -> Value:
    value = call.get(0, "x")
    if isinstance(value, Array):
        return value
    if isinstance(value, TensorV):
        from kfix.source import building

        return building.library_call(call.at, "tf.cast", call.given, call.node, call.frame)
    return call.unknown()
