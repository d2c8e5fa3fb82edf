"""What each kind of expression is worth."""

from __future__ import annotations

import operator
from typing import Any

import libcst as cst

from kfix.model.graph import Array, Symbol
from kfix.model.origin import Derived, Fixed, Literal
from kfix.model.unknown import Unknown
from kfix.source import building, calls
from kfix.source.facts import MAX_LENGTH, SliceV, elements, identical, key_of, plain_index, truth
from kfix.source.interpreter import Frame, Interpreter, choice, expression, merge
from kfix.source.library import lookup
from kfix.source.names import normalise
from kfix.source.objects import attribute
from kfix.source.state import MISSING, Scope
from kfix.source.values import (
    Choice,
    Const,
    DictV,
    FunctionV,
    InstanceV,
    ListV,
    RangeV,
    TensorV,
    Value,
    first,
    from_plain,
    is_plain,
    origin_of,
    plain,
)

# --- literals -----------------------------------------------------------------------------


@expression(cst.Integer)
def _integer(at: Interpreter, node: cst.Integer, frame: Frame) -> Value:
    try:
        value = int(node.value, 0)
    except ValueError:
        return at.unknown("a number that Python does not read", node, frame)
    return Const(value, Literal(frame.unit.site(node), value))


@expression(cst.Float)
def _float(at: Interpreter, node: cst.Float, frame: Frame) -> Value:
    value = float(node.value)
    return Const(value, Literal(frame.unit.site(node), value))


@expression(cst.Imaginary)
def _imaginary(at: Interpreter, node: cst.Imaginary, frame: Frame) -> Value:
    return Const(complex(node.value.replace("_", "")))


@expression(cst.SimpleString)
def _string(at: Interpreter, node: cst.SimpleString, frame: Frame) -> Value:
    raw = node.value
    if "\\" not in raw and raw[0] in "'\"" and not raw.startswith(("'''", '"""')):
        value: Any = raw[1:-1]
    else:
        try:
            value = node.evaluated_value
        except (ValueError, SyntaxError):
            return at.unknown("a string that Python does not read", node, frame)
    return Const(value, Literal(frame.unit.site(node), value))


@expression(cst.ConcatenatedString)
def _strings(at: Interpreter, node: cst.ConcatenatedString, frame: Frame) -> Value:
    left, right = at.eval(node.left, frame), at.eval(node.right, frame)
    return binary(at, operator.add, left, right, node, frame)


@expression(cst.FormattedString)
def _formatted(at: Interpreter, node: cst.FormattedString, frame: Frame) -> Value:
    text = ""
    for part in node.parts:
        if isinstance(part, cst.FormattedStringText):
            text += part.value.replace("{{", "{").replace("}}", "}")
            continue
        if not isinstance(part, cst.FormattedStringExpression):
            return at.unknown("a string that is not read", node, frame)
        value = at.eval(part.expression, frame)
        if not is_plain(value) or not isinstance(value, Const):
            return at.unknown(f"`{at.text(node, frame)}` is put together", node, frame, value)
        spec = "" if not part.format_spec else at.text(part.format_spec[0], frame)
        try:
            shown = repr(value.value) if part.conversion == "r" else value.value
            text += format(shown, spec) if len(spec) < 8 else str(shown)
        except (ValueError, TypeError) as error:
            return at.unknown(f"{type(error).__name__}: {error}", node, frame)
    return Const(text)


@expression(cst.Ellipsis)
def _ellipsis(at: Interpreter, node: cst.Ellipsis, frame: Frame) -> Value:
    return Const(...)


@expression(cst.Tuple, cst.List, cst.Set)
def _sequence(at: Interpreter, node: cst.Tuple | cst.List | cst.Set, frame: Frame) -> Value:
    kind = "tuple" if isinstance(node, cst.Tuple) else "list" if isinstance(node, cst.List) else "set"
    made = ListV([], kind, site=frame.unit.site(node))
    for element in node.elements:
        value = at.eval(element.value, frame)
        if isinstance(element, cst.StarredElement):
            items = elements(value)
            if items is None:
                made.unknown = at.unknown(f"`{at.text(element, frame)}` is not known", element, frame, value)
            else:
                made.items.extend(items)
                site = frame.unit.site(element)
                sites: list[Any] = list(value.sites) if isinstance(value, ListV) else [site] * len(items)
                made.sites.extend(s or site for s in sites)
        else:
            made.items.append(value)
            made.sites.append(frame.unit.site(element))
    return made


