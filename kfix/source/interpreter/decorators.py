"""What decorators make of functions and classes.

A decorator of the program is called like any other function. Those of libraries that give
the function back, or one that is called alike, are listed; of others the result is unknown.
"""

from __future__ import annotations

from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Symbol
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Given, invoke
from kfix.source.interpreter.interpreter import Frame, Interpreter
from kfix.source.interpreter.values import ClassV, FunctionV, ObjectV

_SAME = frozenset(
    (
        *(f"builtins.{name}" for name in ("staticmethod", "classmethod", "property")),
        *(f"abc.{name}" for name in ("abstractmethod", "abstractproperty")),
        *(f"functools.{name}" for name in ("cache", "lru_cache", "cached_property", "wraps")),
        "atexit.register",
        "contextlib.contextmanager",
        "tf.Module.with_name_scope",
        "tf.autograph.experimental.do_not_convert",
        "tf.function",
        "typing.final",
        "typing.no_type_check",
        "typing.overload",
        "typing.override",
    )
)
"""Decorators whose result is called as the function is."""

_SAME_HEADS = ("dataclasses.", "jax.", "numba.", "typing_extensions.", "tf.keras.", "keras.")
"""Libraries all of whose decorators are such, but for those of `_PAIRS`."""

_PAIRS = ("tf.custom_gradient", "keras.ops.custom_gradient")
"""Of the pair that the function returns, the decorated one returns the first."""


def decorated(
    interpreter: Interpreter,
    made: AbstractValue,
    node: cst.FunctionDef | cst.ClassDef,
    frame: Frame,
) -> AbstractValue:
    """Return what the decorators of a definition make of it, the lowest one first."""
    for decorator in reversed(node.decorators):
        made = _decorated(interpreter, made, decorator.decorator, frame)
    return made


def _decorated(
    interpreter: Interpreter, made: AbstractValue, decorator: cst.BaseExpression, frame: Frame
) -> AbstractValue:
    called = isinstance(decorator, cst.Call)
    named: Any = decorator.func if isinstance(decorator, cst.Call) else decorator
    last = named.attr.value if isinstance(named, cst.Attribute) else ""
    if last in ("setter", "deleter", "getter"):
        return made
    value = interpreter.eval(named, frame)
    if isinstance(value, Symbol) and not value.called:
        if value.path in _PAIRS:
            return ObjectV("custom_gradient", function=made)
        if value.path in _SAME or value.path.startswith(_SAME_HEADS):
            return made
    if called and not isinstance(value, Symbol | Unknown):
        value = interpreter.eval(decorator, frame)
    result: AbstractValue = Unknown("what a decorator gives", frame.unit.site(decorator))
    if not isinstance(value, Symbol | Unknown):
        result = invoke(interpreter, value, [Given(None, made)], decorator, frame)
    if isinstance(result, Unknown) and isinstance(made, ClassV):
        return made  # it is put into a registry, as a rule
    if isinstance(result, Unknown) and isinstance(made, FunctionV):
        return Unknown(f"what its decorator makes of `{made.name}`", result.site, result)
    return result
