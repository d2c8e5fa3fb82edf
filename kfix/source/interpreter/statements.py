"""What each statement does, other than assignments, conditions and loops."""

from __future__ import annotations

from typing import Any

import libcst as cst

from kfix.model.graph import Array
from kfix.model.program import Asserted, Discarded
from kfix.model.site import Site
from kfix.source.interpreter import conditions as _conditions  # noqa: F401  (registers what `if` does)
from kfix.source.interpreter import functions
from kfix.source.interpreter import loops as _loops  # noqa: F401  (registers what loops do)
from kfix.source.interpreter import matching as _matching  # noqa: F401  (registers what `match` does)
from kfix.source.interpreter.assignments import assign
from kfix.source.interpreter.conversion import to_shape
from kfix.source.interpreter.decorators import decorated
from kfix.source.interpreter.interpreter import Ending, Frame, Interpreter, statement
from kfix.source.interpreter.state import Scope
from kfix.source.interpreter.values import ClassV, FunctionV


@statement(cst.SimpleStatementLine)
def _line(interpreter: Interpreter, node: cst.SimpleStatementLine, frame: Frame) -> Ending | None:
    return interpreter.run(node.body, frame)


_SKIPS = ("pytest.skip", "pytest.xfail", "self.skipTest")
"""Functions of pytest and unittest that leave the test."""


@statement(cst.Expr)
def _expr(interpreter: Interpreter, node: cst.Expr, frame: Frame) -> Ending | None:
    """Evaluate an expression; a call that skips the test ends the block, as an exception does."""
    value = interpreter.eval(node.value, frame)
    name = _variable_of(node.value)
    if name is not None and isinstance(value, Array):
        before = frame.scope.find(name)
        if isinstance(before, Array) and before is not value:
            site = frame.unit.site(node.value)
            interpreter.discarded.append(Discarded(site, name, before, value))
    match node.value:
        case cst.Call(func=cst.Attribute(value=cst.Name(owner), attr=cst.Name(called))):
            return "raise" if f"{owner}.{called}" in _SKIPS else None
    return None


def _variable_of(node: cst.BaseExpression) -> str | None:
    """Return the variable that a call is made on: of `x.reshape(3)` and `np.reshape(x, 3)`."""
    match node:
        case cst.Call(args=[cst.Arg(value=cst.Name(value=name), star=""), *_]):
            return name
        case cst.Call(func=cst.Attribute(value=cst.Name(value=name))):
            return name
    return None


# --- definitions --------------------------------------------------------------------------


@statement(cst.FunctionDef)
def _function(interpreter: Interpreter, node: cst.FunctionDef, frame: Frame) -> None:
    """Bind a function; what its decorators make of it is what its name stands for."""
    name = node.name.value
    defaults = functions.defaults(interpreter, node.params, frame)
    function = FunctionV(
        node, frame.scope, frame.unit, frame.dotted(name), defaults, frame.cls, _decorators(node)
    )
    interpreter.functions.setdefault(id(node), function)
    value = decorated(interpreter, function, node, frame)
    if isinstance(value, FunctionV) and value is not function:
        function.wrapper = value
    interpreter.journal.set(frame.elsewhere.get(name, frame.scope).names, name, value)


def _decorators(node: cst.FunctionDef | cst.ClassDef) -> frozenset[str]:
    """Return the last names of the decorators: `property` and `cached_property` of
    `functools.cached_property`.
    """
    return frozenset(_last_name(decorator.decorator) for decorator in node.decorators)


def _last_name(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Call):
        node = node.func
    if isinstance(node, cst.Attribute):
        node = node.attr
    if isinstance(node, cst.Name):
        return node.value
    return ""


@statement(cst.ClassDef)
def _class(interpreter: Interpreter, node: cst.ClassDef, frame: Frame) -> None:
    """Run the body of a class in a scope of its own, and bind the class."""
    name = node.name.value
    dotted = frame.dotted(name)
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
    value = decorated(interpreter, cls, node, frame)
    interpreter.journal.set(frame.scope.names, name, value)


