"""The seed of a decoder: a Dense and the Reshape that lays its units out, which change together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.edits.base import Edit
from kfix.edits.set_argument import SetArgument
from kfix.edits.set_literal import SetLiteral
from kfix.model.code import Slot
from kfix.model.graph import Argument, Shape
from kfix.model.origin import CannotEvaluate, Derived, Literal, evaluate, literals
from kfix.model.target import Target, Wanted
from kfix.repair.candidate import Candidate
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price
from kfix.shapes.arguments import changed, named
from kfix.shapes.view import Step


def seeds(conflict: Conflict, target: Target, shape: Shape) -> Iterator[Candidate]:
    """Other first maps from which the decoder would come to the target's size (or near it)."""
    yield from seeds_of(conflict, conflict.view.last, target.dims, shape)


def seeds_of(
    conflict: Conflict, end: int, wanted: Sequence[Wanted], shape: Shape
) -> Iterator[Candidate]:
    """The same for the step at `end`, which gives `shape`."""
    view = conflict.view
    reshape = next((step for step in view.back(end) if step.cls == "Reshape"), None)
    if (
        reshape is None
        or reshape.made
        or reshape.shape_out is None
        or len(reshape.shape_out) != len(shape)
    ):
        return
    dense = view.previous(reshape)
    if dense is None or not dense.is_dense or dense.made or dense.wrapped:
        return
    old = reshape.shape_out[1:]
    if not all(isinstance(dim, int) for dim in old):
        return
    direct = all(step.keeps for step in view.back(end) if step.place > reshape.place)
    found: list[tuple[int, ...]] = []
    for shift in (0, 1, -1):
        dims: list[int] = []
        for want, have, dim in zip(wanted, shape[1:], old, strict=True):
            assert isinstance(dim, int)
            last = len(dims) == len(old) - 1
            if (
                isinstance(want, int)
                and isinstance(have, int)
                and want != have
                and have > 0
                and (direct or not last)
            ):
                dims.append(want if direct else max(1, round(dim * want / have) + shift))
            else:
                dims.append(dim)
        if tuple(dims) not in found and tuple(dims) != old:
            found.append(tuple(dims))
    for new in found:
        edits = _edits(
            conflict, dense, reshape, tuple(dim for dim in old if isinstance(dim, int)), new
        )
        if edits is not None:
            why = f"the decoder starts from {old}, and would have to start from {new}"
            yield Candidate(edits, price("seed"), why)


def _edits(
    conflict: Conflict, dense: Step, reshape: Step, old: tuple[int, ...], new: tuple[int, ...]
) -> tuple[Edit, ...] | None:
    """The edits that change a Dense and its Reshape from `old` to `new`: their numbers where they are written."""
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
    """The same as an exchange of the literals that the numbers are made of, where that comes out."""
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
        reached = evaluate(units.origin, sites), tuple(evaluate(shape.origin, sites))  # type: ignore[arg-type]
    except CannotEvaluate:
        return None
    return tuple(edits) if reached == (product, new) else None
