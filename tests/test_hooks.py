"""The hooks and the action that other projects use."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.cli.test_main import WRONG

ROOT = Path(__file__).parents[1]
ACTION = (ROOT / "action.yml").read_text()


def test_the_hooks_fix_and_check() -> None:
    text = (ROOT / ".pre-commit-hooks.yaml").read_text()
    entries = dict(
        zip(re.findall(r"- id: (.+)", text), re.findall(r"entry: (.+)", text), strict=True)
    )
    assert entries == {"kfix": "kfix --", "kfix-check": "kfix --check --"}


@pytest.mark.skipif(shutil.which("bash") is None, reason="the action runs in bash")
def test_the_action_prints_annotations(tmp_path: Path) -> None:
    script = textwrap.dedent(ACTION.rpartition("run: |\n")[2])
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    command = bin_folder / "kfix"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m kfix "$@"\n')
    command.chmod(0o755)
    (tmp_path / "net.py").write_text(WRONG.replace("model = ", "# kfix: target=10\nmodel = "))
    environment = {
        **os.environ,
        "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "KFIX_PATHS": "net.py",
        "KFIX_OPTIONS": "--ignore KFX402",
    }
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert [line.partition(" ")[0] for line in done.stdout.splitlines()] == ["::error"]


def test_the_action_takes_its_inputs_through_the_environment() -> None:
    for script in re.findall(r"run: (?:\|\n(?:        .+\n)+|.+)", ACTION):
        assert "${{" not in script


@pytest.mark.skipif(shutil.which("pre-commit") is None, reason="pre-commit is not installed")
def test_pre_commit_runs_the_hook(tmp_path: Path) -> None:
    def git(*args: str) -> None:
        subprocess.run(["git", *args], cwd=tmp_path, check=True, capture_output=True)

    git("init", "-q")
    (tmp_path / "net.py").write_text(WRONG.replace("model = ", "# kfix: target=10\nmodel = "))
    git("add", ".")
    given = ["pre-commit", "try-repo", str(ROOT), "kfix-check", "--files", "net.py"]
    done = subprocess.run(given, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert "KFX101" in done.stdout
