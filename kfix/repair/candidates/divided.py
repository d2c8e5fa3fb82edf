"""An axis that a number does not divide: another size of it, where it is decided."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.findings.not_divisible import NotDivisible
from kfix.repair.axes import solve
from kfix.repair.candidate import Candidate, varied
from kfix.repair.conflict import Conflict
from kfix.repair.prices import price


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the multiples of the divisor: that for the channels wanted, the nearest others."""
    step, finding = conflict.step, conflict.finding
    if not isinstance(finding, NotDivisible) or step is None or len(step.sources) != 1:
        return
    by, have, shape = finding.expected, finding.actual, step.shape_in
    if not isinstance(by, int) or not isinstance(have, int) or shape is None:
        return
    wanted = None if conflict.target is None else conflict.target.dims[-1]
    meant = wanted * by if isinstance(wanted, int) else None
    below = have - have % by
    for size in dict.fromkeys(filter(None, (meant, below + by, below))):
        more = price("doubtful") * (size != meant)
        for axis in (axis for axis, dim in enumerate(shape) if dim == have):
            found = solve(conflict, step.sources[0], axis, size, "inner-units")
            yield from varied(found, more, sure=size == meant)
