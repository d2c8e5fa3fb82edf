"""The seed of a decoder: a Dense and the Reshape that lays its units out, which change together."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from kfix.edits.base import Edit
from kfix.edits.set_argument import SetArgument
from kfix.edits.set_literal import SetLiteral
from kfix.model.code import Slot
from kfix.model.graph import Argument
from kfix.model.origin import CannotEvaluate, Derived, evaluate, literals
from kfix.repair.candidate import Candidate, made
from kfix.repair.conflict import Conflict
from kfix.repair.trail import Want, trail
from kfix.shapes.arguments import changed, named
from kfix.shapes.view import Step

Dims = tuple[int, ...]


def seeds(conflict: Conflict, place: int, want: Want) -> Iterator[Candidate]:
    """Yield other first maps from which a decoder comes to the sizes wanted, or next to them."""
    if not any(step.cls == "Reshape" for step in conflict.view.steps):
        return
    for stage in trail(conflict, place, want):
        reshape, dense = stage.step, conflict.view.previous(stage.step)
        if reshape.cls != "Reshape" or dense is None or not dense.is_bare_dense:
            continue
        shape = (reshape.shape_out or ())[1:]
        dims = tuple(dim for dim in shape if isinstance(dim, int))
        if reshape.made or dense.made or dims != shape:
            continue
        for new in dict.fromkeys(_nearest(dims, stage.want, up) for up in (True, False)):
            if new != dims:
                why = f"the decoder starts from {dims}, and would have to start from {new}"
                yield from made(_edits(dense, reshape, dims, new), "seed", why)


def _nearest(dims: Dims, want: Want, up: bool) -> Dims:
    """Return the sizes nearest to those wanted: where none gives these, the next above or below."""
    found = list(dims)
    for axis, size in want.items():
        if size.known and size.least <= size.most:
            found[axis - 1] = min(max(found[axis - 1], size.least), size.most)
        elif size.known:
            found[axis - 1] = max(1, size.least if up else size.most)
    return tuple(found)


def _edits(dense: Step, reshape: Step, old: Dims, new: Dims) -> tuple[Edit, ...] | None:
    """Return the edits that change a Dense and its Reshape from `old` to `new`."""
    units = named(dense.core).get("units")
    shape = named(reshape.core).get("target_shape")
    if units is None or shape is None or units.site is None or shape.site is None:
        return None
    if changed(units) or changed(shape):
        return None
    at_calls = (
        SetArgument((Slot(dense.core.site, units.site),), "units", prod(new)),
        SetArgument((Slot(reshape.core.site, shape.site),), "target_shape", new),
    )
    return _literals(units, shape, old, new) or at_calls


def _literals(units: Argument, shape: Argument, old: Dims, new: Dims) -> tuple[Edit, ...] | None:
    """Return the same as an exchange of the literals that the numbers are made of."""
    pairs = dict(zip(old, new, strict=True))
    if not isinstance(units.origin, Derived) or shape.origin is None:
        return None
    if tuple(map(pairs.get, old)) != new:
        return None  # one number stands for two sizes
    sites: dict[object, object] = {}
    edits: list[Edit] = []
    for before, now in pairs.items():
        both = (*literals(units.origin), *literals(shape.origin))
        mine = dict.fromkeys(literal.site for literal in both if literal.value == before)
        if before != now:
            sites.update(dict.fromkeys(mine, now))
            edits.append(SetLiteral(tuple(mine), now, "size"))
    try:
        reached = evaluate(units.origin, sites), tuple(evaluate(shape.origin, sites))
    except CannotEvaluate:
        return None
    return tuple(edits) if reached == (prod(new), new) else None