@statement(cst.Return)
def _return(interpreter: Interpreter, node: cst.Return, frame: Frame) -> Ending | None:
    value = interpreter.eval_optional(node.value, frame)
    frame.returns.append((frame.condition, value))
    return "return"


@statement(cst.Raise)
def _raise(interpreter: Interpreter, node: cst.Raise, frame: Frame) -> Ending | None:
    return "raise"


@statement(cst.Break)
def _break(interpreter: Interpreter, node: cst.Break, frame: Frame) -> Ending | None:
    return "break"


@statement(cst.Continue)
def _continue(interpreter: Interpreter, node: cst.Continue, frame: Frame) -> Ending | None:
    return "continue"


# --- blocks -------------------------------------------------------------------------------


@statement(cst.Try, cst.TryStar)
def _try(interpreter: Interpreter, node: cst.Try | cst.TryStar, frame: Frame) -> Ending | None:
    """Run the body of `try`, and its first handler where the body raises.

    An exception that the interpreter does not foresee is not raised: the handlers are left out
    then.
    """
    interpreter.trying += bool(node.handlers)
    try:
        ended = interpreter.run(node.body.body, frame)
    finally:
        interpreter.trying -= bool(node.handlers)
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
def _with(interpreter: Interpreter, node: cst.With, frame: Frame) -> Ending | None:
    for item in node.items:
        value = interpreter.eval(item.item, frame)
        if item.asname is not None:
            assign(interpreter, item.asname.name, value, frame)
    if any(_expects_error(item.item) for item in node.items):
        return _unreported(interpreter, node, frame)
    return interpreter.run(node.body.body, frame)


_EXPECTS_ERROR = ("raises", "assertRaises", "assertRaisesRegex")
"""Functions of pytest and unittest for code that is to raise an exception."""


def _expects_error(node: cst.BaseExpression) -> bool:
    """Return whether a block says that its code raises an exception."""
    function = node.func if isinstance(node, cst.Call) else node
    name = function.attr if isinstance(function, cst.Attribute) else function
    return isinstance(name, cst.Name) and name.value in _EXPECTS_ERROR


def _unreported(interpreter: Interpreter, node: cst.With, frame: Frame) -> Ending | None:
    """Run a block that is to be refused: no model and no call of it is reported."""
    kept: list[list[Any]] = [interpreter.models, interpreter.compiles]
    kept += [interpreter.fits, interpreter.shown]
    before = [len(made) for made in kept]
    interpreter.trying += 1
    try:
        ended = interpreter.run(node.body.body, frame)
    finally:
        interpreter.trying -= 1
    for made, count in zip(kept, before, strict=True):
        del made[count:]
    return None if ended == "raise" else ended


@statement(cst.Assert)
def _assert(interpreter: Interpreter, node: cst.Assert, frame: Frame) -> None:
    """Keep a shape that the program states; an edit that changes it has to change it here, too."""
    test = node.test
    if not isinstance(test, cst.Comparison) or len(test.comparisons) != 1:
        return
    sign, row = test.comparisons[0].operator, test.comparisons[0].comparator
    if not isinstance(sign, cst.Equal) or not isinstance(row, cst.Tuple | cst.List):
        return
    shape = to_shape(interpreter.eval(test.left, frame))
    stated = to_shape(interpreter.eval(row, frame))
    if not isinstance(shape, tuple) or not isinstance(stated, tuple):
        return
    if len(shape) == len(stated) == len(row.elements):
        sites = tuple(_site_of_integer(one.value, frame) for one in row.elements)
        interpreter.asserts.append(Asserted(shape, stated, sites))


def _site_of_integer(node: cst.BaseExpression, frame: Frame) -> Site | None:
    if isinstance(node, cst.Integer):
        return frame.unit.site(node)
    return None