@expression(cst.Dict)
def _dict(at: Interpreter, node: cst.Dict, frame: Frame) -> Value:
    made = DictV()
    for element in node.elements:
        if isinstance(element, cst.StarredDictElement):
            value = at.eval(element.value, frame)
            if isinstance(value, DictV):
                made.entries.update(value.entries)
                made.sites.update(value.sites)
                made.unknown = first(made.unknown, value.unknown)
            else:
                made.unknown = at.unknown(f"`{at.text(element, frame)}` is not known", element, frame, value)
            continue
        if not isinstance(element, cst.DictElement):
            continue
        key, value = at.eval(element.key, frame), at.eval(element.value, frame)
        known = key_of(key)
        if known is MISSING:
            made.unknown = at.unknown("a key that is not known", element, frame, key)
        else:
            made.entries[known] = value
            made.sites[known] = frame.unit.site(element)
    return made


# --- names --------------------------------------------------------------------------------


@expression(cst.Name)
def _name(at: Interpreter, node: cst.Name, frame: Frame) -> Value:
    name = node.value
    value = find(at, name, frame)
    if value is not MISSING:
        return value
    if name in _WORDS:
        word = _WORDS[name]
        return Const(word, Literal(frame.unit.site(node), word))
    return at.unknown(f"`{name}` is not defined here", node, frame)


_WORDS = {"True": True, "False": False, "None": None}


def find(at: Interpreter, name: str, frame: Frame) -> Value:
    """What a name stands for: the program's own, a builtin, or one that a star import brought."""
    value = frame.scope.find(name)
    if value is not MISSING:
        return value
    for path in frame.scope.module().stars:
        if path == "keras.layers" and (at.shapes.is_layer(name) or name == "Input"):
            return Symbol(normalise(f"{path}.{name}"))
        if path in ("keras.applications", "keras") and at.shapes.is_application(name):
            return Symbol(f"keras.applications.{name}")
        if path == "keras.models" and name in ("Sequential", "Model"):
            return Symbol(f"keras.{name}")
        if lookup.is_known(f"{path}.{name}") or at.shapes.is_operation(f"{path}.{name}"):
            return Symbol(f"{path}.{name}")
    if lookup.is_known(f"builtins.{name}"):
        return Symbol(f"builtins.{name}")
    return MISSING


@expression(cst.Attribute)
def _attribute(at: Interpreter, node: cst.Attribute, frame: Frame) -> Value:
    return attribute(at, at.eval(node.value, frame), node.attr.value, node, frame)


@expression(cst.NamedExpr)
def _walrus(at: Interpreter, node: cst.NamedExpr, frame: Frame) -> Value:
    value = at.eval(node.value, frame)
    if isinstance(node.target, cst.Name):
        at.journal.set(frame.scope.names, node.target.value, value)
    return value


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
def _binary(at: Interpreter, node: cst.BinaryOperation, frame: Frame) -> Value:
    # A long sum is nested to the left; going down it in a loop keeps the stack low.
    chain: list[cst.BinaryOperation] = [node]
    while isinstance(chain[-1].left, cst.BinaryOperation):
        chain.append(chain[-1].left)
    value = at.eval(chain[-1].left, frame)
    for link in reversed(chain):
        value = binary(at, _BINARY[type(link.operator)], value, at.eval(link.right, frame), link, frame)
    return value


