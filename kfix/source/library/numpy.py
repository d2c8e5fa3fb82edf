"""NumPy: arrays by their shapes. The shapes of operations come from `kfix.shapes`."""

from __future__ import annotations

import math
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import FRACTIONS, LISTS
from kfix.model.graph import Array
from kfix.model.numpy_integer import NumpyInteger
from kfix.model.record import replace
from kfix.model.unknown import Unknown, all_integers
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, ListV, OpenV
from kfix.source.interpreter.partial_values import FrameV, IntegerV
from kfix.source.interpreter.values import ObjectV, TensorV
from kfix.source.library import numpy_random as _numpy_random  # noqa: F401  (registers random numbers)
from kfix.source.library import numpy_rules as _numpy_rules  # noqa: F401  (registers functions with a rule)
from kfix.source.library import numpy_shapes as _numpy_shapes  # noqa: F401  (registers shapes)
from kfix.source.library.arguments import Bound, checked_dim, is_none, known_shape, number
from kfix.source.library.literals import MOST_NUMBERS, array_of, dtype_of
from kfix.source.library.lookup import CONSTANTS
from kfix.source.library.numpy_numbers import pairs_of
from kfix.source.library.pure import pure
from kfix.source.library.signatures import (
    Row,
    attribute,
    function,
    function_row,
    iteration,
    method,
    method_row,
    within,
)

CONSTANTS["numpy.pi"] = Const(math.pi)
CONSTANTS["numpy.e"] = Const(math.e)
CONSTANTS["numpy.newaxis"] = Const(None)
CONSTANTS["numpy.inf"] = Const(math.inf)

# --- making arrays ------------------------------------------------------------------------

function_row("numpy.zeros numpy.empty", "shape, dtype=float64, order='C', **_", "dtype[*shape]")
function_row("tf.zeros", "shape, dtype=float32, name=None, layout=None", "dtype[*shape]")
function_row("keras.ops.zeros", "shape, dtype=float32", "dtype[*shape]")


@function("numpy.ones", "shape, dtype=float64, order='C', **_")
@function("tf.ones", "shape, dtype=float32, name=None, layout=None")
@function("keras.ops.ones", "shape, dtype=float32")
def _ones(call: Bound) -> AbstractValue:
    """Return an array of which the greatest number is known."""
    made = _OF_SHAPE.rule(call)
    assert isinstance(made, Array)
    return replace(made, greatest=1)


_OF_SHAPE = Row("", "dtype[*shape]")


function_row("numpy.full", "shape, fill_value, dtype=None, order='C', **_", "dtype[*shape]")
function_row("keras.ops.full", "shape, fill_value, dtype=None", "dtype[*shape]")
function_row("tf.fill", "dims, value, name=None, layout=None", "any[*dims]")
function_row(
    "tf.random.normal",
    "shape, mean=0.0, stddev=1.0, dtype=float32, seed=None, name=None",
    "dtype[*shape]",
)
function_row(
    "tf.random.uniform",
    "shape, minval=0, maxval=None, dtype=float32, seed=None, name=None",
    "dtype[*shape]",
)
function_row(
    "keras.random.normal", "shape, mean=0.0, stddev=1.0, dtype=float32, seed=None", "dtype[*shape]"
)
function_row(
    "keras.random.uniform",
    "shape, minval=0.0, maxval=1.0, dtype=float32, seed=None",
    "dtype[*shape]",
)
function_row("numpy.eye", "N, M=None, k=0, dtype=float64, order='C', **_", "dtype[N, M or N]")
function_row("numpy.tri", "N, M=None, k=0, dtype=float64, **_", "dtype[N, M or N]")
function_row("numpy.identity", "n, dtype=float64, **_", "dtype[n, n]")
function_row("keras.ops.eye", "N, M=None, k=0, dtype=float32", "dtype[N, M or N]")
function_row(
    "tf.eye",
    "num_rows, num_columns=None, batch_shape=None, dtype=float32, name=None",
    "dtype[*batch_shape, num_rows, num_columns or num_rows]",
)


@function("numpy.arange keras.ops.arange", "start=0, stop=None, step=1, **_")
def _arange(call: Bound) -> AbstractValue:
    return _span(call, call["start"], call["stop"], call["step"])


@function("tf.range", "start=0, limit=None, delta=1, dtype=None, name='range'")
def _range(call: Bound) -> AbstractValue:
    return _span(call, call["start"], call["limit"], call["delta"])


_DTYPES = {
    (True, True): "int64",
    (True, False): "float64",
    (False, True): "int32",
    (False, False): "float32",
}
"""The dtypes of a range by whether NumPy makes it, and whether its ends are integers."""


