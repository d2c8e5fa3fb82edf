"""Values of the program as `kfix.model` keeps them in arguments of layers and calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Argument, Array, Symbol, TensorRef
from kfix.model.origin import Derived, Fixed, Origin
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Given
from kfix.source.interpreter.containers import Const, Container, DictV, ListV, RangeV
from kfix.source.interpreter.conversion import MAX_PARTS, maker_of, overgrown
from kfix.source.interpreter.dispatch import ByClass
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.partial_values import FrameV, VersionedV
from kfix.source.interpreter.values import (
    Choice,
    ClassV,
    FunctionV,
    InstanceV,
    LayerV,
    ModelV,
    ObjectV,
    SequentialV,
    TensorV,
)

_LIBRARIES = ("keras.", "tf.", "numpy.", "builtins.", "operator.")
"""Of these is known what is in them."""

_MOST_OF_RANGE = 64
"""Numbers of a range that are kept."""


# --- what a value is ----------------------------------------------------------------------


def is_built(value: AbstractValue) -> bool:
    """Return whether a value is what models are built of.

    That is a layer, a tensor, a model, a list of them, a class of a library, or None for one.
    """
    match value:
        case ListV(items=[_, *_] as items, unknown=None):
            return all(map(is_built, items))
        case Symbol():
            return not value.called
        case Const():
            return value.value is None
    return isinstance(value, LayerV | TensorV | SequentialV | ModelV) or is_layer_like(value)


def is_layer_like(value: AbstractValue) -> bool:
    """Return whether a value is an object of a class of the program that is a layer or a model."""
    return isinstance(value, InstanceV) and (value.layer is not None or value.model is not None)


def holds_layers(value: AbstractValue) -> bool:
    """Return whether a value is a layer or a model, or a container with one in it."""
    if isinstance(value, Container):
        return any(map(holds_layers, value.held()))
    return isinstance(value, LayerV | SequentialV | ModelV | Choice) or is_layer_like(value)


# --- arguments ----------------------------------------------------------------------------


def model_arguments(interpreter: Interpreter, given: list[Given]) -> tuple[Argument, ...]:
    """Return a call's arguments as `kfix.model` keeps them."""
    return tuple(
        Argument(
            one.keyword, _setting(interpreter, one.value), argument_origin(one.value), one.site
        )
        for one in given
    )


def _setting(interpreter: Interpreter, value: AbstractValue) -> Any:
    """Return the value of a constructor's argument.

    What an unknown function makes of a tensor need not be a tensor.
    """
    if isinstance(value, TensorV) and 0 <= value.ref.node < len(interpreter.arena):
        unknown = interpreter.arena[value.ref.node].layer.unknown
        if unknown is not None:
            return unknown
    return argument_value(interpreter, value)


def argument_origin(value: AbstractValue) -> Origin | None:
    """Return where an argument's value came from; `None` where nothing in it can be traced."""
    if isinstance(value, Const):
        return value.origin
    if isinstance(value, ListV) and value.unknown is None and not overgrown(value, MAX_PARTS):
        parts = tuple(argument_origin(item) or Fixed(None) for item in value.items)
        return Derived(maker_of(value), parts)
    return None


def argument_value(interpreter: Interpreter, value: AbstractValue) -> Any:
    """Return a value as `kfix.model` keeps it.

    That is plain Python, or layers, tensors, symbols, arrays and unknowns.
    """
    return _ARGUMENTS.of(value)(interpreter, value)


def _no_part(interpreter: Interpreter, value: AbstractValue) -> object:
    return Unknown("a value that is not a part of a model")


_ARGUMENTS: ByClass[Callable[[Interpreter, Any], object]] = ByClass(_no_part)

kept_as = _ARGUMENTS.register
"""Registers how values of some classes are kept; `layers` does so for layers and models."""


@_ARGUMENTS.register(Const)
def _scalar(interpreter: Interpreter, value: Const) -> object:
    return value.value


@_ARGUMENTS.register(ListV)
def _list(interpreter: Interpreter, value: ListV) -> object:
    if value.unknown is not None:
        return value.unknown
    items = [argument_value(interpreter, item) for item in value.items]
    if value.kind == "tuple":
        return tuple(items)
    return items


@_ARGUMENTS.register(DictV)
def _dict(interpreter: Interpreter, value: DictV) -> object:
    if value.unknown is not None:
        return value.unknown
    return {key: argument_value(interpreter, item) for key, item in value.entries.items()}


@_ARGUMENTS.register(RangeV)
def _range(interpreter: Interpreter, value: RangeV) -> list[int]:
    return list(value.range[:_MOST_OF_RANGE])


@_ARGUMENTS.register(TensorV)
def _tensor(interpreter: Interpreter, value: TensorV) -> TensorRef:
    return value.ref


@_ARGUMENTS.register(Unknown, Array)
def _itself(interpreter: Interpreter, value: Unknown | Array) -> object:
    return value


@_ARGUMENTS.register(FrameV, VersionedV)
def _as_now(interpreter: Interpreter, value: FrameV | VersionedV) -> Array:
    return value.now()


@_ARGUMENTS.register(Symbol)
def _symbol(interpreter: Interpreter, value: Symbol) -> object:
    if value.called or value.path.startswith(_LIBRARIES):
        return value
    # a constant of a module that is not part of the project, for all one knows
    return Unknown(f"what `{value.path}` is")


@_ARGUMENTS.register(FunctionV, ClassV)
def _by_name(interpreter: Interpreter, value: FunctionV | ClassV) -> Symbol:
    return Symbol(value.name)


@_ARGUMENTS.register(Choice)
def _choice(interpreter: Interpreter, value: Choice) -> Unknown:
    return Unknown(value.reason)


@_ARGUMENTS.register(ObjectV)
def _object(interpreter: Interpreter, value: ObjectV) -> object:
    """Return the call that made an object of a library, where it is known by that, too."""
    made = value.data.get("made")
    return made if isinstance(made, Symbol) else _no_part(interpreter, value)
