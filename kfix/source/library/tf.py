"""TensorFlow outside Keras: data sets, files, and what is not an operation of `kfix.shapes`."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import Packed
from kfix.model.graph import Array, Dim, Shape
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.assignments import assign
from kfix.source.interpreter.calls import Given, invoke
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, RangeV
from kfix.source.interpreter.conversion import to_shape
from kfix.source.interpreter.values import ObjectV, TensorV
from kfix.source.library import trees as _trees  # noqa: F401  (registers what flattens structures)
from kfix.source.library.arguments import (
    Bound,
    data_of,
    integer,
    is_none,
    items_of,
    written_receiver,
)
from kfix.source.library.literals import array_of, dtype_of
from kfix.source.library.lookup import CONSTANTS
from kfix.source.library.signatures import (
    function,
    function_row,
    iteration,
    method,
    method_row,
    within,
)
from kfix.source.library.slices import unequal_counts, unequal_lists

CONSTANTS["tf.newaxis"] = Const(None)
CONSTANTS["tf.__version__"] = Const("2.21.0")
"""The version that all of kfix was measured with: every other answer here is that version's, too.
"""

function_row("tf.data.Dataset.range", "**_", 'object("dataset", element=int64[()])')
function_row("tf.data.Dataset.list_files", "**_", 'object("dataset", element=object[()])')
function_row(
    "tf.data.experimental.cardinality",
    "dataset",
    'unknown("the number of elements of a data set is not known")',
)
function_row("tf.TensorSpec", "shape, dtype=float32, name=None", "any[*shape]")
function_row("tf.TensorShape", "dims", "dims")
function_row("tf.io.read_file", "filename, name=None", "string[()]")
method_row(
    within("dataset", "shuffle prefetch cache repeat take skip filter with_options shard "
                      "concatenate apply as_numpy_iterator take_while"), "**_", "self")  # fmt: skip
method_row(
    "dataset.enumerate",
    "start=0, name=None",
    'object("dataset", element=(int64[()], self.element))',
)


def dataset(element: AbstractValue) -> ObjectV:
    """Return a `tf.data` data set (or a Keras generator) of such elements."""
    return ObjectV("dataset", element=element)


def each(
    value: AbstractValue, change: Callable[[Shape], Shape], packed: Packed | None = None
) -> AbstractValue:
    """Return a structure with the shape of each of its arrays changed, and what has packed it."""
    if isinstance(value, ListV):
        return ListV([each(item, change, packed) for item in value.items], value.kind)
    if isinstance(value, DictV):
        return DictV({key: each(item, change, packed) for key, item in value.entries.items()})
    if not isinstance(value, Array):
        return value
    shape = value.shape
    if not isinstance(shape, Unknown):
        shape = change(shape)
    return Array(shape, value.dtype, value.distinct, value.one_hot, packed=packed)


def _each_of(
    call: Bound, change: Callable[[Shape], Shape], packed: Packed | None = None
) -> ObjectV:
    return dataset(each(call.receiver.data["element"], change, packed))


# --- making data sets ---------------------------------------------------------------------


@function("tf.data.Dataset.from_tensors", "tensors, name=None")
def _from_tensors(call: Bound) -> AbstractValue:
    return dataset(_tensors(call["tensors"], call))


@function("tf.data.Dataset.from_tensor_slices", "tensors, name=None")
def _slices(call: Bound) -> AbstractValue:
    tensors = _tensors(call["tensors"], call)
    refused = unequal_lists(call["tensors"], call) or unequal_counts(tensors, call)
    return dataset(refused or each(tensors, lambda shape: shape[1:]))


def _tensors(value: AbstractValue, call: Bound) -> AbstractValue:
    """Return arrays as `tf.data` takes them: tuples and dicts are structures, lists tensors."""
    if isinstance(value, ListV) and value.kind == "tuple" and value.unknown is None:
        return ListV([_tensors(item, call) for item in value.items], "tuple")
    if isinstance(value, DictV) and value.unknown is None:
        return DictV({key: _tensors(item, call) for key, item in value.entries.items()})
    if isinstance(value, ListV | RangeV | Array):
        return array_of(value, call)
    return value


@function("tf.data.Dataset.zip", "*args, datasets=None, name=None")
def _zip(call: Bound) -> AbstractValue:
    """Return the elements of several data sets in the structure in which they are given."""
    given = call.either("datasets", "args")
    items = items_of(given, "tuple")
    if items is not None and len(items) == 1:
        given = items[0]
    found = _zipped(given)
    if found is None:
        parts = items_of(given, "tuple") or [given]
        return call.unknown(because=next((one for one in parts if isinstance(one, Unknown)), None))
    return dataset(found)


def _zipped(value: AbstractValue) -> AbstractValue | None:
    data = data_of(value, "dataset")
    if data is not None:
        element: AbstractValue = data["element"]
        return element
    if isinstance(value, ListV) and value.unknown is None:
        parts = [part for item in value.items if (part := _zipped(item)) is not None]
        if len(parts) == len(value.items):
            return ListV(parts, "tuple")
        return None
    if isinstance(value, DictV) and value.unknown is None:
        pairs = ((key, _zipped(item)) for key, item in value.entries.items())
        named = {key: part for key, part in pairs if part is not None}
        if len(named) == len(value.entries):
            return DictV(named)
        return None
    return None


@function(
    "tf.data.Dataset.from_generator",
    "generator, output_types=None, output_shapes=None, args=None, output_signature=None, name=None",
)
def _generator(call: Bound) -> AbstractValue:
    if not is_none(call["output_signature"]):
        return dataset(call["output_signature"])
    shapes = call["output_shapes"]
    if is_none(shapes):
        return call.unknown()
    return dataset(_arrays(shapes))


def _arrays(shapes: AbstractValue) -> AbstractValue:
    if isinstance(shapes, ListV) and any(isinstance(item, ListV) for item in shapes.items):
        return ListV([_arrays(item) for item in shapes.items], shapes.kind)
    return Array(to_shape(shapes))


# --- changing data sets -------------------------------------------------------------------

_BATCH = "batch_size, drop_remainder=False, **_"


@method("dataset.batch", _BATCH)
def _batch(call: Bound) -> AbstractValue:
    """Return a data set with a new first axis, variable unless an incomplete batch is dropped."""
    size = _batch_size(call)
    made = _each_of(call, lambda shape: (size, *shape), Packed(call.site, 0))
    made.data["batch"] = integer(call["batch_size"])
    return made


@method("dataset.ragged_batch", _BATCH)
def _ragged_batch(call: Bound) -> AbstractValue:
    size = _batch_size(call)
    return _each_of(call, lambda shape: (size, *((None,) * len(shape))))


@method("dataset.rebatch", _BATCH)
def _rebatch(call: Bound) -> AbstractValue:
    size = _batch_size(call)
    return _each_of(call, lambda shape: (size, *shape[1:]))


def _batch_size(call: Bound) -> Dim:
    dropped = call.flag("drop_remainder")
    if dropped is False:
        return None
    if dropped:
        return call.dim("batch_size")
    return call.unknown("the size of a batch is not known")


@method(
    "dataset.padded_batch",
    "batch_size, padded_shapes=None, padding_values=None, drop_remainder=False, name=None",
)
def _padded(call: Bound) -> AbstractValue:
    """Return batches padded to `padded_shapes`, else to the longest: variable dims stay so."""
    size, shapes = _batch_size(call), call["padded_shapes"]
    if is_none(shapes):
        return _each_of(call, lambda shape: (size, *shape))
    made = _padded_to(call.receiver.data["element"], shapes, size)
    if made is None:
        return call.unknown()
    return dataset(made)


def _padded_to(element: AbstractValue, shapes: AbstractValue, size: Dim) -> AbstractValue | None:
    if isinstance(element, Array):
        return _padded_array(element, to_shape(shapes), size)
    if not isinstance(element, ListV) or not isinstance(shapes, ListV):
        return None
    if len(element.items) != len(shapes.items):
        return None
    pairs = zip(element.items, shapes.items, strict=True)
    parts = [part for one, to in pairs if (part := _padded_to(one, to, size)) is not None]
    if len(parts) == len(element.items):
        return ListV(parts, "tuple")
    return None


def _padded_array(element: Array, shape: Shape | Unknown, size: Dim) -> Array:
    if isinstance(shape, Unknown):
        return Array(shape)
    dims = (None if isinstance(dim, int) and dim == -1 else dim for dim in shape)
    return Array((size, *dims), element.dtype)


@method("dataset.window")
def _window(call: Bound) -> AbstractValue:
    """Return a data set of data sets."""
    element = call.receiver.data["element"]
    if isinstance(element, ListV) and element.kind == "tuple":
        return dataset(ListV([dataset(item) for item in element.items], "tuple"))
    return dataset(dataset(element))


@method("dataset.flat_map dataset.interleave", "map_func, **_")
def _flat_map(call: Bound) -> AbstractValue:
    """Return the elements of the data sets that a function makes of each element."""
    made = _mapped(call)
    if data_of(made, "dataset") is None:
        return call.unknown()
    return made


@method("dataset.unbatch", "name=None")
def _unbatch(call: Bound) -> AbstractValue:
    return _each_of(call, lambda shape: shape[1:])


@method("dataset.map", "map_func, **_")
def _map(call: Bound) -> AbstractValue:
    return dataset(_mapped(call))


def _mapped(call: Bound) -> AbstractValue:
    """Return what a function makes of an element; a tuple is spread over its parameters."""
    element = call.receiver.data["element"]
    parts = element.items if isinstance(element, ListV) and element.kind == "tuple" else [element]
    given = [Given(None, part) for part in parts]
    call.interpreter.mapping += 1
    try:
        made = invoke(call.context, call["map_func"], given)
    finally:
        call.interpreter.mapping -= 1
    made = tensor_operations.as_arrays(call.interpreter, made)
    if isinstance(made, ListV):
        return _tensors(made, call)
    if isinstance(made, Array) and isinstance(made.shape, Unknown):
        return made.shape  # as much a tuple as a tensor
    return made


@iteration("dataset")
def _iterate(over: ObjectV) -> AbstractValue:
    return _concrete(over, Unknown("a size that varies from batch to batch is not known"))


@method("dataset.__getitem__ dataset.next dataset.__next__")
def _next(call: Bound) -> AbstractValue:
    """Return one batch of a generator of Keras: `generator[0]`, `generator.next()`."""
    return _concrete(call.receiver, call.unknown("the size of a batch is not known"))


def _concrete(over: ObjectV, why: Unknown) -> AbstractValue:
    """Return an element as eager tensors, whose dims are numbers even where they vary."""
    return each(
        over.data["element"], lambda shape: tuple(why if dim is None else dim for dim in shape)
    )


# --- shapes that are declared -------------------------------------------------------------


@method("array.set_shape", "shape")
def _set_shape(call: Bound) -> AbstractValue:
    """Merge the shape of `x.set_shape(shape)` with what is known of `x`, a variable."""
    holder = written_receiver(call)
    if isinstance(holder, cst.Name) and isinstance(call.receiver, Array):
        merged = _merged(call.receiver, call.shape("shape"))
        assign(call.interpreter, holder, merged, call.frame)
    return NONE


@function("tf.ensure_shape", "x, shape, name=None")
def _ensure_shape(call: Bound) -> AbstractValue:
    if isinstance(call["x"], Array):
        return _merged(call["x"], call.shape("shape"))
    return tensor_operations.library_call(call.context, call.path, call.given)


def _merged(value: Array, declared: Shape | Unknown) -> Array:
    """Return an array with the dims that a declared shape knows and its own does not."""
    shape = value.shape
    if isinstance(declared, Unknown):
        return value
    if isinstance(shape, Unknown):
        shape = declared
    elif len(shape) == len(declared):
        pairs = zip(shape, declared, strict=True)
        shape = tuple(two if isinstance(two, int) and one is None else one for one, two in pairs)
    return Array(shape, value.dtype, value.distinct, value.one_hot)


# --- images in files ----------------------------------------------------------------------

_KINDS = "decode_jpeg decode_png decode_bmp"


@function(within("tf.io", "decode_and_crop_jpeg"), "contents, crop_window, channels=0, **_")
@function(within("tf.image", "decode_and_crop_jpeg"), "contents, crop_window, channels=0, **_")
@function(within("tf.io", _KINDS), "contents, channels=0, **_")
@function(within("tf.image", _KINDS), "contents, channels=0, **_")
def _decode(call: Bound) -> AbstractValue:
    """Return (height, width, channels): variable dims in a graph of `tf.data`, else not known."""
    size: Dim = call.unknown("the size of an image in a file is not known")
    if call.interpreter.mapping:
        size = None
    channels = size
    if not is_none(call["channels"]) and call.integer("channels") != 0:
        channels = call.dim("channels")
    return Array((size, size, channels), "uint8")


@function(
    "tf.io.decode_image tf.image.decode_image",
    "contents, channels=None, dtype=uint8, name=None, expand_animations=True",
)
def _decode_any(call: Bound) -> AbstractValue:
    if call.flag("expand_animations") is False:
        return _decode(call)
    return call.unknown("whether a file holds one image or several is not known")


# --- operations ---------------------------------------------------------------------------


@function("tf.one_hot", "indices, **_")
def _one_hot(call: Bound) -> AbstractValue:
    given = [
        one._replace(value=array_of(one.value, call)) if isinstance(one.value, ListV) else one
        for one in call.given
    ]
    made = tensor_operations.library_call(call.context, call.path, given)
    if isinstance(made, Array):
        return Array(made.shape, "float32", one_hot=True)
    return made


@function("tf.cast", "x, dtype, name=None")
def _cast(call: Bound) -> AbstractValue:
    value = call["x"]
    dtype = dtype_of(call["dtype"], None)
    if isinstance(value, Const) and isinstance(value.value, int | float):
        return Array((), dtype, numbers=(value.value,))
    if isinstance(value, ListV):
        value = array_of(value, call)
    if isinstance(value, Array):
        return Array(value.shape, dtype, value.distinct, value.one_hot, numbers=value.numbers)
    if not isinstance(value, TensorV):
        return call.unknown(because=value)
    return tensor_operations.library_call(call.context, "tf.cast", call.given)
