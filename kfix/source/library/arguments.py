"""Convert the arguments of library calls.

Every conversion validates: where Python or the library would raise an error, or where the
value is not known, the result is an `Unknown` with its reason, or `None`, never an exception.
"""

from __future__ import annotations

from typing import Any, TypeVar

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Dim, Shape
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Call, Given
from kfix.source.interpreter.containers import NONE, Const, ListV, RangeV
from kfix.source.interpreter.conversion import to_shape
from kfix.source.interpreter.tensor_operations import MAX_DIM
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.literals import array_of

T = TypeVar("T")


class Bound(Call):
    """A call whose arguments are bound to the parameters of a signature: `call["axis"]`."""

    __slots__ = ("arguments", "defaults")

    def __init__(
        self, call: Call, arguments: dict[str, Given], defaults: dict[str, AbstractValue]
    ) -> None:
        super().__init__(call.context, call.given, call.receiver, call.path)
        self.arguments = arguments
        self.defaults = defaults

    def __getitem__(self, name: str) -> AbstractValue:
        """Return the value of a parameter: its argument, its default, or an `Unknown`."""
        given = self.arguments.get(name)
        if given is None:
            return self.defaults[name]
        return given.value

    def is_given(self, name: str) -> bool:
        """Return whether the call has an argument for a parameter."""
        return name in self.arguments

    def site_of(self, name: str) -> Site | None:
        """Return the place of an argument, `None` where it has none of its own."""
        given = self.arguments.get(name)
        if given is None:
            return None
        return given.site

    def integer(self, name: str) -> int | None:
        """Return an argument that is a known integer, else `None`."""
        return integer(self[name])

    def flag(self, name: str) -> bool | None:
        """Return whether an argument is true, `None` where that is not known."""
        return flag(self[name])

    def string(self, name: str) -> str | None:
        """Return an argument that is a known string, else `None`."""
        return string(self[name])

    def rest(self, name: str) -> ListV:
        """Return the arguments of `*name`, as a tuple."""
        value = self.defaults[name]
        assert isinstance(value, ListV)
        return value

    def either(self, *names: str) -> AbstractValue:
        """Return the first of several parameters that is not `None`: names of one thing."""
        values = map(self.__getitem__, names)
        return next((value for value in values if not is_none(value)), NONE)

    def dim(self, name: str) -> int | Unknown:
        """Return an argument that counts elements."""
        return dim(self, self[name], name)

    def shape(self, name: str) -> Shape | Unknown:
        """Return an argument that is a shape."""
        return shape(self, self[name], name)

    def length(self, name: str) -> Dim:
        """Return the number of elements of an argument along its first axis."""
        return length(self, self[name], name)

    def array(self, name: str) -> Array | None:
        """Return an array-like argument as an array, else `None`."""
        return array(self, self[name])

    def array_shape(self, name: str, *ranks: int) -> Shape | None:
        """Return the shape of an array-like argument of known rank (one of `ranks`)."""
        return array_shape(self, self[name], *ranks)


def receiver_of(call: Call) -> AbstractValue:
    """Return the object of a method or an attribute."""
    value: AbstractValue = call.receiver
    return value


def kept(call: Call, name: str) -> AbstractValue:
    """Return what the object of a method or an attribute keeps under a name."""
    value: AbstractValue = call.receiver.data[name]
    return value


def is_none(value: AbstractValue) -> bool:
    """Return whether a value is known to be `None`."""
    return isinstance(value, Const) and value.value is None


def integer(value: AbstractValue) -> int | None:
    """Return a known integer that fits into 64 bits, else `None`; a boolean is not an integer."""
    found = getattr(value, "value", None)
    if type(found) is int and abs(found) <= MAX_DIM:
        return found
    return None


def number(value: AbstractValue) -> float | None:
    """Return a known real number that is finite and fits into 64 bits, else `None`."""
    found = getattr(value, "value", None)
    if isinstance(found, int | float) and abs(found) <= MAX_DIM:
        return found
    return None


def string(value: AbstractValue) -> str | None:
    """Return a known string, else `None`."""
    if isinstance(value, Const) and isinstance(value.value, str):
        return value.value
    return None


def flag(value: AbstractValue) -> bool | None:
    """Return whether a scalar is true, `None` where that is not known."""
    if isinstance(value, Const):
        return bool(value.value)
    return None


def items_of(value: AbstractValue, *kinds: str) -> list[AbstractValue] | None:
    """Return the elements of a list (of these `kinds` only, as "tuple") that is wholly known."""
    if not isinstance(value, ListV) or value.unknown is not None:
        return None
    if kinds and value.kind not in kinds:
        return None
    return value.items


