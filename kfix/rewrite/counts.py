"""Names of the program that stand for the number of classes."""

from __future__ import annotations

import libcst as cst

from kfix.model.words import counts_outputs
from kfix.rewrite.names import Binding, View
from kfix.rewrite.nodes import Path, assigned_name, is_above, only, parting
from kfix.rewrite.values import literal


def class_count(view: View, path: Path, index: int, value: int) -> str | None:
    """Return the one name that says that it counts classes and is bound to this number before the
    place, for good.

    The place is the end of `path`, in the unit of the number `index`.
    """
    names = sorted(filter(counts_outputs, view.paths))
    bindings = filter(None, (only(view.of(name)) for name in names))
    return only([one.name for one in bindings if _is(one, value, path, index)])


def _is(binding: Binding, value: int, path: Path, index: int) -> bool:
    """Return whether it is `num_classes = 10`, above the place in a block around it or at the top
    of another cell.
    """
    match binding.way[-1]:
        case cst.Assign(value=number) as statement if assigned_name(statement) is not None:
            return literal(number) == value and _is_settled(binding, path, index)
    return False


def _is_settled(binding: Binding, path: Path, index: int) -> bool:
    """Return whether a statement is always run before a place."""
    block = len(binding.way) - 2  # then come a line and the statement
    if binding.unit == index:
        above = is_above(binding.way, path) and parting(binding.way, path) == block
    else:
        above = block == 1
    return above
