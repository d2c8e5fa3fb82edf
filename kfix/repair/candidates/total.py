"""Reshape gets another number of elements than it is to lay out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from math import log2

from kfix.edits.set_literal import SetLiteral
from kfix.model.code import NewLayer
from kfix.model.graph import Shape
from kfix.model.origin import CannotEvaluate, Derived, evaluate, literals
from kfix.model.target import Target
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.collapse import options
from kfix.repair.conflict import Conflict
from kfix.repair.prices import HEAVY, price
from kfix.shapes.arguments import changed, named, value
from kfix.shapes.view import Step, total


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the units of the Dense before, another shape for Reshape, or a Dense between."""
    if conflict.fed is None:
        return
    step, shape = conflict.fed
    wanted = value(step.core, "target_shape")
    if isinstance(wanted, int):
        wanted = (wanted,)
    if not isinstance(wanted, tuple | list) or not all(isinstance(dim, int) for dim in wanted):
        return
    dims = tuple(dim for dim in wanted if isinstance(dim, int))
    count = total(shape)
    size = 1
    for dim in dims:
        size *= dim
    before = conflict.view.previous(step)
    if size > 0 and before is not None and before.is_dense and len(shape) == 2:
        why = f"Reshape lays out {size} numbers, and {before.cls} gives {count}"
        factor = _factor(conflict, before, size, dims, why)
        yield from (
            [factor] if factor is not None else conflict.set([before], "units", size, "units", why)
        )
    for after in conflict.view.after(step):
        if after.is_dense and value(after.core, "units") == size:
            why = (
                f"Reshape lays out {size} numbers, and stands before the {after.cls} that "
                "gives them"
            )
            yield from made(conflict.move(step, after, "after"), "move", why)
        if not (after.keeps or after.is_dense):
            break
    if count is not None:
        for i, new in enumerate(_shapes(dims, count, conflict.target)):
            why = f"Reshape gets {count} numbers, and {new} has as many"
            yield from conflict.set(
                [step],
                "target_shape",
                new,
                "reshape-shape",
                why,
                price("next") * i + _leap(dims, new),
            )
    if size > 0:
        yield from _between(conflict, step, shape, size)
    more = price("doubtful") + (
        0.0 if conflict.target is not None else price("unasked")
    )  # without a target, nobody says that it is not meant
    yield from made(
        conflict.remove(step), "remove", f"Reshape cannot lay {count} numbers out as {dims}", more
    )


def _leap(old: tuple[int, ...], new: tuple[int, ...]) -> float:
    """Return what it costs more to make a number many times as large or as small."""
    ratio = max(
        (max(a, b) / min(a, b) for a, b in zip(old, new, strict=True) if min(a, b) > 0), default=1.0
    )
    return price("far") * max(0.0, log2(ratio) - 2)


def _factor(
    conflict: Conflict, dense: Step, size: int, dims: tuple[int, ...], why: str
) -> Candidate | None:
    """Return the one number of a product that is wrong: the 64 of `Dense(7 * 7 * 64)`."""
    units = named(dense.core).get("units")
    if units is None or dense.made or not isinstance(units.origin, Derived) or changed(units):
        return None
    for literal in literals(units.origin):
        if conflict.uses.elsewhere(literal.site, units, conflict.options.within):
            continue
        for new in dict.fromkeys(dims):
            with suppress(CannotEvaluate):
                if new != literal.value and evaluate(units.origin, {literal.site: new}) == size:
                    return Candidate(
                        (SetLiteral((literal.site,), new, "units"),), price("units"), why
                    )
    return None


def _shapes(dims: tuple[int, ...], count: int, target: Target | None) -> list[tuple[int, ...]]:
    """Return `dims` with one number changed for `count` elements, the last first."""
    found: list[tuple[int, ...]] = []
    for place in reversed(range(len(dims))):
        rest = 1
        for i, dim in enumerate(dims):
            if i != place and dim != -1:
                rest *= dim
        if rest > 0 and count % rest == 0:
            found.append((*dims[:place], count // rest, *dims[place + 1 :]))
    if len(dims) == 3 and count % dims[-1] == 0:
        side = round((count // dims[-1]) ** 0.5)
        if side * side * dims[-1] == count:
            found.insert(0, (side, side, dims[-1]))
    if target is not None and target.rank == len(dims) + 1:
        found.sort(key=lambda new: not target.met_by((None, *new)))
    return [new for new in dict.fromkeys(found) if new != dims and all(dim > 0 for dim in new)]


def _between(conflict: Conflict, step: Step, shape: Shape, size: int) -> Iterator[Candidate]:
    """Yield a Dense with as many units as Reshape needs, on one vector of what comes."""
    dense = NewLayer("Dense", ((None, size),))
    last = conflict.before(step, dense)
    if last is None:
        return
    if len(shape) == 2:
        yield from made(
            last,
            "append-dense",
            f"a Dense gives the {size} numbers that Reshape lays out",
            price("bridge"),
        )
        return
    if len(shape) > 5:
        return
    count = total(shape)
    heavy = count is None or count * size > HEAVY
    for cls, key in options(conflict, shape, conflict.view.previous(step) or step, None):
        if key == "pool-head":
            key = "pool"
        if cls == "Flatten" and heavy:
            key = "flatten-heavy"
        elif cls.startswith("GlobalAverage") and heavy:
            key = "pool-heavy"
        first = conflict.before(step, NewLayer(cls))
        if first is not None:
            why = (
                f"Reshape lays out {size} numbers: {cls} makes one vector of the map, and a "
                f"Dense gives the {size}"
            )
            yield from made((*first, *last), key, why, price("append-dense"))
