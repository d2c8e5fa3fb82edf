"""The line that a terminal shows while many files are read."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kfix.cli import progress
from kfix.cli.progress import Progress
from kfix.engine.results import FileResult


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Make standard error a terminal; no fixture, for pytest sets standard error after those."""
    stream = Terminal()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(progress, "_DELAY", 0.0)
    monkeypatch.setattr(progress, "_PAUSE", 0.0)
    return stream


def test_it_counts_and_is_gone_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = terminal(monkeypatch)
    line = Progress(True)
    line.update([FileResult("a.py")])
    line.update([FileResult("a.py"), FileResult("b.py")])
    line.end()
    first, second, blank, end = shown.getvalue().split("\r")[1:]
    assert first.startswith("1 files, 0 models, 0 errors")
    assert second.startswith("2 files, 0 models, 0 errors")
    assert blank.strip() == end == ""
    assert len(blank) == len(second)


def test_it_is_not_shown_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = terminal(monkeypatch)
    line = Progress(False)
    line.update([FileResult("a.py")])
    line.end()
    assert shown.getvalue() == ""


def test_it_is_not_shown_where_there_is_no_terminal(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"m{number}.py").write_text("import keras\n")
    code = (
        "from kfix.cli import progress; progress._DELAY = 0; from kfix.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", code, "--check", "."],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == "60 files, 0 models: no findings\n"
