"""A layer is given too many or too few dims."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.findings.data import Rank
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.too_few_dims import too_few
from kfix.repair.candidates.too_many_dims import too_many
from kfix.repair.conflict import Conflict
from kfix.shapes.view import Step


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield more dims or fewer, at the refused layer or where they went astray."""
    if conflict.fed is None:
        return
    step, shape = conflict.fed
    want = _wanted(conflict, step)
    if want and not step.is_recurrent:
        why = f"{step.layer.cls} needs a time axis, and the input of {step.cls} has none"
        yield from made(conflict.unwrap(step), "unwrap", why)
    if want > len(shape):
        yield from too_few(conflict, step, shape, want)
    elif 0 < want < len(shape):
        yield from too_many(conflict, step, shape, want)


def _wanted(conflict: Conflict, step: Step) -> int:
    """Return the rank that the step takes, as its rule states it, or as Keras says; else 0."""
    if step.layer.cls == "TimeDistributed" and step.wrapped:
        return max(step.rank_taken + 1, 3)
    expected = conflict.finding.expected if conflict.finding is not None else None
    stated = expected.least if isinstance(expected, Rank) else 0
    if step.is_recurrent and not step.rank_taken > 1:
        stated = 3  # RNN, whose cell takes one step of a sequence
    return max(step.rank_taken, stated)
