"""The two programs of every finding: kfix finds it in one alone, Keras accepts the other."""

from __future__ import annotations

import ast
import inspect

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.findings import Finding, all_findings
from kfix.project.project import Project
from kfix.report.explain import explain
from tests.verdicts import keras_refuses, text_of

FINDINGS = [pytest.param(cls, id=code) for code, cls in all_findings().items()]
ACCEPTED = {"KFX101", "KFX102", "KFX605", "KFX606", "KFX607"}
"""The findings, beside notes, of models that Keras takes, though not as they are meant."""


def codes(program: str) -> set[str]:
    """Return the codes of what kfix finds in a program."""
    project = Project({"m.py": text_of(program).encode()})
    result = run_file(project, "m.py", Settings(search=False))
    assert result.error is None
    return {found.finding.code for found in result.findings}


@pytest.mark.parametrize("cls", FINDINGS)
def test_the_finding_is_in_the_bad_program_alone(cls: type[Finding]) -> None:
    assert cls.code in codes(cls.bad)
    assert codes(cls.good) == set()


@pytest.mark.keras
@pytest.mark.parametrize("cls", FINDINGS)
def test_keras_accepts_the_good_program(cls: type[Finding]) -> None:
    assert keras_refuses(cls.good) is None
    accepts = cls.severity == "note" or cls.code in ACCEPTED
    assert (keras_refuses(cls.bad) is None) == accepts


@pytest.mark.parametrize("cls", FINDINGS)
def test_the_programs_are_shown_whole(cls: type[Finding]) -> None:
    for program in map(inspect.cleandoc, (cls.bad, cls.good)):
        ast.parse(program)
        lines = program.splitlines()
        assert all(lines)
        assert max(map(len, lines)) <= 76
        assert set(lines) <= {line.strip("\n")[4:] for line in explain(cls.code).splitlines()}
