"""Functions of NumPy on numbers, and the greatest number of an array."""

from __future__ import annotations

import math
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array
from kfix.model.numpy_integer import NumpyInteger
from kfix.model.record import replace
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.calls import Call, Given
from kfix.source.interpreter.containers import Const
from kfix.source.library.arguments import Bound
from kfix.source.library.literals import greatest_of
from kfix.source.library.pure import pure
from kfix.source.library.signatures import function, method


def pairs_of(given: list[Given]) -> list[tuple[str | None, AbstractValue]]:
    """Return the arguments of a call with their keywords."""
    return [(one.keyword, one.value) for one in given]


_GREATEST = ("numpy.max", "numpy.amax")
"""Functions that give the greatest number of an array."""


def _as_numpy(value: AbstractValue) -> AbstractValue:
    """Return an integer as one of NumPy."""
    if isinstance(value, Const) and type(value.value) is int:
        return Const(NumpyInteger(value.value), value.origin)
    return value


def _of_numbers(path: str, python: Any) -> None:
    @function(path)
    def _number(call: Bound) -> AbstractValue:
        """Apply a function to arrays, tensors, or known numbers."""
        if tensor_operations.has_array(call.positional):
            known = None
            if path in _GREATEST and len(call.given) == 1:
                known = greatest_of(call.positional[0])
            pairs = pairs_of(call.given)
            return known or tensor_operations.array_operation(call.interpreter, path, pairs)
        if tensor_operations.has_tensor(call.positional):
            return tensor_operations.library_call(call.context, path, call.given)
        return _as_numpy(pure(python, call))


def _of_scalars(path: str, python: Any) -> None:
    """Register a function that makes a tensor of one known number of known numbers."""

    @function(path)
    def _scalar(call: Bound) -> AbstractValue:
        """Return what it makes of tensors, arrays or numbers; of numbers, which number."""
        made = tensor_operations.library_call(call.context, path, call.given)
        values = call.positional
        numbers = all(isinstance(one, Const) and not isinstance(one.value, str) for one in values)
        if not isinstance(made, Array) or not numbers:
            return made
        number = pure(python, call)
        if isinstance(number, Const):
            return replace(made, numbers=(number.value,))
        return made


def _log2(value: float) -> float:
    return math.log2(value)


def _ceil(value: float) -> float:
    return float(math.ceil(value))


def _floor(value: float) -> float:
    return float(math.floor(value))


_SCALARS = {
    "prod": math.prod, "sqrt": math.sqrt, "log2": _log2, "log": math.log, "ceil": math.ceil,
    "floor": math.floor,
    "exp": math.exp, "round": round, "abs": abs, "max": max, "min": min, "sum": sum, "power": pow,
}  # fmt: skip
"""Functions of numbers, by their names in NumPy."""

_OF_NUMPY = _SCALARS | {"ceil": _ceil, "floor": _floor, "amax": max, "amin": min}
"""Those of NumPy, which rounds to a float."""

for _name, _python in _OF_NUMPY.items():
    _of_numbers(f"numpy.{_name}", _python)
for _name in ("sqrt", "log2", "log", "ceil", "floor", "exp", "round", "abs", "power"):
    for _home in ("keras.ops", "tf", "tf.math"):
        _of_scalars(f"{_home}.{_name}", _SCALARS[_name])


@method("array.max")
def _max(call: Call) -> AbstractValue:
    """Return the greatest integer where it is known."""
    known = None if call.given else greatest_of(call.receiver)
    pairs = [(None, call.receiver), *pairs_of(call.given)]
    return known or tensor_operations.array_operation(call.interpreter, "numpy.max", pairs)
