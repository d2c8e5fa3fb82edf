"""What a value is that stands where a tensor belongs, for a person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Layer, Model, Symbol
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.shapes.formatting import show
from kfix.source.interpreter.bound_values import BoundV
from kfix.source.interpreter.containers import Const
from kfix.source.interpreter.dispatch import ByClass
from kfix.source.interpreter.values import (
    Choice,
    ClassV,
    FunctionV,
    InstanceV,
    LayerV,
    ModelV,
    SequentialV,
)


def not_a_tensor(value: AbstractValue, site: Site) -> Unknown:
    """Return why a value gives no shape: what it is, and where it comes from."""
    made = None
    match value:
        case LayerV(layer=Layer(site=at)) | SequentialV(site=at) | ModelV(model=Model(site=at)):
            made = Unknown("it is made here and was not called", at)
        case FunctionV():
            made = Unknown("it is defined here", value.unit.site(value.node))
        case InstanceV(site=Site() as at):
            made = Unknown("it is made here", at)
    return Unknown(f"{_DESCRIBED.of(value)(value)} is not a tensor", site, made)


def _other(value: AbstractValue) -> str:
    return "what stands here"


_DESCRIBED: ByClass[Callable[[Any], str]] = ByClass(_other)
"""By the class of a value what it is."""


@_DESCRIBED.register(Const)
def _constant(value: Const) -> str:
    if value.value is None:
        return "None"
    return f"the {type(value.value).__name__} {value.value!r:.40}"


@_DESCRIBED.register(Array)
def _array(value: Array) -> str:
    return f"an array of shape {show(value.shape)}"


@_DESCRIBED.register(LayerV)
def _layer(value: LayerV) -> str:
    return f"the layer {value.layer.cls}"


@_DESCRIBED.register(SequentialV, ModelV)
def _model(value: SequentialV | ModelV) -> str:
    return f"the model `{value.name}`" if value.name else "a model"


@_DESCRIBED.register(FunctionV, BoundV)
def _function(value: FunctionV | BoundV) -> str:
    match value:
        case FunctionV(name=name) | BoundV(function=FunctionV(name=name)):
            return f"the function `{name}`"
    return "a function"


@_DESCRIBED.register(ClassV)
def _class(value: ClassV) -> str:
    return f"the class `{value.name}`"


@_DESCRIBED.register(InstanceV)
def _object(value: InstanceV) -> str:
    return f"an object of the class `{value.cls.name}`"


@_DESCRIBED.register(Symbol)
def _symbol(value: Symbol) -> str:
    return f"the result of `{value.path}`" if value.called else f"`{value.path}`"


@_DESCRIBED.register(Choice)
def _choice(value: Choice) -> str:
    return f"one of several values ({value.reason})"
