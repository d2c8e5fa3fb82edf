"""Names of the program that stand for the number of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from kfix.model.words import counts_outputs
from kfix.rewrite.names import Binding, scope_of
from kfix.rewrite.nodes import Path, assigned_name, is_above, only, parting
from kfix.rewrite.tree import UnitPlan
from kfix.rewrite.values import literal

if TYPE_CHECKING:
    from kfix.rewrite.file_plan import FilePlan


def class_count(file: FilePlan, unit: UnitPlan, path: Path, value: int) -> str | None:
    """Return the one name that says that it counts classes and is bound to this number before the place, for good."""
    index = file.index(unit.unit)
    scope = scope_of(path)
    names = {b.name for b in file.names.visible(None, scope, index) if counts_outputs(b.name)}
    bindings = [only(file.names.visible(name, scope, index)) for name in sorted(names)]
    found = [one.name for one in bindings if one is not None and _is(one, value, path, index)]
    return only(found)


def _is(binding: Binding, value: int, path: Path, index: int) -> bool:
    """Whether it is `num_classes = 10`, above the place in a block around it or at the top of another cell."""
    statement = binding.way[-1]
    if not isinstance(statement, cst.Assign) or assigned_name(statement) is None:
        return False
    block = len(binding.way) - 2  # then come a line and the statement
    if binding.unit != index:
        return block == 1 and literal(statement.value) == value
    around = parting(binding.way, path) == block and is_above(binding.way, path)
    return around and literal(statement.value) == value
