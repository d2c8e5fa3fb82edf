"""What arrays are made of, changed at its place: `target_size` and `color_mode` of a loader."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from kfix.checks.dims import Dims
from kfix.edits.set_literal import SetLiteral
from kfix.model.graph import Array
from kfix.model.origin import CannotEvaluate, Literal, Origin, evaluate, literals
from kfix.model.site import Site

WORDS = ("rgb", "grayscale", "rgba")
"""The color modes of loaders."""


def remade(data: Array, wanted: Dims) -> tuple[SetLiteral, ...] | None:
    """Return the literals changed with which the samples of an array have the dims wanted.

    `None` where the literals do not decide that, and where none would change.
    """
    shape, origin = data.shape, data.origin
    if origin is None or not isinstance(shape, tuple) or len(shape) != len(wanted) + 1:
        return None
    changed: dict[Site, object] = {}
    for axis, want in enumerate(wanted, 1):
        if _dim(origin, changed, axis) == want:
            continue
        found = next(_changes(origin, changed, axis, want), None)
        if found is None:
            return None
        changed.update(found)
    return tuple(SetLiteral((site,), new, "size") for site, new in changed.items()) or None


def _changes(
    origin: Origin, changed: dict[Site, object], axis: int, want: object
) -> Iterator[dict[Site, object]]:
    """Yield one literal more that gives an axis its size and leaves those before it as they are."""
    before = [_dim(origin, changed, other) for other in range(1, axis)]
    for literal in literals(origin):
        for new in _values(literal, want):
            tried = {**changed, literal.site: new}
            kept = [_dim(origin, tried, other) for other in range(1, axis)] == before
            if kept and _dim(origin, tried, axis) == want:
                yield {literal.site: new}


def _values(literal: Literal, want: object) -> tuple[object, ...]:
    """Return the values that may stand in the place of a literal."""
    if isinstance(literal.value, str):
        return WORDS
    if isinstance(literal.value, int) and not isinstance(literal.value, bool):
        return (want,)
    return ()


def _dim(origin: Origin, changed: dict[Site, object], axis: int) -> object:
    with suppress(CannotEvaluate):
        shape = evaluate(origin, changed)
        if isinstance(shape, tuple) and axis < len(shape):
            return shape[axis]
    return None
