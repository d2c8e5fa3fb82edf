"""The edits that a cure is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from kfix.edits.base import Edit
from kfix.repair.prices import price


class Candidate(NamedTuple):
    """Edits that may cure a conflict, together; `why` is one clause for a person.

    It is not `sure` where nothing in the source tells that this is meant,
    though there is no other repair as good. It has not `reached` what is wanted
    where another edit must follow. Without edits it is advice.
    """

    edits: tuple[Edit, ...]
    cost: float
    why: str
    sure: bool = True
    reached: bool = True


def made(
    edits: tuple[Edit, ...] | None, key: str, why: str, more: float = 0
) -> Iterator[Candidate]:
    """A candidate at a row's price, unless there are no such edits."""
    if edits is not None:
        yield Candidate(edits, price(key) + more, why)


def single(edit: Edit, why: str) -> Candidate:
    """Return a candidate of one edit at the price of its kind."""
    return Candidate((edit,), price(edit.price_key), why)
