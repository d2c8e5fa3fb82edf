"""What each kind of expression is worth."""

from __future__ import annotations

import builtins
import operator

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Symbol
from kfix.model.origin import Derived, Fixed, Literal
from kfix.model.unknown import Unknown
from kfix.source.interpreter import calls, functions
from kfix.source.interpreter import comprehensions as _comprehensions  # noqa: F401  (registers what comprehensions are worth)
from kfix.source.interpreter import subscripts as _subscripts  # noqa: F401  (registers what subscripts are worth)
from kfix.source.interpreter.attributes import attribute
from kfix.source.interpreter.bounds import MAX_LENGTH, MAX_SIZE, size, wide
from kfix.source.interpreter.choices import under
from kfix.source.interpreter.containers import Const, DictV, ListV, first, sites_of
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.imports import from_stars, resolve
from kfix.source.interpreter.interpreter import Frame, Interpreter, expression
from kfix.source.interpreter.operators import binary
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.value_queries import elements, key_of
from kfix.source.interpreter.values import Choice, FunctionV
from kfix.source.library import lookup

# --- literals -----------------------------------------------------------------------------


@expression(cst.Integer)
def _integer(interpreter: Interpreter, node: cst.Integer, frame: Frame) -> AbstractValue:
    try:
        value = int(node.value, 0)
    except ValueError:
        return interpreter.unknown("a number that Python does not read", node, frame)
    if size(value) > MAX_LENGTH:  # in base 16: Python reads no more than 4,300 digits in base 10
        return interpreter.unknown("an integer is too large", node, frame)
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
    """Return a string; one without escapes need not be evaluated."""
    raw = node.value
    value: str | bytes
    if "\\" not in raw and raw[0] in "'\"" and not raw.startswith(("'''", '"""')):
        value = raw[1:-1]
    else:
        try:
            value = node.evaluated_value
        except (ValueError, SyntaxError):
            return interpreter.unknown("a string that Python does not read", node, frame)
    return Const(value, Literal(frame.unit.site(node), value))


@expression(cst.ConcatenatedString)
def _strings(interpreter: Interpreter, node: cst.ConcatenatedString, frame: Frame) -> AbstractValue:
    left, right = interpreter.eval(node.left, frame), interpreter.eval(node.right, frame)
    return binary(Context(interpreter, node, frame), operator.add, left, right)


@expression(cst.FormattedString)
def _formatted(interpreter: Interpreter, node: cst.FormattedString, frame: Frame) -> AbstractValue:
    """Return an f-string whose parts are all known, with the literals that it is made of as its
    origin.
    """
    context = Context(interpreter, node, frame)
    pieces: list[Literal | Fixed] = []
    room = MAX_SIZE
    for part in node.parts:
        piece = _piece(context, part)
        if isinstance(piece, Unknown):
            return piece
        room -= size(piece.value)
        if room < 0:
            return context.unknown("a text that is too long")
        pieces.append(piece)
    text = "".join(str(piece.value) for piece in pieces)
    return Const(text, Derived(_joined, tuple(pieces)))


def _piece(context: Context, part: cst.BaseFormattedStringContent) -> Literal | Fixed | Unknown:
    """Return one part of an f-string as text."""
    interpreter, frame = context.interpreter, context.frame
    if isinstance(part, cst.FormattedStringText):
        text = part.value.replace("{{", "{").replace("}}", "}")
        return Literal(frame.unit.site(part), text)
    if not isinstance(part, cst.FormattedStringExpression):
        return context.unknown("a string that is not read")
    value = interpreter.eval(part.expression, frame)
    if not isinstance(value, Const):
        return context.unknown(f"`{context.source}` is put together", value)
    spec = ""
    if part.format_spec:
        spec = interpreter.text(part.format_spec[0], frame)
    if wide(spec) or size(value.value) > MAX_SIZE:
        return context.unknown("a text that is too long")
    shown = repr(value.value) if part.conversion == "r" else value.value
    try:
        return Fixed(format(shown, spec) if len(spec) < 8 else str(shown))
    except (ValueError, TypeError) as error:
        return context.unknown(f"{type(error).__name__}: {error}")


def _joined(*pieces: str) -> str:
    return "".join(pieces)


@expression(cst.Ellipsis)
def _ellipsis(interpreter: Interpreter, node: cst.Ellipsis, frame: Frame) -> AbstractValue:
    return Const(...)


_KINDS: dict[type[cst.CSTNode], str] = {cst.Tuple: "tuple", cst.List: "list", cst.Set: "set"}


