"""Arguments of layers by Keras's names, as they were written."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.graph import Argument, Layer
from kfix.model.origin import CannotEvaluate, evaluate
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.shapes import signatures
from kfix.shapes.inputs import input_arguments, is_input

INPUT_NAMES = ("shape", "input_shape", "batch_shape", "batch_input_shape", "input_dim")
"""The arguments by which a layer is told the shape of the model's input (Embedding's `input_dim` is
its vocabulary).
"""


def names(layer: Layer) -> tuple[str, ...]:
    """Return the parameters that the layer's class declares.

    None for what is not a layer of Keras.
    """
    found = signatures.signature(layer.cls) if layer.is_keras_layer else None
    return found.names if found is not None else ()


def named(layer: Layer) -> dict[str, Argument]:
    """Return the arguments that were given, by Keras's names.

    Positional ones beyond the last parameter are left out.
    """
    if is_input(layer):
        return input_arguments(layer)
    found = signatures.signature(layer.cls) if layer.is_keras_layer else None
    positional = found.positional if found is not None else ()
    given: dict[str, Argument] = {}
    place = 0
    for argument in layer.arguments:
        if argument.keyword is not None:
            given[argument.keyword] = argument
        else:
            if place < len(positional):
                given[positional[place]] = argument
            place += 1
    return given


def default(layer: Layer, name: str) -> object:
    """Return what Keras takes where the argument is not given."""
    found = signatures.signature(layer.cls) if layer.is_keras_layer else None
    return found.defaults.get(name) if found is not None else None


def value(layer: Layer, name: str) -> object:
    """Return the argument's value: what was given, or Keras's default."""
    argument = named(layer).get(name)
    return default(layer, name) if argument is None else argument.value


def children(layer: Layer) -> Iterator[Layer]:
    """Return the layers among the arguments (the child of a wrapper)."""
    for argument in layer.arguments:
        if isinstance(argument.value, Layer):
            yield argument.value


def core(layer: Layer) -> Layer:
    """Return the innermost layer of a wrapper: the LSTM of `Bidirectional(LSTM(8))`.

    Any other layer is its own.
    """
    for _ in range(8):
        inner = next(children(layer), None)
        if inner is None:
            break
        layer = inner
    return layer


def texts(*arguments: Argument) -> tuple[tuple[object, Site], ...]:
    """Return the arguments as a `Slot` holds them, those that a value of numbers could be taken
    from.
    """
    found = []
    for argument in arguments:
        now = argument.value
        now = tuple(now) if isinstance(now, list) else now
        parts = now if isinstance(now, tuple) else (now,)
        if argument.site is not None and all(
            part is None or isinstance(part, int | Unknown) for part in parts
        ):
            found.append((now, argument.site))
    return tuple(found)


def changed(argument: Argument) -> bool:
    """Return whether an edit changed a literal that the argument is made of."""
    if argument.origin is None:
        return False
    try:
        return not same(evaluate(argument.origin, {}), argument.value)
    except CannotEvaluate:  # such an origin is not one that an edit has evaluated
        return False


def same(first: object, second: object) -> bool:
    """Return whether two values of an argument are equal: 2 and (2, 2), "SAME" and "same"."""
    if isinstance(first, str) and isinstance(second, str):
        return first.lower() == second.lower()
    if isinstance(first, tuple | list) != isinstance(second, tuple | list):
        many, one = (first, second) if isinstance(first, tuple | list) else (second, first)
        return all(item == one for item in many)  # type: ignore[attr-defined]
    return first == second
