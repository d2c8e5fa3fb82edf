"""Outputs against the targets that they have."""

from __future__ import annotations

import pytest

from kfix.checks.targets import Compared
from kfix.model.graph import Shapes
from kfix.model.target import Target
from kfix.model.unknown import Unknown

OPEN = Unknown("a parameter")
TEN = Target((10,))


@pytest.mark.parametrize(
    ("output", "is_met", "is_missed", "may_be_met"),
    [
        ((None, 10), True, False, True),
        ((None, 9), False, True, False),
        ((None, 5, 10), False, True, False),
        ((None, OPEN), False, True, True),
        (OPEN, False, False, True),
        (None, False, False, None),
    ],
)
def test_an_output_is_met_missed_or_unknown(
    output: Shapes | None, is_met: bool, is_missed: bool, may_be_met: bool | None
) -> None:
    compared = Compared(0, TEN, TEN, output)
    assert (compared.is_met, compared.is_missed) == (is_met, is_missed)
    assert compared.may_be_met is may_be_met


def test_nothing_is_known_of_a_target_that_is_the_unknown_input() -> None:
    compared = Compared(0, Target((), same_as_input=True), None, (None, 10))
    assert not compared.is_met
    assert not compared.is_missed
    assert compared.may_be_met is None
