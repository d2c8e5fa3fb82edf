"""Tables of facts: the first row whose facts hold decides."""

from __future__ import annotations

from kfix.model.deciding import Row, all_hold, decide

asked: list[str] = []


def is_even(number: int) -> bool:
    asked.append("even")
    return number % 2 == 0


def is_small(number: int) -> bool:
    asked.append("small")
    return number < 10


ROWS: tuple[Row[int, str], ...] = (
    Row((is_even, is_small), lambda number: f"{number} is even and small"),
    Row((is_even,), lambda number: f"{number} is even"),
)


def test_the_first_row_decides() -> None:
    assert decide(ROWS, 4) == "4 is even and small"
    assert decide(ROWS, 40) == "40 is even"


def test_nothing_follows_where_no_row_holds() -> None:
    assert decide(ROWS, 5) is None


def test_a_row_without_facts_always_holds() -> None:
    assert decide((*ROWS, Row((), str)), 5) == "5"


def test_no_fact_is_asked_behind_one_that_does_not_hold() -> None:
    asked.clear()
    assert not all_hold((is_even, is_small), 5)
    assert asked == ["even"]
