"""A layer is given too many or too few dims."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.findings.data import Rank
from kfix.repair.candidate import Candidate, made
from kfix.repair.candidates.too_few_dims import too_few
from kfix.repair.candidates.too_many_dims import too_many
from kfix.repair.conflict import Conflict
from kfix.shapes.registry import rule_of
from kfix.shapes.view import Step


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield more dims or fewer, at the refused layer or where they went astray."""
    if conflict.fed is None:
        return
    step, shape = conflict.fed
    want = _wanted(conflict, step)
    if want is None:
        return
    if not step.is_recurrent:
        why = f"{step.layer.cls} needs a time axis, and {step.cls} is given none"
        yield from made(conflict.unwrap(step), "unwrap", why)
    if want > len(shape):
        yield from too_few(conflict, step, shape, want)
    elif want < len(shape):
        yield from too_many(conflict, step, shape, want)


def _wanted(conflict: Conflict, step: Step) -> int | None:
    """Return the rank that the step takes, as its rule states it, or as Keras says."""
    rule = rule_of(step.core.cls) if step.names else None
    wanted = (rule.rank or rule.min_rank) if rule is not None else None
    if step.wrapped and step.layer.cls == "TimeDistributed":
        return max((wanted or 0) + 1, 3)
    expected = conflict.finding.expected if conflict.finding is not None else None
    return expected.least if wanted is None and isinstance(expected, Rank) else wanted
