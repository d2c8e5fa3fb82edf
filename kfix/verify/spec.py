"""A traced model as JSON, from which real Keras can build it again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import singledispatch
from itertools import chain, repeat
from types import EllipsisType
from typing import Any

from kfix.model.graph import Argument, Layer, Library, Model, Node, Symbol, TensorRef
from kfix.shapes import Trace, unknowns
from kfix.shapes.inputs import is_input
from kfix.shapes.signatures import Signature, application_signature, keras_version
from kfix.shapes.signatures import signature as layer_signature


class CannotRebuild(Exception):
    """Something of the model is known to the program alone; the message names it."""


_SHAPELESS = ("weights", "name", "seed")
"""Arguments left out: they change no shape, or would fetch something."""

_SHAPELESS_OBJECTS = ("_initializer", "_regularizer", "_constraint")
"""Suffixes of arguments that change no shape: only names are passed on, never a dictionary."""

FOREIGN = frozenset({"Lambda", "TFSMLayer", "JaxLayer", "FlaxLayer", "TorchModuleWrapper"})
"""Layers that run code which is not Keras's own, or load it from a file."""

_FILES = ("vocabulary",)
"""Arguments in which a string is the path of a file."""


_REBUILT = (Library.KERAS, Library.INSIDE_APPLICATION, Library.APPLICATION)
"""Where the layers are from that Keras can be asked for by their class alone."""


def describe(trace: Trace) -> dict[str, Any]:
    """Return the model on the input shapes of its trace; raise `CannotRebuild`."""
    return _model(trace.model) | {"inputs": [*map(_shape, trace.inputs)]}


def _model(model: Model) -> dict[str, Any]:
    nodes, entries = list(model.nodes), {}
    if model.is_sequential:
        # Its Input is not a layer of it: what comes after it takes the model's own input.
        entry = TensorRef(Model.ENTRY)
        entries = {TensorRef(node.id): entry for node in nodes if is_input(node.layer)}
        nodes = [node for node in nodes if TensorRef(node.id) not in entries]
    return {
        "sequential": model.is_sequential,
        "input_nodes": [ref.node for ref in model.inputs],
        "outputs": [[ref.node, ref.output] for ref in model.outputs],
        "nodes": [_node(node, entries) for node in nodes],
    }


def _node(node: Node, entries: Mapping[TensorRef, TensorRef]) -> dict[str, Any]:
    """Return a node in JSON; in its arguments `entries` are exchanged for other tensors."""
    args = [(keyword, _value(_exchanged(value, entries))) for keyword, value in node.args]
    return {
        "id": node.id,
        "uid": node.layer.uid,
        "layer": _layer(node.layer),
        "args": [value for keyword, value in args if keyword is None],
        "kwargs": {keyword: value for keyword, value in args if keyword is not None},
    }


def _exchanged(value: object, entries: Mapping[TensorRef, TensorRef]) -> object:
    if isinstance(value, TensorRef):
        return entries.get(value, value)
    return value


def _shape(shape: object) -> list[int | None]:
    if not isinstance(shape, tuple) or any(unknowns(shape)):
        raise CannotRebuild("its input shape is not known")
    return list(shape)


def _layer(layer: Layer) -> dict[str, Any]:
    """Return a layer in JSON: a model, an operation, or a class with its arguments."""
    if layer.is_model and layer.model is not None:
        return {"model": _model(layer.model)}
    if layer.is_operation:
        return _operation(layer)
    if layer.library not in _REBUILT or layer.body is not None:
        raise CannotRebuild(f"`{layer.cls}` is made by the program itself")
    if layer.cls in FOREIGN:
        raise CannotRebuild(f"`{layer.cls}` runs code that is not Keras's own")
    signature = _signature(layer)
    if signature is None:
        raise CannotRebuild(f"`{layer.cls}` is not in Keras {keras_version()}")
    args, kwargs = _arguments(layer, signature)
    library = Library.KERAS
    if layer.is_application:
        library = Library.APPLICATION
        _without_weights(signature, args, kwargs)
    return {"library": library.value, "cls": layer.cls, "args": args, "kwargs": kwargs}


