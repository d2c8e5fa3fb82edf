"""What each kind of statement does that is no assignment, condition or loop."""

from __future__ import annotations

import libcst as cst

from kfix.model.graph import Asserted
from kfix.source.interpreter import functions
from kfix.source.interpreter.assignments import assign
from kfix.source.interpreter.containers import NONE
from kfix.source.interpreter.conversion import to_shape
from kfix.source.interpreter.decorators import decorated
from kfix.source.interpreter.interpreter import Frame, Interpreter, statement
from kfix.source.interpreter.state import Scope
from kfix.source.interpreter.values import ClassV, FunctionV


@statement(cst.SimpleStatementLine)
def _line(interpreter: Interpreter, node: cst.SimpleStatementLine, frame: Frame) -> str | None:
    return interpreter.run(node.body, frame)


@statement(cst.Expr)
def _expr(interpreter: Interpreter, node: cst.Expr, frame: Frame) -> str | None:
    interpreter.eval(node.value, frame)
    return None


# --- definitions --------------------------------------------------------------------------


@statement(cst.FunctionDef)
def _function(interpreter: Interpreter, node: cst.FunctionDef, frame: Frame) -> str | None:
    name = node.name.value
    dotted = f"{frame.function}.{name}" if frame.function else name
    decorators = _decorators(node)
    cls = frame.cls if frame.scope.is_class else None
    made = FunctionV(
        node,
        frame.scope,
        frame.unit,
        dotted,
        functions.defaults(interpreter, node.params, frame),
        cls,
        decorators,
    )
    if not frame.scope.is_class:
        made.cls = frame.cls
    interpreter.functions.setdefault(id(node), made)
    value = decorated(interpreter, made, node, frame) if node.decorators else made
    interpreter.journal.set(frame.elsewhere.get(name, frame.scope).names, name, value)
    return None


def _decorators(node: cst.FunctionDef | cst.ClassDef) -> frozenset[str]:
    found = []
    for decorator in node.decorators:
        what = decorator.decorator
        if isinstance(what, cst.Call):
            what = what.func
        found.append(
            what.attr.value if isinstance(what, cst.Attribute) else getattr(what, "value", "")
        )
    return frozenset(str(name) for name in found)


@statement(cst.ClassDef)
def _class(interpreter: Interpreter, node: cst.ClassDef, frame: Frame) -> str | None:
    name = node.name.value
    dotted = f"{frame.function}.{name}" if frame.function else name
    scope = Scope(frame.scope, is_class=True)
    cls = ClassV(
        node,
        frame.unit,
        dotted,
        [interpreter.eval(base.value, frame) for base in node.bases],
        scope.names,
    )
    cls.decorators = _decorators(node)
    inner = Frame(frame.unit, scope, dotted)
    inner.cls = cls
    interpreter.run(node.body.body, inner)
    interpreter.classes.append(cls)
    value = decorated(interpreter, cls, node, frame) if node.decorators else cls
    interpreter.journal.set(frame.scope.names, name, value)
    return None


@statement(cst.Return)
def _return(interpreter: Interpreter, node: cst.Return, frame: Frame) -> str | None:
    value = NONE if node.value is None else interpreter.eval(node.value, frame)
    frame.returns.append((frame.condition, value))
    return "return"


@statement(cst.Raise)
def _raise(interpreter: Interpreter, node: cst.Raise, frame: Frame) -> str | None:
    return "raise"


@statement(cst.Break)
def _break(interpreter: Interpreter, node: cst.Break, frame: Frame) -> str | None:
    return "break"


@statement(cst.Continue)
def _continue(interpreter: Interpreter, node: cst.Continue, frame: Frame) -> str | None:
    return "continue"


# --- blocks -------------------------------------------------------------------------------


@statement(cst.Try, cst.TryStar)
def _try(interpreter: Interpreter, node: cst.Try | cst.TryStar, frame: Frame) -> str | None:
    ended = interpreter.run(node.body.body, frame)
    if ended == "raise" and node.handlers:
        handler = node.handlers[0]
        if handler.name is not None:
            assign(
                interpreter,
                handler.name.name,
                interpreter.unknown("an exception", handler, frame),
                frame,
            )
        ended = interpreter.run(handler.body.body, frame)
    elif ended is None and node.orelse is not None:
        ended = interpreter.run(node.orelse.body.body, frame)
    if node.finalbody is not None:
        return interpreter.run(node.finalbody.body.body, frame) or ended
    return ended


@statement(cst.With)
def _with(interpreter: Interpreter, node: cst.With, frame: Frame) -> str | None:
    for item in node.items:
        value = interpreter.eval(item.item, frame)
        if item.asname is not None:
            assign(interpreter, item.asname.name, value, frame)
    return interpreter.run(node.body.body, frame)


@statement(cst.Assert)
def _assert(interpreter: Interpreter, node: cst.Assert, frame: Frame) -> str | None:
    """A shape that the program states is kept: where an edit changes it, the statement has to follow."""
    test = node.test
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return None
    row = test.comparisons[0].comparator
    if not isinstance(test.comparisons[0].operator, cst.Equal) or not isinstance(
        row, cst.Tuple | cst.List
    ):
        return None
    shape, told = (
        to_shape(interpreter.eval(test.left, frame)),
        to_shape(interpreter.eval(row, frame)),
    )
    if (
        isinstance(shape, tuple)
        and isinstance(told, tuple)
        and len(shape) == len(told) == len(row.elements)
    ):
        numbers = (
            one.value if isinstance(one.value, cst.Integer) else None for one in row.elements
        )
        sites = tuple(frame.unit.site(number) if number is not None else None for number in numbers)
        interpreter.asserts.append(Asserted(shape, told, sites))
    return None
