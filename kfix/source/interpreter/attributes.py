"""Attributes of values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.attribute_names import OF_MODELS
from kfix.model.graph import Array, Symbol
from kfix.model.unknown import Unknown
from kfix.source.interpreter.bound_values import BoundV, MethodV, SuperInitV, SuperV
from kfix.source.interpreter.calls import Given, invoke
from kfix.source.interpreter.containers import Const, FileV
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.dispatch import ByClass
from kfix.source.interpreter.dotted_names import normalise
from kfix.source.interpreter.imports import member, resolve
from kfix.source.interpreter.module_values import ModuleV
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.values import (
    Choice,
    ClassV,
    FunctionV,
    InstanceV,
    ModelV,
    ObjectV,
    SequentialV,
)
from kfix.source.library import lookup

Attribute = Callable[[Context, Any, str], AbstractValue]
"""What an attribute of a class of value is, by its name."""


def attribute(context: Context, value: AbstractValue, name: str) -> AbstractValue:
    """Return `value.name`."""
    return _ATTRIBUTES.of(value)(context, value, name)


# --- what libraries have ------------------------------------------------------------------


def _of_library(context: Context, value: AbstractValue, name: str) -> AbstractValue:
    """Return an attribute or a method that the library has for values of this class."""
    found = _in_library(context, value, name)
    if found is None:
        return context.unknown()
    return found


def _in_library(context: Context, value: AbstractValue, name: str) -> AbstractValue | None:
    special = lookup.attribute_of(value, name)
    if special is None:
        return lookup.bound_method(value, name)
    return special(context, value)


_ATTRIBUTES: ByClass[Attribute] = ByClass(_of_library)


@_ATTRIBUTES.register(SequentialV, ModelV)
def _of_model(context: Context, value: SequentialV | ModelV, name: str) -> AbstractValue:
    """Return what the library has; note an attribute that Keras does not have."""
    if name not in OF_MODELS:
        from kfix.source.keras.asked import absent

        absent(context, value, name)
    return _of_library(context, value, name)


@_ATTRIBUTES.register(FunctionV)
def _of_function(context: Context, value: FunctionV, name: str) -> AbstractValue:
    """Return the name of a function; its attributes are not kept."""
    if name == "__name__":
        return Const(value.name.rpartition(".")[2])
    return _of_library(context, value, name)


@_ATTRIBUTES.register(ObjectV)
def _of_object(context: Context, value: ObjectV, name: str) -> AbstractValue:
    """Return what the library has for this kind of object, or what its functions keep in it."""
    if value.kind == "this_module":
        return _of_namespace(context, value, name)
    found = _in_library(context, value, name)
    if found is not None:
        return found
    held = value.data.get(name)
    if isinstance(held, AbstractValue):
        return held
    return context.unknown()


def _of_namespace(context: Context, value: ObjectV, name: str) -> AbstractValue:
    """Return a name of the module that `sys.modules[__name__]` is."""
    found = value.data["scope"].names.get(name, MISSING)
    if found is MISSING:
        return context.unknown(f"`{name}` is not in this module")
    return resolve(found)


@_ATTRIBUTES.register(Array)
def _of_array(context: Context, value: Array, name: str) -> AbstractValue:
    """Return what NumPy has; any other name may be a method all the same."""
    found = _in_library(context, value, name)
    if found is None:
        return MethodV("array", name, value)
    return found


@_ATTRIBUTES.register(FrameV)
def _of_frame(context: Context, value: FrameV, name: str) -> AbstractValue:
    """Return what pandas has, or else a column."""
    found = _in_library(context, value, name)
    if found is not None:
        return found
    if not isinstance(context.node, cst.Attribute):
        return MethodV("array", name, value)
    column = _in_library(context, value, "__getattr__")
    if column is None:
        return context.unknown("a column")
    return column


@_ATTRIBUTES.register(Symbol)
def _of_symbol(context: Context, value: Symbol, name: str) -> AbstractValue:
    """Return a name within a library by its dotted name, or the constant that it stands for."""
    if value.called:
        return context.unknown()
    path = normalise(f"{value.path}.{name}")
    constant: AbstractValue | None = lookup.constant_of(path)
    if constant is None:
        return Symbol(path)
    return constant


@_ATTRIBUTES.register(Unknown)
def _of_unknown(context: Context, value: Unknown, name: str) -> AbstractValue:
    if name in ("reshape", "set_shape"):  # whatever it was, it has the shape that it is given
        return MethodV("array", name, Array(value))
    return value


@_ATTRIBUTES.register(FileV)
def _of_file(context: Context, value: FileV, name: str) -> AbstractValue:
    method = lookup.bound_method(value, name)
    if method is None:
        return _of_unknown(context, value, name)
    return method


# --- what the program has -----------------------------------------------------------------


@_ATTRIBUTES.register(Choice)
def _of_choice(context: Context, value: Choice, name: str) -> AbstractValue:
    return context.interpreter.spread(lambda one: attribute(context, one[0], name), [value])


@_ATTRIBUTES.register(ModuleV)
def _of_module(context: Context, value: ModuleV, name: str) -> AbstractValue:
    found = member(context.interpreter, value, name)
    if found is MISSING:
        return context.unknown(f"`{name}` is not in `{value.name}`")
    return found


@_ATTRIBUTES.register(InstanceV)
def _of_instance(context: Context, value: InstanceV, name: str) -> AbstractValue:
    """Return an attribute of the object, of its class, or of the layer or model that it is."""
    if name in value.attributes:
        return value.attributes[name]
    if name == "__class__":
        return value.cls
    found = value.cls.find(name)
    if found is not None:
        return _bound(context, found, value)
    inner = value.model or value.layer
    if inner is not None:
        return _of_library(context, inner, name)
    return context.unknown(f"`{context.source}` is not set")


def _bound(context: Context, found: AbstractValue, receiver: InstanceV) -> AbstractValue:
    """Return an attribute of a class as an object of it has it: functions become methods."""
    if not isinstance(found, FunctionV):
        return found
    if not found.decorators.isdisjoint(("property", "cached_property")):
        return invoke(context, found, [Given(None, receiver)])
    if "staticmethod" in found.decorators:
        return found
    if "classmethod" in found.decorators:
        return BoundV(found, receiver.cls)
    return BoundV(found, receiver)


@_ATTRIBUTES.register(ClassV)
def _of_class(context: Context, value: ClassV, name: str) -> AbstractValue:
    """Return a class attribute; a member of an `Enum` is an object with a value."""
    found = value.find(name)
    if found is None and name == "__name__":
        return Const(value.name.rpartition(".")[2])
    if found is None:
        return context.unknown(f"`{context.source}` is not set")
    if isinstance(found, FunctionV):
        return _of_the_class(found, value)
    if (value.native or "").startswith("enum."):
        return ObjectV("enum", value=found, name=Unknown("the name of a member"))
    return found


def _of_the_class(found: AbstractValue, cls: ClassV) -> AbstractValue:
    """Return what was found in a class or a base of it: a class method is bound to the class."""
    if isinstance(found, FunctionV) and "classmethod" in found.decorators:
        return BoundV(found, cls)
    return found


@_ATTRIBUTES.register(SuperV)
def _of_super(context: Context, value: SuperV, name: str) -> AbstractValue:
    """Return what `super().name` stands for: of the next class of the program, else of the
    library's base.
    """
    instance = value.instance
    if isinstance(instance, InstanceV):
        return _of_bases(context, instance, value.cls, name)
    if not isinstance(instance, ClassV):
        return context.unknown(because=instance)
    found = instance.find(name, value.cls)  # in a class method
    return context.unknown() if found is None else _of_the_class(found, instance)


def _of_bases(context: Context, instance: InstanceV, cls: ClassV, name: str) -> AbstractValue:
    """Return an attribute of an object that a class behind `cls` has, or the library's base."""
    found = instance.cls.find(name, cls)
    if found is not None:
        return _bound(context, found, instance)
    if name == "__init__":
        return SuperInitV(instance)
    if name in ("call", "__call__") and instance.base is not None:
        return instance.base
    inner = instance.model or instance.layer
    if inner is None:
        return context.unknown()
    return attribute(context, inner, name)
