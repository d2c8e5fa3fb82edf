"""Tuples, lists and literals that stand for a name."""

from __future__ import annotations

import libcst as cst

from kfix.model.record import Value
from kfix.rewrite.file_plan import FilePlan
from kfix.rewrite.names import Binding
from kfix.rewrite.nodes import Path, assigned_name, only, parameters
from kfix.rewrite.tree import UnitPlan
from kfix.rewrite.values import Piece, literal

Row = cst.Tuple | cst.List


class OwnRow(Value):
    """A tuple or list that is written for one use, the way to it, and its unit."""

    unit: UnitPlan
    way: Path
    value: cst.BaseExpression


def own_row(file: FilePlan, path: Path, cell: int | None, name: cst.CSTNode) -> OwnRow | None:
    """Return the way to the tuple or list that a name stands for, if it is written for this one
    use, and its unit.
    """
    if not isinstance(name, cst.Name) or file.uses(name.value) != 1:
        return None
    found = _binding(file, path, cell, name.value)
    if found is None:
        return None
    unit = file.unit_of(found)
    match found.way[-1]:
        case cst.FunctionDef() as function:
            parameter = _left_out(file, function, found.name)
            if parameter is not None and isinstance(parameter.default, Row):
                way = (*found.way, function.params, parameter, parameter.default)
                return OwnRow(unit, way, parameter.default)
        case cst.Assign(value=cst.Tuple() | cst.List() as row) as statement if assigned_name(
            statement
        ):
            return OwnRow(unit, (*found.way, row), row)
    return None


def _binding(file: FilePlan, path: Path, cell: int | None, name: str) -> Binding | None:
    """Return the one statement that gives a name its meaning at a place."""
    return only(file.seen_from(path, file.unit(cell)).of(name))


def _left_out(file: FilePlan, function: cst.FunctionDef, name: str) -> cst.Param | None:
    """Return the parameter of this name, if no call gives another value than its default."""
    found = only([one for one in parameters(function) if one.name.value == name])
    if not file.leaves_out(function.name.value, name):
        return None
    return found


def constant(file: FilePlan, path: Path, cell: int | None, node: cst.BaseExpression) -> object:
    """Return the value of a literal, or of a name that one assignment alone binds to a literal;
    `...` for others.
    """
    value = literal(node)
    if not isinstance(node, cst.Name) or value is not ...:
        return value
    found = _binding(file, path, cell, node.value)
    match found:
        case Binding(way=[*_, cst.Assign(value=bound) as statement]) if assigned_name(statement):
            return literal(bound)
    return ...


def pieces_of(known: object, row: cst.BaseExpression) -> list[Piece]:
    """Return the expressions that a value is written in, with what is known of their values."""
    if not isinstance(row, Row) or not isinstance(known, tuple | list):
        return [(known, row)]
    starred = any(isinstance(one, cst.StarredElement) for one in row.elements)
    if starred or len(row.elements) != len(known):
        return []
    return [(part, element.value) for part, element in zip(known, row.elements, strict=True)]
