"""Repairs of Python lists where Keras takes arrays."""

from __future__ import annotations

from collections.abc import Iterable

from kfix.checks.lists import Listed, listed_parts
from kfix.edits.base import Edit
from kfix.edits.wrap_argument import WrapArgument
from kfix.model.program import Program
from kfix.model.site import Site
from kfix.repair.candidate import Candidate
from kfix.repair.data.remedies import Remedies
from kfix.repair.prices import price


def repair_lists(fault: Listed, remedies: Remedies) -> None:
    """Make arrays of lists that Keras never took; of the others, along with another repair."""
    subject = remedies.subject
    others = [edit for one in remedies.accompanying for edit in one.edits]
    edits = _arrays(subject.program, subject.uids, others)
    if edits is None:
        remedies.suggest("make arrays of the lists: np.array(x)")
        return
    if not edits:
        return
    candidate = Candidate(edits, price("batch"), "a list of samples becomes one array of them")
    refused = subject.trace.refusal is not None
    along = remedies.first is not None or bool(remedies.accompanying)
    if fault.finding.severity == "error" or refused or along:
        remedies.accompanying.append(candidate)
    else:
        remedies.propose(candidate)


def _arrays(
    program: Program, uids: frozenset[int], others: Iterable[Edit]
) -> tuple[Edit, ...] | None:
    """Return `np.array` around all lists but those that one of the `others` makes an array of.

    Return `None` where one of them is at a place that cannot be written.
    """
    taken = {site for edit in others if isinstance(edit, WrapArgument) for site in edit.sites}
    wanted: dict[str, dict[Site, None]] = {}
    for _, part in listed_parts(program, uids):
        if part.site is None:
            return None
        if part.site not in taken:
            wanted.setdefault(part.listed, {})[part.site] = None
    return tuple(WrapArgument(tuple(sites), function) for function, sites in wanted.items())