def binary(at: Interpreter, function: Any, left: Value, right: Value, node: cst.CSTNode, frame: Frame) -> Value:
    """`left (operator) right`."""
    if isinstance(left, Const) and isinstance(right, Const):
        return compute(at, function, [left, right], node, frame)
    if isinstance(left, Choice) or isinstance(right, Choice):
        return at.spread(lambda both: binary(at, function, both[0], both[1], node, frame), [left, right])
    if isinstance(left, TensorV) or isinstance(right, TensorV):
        return building.operate(
            at, f"operator.{function.__name__}", [(None, left), (None, right)], frame.unit.site(node)
        )
    if isinstance(left, Array) or isinstance(right, Array):
        for array, other in ((left, right), (right, left)):
            if isinstance(array, Array) and isinstance(other, Const):
                return Array(array.shape)
        return building.array_operation(at, f"operator.{function.__name__}", [(None, left), (None, right)])
    if isinstance(left, ListV) and isinstance(right, ListV) and function is operator.add:
        return ListV(left.items + right.items, left.kind, left.sites + right.sites, first(left.unknown, right.unknown))
    for many, count in ((left, right), (right, left)):
        if isinstance(many, ListV) and function is operator.mul:
            if isinstance(count, Const) and isinstance(count.value, int):
                times = count.value
                if len(many.items) * times > MAX_LENGTH:
                    return at.unknown("a list that is too long", node, frame)
                at.decide(count)
                return ListV(many.items * times, many.kind, many.sites * times, many.unknown)
            return at.unknown(f"`{at.text(node, frame)}` is not known", node, frame, count)
    if isinstance(left, DictV) and isinstance(right, DictV) and function is operator.or_:
        return DictV({**left.entries, **right.entries}, {**left.sites, **right.sites})
    if isinstance(left, InstanceV):
        found = left.cls.find(_SPECIAL.get(function.__name__, ""))
        if found is not None:
            return calls.call_function(at, found[1], [calls.Given(None, left), calls.Given(None, right)], node, frame)
    if is_plain(left) and is_plain(right):
        return compute(at, function, [left, right], node, frame)
    because = left if isinstance(left, Unknown) else right
    return at.unknown(f"`{at.text(node, frame)}` is not known", node, frame, because)


_SPECIAL = {"add": "__add__", "mul": "__mul__", "sub": "__sub__", "truediv": "__truediv__"}


def compute(at: Interpreter, function: Any, parts: list[Value], node: cst.CSTNode, frame: Frame) -> Value:
    """`function(*parts)` of known values; a value that remembers them as its origin."""
    values = [plain(part) for part in parts]
    if len(values) == 2 and not _small(function, values):
        return at.unknown(f"`{at.text(node, frame)}` is too large", node, frame)
    try:
        result = function(*values)
    except Exception as error:  # whatever Python raises on these values, the program would raise too
        return at.unknown(f"{type(error).__name__}: {error}", node, frame)
    return from_plain(result, Derived(function, tuple(map(origin_of, parts))))


def _small(function: Any, values: list[Any]) -> bool:
    left, right = values
    if function is operator.pow:
        return not (isinstance(left, int) and isinstance(right, int)) or (
            abs(right) * max(1, left.bit_length()) < MAX_LENGTH
        )
    if function is operator.lshift:
        return not isinstance(right, int) or right < MAX_LENGTH
    if function is operator.mul:
        for many, count in ((left, right), (right, left)):
            if isinstance(many, str | bytes) and isinstance(count, int):
                return len(many) * count < MAX_LENGTH
    if function is operator.mod and isinstance(left, str | bytes):
        return len(left) < MAX_LENGTH and not any(part.isdigit() and len(part) > 3 for part in _digits(str(left)))
    return True


def _digits(text: str) -> list[str]:
    return "".join(letter if letter.isdigit() else " " for letter in text).split()