def _operation(layer: Layer) -> dict[str, Any]:
    """Return an operation in JSON; raise `CannotRebuild` for one of another library."""
    if not layer.cls.startswith(("keras.layers.", "keras.ops.", "operator.")):
        raise CannotRebuild(f"`{layer.cls}` cannot be asked on its own")
    return {"operation": layer.cls}


def _arguments(layer: Layer, signature: Signature) -> tuple[list[Any], dict[str, Any]]:
    """Return the positional and the keyword arguments of a constructor in JSON.

    The weights of an application are `None`: Keras would fetch them.
    """
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for argument, name in _named(layer, signature):
        if argument.keyword is not None and _left_out(name, argument.value):
            continue
        if layer.is_application and name == "weights":
            args.append(None)
            continue
        value = _argument(layer, name, argument.value)
        if argument.keyword is None:
            args.append(value)
        elif not (isinstance(value, dict) and value.get("symbol")):
            kwargs[argument.keyword] = value
    return args, kwargs


def _without_weights(signature: Signature, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Set the `weights` of an application to `None`, where no position has done so."""
    if "weights" not in signature.positional[: len(args)]:
        kwargs["weights"] = None


def _signature(layer: Layer) -> Signature | None:
    if layer.is_application:
        return application_signature(layer.cls)
    if is_input(layer):
        return layer_signature("InputLayer")
    return layer_signature(layer.cls)


def _named(layer: Layer, signature: Signature) -> Iterator[tuple[Argument, str]]:
    """Yield the arguments of a layer with the names of the parameters that they are given to."""
    # A positional argument beyond the known ones has no name.
    positional = chain(signature.positional, repeat(""))
    for argument in layer.arguments:
        if argument.keyword is not None:
            yield argument, argument.keyword
        else:
            yield argument, next(positional)


def _left_out(name: str, value: object) -> bool:
    return name in _SHAPELESS or (name.endswith(_SHAPELESS_OBJECTS) and not isinstance(value, str))


def _argument(layer: Layer, name: str, value: object) -> object:
    """Return an argument of a constructor in JSON.

    A dictionary is refused: Keras would make an object of whatever class it
    names. So is the path of a file, which Keras would open.
    """
    if _holds_dictionary(value):
        raise CannotRebuild(f"an argument of `{layer.cls}` is a dictionary")
    if name in _FILES and isinstance(value, str):
        raise CannotRebuild(f"`{layer.cls}` reads its {name} from a file")
    try:
        return _value(value)
    except CannotRebuild:
        raise CannotRebuild(f"an argument of `{layer.cls}` is not known") from None


def _holds_dictionary(value: object) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_holds_dictionary, value))
    return isinstance(value, dict)


@singledispatch
def _value(value: object) -> object:
    """Return a value in JSON: what JSON has no type for is an object with one key.

    Raise `CannotRebuild` for any other object.
    """
    raise CannotRebuild(f"a {type(value).__name__}")


@_value.register
def _plain(value: bool | int | float | str | None) -> object:
    return value


@_value.register
def _ellipsis(value: EllipsisType) -> object:
    return {"ellipsis": True}


@_value.register(tuple)
def _tuple(value: tuple[object, ...]) -> object:
    return {"tuple": [*map(_value, value)]}


@_value.register(list)
def _list(value: list[object]) -> object:
    return [*map(_value, value)]


@_value.register(dict)
def _dict(value: dict[object, object]) -> object:
    if not all(isinstance(key, str) for key in value):
        raise CannotRebuild("a dictionary with keys that are not strings")
    return {"dict": {key: _value(item) for key, item in value.items()}}


@_value.register
def _slice(value: slice) -> object:
    return {"slice": [*map(_value, (value.start, value.stop, value.step))]}


@_value.register
def _tensor(value: TensorRef) -> object:
    return {"tensor": [value.node, value.output]}


@_value.register
def _symbol(value: Symbol) -> object:
    return {"symbol": value.path}


@_value.register
def _inner_layer(value: Layer) -> object:
    return {"layer": _layer(value), "uid": value.uid}
