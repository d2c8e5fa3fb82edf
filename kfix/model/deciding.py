"""Tables that decide: each row says which facts must hold, and what follows from them.

A fact is a function of the subject: a method of its class that returns a bool. Rows are read from
the top, and the facts of a row from the left; no fact is asked behind one that does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

S = TypeVar("S")
R = TypeVar("R")


class Row(NamedTuple, Generic[S, R]):
    """What follows where all these facts hold."""

    when: tuple[Callable[[S], object], ...]
    then: Callable[[S], R]


def all_hold(facts: Iterable[Callable[[S], object]], subject: S) -> bool:
    """Return whether all facts hold of a subject."""
    return all(fact(subject) for fact in facts)


def any_holds(facts: Iterable[Callable[[S], object]], subject: S) -> bool:
    """Return whether one of the facts holds of a subject."""
    return any(fact(subject) for fact in facts)


def decide(rows: Iterable[Row[S, R]], subject: S) -> R | None:
    """Return what follows from the first row whose facts hold, `None` where none does."""
    for row in rows:
        if all_hold(row.when, subject):
            return row.then(subject)
    return None


def always(value: R) -> Callable[[object], R]:
    """Return the answer of a row that is the same for every subject."""
    return lambda _: value
