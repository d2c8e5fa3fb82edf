"""Seeded programs: kfix refuses what Keras refuses, and nothing else."""

from __future__ import annotations

import pytest

from tests.calls.drawing import FAULTS
from tests.calls.feeding import draw_program
from tests.calls.judging import keras_refuses, kfix_refuses

PROGRAMS = 40
"""Programs of a run of the tests; `scripts/calls.py` asks about thousands."""


def test_every_fault_is_drawn() -> None:
    drawn = {draw_program(f"faults {number}").fault for number in range(1500)}
    assert drawn == {*FAULTS, "none"}


FIRST = 133
"""The number of the first of them."""


@pytest.mark.parametrize("part", range(2))
def test_seeded_programs_are_refused_as_keras_refuses_them(part: int) -> None:
    differing = []
    for number in range(part, PROGRAMS, 2):
        program = draw_program(f"0 {FIRST + number}")
        said = kfix_refuses(program.text)
        truth = keras_refuses(program.text, eager=True)
        if bool(truth) != bool(said):  # graphs have the last word
            truth = keras_refuses(program.text)
        if bool(truth) != bool(said):
            differing.append(f"{program.text}\nKeras: {truth}\nkfix: {said}")
    assert not differing, "\n\n".join(differing)
