"""NumPy: arrays by their shapes. What an operation makes of shapes is asked of `kfix.shapes`."""

from __future__ import annotations

import math
from typing import Any

from kfix.model.graph import Array
from kfix.model.unknown import Unknown
from kfix.source import building
from kfix.source.calls import Call
from kfix.source.convert import from_shape, is_plain, plain, to_shape
from kfix.source.facts import elements
from kfix.source.library.builtins import pure
from kfix.source.library.lookup import CONSTANTS, attribute, function, method
from kfix.source.values import Const, ListV, RangeV, TensorV, Value

CONSTANTS["numpy.pi"] = Const(math.pi)
CONSTANTS["numpy.e"] = Const(math.e)
CONSTANTS["numpy.newaxis"] = Const(None)
CONSTANTS["numpy.inf"] = Const(math.inf)


def dtype_of(value: Value, default: str | None = "float64") -> str | None:
    """NumPy's name of a dtype argument."""
    if isinstance(value, Const) and isinstance(value.value, str):
        return value.value
    path = getattr(value, "path", None)
    return path.rpartition(".")[2] if isinstance(path, str) else default


@function("numpy.zeros", "numpy.ones", "numpy.empty", "tf.zeros", "tf.ones", "keras.ops.zeros", "keras.ops.ones")
def _filled(call: Call) -> Value:
    return Array(_shape(call.get(0, "shape"), call), dtype_of(call.get(1, "dtype")))


@function("numpy.full", "keras.ops.full", "tf.fill")
def _full(call: Call) -> Value:
    return Array(_shape(call.get(0, "shape"), call), dtype_of(call.get(2, "dtype"), None))


def _shape(value: Value, call: Call) -> Any:
    return call.unknown("an array whose shape is not given") if value is None else to_shape(value)


@function("numpy.random.rand", "numpy.random.randn")
def _rand(call: Call) -> Value:
    return Array(to_shape(ListV(call.positional, "tuple")), "float64")


_SIZES = {"random": 0, "random_sample": 0, "sample": 0, "ranf": 0, "standard_normal": 0, "normal": 2, "uniform": 2}
_SIZES |= {"randint": 2, "integers": 2, "choice": 1, "binomial": 2, "poisson": 1, "beta": 2, "exponential": 1}


@function(*[f"numpy.random.{name}" for name in _SIZES])
def _random(call: Call) -> Value:
    size = call.get(_SIZES[call.name], "size")
    if size is None:
        return call.unknown("a random number")
    distinct = None
    if call.name in ("randint", "integers"):
        low, high = call.number(0, "low"), call.number(1, "high")
        if low is not None:
            distinct = low if high is None else high - low
        return Array(to_shape(size), "int64", distinct)
    return Array(to_shape(size), "float64")


for _name in _SIZES:
    method(f"generator.{_name}")(_random)


@function("numpy.random.default_rng", "numpy.random.RandomState")
def _generator(call: Call) -> Value:
    from kfix.source.values import ObjectV

    return ObjectV("generator")


@function("tf.random.normal", "tf.random.uniform", "keras.random.normal", "keras.random.uniform")
def _tf_random(call: Call) -> Value:
    return Array(_shape(call.get(0, "shape"), call), "float32")


@function("numpy.eye", "numpy.identity")
def _eye(call: Call) -> Value:
    rows = call.get(0, "N")
    return Array(to_shape(ListV([rows, call.get(1, "M", rows)], "tuple")), "float64")


@function("numpy.arange", "tf.range")
def _arange(call: Call) -> Value:
    values = call.positional
    if values and all(isinstance(v, Const) and isinstance(v.value, int | float) for v in values):
        numbers: list[Any] = [v.value for v in values]
        start, stop, step = (
            [*numbers, 1] if len(numbers) == 2 else [0, numbers[0], 1] if len(numbers) == 1 else numbers[:3]
        )
        if step:
            count = max(0, math.ceil((stop - start) / step))
            return Array((count,), "int64" if all(isinstance(n, int) for n in numbers) else "float64", count)
    return Array((call.unknown("how many numbers these are"),))


@function("numpy.linspace", "numpy.logspace")
def _linspace(call: Call) -> Value:
    count = call.get(2, "num", Const(50))
    return Array(to_shape(ListV([count], "tuple")), "float64")


@function("numpy.array", "numpy.asarray", "tf.constant", "tf.convert_to_tensor", "keras.ops.array",
          "keras.ops.convert_to_tensor", "tf.Variable")  # fmt: skip
