"""Edits that are tried together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kfix.edits.base import Edit
from kfix.model.record import Value, replace
from kfix.repair.prices import price


class Candidate(Value):
    """Edits that may resolve a conflict, together; `why` is one clause for a person.

    It is not `sure` where nothing in the source says that this is meant,
    though no other repair is as good. It has not `reached` what is expected
    where another edit must follow. Without edits it is advice.
    """

    edits: tuple[Edit, ...]
    cost: float
    why: str
    sure: bool = True
    reached: bool = True

    def but(self, more: float = 0.0, sure: bool = True) -> Candidate:
        """Return the same at another cost, and as sure as before at most."""
        return replace(self, cost=self.cost + more, sure=self.sure and sure)

    def along(self, edits: Iterable[Edit] | None, more: float = 0.0) -> Iterator[Candidate]:
        """Yield the same with further edits, unless these cannot be said."""
        if edits is not None:
            yield replace(self, edits=(*self.edits, *edits), cost=self.cost + more)


def made(
    edits: Iterable[Edit] | None, key: str, why: str, more: float = 0, sure: bool = True
) -> Iterator[Candidate]:
    """Yield a candidate at a row's price, unless it has none."""
    if edits is not None:
        yield Candidate(tuple(edits), price(key) + more, why, sure)


def varied(
    candidates: Iterable[Candidate], more: float = 0.0, sure: bool = True
) -> Iterator[Candidate]:
    """Yield candidates at another cost, each as sure as before at most."""
    return (candidate.but(more, sure) for candidate in candidates)


def advice(why: str) -> Candidate:
    """Return advice for a person, where the place is not kfix's to edit."""
    return Candidate((), 0.0, why)


def single(edit: Edit, why: str) -> Candidate:
    """Return a candidate of one edit at the price of its kind."""
    return Candidate((edit,), price(edit.price_key), why)
