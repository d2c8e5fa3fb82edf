"""Where a variable is read, and where it is given a new value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from kfix.rewrite.names import dotted
from kfix.rewrite.spots import Spot
from kfix.rewrite.tree import Path
from kfix.source.syntax.document import Unit


def target_of(statement: cst.CSTNode | None) -> str | None:
    """The one variable that a statement assigns to; of several outputs the first."""
    if isinstance(statement, cst.Assign) and len(statement.targets) == 1:
        found: cst.CSTNode = statement.targets[0].target
    elif isinstance(statement, cst.AnnAssign):
        found = statement.target
    else:
        return None
    return found.value if isinstance(found, cst.Name) else None


def used_later(spot: Spot, path: Path, name: str) -> bool:
    """Is the variable read behind the statement, up to the end of its function (in a loop: anywhere in it)?

    It is not where it is given a new value first. What stands at the top of a
    notebook's cell is known in the cells behind it, too.
    """
    own = next((node for node in reversed(path) if isinstance(node, cst.BaseSmallStatement)), None)
    for index in range(len(path) - 2, -1, -1):
        node, below = path[index], path[index + 1]
        if isinstance(node, cst.FunctionDef | cst.ClassDef | cst.Lambda):
            return False
        if isinstance(node, cst.For | cst.While):
            if _mentions(node.body, name, own):
                return True
        elif isinstance(node, cst.Module | cst.BaseSuite | cst.SimpleStatementLine):
            body: Sequence[cst.CSTNode] = node.body
            at = next(
                (number for number, statement in enumerate(body) if statement is below), len(body)
            )
            read = _read_in(body[at + 1 :], name, own)
            if read is not None:
                return read
        elif isinstance(node, cst.Try):
            parts = [*node.handlers, node.finalbody or node.orelse]
            if any(_mentions(part, name, own) for part in parts if part is not None):
                return True
    behind = [statement for unit in cells_behind(spot) for statement in unit.module.body]
    return bool(_read_in(behind, name, own))


def cells_behind(spot: Spot) -> Sequence[Unit]:
    """The cells of a notebook behind the one of a place."""
    file = spot.plan.file(spot.site)
    return file.document.units[file.index(spot.unit.unit) + 1 :]


def uses_of(path: Path, name: str) -> Iterator[Path]:
    """The ways to every place of the function (or the module) around that reads a variable."""
    top = next((i for i in range(len(path) - 1, -1, -1) if isinstance(path[i], cst.FunctionDef)), 0)
    pending: list[Path] = [tuple(path[: top + 1])]
    while pending:
        way = pending.pop()
        node = way[-1]
        if isinstance(node, cst.Name):
            above = way[-2]
            named = (isinstance(above, cst.Arg) and above.keyword is node) or (
                isinstance(above, cst.Attribute) and above.attr is node
            )
            if (
                node.value == name
                and not named
                and not isinstance(above, cst.AssignTarget | cst.Param)
            ):
                yield way
        elif not (isinstance(node, cst.FunctionDef) and len(way) > top + 1):
            pending += [(*way, child) for child in node.children]


def in_model(way: Path) -> bool:
    """Is it an argument of `Model(...)`?"""
    calls = (dotted(node.func).rpartition(".")[2] for node in way if isinstance(node, cst.Call))
    return any(name in {"Model", "Functional"} for name in calls)


def names_in(value: cst.CSTNode) -> Iterator[str]:
    """Every name in an expression, as often as it is there."""
    pending = [value]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.Name):
            yield node.value
        pending += node.children


def _read_in(statements: Sequence[cst.CSTNode], name: str, own: cst.CSTNode | None) -> bool | None:
    """Do the statements, one after the other, read a variable? `None` where they neither do so nor set it anew."""
    for statement in statements:
        for part in (
            statement.body if isinstance(statement, cst.SimpleStatementLine) else (statement,)
        ):
            anew = part is not own and isinstance(part, cst.Assign) and target_of(part) == name
            if _mentions(part.value if anew and isinstance(part, cst.Assign) else part, name, own):
                return True
            if anew:
                return False
    return None


def _mentions(inside: cst.CSTNode, name: str, own: cst.CSTNode | None) -> bool:
    """Is the variable in this node, outside the statement `own`?"""
    pending = [inside]
    while pending:
        node = pending.pop()
        if node is own or (isinstance(node, cst.FunctionDef) and _is_local(node, name)):
            continue
        if isinstance(node, cst.Name) and node.value == name:
            return True
        pending += [node.value] if isinstance(node, cst.Attribute | cst.Arg) else node.children
    return False


def _is_local(function: cst.FunctionDef, name: str) -> bool:
    """Is the name one of the function's own parameters, so that it means nothing outside it?"""
    params = function.params
    rows = (*params.posonly_params, *params.params, *params.kwonly_params)
    return any(param.name.value == name for param in rows) and not any(
        _mentions(param.default, name, None) for param in rows if param.default is not None
    )
