"""Shapes as a person reads them, and the unknowns in them."""

from __future__ import annotations

from kfix.model.graph import Array, Layer, Symbol, TensorRef
from kfix.model.unknown import Unknown


def show(shapes: object) -> str:
    """Return shapes as Keras prints them, with `?` for what is unknown."""
    if isinstance(shapes, Unknown):
        return "?"
    if isinstance(shapes, tuple):
        inner = ", ".join(show(dim) for dim in shapes)
        if len(shapes) == 1:
            return f"({inner},)"
        return f"({inner})"
    if isinstance(shapes, list):
        return "[" + ", ".join(show(shape) for shape in shapes) + "]"
    if isinstance(shapes, dict):
        return "{" + ", ".join(f"{name!r}: {show(shape)}" for name, shape in shapes.items()) + "}"
    return str(shapes)


def unknowns(shapes: object) -> tuple[Unknown, ...]:
    """Return the first unknown in shapes and what led to it, the nearest reason first."""
    waiting: list[object] = [shapes]
    while waiting:
        thing = waiting.pop(0)
        if isinstance(thing, Unknown):
            return thing.chain()
        if isinstance(thing, list | tuple):
            waiting[:0] = thing
        elif isinstance(thing, dict):
            waiting[:0] = thing.values()
    return ()


_MOST_BITS = 10_000
"""Of an integer that is written: Python refuses more than 4,300 digits."""


def show_value(value: object) -> str:
    """Return a value as it would be written, with `?` for what is unknown."""
    match value:
        case Unknown():
            shown = "?"
        case list():
            shown = f"[{', '.join(map(show_value, value))}]"
        case (one,):
            shown = f"({show_value(one)},)"
        case tuple():
            shown = f"({', '.join(map(show_value, value))})"
        case Symbol():
            shown = value.path
        case Layer():
            shown = value.cls
        case Array() if value.shape == ():
            shown = "a NumPy number"
        case Array() | TensorRef():
            shown = "a tensor"
        case int() if value.bit_length() > _MOST_BITS:
            shown = "a huge integer"
        case _:
            shown = repr(value)
    return shown
