"""The tensors in the values of a program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.order import by_key
from kfix.source.interpreter.containers import Container, DictV, ListV
from kfix.source.interpreter.values import TensorV


def tensors_in(value: AbstractValue) -> list[TensorV]:
    """Return every tensor in a value, in the order in which Keras flattens it."""
    return list(_tensors_in(value))


def _tensors_in(value: AbstractValue) -> Iterator[TensorV]:
    if isinstance(value, TensorV):
        yield value
    elif isinstance(value, Container):
        for item in value.leaves():
            yield from _tensors_in(item)


def each_leaf(
    value: AbstractValue, change: Callable[[AbstractValue], AbstractValue]
) -> AbstractValue:
    """Return the same value with each leaf changed: whatever is not a list or dictionary."""
    match value:
        case ListV(items=items, unknown=None):
            return ListV([each_leaf(item, change) for item in items], value.kind)
        case DictV(entries=entries, unknown=None):
            return DictV({key: each_leaf(item, change) for key, item in entries.items()})
    return change(value)


def put_in(value: AbstractValue, tensors: list[TensorV]) -> AbstractValue:
    """Return the same value with its tensors replaced in order; takes those from the list."""
    if isinstance(value, TensorV):
        if tensors:
            return tensors.pop(0)
        return value
    if isinstance(value, ListV):
        return ListV([put_in(item, tensors) for item in value.items], value.kind)
    if isinstance(value, DictV):
        put = {key: put_in(value.entries[key], tensors) for key in by_key(value.entries)}
        return DictV({key: put[key] for key in value.entries})
    return value


def numbered(tensors: AbstractValue, numbers: Iterator[int]) -> Any:
    """Return the structure of inputs or outputs with their numbers, `None` where it is not known.

    They are counted in the order in which Keras flattens it.
    """
    match tensors:
        case DictV(entries=entries, unknown=None):
            return {key: numbered(entries[key], numbers) for key in by_key(entries)}
        case ListV(items=items, unknown=None):
            rows = [numbered(item, numbers) for item in items]
            if tensors.kind == "tuple":
                return tuple(rows)
            return rows
        case TensorV():
            return next(numbers)
    return None
