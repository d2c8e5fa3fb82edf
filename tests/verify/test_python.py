"""Which interpreter is started: one that was typed, and none that the tree brings along."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from kfix.verify.python import interpreter
from kfix.verify.trouble import NoKeras


def nothing(_: str) -> bool:
    return False


@pytest.fixture
def command(tmp_path: Path) -> Path:
    path = tmp_path / "bin" / "my-python"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def test_without_a_word_it_is_this_one() -> None:
    assert interpreter(None, lambda _: True) == sys.executable


def test_an_absolute_path_is_taken(command: Path) -> None:
    assert interpreter(str(command), nothing) == str(command)


def test_a_name_is_looked_for_on_path(command: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(command.parent))
    assert interpreter("my-python", nothing) == str(command)
    with pytest.raises(NoKeras, match="no such command"):
        interpreter("other-python", nothing)


@pytest.mark.parametrize("folder", ["", ".", "bin"])
def test_relative_folders_of_path_are_left_out(
    command: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.chdir(command.parent if folder != "bin" else command.parent.parent)
    monkeypatch.setenv("PATH", folder)
    with pytest.raises(NoKeras, match="no such command"):
        interpreter("my-python", nothing)


@pytest.mark.parametrize(
    "given", ["bin/my-python", "./my-python", "..", ".", "", "C:python", "bin\\my-python"]
)
def test_a_relative_path_is_refused(given: str) -> None:
    with pytest.raises(NoKeras, match="absolute path"):
        interpreter(given, nothing)


def test_what_lies_in_the_tree_is_refused(command: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(command.parent))
    for given in (str(command), "my-python"):
        with pytest.raises(NoKeras, match="in the tree that is checked"):
            interpreter(given, lambda path: path == str(command))


def test_the_interpreter_that_runs_kfix_is_trusted_already() -> None:
    assert interpreter(os.path.abspath(sys.executable), lambda _: True) == os.path.abspath(
        sys.executable
    )
