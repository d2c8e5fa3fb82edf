"""What each kind of expression is worth."""

from __future__ import annotations

import builtins
import operator
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Symbol
from kfix.model.origin import Derived, Fixed, Literal
from kfix.model.unknown import Unknown
from kfix.source.interpreter import calls, functions
from kfix.source.interpreter import subscripts as _subscripts  # noqa: F401  (registers what subscripts are worth)
from kfix.source.interpreter.assignments import assign
from kfix.source.interpreter.attributes import attribute
from kfix.source.interpreter.bounds import MAX_LENGTH, MAX_SIZE, size, wide
from kfix.source.interpreter.containers import Const, DictV, ListV, first
from kfix.source.interpreter.conversion import is_plain
from kfix.source.interpreter.flow import item_of
from kfix.source.interpreter.imports import from_stars, resolve
from kfix.source.interpreter.interpreter import Frame, Interpreter, expression
from kfix.source.interpreter.operators import binary
from kfix.source.interpreter.state import MISSING, Scope
from kfix.source.interpreter.value_queries import elements, key_of, truth
from kfix.source.interpreter.values import FunctionV
from kfix.source.library import lookup

# --- literals -----------------------------------------------------------------------------


@expression(cst.Integer)
def _integer(interpreter: Interpreter, node: cst.Integer, frame: Frame) -> AbstractValue:
    try:
        value = int(node.value, 0)
    except ValueError:
        return interpreter.unknown("a number that Python does not read", node, frame)
    return Const(value, Literal(frame.unit.site(node), value))


@expression(cst.Float)
def _float(interpreter: Interpreter, node: cst.Float, frame: Frame) -> AbstractValue:
    value = float(node.value)
    return Const(value, Literal(frame.unit.site(node), value))


@expression(cst.Imaginary)
def _imaginary(interpreter: Interpreter, node: cst.Imaginary, frame: Frame) -> AbstractValue:
    return Const(complex(node.value.replace("_", "")))


@expression(cst.SimpleString)
def _string(interpreter: Interpreter, node: cst.SimpleString, frame: Frame) -> AbstractValue:
    raw = node.value
    if "\\" not in raw and raw[0] in "'\"" and not raw.startswith(("'''", '"""')):
        value: Any = raw[1:-1]
    else:
        try:
            value = node.evaluated_value
        except (ValueError, SyntaxError):
            return interpreter.unknown("a string that Python does not read", node, frame)
    return Const(value, Literal(frame.unit.site(node), value))


@expression(cst.ConcatenatedString)
def _strings(interpreter: Interpreter, node: cst.ConcatenatedString, frame: Frame) -> AbstractValue:
    left, right = interpreter.eval(node.left, frame), interpreter.eval(node.right, frame)
    return binary(interpreter, operator.add, left, right, node, frame)


@expression(cst.FormattedString)
def _formatted(interpreter: Interpreter, node: cst.FormattedString, frame: Frame) -> AbstractValue:
    pieces: list[Literal | Fixed] = []
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            pieces.append(
                Literal(frame.unit.site(part), part.value.replace("{{", "{").replace("}}", "}"))
            )
            continue
        if not isinstance(part, cst.FormattedStringExpression):
            return interpreter.unknown("a string that is not read", node, frame)
        value = interpreter.eval(part.expression, frame)
        if not is_plain(value) or not isinstance(value, Const):
            return interpreter.unknown(
                f"`{interpreter.text(node, frame)}` is put together", node, frame, value
            )
        spec = "" if not part.format_spec else interpreter.text(part.format_spec[0], frame)
        if wide(spec) or sum(size(piece.value) for piece in pieces) + size(value.value) > MAX_SIZE:
            return interpreter.unknown("a text that is too long", node, frame)
        try:
            shown = repr(value.value) if part.conversion == "r" else value.value
            pieces.append(Fixed(format(shown, spec) if len(spec) < 8 else str(shown)))
        except (ValueError, TypeError) as error:
            return interpreter.unknown(f"{type(error).__name__}: {error}", node, frame)
    return Const("".join(str(piece.value) for piece in pieces), Derived(_joined, tuple(pieces)))


