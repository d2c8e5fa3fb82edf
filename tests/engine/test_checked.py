"""What becomes of a model: it is repaired, waits for another, or is only reported."""

from __future__ import annotations

import pytest

from kfix.engine.checked import Checked, Fate
from kfix.engine.description import describe
from kfix.engine.diagnosis import expectations_of_group, findings
from kfix.engine.reading import read
from kfix.engine.settings import Settings
from kfix.engine.suppressions import Suppressions
from kfix.model.record import replace
from kfix.project.project import Project

HEAD = "from keras import Sequential, layers\n"
RIGHT = "net = Sequential([layers.Input((4,)), layers.Dense(3)])\n"
WRONG = "net = Sequential([layers.Input((4,)), layers.Conv2D(3, 3)])"


def fate(text: str, **given: object) -> Fate:
    project, settings = Project({"net.py": (HEAD + text).encode()}), replace(Settings(), **given)
    reading = read(project, "net.py", settings)
    group = reading.groups[0]
    expectations = expectations_of_group(group, reading)
    model = describe(group, reading.program)
    model.findings = findings(group, reading.program, {}, expectations, settings)
    suppressions = Suppressions(project)
    hidden = [found for found in model.findings if suppressions.hides(found)]
    return Checked(group, reading, model, expectations, settings, hidden).fate


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (RIGHT, Fate.WAITS),
        (WRONG, Fate.REPAIRED),
        (f"{WRONG}  # kfix: ignore\n", Fate.SUPPRESSED),
    ],
)
def test_a_model_with_a_fault_is_repaired(text: str, expected: Fate) -> None:
    assert fate(text) is expected


def test_nothing_is_repaired_where_no_search_is_asked_for() -> None:
    assert fate(WRONG, search=False) is Fate.WAITS


def test_a_part_of_another_model_waits_for_it() -> None:
    assert fate(f"{WRONG}\nouter = Sequential([layers.Input((4,)), net])\n") is Fate.WAITS
