"""What kfix does not know, and why."""

from __future__ import annotations

import pytest

from kfix.model.unknown import (
    Unknown,
    UnknownUsed,
    all_integers,
    any_unknown,
    as_unknown,
    require_known,
)

WIDTH = Unknown("`n` is a parameter", because=Unknown("nothing calls `build`"))


def test_an_unknown_stays_itself_in_arithmetic() -> None:
    assert 2 * WIDTH + 1 is WIDTH
    assert -WIDTH // 3 is WIDTH


def test_a_question_that_an_unknown_cannot_answer_raises() -> None:
    with pytest.raises(UnknownUsed) as raised:
        bool(WIDTH > 3)
    assert raised.value.unknown is WIDTH


def test_the_reasons_are_in_order() -> None:
    assert [link.why for link in WIDTH.chain()] == ["`n` is a parameter", "nothing calls `build`"]


def test_dims_that_are_known() -> None:
    assert all_integers((3, 4))
    assert not all_integers((3, None))
    assert any_unknown((None, 3, WIDTH))
    assert not any_unknown((None, 3))


def test_a_known_value_is_handed_on() -> None:
    assert require_known(3) == 3
    assert as_unknown(WIDTH, "other") is WIDTH
    assert as_unknown(3, "other").why == "other"
