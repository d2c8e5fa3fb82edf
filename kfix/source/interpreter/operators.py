"""Arithmetic, and the operators of one operand."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array
from kfix.model.origin import Literal, derived
from kfix.model.unknown import Unknown
from kfix.source.interpreter import tensor_operations
from kfix.source.interpreter.array_operators import of_arrays
from kfix.source.interpreter.bounds import MAX_LENGTH
from kfix.source.interpreter.calls import Given, invoke
from kfix.source.interpreter.containers import Const, DictV, ListV, OpenV, first
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.conversion import from_plain, is_plain, origin_of, plain
from kfix.source.interpreter.interpreter import Frame, Interpreter, expression
from kfix.source.interpreter.logic import negated
from kfix.source.interpreter.partial_values import IntegerV
from kfix.source.interpreter.python_functions import result_of
from kfix.source.interpreter.values import Choice, InstanceV, TensorV

Operation = Callable[..., Any]
"""A function of Python's `operator`."""

_BINARY: dict[type[cst.CSTNode], Operation] = {
    cst.Add: operator.add,
    cst.Subtract: operator.sub,
    cst.Multiply: operator.mul,
    cst.Divide: operator.truediv,
    cst.FloorDivide: operator.floordiv,
    cst.Modulo: operator.mod,
    cst.Power: operator.pow,
    cst.LeftShift: operator.lshift,
    cst.RightShift: operator.rshift,
    cst.BitOr: operator.or_,
    cst.BitAnd: operator.and_,
    cst.BitXor: operator.xor,
    cst.MatrixMultiply: operator.matmul,
    cst.AddAssign: operator.add,
    cst.SubtractAssign: operator.sub,
    cst.MultiplyAssign: operator.mul,
    cst.DivideAssign: operator.truediv,
    cst.FloorDivideAssign: operator.floordiv,
    cst.ModuloAssign: operator.mod,
    cst.PowerAssign: operator.pow,
    cst.BitOrAssign: operator.or_,
    cst.BitAndAssign: operator.and_,
    cst.BitXorAssign: operator.xor,
    cst.LeftShiftAssign: operator.lshift,
    cst.RightShiftAssign: operator.rshift,
    cst.MatrixMultiplyAssign: operator.matmul,
}


def operation_of(node: cst.CSTNode) -> Operation:
    """Return Python's function for an operator node."""
    return _BINARY[type(node)]


# --- two operands -------------------------------------------------------------------------


@expression(cst.BinaryOperation)
def _binary(interpreter: Interpreter, node: cst.BinaryOperation, frame: Frame) -> AbstractValue:
    """Return a chain of operators."""
    # A long sum is nested to the left; going down it in a loop keeps the stack low.
    chain: list[cst.BinaryOperation] = [node]
    while isinstance(chain[-1].left, cst.BinaryOperation):
        chain.append(chain[-1].left)
    value = interpreter.eval(chain[-1].left, frame)
    for link in reversed(chain):
        right = interpreter.eval(link.right, frame)
        context = Context(interpreter, link, frame)
        value = binary(context, _BINARY[type(link.operator)], value, right)
    return value


def binary(
    context: Context, function: Operation, left: AbstractValue, right: AbstractValue
) -> AbstractValue:
    """Return `left (operator) right`; the first class of the table that matches a side decides."""
    if isinstance(left, Const) and isinstance(right, Const):
        if isinstance(left, OpenV) or isinstance(right, OpenV):
            return OpenV()
        return compute(context, function, [left, right])
    for kind, rule in _OPERANDS:
        if isinstance(left, kind) or isinstance(right, kind):
            result = rule(context, function, left, right)
            if result is not None:
                return result
    if is_plain(left) and is_plain(right):
        return compute(context, function, [left, right])
    return _stopped_by(context, left, right)


def _stopped_by(context: Context, left: AbstractValue, right: AbstractValue) -> Unknown:
    """Return the side that is unknown, a new unknown where none is.

    The side says more than the sum it is part of. How far the sum is from an integer that is not
    known, nobody knows.
    """
    stopped = [side for side in (left, right) if isinstance(side, Unknown)]
    match stopped:
        case []:
            return context.unknown()
        case [IntegerV() as integer, *_]:
            return integer.of_other_base()
    return stopped[0]


def compute(context: Context, function: Operation, parts: Sequence[AbstractValue]) -> AbstractValue:
    """Return `function(*parts)` of known values, as a value that remembers them as its origin."""
    result = result_of(context, function, [plain(part) for part in parts])
    return from_plain(result, derived(result, function, *map(origin_of, parts)))


def _of_choices(
    context: Context, function: Operation, left: AbstractValue, right: AbstractValue
) -> AbstractValue:
    return context.interpreter.spread(
        lambda both: binary(context, function, both[0], both[1]), [left, right]
    )


