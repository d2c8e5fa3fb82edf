"""NumPy: arrays by their shapes. What an operation makes of shapes is asked of `kfix.shapes`."""

from __future__ import annotations

import math
from typing import Any

from kfix.model.graph import LISTS, Array
from kfix.model.origin import derived
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.calls import Call, Given
from kfix.source.interpreter.containers import Const, ListV, Value, first
from kfix.source.interpreter.conversion import from_shape, to_shape
from kfix.source.interpreter.partial_values import IntegerV
from kfix.source.interpreter.values import TensorV
from kfix.source.keras.argument_values import argument_origin
from kfix.source.library import numpy_files as _numpy_files  # noqa: F401  (registers what is read from files)
from kfix.source.library import numpy_random as _numpy_random  # noqa: F401  (registers random numbers)
from kfix.source.library.builtins import pure
from kfix.source.library.literals import array_of, dtype_of
from kfix.source.library.lookup import CONSTANTS, attribute, function, method

CONSTANTS["numpy.pi"] = Const(math.pi)
CONSTANTS["numpy.e"] = Const(math.e)
CONSTANTS["numpy.newaxis"] = Const(None)
CONSTANTS["numpy.inf"] = Const(math.inf)


@function(
    "numpy.zeros",
    "numpy.ones",
    "numpy.empty",
    "tf.zeros",
    "tf.ones",
    "keras.ops.zeros",
    "keras.ops.ones",
)
def _filled(call: Call) -> Value:
    return _of_shape(call.get(0, "shape"), call, dtype_of(call.get(1, "dtype")))


@function("numpy.full", "keras.ops.full", "tf.fill")
def _full(call: Call) -> Value:
    return _of_shape(call.get(0, "shape"), call, dtype_of(call.get(2, "dtype"), None))


def _of_shape(value: Value, call: Call, dtype: str | None) -> Array:
    """Return an array that knows what its shape is made of, where that is a tuple of numbers."""
    origin = argument_origin(value) if isinstance(value, ListV) else None
    return Array(_shape(value, call), dtype, origin=origin)


def _shape(value: Value, call: Call) -> Any:
    return call.unknown("an array whose shape is not given") if value is None else to_shape(value)


@function("tf.random.normal", "tf.random.uniform", "keras.random.normal", "keras.random.uniform")
def _tf_random(call: Call) -> Value:
    return Array(_shape(call.get(0, "shape"), call), "float32")


@function("numpy.eye", "numpy.identity", "numpy.tri", "tf.eye", "keras.ops.eye")
def _eye(call: Call) -> Value:
    rows = first(call.get(0, "N"), call.get(0, "n"), call.get(0, "num_rows"))
    if rows is None:
        return call.unknown()
    return Array(
        to_shape(ListV([rows, first(call.get(1, "M"), call.get(1, "num_columns"), rows)], "tuple")),
        "float64",
    )


@function("numpy.arange", "tf.range", "keras.ops.arange")
def _arange(call: Call) -> Value:
    start, stop = call.get(0, "start", Const(0)), first(call.get(1, "stop"), call.get(1, "limit"))
    if stop is None:
        start, stop = Const(0), start
    values = [start, stop, first(call.get(2, "step"), call.get(2, "delta"), Const(1))]
    if (
        not all(isinstance(v, Const) and isinstance(v.value, int | float) for v in values)
        or not values[2].value
    ):
        return Array((call.unknown("how many numbers these are"),))
    numbers: list[Any] = [v.value for v in values]
    (count,) = _arange_shape(*numbers)
    whole = all(isinstance(number, int) for number in numbers)
    origin = derived(None, _arange_shape, *(v.origin for v in values))
    return Array((count,), "int64" if whole else "float64", count, origin=origin)


def _arange_shape(start: Any, stop: Any, step: Any) -> tuple[int]:
    """Return the shape of `arange(start, stop, step)`."""
    return (max(0, math.ceil((stop - start) / step)),)


@function(
    "numpy.linspace", "numpy.logspace", "numpy.geomspace", "tf.linspace", "keras.ops.linspace"
)
def _linspace(call: Call) -> Value:
    if tensor_operations.has_array(call.positional[:2]):
        return tensor_operations.array_operation(
            call.interpreter, "numpy.linspace", [(g.keyword, g.value) for g in call.given]
        )
    count = call.get(2, "num", Const(50))
    made = Array(to_shape(ListV([count], "tuple")), "float64")
    step = call.get(-1, "retstep", Const(False))
    if isinstance(step, Const):
        return ListV([made, call.unknown("the step")], "tuple") if step.value else made
    return call.unknown()


@function("numpy.array", "numpy.asarray", "numpy.asanyarray", "numpy.ascontiguousarray", "numpy.asfarray",
          "tf.constant", "tf.convert_to_tensor", "keras.ops.array", "keras.ops.convert_to_tensor", "tf.Variable",
          "numpy.float32", "numpy.float64", "numpy.int32", "numpy.int64")  # fmt: skip
def _array(call: Call) -> Value:
    value = call.get(0)
    if call.name in _SCALARS and isinstance(value, Const):
        return pure(_SCALARS[call.name], call)
    if isinstance(value, TensorV):
        return value
    dtype = dtype_of(call.get(1, "dtype"), None) if call.name not in _SCALARS else call.name
    made = array_of(value, call)
    if dtype is not None:
        made = Array(made.shape, dtype, made.distinct, made.one_hot)
    wanted, ndmin = (
        call.get(2, "shape") if call.path == "tf.constant" else None,
        call.number(-1, "ndmin", 0),
    )
    if wanted is not None:
        return Array(to_shape(wanted), made.dtype)
    if ndmin and ndmin <= 64 and isinstance(made.shape, tuple):
        return Array((1,) * (ndmin - len(made.shape)) + made.shape, made.dtype)
    return made


