"""Built-in functions that inspect objects: their types and attributes."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.model.abstract_value import AbstractValue
from kfix.model.attribute_names import ATTRIBUTES
from kfix.model.graph import Array, Symbol
from kfix.model.unknown import Unknown
from kfix.source.interpreter.attributes import attribute
from kfix.source.interpreter.bound_values import SuperV
from kfix.source.interpreter.containers import NONE, Const, DictV, ListV, RangeV
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.value_queries import elements
from kfix.source.interpreter.values import (
    ClassV,
    InstanceV,
    LayerV,
    ModelV,
    ObjectV,
    SequentialV,
    SliceV,
    TensorV,
)
from kfix.source.library.arguments import Bound
from kfix.source.library.signatures import function, function_row

function_row("builtins.object", "", 'unknown("an object is not known")')


@function("builtins.isinstance", "obj, classinfo, /")
def _isinstance(call: Bound) -> AbstractValue:
    value = call["obj"]
    return _of_any(call, [_is_a(call.interpreter, value, kind) for kind in _kinds(call)])


@function("builtins.issubclass", "obj, classinfo, /")
def _issubclass(call: Bound) -> AbstractValue:
    return _of_any(call, [_is_subclass(call["obj"], kind) for kind in _kinds(call)])


def _kinds(call: Bound) -> Sequence[AbstractValue]:
    """Return the classes that a value is compared with."""
    kinds = call["classinfo"]
    several = elements(kinds) if isinstance(kinds, ListV) else [kinds]
    return several or [NONE]


def _of_any(call: Bound, answers: Sequence[bool | None]) -> AbstractValue:
    """Return whether one of the answers is true, unknown where that is not known."""
    if True in answers:
        return Const(True)
    if None in answers:
        return call.unknown()
    return Const(False)


_LAYER = ("keras.layers.Layer", "keras.Layer")
_MODELS = ("keras.Model", "keras.Functional", "keras.Sequential")


def _is_subclass(value: AbstractValue, kind: AbstractValue) -> bool | None:
    """Return whether a class derives from another, `None` where that is not known."""
    if isinstance(value, ClassV):
        return _derives(value, kind)
    if not isinstance(value, Symbol) or value.called:
        return None
    if isinstance(kind, ClassV):  # no class of a library derives from one of the program
        return False if value.path.startswith(("keras.", "tf.", "builtins.")) else None
    if isinstance(kind, Symbol):
        return _is_subclass_of_library(value, kind)
    return None


def _is_subclass_of_library(value: Symbol, kind: Symbol) -> bool | None:
    """Return whether a class of a library derives from another, `None` where that is not known."""
    if value == kind:
        return True
    if value.path.startswith("keras.layers.") or value.path in (*_LAYER, *_MODELS):
        bases = _LAYER + _MODELS[:1] * (value.path in _MODELS)
        return kind.path in bases or (False if kind.path in _MODELS else None)
    return None


def _derives(value: ClassV, kind: AbstractValue) -> bool | None:
    """Return whether a class of the program derives from another, `None` if not known."""
    order = value.mro()
    bases = [base for cls in order for base in cls.bases if base not in order]
    if kind in order:
        return True
    if isinstance(kind, Symbol):
        answers = [_is_subclass(base, kind) for base in bases]
    else:
        answers = [None if isinstance(base, Unknown) else False for base in bases]
    if True in answers:
        return True
    return None if None in answers else False


def _is_a(interpreter: Interpreter, value: AbstractValue, kind: AbstractValue) -> bool | None:
    """Return whether a value is an instance of a class, `None` where that is not known."""
    if isinstance(kind, ClassV):
        return _is_a_class(value, kind)
    if not isinstance(kind, Symbol):
        return None
    if kind.path.startswith("builtins."):
        return _is_a_builtin(value, kind.path.rpartition(".")[2])
    return _is_of_library(interpreter, value, kind)


def _is_of_library(interpreter: Interpreter, value: AbstractValue, kind: Symbol) -> bool | None:
    if isinstance(value, LayerV):
        return _is_a_layer(interpreter, value, kind.path)
    if isinstance(value, SequentialV | ModelV):
        return _is_a_model(value, kind.path)
    if isinstance(value, InstanceV):
        return _derives(value.cls, kind)
    if kind.path in _MAPPINGS and isinstance(value, Const | ListV | TensorV | Array):
        return False
    of_library = kind.path.startswith(("keras.", "tf.", "numpy."))
    if of_library and isinstance(value, Const | ListV | DictV):
        return False
    return None


_MAPPINGS = frozenset(
    (
        *(f"collections.{name}" for name in ("OrderedDict", "defaultdict", "Counter", "UserDict")),
        *(f"collections.abc.{name}" for name in ("Mapping", "MutableMapping")),
        *(f"typing.{name}" for name in ("Mapping", "MutableMapping", "Dict", "OrderedDict")),
    )
)
"""Classes that a tensor or a list is never an object of."""


def _is_a_class(value: AbstractValue, kind: ClassV) -> bool | None:
    if isinstance(value, InstanceV):
        return kind in value.cls.mro()
    if isinstance(value, Const | ListV | DictV | TensorV | Array):
        return False
    return None


def _is_a_builtin(value: AbstractValue, name: str) -> bool | None:
    if isinstance(value, Const):
        return name in [cls.__name__ for cls in type(value.value).__mro__]
    if isinstance(value, ListV):
        return name == value.kind
    if isinstance(value, DictV):
        return name == "dict"
    if isinstance(value, Unknown):
        return None
    return False


def _is_a_layer(interpreter: Interpreter, value: LayerV, path: str) -> bool:
    if path in ("keras.Model", "keras.Functional") and interpreter.shapes.is_application(value.cls):
        return True
    names = (value.cls, interpreter.shapes.class_name(value.cls))
    return path in (*_LAYER, *(f"keras.layers.{name}" for name in names))


def _is_a_model(value: SequentialV | ModelV, path: str) -> bool:
    kinds = {
        "keras.Sequential": isinstance(value, SequentialV),
        "keras.Functional": isinstance(value, ModelV) and value.model.is_functional,
    }
    return kinds.get(path, path in ("keras.Model", *_LAYER))


@function("builtins.super")
def _super(call: Bound) -> AbstractValue:
    """Return the bases of the class around the method, or of the one that is named."""
    instance = call.frame.instance
    if call.frame.cls is None or instance is None:
        return call.unknown()
    named = call.get(0)
    if isinstance(named, ClassV):
        return SuperV(named, instance)
    return SuperV(call.frame.cls, instance)


@function("builtins.getattr", "obj, name, default=None, /")
def _getattr(call: Bound) -> AbstractValue:
    name = call.string("name")
    if not name:
        return call.unknown()
    found = attribute(call.context, call["obj"], name)
    if isinstance(found, Unknown) and call.is_given("default"):
        return call["default"]
    return found


@function("builtins.hasattr", "obj, name, /")
def _hasattr(call: Bound) -> AbstractValue:
    value, name = call["obj"], call.string("name")
    if isinstance(value, SequentialV | ModelV) and name is not None:
        return _model_has(call, value, name)
    if not isinstance(value, InstanceV) or name is None:
        return call.unknown()
    if name in value.attributes or value.cls.find(name) is not None:
        return Const(True)
    bases = {base for cls in value.cls.mro() for base in cls.bases if not isinstance(base, ClassV)}
    of_keras = all(isinstance(one, Symbol) and one.path in _WITH_ATTRIBUTES for one in bases)
    if of_keras and not name.startswith("_") and name not in ATTRIBUTES:
        return Const(False)
    return call.unknown()


def _model_has(call: Bound, value: SequentialV | ModelV, name: str) -> AbstractValue:
    """Return whether a functional or Sequential model of Keras has an attribute."""
    if isinstance(value, ModelV) and value.instance is not None:
        return call.unknown()
    if name in _OF_EVERY_MODEL or (isinstance(value, ModelV) and name in _ENDS):
        return Const(True)
    if name.startswith("_") or name in ATTRIBUTES:
        return call.unknown()
    return Const(False)


_MODEL_NAMES = """
call compile count_params evaluate fit get_config get_layer get_weights layers load_weights name
predict save save_weights set_weights summary trainable trainable_weights variables weights
"""
_OF_EVERY_MODEL = frozenset(_MODEL_NAMES.split())
"""Attributes that each model has, built or not."""

_ENDS = ("input", "inputs", "input_shape", "output", "outputs", "output_shape")
"""Attributes that a functional model has."""

_WITH_ATTRIBUTES = (*_LAYER, *_MODELS, "builtins.object")


@function("builtins.setattr", "obj, name, value, /")
def _setattr(call: Bound) -> AbstractValue:
    holder, name = call["obj"], call.string("name")
    if isinstance(holder, InstanceV) and name:
        call.interpreter.journal.set(holder.attributes, name, call["value"])
    call.interpreter.own_names.add(name or "*")
    if name == "trainable":
        from kfix.source.keras.trainable import set_trainable

        set_trainable(call.interpreter, holder, call["value"])
    return NONE


@function("builtins.type", "obj, bases=None, namespace=None, /")
def _type(call: Bound) -> AbstractValue:
    value = call["obj"]
    if isinstance(value, InstanceV):
        return value.cls
    path = _class_of(value)
    if path is None:
        return call.unknown()
    return Symbol(path)


def _class_of(value: AbstractValue) -> str | None:
    """Return the dotted name of the class of a value, where that is certain."""
    if isinstance(value, Const):
        return f"builtins.{type(value.value).__name__}"
    if isinstance(value, ListV):
        return f"builtins.{value.kind}"
    if isinstance(value, LayerV):
        if value.layer.is_keras_layer:
            return f"keras.layers.{value.layer.cls}"
        return None
    return next((path for kind, path in _CLASSES if isinstance(value, kind)), None)


_CLASSES = (
    (DictV, "builtins.dict"),
    (RangeV, "builtins.range"),
    (TensorV, "keras.KerasTensor"),
    (SequentialV, "keras.Sequential"),
)


@function("builtins.slice")
def _slice(call: Bound) -> AbstractValue:
    parts: list[AbstractValue | None] = [*call.positional]
    if len(parts) == 1:
        parts.insert(0, None)
    return SliceV([*parts, None, None, None][:3])


@function("builtins.vars", "obj=None, /")
def _vars(call: Bound) -> AbstractValue:
    value = call["obj"]
    if isinstance(value, ObjectV):
        return DictV(value.data)
    if isinstance(value, InstanceV):
        return DictV(value.attributes)
    return call.unknown()
