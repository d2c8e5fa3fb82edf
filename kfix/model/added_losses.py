"""Losses that layers add to that of `compile`: regularizers, and `add_loss` in layers."""

from __future__ import annotations

from kfix.model.graph import Argument, Layer, Library, Model


def may_add_losses(model: Model, by_class: bool = True) -> bool:
    """Return whether a layer of a model adds a loss, or may do so: then `compile` needs none.

    `by_class` says whether the code of a class of the program may do so.
    """
    own = model.is_subclassed and (by_class or not model.nodes)
    return own or any(_may_add(node.layer) for node in model.nodes)


def _may_add(layer: Layer) -> bool:
    """Return whether a layer, or one in its arguments, has a regularizer or code of its own."""
    if layer.cls == "ActivityRegularization" or layer.library in _OF_PROGRAM:
        return True
    inner = [layer.model] * (layer.model is not None)
    return any(map(may_add_losses, filter(None, inner))) or any(map(_gives_loss, layer.arguments))


_OF_PROGRAM = (Library.USER, Library.UNKNOWN)
"""Where layers come from whose code may add a loss."""


def _gives_loss(argument: Argument) -> bool:
    """Return whether an argument is a regularizer, or layers of which one may add a loss."""
    value = argument.value
    if str(argument.keyword).endswith("regularizer"):
        return value is not None
    held = value if isinstance(value, list | tuple) else (value,)
    return any(isinstance(one, Layer) and _may_add(one) for one in held)
