"""The generator of random programs: seeded, of the size that it promises, broken where it says."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.project.project import Project
from scripts.random_graphs import graph, inputs_of


@pytest.mark.parametrize("seed", range(12))
def test_a_program_of_a_seed(seed: int) -> None:
    made = graph(seed)
    assert made == graph(seed)
    assert 5 <= made.layers <= 80
    assert 1 <= made.faults <= 3
    assert inputs_of(made.right) == inputs_of(made.broken) != []
    changed = [a != b for a, b in zip(made.right.split("\n"), made.broken.split("\n"), strict=True)]
    assert 1 <= sum(changed) <= made.faults


@pytest.mark.parametrize("seed", range(12))
def test_a_right_program_is_left_alone(seed: int) -> None:
    made = graph(seed)
    result = run_file(Project({"m.py": made.right.encode()}), "m.py", Settings(target="3"))
    assert result.error is None
    assert result.files == {}
    assert result.models[0].traces[0].outputs == [(None, 3)]


@pytest.mark.parametrize("seed", range(12))
def test_a_broken_program_builds_after_the_repair(seed: int) -> None:
    made = graph(seed)
    settings = Settings(target="3", unsafe=True)
    result = run_file(Project({"m.py": made.broken.encode()}), "m.py", settings)
    applied = result.models[0].applied
    if applied is None:  # a fault that Keras takes, and the output is right all the same
        assert result.models[0].left == 0
        return
    assert applied.traces[0].outputs == [(None, 3)]
    assert inputs_of(result.files["m.py"].decode()) == inputs_of(made.broken)
    assert len(applied.edits) <= made.faults + 1
