"""The places where a layer is put into a model, and what can be done there: put one in, take it
out, carry it off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import libcst as cst

from kfix.model.code import NewLayer, Where
from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.functions import function_name
from kfix.rewrite.nodes import Path, below, depth_of, elements_of, last_name
from kfix.rewrite.plan import NewText, Plan
from kfix.rewrite.row import Container, items_of, read_row
from kfix.rewrite.tree import (
    Comment,
    Pass,
    RowInsert,
    RowRemove,
    UnitPlan,
    insert_beside,
    small_statement,
)

T = TypeVar("T")

LayerOf = Callable[[Pass], cst.BaseExpression]
"""Makes the expression of a layer (`layers.Flatten()`, or the name of one) that is put in."""

AHEAD = "before the loop of"

Carried = tuple[LayerOf, Comment]
"""A layer taken from its place, and the comment beside it."""


class Spot:
    """A place where a layer is put into a model."""

    def __init__(self, plan: Plan, site: Site) -> None:
        self.plan = plan
        self.site = site
        self.path: Path = plan.path(site)
        self.unit: UnitPlan = plan.unit(site)

    def neighbours(self) -> list[cst.BaseExpression]:
        """Return what the layers here and around are called by, the nearest first."""
        return []

    def text(self) -> str:
        """Return the layer that is put in here, as it is written."""
        return self.plan.text(self.site)

    def spelled(self, layer: NewLayer, where: Where) -> tuple[NewText, LayerOf]:
        """Return the text of a new layer, and what is put in for it."""
        new = self.plan.layer(layer, self.site, self.neighbours())
        return new, new.build

    def insert(self, where: Where, layer: LayerOf, comment: Comment = None) -> None:
        """Put a layer in `before` or `after` this one."""
        raise CannotWrite("no layer can be put in there")

    def ahead(self, layer: LayerOf) -> str:
        """Put a layer in before the loop around this one, if it is the first there; return what it
        is before.
        """
        self.insert("before", layer)
        return "before"

    def input(self, number: int) -> Spot:
        """Return the place of one of the tensors that this is called on, from 0 as they are
        written.
        """
        raise CannotWrite("the inputs are not written at the layer")

    def remove(self) -> None:
        """Take the layer out."""
        raise CannotWrite("the layer cannot be taken out there")

    def carried(self) -> Carried:
        """Return the layer as it is put in elsewhere."""
        raise CannotWrite("the layer cannot be moved from there")


class ElementSpot(Spot):
    """An element of a list or tuple of layers."""

    def _container(self) -> Container:
        """Return the row of layers; raises `CannotWrite` where it is none."""
        node = self.path[-2]
        if not isinstance(node, cst.List | cst.Tuple | cst.Set):
            raise CannotWrite("the layer is not an element of a list")
        return node

    def neighbours(self) -> list[cst.BaseExpression]:
        """Return the layers of the same list."""
        elements = list(items_of(self._container()))
        return called(element.value for element in outward(elements, self.path[-1]))

    def insert(self, where: Where, layer: LayerOf, comment: Comment = None) -> None:
        """Put the layer in as an element, laid out as the others are."""
        self._container()
        anchor = id(self.path[-1])
        put = RowInsert(anchor, where, lambda run: cst.Element(layer(run)), comment)
        self.unit.row(self.path[:-1], put)

    def remove(self) -> None:
        """Take the element out with what belongs to it alone."""
        self._container()
        self.unit.row(self.path[:-1], RowRemove(id(self.path[-1])))

    def carried(self) -> Carried:
        """Return the element in its edited form."""
        element = self.path[-1]
        if not isinstance(element, cst.Element):
            raise CannotWrite("the layer comes from a starred list")
        self.unit.reach(self.path)
        row = read_row(self._container(), self._container())
        comment = row.own_comment(row.index(id(element)))
        return (lambda run: run.updated(element).value), comment


class StatementSpot(Spot):
    """The argument of `model.add(…)` or `layers.append(…)`, which is a statement."""

    def __init__(self, plan: Plan, site: Site) -> None:
        super().__init__(plan, site)
        self.statement = small_statement(self.path)

    def neighbours(self) -> list[cst.BaseExpression]:
        """Return the layers that are added by the statements around."""
        *_, block, line, statement = self.statement
        if self._line() is None:
            block, line = line, statement
        body = getattr(block, "body", ())
        return called(filter(None, map(_added, outward(list(body), line))))

    def _line(self) -> cst.SimpleStatementLine | None:
        """Return the line of the statement, if it has one of its own."""
        match self.statement[-2]:
            case cst.SimpleStatementLine(body=[_]) as line:
                return line
        return None

    def insert(self, where: Where, layer: LayerOf, comment: Comment = None) -> None:
        """Put the layer in by a statement of its own."""
        self.unit.insert_statement(self.statement, where, self._adding(layer), comment)

    def ahead(self, layer: LayerOf) -> str:
        """Put the layer in by a statement before the loop."""
        loop = loop_around(self.statement)
        if loop is None:
            return super().ahead(layer)
        insert_beside(self.unit, loop, "before", self._adding(layer))
        return AHEAD

    def _adding(self, layer: LayerOf) -> Callable[[Pass], cst.Expr]:
        """Return what makes a statement that adds the layer as this one does."""
        statement = cst.ensure_type(self.statement[-1], cst.Expr)
        func = cst.ensure_type(statement.value, cst.Call).func

        def build(run: Pass) -> cst.Expr:
            return cst.Expr(cst.Call(func=run.updated(func), args=[cst.Arg(layer(run))]))

        return build

    def remove(self) -> None:
        """Take the statement out."""
        self.unit.remove_statement(self.statement)

    def carried(self) -> Carried:
        """Return the argument in its edited form."""
        arg = cst.ensure_type(self.path[-1], cst.Arg)
        self.unit.reach(self.path)
        comment = None
        match self._line():
            case cst.SimpleStatementLine(
                trailing_whitespace=cst.TrailingWhitespace(comment=cst.Comment()) as beside
            ):
                comment = beside
        return (lambda run: run.updated(arg).value), comment


class PopSpot(Spot):
    """`model.pop()`: a layer is added behind it, or behind the loop around it."""

    def insert(self, where: Where, layer: LayerOf, comment: Comment = None) -> None:
        """Put `model.add(…)` on a line of its own, unless the statement shares its line."""
        pop = cst.ensure_type(cst.ensure_type(self.path[-1], cst.Call).func, cst.Attribute)
        statement = small_statement(self.path)

        def build(run: Pass) -> cst.Expr:
            add = cst.Attribute(run.updated(pop.value), cst.Name("add"))
            return cst.Expr(cst.Call(func=add, args=[cst.Arg(layer(run))]))

        loop = outermost_loop(statement)
        if loop is None:
            self.unit.insert_statement(statement, where, build, comment)
        else:
            insert_beside(self.unit, loop, where, build, comment)


class EndSpot(Spot):
    """A list of layers, or a `Sequential()` without one: a layer goes to its end, or its start.

    A whole model of `keras.applications` goes into a Sequential first.
    """

    def neighbours(self) -> list[cst.BaseExpression]:
        """Return the layers of the list, from its end."""
        return called(element.value for element in reversed(elements_of(self.path[-1])))

    def insert(self, where: Where, layer: LayerOf, comment: Comment = None) -> None:
        """Put the layer in as an element, in a list of its own where there is none."""
        if isinstance(self.path[-1], cst.Call):
            if last_name(self.path[-1].func) != "Sequential":
                file = self.plan.file(self.site)
                name = function_name(file, self.unit, self.path, "keras.models.Sequential")
                self.unit.change(self.path, _in_sequential(name))
            self.unit.change(self.path, _extending(where, layer))
        else:
            put = RowInsert(None, where, lambda run: cst.Element(layer(run)), comment)
            self.unit.row(self.path, put)


def _in_sequential(name: str) -> Callable[[Pass, cst.CSTNode], cst.CSTNode]:
    """Return what puts a model into a Sequential, called `name`, unless it is in one."""

    def change(run: Pass, call: cst.CSTNode) -> cst.CSTNode:
        if not isinstance(call, cst.Call) or last_name(call.func) == "Sequential":
            return call
        row = cst.List([cst.Element(call)])
        return cst.Call(cst.parse_expression(name), [cst.Arg(row)])

    return change


def _extending(where: Where, layer: LayerOf) -> Callable[[Pass, cst.Call], cst.Call]:
    """Return what puts a layer into the list of a call of `Sequential`, or gives it one."""

    def extend(run: Pass, call: cst.Call) -> cst.Call:
        element = cst.Element(layer(run))
        match call:
            case cst.Call(args=[cst.Arg(keyword=None, value=cst.List() as row), *_]):
                inner = list(row.elements)
                inner.insert(len(inner) if where == "after" else 0, element)
                return call.with_deep_changes(row, elements=inner)
        return call.with_changes(args=[cst.Arg(cst.List([element])), *call.args])

    return extend


def loop_around(statement: Path) -> Path | None:
    """Return the way to the loop whose first call stands on the line of a small statement."""
    match statement[-4:]:
        case [cst.For() | cst.While(), cst.IndentedBlock() as block, line, _]:
            lines = list(block.body)
            before = lines[: next(at for at, one in enumerate(lines) if one is line)]
            if not any(isinstance(node, cst.Call) for one in before for node in below(one)):
                return statement[:-3]
    return None


def outermost_loop(statement: Path) -> Path | None:
    """Return the way to the outermost loop around a statement within its function."""
    function = depth_of(statement, cst.FunctionDef, cst.ClassDef) or 0
    inside = range(function, len(statement))
    for at in inside:
        if isinstance(statement[at], cst.For | cst.While):
            return statement[: at + 1]
    return None


def _added(statement: cst.CSTNode) -> cst.BaseExpression | None:
    """Return the layer that a statement adds: the first argument of a call."""
    match statement:
        case cst.SimpleStatementLine(body=[first, *_]):
            return _added(first)
        case cst.Expr(value=cst.Call(args=[cst.Arg(value=layer), *_])):
            return layer
    return None


def called(values: Iterable[cst.BaseExpression]) -> list[cst.BaseExpression]:
    """Return what is called, of the values that are calls: the `layers.Dense` of
    `layers.Dense(10)`.
    """
    return [value.func for value in values if isinstance(value, cst.Call)]


def outward(things: Sequence[T], middle: object) -> Iterator[T]:
    """Yield the things from one of them outward: itself, the one behind, the one before, …"""
    at = next((number for number, one in enumerate(things) if one is middle), 0)
    numbers = sorted(range(len(things)), key=lambda number: (abs(number - at), at - number))
    return (things[number] for number in numbers)