@expression(cst.UnaryOperation)
def _unary(at: Interpreter, node: cst.UnaryOperation, frame: Frame) -> Value:
    value = at.eval(node.expression, frame)
    if isinstance(node.operator, cst.Not):
        known = truth(value)
        if known is None:
            return at.unknown(f"`{at.text(node, frame)}` is not known", node, frame, value)
        return Const(not known, Derived(operator.not_, (origin_of(value),)))
    function: Any = {cst.Minus: operator.neg, cst.Plus: operator.pos, cst.BitInvert: operator.invert}[
        type(node.operator)
    ]
    if isinstance(value, Const):
        if function is operator.neg and isinstance(node.expression, cst.Integer | cst.Float):
            negative = -value.value  # type: ignore[operator]
            return Const(negative, Literal(frame.unit.site(node), negative))
        return compute(at, function, [value], node, frame)
    if isinstance(value, TensorV):
        return building.operate(at, f"operator.{function.__name__}", [(None, value)], frame.unit.site(node))
    return (
        value if isinstance(value, Array) else at.unknown(f"`{at.text(node, frame)}` is not known", node, frame, value)
    )


@expression(cst.BooleanOperation)
def _boolean(at: Interpreter, node: cst.BooleanOperation, frame: Frame) -> Value:
    left = at.eval(node.left, frame)
    known = truth(left)
    if known is None:
        right = at.eval(node.right, frame)
        if isinstance(node.operator, cst.And) and truth(right) is False and isinstance(right, Const):
            return right
        if isinstance(node.operator, cst.Or) and truth(right) is True and right == Const(True):
            return right
        return at.unknown(f"`{at.text(node, frame)}` is not known", node, frame, left)
    at.decide(left)
    return at.eval(node.right, frame) if known == isinstance(node.operator, cst.And) else left


@expression(cst.Comparison)
def _comparison(at: Interpreter, node: cst.Comparison, frame: Frame) -> Value:
    left = at.eval(node.left, frame)
    outcome: Value = Const(True)
    for target in node.comparisons:
        right = at.eval(target.comparator, frame)
        outcome = compare(at, target.operator, left, right, node, frame)
        if not (isinstance(outcome, Const) and outcome.value):
            return outcome
        left = right
    return outcome


_COMPARE: dict[type[cst.CSTNode], Any] = {
    cst.Equal: operator.eq,
    cst.NotEqual: operator.ne,
    cst.LessThan: operator.lt,
    cst.LessThanEqual: operator.le,
    cst.GreaterThan: operator.gt,
    cst.GreaterThanEqual: operator.ge,
}


def compare(at: Interpreter, sign: cst.CSTNode, left: Value, right: Value, node: cst.CSTNode, frame: Frame) -> Value:
    """`left (sign) right` as a known bool, or an `Unknown`."""
    if isinstance(sign, cst.Is | cst.IsNot):
        answer = identical(left, right)
        if answer is not None:
            return Const(answer == isinstance(sign, cst.Is), Derived(operator.is_, (origin_of(left), origin_of(right))))
    elif isinstance(sign, cst.In | cst.NotIn):
        if is_plain(left) and is_plain(right):
            found = compute(at, operator.contains, [right, left], node, frame)
            if isinstance(found, Const):
                return (
                    found
                    if isinstance(sign, cst.In)
                    else Const(not found.value, Derived(operator.not_, (found.origin,)))
                )
        if isinstance(right, DictV) and right.unknown is None and (key := key_of(left)) is not MISSING:
            return Const((key in right.entries) == isinstance(sign, cst.In))
    elif is_plain(left) and is_plain(right):
        return compute(at, _COMPARE[type(sign)], [left, right], node, frame)
    elif isinstance(sign, cst.Equal | cst.NotEqual):
        if isinstance(left, Symbol) and isinstance(right, Symbol):
            return Const((left == right) == isinstance(sign, cst.Equal))
        none = [v for v in (left, right) if isinstance(v, Const) and v.value is None]
        if none and identical(left, right) is False:
            return Const(isinstance(sign, cst.NotEqual))
    because = left if isinstance(left, Unknown) else right
    return at.unknown(f"`{at.text(node, frame)}` is not known", node, frame, because)