def _span(call: Bound, start: AbstractValue, stop: AbstractValue, step: AbstractValue) -> Array:
    """Return the numbers from `start` on; where `stop` is missing, `start` is the end."""
    if isinstance(stop, OpenV):
        return Array((None,))
    if is_none(stop):
        start, stop = Const(0), start
    ends = (start, stop, step)
    first, last, by = map(number, ends)
    if first is None or last is None or not by:
        return Array((call.unknown("the length of a range is not known"),))
    (count,) = _span_shape(first, last, by)
    is_integer = all_integers((first, last, by))
    dtype = _DTYPES[call.path.startswith("numpy."), is_integer]
    return Array((checked_dim(call, count, "stop"),), dtype, count)


def _span_shape(start: float, stop: float, step: float) -> tuple[int]:
    """Return the shape of `arange(start, stop, step)`."""
    return (max(0, math.ceil((stop - start) / step)),)


@function(
    "numpy.linspace keras.ops.linspace",
    "start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0, **_",
)
def _linspace(call: Bound) -> AbstractValue:
    made, with_step = _spaced(call), call.flag("retstep")
    if with_step is None:
        return call.unknown()
    if with_step:
        return ListV([made, call.unknown("the step is not known")], "tuple")
    return made


@function("numpy.logspace", "start, stop, num=50, endpoint=True, base=10.0, dtype=None, axis=0")
@function("numpy.geomspace", "start, stop, num=50, endpoint=True, dtype=None, axis=0")
@function("tf.linspace", "start, stop, num, name=None, axis=0")
def _spaced(call: Bound) -> AbstractValue:
    """Return `num` numbers, or between arrays `num` arrays."""
    if tensor_operations.has_array([call["start"], call["stop"]]):
        return tensor_operations.array_operation(
            call.interpreter, "numpy.linspace", pairs_of(call.given)
        )
    return Array((call.dim("num"),), "float64", numbers=_steps(call))


def _steps(call: Bound) -> tuple[float, ...] | None:
    """Return the numbers from one to another in equal steps, where both and the count are known."""
    start, stop, count = call["start"], call["stop"], call.integer("num")
    with_end = not call.is_given("endpoint") or call.flag("endpoint")
    plain_call = call.path.endswith(".linspace") and with_end
    ends: list[Any] = [one.value for one in (start, stop) if isinstance(one, Const)]
    if not plain_call or count is None or not 0 < count <= MOST_NUMBERS or len(ends) < 2:
        return None
    if not all(isinstance(end, int | float) for end in ends):
        return None
    low, high = ends
    return tuple(low + (high - low) * place / max(1, count - 1) for place in range(count))


# --- converting to arrays -----------------------------------------------------------------


@function("numpy.array", "object, dtype=None, copy=True, order='K', subok=False, ndmin=0, **_")
def _array(call: Bound) -> AbstractValue:
    made, ndmin = _converted(call, call["object"]), call.integer("ndmin")
    shape = known_shape(made)
    if not isinstance(made, Array) or shape is None or not ndmin:
        return made
    if not 0 <= ndmin <= _MAX_RANK:
        return call.unknown(f"invalid value {ndmin:.3g} for `ndmin`")
    return Array((1,) * (ndmin - len(shape)) + shape, made.dtype)


_MAX_RANK = 64
"""The largest rank of an array of NumPy."""


@function("numpy.asarray numpy.asanyarray", "a, dtype=None, order=None, **_")
@function("numpy.ascontiguousarray", "a, dtype=None, **_")
@function("numpy.asfarray", "a, dtype=float64")
def _as_array(call: Bound) -> AbstractValue:
    return _converted(call, call["a"])


@function("keras.ops.array keras.ops.convert_to_tensor", "x, dtype=None, sparse=None, ragged=None")
def _as_tensor(call: Bound) -> AbstractValue:
    return _converted(call, call["x"])


@function("tf.convert_to_tensor", "value, dtype=None, dtype_hint=None, name=None")
def _to_tensor(call: Bound) -> AbstractValue:
    return _converted(call, call["value"])


@function("tf.Variable", "initial_value=None, *, dtype=None, **_")
def _variable(call: Bound) -> AbstractValue:
    return _converted(call, call["initial_value"])


@function("tf.constant", "value, dtype=None, shape=None, name='Const'")
def _constant(call: Bound) -> AbstractValue:
    made = _converted(call, call["value"])
    if is_none(call["shape"]) or not isinstance(made, Array):
        return made
    return Array(call.shape("shape"), made.dtype)


@function("keras.ops.convert_to_numpy", "x")
def _to_numpy(call: Bound) -> AbstractValue:
    """Return the same numbers as an array of NumPy; what a layer gave stays a tensor."""
    if tensor_operations.has_tensor([call["x"]]):
        return tensor_operations.library_call(call.context, call.path, call.given)
    return array_of(call["x"], call)


def _converted(call: Bound, value: AbstractValue) -> AbstractValue:
    """Return an array-like as an array of the dtype asked for; a symbolic tensor stays one."""
    if isinstance(value, TensorV):
        return value
    made = array_of(value, call)
    dtype = LISTS if made.dtype == LISTS else dtype_of(call["dtype"], made.dtype)
    kept = made.shape, dtype, made.distinct, made.one_hot
    return Array(*kept, numbers=made.numbers, greatest=made.greatest)


