"""Which of the proven repairs of a model is applied."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.engine.results import ModelResult
from kfix.model.record import replace
from kfix.project.project import Project

ON_A_MAP = b"""\
from keras import Sequential, layers

net = Sequential([
    layers.Input((10, 10, 3)),
    layers.Conv2D(6, 3),
    layers.Dense(4),
])
"""

SUGGESTED = ON_A_MAP.replace(b"Dense(4)", b"Dense(4, activation='softmax')")


def chosen(text: bytes, **settings: object) -> ModelResult:
    [model] = run_file(Project({"net.py": text}), "net.py", replace(Settings(), **settings)).models
    return model


def test_the_first_repair_of_a_declared_target_is_applied() -> None:
    model = chosen(ON_A_MAP, target="4")
    assert model.applied is model.repairs[0]
    assert model.applied.traces[0].outputs == [(None, 4)]


@pytest.mark.parametrize("number", [1, 2])
def test_pick_applies_the_repair_of_that_number(number: int) -> None:
    model = chosen(ON_A_MAP, target="4", pick=number)
    assert model.applied is model.repairs[number - 1]


def test_pick_of_a_number_that_there_is_not_is_misuse() -> None:
    result = run_file(Project({"net.py": ON_A_MAP}), "net.py", Settings(target="4", pick=9))
    assert result.error is not None
    assert not result.changed


def test_a_suggested_target_needs_a_person() -> None:
    shown = chosen(SUGGESTED)
    assert shown.repairs
    assert shown.applied is None
    assert chosen(SUGGESTED, unsafe=True).applied is not None


def test_a_review_decides() -> None:
    assert chosen(ON_A_MAP, target="4", review=lambda model: None).applied is None
    second = chosen(ON_A_MAP, target="4", review=lambda model: 1)
    assert second.applied is second.repairs[1]
