"""Arguments of layers by Keras's names, as they were written."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.graph import Argument, Layer
from kfix.model.origin import CannotEvaluate, evaluate
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.shapes.inputs import input_arguments, is_input
from kfix.shapes.signatures import signature_of
from kfix.shapes.values import listed

INPUT_NAMES = ("shape", "input_shape", "batch_shape", "batch_input_shape", "input_dim")
"""The arguments that declare the input shape of a model (`input_dim` of Embedding does not)."""

SEQUENCES = "return_sequences"
"""The argument of every recurrent layer, RNN too."""


def names(layer: Layer) -> tuple[str, ...]:
    """Return the parameters that the layer's class declares.

    None for what is not a layer of Keras.
    """
    return signature_of(layer).names


def named(layer: Layer) -> dict[str, Argument]:
    """Return the arguments that were given, by Keras's names.

    Positional ones beyond the last parameter are left out.
    """
    if is_input(layer):
        return input_arguments(layer)
    positional = [argument for argument in layer.arguments if argument.keyword is None]
    by_name = {
        argument.keyword: argument for argument in layer.arguments if argument.keyword is not None
    }
    return dict(zip(signature_of(layer).positional, positional, strict=False)) | by_name


def default(layer: Layer, name: str) -> object:
    """Return what Keras takes where the argument is not given."""
    return signature_of(layer).defaults.get(name)


def value(layer: Layer, name: str) -> object:
    """Return the argument's value: what was given, or Keras's default."""
    argument = named(layer).get(name)
    if argument is None:
        return default(layer, name)
    return argument.value


def children(layer: Layer) -> Iterator[Layer]:
    """Return the layers among the arguments (the child of a wrapper)."""
    for argument in layer.arguments:
        if isinstance(argument.value, Layer):
            yield argument.value


def core(layer: Layer) -> Layer:
    """Return the innermost layer of a wrapper: the LSTM of `Bidirectional(LSTM(8))`.

    Any other layer is its own, RNN too, whose child is a cell.
    """
    for _ in range(8):
        inner = None if SEQUENCES in names(layer) else next(children(layer), None)
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
        now, parts = argument.value, listed(argument.value)
        if isinstance(now, list):
            now = tuple(now)
        if argument.site is not None and all(
            isinstance(part, int | Unknown | None) for part in parts
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
        many, one = first, second
        if isinstance(second, tuple | list):
            many, one = second, first
        return all(item == one for item in listed(many))
    return first == second
