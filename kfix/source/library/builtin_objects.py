"""Builtin functions that ask what an object is, or for what it has."""

from __future__ import annotations

from kfix.model.graph import Symbol
from kfix.model.unknown import Unknown
from kfix.source.interpreter.attributes import attribute
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, RangeV, Value
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.value_queries import elements
from kfix.source.interpreter.values import (
    ClassV,
    InstanceV,
    LayerV,
    ModelV,
    ObjectV,
    SequentialV,
    SuperV,
    TensorV,
)
from kfix.source.library.lookup import function


@function("builtins.isinstance", "builtins.issubclass")
def _isinstance(call: Call) -> Value:
    value, kinds = call.get(0), call.get(1)
    several = elements(kinds) if isinstance(kinds, ListV) else [kinds]
    answers = [_is_a(call.interpreter, value, kind) for kind in several or [None]]
    if True in answers:
        return Const(True)
    return call.unknown() if None in answers else Const(False)


def _is_a(interpreter: Interpreter, value: Value, kind: Value) -> bool | None:
    if isinstance(kind, Symbol) and kind.path.startswith("builtins."):
        name = kind.path.rpartition(".")[2]
        if isinstance(value, Const):
            return name in [cls.__name__ for cls in type(value.value).__mro__]
        if isinstance(value, ListV):
            return name == value.kind
        if isinstance(value, DictV):
            return name == "dict"
        return None if isinstance(value, Unknown) else False
    if isinstance(kind, ClassV) and isinstance(value, InstanceV):
        return kind in value.cls.mro()
    if isinstance(kind, ClassV) and isinstance(value, Const | ListV | DictV):
        return False
    if isinstance(kind, Symbol) and isinstance(value, LayerV):
        if kind.path == "keras.Model" and interpreter.shapes.is_application(value.cls):
            return True
        names = (value.cls, interpreter.shapes.class_name(value.cls))
        return kind.path in (
            "keras.layers.Layer",
            "keras.Layer",
            *(f"keras.layers.{name}" for name in names),
        )
    if isinstance(kind, Symbol) and isinstance(value, SequentialV | ModelV):
        if kind.path in ("keras.Model", "keras.layers.Layer", "keras.Layer"):
            return True
        return isinstance(value, SequentialV) if kind.path == "keras.Sequential" else False
    if isinstance(kind, Symbol) and isinstance(value, Const | ListV | DictV):
        return False if kind.path.startswith(("keras.", "tf.", "numpy.")) else None
    return None


@function("builtins.super")
def _super(call: Call) -> Value:
    if call.frame.cls is None or call.frame.instance is None:
        return call.unknown()
    return SuperV(call.frame.cls, call.frame.instance)


@function("builtins.getattr")
def _getattr(call: Call) -> Value:
    name = call.text(1)
    if not name:
        return call.unknown()
    found = attribute(call.context, call.get(0), name)
    default = call.get(2)
    return default if isinstance(found, Unknown) and default is not None else found


@function("builtins.hasattr")
def _hasattr(call: Call) -> Value:
    value = call.get(0)
    if isinstance(value, InstanceV) and call.text(1) in value.attributes:
        return Const(True)
    return call.unknown()


@function("builtins.setattr")
def _setattr(call: Call) -> Value:
    holder, name = call.get(0), call.text(1)
    if isinstance(holder, InstanceV) and name:
        call.interpreter.journal.set(holder.attributes, name, call.get(2, default=NONE))
    if name == "trainable":
        from kfix.source.keras.trainable import set_trainable

        set_trainable(call.interpreter, holder, call.get(2, default=NONE))
    return NONE


@function("builtins.type")
def _type(call: Call) -> Value:
    value = call.get(0)
    if isinstance(value, InstanceV):
        return value.cls
    path = _class_of(value)
    return call.unknown() if path is None else Symbol(path)


def _class_of(value: Value) -> str | None:
    """The dotted name of what a value is an instance of, where that is certain."""
    if isinstance(value, Const):
        return f"builtins.{type(value.value).__name__}"
    if isinstance(value, ListV):
        return f"builtins.{value.kind}"
    if isinstance(value, DictV):
        return "builtins.dict"
    if isinstance(value, RangeV):
        return "builtins.range"
    if isinstance(value, TensorV):
        return "keras.KerasTensor"
    if isinstance(value, LayerV) and value.layer.is_keras_layer:
        return f"keras.layers.{value.layer.cls}"
    return "keras.Sequential" if isinstance(value, SequentialV) else None


@function("builtins.object")
def _object(call: Call) -> Value:
    return call.unknown("an object")


@function("builtins.slice")
def _slice(call: Call) -> Value:
    from kfix.source.interpreter.value_queries import SliceV

    parts = call.positional
    return SliceV([None, *parts, None] if len(parts) == 1 else [*parts, None][:3])


@function("builtins.vars")
def _vars(call: Call) -> Value:
    value = call.get(0)
    if isinstance(value, ObjectV):
        return DictV(value.data)
    return DictV(value.attributes) if isinstance(value, InstanceV) else call.unknown()
