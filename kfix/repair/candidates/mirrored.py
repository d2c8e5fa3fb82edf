"""The layer that is missing in a model which enlarges as often as it halves."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.edits.base import Edit
from kfix.model.code import NewLayer
from kfix.repair.conflict import Conflict
from kfix.repair.numbers import most
from kfix.shapes.arguments import INPUT_NAMES, value
from kfix.shapes.view import Step


def missing(
    conflict: Conflict, ratio: float, chain: Sequence[Step]
) -> tuple[tuple[Edit, ...], str] | None:
    """Return the pooling or the upsampling that is missing, written as its siblings are.

    `ratio` says how much larger (above 1) or smaller the output is wanted; the
    chain begins with the step nearest to the end. `None` where the poolings and
    upsamplings are not all alike, or anything else changes the size.
    """
    steps = list(reversed(chain))
    pools, ups = [s for s in steps if s.is_pooling], [s for s in steps if s.is_upsampling]
    fewer, more = (ups, pools) if ratio > 1 else (pools, ups)
    if len(more) != len(fewer) + 1 or not fewer or _others(steps):
        return None
    factors = {factor for step in (*pools, *ups) for factor in _factors(step)}
    if factors != {round(max(ratio, 1 / ratio))} or pools[-1].place > ups[0].place:
        return None
    runs = _runs(
        [s for s in steps if (s.place > pools[-1].place if ratio > 1 else s.place < ups[0].place)]
    )
    longest = max(runs, key=len, default=[])
    if len(longest) < 2:
        return None
    pattern = fewer[-1]
    given = tuple(
        (one.keyword, tuple(one.value) if isinstance(one.value, list) else one.value)
        for one in pattern.core.arguments
        if one.keyword not in ("name", *INPUT_NAMES)
    )
    edits = conflict.before(longest[len(longest) // 2], NewLayer(pattern.cls, given))
    if edits is None or any(not isinstance(one, str | int | tuple) for _, one in given):
        return None
    return (
        edits,
        f"{len(more)} {more[0].cls} and only {len(fewer)} {pattern.cls}: "
        "one more gives the size back",
    )


def _factors(step: Step) -> tuple[object, ...]:
    """Return the factors by which it divides or multiplies the axes."""
    found = value(step.core, "pool_size" if step.is_pooling else "size")
    return tuple(found) if isinstance(found, tuple | list) else (found,)


def _others(steps: Sequence[Step]) -> bool:
    """Return whether anything else scales the map, or one of them is made several times."""
    return any(
        step.made
        or step.inserted
        or step.is_transposed
        or step.is_dense
        or step.is_recurrent
        or step.collapses
        or (step.is_convolution and most(value(step.core, "strides")) > 1)
        for step in steps
    )


def _runs(steps: Sequence[Step]) -> list[list[Step]]:
    """Return the convolutions between the poolings and the upsamplings, run by run."""
    runs: list[list[Step]] = [[]]
    for step in steps:
        if step.is_pooling or step.is_upsampling:
            runs.append([])
        elif step.is_convolution:
            runs[-1].append(step)
    return runs