def _joined(*pieces: str) -> str:
    return "".join(pieces)


@expression(cst.Ellipsis)
def _ellipsis(interpreter: Interpreter, node: cst.Ellipsis, frame: Frame) -> AbstractValue:
    return Const(...)


@expression(cst.Tuple, cst.List, cst.Set)
def _sequence(
    interpreter: Interpreter, node: cst.Tuple | cst.List | cst.Set, frame: Frame
) -> AbstractValue:
    kind = (
        "tuple" if isinstance(node, cst.Tuple) else "list" if isinstance(node, cst.List) else "set"
    )
    made = ListV([], kind, site=frame.unit.site(node))
    for element in node.elements:
        value = interpreter.eval(element.value, frame)
        if isinstance(element, cst.StarredElement):
            items = elements(value)
            if items is None:
                made.unknown = interpreter.unknown(
                    f"`{interpreter.text(element, frame)}` is not known", element, frame, value
                )
            elif len(made.items) + len(items) > MAX_LENGTH:
                made.unknown = interpreter.unknown("a list that is too long", element, frame)
            else:
                made.items.extend(items)
                site = frame.unit.site(element)
                sites: list[Any] = (
                    list(value.sites) if isinstance(value, ListV) else [site] * len(items)
                )
                made.sites.extend(s or site for s in sites)
        else:
            made.items.append(value)
            made.sites.append(frame.unit.site(element))
    return made


@expression(cst.Dict)
def _dict(interpreter: Interpreter, node: cst.Dict, frame: Frame) -> AbstractValue:
    made = DictV()
    for element in node.elements:
        if isinstance(element, cst.StarredDictElement):
            value = interpreter.eval(element.value, frame)
            if isinstance(value, DictV):
                made.entries.update(value.entries)
                made.sites.update(value.sites)
                made.unknown = first(made.unknown, value.unknown)
            else:
                made.forget(
                    interpreter.unknown(
                        f"`{interpreter.text(element, frame)}` is not known", element, frame, value
                    )
                )
            continue
        if not isinstance(element, cst.DictElement):
            continue
        key, value = interpreter.eval(element.key, frame), interpreter.eval(element.value, frame)
        known = key_of(key)
        if known is MISSING:
            made.unknown = interpreter.unknown("a key that is not known", element, frame, key)
        else:
            made.entries[known] = value
            made.sites[known] = frame.unit.site(element)
    return made


# --- names --------------------------------------------------------------------------------


@expression(cst.Name)
def _name(interpreter: Interpreter, node: cst.Name, frame: Frame) -> AbstractValue:
    name = node.value
    if name in _WORDS:
        word = _WORDS[name]
        return Const(word, Literal(frame.unit.site(node), word))
    value = find(interpreter, name, frame)
    if value is not MISSING:
        return value
    return interpreter.unknown(f"`{name}` is not defined here", node, frame)


_WORDS = {"True": True, "False": False, "None": None}


def find(interpreter: Interpreter, name: str, frame: Frame) -> AbstractValue:
    """What a name stands for: the program's own, a builtin, or one that a star import brought."""
    value = frame.scope.find(name)
    if value is not MISSING:
        return resolve(value)
    value = from_stars(interpreter, frame.scope.module(), name)
    if value is not MISSING:
        return value
    if lookup.is_known(f"builtins.{name}") or hasattr(builtins, name):
        return Symbol(f"builtins.{name}")
    return MISSING


@expression(cst.Attribute)
def _attribute(interpreter: Interpreter, node: cst.Attribute, frame: Frame) -> AbstractValue:
    return attribute(interpreter, interpreter.eval(node.value, frame), node.attr.value, node, frame)


