"""`match` statements."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.source.interpreter.assignments import assign
from kfix.source.interpreter.comparisons import compare
from kfix.source.interpreter.conditions import either
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.dispatch import ByClass
from kfix.source.interpreter.facts import Atom, Leaf, decided
from kfix.source.interpreter.interpreter import Ending, Frame, Interpreter, statement
from kfix.source.interpreter.joins import Test
from kfix.source.interpreter.questions import equals, subject_of


@statement(cst.Match)
def _match(interpreter: Interpreter, node: cst.Match, frame: Frame) -> Ending | None:
    subject = interpreter.eval(node.subject, frame)
    interpreter.decide(subject)
    return _cases(Context(interpreter, node.subject, frame), subject, list(node.cases))


def _cases(context: Context, subject: AbstractValue, cases: list[cst.MatchCase]) -> Ending | None:
    """Run the first of the cases that matches; both ways where that is not known."""
    if not cases:
        return None
    case, rest = cases[0], cases[1:]
    interpreter, frame = context.interpreter, context.frame
    known = _matches(Context(interpreter, case.pattern, frame), case.pattern, subject)
    if known and case.guard is not None:
        known = interpreter.eval(case.guard, frame).truth()
    yes = partial(interpreter.run, case.body.body, frame)
    no = partial(_cases, context, subject, rest)
    if known is not None:
        if known:
            return yes()
        return no()
    atom = _test_of(context, case)
    known = decided(frame.facts, atom)
    if known is not None:
        return yes() if known else no()
    why = context.unknown(f"it depends on `{context.source}`", subject)
    return either(Test(interpreter, atom[0], why), frame, yes, no)


def _test_of(context: Context, case: cst.MatchCase) -> Atom:
    """Return the test whether a case matches."""
    interpreter, frame = context.interpreter, context.frame
    if isinstance(case.pattern, cst.MatchValue) and case.guard is None:
        value = interpreter.eval(case.pattern.value, frame)
        equal = equals(context, context.node, value)
        if equal is not None:
            return equal
    source = f"{context.source} matches {interpreter.code(case.pattern, frame)}"
    return Leaf(interpreter.test_text(source), subject_of(context, source, context.node)), True


Matches = Callable[[Context, Any, AbstractValue], "bool | None"]
"""Whether a class of pattern matches a value, `None` where that is not known."""


def _not_read(context: Context, pattern: cst.CSTNode, subject: AbstractValue) -> bool | None:
    return None


_PATTERNS: ByClass[Matches] = ByClass(_not_read)


def _matches(context: Context, pattern: cst.CSTNode, subject: AbstractValue) -> bool | None:
    """Return whether a pattern matches, and bind its names; `None` where that is not known."""
    return _PATTERNS.of(pattern)(context, pattern, subject)


@_PATTERNS.register(cst.MatchValue)
def _value(context: Context, pattern: cst.MatchValue, subject: AbstractValue) -> bool | None:
    value = context.interpreter.eval(pattern.value, context.frame)
    return compare(context, cst.Equal(), subject, value).truth()


@_PATTERNS.register(cst.MatchSingleton)
def _singleton(
    context: Context, pattern: cst.MatchSingleton, subject: AbstractValue
) -> bool | None:
    value = context.interpreter.eval(pattern.value, context.frame)
    return compare(context, cst.Is(), subject, value).truth()


@_PATTERNS.register(cst.MatchOr)
def _or(context: Context, pattern: cst.MatchOr, subject: AbstractValue) -> bool | None:
    found = [_matches(context, element.pattern, subject) for element in pattern.patterns]
    if True in found:
        return True
    if None in found:
        return None
    return False


@_PATTERNS.register(cst.MatchAs)
def _as(context: Context, pattern: cst.MatchAs, subject: AbstractValue) -> bool | None:
    inner: bool | None = True
    if pattern.pattern is not None:
        inner = _matches(context, pattern.pattern, subject)
    if pattern.name is not None and inner is not False:
        assign(context.interpreter, pattern.name, subject, context.frame)
    return inner
