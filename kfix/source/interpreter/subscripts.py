"""Subscripts: elements and slices of containers, tensors and arrays."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, cast

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.attributes import LISTS
from kfix.model.graph import Array
from kfix.model.origin import Derived, Fixed, Literal, derived, get_item
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.array_subscripts import item_of_array
from kfix.source.interpreter.bounds import size
from kfix.source.interpreter.calls import Call, Given, invoke
from kfix.source.interpreter.containers import Const, DictV, ListV, OpenV, RangeV, Within, first
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.conversion import from_plain, overgrown
from kfix.source.interpreter.dispatch import ByClass
from kfix.source.interpreter.imports import look_in_imports
from kfix.source.interpreter.interpreter import Frame, Interpreter, expression
from kfix.source.interpreter.partial_values import FrameV, VersionedV
from kfix.source.interpreter.provenance import traced
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.value_queries import any_of, key_of, number_of, plain_index
from kfix.source.interpreter.values import Choice, InstanceV, SliceV, TensorV
from kfix.source.library import lookup

# --- what stands in the brackets ----------------------------------------------------------


@expression(cst.Subscript)
def _subscript(interpreter: Interpreter, node: cst.Subscript, frame: Frame) -> AbstractValue:
    value = interpreter.eval(node.value, frame)
    index = index_of(interpreter, node, frame)
    return subscript(Context(interpreter, node, frame), value, index)


def index_of(interpreter: Interpreter, node: cst.Subscript, frame: Frame) -> AbstractValue:
    """Return what stands in the brackets: a value, a slice, or a tuple of them."""
    parts = [_index_part(interpreter, element.slice, frame) for element in node.slice]
    if len(parts) == 1 and not isinstance(node.slice[0].comma, cst.Comma):
        return parts[0]
    return ListV(parts, "tuple")


def _index_part(interpreter: Interpreter, part: cst.BaseSlice, frame: Frame) -> AbstractValue:
    """Return one part of what stands in brackets: a slice or a value."""
    if isinstance(part, cst.Slice):
        ends = (part.lower, part.upper, part.step)
        return SliceV([None if end is None else interpreter.eval(end, frame) for end in ends])
    assert isinstance(part, cst.Index)
    value = interpreter.eval(part.value, frame)
    if overgrown(value):
        return interpreter.unknown("a list that is too long", part, frame)
    return value


# --- items by the class of what holds them ------------------------------------------------


Item = Callable[[Context, Any, AbstractValue], AbstractValue]
"""What a subscript of a class of value gives, by its index."""


def subscript(context: Context, value: AbstractValue, index: AbstractValue) -> AbstractValue:
    """Return `value[index]`."""
    return _ITEMS.of(value)(context, value, index)


def _of_library(context: Context, value: AbstractValue, index: AbstractValue) -> AbstractValue:
    """Return what the library says of `__getitem__` of this class."""
    found = _in_library(context, value, index)
    if found is None:
        return context.unknown(because=value)
    return found


def _in_library(
    context: Context, value: AbstractValue, index: AbstractValue
) -> AbstractValue | None:
    """Return what the library says of `__getitem__`, `None` where it says nothing."""
    special = lookup.method_of(value, "__getitem__")
    if special is None:
        return None
    given = [Given(None, index)]
    return special(Call(context, given, value))


_ITEMS: ByClass[Item] = ByClass(_of_library)
_ITEMS.register(FrameV)(_of_library)


@_ITEMS.register(Unknown)
def _of_unknown(context: Context, value: Unknown, index: AbstractValue) -> AbstractValue:
    found = _in_library(context, value, index)
    if found is None:
        return value
    return found


@_ITEMS.register(Within)
def _of_inner_layers(context: Context, value: Within, index: AbstractValue) -> AbstractValue:
    return value.some()


@_ITEMS.register(Choice)
def _of_choice(context: Context, value: Choice, index: AbstractValue) -> AbstractValue:
    return context.interpreter.spread(lambda one: subscript(context, one[0], index), [value])


@_ITEMS.register(InstanceV)
def _of_instance(context: Context, value: InstanceV, index: AbstractValue) -> AbstractValue:
    method = value.cls.method("__getitem__")
    if method is not None:
        return invoke(context, method, [Given(None, value), Given(None, index)])
    return _of_library(context, value, index)


@_ITEMS.register(DictV)
def _of_dict(context: Context, value: DictV, index: AbstractValue) -> AbstractValue:
    key = key_of(index)
    if key is MISSING:
        return context.unknown(because=first(value.unknown, index))
    if key in value.entries or look_in_imports(context.interpreter, value, key):
        return value.entries[key]
    return context.unknown(because=first(value.unknown, index))


@_ITEMS.register(TensorV)
def _of_tensor(context: Context, value: TensorV, index: AbstractValue) -> AbstractValue:
    interpreter = context.interpreter
    key = plain_index(_with_scalars(interpreter, index))
    if key is MISSING or isinstance(key, str):  # a name picks from a dictionary of tensors
        key = Unknown(f"`{context.source}`: the index is not known", context.site)
    return tensor_operations.getitem(interpreter, value, key, context.site)


def _with_scalars(interpreter: Interpreter, index: AbstractValue) -> AbstractValue:
    """Return an index of a tensor, with an `Array` of no axes for each number in it that the graph
    works out.
    """
    if isinstance(index, SliceV):
        ends = index.parts
        return SliceV([None if end is None else _with_scalars(interpreter, end) for end in ends])
    if isinstance(index, ListV) and index.is_known_tuple:
        return ListV([_with_scalars(interpreter, item) for item in index.items], "tuple")
    if isinstance(index, TensorV):
        if tensor_operations.shape_of(interpreter, index) == ():
            return Array(())
        return index
    if isinstance(index, OpenV):
        return Array(())
    return index


@_ITEMS.register(Array)
def _of_array(context: Context, value: Array, index: AbstractValue) -> AbstractValue:
    if value.numbers is not None and value.shape != ():
        place = plain_index(index)
        if isinstance(place, int) and -len(value.numbers) <= place < len(value.numbers):
            return number_of(value.numbers[place])

    def again(array: AbstractValue, place: AbstractValue) -> AbstractValue:
        return item_of_array(context.interpreter, cast(Array, array), place)

    item = item_of_array(context.interpreter, value, index)
    if item.dtype == LISTS and item.shape == ():
        return context.unknown("a list of its own length")
    return traced(item, again, (value, index))


@_ITEMS.register(VersionedV)
def _of_versioned(context: Context, value: VersionedV, index: AbstractValue) -> AbstractValue:
    return context.unknown(f"`{context.source}` depends on the version of the library")


# --- items of sequences -------------------------------------------------------------------


def _sequence_key(context: Context, index: AbstractValue) -> int | slice | Unknown:
    """Return an index of a list, a range or a text, an `Unknown` where it is not known."""
    key = plain_index(index)
    if isinstance(key, int | slice):
        return key
    return context.unknown(f"`{context.source}`: the index is not known", index)


def _fails(context: Context, error: Exception) -> Unknown:
    """Return what an item is where Python raises this error."""
    return context.unknown(f"{type(error).__name__}: {error}")


def _one_inside(context: Context, element: AbstractValue) -> Unknown:
    """Return an element that is one of those that a model within the list has of its own."""
    why = context.unknown(f"`{context.source}`: a model within it has layers of its own")
    if isinstance(element, Within):
        return Within(why.why, why.site, element.base, every=False)
    return why


@_ITEMS.register(ListV)
def _of_list(context: Context, value: ListV, index: AbstractValue) -> AbstractValue:
    """Return an element or a slice of a list.

    Where the index is not known, what all elements have in common.
    """
    key = _sequence_key(context, index)
    if isinstance(key, Unknown):
        return _some_of(value, isinstance(index, SliceV), key)
    if value.unknown is not None:
        return _some_of(value, isinstance(key, slice), context.unknown(because=value.unknown))
    if value.gap is not None and not _clear_of(value.gap, key, len(value.items)):
        return _one_inside(context, value.items[value.gap])
    try:
        if isinstance(key, slice):
            return ListV(value.items[key], value.kind, value.sites[key])
        return _with_index(value.items[key], index)
    except (IndexError, ValueError, TypeError) as error:
        return _fails(context, error)


def _some_of(value: ListV, several: bool, why: Unknown) -> AbstractValue:
    """Return an element of a list, or several, nobody knows which: what they have in common, else
    `why`.
    """
    if not value.items:
        return why
    one = any_of(value.items[:64], why)
    if several and one is not why:
        return ListV(list(value.items), value.kind, unknown=why)
    return one


def _clear_of(gap: int, key: int | slice, length: int) -> bool:
    """Return whether an index or a slice misses the element that stands for several."""
    if isinstance(key, int):
        if key >= 0:
            return key < gap
        return length + key > gap
    if key.step not in (None, 1):
        return False
    ends = [key.start or 0] if key.stop is None else [key.start or 0, key.stop]
    return all(end <= gap if end >= 0 else length + end > gap for end in ends)


def _with_index(item: AbstractValue, index: AbstractValue) -> AbstractValue:
    """Return an element of a container.

    A dim of a shape remembers the index that it was asked for with.
    """
    if not isinstance(item, Const) or not isinstance(index, Const):
        return item
    origin = item.origin
    if not isinstance(origin, Derived) or origin.function is not get_item:
        return item
    whole = origin.parts[0]
    if not isinstance(whole, Fixed) or not isinstance(index.origin, Literal):
        return item
    return Const(item.value, Derived(get_item, (whole, index.origin)))


@_ITEMS.register(RangeV)
def _of_range(context: Context, value: RangeV, index: AbstractValue) -> AbstractValue:
    """Return a number or a slice of a range."""
    key = _sequence_key(context, index)
    if isinstance(key, Unknown):
        return key
    try:
        if isinstance(key, slice):
            return from_plain(value.range[key])
        length = size(value.range, 2**62)
        if -length <= key < length:
            key %= length
        return value.item(key)
    except (IndexError, ValueError, TypeError, ArithmeticError) as error:
        return _fails(context, error)


@_ITEMS.register(Const)
def _of_text(context: Context, value: Const, index: AbstractValue) -> AbstractValue:
    """Return a character or a slice of a text."""
    if not isinstance(value.value, str | bytes):
        return _of_library(context, value, index)
    key = _sequence_key(context, index)
    if isinstance(key, Unknown):
        return key
    try:
        picked = value.value[key]
    except (IndexError, ValueError, TypeError) as error:
        return _fails(context, error)
    return Const(picked, derived(picked, operator.getitem, value.origin, Fixed(key)))
