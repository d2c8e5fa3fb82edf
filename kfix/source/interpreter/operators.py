"""Operators: arithmetic, comparisons, and, or, not, and the conditional expression."""

from __future__ import annotations

import operator
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Symbol
from kfix.model.origin import Literal, derived
from kfix.model.unknown import Unknown
from kfix.source.interpreter import calls, tensor_operations
from kfix.source.interpreter.bounds import MAX_LENGTH, too_large
from kfix.source.interpreter.containers import Const, DictV, ListV, OpenV, first
from kfix.source.interpreter.conversion import from_plain, is_plain, origin_of, plain
from kfix.source.interpreter.interpreter import Frame, Interpreter, choice, expression, merge
from kfix.source.interpreter.partial_values import FrameV, WholeV
from kfix.source.interpreter.state import MISSING
from kfix.source.interpreter.value_queries import identical, key_of, truth
from kfix.source.interpreter.values import Choice, InstanceV, TensorV
from kfix.source.keras import layers

# --- operators ----------------------------------------------------------------------------

_BINARY: dict[type[cst.CSTNode], Any] = {
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


def operation_of(node: cst.CSTNode) -> Any:
    """Python's function for an operator node."""
    return _BINARY[type(node)]


@expression(cst.BinaryOperation)
def _binary(interpreter: Interpreter, node: cst.BinaryOperation, frame: Frame) -> AbstractValue:
    # A long sum is nested to the left; going down it in a loop keeps the stack low.
    chain: list[cst.BinaryOperation] = [node]
    while isinstance(chain[-1].left, cst.BinaryOperation):
        chain.append(chain[-1].left)
    value = interpreter.eval(chain[-1].left, frame)
    for link in reversed(chain):
        value = binary(
            interpreter,
            _BINARY[type(link.operator)],
            value,
            interpreter.eval(link.right, frame),
            link,
            frame,
        )
    return value


def binary(
    interpreter: Interpreter,
    function: Any,
    left: AbstractValue,
    right: AbstractValue,
    node: cst.CSTNode,
    frame: Frame,
) -> AbstractValue:
    """`left (operator) right`."""
    if isinstance(left, Const) and isinstance(right, Const):
        if isinstance(left, OpenV) or isinstance(right, OpenV):
            return OpenV()
        return compute(interpreter, function, [left, right], node, frame)
    if isinstance(left, Choice) or isinstance(right, Choice):
        return interpreter.spread(
            lambda both: binary(interpreter, function, both[0], both[1], node, frame), [left, right]
        )
    if isinstance(left, TensorV) or isinstance(right, TensorV):
        return tensor_operations.operate(
            interpreter,
            f"operator.{function.__name__}",
            [(None, left), (None, right)],
            frame.unit.site(node),
        )
    if isinstance(left, Array) or isinstance(right, Array):
        return of_arrays(interpreter, function, left, right)
    known = right.value if isinstance(right, Const) and isinstance(right.value, int) else None
    if isinstance(left, WholeV) and known is not None and function in (operator.add, operator.sub):
        return left.moved(known if function is operator.add else -known)
    if (
        isinstance(right, WholeV)
        and isinstance(left, Const)
        and isinstance(left.value, int)
        and function is operator.add
    ):
        return right.moved(left.value)
    if isinstance(left, ListV) and isinstance(right, ListV) and function is operator.add:
        if len(left.items) + len(right.items) > MAX_LENGTH:
            return interpreter.unknown("a list that is too long", node, frame)
        return ListV(
            left.items + right.items,
            left.kind,
            left.sites + right.sites,
            first(left.unknown, right.unknown),
        )
    for many, count in ((left, right), (right, left)):
        if isinstance(many, ListV) and function is operator.mul:
            if isinstance(count, Const) and isinstance(count.value, int):
                times = count.value
                if len(many.items) * times > MAX_LENGTH:
                    return interpreter.unknown("a list that is too long", node, frame)
                interpreter.decide(count)
                return ListV(many.items * times, many.kind, many.sites * times, many.unknown)
            return interpreter.unknown(
                f"`{interpreter.text(node, frame)}` is not known", node, frame, count
            )
    if isinstance(left, DictV) and isinstance(right, DictV) and function is operator.or_:
        return DictV({**left.entries, **right.entries}, {**left.sites, **right.sites})
    if isinstance(left, InstanceV):
        found = left.cls.find(_SPECIAL.get(function.__name__, ""))
        if found is not None:
            return calls.invoke(
                interpreter,
                found[1],
                [calls.Given(None, left), calls.Given(None, right)],
                node,
                frame,
            )
    if is_plain(left) and is_plain(right):
        return compute(interpreter, function, [left, right], node, frame)
    for side in (left, right):
        if isinstance(
            side, Unknown
        ):  # what stopped it says more than the sum it is part of, and costs nothing
            return side
    return interpreter.unknown(f"`{interpreter.text(node, frame)}` is not known", node, frame)


def of_arrays(
    interpreter: Interpreter, function: Any, left: AbstractValue, right: AbstractValue
) -> Array:
    """`left (operator) right`, one of which is an array, or both. A data frame stays one where its labels go along."""
    path = f"operator.{function.__name__}"
    made = tensor_operations.one_array_operation(interpreter, path, [(None, left), (None, right)])
    for array, other in ((left, right), (right, left)):
        if isinstance(array, Array) and isinstance(other, Const):
            made = Array(array.shape, made.dtype)
    frames = [side for side in (left, right) if isinstance(side, FrameV)]
    if not frames or not isinstance(made.shape, tuple):
        return made
    frame = max(frames, key=lambda side: len(side.shape) if isinstance(side.shape, tuple) else 0)
    alike = len(frames) == 1 or all(_aligned(side, frame) for side in frames)
    if not alike or (
        len(frames) == 1 and made.shape != frame.shape
    ):  # pandas puts rows and columns of the same label together
        return Array(Unknown("how two data frames go together"))
    return FrameV(frame.shape, made.dtype, columns=frame.columns)


def _aligned(one: FrameV, other: FrameV) -> bool:
    """Are their labels known to be the same? Numbers of columns (`df.mean()`) go with a frame of these columns."""
    if one is other or one.shape == other.shape:
        return one.columns == other.columns or len(one.shape) == 1  # type: ignore[arg-type]
    if isinstance(one.shape, tuple) and isinstance(other.shape, tuple) and len(one.shape) == 1:
        if len(other.shape) == 2 and isinstance(one.shape[0], Unknown) and one.columns is not None:
            return other.columns is not None and set(one.columns) <= set(other.columns)
        return (
            len(other.shape) == 2
            and one.shape[0] == other.shape[1]
            and one.columns == other.columns
        )
    return False


_SPECIAL = {"add": "__add__", "mul": "__mul__", "sub": "__sub__", "truediv": "__truediv__"}


def compute(
    interpreter: Interpreter,
    function: Any,
    parts: list[AbstractValue],
    node: cst.CSTNode,
    frame: Frame,
) -> AbstractValue:
    """`function(*parts)` of known values; a value that remembers them as its origin."""
    values = [plain(part) for part in parts]
    if too_large(getattr(function, "__name__", ""), values):
        return interpreter.unknown(f"`{interpreter.text(node, frame)}` is too large", node, frame)
    try:
        result = function(*values)
    except (
        Exception
    ) as error:  # whatever Python raises on these values, the program would raise too
        return interpreter.unknown(f"{type(error).__name__}: {error}", node, frame)
    return from_plain(result, derived(result, function, *map(origin_of, parts)))


@expression(cst.UnaryOperation)
def _unary(interpreter: Interpreter, node: cst.UnaryOperation, frame: Frame) -> AbstractValue:
    value = interpreter.eval(node.expression, frame)
    if isinstance(node.operator, cst.Not):
        known = truth(value)
        if known is None:
            return interpreter.unknown(
                f"`{interpreter.text(node, frame)}` is not known", node, frame, value
            )
        return Const(not known, derived(not known, operator.not_, origin_of(value)))
    function: Any = {
        cst.Minus: operator.neg,
        cst.Plus: operator.pos,
        cst.BitInvert: operator.invert,
    }[type(node.operator)]
    if isinstance(value, Const):
        if function is operator.neg and isinstance(node.expression, cst.Integer | cst.Float):
            negative = -value.value  # type: ignore[operator]
            return Const(negative, Literal(frame.unit.site(node), negative))
        return compute(interpreter, function, [value], node, frame)
    if isinstance(value, TensorV):
        return tensor_operations.operate(
            interpreter, f"operator.{function.__name__}", [(None, value)], frame.unit.site(node)
        )
    return (
        value
        if isinstance(value, Array)
        else interpreter.unknown(
            f"`{interpreter.text(node, frame)}` is not known", node, frame, value
        )
    )


@expression(cst.BooleanOperation)
def _boolean(interpreter: Interpreter, node: cst.BooleanOperation, frame: Frame) -> AbstractValue:
    left = interpreter.eval(node.left, frame)
    known = truth(left)
    if known is None:
        right = interpreter.eval(node.right, frame)
        if (
            isinstance(node.operator, cst.And)
            and truth(right) is False
            and isinstance(right, Const)
        ):
            return right
        if isinstance(node.operator, cst.Or) and truth(right) is True and right == Const(True):
            return right
        return interpreter.unknown(
            f"`{interpreter.text(node, frame)}` is not known", node, frame, left
        )
    interpreter.decide(left)
    return (
        interpreter.eval(node.right, frame) if known == isinstance(node.operator, cst.And) else left
    )


@expression(cst.Comparison)
def _comparison(interpreter: Interpreter, node: cst.Comparison, frame: Frame) -> AbstractValue:
    left = interpreter.eval(node.left, frame)
    outcome: AbstractValue = Const(True)
    for target in node.comparisons:
        right = interpreter.eval(target.comparator, frame)
        outcome = compare(interpreter, target.operator, left, right, node, frame)
        if not (isinstance(outcome, Const) and outcome.value):
            return outcome
        left = right
    return outcome


_ORDER: dict[type[cst.CSTNode], Any] = {
    cst.LessThan: operator.lt,
    cst.LessThanEqual: operator.le,
    cst.GreaterThan: operator.gt,
    cst.GreaterThanEqual: operator.ge,
}
_COMPARE: dict[type[cst.CSTNode], Any] = {
    cst.Equal: operator.eq,
    cst.NotEqual: operator.ne,
    **_ORDER,
}


def compare(
    interpreter: Interpreter,
    sign: cst.CSTNode,
    left: AbstractValue,
    right: AbstractValue,
    node: cst.CSTNode,
    frame: Frame,
) -> AbstractValue:
    """`left (sign) right` as a known bool, or an `Unknown`."""
    if isinstance(sign, cst.Is | cst.IsNot):
        answer = identical(left, right)
        if answer is not None:
            function = operator.is_ if isinstance(sign, cst.Is) else operator.is_not
            holds = answer == isinstance(sign, cst.Is)
            return Const(holds, derived(holds, function, origin_of(left), origin_of(right)))
    elif type(sign) in _ORDER and any(isinstance(side, TensorV) for side in (left, right)):
        path = f"operator.{_ORDER[type(sign)].__name__}"
        return tensor_operations.operate(
            interpreter, path, [(None, left), (None, right)], frame.unit.site(node)
        )
    elif type(sign) in _COMPARE and (isinstance(left, Array) or isinstance(right, Array)):
        if not any(
            isinstance(v, TensorV | Choice) or (isinstance(v, Const) and v.value is None)
            for v in (left, right)
        ):
            return of_arrays(interpreter, _COMPARE[type(sign)], left, right)
    elif isinstance(sign, cst.In | cst.NotIn):
        if is_plain(left) and is_plain(right):
            found = compute(interpreter, operator.contains, [right, left], node, frame)
            if isinstance(found, Const):
                return (
                    found
                    if isinstance(sign, cst.In)
                    else Const(
                        not found.value, derived(not found.value, operator.not_, found.origin)
                    )
                )
        if (
            isinstance(right, DictV)
            and right.unknown is None
            and (key := key_of(left)) is not MISSING
        ):
            return Const((key in right.entries) == isinstance(sign, cst.In))
    elif is_plain(left) and is_plain(right):
        return compute(interpreter, _COMPARE[type(sign)], [left, right], node, frame)
    elif isinstance(sign, cst.Equal | cst.NotEqual):
        if isinstance(left, Symbol) and isinstance(right, Symbol):
            return Const((left == right) == isinstance(sign, cst.Equal))
        none = [v for v in (left, right) if isinstance(v, Const) and v.value is None]
        if none and identical(left, right) is False:
            return Const(isinstance(sign, cst.NotEqual))
    because = left if isinstance(left, Unknown) else right
    return interpreter.unknown(
        f"`{interpreter.text(node, frame)}` is not known", node, frame, because
    )


@expression(cst.IfExp)
def _ternary(interpreter: Interpreter, node: cst.IfExp, frame: Frame) -> AbstractValue:
    test = interpreter.eval(node.test, frame)
    known = truth(test)
    if known is not None:
        interpreter.decide(test)
        return interpreter.eval(node.body if known else node.orelse, frame)
    text = interpreter.text(node.test, frame)
    held = frame.condition
    options = []
    for branch, holds in ((node.body, True), (node.orelse, False)):
        condition = merge(held, ((text, holds),))
        if condition is None:
            continue
        frame.condition = condition
        options.append((((text, holds),), interpreter.eval(branch, frame)))
    frame.condition = held
    return join_options(
        interpreter, options, interpreter.unknown(f"`{text}` is not known", node.test, frame, test)
    )


def join_options(
    interpreter: Interpreter, options: list[tuple[Any, AbstractValue]], why: Unknown
) -> AbstractValue:
    """A choice where layers, tensors or models differ; else unknown."""
    made = choice(options)
    if isinstance(made, Choice) and not all(layers.is_built(value) for _, value in made.options):
        return why
    return made
