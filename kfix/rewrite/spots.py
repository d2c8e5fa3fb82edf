"""The places where a layer is put into a model, and what can be done there: put one in, take it out, carry it off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import libcst as cst

from kfix.model.code import NewLayer
from kfix.model.site import Site
from kfix.rewrite import blocks
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.plan import NewText, Plan
from kfix.rewrite.row import Container, Row, items_of, read_row
from kfix.rewrite.tree import Pass, Path, RowInsert, RowRemove, UnitPlan, enclosing

LayerOf = Callable[[Pass], cst.BaseExpression]
"""Makes the expression of a layer (`layers.Flatten()`, or the name of one) that is put in."""

AHEAD = "before the loop of"

Carried = tuple[LayerOf, cst.TrailingWhitespace | None]
"""A layer taken from its place, and the comment beside it."""


class Spot:
    """A place where a layer is put into a model."""

    def __init__(self, plan: Plan, site: Site) -> None:
        self.plan = plan
        self.site = site
        self.path: Path = plan.path(site)
        self.unit: UnitPlan = plan.unit(site)

    def neighbours(self) -> list[cst.BaseExpression]:
        """What the layers here and around are called by, the nearest first."""
        return []

    def text(self) -> str:
        """The layer that is put in here, in the user's words."""
        return self.plan.text(self.site)

    def spelled(self, layer: NewLayer, where: str) -> tuple[NewText, LayerOf]:
        """A new layer in words, and what is put in for it."""
        new = self.plan.layer(layer, self.site, self.neighbours())
        return new, new.build

    def insert(
        self, where: str, layer: LayerOf, comment: cst.TrailingWhitespace | None = None
    ) -> None:
        """Put a layer in `before` or `after` this one."""
        raise CannotWrite("no layer can be put in there")

    def ahead(self, layer: LayerOf) -> str:
        """Put a layer in before the loop around this one, if it is the first there; says what it is before."""
        self.insert("before", layer)
        return "before"

    def input(self, number: int) -> Spot:
        """The place of one of the tensors that this is called on, from 0 as they are written."""
        raise CannotWrite("the inputs are not written at the layer")

    def remove(self) -> None:
        """Take the layer out."""
        raise CannotWrite("the layer cannot be taken out there")

    def carried(self) -> Carried:
        """The layer as it is put in elsewhere."""
        raise CannotWrite("the layer cannot be moved from there")


class ElementSpot(Spot):
    """An element of a list or tuple of layers."""

    def _element(self) -> cst.Element:
        node = self.path[-1]
        if not isinstance(node, cst.Element):
            raise CannotWrite("the layer comes from a starred list")
        return node

    def _container(self) -> Container:
        node = self.path[-2]
        if not isinstance(node, cst.List | cst.Tuple | cst.Set):
            raise CannotWrite("the layer is not an element of a list")
        return node

    def neighbours(self) -> list[cst.BaseExpression]:
        """The layers of the same row or block."""
        elements = list(items_of(self._container()))
        at = next(index for index, element in enumerate(elements) if element is self.path[-1])
        return called(element.value for element in outward(elements, at))

    def insert(
        self, where: str, layer: LayerOf, comment: cst.TrailingWhitespace | None = None
    ) -> None:
        """On a line of its own, or around the expression."""
        self._container()
        anchor = id(self.path[-1])
        self.unit.row(
            self.path[:-1], RowInsert(anchor, where, lambda run: cst.Element(layer(run)), comment)
        )

    def remove(self) -> None:
        """With what belongs to it alone."""
        self._container()
        self.unit.row(self.path[:-1], RowRemove(id(self.path[-1])))

    def carried(self) -> Carried:
        """In its edited form."""
        element = self._element()
        self.unit.reach(self.path)
        row: Row = read_row(self._container(), self._container())
        comment = row.own_comment(row.index(id(element)))
        return (lambda run: run.updated(element).value), comment


class StatementSpot(Spot):
    """The argument of `model.add(…)` or `layers.append(…)`, which is a statement."""

    def __init__(self, plan: Plan, site: Site) -> None:
        super().__init__(plan, site)
        at = enclosing(self.path, (cst.Expr,))
        self.statement = cst.ensure_type(self.path[at], cst.Expr)
        self.holder = self.path[at - 1]
        self.holder_at = at - 1

    def neighbours(self) -> list[cst.BaseExpression]:
        """The layers of the same row or block."""
        block = self.path[self.holder_at - 1] if self._alone() else self.holder
        body = getattr(block, "body", ())
        statements = list(body) if isinstance(body, Sequence) else []
        mine = self.holder if self._alone() else self.statement
        at = next((index for index, statement in enumerate(statements) if statement is mine), 0)
        values = []
        for statement in outward(statements, at):
            while isinstance(statement, cst.SimpleStatementLine):
                statement = statement.body[0]
            if (
                isinstance(statement, cst.Expr)
                and isinstance(statement.value, cst.Call)
                and statement.value.args
            ):
                values.append(statement.value.args[0].value)
        return called(values)

    def _alone(self) -> bool:
        return isinstance(self.holder, cst.SimpleStatementLine) and len(self.holder.body) == 1

    def insert(
        self, where: str, layer: LayerOf, comment: cst.TrailingWhitespace | None = None
    ) -> None:
        """On a line of its own, or around the expression."""
        insert_statement(
            self.unit,
            self.path,
            self.holder_at,
            self.statement,
            where,
            self._adding(layer),
            comment,
        )

    def ahead(self, layer: LayerOf) -> str:
        """As a statement before the loop."""
        loop = loop_around(self.path, self.holder_at)
        if loop is None:
            return super().ahead(layer)
        self.unit.block(
            self.path[:loop], blocks.Insert(self.path[loop], "before", self._adding(layer))
        )
        return AHEAD

    def _adding(self, layer: LayerOf) -> Callable[[Pass], cst.Expr]:
        call = cst.ensure_type(self.statement.value, cst.Call)

        def build(run: Pass) -> cst.Expr:
            return cst.Expr(cst.Call(func=run.updated(call.func), args=[cst.Arg(layer(run))]))

        return build

    def remove(self) -> None:
        """With what belongs to it alone."""
        remove_statement(self.unit, self.path, self.holder_at, self.statement)

    def carried(self) -> Carried:
        """In its edited form."""
        arg = cst.ensure_type(self.path[-1], cst.Arg)
        self.unit.reach(self.path)
        comment = None
        if self._alone():
            trailing = cst.ensure_type(self.holder, cst.SimpleStatementLine).trailing_whitespace
            comment = trailing if trailing.comment is not None else None
        return (lambda run: run.updated(arg).value), comment


