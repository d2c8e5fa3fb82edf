"""Reshape gets another number of elements than it is to lay out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations, pairwise
from math import log2, prod

from kfix.edits.set_literal import SetLiteral
from kfix.model.graph import Shape
from kfix.model.origin import CannotEvaluate, Derived, evaluate, literals
from kfix.model.target import Target
from kfix.repair.adapters import new
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.collapse import options
from kfix.repair.conflict import Conflict
from kfix.repair.distance import ratio
from kfix.repair.layer_edits import together
from kfix.repair.prices import HEAVY, price
from kfix.shapes.arguments import changed, named, value
from kfix.shapes.values import listed
from kfix.shapes.view import Step, nearest, total

Dims = tuple[int, ...]

AS_HEAVY = {"Flatten": "flatten-heavy", "GlobalAverage": "pool-heavy"}
"""The rows for vectors that are too long for a Dense, by how the layer begins."""


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the units of the Dense before, another shape for Reshape, or a Dense between."""
    if conflict.fed is None:
        return
    step, shape = conflict.fed
    wanted = listed(value(step.core, "target_shape"))
    dims = tuple(dim for dim in wanted if isinstance(dim, int))
    if not dims or len(dims) != len(wanted):
        return
    size, count = prod(dims), total(shape)
    if size > 0:
        yield from _all_steps(conflict, step, size)
        yield from _fed(conflict, step, shape, dims)
        yield from _between(conflict, step, shape, size)
    if count is not None:
        merged = _merged(shape, dims)
        others = _shapes(dims, count, conflict.target)
        for i, other in enumerate(dict.fromkeys((*merged, *others))):
            why = f"the input of Reshape has {count} elements, as {other} has"
            mixes = bool(merged) and other not in merged
            more = price("next") * i + _leap(dims, other) + price("doubtful") * mixes
            yield from conflict.set([step], "target_shape", other, "reshape-shape", why, more)
    # Without a target, nobody says that it is not meant.
    more = price("doubtful") + price("unasked") * (conflict.target is None)
    why = f"{count} elements cannot become {dims}"
    yield from made(conflict.remove(step), "remove", why, more)


def _merged(shape: Shape, dims: Dims) -> list[Dims]:
    """Return the axes of a map merged into fewer, those that are nearest to the dims first.

    That keeps what belongs together: (30, 2, 64) as 30 steps of 128.
    """
    axes = [dim for dim in shape[1:] if isinstance(dim, int)]
    fewer = 0 < len(dims) < len(axes) == len(shape) - 1
    cuts = combinations(range(1, len(axes)), len(dims) - 1) if fewer else ()
    ways = [pairwise((0, *cut, len(axes))) for cut in cuts]
    found = [tuple(prod(axes[start:end]) for start, end in way) for way in ways]
    return sorted(found, key=lambda other: sum(map(ratio, dims, other)))[:1]


def _all_steps(conflict: Conflict, step: Step, size: int) -> Iterator[Candidate]:
    """Yield all the steps of the recurrent layer before, where these have as many elements."""
    before = conflict.view.previous(step)
    given = before.shape_in if before is not None else None
    if before is None or given is None or not before.returns_last:
        return
    if total((None, given[1], *(before.shape_out or ())[1:])) == size:
        why = f"Reshape lays out {size} elements, which are all the steps of {before.cls}"
        yield from conflict.set([before], "return_sequences", True, "sequences-on", why)


def _fed(conflict: Conflict, step: Step, shape: Shape, dims: Dims) -> Iterator[Candidate]:
    """Yield as many units as Reshape takes, or Reshape behind the Dense that has as many."""
    size = prod(dims)
    before = conflict.view.previous(step)
    if before is not None and before.is_dense and len(shape) == 2:
        why = f"Reshape expects {size} elements, and {before.cls} returns {total(shape)}"
        factors = list(_factor(conflict, before, dims, why))
        yield from factors or conflict.set([before], "units", size, "units", why)
    after = nearest(
        conflict.view.after(step),
        lambda step: step.is_dense and value(step.core, "units") == size,
        lambda step: step.in_head,
    )
    if after is not None:
        why = f"Reshape expects {size} elements, which the {after.cls} behind it returns"
        yield from made(conflict.move(step, after, "after"), "move", why)


def _leap(old: Dims, other: Dims) -> float:
    """Return what it costs more to make a number many times as large or as small."""
    pairs = zip(old, other, strict=True)
    ratios = [max(a, b) / min(a, b) for a, b in pairs if min(a, b) > 0]
    return price("far") * max(0.0, log2(max(ratios, default=1.0)) - 2)


def _factor(conflict: Conflict, dense: Step, dims: Dims, why: str) -> Iterator[Candidate]:
    """Yield the first number of a product that is wrong: the 64 of `Dense(7 * 7 * 64)`."""
    units = named(dense.core).get("units")
    if units is None or dense.made or not isinstance(units.origin, Derived) or changed(units):
        return
    for literal in literals(units.origin):
        if conflict.uses.elsewhere(literal.site, units, conflict.options.within):
            continue
        for other in dict.fromkeys(dims):
            with suppress(CannotEvaluate):
                if evaluate(units.origin, {literal.site: other}) == prod(dims):
                    yield from made([SetLiteral((literal.site,), other, "units")], "units", why)
                    return


def _shapes(dims: Dims, count: int, target: Target | None) -> list[Dims]:
    """Return `dims` with one number changed for `count` elements, the last first."""
    found: list[Dims] = []
    if len(dims) == 3:
        side = round((count / max(dims[-1], 1)) ** 0.5)
        found.append((side, side, dims[-1]))
    for place in reversed(range(len(dims))):
        rest = prod(dim for i, dim in enumerate(dims) if i != place and dim != -1)
        found.append((*dims[:place], count // max(rest, 1), *dims[place + 1 :]))
    if target is not None and target.rank == len(dims) + 1:
        found.sort(key=lambda new: not target.met_by((None, *new)))
    whole = (one for one in dict.fromkeys(found) if min(one) > 0 and prod(one) == count)
    return [one for one in whole if one != dims]


def _between(conflict: Conflict, step: Step, shape: Shape, size: int) -> Iterator[Candidate]:
    """Yield a Dense with as many units as Reshape needs, on one vector of what comes."""
    last = conflict.before(step, new("Dense", size))
    units = f"a Dense of {size} units returns them"
    if len(shape) == 2:
        why = f"Reshape expects {size} elements: {units}"
        yield from made(last, "append-dense", why, price("bridge"))
    if not 3 <= len(shape) <= 5:
        return
    count = total(shape)
    heavy = count is None or count * size > HEAVY
    for cls, key in options(conflict, shape, conflict.view.previous(step) or step, step):
        rows = [row for begin, row in AS_HEAVY.items() if heavy and cls.startswith(begin)]
        row = [*rows, key][0]
        why = f"Reshape expects {size} elements: {cls} makes one vector of the map, {units}"
        edits = together(conflict.before(step, new(cls)), last)
        yield from made(edits, row, why, price("append-dense"))
