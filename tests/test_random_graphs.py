"""The generator of random programs: seeded, of the size that it promises, broken where it says."""

from __future__ import annotations

import ast

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.project.project import Project
from scripts.random_graphs import graph, inputs_of, repaired

SEEDS = range(12)
CLASSES = [(None, 3)]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_program_of_a_seed(seed: int) -> None:
    made = graph(seed)
    assert made == graph(seed)
    assert 3 <= made.layers <= 120
    assert 1 <= made.faults <= 3
    assert ast.dump(ast.parse(made.right)) != ast.dump(ast.parse(made.broken))
    alike = inputs_of(made.right) == inputs_of(made.broken)
    assert alike == ("input" not in made.kinds)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_right_program_is_left_alone(seed: int) -> None:
    made = graph(seed)
    settings = Settings(target=made.settings.target)
    result = run_file(Project({"m.py": made.right.encode()}), "m.py", settings)
    assert result.error is None
    assert result.files == {}
    assert result.models[-1].traces[0].outputs == CLASSES


@pytest.mark.parametrize("seed", SEEDS)
def test_a_broken_program_builds_after_the_repair(seed: int) -> None:
    made = graph(seed)
    text, result, _ = repaired(made)
    assert result.error is None
    assert not sum(outcome.left for outcome in result.models)
    if "input" not in made.kinds:
        assert inputs_of(text) == inputs_of(made.broken)


def test_there_are_about_as_many_edits_as_faults() -> None:
    more = 0
    for made in map(graph, SEEDS):
        applied = [
            outcome.applied for outcome in repaired(made)[1].models if outcome.applied is not None
        ]
        more += sum(len(one.edits) for one in applied) - made.faults
    assert more <= len(SEEDS)
