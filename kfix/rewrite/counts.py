"""Names of the program that stand for the number of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from kfix.model.words import counts_outputs
from kfix.rewrite.names import Binding, scope_of
from kfix.rewrite.tree import Path, UnitPlan
from kfix.rewrite.values import literal

if TYPE_CHECKING:
    from kfix.rewrite.file_plan import FilePlan


def class_count(file: FilePlan, unit: UnitPlan, path: Path, value: int) -> str | None:
    """The one name that is bound to this number before the place, once and for all, and says that it counts classes."""
    index = file.index(unit.unit)
    scope = scope_of(path)
    names = {b.name for b in file.names.visible(None, scope, index) if counts_outputs(b.name)}
    found = []
    for name in names:
        bindings = file.names.visible(name, scope, index)
        if len(bindings) == 1 and _is(bindings[0], value) and _before(bindings[0], path, index):
            found.append(name)
    return found[0] if len(found) == 1 else None


def _is(binding: Binding, value: int) -> bool:
    """Is it `num_classes = 10`?"""
    statement = binding.way[-1]
    if not isinstance(statement, cst.Assign) or len(statement.targets) != 1:
        return False
    return isinstance(statement.targets[0].target, cst.Name) and literal(statement.value) == value


def _before(binding: Binding, path: Path, index: int) -> bool:
    """Does it stand in a block around the place, above it?"""
    if binding.unit != index:
        return len(binding.way) == 3  # the module of another cell, a line and the statement
    depth = next(
        (i for i, (one, two) in enumerate(zip(binding.way, path, strict=False)) if one is not two),
        0,
    )
    block = binding.way[depth - 1]
    if not isinstance(block, cst.Module | cst.IndentedBlock) or depth != len(binding.way) - 2:
        return False
    order = [id(node) for node in block.body]
    return order.index(id(binding.way[depth])) < order.index(id(path[depth]))
