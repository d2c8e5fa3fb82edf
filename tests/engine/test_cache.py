"""Results of earlier runs are used where all that they depend on is as it was, and nowhere else."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kfix.engine import session as session_module
from kfix.engine.cache import open_cache
from kfix.engine.results import FileResult
from kfix.engine.session import Session
from kfix.engine.settings import Settings
from kfix.project import sealed_folder
from kfix.project.boundary import Boundary
from kfix.project.project import Project

MODULE = """\
from keras import layers

def block():
    return layers.Dense(32)
"""
PROGRAM = """\
from keras import Input, Sequential, layers
from nets.part import block

model = Sequential([Input(shape=(10, 8)), block(), layers.LSTM(8), layers.LSTM(16)])
old = Sequential([Input(shape=(8,)), layers.Dense(16, init="normal")])
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "setup.cfg").write_text("")
    (tmp_path / "src" / "app").mkdir(parents=True)
    (tmp_path / "nets").mkdir()
    (tmp_path / "src" / "setup.py").write_text("")
    (tmp_path / "src" / "nets").mkdir()
    (tmp_path / "src" / "nets" / "part.py").write_text(MODULE)
    (tmp_path / "src" / "app" / "m.py").write_text(PROGRAM)
    return tmp_path / "src"


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the paths of the files that the cache has not answered, as they come."""
    found: list[str] = []

    def run_file(project: Project, path: str, settings: Settings) -> FileResult:
        found.append(path)
        return original(project, path, settings)

    original = session_module.run_file
    monkeypatch.setattr(session_module, "run_file", run_file)
    return found


def run(folder: Path, settings: Settings | None = None, whole: bool = False) -> FileResult:
    boundary = Boundary([str(folder)])
    session = Session(boundary=boundary, cache=open_cache(boundary, whole))
    return session.run(str(folder / "app" / "m.py"), settings or Settings(search=False))


def codes(result: FileResult) -> list[str]:
    return [found.finding.code for model in result.models for found in model.findings]


def test_a_second_run_reads_nothing(folder: Path, runs: list[str]) -> None:
    first, second = run(folder), run(folder)
    assert len(runs) == 1
    assert codes(first) == codes(second) != []
    assert second.data == first.data
    assert [found.place for model in first.models for found in model.findings] == [
        found.place for model in second.models for found in model.findings
    ]


def nearer(folder: Path) -> None:
    (folder / "app" / "nets").mkdir()
    (folder / "app" / "nets" / "part.py").write_text(MODULE.replace("32", "16"))


CHANGES: dict[str, Callable[[Path], object]] = {
    "the program": lambda folder: (folder / "app" / "m.py").write_text(PROGRAM + "\n"),
    "a module": lambda folder: (folder / "nets" / "part.py").write_text(MODULE + "\n"),
    "a module that is gone": lambda folder: (folder / "nets" / "part.py").unlink(),
    "a module that is nearer": nearer,
    "a requirement": lambda folder: (folder / "requirements.txt").write_text("keras<3\n"),
    "the key": lambda _: Path(sealed_folder.key_path() or "").unlink(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_it_depends_on_has_changed(
    folder: Path, runs: list[str], change: Callable[[Path], object]
) -> None:
    run(folder)
    change(folder)
    run(folder)
    assert len(runs) == 2


@pytest.mark.parametrize(
    "settings",
    [
        Settings(search=False, keras=2),
        Settings(search=False, ignore=("KFX1",)),
        Settings(search=False, prefer="pool"),
        Settings(search=False, unused_ignores=True),
        Settings(search=False, only=frozenset({"a"})),
    ],
    ids=str,
)
def test_other_options_are_another_question(
    folder: Path, runs: list[str], settings: Settings
) -> None:
    run(folder)
    run(folder, settings)
    assert len(runs) == 2
    run(folder, settings)
    run(folder)
    assert len(runs) == 2


def test_another_state_of_kfix_is_another_question(
    folder: Path, runs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(folder)
    monkeypatch.setattr("kfix.engine.cache._generation", lambda: "0" * 16)
    run(folder)
    assert len(runs) == 2
    assert [path.name for path in (folder / ".kfix_cache").iterdir() if path.is_dir()] == ["0" * 16]


def test_reports_of_all_layers_have_entries_of_their_own(folder: Path, runs: list[str]) -> None:
    run(folder)
    run(folder, whole=True)
    assert len(runs) == 2


def test_a_result_with_repairs_is_not_kept(folder: Path, runs: list[str]) -> None:
    for unsafe in (False, True):
        for _ in range(2):
            result = run(folder, Settings(unsafe=unsafe))
            assert any(model.repairs for model in result.models)
    assert len(runs) == 4
    assert not (folder / ".kfix_cache").exists()


def test_a_broken_entry_is_dropped(folder: Path, runs: list[str]) -> None:
    run(folder)
    boundary = Boundary([str(folder)])
    cache = open_cache(boundary, False)
    assert cache is not None
    sealed = cache._folder(str(folder / "app" / "m.py"))
    assert sealed is not None
    name = cache._name(str(folder / "app" / "m.py"), Settings(search=False))
    entry = sealed.read(name)
    assert entry is not None
    table = json.loads(entry)
    for broken in (b"", b"{", b"[]", b"null", json.dumps({**table, "rows": []}).encode()):
        before = len(runs)
        sealed.write(name, broken)
        assert codes(run(folder)) != []
        assert len(runs) == before + 1
    run(folder)
    assert len(runs) == before + 1


def test_a_forged_entry_changes_nothing(folder: Path, runs: list[str]) -> None:
    """What a repository brings along was sealed with the key of somebody else."""
    run(folder)
    key = Path(sealed_folder.key_path() or "")
    for path in (folder / ".kfix_cache").glob("*/*"):
        entry = path.read_bytes().partition(b"\n")[2]
        forged = json.loads(entry)
        path.write_bytes(b"0" * 64 + b"\n" + json.dumps(forged).replace("KFX", "XFK").encode())
    expected = codes(run(folder))
    assert len(runs) == 2
    assert expected != []
    key.unlink()
    assert codes(run(folder)) == expected
    assert len(runs) == 3


def test_a_key_inside_the_tree_is_none(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    name = "LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME"
    monkeypatch.setenv(name, str(folder / "cache"))
    assert open_cache(Boundary([str(folder)]), False) is None
    assert not (folder / "cache").exists()


def test_a_file_outside_of_any_project_has_no_cache(tmp_path: Path, runs: list[str]) -> None:
    path = tmp_path / "m.py"
    path.write_text(PROGRAM)
    boundary = Boundary([str(path)])
    for _ in range(2):
        Session(boundary=boundary, cache=open_cache(boundary, False)).run(str(path), Settings())
    assert len(runs) == 2
    assert os.listdir(tmp_path) == ["m.py"]
