"""What decorators make of functions and classes.

A decorator of the program is called like any other function. Those of libraries that give
the function back, or one that is called alike, are listed; of others the result is unknown.
"""

from __future__ import annotations

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Symbol
from kfix.model.unknown import Unknown
from kfix.source.interpreter.calls import Given, invoke
from kfix.source.interpreter.context import Context
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
    value: AbstractValue,
    node: cst.FunctionDef | cst.ClassDef,
    frame: Frame,
) -> AbstractValue:
    """Return what the decorators of a definition make of it, the lowest one first."""
    for decorator in reversed(node.decorators):
        value = _decorated(Context(interpreter, decorator.decorator, frame), value)
    return value


def _decorated(context: Context, value: AbstractValue) -> AbstractValue:
    """Return what one decorator makes of a function or class.

    Unknown where nothing is known of it.
    """
    interpreter, decorator = context.interpreter, context.node
    called = isinstance(decorator, cst.Call)
    named = decorator.func if isinstance(decorator, cst.Call) else decorator
    if isinstance(named, cst.Attribute) and named.attr.value in ("setter", "deleter", "getter"):
        return value
    function = interpreter.eval(named, context.frame)
    if isinstance(function, Symbol) and not function.called:
        if function.path in _PAIRS:
            return ObjectV("custom_gradient", function=value)
        if function.path in _SAME or function.path.startswith(_SAME_HEADS):
            return value
    if called and not isinstance(function, Symbol | Unknown):
        function = interpreter.eval(decorator, context.frame)
    result: AbstractValue = Unknown("the result of a decorator", context.site)
    if not isinstance(function, Symbol | Unknown):
        result = invoke(context, function, [Given(None, value)])
    if isinstance(result, Unknown) and isinstance(value, ClassV):
        return value  # it is put into a registry, as a rule
    if isinstance(result, Unknown) and isinstance(value, FunctionV):
        return Unknown(f"what its decorator makes of `{value.name}`", result.site, result)
    return result
