"""What a run of kfix found and did."""

from __future__ import annotations

from kfix.engine.pipeline import run_file
from kfix.engine.reading import read
from kfix.engine.results import FileResult, any_fails
from kfix.engine.settings import Settings
from kfix.model.record import replace
from kfix.project.project import Project

ON_A_MAP = b"""\
from keras import Sequential, layers

net = Sequential([
    layers.Input((10, 10, 3)),
    layers.Conv2D(6, 3),
    layers.Dense(4),
])
other = Sequential([layers.Input((4,)), layers.Dense(3)])
"""


def run(**settings: object) -> FileResult:
    given = replace(Settings(target="4", model="net"), **settings)
    return run_file(Project({"net.py": ON_A_MAP}), "net.py", given)


def test_errors_are_left_until_they_are_fixed() -> None:
    [found] = run(search=False).models
    assert found.left == 1
    assert any_fails(found.findings)
    assert [one.finding.code for one in found.problems] == ["KFX101"]
    [fixed] = run().models
    assert fixed.left == 0
    assert fixed.applied in fixed.choices


def test_a_target_has_a_weight() -> None:
    [model] = run().models
    assert model.weight == "declared"
    assert model.target is model.wanted[0]
    assert {
        one.weight for one in run_file(Project({"n.py": ON_A_MAP}), "n.py", Settings()).models
    } == {""}


def test_the_findings_of_a_file_are_those_of_its_models() -> None:
    result = run()
    assert list(result.findings) == result.models[0].findings
    assert result.changed
    assert not run(search=False).changed


def test_a_reading_finds_the_trace_of_a_model() -> None:
    reading = read(Project({"net.py": ON_A_MAP}), "net.py", Settings())
    first, second = reading.groups
    assert list(reading.traces) == [*first.traces, *second.traces]
    assert reading.traces_of(second.models[0].uid) == second.traces
    assert reading.traces_of(-7) == []
    assert first.uids.isdisjoint(second.uids)
    assert first.outermost
    assert not first.refused
