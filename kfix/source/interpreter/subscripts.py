"""Subscripts: elements and slices of containers, tensors and arrays."""

from __future__ import annotations

import operator
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import LISTS, Array
from kfix.model.origin import Derived, Fixed, Literal, derived, get_item
from kfix.model.unknown import Unknown
from kfix.source.interpreter import calls, tensor_operations
from kfix.source.interpreter.containers import Const, DictV, ListV, OpenV, RangeV, Within, first
from kfix.source.interpreter.conversion import from_plain, overgrown
from kfix.source.interpreter.interpreter import Frame, Interpreter, expression
from kfix.source.interpreter.partial_values import FrameV, RowsV, UpToV, VersionedV
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.value_queries import (
    SliceV,
    Window,
    any_of,
    array_index,
    key_of,
    plain_index,
)
from kfix.source.interpreter.values import Choice, FunctionV, InstanceV, TensorV
from kfix.source.library import lookup

# --- subscripts ---------------------------------------------------------------------------


@expression(cst.Subscript)
def _subscript(interpreter: Interpreter, node: cst.Subscript, frame: Frame) -> AbstractValue:
    value = interpreter.eval(node.value, frame)
    index = index_of(interpreter, node, frame)
    return subscript(interpreter, value, index, node, frame)


def index_of(interpreter: Interpreter, node: cst.Subscript, frame: Frame) -> AbstractValue:
    """What stands in the brackets: a value, a slice, or a tuple of them."""
    parts = [_index_part(interpreter, element.slice, frame) for element in node.slice]
    if len(parts) == 1 and not isinstance(node.slice[0].comma, cst.Comma):
        return parts[0]
    return ListV(parts, "tuple")


def _index_part(interpreter: Interpreter, part: cst.BaseSlice, frame: Frame) -> AbstractValue:
    if isinstance(part, cst.Slice):
        return SliceV(
            [
                None if p is None else interpreter.eval(p, frame)
                for p in (part.lower, part.upper, part.step)
            ]
        )
    value = interpreter.eval(part.value, frame)  # type: ignore[attr-defined]
    return (
        interpreter.unknown("a list that is too long", part, frame) if overgrown(value) else value
    )


def _scalars(interpreter: Interpreter, index: AbstractValue) -> AbstractValue:
    """An index of a tensor, with an `Array` of no axes for each number in it that the graph works out."""
    if isinstance(index, SliceV):
        return SliceV(
            [None if part is None else _scalars(interpreter, part) for part in index.parts]
        )
    if isinstance(index, ListV) and index.kind == "tuple" and index.unknown is None:
        return ListV([_scalars(interpreter, item) for item in index.items], "tuple")
    made = isinstance(index, OpenV) or (
        isinstance(index, TensorV) and tensor_operations.shape_of(interpreter, index) == ()
    )
    return Array(()) if made else index


def subscript(
    interpreter: Interpreter,
    value: AbstractValue,
    index: AbstractValue,
    node: cst.CSTNode,
    frame: Frame,
) -> AbstractValue:
    """`value[index]`."""
    if isinstance(value, Choice):
        return interpreter.spread(
            lambda one: subscript(interpreter, one[0], index, node, frame), [value]
        )
    if isinstance(value, DictV):
        key = key_of(index)
        if key is not MISSING and key in value.entries:
            return value.entries[key]
        return interpreter.unknown(
            f"`{interpreter.text(node, frame)}` is not known",
            node,
            frame,
            first(value.unknown, index),
        )
    if isinstance(value, TensorV):
        key = plain_index(_scalars(interpreter, index))
        if key is MISSING:
            key = Unknown(
                f"`{interpreter.text(node, frame)}`: the index is not known", frame.unit.site(node)
            )
        return tensor_operations.getitem(interpreter, value, key, frame.unit.site(node))
    if isinstance(value, VersionedV):
        return interpreter.unknown(
            f"`{interpreter.text(node, frame)}` depends on the version of the library", node, frame
        )
    if isinstance(value, Array) and not isinstance(value, FrameV):
        made = of_array(interpreter, value, index)
        one = made.dtype == LISTS and made.shape == ()
        return interpreter.unknown("a list of its own length", node, frame) if one else made
    if isinstance(value, ListV | RangeV) or (
        isinstance(value, Const) and isinstance(value.value, str | bytes)
    ):
        return _element(interpreter, value, index, node, frame)
    if isinstance(value, InstanceV):
        found = value.cls.find("__getitem__")
        if found is not None and isinstance(found[1], FunctionV):
            return calls.invoke(
                interpreter,
                found[1],
                [calls.Given(None, value), calls.Given(None, index)],
                node,
                frame,
            )
    special = lookup.method_of(value, "__getitem__")
    if special is not None:
        return special(calls.Call(interpreter, [calls.Given(None, index)], node, frame, value))
    if isinstance(value, Within):
        return Within(value.why, value.site, value.base, every=False, because=value.because)
    if isinstance(value, Unknown):
        return value
    return interpreter.unknown(
        f"`{interpreter.text(node, frame)}` is not known", node, frame, value
    )


