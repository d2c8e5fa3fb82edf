"""Operations on tensors and arrays: `keras.ops`, `tf.*`, numpy and Python's operators alike.

What an operation is given stands in its arguments as it does in the program,
with an `Array` of the shape wherever there is a tensor or an array; a plain
tuple of numbers is then a plain tuple (a target shape, axes). What it gives is
a shape, or a list of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from kfix.model.graph import Shapes
from kfix.model.unknown import Unknown


def is_operation(path: str) -> bool:
    """Is there a rule for the function with this dotted name?"""
    from kfix.shapes.operations.table import find

    return find(path) is not None


def operation(path: str, args: Sequence[tuple[str | None, object]]) -> Shapes:
    """The shape of what the function gives.

    Raises the finding that stands for a refusal, and `UnknownUsed` where the
    shape depends on what could not be told.
    """
    from kfix.shapes.operations.table import call

    found = call(path, args)
    return Unknown(f"no rule for `{path}`") if found is None else found
