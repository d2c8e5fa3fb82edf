"""Weights of another model, which no edit of this one makes fit."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.project.project import Project
from tests.verdicts import text_of

PROGRAM = """
model = Sequential([Input((4,)), layers.Dense(8), layers.Dense(2)])
other = Sequential([Input((4,)), layers.Dense(6), layers.Dense(2)])
model.save_weights("a.weights.h5")
{call}
"""


@pytest.mark.parametrize(
    "call",
    [
        "other.set_weights(model.get_weights())",
        "other.load_weights('a.weights.h5')",
        "other.load_weights('./a.weights.h5', by_name=True)",
    ],
)
def test_weights_that_do_not_fit_are_reported_alone(call: str) -> None:
    program = text_of(PROGRAM.format(call=call))
    result = run_file(Project({"m.py": program.encode()}), "m.py", Settings())
    assert result.error is None
    codes = [found.finding.code for model in result.models for found in model.findings]
    assert codes == ["KFX613"]
    assert not result.files
