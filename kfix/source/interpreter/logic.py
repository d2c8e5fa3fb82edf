"""`not`, `and`, `or` and the conditional expression."""

from __future__ import annotations

import operator

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.origin import LEFT_OUT, derived
from kfix.source.interpreter.choices import choice, merge
from kfix.source.interpreter.containers import Const, DictV, NotGiven
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.conversion import origin_of
from kfix.source.interpreter.facts import Atom, Condition, decided
from kfix.source.interpreter.interpreter import Frame, Interpreter, expression
from kfix.source.interpreter.questions import atom_of, joined, tested
from kfix.source.interpreter.values import Choice
from kfix.source.keras.argument_values import is_built


def negated(context: Context, node: cst.CSTNode, value: AbstractValue) -> AbstractValue:
    """Return `not` of the value of a node."""
    known = value.truth()
    if known is not None:
        return Const(not known, derived(not known, operator.not_, origin_of(value)))
    if isinstance(value, Choice):
        return context.interpreter.spread(lambda one: negated(context, node, one[0]), [value])
    question, holds = atom_of(Context(context.interpreter, node, context.frame), value)
    return tested(context, context.unknown(because=value), (question, not holds))


@expression(cst.BooleanOperation)
def _boolean(interpreter: Interpreter, node: cst.BooleanOperation, frame: Frame) -> AbstractValue:
    """Return `and` or `or` of two values.

    Where the left one decides, the right one is not evaluated; else it is evaluated where the left
    one did not.
    """
    left = interpreter.eval(node.left, frame)
    is_and = isinstance(node.operator, cst.And)
    known = left.truth()
    if known is not None:
        interpreter.decide(left)
        if known == is_and:
            return _in_place_of(left, interpreter.eval(node.right, frame))
        return left
    question, holds = first = atom_of(Context(interpreter, node.left, frame), left)
    known = decided(frame.facts, first)
    if known is not None:
        return interpreter.eval(node.right, frame) if known == is_and else left
    with on_way(frame, ((question, holds == is_and),)):
        right = interpreter.eval(node.right, frame)
    if is_and and isinstance(right, Const) and not right.truth():
        return right
    context = Context(interpreter, node, frame)
    second = atom_of(Context(interpreter, node.right, frame), right)
    why = interpreter.unknown(f"`{context.source}` is not known", node, frame, left)
    return tested(context, why, joined(context, is_and, [first, second]))


def _in_place_of(test: AbstractValue, value: AbstractValue) -> AbstractValue:
    """Return a value that stands for a parameter that nothing gives: a caller may give more."""
    left_out = isinstance(test, Const) and test.origin is LEFT_OUT
    if left_out and isinstance(value, DictV) and value.unknown is None:
        opened = DictV()  # a copy: the program may hold the dictionary elsewhere
        opened.load((value.entries, value.sites, NotGiven("a parameter is left out")))
        return opened
    return value


class on_way:
    """Runs a block where a condition holds."""

    __slots__ = ("_frame", "_held", "_way")

    def __init__(self, frame: Frame, way: Condition) -> None:
        self._frame = frame
        self._held = frame.condition
        self._way = way

    def __enter__(self) -> None:
        self._frame.condition = merge(self._held, self._way) or self._held

    def __exit__(self, *_: object) -> None:
        self._frame.condition = self._held


@expression(cst.IfExp)
def _ternary(interpreter: Interpreter, node: cst.IfExp, frame: Frame) -> AbstractValue:
    """Return one side of a conditional expression, or a choice of both if the test is unknown."""
    test = interpreter.eval(node.test, frame)
    branches = {True: node.body, False: node.orelse}
    known = test.truth()
    atom: Atom | None = None
    if known is None:
        atom = atom_of(Context(interpreter, node.test, frame), test)
        known = decided(frame.facts, atom)
    if known is not None or atom is None:
        interpreter.decide(test)
        return _in_place_of(test, interpreter.eval(branches[bool(known)], frame))
    question, positive = atom
    options: list[tuple[Condition, AbstractValue]] = []
    for holds in (True, False):
        way: Condition = ((question, holds == positive),)
        with on_way(frame, way):
            options.append((way, interpreter.eval(branches[holds], frame)))
    text = interpreter.test_text(interpreter.code(node.test, frame))
    value = choice(options)
    if isinstance(value, Choice) and not all(map(is_built, value.values)):
        return interpreter.unknown(f"`{text}` is not known", node.test, frame, test)
    return value
