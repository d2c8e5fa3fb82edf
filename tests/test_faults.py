"""Every fault in every form, before and after in real Keras: kfix's first choice, and the runner-up
beside it.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.engine.results import FileResult, ModelResult, Proven
from tests import real_keras
from tests.faults import DEFAULT, FAULTS, FORMS, NOTED, RIGHT, Fault, Form

FOLDER = Path(__file__).parent.parent / "fixtures"

BROKEN = [
    pytest.param(name, form, id=f"{name}-{form}")
    for name, fault in FAULTS.items()
    for form, cell in fault.forms.items()
    if isinstance(cell, Form)
]
STATED = [
    pytest.param(name, form, id=f"{name}-{form}")
    for name, noted in NOTED.items()
    for form, cell in noted.forms.items()
    if isinstance(cell, Form)
]
UNTOUCHED = [
    pytest.param(name, form, id=f"{name}-{form}")
    for name, right in RIGHT.items()
    for form in right.forms
]


def file(name: str, form: str) -> Path:
    return FOLDER / name / f"{form}{'.ipynb' if form.startswith('notebook') else '.py'}"


def cell(name: str, form: str) -> Form:
    found = FAULTS[name].forms[form]
    assert isinstance(found, Form)
    return found


def run(path: Path, settings: Settings) -> tuple[FileResult, ModelResult]:
    """Return what becomes of a program, and of its one outermost model."""
    result = run_file(Project(), str(path), settings)
    assert result.error is None
    (outcome,) = (outcome for outcome in result.models if not outcome.nested)
    return result, outcome


def words(proven: Proven) -> str:
    """Return a repair as the table has it: without lines and without the names of layers."""
    if proven.advice:
        return f"advice: {proven.repair.why}"
    text = "; ".join(edit.text for edit in proven.edits)
    text = re.sub(r" \((?:line|lines|cell) [^)]*\)", "", text)
    text = re.sub(r"\b(?:(?:tf|K)\.)?(?:keras\.)?(?:layers|tfl|L)\.|\bkeras\.(?=[A-Z])", "", text)
    return text.replace('"', "'")


def says(pattern: str, proven: Proven) -> bool:
    return re.fullmatch(re.escape(pattern).replace("…", ".*"), words(proven)) is not None


def edits(fault: Fault, form: Form) -> tuple[str, str | None]:
    first = fault.first if form.first == DEFAULT else form.first
    return first, fault.runner_up if form.runner_up == DEFAULT else form.runner_up


def test_every_fault_has_every_form_or_says_why_not() -> None:
    assert all(tuple(fault.forms) == FORMS for fault in (*FAULTS.values(), *NOTED.values()))
    assert sorted(fault.row for fault in (*FAULTS.values(), *NOTED.values())) == list(range(1, 32))
    assert all(tuple(right.forms) == FORMS for right in RIGHT.values())


def test_every_program_is_in_the_table() -> None:
    there = {
        str(path.relative_to(FOLDER))
        for path in FOLDER.glob("*/*")
        if path.parent.name != "several"
    }
    broken = {str(file(*one.values).relative_to(FOLDER)) for one in BROKEN}
    fixed = {re.sub(r"\.(py|ipynb)$", r".fixed.\1", path) for path in broken}
    assert there == broken | fixed | {
        str(file(*one.values).relative_to(FOLDER)) for one in (*STATED, *UNTOUCHED)
    }


@pytest.mark.parametrize(("name", "form"), BROKEN)
def test_keras_before_and_after(name: str, form: str) -> None:
    one = cell(name, form)
    before = real_keras.build(real_keras.program(file(name, form)), one.model, one.given)
    after = real_keras.build(real_keras.program(file(name, f"{form}.fixed")), one.model, one.given)
    assert (before.shape, after.shape) == (one.before, one.after), (before, after)


@pytest.mark.parametrize(("name", "form"), BROKEN)
def test_the_first_choice_is_made(name: str, form: str) -> None:
    one, path = cell(name, form), file(name, form)
    result, outcome = run(path, Settings(target=one.target, pick=one.pick))
    first, runner_up = edits(FAULTS[name], one)
    assert says(first, outcome.repairs[0]), words(outcome.repairs[0])
    assert set(result.files) == {str(path)}
    assert result.files[str(path)] == file(name, f"{form}.fixed").read_bytes()
    shown = [words(repair) for repair in outcome.repairs[1:]]
    assert runner_up is None or any(says(runner_up, repair) for repair in outcome.repairs[1:]), (
        shown
    )


@pytest.mark.parametrize(("name", "form"), BROKEN)
def test_the_runner_up_builds(name: str, form: str) -> None:
    one, path = cell(name, form), file(name, form)
    _, runner_up = edits(FAULTS[name], one)
    if runner_up is None or runner_up.startswith("advice"):
        return
    _, outcome = run(path, Settings(target=one.target))
    number = next(
        at for at, repair in enumerate(outcome.repairs, 1) if at > 1 and says(runner_up, repair)
    )
    result, _ = run(path, Settings(target=one.target, pick=number))
    built = real_keras.build(
        real_keras.program(path, result.files[str(path)]), one.model, one.given
    )
    assert built.shape == one.after, built


@pytest.mark.parametrize(("name", "form"), BROKEN)
def test_what_is_repaired_stays(name: str, form: str) -> None:
    result, outcome = run(file(name, f"{form}.fixed"), Settings(target=cell(name, form).target))
    assert not result.files
    assert not [found for found in outcome.findings if found.finding.severity == "error"]


@pytest.mark.parametrize(("name", "form"), BROKEN)
def test_what_nobody_has_to_fix_is_asked_for(name: str, form: str) -> None:
    one = cell(name, form)
    if one.pick is not None:
        assert not run(file(name, form), Settings(target=one.target))[0].files


@pytest.mark.parametrize(("name", "form"), STATED)
def test_what_is_only_described(name: str, form: str) -> None:
    one = NOTED[name].forms[form]
    assert isinstance(one, Form)
    built = real_keras.build(real_keras.program(file(name, form)), one.model)
    result, outcome = run(file(name, form), Settings())
    assert built.shape == one.before
    assert outcome.trace.outputs == [built.shape]
    assert NOTED[name].code in {found.finding.code for found in outcome.findings}
    assert not result.files


@pytest.mark.parametrize(("name", "form"), UNTOUCHED)
def test_what_is_right_stays(name: str, form: str) -> None:
    one = RIGHT[name].forms[form]
    built = real_keras.build(real_keras.program(file(name, form)), one.model)
    result, outcome = run(file(name, form), Settings())
    assert built.shape == one.before
    assert outcome.trace.outputs == [built.shape]
    assert not result.files
    assert not outcome.repairs
    assert not [found for found in outcome.findings if found.finding.severity != "note"]
