"""TensorFlow outside Keras: data sets, and arrays where they are made as NumPy makes them."""

from __future__ import annotations

from typing import Any

import libcst as cst

from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.assignments import assign
from kfix.source.interpreter.calls import Call, Given, invoke
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, RangeV, Value, first
from kfix.source.interpreter.conversion import to_shape
from kfix.source.interpreter.values import ObjectV, TensorV
from kfix.source.library import tf_files as _tf_files  # noqa: F401  (registers what is read of files)
from kfix.source.library.literals import array_of, dtype_of
from kfix.source.library.lookup import CONSTANTS, function, method

CONSTANTS["tf.newaxis"] = Const(None)
CONSTANTS["tf.__version__"] = Const("2.21.0")
"""The version that all of kfix was measured with: every other answer here is that version's, too."""


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
            value.shape if isinstance(value.shape, Unknown) else change(value.shape),
            value.dtype,
            value.distinct,
            value.one_hot,
        )
    return value


@function("tf.data.Dataset.from_tensor_slices", "tf.data.Dataset.from_tensors")
def _slices(call: Call) -> Value:
    value = call.get(0, "tensors")
    if value is None:
        return call.unknown()
    value = _tensors(value, call)
    return dataset(value if call.name == "from_tensors" else each(value, lambda shape: shape[1:]))


def _tensors(value: Value, call: Call) -> Value:
    """A structure of arrays as `tf.data` sees it: tuples and dictionaries are structures, lists are tensors."""
    if isinstance(value, ListV) and value.kind == "tuple" and value.unknown is None:
        return ListV([_tensors(item, call) for item in value.items], "tuple")
    if isinstance(value, DictV) and value.unknown is None:
        return DictV({key: _tensors(item, call) for key, item in value.entries.items()})
    return array_of(value, call) if isinstance(value, ListV | RangeV | Array) else value


@function("tf.data.Dataset.range")
def _range(call: Call) -> Value:
    return dataset(Array((), "int64"))


@function("tf.data.Dataset.list_files")
def _files(call: Call) -> Value:
    return dataset(Array((), "object"))


@function("tf.data.Dataset.zip")
def _zip(call: Call) -> Value:
    """The elements of several data sets in the structure in which they were given."""
    given = call.get(0, "datasets") if len(call.given) == 1 else ListV(call.positional, "tuple")
    found = _zipped(given)
    return call.unknown() if found is None else dataset(found)


def _zipped(value: Value) -> Value | None:
    if isinstance(value, ObjectV) and value.kind == "dataset":
        return value.data["element"]
    if isinstance(value, ListV) and value.unknown is None:
        parts = [_zipped(item) for item in value.items]
        return None if any(part is None for part in parts) else ListV(parts, "tuple")
    if isinstance(value, DictV) and value.unknown is None:
        named = {key: _zipped(item) for key, item in value.entries.items()}
        return None if any(part is None for part in named.values()) else DictV(named)
    return None


@method("dataset.enumerate")
def _enumerate(call: Call) -> Value:
    return dataset(ListV([Array((), "int64"), call.receiver.data["element"]], "tuple"))


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


@method("dataset.batch", "dataset.ragged_batch")
def _batch(call: Call) -> Value:
    """A new first axis, of variable size unless an incomplete batch is dropped."""
    size = _batch_size(call, 1)
    ragged = call.name == "ragged_batch"
    return dataset(
        each(
            call.receiver.data["element"],
            lambda shape: (size, *((None,) * len(shape) if ragged else shape)),
        )
    )


def _batch_size(call: Call, place: int) -> Any:
    dropped, size = call.get(place, "drop_remainder"), call.get(0, "batch_size")
    if dropped is None or (isinstance(dropped, Const) and not dropped.value):
        return None
    return (
        size.value
        if isinstance(dropped, Const) and isinstance(size, Const)
        else call.unknown("the size of a batch")
    )


@method("dataset.padded_batch")
def _padded(call: Call) -> Value:
    """Each element is padded to `padded_shapes`, without them to the longest: a variable dim stays variable."""
    size, element = _batch_size(call, 3), call.receiver.data["element"]
    shapes = call.get(1, "padded_shapes")
    if shapes is None or (isinstance(shapes, Const) and shapes.value is None):
        return dataset(each(element, lambda shape: (size, *shape)))
    made = _padded_to(element, shapes, size)
    return call.unknown() if made is None else dataset(made)


def _padded_to(element: Value, shapes: Value, size: Any) -> Value | None:
    if isinstance(element, Array):
        dims = to_shape(shapes)
        if not isinstance(dims, tuple):
            return Array(dims)
        return Array(
            (size, *(None if dim == -1 and isinstance(dim, int) else dim for dim in dims)),
            element.dtype,
        )
    if (
        isinstance(element, ListV)
        and isinstance(shapes, ListV)
        and len(element.items) == len(shapes.items)
    ):
        parts = [_padded_to(e, s, size) for e, s in zip(element.items, shapes.items, strict=True)]
        return None if any(part is None for part in parts) else ListV(parts, "tuple")
    return None