def _array(call: Call) -> Value:
    value = call.get(0)
    if isinstance(value, Array | TensorV):
        return value
    if isinstance(value, ListV | RangeV | Const):
        return Array(_shape_of_literal(value, call), dtype_of(call.get(1, "dtype"), None), _distinct(value))
    return Array(call.unknown("the shape of this data"))


def _shape_of_literal(value: Value, call: Call) -> Any:
    """The shape of nested lists: that of the first elements, where the lengths agree."""
    if isinstance(value, Array):
        return value.shape
    items = elements(value) if isinstance(value, ListV | RangeV) else None
    if items is None:
        if isinstance(value, ListV):
            return (first_dim(value, call),)
        return () if isinstance(value, Const) else call.unknown("the shape of this data")
    if not items:
        return (0,)
    inner = _shape_of_literal(items[0], call)
    return inner if isinstance(inner, Unknown) else (len(items), *inner)


def first_dim(value: ListV, call: Call) -> Unknown:
    """The length of a list that is not known."""
    return call.unknown("how many elements it has", value.unknown)


def _distinct(value: Value) -> int | None:
    if not isinstance(value, ListV) or not is_plain(value):
        return None
    waiting: list[Any] = [plain(value)]
    found: set[Any] = set()
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, list | tuple):
            waiting.extend(thing)
        elif isinstance(thing, dict):
            return None
        else:
            found.add(thing)
    return len(found)


# --- numbers ------------------------------------------------------------------------------


def _number(path: str, python: Any) -> None:
    @function(path)
    def _native(call: Call) -> Value:
        if building.has_array(call.positional):
            return building.array_operation(call.at, path, [(g.keyword, g.value) for g in call.given])
        if building.has_tensor(call.positional):
            return building.library_call(call.at, path, call.given, call.node, call.frame)
        return pure(python, call)


def _log2(value: float) -> float:
    return math.log2(value)


for _path, _python in {
    "prod": math.prod, "sqrt": math.sqrt, "log2": _log2, "log": math.log, "ceil": math.ceil, "floor": math.floor,
    "exp": math.exp, "round": round, "abs": abs, "max": max, "min": min, "sum": sum, "int32": int, "int64": int,
    "float32": float, "float64": float, "power": pow,
}.items():  # fmt: skip
    _number(f"numpy.{_path}", _python)


# --- attributes and methods ---------------------------------------------------------------


@attribute("array.shape")
def _array_shape(at: Any, value: Array, node: Any, frame: Any) -> Value:
    return from_shape(value.shape)


@attribute("array.ndim")
def _array_rank(at: Any, value: Array, node: Any, frame: Any) -> Value:
    return value.shape if isinstance(value.shape, Unknown) else Const(len(value.shape))


@attribute("array.size")
def _array_size(at: Any, value: Array, node: Any, frame: Any) -> Value:
    if isinstance(value.shape, Unknown):
        return value.shape
    unknown = next((dim for dim in value.shape if isinstance(dim, Unknown)), None)
    return unknown if unknown is not None else Const(math.prod(dim or 0 for dim in value.shape))


@attribute("array.T")
def _transposed(at: Any, value: Array, node: Any, frame: Any) -> Value:
    shape = value.shape
    return Array(shape if isinstance(shape, Unknown) else shape[::-1], value.dtype, value.distinct)


@attribute("array.dtype")
def _array_dtype(at: Any, value: Array, node: Any, frame: Any) -> Value:
    return at.unknown("the dtype", node, frame) if value.dtype is None else Const(value.dtype)


@method("array.astype", "array.copy", "array.numpy")
def _same(call: Call) -> Value:
    value: Array = call.receiver
    return Array(value.shape, dtype_of(call.get(0, "dtype"), value.dtype), value.distinct)


@method("array.tolist")
def _tolist(call: Call) -> Value:
    return call.unknown()


@method("array.reshape")
def _reshape(call: Call) -> Value:
    values = call.positional
    shape = values[0] if len(values) == 1 and not isinstance(values[0], Const) else ListV(values, "tuple")
    return building.array_operation(call.at, "numpy.reshape", [(None, call.receiver), (None, shape)])


@method("array.transpose")
def _transpose(call: Call) -> Value:
    values = call.positional
    if not values:
        return _transposed(call.at, call.receiver, call.node, call.frame)
    axes = values[0] if len(values) == 1 and isinstance(values[0], ListV) else ListV(values, "tuple")
    return building.array_operation(call.at, "numpy.transpose", [(None, call.receiver), (None, axes)])
