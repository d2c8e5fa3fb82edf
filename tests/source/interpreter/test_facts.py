"""Facts that contradict each other, and what follows from others: compared with all values."""

from __future__ import annotations

import itertools
import operator
import random

import pytest

from kfix.model.unknown import Unknown
from kfix.source.interpreter.facts import (
    TRUTH,
    Atom,
    Condition,
    Junction,
    Leaf,
    Question,
    Subject,
    contradict,
    decided,
)

NAMES = ("a", "b", "c")
SUBJECTS = {name: Subject(name, (Unknown(name),)) for name in (*NAMES, "mode")}
VALUES = (None, 0, 1, 2, 3, "one", "two", "")


def truth(name: str) -> Leaf:
    return Leaf(name, SUBJECTS[name])


def drawn(rng: random.Random, depth: int) -> Question:
    """Return a test of up to three truth values and one value that is compared."""
    if depth == 0 or rng.random() < 0.3:
        if rng.random() < 0.6:
            return truth(rng.choice(NAMES))
        relation = rng.choice((operator.eq, operator.is_, TRUTH))
        constant = None if relation is operator.is_ else rng.choice(("one", "two", 1))
        return Leaf("mode", SUBJECTS["mode"], relation, constant)
    parts = [(drawn(rng, depth - 1), rng.random() < 0.7) for _ in range(rng.choice((2, 3)))]
    return Junction("junction", rng.random() < 0.5, parts)


def holds(question: Question, world: dict[str, object]) -> bool:
    """Return what a test gives for known values."""
    if isinstance(question, Junction):
        found = [holds(part, world) == given for part, given in question.parts]
        return all(found) if question.every else any(found)
    assert isinstance(question, Leaf)
    return question.holds_for(world[question.subject.source])


WORLDS = [
    dict(zip((*NAMES, "mode"), (*bits, mode), strict=True))
    for bits in itertools.product((True, False), repeat=3)
    for mode in VALUES
]


def agreeing(condition: Condition) -> list[dict[str, object]]:
    return [world for world in WORLDS if all(holds(q, world) == given for q, given in condition)]


@pytest.mark.parametrize("seed", range(40))
def test_what_is_said_of_drawn_facts_is_so(seed: int) -> None:
    rng = random.Random(f"facts {seed}")
    for _ in range(25):
        condition: Condition = tuple((drawn(rng, 2), rng.random() < 0.5) for _ in range(3))
        asked: Atom = drawn(rng, 1), True
        worlds = agreeing(condition)
        assert not (worlds and contradict(condition)), condition
        known = decided(condition, asked)
        if known is not None:
            assert {holds(asked[0], world) for world in worlds} <= {known}, condition


@pytest.mark.parametrize(
    ("relation", "constant", "other", "limit"),
    [
        (operator.gt, 3, operator.lt, 3),
        (operator.gt, 3, operator.lt, 4),
        (operator.eq, "one", operator.eq, "two"),
        (operator.is_, None, TRUTH, None),
        (operator.eq, 2, operator.lt, 2),
    ],
)
def test_relations_to_constants(
    relation: object, constant: object, other: object, limit: object
) -> None:
    one = Leaf("one", SUBJECTS["mode"], relation, constant)  # type: ignore[arg-type]
    two = Leaf("two", SUBJECTS["mode"], other, limit)  # type: ignore[arg-type]
    possible = (operator.gt, 3, operator.lt, 4) == (relation, constant, other, limit)
    assert contradict(((one, True), (two, True))) != possible
    assert not contradict(((one, False), (two, True)))


def test_the_same_source_with_another_value_is_another_test() -> None:
    before, after = (Leaf("a", Subject("a", (Unknown("a"),))) for _ in range(2))
    assert before != after
    assert not contradict(((before, True), (after, False)))


def test_parts_follow_from_a_whole_and_a_whole_from_parts() -> None:
    a, b, c = map(truth, NAMES)
    two = Junction("a and b", True, [(a, True), (b, True)])
    three = Junction("a and b and c", True, [(two, True), (c, True)])
    assert decided(((three, True),), (two, True)) is True
    assert decided(((two, False),), (three, True)) is False
    assert decided(((two, True), (three, False)), (c, True)) is False
    assert decided(((two, True),), (three, True)) is None
    assert contradict(((two, True), (c, True), (three, False)))
