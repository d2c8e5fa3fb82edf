"""The layer that is missing in a model which enlarges as often as it halves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.model.code import NewLayer
from kfix.repair.candidate import Candidate, made
from kfix.repair.conflict import Conflict
from kfix.repair.numbers import most
from kfix.shapes.arguments import INPUT_NAMES, value
from kfix.shapes.view import Step


def missing(conflict: Conflict, ratio: float, chain: Sequence[Step]) -> Iterator[Candidate]:
    """Yield the pooling or the upsampling that is missing, written as its siblings are.

    `ratio` says how much larger (above 1) or smaller the output is wanted; the
    chain begins with the step nearest to the end. There is nothing where the poolings and
    upsamplings are not all alike, or anything else changes the size.
    """
    steps = list(reversed(chain))
    pools, ups = [s for s in steps if s.is_pooling], [s for s in steps if s.is_upsampling]
    fewer, more, half = pools, ups, steps[: steps.index(ups[0])] if ups else []
    if ratio > 1 and pools:
        fewer, more, half = ups, pools, steps[steps.index(pools[-1]) + 1 :]
    if len(more) != len(fewer) + 1 or not fewer or any(map(_scales_too, steps)):
        return
    factors = {factor for step in (*pools, *ups) for factor in _factors(step)}
    if factors != {round(max(ratio, 1 / ratio))} or pools[-1].place > ups[0].place:
        return
    longest = max(_runs(half), key=len)
    pattern, given = fewer[-1], _given(fewer[-1])
    why = (
        f"{len(more)} {more[0].cls} and only {len(fewer)} {pattern.cls}: one more restores the size"
    )
    if len(longest) > 1 and all(isinstance(found, str | int | tuple) for _, found in given):
        edits = conflict.before(longest[len(longest) // 2], NewLayer(pattern.cls, given))
        yield from made(edits, "counterpart", why)


def _given(pattern: Step) -> tuple[tuple[str | None, object], ...]:
    """Return the arguments that another layer like this one is to have."""
    own = ("name", *INPUT_NAMES)
    given = (one for one in pattern.core.arguments if one.keyword not in own)
    return tuple((one.keyword, one.value) for one in given)


def _factors(step: Step) -> tuple[object, ...]:
    """Return the factors by which it divides or multiplies the axes."""
    found = value(step.core, "pool_size" if step.is_pooling else "size")
    return tuple(found) if isinstance(found, tuple | list) else (found,)


def _scales_too(step: Step) -> bool:
    """Return whether it is new, or something else than those that scales the map."""
    if step.is_transposed or step.is_dense or step.is_recurrent or step.collapses:
        return True
    return step.inserted or strided(step)


def strided(step: Step) -> bool:
    """Return whether it is a convolution that leaves places out."""
    forward = step.is_convolution and not step.is_transposed
    return forward and most(value(step.core, "strides")) > 1


def _runs(steps: Sequence[Step]) -> list[list[Step]]:
    """Return the convolutions between the poolings and the upsamplings, run by run."""
    runs: list[list[Step]] = [[]]
    for step in steps:
        if step.is_pooling or step.is_upsampling:
            runs.append([])
        elif step.is_convolution:
            runs[-1].append(step)
    return runs
