"""Where a variable is read, and where it is given a new value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from kfix.rewrite.nodes import (
    Path,
    assigned_name,
    depth_of,
    parameters,
    reads,
    small_statements,
)
from kfix.rewrite.spots import Spot
from kfix.source.syntax.document import Unit


def used_later(spot: Spot, path: Path, name: str) -> bool:
    """Return whether the variable is read behind the statement, up to the end of its function (in a
    loop: anywhere in it).

    It is not where it is given a new value first. What stands at the top of a
    notebook's cell is known in the cells behind it, too.
    """
    search = _Search(name, path[depth_of(path, cst.BaseSmallStatement) or -1])
    for node, inside in zip(reversed(path[:-1]), reversed(path), strict=False):
        found = search.behind(node, inside)
        if found is not None:
            return found
    behind = [statement for unit in cells_behind(spot) for statement in unit.module.body]
    return bool(search.in_order(behind))


class _Search:
    """Looks for reads of a variable outside its own statement."""

    def __init__(self, name: str, own: cst.CSTNode | None) -> None:
        self.name = name
        self.own = own

    def behind(self, node: cst.CSTNode, inside: cst.CSTNode) -> bool | None:
        """Return whether the rest of a node, behind what is `inside` it, reads the variable; `None`
        to look further out.
        """
        match node:
            case cst.FunctionDef() | cst.ClassDef() | cst.Lambda():
                return False
            case cst.For() | cst.While():
                return self.anywhere(node.body) or None
            case cst.Try():
                parts = [*node.handlers, node.finalbody or node.orelse]
                return any(map(self.anywhere, filter(None, parts))) or None
            case cst.Module() | cst.BaseSuite() | cst.SimpleStatementLine():
                body: list[cst.CSTNode] = list(node.body)
                places = [number for number, one in enumerate(body, 1) if one is inside]
                return self.in_order(body[min(places, default=len(body)) :])
        return None

    def in_order(self, statements: Sequence[cst.CSTNode]) -> bool | None:
        """Return whether statements read the variable one after the other; `None` where they do not
        set it anew either.
        """
        for line in statements:
            for part in small_statements(line) or (line,):
                value = self._new_value(part)
                if self.anywhere(value or part):
                    return True
                if value is not None:
                    return False
        return None

    def _new_value(self, part: cst.CSTNode) -> cst.BaseExpression | None:
        """Return what a statement assigns to the variable and nothing else."""
        match part:
            case cst.Assign(value=value) if (
                part is not self.own and assigned_name(part) == self.name
            ):
                return value
        return None

    def anywhere(self, inside: cst.CSTNode) -> bool:
        """Return whether the variable is in this node, outside its own statement and where it is a
        parameter.
        """
        pending = [inside]
        while pending:
            node = pending.pop()
            match node:
                case cst.Name():
                    if node.value == self.name:
                        return True
                case cst.Attribute(value=value) | cst.Arg(value=value):
                    pending.append(value)
                case cst.FunctionDef() if self._is_parameter(node):
                    pass
                case _ if node is not self.own:
                    pending += node.children
        return False

    def _is_parameter(self, function: cst.FunctionDef) -> bool:
        """Return whether the name is one of the function's own, so that it means nothing outside
        it.
        """
        rows = parameters(function)
        defaults = [row.default for row in rows if row.default is not None]
        return any(row.name.value == self.name for row in rows) and not any(
            map(self.anywhere, defaults)
        )


def cells_behind(spot: Spot) -> Sequence[Unit]:
    """Return the cells of a notebook behind the one of a place."""
    file = spot.plan.file(spot.site)
    return file.document.units[file.index(spot.unit.unit) + 1 :]


def uses_of(path: Path, name: str) -> Iterator[Path]:
    """Yield the ways to every place of the function (or module) around that reads a variable."""
    top = path[: (depth_of(path, cst.FunctionDef) or 0) + 1]

    def into(node: cst.CSTNode) -> bool:
        return node is top[-1] or not isinstance(node, cst.FunctionDef)

    return reads(top, name, into)
