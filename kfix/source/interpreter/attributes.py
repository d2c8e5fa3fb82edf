"""Attributes of values."""

from __future__ import annotations

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Symbol
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Given, invoke
from kfix.source.interpreter.containers import FileV
from kfix.source.interpreter.dotted_names import normalise
from kfix.source.interpreter.imports import member
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.values import (
    BoundV,
    Choice,
    ClassV,
    FunctionV,
    InstanceV,
    MethodV,
    ModuleV,
    ObjectV,
    SuperInitV,
    SuperV,
)
from kfix.source.library import lookup


def attribute(
    interpreter: Interpreter, value: AbstractValue, name: str, node: cst.CSTNode, frame: Frame
) -> AbstractValue:
    """`value.name`."""
    if isinstance(value, Unknown):
        if name in ("reshape", "set_shape"):  # whatever it was, it has the shape that it is given
            return MethodV("array", name, Array(value))
        method = lookup.bound_method(value, name) if isinstance(value, FileV) else None
        return method or value
    if isinstance(value, Symbol):
        if value.called:
            return interpreter.unknown(
                f"`{interpreter.text(node, frame)}` is not known", node, frame
            )
        path = normalise(f"{value.path}.{name}")
        constant = lookup.constant_of(path)
        return Symbol(path) if constant is None else constant
    if isinstance(value, Choice):
        return interpreter.spread(
            lambda one: attribute(interpreter, one[0], name, node, frame), [value]
        )
    if isinstance(value, InstanceV):
        return _of_instance(interpreter, value, name, node, frame)
    if isinstance(value, ClassV):
        return _of_class(interpreter, value, name, node, frame)
    if isinstance(value, ModuleV):
        found = member(interpreter, value, name)
        return (
            interpreter.unknown(f"`{name}` is not in `{value.name}`", node, frame)
            if found is MISSING
            else found
        )
    if isinstance(value, SuperV):
        return _of_super(interpreter, value, name, node, frame)
    return _of_library(interpreter, value, name, node, frame)


def _of_library(
    interpreter: Interpreter, value: AbstractValue, name: str, node: cst.CSTNode, frame: Frame
) -> AbstractValue:
    special = lookup.attribute_of(value, name)
    if special is not None:
        found: AbstractValue = special(interpreter, value, node, frame)
        return found
    method = lookup.bound_method(value, name)
    if method is not None:
        return method
    if isinstance(value, ObjectV) and name in value.data:
        held: AbstractValue = value.data[name]
        return held
    if isinstance(value, FrameV) and isinstance(node, cst.Attribute):
        column = lookup.attribute_of(value, "__getattr__")
        return (
            interpreter.unknown("a column", node, frame)
            if column is None
            else column(interpreter, value, node, frame)
        )
    if isinstance(value, Array):
        return MethodV("array", name, value)
    return interpreter.unknown(f"`{interpreter.text(node, frame)}` is not known", node, frame)


def _of_instance(
    interpreter: Interpreter, value: InstanceV, name: str, node: cst.CSTNode, frame: Frame
) -> AbstractValue:
    if name in value.attributes:
        return value.attributes[name]
    if name == "__class__":
        return value.cls
    found = value.cls.find(name)
    if found is not None:
        return _bound(interpreter, found[1], value, node, frame)
    inner = value.model or value.layer
    if inner is not None:
        return _of_library(interpreter, inner, name, node, frame)
    return interpreter.unknown(f"`{interpreter.text(node, frame)}` is not set", node, frame)


def _bound(
    interpreter: Interpreter,
    found: AbstractValue,
    receiver: AbstractValue,
    node: cst.CSTNode,
    frame: Frame,
) -> AbstractValue:
    if not isinstance(found, FunctionV):
        return found
    if "property" in found.decorators or "cached_property" in found.decorators:
        return invoke(interpreter, found, [Given(None, receiver)], node, frame)
    if "staticmethod" in found.decorators:
        return found
    if "classmethod" in found.decorators:
        return BoundV(found, receiver.cls if isinstance(receiver, InstanceV) else receiver)
    return BoundV(found, receiver)


def _of_class(
    interpreter: Interpreter, value: ClassV, name: str, node: cst.CSTNode, frame: Frame
) -> AbstractValue:
    found = value.find(name)
    if found is None:
        return interpreter.unknown(f"`{interpreter.text(node, frame)}` is not set", node, frame)
    member = found[1]
    native = value.native
    if native is not None and native.startswith("enum.") and not isinstance(member, FunctionV):
        return ObjectV("enum", value=member, name=Unknown("the name of a member"))
    if isinstance(member, FunctionV) and "classmethod" in member.decorators:
        return BoundV(member, value)
    return member


def _of_super(
    interpreter: Interpreter, value: SuperV, name: str, node: cst.CSTNode, frame: Frame
) -> AbstractValue:
    instance = value.instance
    if not isinstance(instance, InstanceV):
        return interpreter.unknown(
            f"`{interpreter.text(node, frame)}` is not known", node, frame, instance
        )
    found = instance.cls.find(name, value.cls)
    if found is not None:
        return _bound(interpreter, found[1], instance, node, frame)
    if name == "__init__":
        return SuperInitV(instance)
    if name in ("call", "__call__") and instance.base is not None:
        return instance.base
    inner = instance.model or instance.layer
    if inner is not None:
        return _of_library(interpreter, inner, name, node, frame)
    return interpreter.unknown(f"`{interpreter.text(node, frame)}` is not known", node, frame)