@expression(cst.NamedExpr)
def _walrus(interpreter: Interpreter, node: cst.NamedExpr, frame: Frame) -> AbstractValue:
    value = interpreter.eval(node.value, frame)
    if isinstance(node.target, cst.Name):
        interpreter.journal.set(frame.scope.names, node.target.value, value)
    return value


# --- comprehensions -----------------------------------------------------------------------


@expression(cst.ListComp, cst.GeneratorExp, cst.SetComp, cst.DictComp)
def _comprehension(interpreter: Interpreter, node: Any, frame: Frame) -> AbstractValue:
    kind = "set" if isinstance(node, cst.SetComp) else "list"
    made_list = ListV([], kind, site=frame.unit.site(node))
    made_dict = DictV()
    inner = Frame(frame.unit, Scope(frame.scope), frame.function)
    inner.cls, inner.instance, inner.condition = frame.cls, frame.instance, frame.condition

    def unknown(why: Unknown) -> None:
        made_list.unknown = made_dict.unknown = why

    def turn(clause: cst.CompFor) -> None:
        over = interpreter.eval(clause.iter, inner)
        items = elements(over)
        if items is None:
            why = interpreter.unknown(
                f"what `{interpreter.text(clause.iter, inner)}` holds is not known",
                clause.iter,
                inner,
                over,
            )
            element = interpreter.unknown(
                f"an element of `{interpreter.text(clause.iter, inner)}`", clause.iter, inner, over
            )
            unknown(why)
            items = [item_of(over, element)]
        else:
            interpreter.decide(over)
        for item in items:
            assign(interpreter, clause.target, item, inner)
            wanted = True
            for test in clause.ifs:
                tested = interpreter.eval(test.test, inner)
                known = truth(tested)
                if known is None:
                    unknown(
                        interpreter.unknown(
                            f"`{interpreter.text(test.test, inner)}` is not known",
                            test,
                            inner,
                            tested,
                        )
                    )
                elif not known:
                    wanted = False
                    break
            if not wanted:
                continue
            if clause.inner_for_in is not None:
                turn(clause.inner_for_in)
            elif isinstance(node, cst.DictComp):
                key, value = (
                    key_of(interpreter.eval(node.key, inner)),
                    interpreter.eval(node.value, inner),
                )
                if key is MISSING:
                    made_dict.unknown = interpreter.unknown(
                        "a key that is not known", node.key, inner
                    )
                else:
                    made_dict.entries[key] = value
            else:
                made_list.items.append(interpreter.eval(node.elt, inner))
                made_list.sites.append(frame.unit.site(node.elt))

    turn(node.for_in)
    return made_dict if isinstance(node, cst.DictComp) else made_list


# --- functions ----------------------------------------------------------------------------


@expression(cst.Lambda)
def _lambda(interpreter: Interpreter, node: cst.Lambda, frame: Frame) -> AbstractValue:
    return FunctionV(
        node,
        frame.scope,
        frame.unit,
        "<lambda>",
        functions.defaults(interpreter, node.params, frame),
        frame.cls,
    )


@expression(cst.Call)
def _call(interpreter: Interpreter, node: cst.Call, frame: Frame) -> AbstractValue:
    return calls.call(interpreter, node, frame)


@expression(cst.Await)
def _await(interpreter: Interpreter, node: cst.Await, frame: Frame) -> AbstractValue:
    return interpreter.eval(node.expression, frame)


@expression(cst.Yield)
def _yield(interpreter: Interpreter, node: cst.Yield, frame: Frame) -> AbstractValue:
    if isinstance(node.value, cst.From):
        value = interpreter.eval(node.value.item, frame)
        if frame.yields is not None:
            frame.yields.extend(elements(value) or [])
        return value
    value = Const(None) if node.value is None else interpreter.eval(node.value, frame)
    if frame.yields is not None:
        frame.yields.append(value)
    return Const(None)