@expression(cst.IfExp)
def _ternary(at: Interpreter, node: cst.IfExp, frame: Frame) -> Value:
    test = at.eval(node.test, frame)
    known = truth(test)
    if known is not None:
        at.decide(test)
        return at.eval(node.body if known else node.orelse, frame)
    text = at.text(node.test, frame)
    held = frame.condition
    options = []
    for branch, holds in ((node.body, True), (node.orelse, False)):
        condition = merge(held, ((text, holds),))
        if condition is None:
            continue
        frame.condition = condition
        options.append((((text, holds),), at.eval(branch, frame)))
    frame.condition = held
    return join_options(at, options, at.unknown(f"`{text}` is not known", node.test, frame, test))


def join_options(at: Interpreter, options: list[tuple[Any, Value]], why: Unknown) -> Value:
    """A choice where layers, tensors or models differ; else unknown."""
    made = choice(options)
    if isinstance(made, Choice) and not all(building.is_built(value) for _, value in made.options):
        return why
    return made


# --- subscripts ---------------------------------------------------------------------------


@expression(cst.Subscript)
def _subscript(at: Interpreter, node: cst.Subscript, frame: Frame) -> Value:
    value = at.eval(node.value, frame)
    index = index_of(at, node, frame)
    return subscript(at, value, index, node, frame)


def index_of(at: Interpreter, node: cst.Subscript, frame: Frame) -> Value:
    """What stands in the brackets: a value, a slice, or a tuple of them."""
    parts = [_index_part(at, element.slice, frame) for element in node.slice]
    if len(parts) == 1 and not isinstance(node.slice[0].comma, cst.Comma):
        return parts[0]
    return ListV(parts, "tuple")


def _index_part(at: Interpreter, part: cst.BaseSlice, frame: Frame) -> Value:
    if isinstance(part, cst.Slice):
        return SliceV([None if p is None else at.eval(p, frame) for p in (part.lower, part.upper, part.step)])
    return at.eval(part.value, frame)  # type: ignore[attr-defined]


def subscript(at: Interpreter, value: Value, index: Value, node: cst.CSTNode, frame: Frame) -> Value:
    """`value[index]`."""
    if isinstance(value, Choice):
        return at.spread(lambda one: subscript(at, one[0], index, node, frame), [value])
    if isinstance(value, DictV):
        key = key_of(index)
        if key is not MISSING and key in value.entries:
            return value.entries[key]
        return at.unknown(f"`{at.text(node, frame)}` is not known", node, frame, first(value.unknown, index))
    if isinstance(value, TensorV):
        key = plain_index(index)
        if key is MISSING:
            key = Unknown(f"`{at.text(node, frame)}`: the index is not known", frame.unit.site(node))
        return building.getitem(at, value, key, frame.unit.site(node))
    if isinstance(value, Array):
        key = plain_index(index)
        if key is MISSING:
            key = Unknown(f"`{at.text(node, frame)}`: the index is not known", frame.unit.site(node))
        return building.array_operation(at, "operator.getitem", [(None, value), (None, key)])
    if isinstance(value, ListV | RangeV) or (isinstance(value, Const) and isinstance(value.value, str | bytes)):
        return _element(at, value, index, node, frame)
    if isinstance(value, InstanceV):
        found = value.cls.find("__getitem__")
        if found is not None and isinstance(found[1], FunctionV):
            return calls.call_function(at, found[1], [calls.Given(None, value), calls.Given(None, index)], node, frame)
    special = lookup.method_of(value, "__getitem__")
    if special is not None:
        return special(calls.Call(at, [calls.Given(None, index)], node, frame, value))
    if isinstance(value, Unknown):
        return value
    return at.unknown(f"`{at.text(node, frame)}` is not known", node, frame, value)