def known(
    call: Call, found: T | None, reason: str, because: AbstractValue | None = None
) -> T | Unknown:
    """Return what was found, or an unknown with a reason where nothing was."""
    if found is None:
        return call.unknown(reason, because)
    return found


def known_dim(dim: Dim) -> int | None:
    """Return a dim that is known, else `None`."""
    if isinstance(dim, int):
        return dim
    return None


def dim_value(dim: int | Unknown) -> AbstractValue:
    """Return a dim as the number that a program sees."""
    if isinstance(dim, Unknown):
        return dim
    return Const(dim)


def one_or_tuple(values: list[AbstractValue]) -> AbstractValue:
    """Return the only value, or a tuple of several."""
    if len(values) == 1:
        return values[0]
    return ListV(values, "tuple")


def dim(call: Call, value: AbstractValue, name: str) -> int | Unknown:
    """Return a value that counts elements; a negative, fractional or huge one is unknown."""
    if not isinstance(value, Const):
        return call.unknown(f"`{name}` is not known", value)
    if isinstance(value.value, int) and 0 <= value.value <= MAX_DIM:
        return int(value.value)
    return _invalid(call, value.value, name)


def shape(call: Call, value: AbstractValue, name: str) -> Shape | Unknown:
    """Return a value that is a shape, an integer being a shape of rank 1.

    Dims that are negative, fractional or huge are unknown; `None` stays a variable dim.
    """
    if isinstance(value, Const) and not isinstance(value.value, int):
        return _invalid(call, value.value, name)
    found: Shape | Unknown = to_shape(value)
    if isinstance(found, Unknown):
        return found
    return tuple(checked_dim(call, dim, name) for dim in found)


def checked_dim(call: Call, dim: Dim, name: str) -> Dim:
    """Return a dim, or an unknown for an integer that no array can have for one."""
    if isinstance(dim, int) and not 0 <= dim <= MAX_DIM:
        return _invalid(call, dim, name)
    if isinstance(dim, bool):
        return int(dim)
    return dim


_LARGEST_SHOWN = 10**300


def _invalid(call: Call, value: object, name: str) -> Unknown:
    if isinstance(value, int):  # a float is shown, which has no place for larger ones
        written = f"{max(-_LARGEST_SHOWN, min(value, _LARGEST_SHOWN)):.3g}"
    else:
        written = f"{value!r:.40}"
    return call.unknown(f"invalid value {written} for `{name}`, expected a non-negative integer")


def array(call: Call, value: AbstractValue) -> Array | None:
    """Return an array-like value (an array, nested lists, a range, a number) as an array."""
    if isinstance(value, Array | ListV | RangeV):
        return array_of(value, call)
    if isinstance(value, Const) and isinstance(value.value, int | float | complex):
        return array_of(value, call)
    return None


def collection(call: Call, value: AbstractValue) -> Array | None:
    """Return an array, nested lists or a range as an array; `None` for a number, too."""
    if isinstance(value, Const):
        return None
    return array(call, value)


def known_shape(value: AbstractValue | None, *ranks: int) -> Shape | None:
    """Return the shape of an array whose rank is known (one of `ranks`), else `None`."""
    if not isinstance(value, Array) or isinstance(value.shape, Unknown):
        return None
    if ranks and len(value.shape) not in ranks:
        return None
    return value.shape


def array_dtype(value: AbstractValue) -> str | None:
    """Return the dtype of an array where it is known, `None` for anything else."""
    if isinstance(value, Array):
        return value.dtype
    return None


def array_shape(call: Call, value: AbstractValue, *ranks: int) -> Shape | None:
    """Return the shape of an array-like value whose rank is known (one of `ranks`)."""
    return known_shape(array(call, value), *ranks)


def length(call: Call, value: AbstractValue, name: str) -> Dim:
    """Return the number of elements of a value along its first axis."""
    items = items_of(value)
    if items is not None:
        return len(items)
    found = known_shape(collection(call, value))
    if found:
        return found[0]
    return call.unknown(f"the length of `{name}` is not known", value)


def data_of(value: AbstractValue | None, kind: str) -> dict[str, Any] | None:
    """Return what an object of this kind keeps, `None` for anything else."""
    if isinstance(value, ObjectV) and value.kind == kind:
        return value.data
    return None


def written(call: Call) -> list[cst.BaseExpression]:
    """Return the arguments of a call as they are written."""
    if not isinstance(call.node, cst.Call):
        return []
    return [argument.value for argument in call.node.args]


def written_receiver(call: Call) -> cst.BaseExpression | None:
    """Return the expression that a method is called on: `x` of `x.add(y)`."""
    if not isinstance(call.node, cst.Call) or not isinstance(call.node.func, cst.Attribute):
        return None
    return call.node.func.value