class PopSpot(Spot):
    """`model.pop()`: a layer is added behind it, or behind the loop around it."""

    def insert(
        self, where: str, layer: LayerOf, comment: cst.TrailingWhitespace | None = None
    ) -> None:
        """`model.add(…)` on a line of its own, unless the statement shares its line."""
        pop = cst.ensure_type(cst.ensure_type(self.path[-1], cst.Call).func, cst.Attribute)
        at = enclosing(self.path, (cst.BaseSmallStatement,))
        function = max(
            (i for i in range(at) if isinstance(self.path[i], cst.FunctionDef | cst.ClassDef)),
            default=0,
        )
        loops = [i for i in range(function, at) if isinstance(self.path[i], cst.For | cst.While)]

        def build(run: Pass) -> cst.Expr:
            added = cst.Call(
                func=cst.Attribute(run.updated(pop.value), cst.Name("add")),
                args=[cst.Arg(layer(run))],
            )
            return cst.Expr(added)

        if loops:
            self.unit.block(
                self.path[: loops[0]], blocks.Insert(self.path[loops[0]], where, build, comment)
            )
        else:
            insert_statement(self.unit, self.path, at - 1, self.path[at], where, build, comment)


class EndSpot(Spot):
    """A list of layers, or a `Sequential()` without one: a layer goes to its end, or its start."""

    def neighbours(self) -> list[cst.BaseExpression]:
        """The layers of the same row or block."""
        node = self.path[-1]
        if isinstance(node, cst.List | cst.Tuple):
            return called(element.value for element in reversed(node.elements))
        return []

    def insert(
        self, where: str, layer: LayerOf, comment: cst.TrailingWhitespace | None = None
    ) -> None:
        """On a line of its own, or around the expression."""
        if not isinstance(self.path[-1], cst.Call):
            self.unit.row(
                self.path, RowInsert(None, where, lambda run: cst.Element(layer(run)), comment)
            )
            return

        def extend(run: Pass, call: cst.Call) -> cst.Call:
            element = cst.Element(layer(run))
            first = call.args[0] if call.args else None
            if first is not None and first.keyword is None and isinstance(first.value, cst.List):
                inner = (
                    [*first.value.elements, element]
                    if where == "after"
                    else [element, *first.value.elements]
                )
                return call.with_deep_changes(first.value, elements=inner)
            return call.with_changes(args=[cst.Arg(cst.List([element])), *call.args])

        self.unit.change(self.path, extend)


def insert_statement(
    unit: UnitPlan,
    path: Path,
    holder_at: int,
    statement: cst.CSTNode,
    where: str,
    build: Callable[[Pass], cst.BaseSmallStatement],
    comment: cst.TrailingWhitespace | None = None,
) -> None:
    """A small statement before or after another: on a line of its own, unless the other shares its line.

    `path[holder_at]` is the line, or the block on the line of its header, that the other is in.
    """
    holder = path[holder_at]
    if isinstance(holder, cst.SimpleStatementLine) and len(holder.body) == 1:
        unit.block(path[:holder_at], blocks.Insert(holder, where, build, comment))
    else:
        unit.block(path[: holder_at + 1], blocks.Insert(statement, where, build, comment))


def loop_around(path: Path, holder_at: int) -> int | None:
    """The place on a path of the loop whose first call stands on the line `path[holder_at]`."""
    block = path[holder_at - 1] if holder_at > 1 else None
    if not isinstance(block, cst.IndentedBlock) or not isinstance(
        path[holder_at - 2], cst.For | cst.While
    ):
        return None
    before = block.body[: next(at for at, line in enumerate(block.body) if line is path[holder_at])]
    return None if any(map(_calls, before)) else holder_at - 2


def _calls(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) or any(map(_calls, node.children))


def remove_statement(unit: UnitPlan, path: Path, holder_at: int, statement: cst.CSTNode) -> None:
    """A small statement goes, with its line if it has one of its own."""
    holder = path[holder_at]
    if isinstance(holder, cst.SimpleStatementLine) and len(holder.body) == 1:
        unit.block(path[:holder_at], blocks.Remove(holder))
    else:
        unit.block(path[: holder_at + 1], blocks.Remove(statement))


def called(values: Iterable[cst.BaseExpression]) -> list[cst.BaseExpression]:
    """What is called, of the values that are calls: the `layers.Dense` of `layers.Dense(10)`."""
    return [value.func for value in values if isinstance(value, cst.Call)]


def outward(things: Sequence[Any], at: int) -> Iterator[Any]:
    """The things from number `at` outward: itself, the one behind, the one before, …"""
    yield things[at]
    for step in range(1, len(things)):
        if at + step < len(things):
            yield things[at + step]
        if at - step >= 0:
            yield things[at - step]
