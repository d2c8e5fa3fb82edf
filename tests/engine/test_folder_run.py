"""Several files in worker processes have the results that one process gives."""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
from pathlib import Path

import pytest

from kfix.engine import folder_run, session
from kfix.engine.folder_run import Task, jobs_for, run_all
from kfix.engine.results import FileResult
from kfix.engine.session import Session
from kfix.engine.settings import Settings
from kfix.project.project import Project
from kfix.report.formats import Run, render
from kfix.verify.trouble import NoKeras
from kfix.verify.verifier import Verifier

MODULE = """\
from keras import layers

def block():
    return layers.LSTM(32)
"""
PROGRAM = """\
from keras import Input, Sequential, layers
from part import block

model = Sequential([Input(shape=(10, 8)), block(), layers.LSTM({units})])
"""
ALONE = """\
from keras import Input, Sequential, layers

model = Sequential([Input(shape=(10, 8)), layers.LSTM(32), layers.LSTM({units})])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "setup.cfg").write_text("")
    (tmp_path / "part.py").write_text(MODULE)
    for number in range(4):
        (tmp_path / f"alone{number}.py").write_text(ALONE.format(units=16 + number))
        (tmp_path / f"program{number}.py").write_text(PROGRAM.format(units=16 + number))
    return tmp_path


def results(folder: Path, jobs: int, settings: Settings) -> list[FileResult]:
    tasks = [Task(str(path), settings, {}) for path in sorted(folder.glob("*.py"))]
    return list(run_all(Session(), tasks, jobs))


@pytest.mark.parametrize("jobs", [1, 2, 5])
@pytest.mark.parametrize("search", [False, True])
def test_workers_give_what_one_process_gives(folder: Path, jobs: int, search: bool) -> None:
    expected = results(folder, 0, Settings(search=search))
    found = results(folder, jobs, Settings(search=search))
    assert render("json", Run(found, search, None)) == render("json", Run(expected, search, None))
    assert [result.files for result in found] == [result.files for result in expected]
    assert [result.originals for result in found] == [result.originals for result in expected]
    # The repair of program0.py is one of part.py, and serves the other programs, too.
    assert sum(str(folder / "part.py") in result.files for result in found) == search


def test_a_file_that_kills_its_process_costs_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run_file(project: Project, path: str, settings: Settings) -> FileResult:
        if path.endswith("alone2.py"):
            faulthandler.disable()  # pytest would print where the process was
            signal.raise_signal(signal.SIGSEGV)
        return original(project, path, settings)

    original = session.run_file
    monkeypatch.setattr(session, "run_file", run_file)
    found = results(folder, 2, Settings())
    errors = {os.path.basename(result.path): result.error for result in found if result.error}
    assert errors == {
        "alone2.py": f"{folder / 'alone2.py'}: a fault of kfix itself (SIGSEGV)",
    }
    assert sum(bool(result.files) for result in found) == 4


def test_what_cannot_leave_its_process_is_run_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = os.getpid()

    def run_file(project: Project, path: str, settings: Settings) -> FileResult:
        result = original(project, path, settings)
        if os.getpid() != here:
            result.notes.append(lambda: None)  # type: ignore[arg-type]
        return result

    original = session.run_file
    monkeypatch.setattr(session, "run_file", run_file)
    found = results(folder, 2, Settings())
    assert not any(result.error or result.notes for result in found)


def test_what_needs_this_process_is_run_in_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def verify(traces: object) -> None:
        asked.append(os.getpid())

    asked: list[int] = []
    results(folder, 2, Settings(verify=verify))
    assert set(asked) == {os.getpid()}
    monkeypatch.setenv("KFIX_DEBUG", "1")
    monkeypatch.setattr(folder_run, "_Order", None)
    assert len(results(folder, 2, Settings())) == 9


def test_one_process_reads_few_files_and_each_core_many() -> None:
    assert jobs_for(49) == 1
    assert jobs_for(50) == len(os.sched_getaffinity(0))


def test_without_keras_the_files_that_need_none_are_done(folder: Path) -> None:
    def verify(traces: object) -> None:
        raise NoKeras("no Keras in python: install it")

    (folder / "right.py").write_text(ALONE.format(units=16).replace("LSTM(32), ", ""))
    found = results(folder, 2, Settings(verify=verify))
    models = {
        os.path.basename(result.path): [(model.left, model.remarks) for model in result.models]
        for result in found
    }
    assert models["right.py"] == [(0, [])]
    assert models["alone0.py"] == [(1, ["not verified; nothing is written"])]
    assert {result.error for result in found} == {None, "no Keras in python: install it"}
    assert not any(result.files for result in found)


def test_the_missing_keras_is_asked_for_once(tmp_path: Path) -> None:
    verifier = Verifier(str(tmp_path / "python"))
    (tmp_path / "m.py").write_text(ALONE.format(units=16))
    result = Session().run(str(tmp_path / "m.py"), Settings())
    for _ in range(2):
        with pytest.raises(NoKeras, match="cannot start"):
            verifier(result.models[0].traces)
        verifier.python = sys.executable  # not tried any more