def _element(at: Interpreter, value: Value, index: Value, node: cst.CSTNode, frame: Frame) -> Value:
    key = plain_index(index)
    if key is MISSING or not isinstance(key, int | slice):
        return at.unknown(f"`{at.text(node, frame)}`: the index is not known", node, frame, index)
    if isinstance(value, ListV):
        if value.unknown is not None:
            return at.unknown(f"`{at.text(node, frame)}` is not known", node, frame, value.unknown)
        try:
            if isinstance(key, slice):
                return ListV(value.items[key], value.kind, value.sites[key])
            return value.items[key]
        except (IndexError, ValueError, TypeError) as error:
            return at.unknown(f"{type(error).__name__}: {error}", node, frame)
    if isinstance(value, RangeV):
        try:
            if isinstance(key, int):
                return value.item(key % len(value.range) if -len(value.range) <= key < len(value.range) else key)
            return from_plain(value.range[key])
        except (IndexError, ValueError, ZeroDivisionError) as error:
            return at.unknown(f"{type(error).__name__}: {error}", node, frame)
    origin = Derived(operator.getitem, (value.origin, Fixed(key)))
    try:
        return Const(value.value[key], origin)
    except (IndexError, ValueError, TypeError) as error:
        return at.unknown(f"{type(error).__name__}: {error}", node, frame)


# --- comprehensions -----------------------------------------------------------------------


@expression(cst.ListComp, cst.GeneratorExp, cst.SetComp, cst.DictComp)
def _comprehension(at: Interpreter, node: Any, frame: Frame) -> Value:
    from kfix.source.statements import assign

    kind = "set" if isinstance(node, cst.SetComp) else "list"
    made_list = ListV([], kind, site=frame.unit.site(node))
    made_dict = DictV()
    inner = Frame(frame.unit, Scope(frame.scope), frame.function)
    inner.cls, inner.instance, inner.condition = frame.cls, frame.instance, frame.condition

    def unknown(why: Unknown) -> None:
        made_list.unknown = made_dict.unknown = why

    def turn(clause: cst.CompFor) -> None:
        over = at.eval(clause.iter, inner)
        items = elements(over)
        if items is None:
            why = at.unknown(f"what `{at.text(clause.iter, inner)}` holds is not known", clause.iter, inner, over)
            item = at.unknown(f"an element of `{at.text(clause.iter, inner)}`", clause.iter, inner, over)
            unknown(why)
            items = [item]
        else:
            at.decide(over)
        for item in items:
            assign(at, clause.target, item, inner)
            wanted = True
            for test in clause.ifs:
                tested = at.eval(test.test, inner)
                known = truth(tested)
                if known is None:
                    unknown(at.unknown(f"`{at.text(test.test, inner)}` is not known", test, inner, tested))
                elif not known:
                    wanted = False
                    break
            if not wanted:
                continue
            if clause.inner_for_in is not None:
                turn(clause.inner_for_in)
            elif isinstance(node, cst.DictComp):
                key, value = key_of(at.eval(node.key, inner)), at.eval(node.value, inner)
                if key is MISSING:
                    made_dict.unknown = at.unknown("a key that is not known", node.key, inner)
                else:
                    made_dict.entries[key] = value
            else:
                made_list.items.append(at.eval(node.elt, inner))
                made_list.sites.append(frame.unit.site(node.elt))

    turn(node.for_in)
    return made_dict if isinstance(node, cst.DictComp) else made_list


# --- functions ----------------------------------------------------------------------------


@expression(cst.Lambda)
def _lambda(at: Interpreter, node: cst.Lambda, frame: Frame) -> Value:
    return FunctionV(node, frame.scope, frame.unit, "<lambda>", calls.defaults(at, node.params, frame), frame.cls)


@expression(cst.Call)
def _call(at: Interpreter, node: cst.Call, frame: Frame) -> Value:
    return calls.call(at, node, frame)


@expression(cst.Await)
def _await(at: Interpreter, node: cst.Await, frame: Frame) -> Value:
    return at.eval(node.expression, frame)


@expression(cst.Yield)
def _yield(at: Interpreter, node: cst.Yield, frame: Frame) -> Value:
    if isinstance(node.value, cst.From):
        value = at.eval(node.value.item, frame)
        if frame.yields is not None:
            frame.yields.extend(elements(value) or [])
        return value
    value = Const(None) if node.value is None else at.eval(node.value, frame)
    if frame.yields is not None:
        frame.yields.append(value)
    return Const(None)
