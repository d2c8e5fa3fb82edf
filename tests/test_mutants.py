"""Broken programs in every layout: what kfix writes builds in real Keras, has the target, and stays
as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.mutants.mutant import judge, mutants, report

BATCHES = 10
A_BATCH = 52
"""Broken ones; mutants that a fault leaves as good as they were come on top."""


@pytest.mark.parametrize("batch", range(BATCHES))
def test_mutants(batch: int) -> None:
    misses = list(_misses(batch))
    assert not misses, f"{len(misses)} of {A_BATCH}\n" + "\n".join(misses)


def _misses(batch: int) -> Iterator[str]:
    for subject in mutants(1_000_000 * batch, A_BATCH):
        verdict = judge(subject)
        if verdict.complaints:
            yield report(subject, verdict)
