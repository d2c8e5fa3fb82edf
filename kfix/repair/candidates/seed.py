"""The seed of a decoder: a Dense and the Reshape that lays its units out, which change together."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.base import Edit
from kfix.edits.set_argument import SetArgument
from kfix.edits.set_literal import SetLiteral
from kfix.model.code import Slot
from kfix.model.graph import Argument
from kfix.model.origin import CannotEvaluate, Derived, Literal, evaluate, literals
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.repair.trail import Want, trail
from kfix.shapes.arguments import changed, named
from kfix.shapes.view import Step


def seeds(conflict: Conflict, place: int, want: Want) -> Iterator[Candidate]:
    """Yield other first maps from which a decoder comes to the sizes wanted, or next to them."""
    decodes = any(step.cls == "Reshape" for step in conflict.view.steps)
    for stage in trail(conflict, place, want) if decodes else ():
        step = stage.step
        dense = conflict.view.previous(step) if step.cls == "Reshape" else None
        old = step.shape_out[1:] if step.shape_out is not None else ()
        plain = dense is not None and dense.is_dense and not (dense.made or dense.wrapped)
        if dense is None or not plain or step.made:
            continue
        dims = tuple(dim for dim in old if isinstance(dim, int))
        for new in dict.fromkeys(_nearest(dims, stage.want, up) for up in (True, False)):
            edits = _edits(conflict, dense, step, dims, new) if len(dims) == len(old) else None
            if edits is not None and new != dims:
                why = f"the decoder starts from {old}, and would have to start from {new}"
                yield Candidate(edits, price("seed"), why)


def _nearest(dims: tuple[int, ...], want: Want, up: bool) -> tuple[int, ...]:
    """Return the sizes nearest to those wanted: where none gives these, the next above or below."""
    found = []
    for axis, dim in enumerate(dims, 1):
        size = want.get(axis)
        if size is None or not size.known:
            found.append(dim)
        elif size.least <= size.most:
            found.append(min(max(dim, size.least), size.most))
        else:
            found.append(max(1, size.least if up else size.most))
    return tuple(found)


def _edits(
    conflict: Conflict, dense: Step, reshape: Step, old: tuple[int, ...], new: tuple[int, ...]
) -> tuple[Edit, ...] | None:
    """Return the edits that change a Dense and its Reshape from `old` to `new`."""
    units = named(dense.core).get("units")
    shape = named(reshape.core).get("target_shape")
    if units is None or shape is None or units.site is None or shape.site is None:
        return None
    if changed(units) or changed(shape):
        return None
    product = 1
    for dim in new:
        product *= dim
    together = _literals(units, shape, old, new, product)
    if together is not None:
        return together
    laid: object = list(new) if isinstance(shape.value, list) else new
    if isinstance(laid, list):
        laid = tuple(laid)
    return (
        SetArgument((Slot(dense.core.site, units.site),), "units", product),
        SetArgument((Slot(reshape.core.site, shape.site),), "target_shape", laid),
    )


def _literals(
    units: Argument, shape: Argument, old: tuple[int, ...], new: tuple[int, ...], product: int
) -> tuple[Edit, ...] | None:
    """Return the same as an exchange of the literals that the numbers are made of."""
    if not isinstance(units.origin, Derived) or shape.origin is None:
        return None
    change = {before: now for before, now in zip(old, new, strict=True) if before != now}
    kept = [before for before, now in zip(old, new, strict=True) if before == now]
    if any(before in kept for before in change) or len(set(zip(old, new, strict=True))) != len(
        set(old)
    ):
        return None
    edits: list[Edit] = []
    sites: dict[object, object] = {}
    for before, now in change.items():
        mine = [
            literal.site
            for origin in (units.origin, shape.origin)
            for literal in literals(origin)
            if isinstance(literal, Literal) and literal.value == before
        ]
        if not mine:
            return None
        mine = list(dict.fromkeys(mine))
        sites.update(dict.fromkeys(mine, now))
        edits.append(SetLiteral(tuple(mine), now, "size"))
    try:
        reached = evaluate(units.origin, sites), tuple(evaluate(shape.origin, sites))
    except CannotEvaluate:
        return None
    return tuple(edits) if reached == (product, new) else None