_SCALARS: dict[str, Any] = {"float32": float, "float64": float, "int32": int, "int64": int}


def _of_one(path: str) -> None:
    @function(path)
    def _native(call: Call) -> Value:
        """A function of one array: a list that a loop filled is made one first, as NumPy does."""
        given = list(call.given)
        if (
            given
            and isinstance(given[0].value, ListV)
            and not tensor_operations.has_tensor([given[0].value])
        ):
            made = array_of(given[0].value, call)
            return tensor_operations.array_operation(
                call.interpreter, path, [(given[0].keyword, made), *_pairs_of(given[1:])]
            )
        return tensor_operations.library_call(call.context, path, given)


def _pairs_of(given: list[Given]) -> list[tuple[str | None, Value]]:
    return [(g.keyword, g.value) for g in given]


for _name in (
    "reshape",
    "expand_dims",
    "squeeze",
    "transpose",
    "moveaxis",
    "swapaxes",
    "rollaxis",
    "ravel",
):
    _of_one(f"numpy.{_name}")


# --- numbers ------------------------------------------------------------------------------


def _number(path: str, python: Any) -> None:
    @function(path)
    def _native(call: Call) -> Value:
        if tensor_operations.has_array(call.positional):
            return tensor_operations.array_operation(
                call.interpreter, path, [(g.keyword, g.value) for g in call.given]
            )
        if tensor_operations.has_tensor(call.positional):
            return tensor_operations.library_call(call.context, path, call.given)
        return pure(python, call)


def _log2(value: float) -> float:
    return math.log2(value)


for _path, _python in {
    "prod": math.prod, "sqrt": math.sqrt, "log2": _log2, "log": math.log, "ceil": math.ceil, "floor": math.floor,
    "exp": math.exp, "round": round, "abs": abs, "max": max, "min": min, "sum": sum, "power": pow,
}.items():  # fmt: skip
    _number(f"numpy.{_path}", _python)


# --- attributes and methods ---------------------------------------------------------------


@attribute("array.shape", "frame.shape")
def _array_shape(interpreter: Any, value: Array, node: Any, frame: Any) -> Value:
    return from_shape(value.shape)


@attribute("array.ndim", "frame.ndim")
def _array_rank(interpreter: Any, value: Array, node: Any, frame: Any) -> Value:
    return value.shape if isinstance(value.shape, Unknown) else Const(len(value.shape))


@attribute("array.size", "frame.size")
def _array_size(interpreter: Any, value: Array, node: Any, frame: Any) -> Value:
    if isinstance(value.shape, Unknown):
        return value.shape
    unknown = next((dim for dim in value.shape if isinstance(dim, Unknown)), None)
    return unknown if unknown is not None else Const(math.prod(dim or 0 for dim in value.shape))


@attribute("array.T")
def _transposed(interpreter: Any, value: Array, node: Any, frame: Any) -> Value:
    shape = value.shape
    return Array(shape if isinstance(shape, Unknown) else shape[::-1], value.dtype, value.distinct)


@attribute("array.dtype")
def _array_dtype(interpreter: Any, value: Array, node: Any, frame: Any) -> Value:
    return (
        interpreter.unknown("the dtype", node, frame) if value.dtype is None else Const(value.dtype)
    )


@method("array.astype", "array.copy", "array.numpy", "array.view", "array.toarray", "array.todense", "array.detach",
        "array.cpu")  # fmt: skip
def _same(call: Call) -> Value:
    value: Array = call.receiver
    return Array(
        value.shape, dtype_of(call.get(0, "dtype"), value.dtype), value.distinct, value.one_hot
    )


@method("array.tolist", "frame.tolist", "frame.to_list")
def _tolist(call: Call) -> Value:
    """A list of which the shape of an element is known, and not how many there are."""
    shape = call.receiver.shape
    if isinstance(shape, Unknown) or not shape:
        return call.unknown()
    made = ListV([Array(shape[1:], call.receiver.dtype)])
    if shape[0] == 1:
        return made
    made.unknown = (
        shape[0] if isinstance(shape[0], Unknown) else call.unknown("the elements of an array")
    )
    return made


@method("array.__iter__")
def _element(over: Array) -> Value:
    """What a loop over an array gives."""
    shape = over.shape
    if isinstance(shape, Unknown) or over.dtype == LISTS:
        return Unknown(
            "an element of an array", None, shape if isinstance(shape, Unknown) else None
        )
    return Array(shape[1:], over.dtype)


@method("array.reshape")
def _reshape(call: Call) -> Value:
    values = call.positional or [
        v for v in [first(call.get(-1, "shape"), call.get(-1, "newshape"))] if v is not None
    ]
    one = len(values) == 1 and not isinstance(
        values[0], Const | IntegerV
    )  # what is not known may be a tuple
    shape = values[0] if one else ListV(values, "tuple")
    made: Array = tensor_operations.array_operation(
        call.interpreter, "numpy.reshape", [(None, call.receiver), (None, shape)]
    )
    return Array(made.shape, call.receiver.dtype, call.receiver.distinct)


@method("array.transpose")
def _transpose(call: Call) -> Value:
    values = call.positional
    if not values:
        return _transposed(call.interpreter, call.receiver, call.node, call.frame)
    axes = (
        values[0] if len(values) == 1 and isinstance(values[0], ListV) else ListV(values, "tuple")
    )
    return tensor_operations.array_operation(
        call.interpreter, "numpy.transpose", [(None, call.receiver), (None, axes)]
    )
