"""Comparisons: `==`, `<`, `is`, `in` and their like."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Symbol
from kfix.model.origin import derived
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.array_operators import of_arrays
from kfix.source.interpreter.containers import Const, DictV, is_none
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.conversion import is_plain, origin_of
from kfix.source.interpreter.imports import look_in_imports
from kfix.source.interpreter.interpreter import Frame, Interpreter, expression
from kfix.source.interpreter.operators import compute
from kfix.source.interpreter.questions import comparison, tested
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.value_queries import identical, key_of
from kfix.source.interpreter.values import Choice, TensorV

_ORDER: dict[type[cst.CSTNode], Callable[..., Any]] = {
    cst.LessThan: operator.lt,
    cst.LessThanEqual: operator.le,
    cst.GreaterThan: operator.gt,
    cst.GreaterThanEqual: operator.ge,
}
_IDENTITY = {True: operator.is_, False: operator.is_not}
_EQUALITY: dict[type[cst.CSTNode], Callable[..., Any]] = {
    cst.Equal: operator.eq,
    cst.NotEqual: operator.ne,
}


@expression(cst.Comparison)
def _comparison(interpreter: Interpreter, node: cst.Comparison, frame: Frame) -> AbstractValue:
    """Return a chain of comparisons, `a < b < c`: the first that does not hold, or is not known,
    decides.
    """
    context = Context(interpreter, node, frame)
    left = interpreter.eval(node.left, frame)
    outcome: AbstractValue = Const(True)
    for target in node.comparisons:
        right = interpreter.eval(target.comparator, frame)
        outcome = compare(context, target.operator, left, right)
        if not isinstance(outcome, Const) or not outcome.value:
            break
        left = right
    if isinstance(outcome, Unknown) and len(node.comparisons) == 1:
        sides = (node.left, left), (node.comparisons[0].comparator, right)
        return tested(context, outcome, comparison(context, node.comparisons[0].operator, *sides))
    return outcome


def compare(
    context: Context, sign: cst.CSTNode, left: AbstractValue, right: AbstractValue
) -> AbstractValue:
    """Return `left (sign) right` as a known bool, an array or tensor of bools, or an `Unknown`."""
    if isinstance(left, Choice) and isinstance(right, Const):
        return context.interpreter.spread(lambda one: compare(context, sign, one[0], right), [left])
    result = _compared(context, sign, left, right)
    if result is not None:
        return result
    if isinstance(left, Unknown):
        return context.unknown(because=left)
    return context.unknown(because=right)


def _compared(
    context: Context, sign: cst.CSTNode, left: AbstractValue, right: AbstractValue
) -> AbstractValue | None:
    """Return `left (sign) right`, `None` where it is not known."""
    if isinstance(sign, cst.Is | cst.IsNot):
        return _identity(left, right, isinstance(sign, cst.Is))
    if isinstance(sign, cst.In | cst.NotIn):
        return _membership(context, left, right, isinstance(sign, cst.In))
    if type(sign) in _ORDER:
        return _order(context, _ORDER[type(sign)], left, right)
    return _equality(context, _EQUALITY[type(sign)], left, right)


def _identity(left: AbstractValue, right: AbstractValue, wanted: bool) -> AbstractValue | None:
    same = identical(left, right)
    if same is None:
        return None
    holds = same == wanted
    function = _IDENTITY[wanted]
    return Const(holds, derived(holds, function, origin_of(left), origin_of(right)))


def _membership(
    context: Context, left: AbstractValue, right: AbstractValue, wanted: bool
) -> AbstractValue | None:
    """Return whether `left in right` is as `wanted` (true for `in`, false for `not in`), `None`
    where it is not known.
    """
    if is_plain(left) and is_plain(right):
        found = compute(context, operator.contains, [right, left])
        if isinstance(found, Const):
            outside = not found.value
            if outside and isinstance(right, DictV) and _is_registered(context, right, left):
                return Const(wanted)
            if wanted:
                return found
            return Const(outside, derived(outside, operator.not_, found.origin))
    if not isinstance(right, DictV) or right.unknown is not None:
        return None
    key = key_of(left)
    if key is MISSING:
        return None
    holds = key in right.entries or _is_registered(context, right, left)
    return Const(holds == wanted)


def _is_registered(context: Context, mapping: DictV, key: AbstractValue) -> bool:
    """Return whether an imported module that was not read yet puts a key into a mapping."""
    return look_in_imports(context.interpreter, mapping, key_of(key))


def _order(
    context: Context, function: Callable[..., Any], left: AbstractValue, right: AbstractValue
) -> AbstractValue | None:
    """Return `<`, `<=`, `>` or `>=` of two values; of tensors it is an operation of the graph."""
    if isinstance(left, TensorV) or isinstance(right, TensorV):
        path = f"operator.{function.__name__}"
        sides: list[tuple[str | None, AbstractValue]] = [(None, left), (None, right)]
        return tensor_operations.operate(context.interpreter, path, sides, context.site)
    return _of_known(context, function, left, right)


def _equality(
    context: Context, function: Callable[..., Any], left: AbstractValue, right: AbstractValue
) -> AbstractValue | None:
    """Return `==` or `!=` of two values; what is not None differs from None."""
    result = _of_known(context, function, left, right)
    if result is not None or isinstance(left, Array) or isinstance(right, Array):
        return result
    equal = function is operator.eq
    if isinstance(left, Symbol) and isinstance(right, Symbol):
        return Const((left == right) == equal)
    if (is_none(left) or is_none(right)) and identical(left, right) is False:
        return Const(not equal)
    return None


def _of_known(
    context: Context, function: Callable[..., Any], left: AbstractValue, right: AbstractValue
) -> AbstractValue | None:
    """Return a comparison of arrays element by element, or one of values that are known."""
    if isinstance(left, Array) or isinstance(right, Array):
        if any(isinstance(side, TensorV | Choice) or is_none(side) for side in (left, right)):
            return None
        return of_arrays(context.interpreter, function, left, right)
    if is_plain(left) and is_plain(right):
        return compute(context, function, [left, right])
    return None
