"""What a step says of itself, and walks over steps."""

from __future__ import annotations

import pytest

from kfix.shapes import Tracer
from kfix.shapes.step import Step, nearest
from kfix.shapes.view import View
from tests.repair.building import Builder


def steps_of(*layers: str) -> list[Step]:
    model = Builder().chain(*layers)
    return View(model, Tracer().trace(model)).steps


@pytest.mark.parametrize(
    ("layer", "last", "every"),
    [
        ("LSTM(4)", True, False),
        ("Bidirectional(LSTM(4, return_sequences=True))", False, True),
        ("Dense(4)", False, False),
    ],
)
def test_what_a_recurrent_layer_returns(layer: str, last: bool, every: bool) -> None:
    step = steps_of("Input((8, 3))", layer)[-1]
    assert (step.returns_last, step.returns_all) == (last, every)


def test_ranks() -> None:
    step = steps_of("Input((8, 8, 3))", "Flatten()")[-1]
    assert (step.rank_in, step.rank_out) == (4, 2)
    refused = steps_of("Input((8, 3))", "Conv2D(4, 3)")[-1]
    assert (refused.rank_in, refused.rank_out, refused.rank_taken) == (3, 0, 4)


def test_the_nearest_step_is_found_behind_those_that_may_be_passed() -> None:
    steps = steps_of("Input((8, 3))", "LSTM(4)", "Dropout(0.5)", "Dense(2)", "Dropout(0.5)")
    back = list(reversed(steps))
    assert nearest(back, lambda step: step.is_dense) is steps[3]
    assert nearest(back, lambda step: step.is_recurrent) is None
    assert nearest(back, lambda step: step.is_recurrent, lambda step: step.in_head) is steps[1]
