"""Facts: what tests give on a way through a program, and what follows from it.

A test is a leaf, which asks one thing of one subject (is `mode` equal to "a"?), or a junction of
other tests by `and` or `or`. Facts contradict each other where no value of the subjects agrees
with all of them: a way with such facts is never taken.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

from kfix.model.unknown import Unknown

Atom = tuple["Question", bool]
Condition = tuple[Atom, ...]
"""What must hold: tests, each with what it gives. Empty: always."""

MAX_FACTS = 40
"""Tests of one way whose consequences are followed."""


class Question:
    """A test, with its source for a person; equal to others that ask the same."""

    __slots__ = ("_hash", "key", "text")

    def __init__(self, text: str, key: tuple[object, ...]) -> None:
        self.text = text
        self.key = key
        self._hash = hash(key)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Question) and self.key == other.key)

    def __repr__(self) -> str:
        return f"Question({self.text!r})"


class Subject:
    """What a leaf asks about: a source, and the values of the names in it."""

    __slots__ = ("_ids", "source", "values")

    def __init__(self, source: str, values: tuple[object, ...]) -> None:
        self.source = source
        self.values = values  # held, so that no other value has the identity of one of them
        self._ids = tuple(map(id, values))

    def __hash__(self) -> int:
        return hash((self.source, self._ids))

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Subject) and self.source == other.source and self._ids == other._ids
        )


Relation = Callable[[Any, Any], Any]


def _is_true(value: Any, _: Any) -> bool:
    return bool(value)


TRUTH: Relation = _is_true
"""The relation of a leaf that asks whether its subject is true."""

_ORDERS = (operator.lt, operator.gt)


class Leaf(Question):
    """Asks whether a subject stands in a relation to a constant."""

    __slots__ = ("constant", "relation", "subject")

    def __init__(
        self, text: str, subject: Subject, relation: Relation = TRUTH, constant: Any = None
    ) -> None:
        super().__init__(text, (subject, relation, type(constant), constant))
        self.subject = subject
        self.relation = relation
        self.constant = constant

    def holds_for(self, value: Any) -> bool:
        """Return what the test gives for a value of its subject."""
        try:
            return bool(self.relation(value, self.constant))
        except TypeError:
            return False


class Junction(Question):
    """Asks whether all of several tests, or one of them, give what is said here of each."""

    __slots__ = ("every", "parts")

    def __init__(self, text: str, every: bool, parts: Iterable[Atom]) -> None:
        self.parts = tuple(dict.fromkeys(_flat(every, parts)))
        super().__init__(text, (every, frozenset(self.parts)))
        self.every = every


def _flat(every: bool, parts: Iterable[Atom]) -> Iterator[Atom]:
    """Yield the parts, those of a part that is joined in the same way one by one."""
    for question, holds in parts:
        if isinstance(question, Junction) and holds and question.every == every:
            yield from question.parts
        elif isinstance(question, Junction) and not holds and question.every != every:
            yield from _denied(question)
        else:
            yield question, holds


def _denied(junction: Junction) -> list[Atom]:
    return [(question, not holds) for question, holds in junction.parts]


class TestV(Unknown):
    """The truth of a test that is not known, with the test itself."""

    __slots__ = ("atom",)

    def __init__(self, why: Unknown, atom: Atom) -> None:
        super().__init__(why.why, why.site, why.because)
        self.atom = atom


# --- what follows -------------------------------------------------------------------------


def contradict(condition: Condition) -> bool:
    """Return whether facts cannot hold at the same time, as far as unit propagation finds it."""
    return not _Facts().add(condition)


def decided(condition: Condition, atom: Atom) -> bool | None:
    """Return what a test gives where a condition holds, `None` where that is open."""
    if not condition:
        return None
    question, wanted = atom
    possible = [holds for holds in (True, False) if not contradict(((question, holds), *condition))]
    if len(possible) != 1:
        return None  # either way, or a way that is never taken
    return possible[0] == wanted


class _Facts:
    """Tests that are decided, and what follows from them."""

    __slots__ = ("_clauses", "_known", "_of")

    def __init__(self) -> None:
        self._known: dict[Question, bool] = {}
        self._of: dict[Subject, list[tuple[Leaf, bool]]] = {}
        self._clauses: list[list[Atom]] = []

    def add(self, atoms: Condition) -> bool:
        """Add facts; return whether they agree with those that are here."""
        if not all(self._note(*atom) for atom in atoms[:MAX_FACTS]):
            return False
        while self._clauses:
            count = len(self._known), len(self._clauses)
            if not self._follow():
                return False
            if count == (len(self._known), len(self._clauses)):
                break
        return True

    def value(self, question: Question) -> bool | None:
        """Return what a test gives under these facts, `None` where that is open."""
        known = self._known.get(question)
        if known is not None:
            return known
        if isinstance(question, Junction):
            return self._joined(question)
        if isinstance(question, Leaf) and question.subject in self._of:
            for holds in (True, False):
                if not _possible([*self._of[question.subject], (question, holds)]):
                    return not holds
        return None

    def _joined(self, junction: Junction) -> bool | None:
        found = [self._given(*part) for part in junction.parts]
        if (not junction.every) in found:
            return not junction.every
        if None in found:
            return None
        return junction.every

    def _given(self, question: Question, holds: bool) -> bool | None:
        known = self.value(question)
        if known is None:
            return None
        return known == holds

    def _note(self, question: Question, holds: bool) -> bool:
        """Add a fact; return whether it agrees with the others about its subject."""
        if question in self._known:
            return self._known[question] == holds
        self._known[question] = holds
        if isinstance(question, Leaf):
            about = self._of.setdefault(question.subject, [])
            about.append((question, holds))
            return len(about) == 1 or _possible(about)
        if isinstance(question, Junction):
            if question.every != holds:
                self._clauses.append(list(_one_of(question)))
                return True
            return all(self._note(*atom) for atom in _all_of(question))
        return True

    def _follow(self) -> bool:
        """Take from each clause what is decided; return whether each can still hold."""
        clauses, self._clauses = self._clauses, []
        for clause in clauses:
            values = [(atom, self._given(*atom)) for atom in clause]
            if any(value for _, value in values):
                continue
            left = [atom for atom, value in values if value is None]
            if not left or (len(left) == 1 and not self._note(*left[0])):
                return False
            if len(left) > 1:
                self._clauses.append(left)
        return True


def _all_of(junction: Junction) -> Iterable[Atom]:
    """Return what all holds where a junction is decided by all of its parts."""
    return junction.parts if junction.every else _denied(junction)


def _one_of(junction: Junction) -> Iterable[Atom]:
    """Return the facts of which one holds where a junction is decided by one of its parts."""
    return _denied(junction) if junction.every else junction.parts


# --- values of one subject ----------------------------------------------------------------


class _Other:
    """A value that is none of the constants of a program, true or false."""

    __slots__ = ("_true",)

    def __init__(self, true: bool) -> None:
        self._true = true

    def __bool__(self) -> bool:
        return self._true


_OTHERS = (_Other(True), _Other(False), None, True, False)


def _possible(facts: list[tuple[Leaf, bool]]) -> bool:
    """Return whether a value of the subject agrees with all facts about it."""
    return any(
        all(leaf.holds_for(value) == holds for leaf, holds in facts) for value in _samples(facts)
    )


def _samples(facts: list[tuple[Leaf, bool]]) -> Iterator[Any]:
    """Yield one value of each kind that the facts distinguish; numbers alone where they are ordered
    by size.
    """
    constants = [leaf.constant for leaf, _ in facts if leaf.relation is not TRUTH]
    if any(leaf.relation in _ORDERS for leaf, _ in facts):
        numbers = sorted(one for one in constants if isinstance(one, int | float))
        yield from numbers
        yield from (number + 1 for number in numbers)
        yield from (number - 1 for number in numbers)
        yield from ((one + two) / 2 for one, two in pairwise(numbers))
        yield 0
    else:
        yield from _OTHERS
        yield from constants