@method("dataset.rebatch")
def _rebatch(call: Call) -> Value:
    size = _batch_size(call, 1)
    return dataset(each(call.receiver.data["element"], lambda shape: (size, *shape[1:])))


@method("dataset.window")
def _window(call: Call) -> Value:
    """A data set of data sets."""
    element = call.receiver.data["element"]
    if isinstance(element, ListV) and element.kind == "tuple":
        return dataset(ListV([dataset(item) for item in element.items], "tuple"))
    return dataset(dataset(element))


@method("dataset.flat_map", "dataset.interleave")
def _flat_map(call: Call) -> Value:
    """The function gives a data set for each element; theirs are the elements then."""
    made = _mapped(call)
    return made if isinstance(made, ObjectV) and made.kind == "dataset" else call.unknown()


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
    return dataset(_mapped(call))


def _mapped(call: Call) -> Value:
    """What the function gives for an element; a tuple is spread over its parameters."""
    element = call.receiver.data["element"]
    parts = element.items if isinstance(element, ListV) and element.kind == "tuple" else [element]
    given = [Given(None, part) for part in parts]
    call.interpreter.mapping += 1
    try:
        made = invoke(call.context, call.get(0, "map_func"), given)
    finally:
        call.interpreter.mapping -= 1
    return _tensors(made, call) if isinstance(made, ListV) else made


@method("dataset.__iter__")
def _iterate(over: ObjectV) -> Value:
    return _concrete(over, Unknown("a size that varies from batch to batch"))


@method("dataset.__getitem__", "dataset.next", "dataset.__next__")
def _next(call: Call) -> Value:
    """Return one batch of a generator of Keras (`generator[0]`, `generator.next()`)."""
    return _concrete(call.receiver, call.unknown("the size of a batch"))


def _concrete(over: ObjectV, why: Unknown) -> Value:
    """Return an element as eager tensors, whose dims are numbers even where they vary."""
    return each(
        over.data["element"], lambda shape: tuple(why if dim is None else dim for dim in shape)
    )


@method("array.set_shape")
def _set_shape(call: Call) -> Value:
    """Merge what `x.set_shape(shape)` says with what is known of `x`, a variable."""
    func = call.node.func if isinstance(call.node, cst.Call) else None
    holder = func.value if isinstance(func, cst.Attribute) else None
    if isinstance(holder, cst.Name) and isinstance(call.receiver, Array):
        merged = _merged(call.receiver, to_shape(call.get(0, "shape")))
        assign(call.interpreter, holder, merged, call.frame)
    return NONE


@function("tf.ensure_shape")
def _ensure_shape(call: Call) -> Value:
    value = call.get(0, "x")
    if isinstance(value, Array):
        return _merged(value, to_shape(call.get(1, "shape")))
    return tensor_operations.library_call(call.context, call.path, call.given)


def _merged(value: Array, told: Any) -> Array:
    """Return the array with the dims that `told` has as numbers where its own are not."""
    shape = value.shape
    if not isinstance(told, tuple):
        return value
    if isinstance(shape, tuple) and len(shape) == len(told):
        pairs = zip(shape, told, strict=True)
        shape = tuple(two if isinstance(two, int) and one is None else one for one, two in pairs)
    elif isinstance(shape, Unknown):
        shape = told
    return Array(shape, value.dtype, value.distinct, value.one_hot)


@function("tf.one_hot")
def _one_hot(call: Call) -> Value:
    value = first(call.get(0, "indices"), NONE)
    if isinstance(value, ListV):
        value = array_of(value, call)
    given = [
        g._replace(value=value) if i == 0 or g.keyword == "indices" else g
        for i, g in enumerate(call.given)
    ]
    made = tensor_operations.library_call(call.context, call.path, given)
    return Array(made.shape, "float32", one_hot=True) if isinstance(made, Array) else made


@function("tf.io.read_file")
def _read(call: Call) -> Value:
    return Array((), "string")


@function("tf.io.decode_jpeg", "tf.io.decode_png", "tf.io.decode_bmp", "tf.image.decode_jpeg", "tf.image.decode_png",
          "tf.image.decode_bmp", "tf.io.decode_image", "tf.image.decode_image")  # fmt: skip
def _decode(call: Call) -> Value:
    """Return (height, width, channels): variable dims in a graph of `tf.data`, else not known."""
    still = call.get(-1, "expand_animations")
    if call.name == "decode_image" and not (isinstance(still, Const) and still.value is False):
        return call.unknown("whether the picture is a film")
    channels = call.get(1, "channels")
    many = channels.value if isinstance(channels, Const) else None
    size = None if call.interpreter.mapping else call.unknown("the size of an image in a file")
    return Array((size, size, many if isinstance(many, int) and many else size), "uint8")


@function("tf.data.experimental.cardinality")
def _cardinality(call: Call) -> Value:
    return call.unknown("how many elements a data set has")


@function("tf.cast")
def _cast(call: Call) -> Value:
    value = call.get(0, "x")
    if isinstance(value, Array):
        return Array(
            value.shape, dtype_of(call.get(1, "dtype"), None), value.distinct, value.one_hot
        )
    if isinstance(value, TensorV):
        return tensor_operations.library_call(call.context, "tf.cast", call.given)
    return call.unknown()
