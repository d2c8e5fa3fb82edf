"""Expressions that stand for a tensor, of which each may be given to a new layer first."""

from __future__ import annotations

from collections.abc import Callable

import libcst as cst

from kfix.model.code import NewLayer, Where
from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import (
    Path,
    assigned_name,
    code,
    in_parentheses,
    names_in,
    value_in,
)
from kfix.rewrite.plan import NewText, Plan, short
from kfix.rewrite.selfmade import attribute_before, made_beside
from kfix.rewrite.spots import LayerOf, Spot
from kfix.rewrite.tree import Comment, Pass, small_statement
from kfix.rewrite.variables import used_later

_PLAIN = (cst.Call, cst.Arg, cst.List, cst.Tuple, cst.Element, cst.BinaryOperation)
"""What may be around a variable in a statement that reads it once, whenever it is run."""
_SEVERAL = (cst.List, cst.Tuple, cst.Dict, cst.StarredElement)


class ValueSpot(Spot):
    """Any expression that stands for a tensor: a layer is called on it there."""

    def __init__(self, plan: Plan, site: Site, path: Path | None = None) -> None:
        super().__init__(plan, site)
        self.path = path or self.path

    def text(self) -> str:
        """Return the expression."""
        return short(code(value_in(self.path[-1])))

    def neighbours(self) -> list[cst.BaseExpression]:
        """Return the layer that is called on it."""
        calls = (node.func for node in reversed(self.path) if isinstance(node, cst.Call))
        return [func.func for func in calls if isinstance(func, cst.Call)]

    def spelled(self, layer: NewLayer, where: Where) -> tuple[NewText, LayerOf]:
        """Return the text of a new layer, which a subclassed model makes in `__init__`."""
        attribute = attribute_before(self.path)
        if attribute is None:
            return super().spelled(layer, where)
        return made_beside(self.plan, self, attribute, layer, "after")

    def input(self, number: int) -> Spot:
        """Return the place of an operand."""
        node = self.path[-1]
        if not isinstance(node, cst.BinaryOperation) or number > 1:
            return super().input(number)
        operand = (node.left, node.right)[number]
        return ValueSpot(self.plan, self.site, (*self.path, operand))

    def insert(self, where: Where, layer: LayerOf, comment: Comment = None) -> None:
        """Put the layer in on a line of its own, or around the expression."""
        value = value_in(self.path[-1])
        if isinstance(value, cst.List | cst.Dict | cst.StarredElement):
            raise CannotWrite("several tensors stand there")
        if isinstance(value, cst.Name) and self._is_read_last(value.value):
            build = assignment(value.value, layer)
            self.unit.insert_statement(small_statement(self.path), "before", build, comment)
        else:
            self.unit.change(self.path, wrapping(layer))

    def _is_read_last(self, name: str) -> bool:
        """Return whether the variable may be assigned to on a line before: nothing else uses it
        from there on.
        """
        statement = small_statement(self.path)
        if not all(isinstance(node, _PLAIN) for node in self.path[len(statement) : -1]):
            return False
        match statement[-1]:
            case cst.Assign(value=value) | cst.AnnAssign(value=value) | cst.Return(value=value):
                once = value is not None and list(names_in(value)).count(name) == 1
                again = assigned_name(statement[-1]) == name
                return once and (again or not used_later(self, self.path, name))
        return False


def add_axis(spot: Spot) -> str:
    """Index the expression at a place for a last axis of size 1; return both in words."""
    value = value_in(spot.path[-1])
    if isinstance(value, _SEVERAL):
        raise CannotWrite("several tensors stand there")
    if not isinstance(spot, ValueSpot) or not isinstance(value, cst.BaseExpression):
        raise CannotWrite("the tensor is not written at the operation")
    spot.unit.change(spot.path, _changing(lambda run, value: _indexed(value)))
    return f"{short(code(_indexed(value)))} for {short(code(value))}"


def _indexed(value: cst.BaseExpression) -> cst.Subscript:
    """Return `value[..., None]`."""
    index = cst.ensure_type(cst.parse_expression("x[..., None]"), cst.Subscript)
    return index.with_changes(value=in_parentheses(value))


def wrapping(layer: LayerOf) -> Callable[[Pass, cst.CSTNode], cst.CSTNode]:
    """Return the change that calls a layer on an expression, or on the value of an argument or
    element.
    """
    return _changing(lambda run, value: call_on(layer(run), value))


def _changing(
    build: Callable[[Pass, cst.BaseExpression], cst.BaseExpression],
) -> Callable[[Pass, cst.CSTNode], cst.CSTNode]:
    """Return the change of an expression, or of the value of an argument or element."""

    def change(run: Pass, node: cst.CSTNode) -> cst.CSTNode:
        match node:
            case cst.Arg() | cst.Element():
                return node.with_changes(value=build(run, node.value))
            case cst.BaseExpression():
                return build(run, node)
        raise CannotWrite("no tensor stands there")

    return change


def call_on(layer: cst.BaseExpression, value: cst.BaseExpression) -> cst.Call:
    """Return the call of a layer on a tensor."""
    return cst.Call(func=layer, args=[cst.Arg(value)])


def assignment(name: str, layer: LayerOf) -> Callable[[Pass], cst.BaseSmallStatement]:
    """Return what makes `x = layer(x)`."""

    def build(run: Pass) -> cst.BaseSmallStatement:
        value = call_on(layer(run), cst.Name(name))
        return cst.Assign([cst.AssignTarget(cst.Name(name))], value)

    return build