def of_array(interpreter: Interpreter, value: Array, index: AbstractValue) -> Array:
    """`array[index]`."""
    key = array_index(index)
    parts = list(key) if isinstance(key, tuple) else [key]
    shape: Any = value.shape
    if isinstance(shape, RowsV):
        if len([part for part in parts if part is not None and part is not ...]) == 2:
            shape = (shape, shape)
        elif isinstance(key, slice):
            return value
    if isinstance(shape, tuple):
        shape = _as_cut(shape, parts)
    parts = [slice(None) if isinstance(part, Window) else part for part in parts]
    made = tensor_operations.one_array_operation(
        interpreter, "operator.getitem", [(None, Array(shape)), (None, tuple(parts))]
    )
    rows = parts[0] if parts else None
    if (
        isinstance(rows, slice)
        and _from_the_front(rows)
        and isinstance(shape, tuple)
        and isinstance(made.shape, tuple)
    ):
        long = len(range(*rows.indices(rows.stop)))
        if isinstance(shape[0], Unknown):
            made = Array((UpToV(shape[0], long), *made.shape[1:]))
    picked = isinstance(rows, slice) or (isinstance(rows, Array) and rows.dtype != "bool")
    if not picked or not isinstance(made.shape, tuple) or not isinstance(shape, tuple):
        return Array(made.shape, value.dtype)
    # Rows in another order, or fewer, are labels of the same classes.
    column = len(shape) == 1 or (len(shape) == 2 and shape[1] == 1)
    whole = len(parts) == 1
    return Array(
        made.shape,
        value.dtype,
        value.distinct if column or whole else None,
        value.one_hot and whole,
    )


def _as_cut(shape: tuple[Any, ...], parts: list[Any]) -> tuple[Any, ...]:
    """The dims before they are cut, where the cut itself says how long they are.

    `data[:, 0:8]` of a file with unknown columns has 8 columns. Of the first
    axis, the samples, there may be fewer than are asked for.
    """
    dims = list(shape)
    axis = 0
    for part in parts:
        if part is ...:
            break
        if part is None:
            continue
        if axis >= len(dims):
            break
        if isinstance(part, Window):
            dims[axis] = part.length
        elif (
            isinstance(part, slice)
            and axis
            and isinstance(dims[axis], Unknown)
            and _from_the_front(part)
        ):
            dims[axis] = part.stop
        mask = isinstance(part, Array) and part.dtype == "bool" and isinstance(part.shape, tuple)
        axis += len(part.shape) if mask else 1
    return tuple(dims)


def _from_the_front(part: slice) -> bool:
    ends = (
        0 if part.start is None else part.start,
        part.stop,
        1 if part.step is None else part.step,
    )
    return all(isinstance(end, int) and end >= 0 for end in ends)


def _clear_of(gap: int, key: int | slice, length: int) -> bool:
    """Does an index, or do both ends of a slice, miss the element that stands for several?"""
    if isinstance(key, int):
        return key < gap if key >= 0 else length + key > gap
    if key.step not in (None, 1):
        return False
    start, stop = key.start or 0, key.stop
    after = length + start > gap if start < 0 else start <= gap
    before = stop is None or (length + stop > gap if stop < 0 else stop <= gap)
    return after and before


def _some_of(value: AbstractValue, several: bool, why: Unknown) -> AbstractValue:
    """An element of a list whose elements are alike, or several, nobody knows which; `why` for any other list."""
    if not isinstance(value, ListV) or not value.items:
        return why
    one = any_of(value.items[:64], why)
    return ListV(list(value.items), value.kind, unknown=why) if several and one is not why else one


def _dim(item: AbstractValue, index: AbstractValue) -> AbstractValue:
    """An element of a container; one of a shape remembers the index that it was asked for with."""
    if not isinstance(item, Const) or not isinstance(index, Const):
        return item
    origin = item.origin
    if not isinstance(origin, Derived) or origin.function is not get_item:
        return item
    whole = origin.parts[0]
    if not isinstance(whole, Fixed) or not isinstance(index.origin, Literal):
        return item
    return Const(item.value, Derived(get_item, (whole, index.origin)))


def _element(
    interpreter: Interpreter,
    value: AbstractValue,
    index: AbstractValue,
    node: cst.CSTNode,
    frame: Frame,
) -> AbstractValue:
    key = plain_index(index)
    if key is MISSING or not isinstance(key, int | slice):
        why = interpreter.unknown(
            f"`{interpreter.text(node, frame)}`: the index is not known", node, frame, index
        )
        return _some_of(value, isinstance(index, SliceV), why)
    if isinstance(value, ListV):
        if value.unknown is not None:
            why = interpreter.unknown(
                f"`{interpreter.text(node, frame)}` is not known", node, frame, value.unknown
            )
            return _some_of(value, isinstance(key, slice), why)
        if value.gap is not None and not _clear_of(value.gap, key, len(value.items)):
            why = interpreter.unknown(
                f"`{interpreter.text(node, frame)}`: a model within it has layers of its own",
                node,
                frame,
            )
            inside = value.items[value.gap]
            return (
                Within(why.why, why.site, inside.base, every=False)
                if isinstance(inside, Within)
                else why
            )
        try:
            if isinstance(key, slice):
                return ListV(value.items[key], value.kind, value.sites[key])
            return _dim(value.items[key], index)
        except (IndexError, ValueError, TypeError) as error:
            return interpreter.unknown(f"{type(error).__name__}: {error}", node, frame)
    if isinstance(value, RangeV):
        try:
            if isinstance(key, int):
                return value.item(
                    key % len(value.range) if -len(value.range) <= key < len(value.range) else key
                )
            return from_plain(value.range[key])
        except (IndexError, ValueError, ZeroDivisionError) as error:
            return interpreter.unknown(f"{type(error).__name__}: {error}", node, frame)
    assert isinstance(value, Const)
    try:
        picked = value.value[key]  # type: ignore[index]
        return Const(picked, derived(picked, operator.getitem, value.origin, Fixed(key)))
    except (IndexError, ValueError, TypeError) as error:
        return interpreter.unknown(f"{type(error).__name__}: {error}", node, frame)