def _scalar_type(dtype: str, python: type) -> None:
    @function(f"numpy.{dtype}", "x=0, **_")
    def _scalar(call: Bound) -> AbstractValue:
        """Convert a number, or an array."""
        value = call["x"]
        if isinstance(value, Const):
            return pure(python, call)
        if isinstance(value, TensorV):
            return value
        made = array_of(value, call)
        return Array(made.shape, dtype, made.distinct, made.one_hot)


_scalar_type("float32", float)
_scalar_type("float64", float)
_scalar_type("int32", NumpyInteger)
_scalar_type("int64", NumpyInteger)


def _of_one(path: str) -> None:
    @function(path)
    def _operation(call: Bound) -> AbstractValue:
        """Apply an operation to one array; a list that a loop filled is made one first."""
        given = list(call.given)
        is_list = bool(given) and isinstance(given[0].value, ListV)
        if not is_list or tensor_operations.has_tensor([given[0].value]):
            return tensor_operations.library_call(call.context, path, given)
        made = array_of(given[0].value, call)
        return tensor_operations.array_operation(
            call.interpreter, path, [(given[0].keyword, made), *pairs_of(given[1:])]
        )


_ARRANGING = "reshape expand_dims squeeze transpose moveaxis swapaxes rollaxis ravel"

for _path in within("numpy", _ARRANGING).split():
    _of_one(_path)


# --- numbers ------------------------------------------------------------------------------


# --- attributes and methods ---------------------------------------------------------------

method_row("array.astype", "dtype, order='K', casting='unsafe', **_", "like(self, dtype)")
method_row("array.view", "dtype=None, type=None", "like(self, dtype)")
method_row(within("array", "copy toarray todense detach cpu"), "**_", "like(self)")
method_row("array.numpy", "", "self")


@attribute("array.T")
def _transposed(call: Call) -> AbstractValue:
    value: Array = call.receiver
    if isinstance(value.shape, Unknown):
        return Array(value.shape, value.dtype, value.distinct)
    return Array(value.shape[::-1], value.dtype, value.distinct)


@attribute("array.dtype")
def _array_dtype(call: Call) -> AbstractValue:
    dtype = call.receiver.dtype
    if dtype is None or dtype == FRACTIONS:
        return ObjectV("dtype")
    return Const(dtype)


@method("array.tolist frame.tolist frame.to_list")
def _tolist(call: Bound) -> AbstractValue:
    """Return a list of which the shape of an element is known, and not how many there are."""
    shape = call.receiver.shape
    if isinstance(shape, Unknown) or not shape:
        return call.unknown()
    if isinstance(call.receiver, Array) and call.receiver.numbers is not None and len(shape) == 1:
        return ListV([Const(one) for one in call.receiver.numbers])
    made = ListV([Array(shape[1:], call.receiver.dtype if shape[1:] else None)])
    if isinstance(call.receiver, FrameV) and call.receiver.dtype is None and len(shape) == 1:
        made.items[0] = call.unknown("what the objects of a column are is not known")
    if isinstance(shape[0], Unknown):
        made.unknown = shape[0]
    elif shape[0] != 1:
        made.unknown = call.unknown("the elements of an array are not known")
    return made


@iteration("array")
def _element(over: Array) -> AbstractValue:
    """Return an element of a loop over an array."""
    if isinstance(over.shape, Unknown):
        return Unknown("an element of an array is not known", None, over.shape)
    if over.dtype == LISTS or not over.shape:
        return Unknown("an element of an array is not known")
    return Array(over.shape[1:], over.dtype)


@method("array.reshape", "*dims, shape=None, newshape=None, order='C', copy=None")
def _reshape(call: Bound) -> AbstractValue:
    """Return the array in a new shape: of one argument that is a shape, or of several dims."""
    dims = call.rest("dims")
    if dims.unknown is not None:
        return Array(dims.unknown, call.receiver.dtype, call.receiver.distinct)
    values = [*dims.items, call["shape"], call["newshape"]]
    values = [value for value in values if not is_none(value)]
    shape: AbstractValue = ListV(values, "tuple")
    # What is not known may be a tuple.
    if len(values) == 1 and not isinstance(values[0], Const | IntegerV):
        shape = values[0]
    made = tensor_operations.array_operation(
        call.interpreter, "numpy.reshape", [(None, call.receiver), (None, shape)]
    )
    if not isinstance(made, Array):
        return made
    return Array(made.shape, call.receiver.dtype, call.receiver.distinct)


@method("array.transpose")
def _transpose(call: Bound) -> AbstractValue:
    values = call.positional
    if not values:
        return _transposed(call)
    axes: AbstractValue = ListV(values, "tuple")
    if len(values) == 1 and isinstance(values[0], ListV):
        axes = values[0]
    return tensor_operations.array_operation(
        call.interpreter, "numpy.transpose", [(None, call.receiver), (None, axes)]
    )
