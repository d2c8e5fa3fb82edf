"""Operations on tensors and arrays: `keras.ops`, `tf.*`, NumPy and Python's operators alike.

The arguments of an operation are those of the program, with an `Array` of the
shape in place of each tensor or array; a plain tuple of integers is a plain
tuple (a target shape, axes). The result is a shape, or a list of them.

A new operation is a function with the decorator `operation` of `table` in the module of its kind.
It is found by its last name in every library, and takes Keras's parameters; what another library
calls them is in `SYNONYMS`; a name that stands for something else in one library is declared as
"numpy:name". A new module must be named in `_load`.

tests/shapes/operations/sweep.py asks Keras and NumPy about every name of the table, with every kind
of axis; arguments other than one or two tensors are listed there. `calls.py` beside it draws
the rest. Where a function gives something else for a KerasTensor than when it is run, the rule
states what it gives when it is run.
"""

from __future__ import annotations

from collections.abc import Sequence

from kfix.model.graph import Shapes
from kfix.model.unknown import Unknown


def is_operation(path: str) -> bool:
    """Return whether there is a rule for the function with this dotted name."""
    from kfix.shapes.operations.table import find

    return find(path) is not None


def position(path: str, name: str) -> int | None:
    """Return the place of a parameter among those of the function, by which it may be given."""
    from kfix.shapes.operations.table import find

    found = find(path)
    if found is None:
        return None
    library, made = found
    names = [one for one, _ in made.parameters.get(library, made.parameters[""])]
    if name in names:
        return names.index(name)
    return None


def operation(path: str, args: Sequence[tuple[str | None, object]]) -> Shapes:
    """Return the shape of the function's result, an `Unknown` without a rule for it.

    Raises the finding that stands for a refusal, and `UnknownUsed` where the
    shape depends on what is unknown.
    """
    from kfix.shapes.operations.table import call

    result = call(path, args)
    if result is None:
        return Unknown(f"no rule for `{path}`")
    return result