@expression(*_KINDS)
def _sequence(
    interpreter: Interpreter, node: cst.Tuple | cst.List | cst.Set, frame: Frame
) -> AbstractValue:
    """Return a list, tuple or set with the places of its elements."""
    sequence = ListV([], _KINDS[type(node)], site=frame.unit.site(node))
    for element in node.elements:
        value = interpreter.eval(element.value, frame)
        if isinstance(element, cst.StarredElement):
            _add_starred(Context(interpreter, element, frame), sequence, value)
        else:
            sequence.items.append(value)
            sequence.sites.append(frame.unit.site(element))
    return sequence


def _add_starred(context: Context, sequence: ListV, value: AbstractValue) -> None:
    """Add what `*value` in a list or tuple stands for.

    What has no place of its own stands at it.
    """
    items = elements(value)
    if items is None:
        # It stands among the elements, too: nothing is alike to those on both of its sides.
        sequence.unknown = context.unknown(because=value)
        sequence.items.append(sequence.unknown)
        sequence.sites.append(context.site)
    elif len(sequence.items) + len(items) > MAX_LENGTH:
        sequence.unknown = context.unknown("a list that is too long")
    else:
        sequence.items.extend(items)
        sites = sites_of(value, len(items))
        sequence.sites.extend(site or context.site for site in sites)


@expression(cst.Dict)
def _dict(interpreter: Interpreter, node: cst.Dict, frame: Frame) -> AbstractValue:
    """Return a dictionary with the places of its entries."""
    entries = DictV()
    for element in node.elements:
        if isinstance(element, cst.StarredDictElement):
            value = interpreter.eval(element.value, frame)
            _add_entries(Context(interpreter, element, frame), entries, value)
        elif isinstance(element, cst.DictElement):
            key = interpreter.eval(element.key, frame)
            value = interpreter.eval(element.value, frame)
            known = key_of(key)
            if known is MISSING:
                why = interpreter.unknown("a key that is not known", element, frame, key)
                entries.unknown = why
            else:
                entries.entries[known] = value
                entries.sites[known] = frame.unit.site(element)
    return entries


def _add_entries(context: Context, entries: DictV, value: AbstractValue) -> None:
    """Add what `**value` in a dictionary stands for."""
    if not isinstance(value, DictV):
        entries.forget(context.unknown(because=value))
        return
    entries.entries.update(value.entries)
    entries.sites.update(value.sites)
    entries.unknown = first(entries.unknown, value.unknown)


# --- names --------------------------------------------------------------------------------


@expression(cst.Name)
def _name(interpreter: Interpreter, node: cst.Name, frame: Frame) -> AbstractValue:
    """Return what a name stands for; True, False and None are literals."""
    name = node.value
    if name in _WORDS:
        word = _WORDS[name]
        return Const(word, Literal(frame.unit.site(node), word))
    value = find(interpreter, name, frame)
    if isinstance(value, Choice):
        return under(frame.facts, value)
    if value is not MISSING:
        return value
    return interpreter.unknown(f"`{name}` is not defined here", node, frame)


_WORDS = {"True": True, "False": False, "None": None}


def find(interpreter: Interpreter, name: str, frame: Frame) -> AbstractValue:
    """Return what a name stands for: the program's own, one of a star import, or a builtin.

    Else `MISSING`.
    """
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
    holder = interpreter.eval(node.value, frame)
    value = attribute(Context(interpreter, node, frame), holder, node.attr.value)
    if isinstance(value, Choice):
        return under(frame.facts, value)
    return value


@expression(cst.NamedExpr)
def _walrus(interpreter: Interpreter, node: cst.NamedExpr, frame: Frame) -> AbstractValue:
    value = interpreter.eval(node.value, frame)
    if isinstance(node.target, cst.Name):
        interpreter.journal.set(frame.scope.names, node.target.value, value)
    return value


# --- functions ----------------------------------------------------------------------------


@expression(cst.Lambda)
def _lambda(interpreter: Interpreter, node: cst.Lambda, frame: Frame) -> AbstractValue:
    """Return a function without a name, its defaults evaluated now."""
    defaults = functions.defaults(interpreter, node.params, frame)
    return FunctionV(node, frame.scope, frame.unit, "<lambda>", defaults, frame.cls)


@expression(cst.Call)
def _call(interpreter: Interpreter, node: cst.Call, frame: Frame) -> AbstractValue:
    return calls.call(interpreter, node, frame)


@expression(cst.Await)
def _await(interpreter: Interpreter, node: cst.Await, frame: Frame) -> AbstractValue:
    return interpreter.eval(node.expression, frame)


@expression(cst.Yield)
def _yield(interpreter: Interpreter, node: cst.Yield, frame: Frame) -> AbstractValue:
    """Note what a generator yields; of `yield from` all elements that are known."""
    if isinstance(node.value, cst.From):
        value = interpreter.eval(node.value.item, frame)
        if frame.yields is not None:
            frame.yields.extend(value.elements() or [])
        return value
    value = interpreter.eval_optional(node.value, frame)
    if frame.yields is not None:
        frame.yields.append(value)
    return Const(None)
