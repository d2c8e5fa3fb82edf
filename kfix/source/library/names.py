"""Names that a program looks up while it runs: `globals()["build"]`, `eval("ReLU")`, `sys.modules`.

They are looked up as the interpreter looks up names; nothing is evaluated.
"""

from __future__ import annotations

import re

from kfix.model.abstract_value import AbstractValue
from kfix.source.interpreter.attributes import attribute
from kfix.source.interpreter.containers import Const, DictV, ListV
from kfix.source.interpreter.expressions import find
from kfix.source.interpreter.imports import resolve
from kfix.source.interpreter.state import MISSING, Scope
from kfix.source.interpreter.values import ObjectV
from kfix.source.library.arguments import Bound
from kfix.source.library.lookup import CONSTANTS
from kfix.source.library.signatures import function, method

_DOTTED = re.compile(r"\s*[^\W\d]\w*(\.[^\W\d]\w*)*\s*")
"""A name or a dotted name, and nothing else."""

CONSTANTS["sys.modules"] = ObjectV("modules")


@function("builtins.globals builtins.locals")
def _names(call: Bound) -> AbstractValue:
    """Return the names of the module, or in `locals()` those of the function, as a mapping."""
    if call.given:
        return call.unknown()
    scope, module = call.frame.scope, call.frame.scope.module()
    if call.name == "locals" and scope is not module:
        return DictV({name: resolve(value) for name, value in scope.names.items()})
    return ObjectV("names", scope=module)


@method("modules.__getitem__", "key")
def _module(call: Bound) -> AbstractValue:
    """Return this module for `sys.modules[__name__]`."""
    name = call["key"]
    scope = call.frame.scope.module()
    own = scope.names.get("__name__")
    if isinstance(name, Const) and isinstance(own, Const) and name.value == own.value:
        return ObjectV("this_module", scope=scope)
    return call.unknown()


@method("names.__getitem__", "key")
def _name(call: Bound) -> AbstractValue:
    return _found(call, call["key"])


@method("names.get", "key, default=None, /")
def _get(call: Bound) -> AbstractValue:
    return _found(call, call["key"], call["default"])


@method("names.keys names.__iter__", "")
def _keys(call: Bound) -> AbstractValue:
    found = ListV([Const(name) for name in call.receiver.data["scope"].names])
    found.unknown = call.unknown("all names of a module")
    return found


def _found(call: Bound, key: AbstractValue, default: AbstractValue | None = None) -> AbstractValue:
    """Return what a known name stands for in the scope that the receiver is."""
    scope: Scope = call.receiver.data["scope"]
    if not isinstance(key, Const) or not isinstance(key.value, str):
        return call.unknown(because=key)
    value = scope.names.get(key.value, MISSING)
    if value is not MISSING:
        return resolve(value)
    if default is None or scope.stars:
        return call.unknown()
    return default


@function("builtins.eval", "source, globals=None, locals=None, /")
def _eval(call: Bound) -> AbstractValue:
    """Return what a text that is a name, or a dotted name, stands for."""
    source = call["source"]
    if len(call.given) > 1 or not isinstance(source, Const) or not isinstance(source.value, str):
        return call.unknown(because=source)
    if not _DOTTED.fullmatch(source.value):
        return call.unknown("the text that is evaluated is not a name")
    head, *rest = source.value.strip().split(".")
    call.interpreter.decide(source)
    value = find(call.interpreter, head, call.frame)
    if value is MISSING:
        return call.unknown(f"`{head}` is not defined here")
    for part in rest:
        value = attribute(call.context, value, part)
    return value
