"""The repairs of many independent models of one file, proven together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from kfix.engine.claim import Claim
from kfix.engine.proof import Read, Together, prove_all, prove_together
from kfix.engine.repairing import ModelRepair, sent
from kfix.engine.results import Proven, Reading
from kfix.model.record import Value
from kfix.project.project import Project

FEWEST = 4
"""Broken models of a file from which on their repairs are proven together."""


class Held(Value):
    """Claims that hold together, and their proof, `None` if there are none."""

    claims: Sequence[Claim]
    proof: Together | None


NOTHING = Held((), None)


def search_together(
    project: Project,
    reading: Reading,
    repairs: Sequence[ModelRepair],
    read: Read,
    is_spent: Callable[[], bool],
) -> list[ModelRepair]:
    """Search for the repairs of several models at once; return the models of which this is done.

    The first candidates of all models are proven in one reading, then the second, and so on. Left
    out is a model whose first candidate does not hold together with those of the others, and one
    whose search has no end before `is_spent`.
    """
    running = {repair.index: repair.claims() for repair in repairs}
    first = [claim for claims in running.values() for claim in islice(claims, 1)]
    held = largest_together(project, reading, first, read)
    kept = {claim.group for claim in held.claims}
    left: Sequence[Claim] = held.claims
    proofs: Sequence[Proven | None] = [] if held.proof is None else held.proof.proven
    while left:
        following = [
            sent(running[claim.group], proven) for claim, proven in zip(left, proofs, strict=True)
        ]
        left = [claim for claim in following if claim is not None]
        if left and is_spent():
            break
        proofs = prove_all(project, reading, left, read)
    kept -= {claim.group for claim in left}
    return [repair for repair in repairs if repair.index in kept]


def largest_together(
    project: Project,
    reading: Reading,
    claims: Sequence[Claim],
    read: Read,
    held: Held = NOTHING,
) -> Held:
    """Return as many of the claims as hold together, with those in `held`.

    Where all of them do not, their halves are tried one after the other.
    """
    if not claims:
        return held
    every = (*held.claims, *claims)
    proof = prove_together(project, reading, every, read)
    if proof is not None:
        return Held(every, proof)
    if len(claims) == 1:
        return held
    middle = len(claims) // 2
    held = largest_together(project, reading, claims[:middle], read, held)
    return largest_together(project, reading, claims[middle:], read, held)