def _of_tensors(
    context: Context, function: Operation, left: AbstractValue, right: AbstractValue
) -> AbstractValue:
    path = f"operator.{function.__name__}"
    sides: list[tuple[str | None, AbstractValue]] = [(None, left), (None, right)]
    return tensor_operations.operate(context.interpreter, path, sides, context.site)


def _of_arrays(
    context: Context, function: Operation, left: AbstractValue, right: AbstractValue
) -> AbstractValue:
    return of_arrays(context.interpreter, function, left, right)


def _of_integers(
    context: Context, function: Operation, left: AbstractValue, right: AbstractValue
) -> AbstractValue | None:
    """Return an integer that is not known plus or minus one that is."""
    if function is operator.add:
        if isinstance(left, Const):
            left, right = right, left
        sign = 1
    elif function is operator.sub:
        sign = -1
    else:
        return None
    if isinstance(left, IntegerV) and isinstance(right, Const) and isinstance(right.value, int):
        return left.plus(sign * right.value)
    return None


def _of_lists(
    context: Context, function: Operation, left: AbstractValue, right: AbstractValue
) -> AbstractValue | None:
    """Return two lists one behind the other, or a list repeated."""
    if function is operator.mul:
        if isinstance(left, ListV):
            return _repeated(context, left, right)
        if isinstance(right, ListV):
            return _repeated(context, right, left)
        return None
    if function is not operator.add or not isinstance(left, ListV) or not isinstance(right, ListV):
        return None
    if len(left.items) + len(right.items) > MAX_LENGTH:
        return context.unknown("a list that is too long")
    unknown = first(left.unknown, right.unknown)
    return ListV(left.items + right.items, left.kind, left.sites + right.sites, unknown)


def _repeated(context: Context, many: ListV, count: AbstractValue) -> AbstractValue:
    if not isinstance(count, Const) or not isinstance(count.value, int):
        return context.unknown(because=count)
    if len(many.items) * count.value > MAX_LENGTH:
        return context.unknown("a list that is too long")
    context.interpreter.decide(count)
    return ListV(many.items * count.value, many.kind, many.sites * count.value, many.unknown)


def _of_dicts(
    context: Context, function: Operation, left: AbstractValue, right: AbstractValue
) -> AbstractValue | None:
    if function is not operator.or_ or not isinstance(left, DictV) or not isinstance(right, DictV):
        return None
    return DictV({**left.entries, **right.entries}, {**left.sites, **right.sites})


_SPECIAL = {"add": "__add__", "mul": "__mul__", "sub": "__sub__", "truediv": "__truediv__"}


def _of_instance(
    context: Context, function: Operation, left: AbstractValue, right: AbstractValue
) -> AbstractValue | None:
    """Return what `__add__` and its like of a class of the program give."""
    if not isinstance(left, InstanceV):
        return None
    found = left.cls.find(_SPECIAL.get(function.__name__, ""))
    if found is None:
        return None
    return invoke(context, found, [Given(None, left), Given(None, right)])


Operands = Callable[[Context, Operation, AbstractValue, AbstractValue], AbstractValue | None]

_OPERANDS: tuple[tuple[type, Operands], ...] = (
    (Choice, _of_choices),
    (TensorV, _of_tensors),
    (Array, _of_arrays),
    (IntegerV, _of_integers),
    (ListV, _of_lists),
    (DictV, _of_dicts),
    (InstanceV, _of_instance),
)
"""What an operator gives where one side, or both, are of a class.

`None` where the next class has to say.
"""


# --- one operand --------------------------------------------------------------------------


_UNARY: dict[type[cst.CSTNode], Operation] = {
    cst.Minus: operator.neg,
    cst.Plus: operator.pos,
    cst.BitInvert: operator.invert,
}


@expression(cst.UnaryOperation)
def _unary(interpreter: Interpreter, node: cst.UnaryOperation, frame: Frame) -> AbstractValue:
    """Return `not`, `-`, `+` or `~` of a value; `-1` is a literal."""
    value = interpreter.eval(node.expression, frame)
    context = Context(interpreter, node, frame)
    if isinstance(node.operator, cst.Not):
        return negated(context, node.expression, value)
    function = _UNARY[type(node.operator)]
    if isinstance(value, Const):
        if function is operator.neg and isinstance(node.expression, cst.Integer | cst.Float):
            negative = -value.value  # type: ignore[operator]
            return Const(negative, Literal(context.site, negative))
        return compute(context, function, [value])
    if isinstance(value, TensorV):
        path = f"operator.{function.__name__}"
        return tensor_operations.operate(interpreter, path, [(None, value)], context.site)
    if isinstance(value, Array):
        return value
    return context.unknown(because=value)
