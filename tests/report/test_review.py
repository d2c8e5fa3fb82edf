"""`--interactive` on a pseudo terminal, as a person sees it."""

from __future__ import annotations

import os
import pty
import select
import sys
import time
from pathlib import Path

import pytest

from tests.cli.test_main import FIXED, REFUSED, WRONG, run

POOLED = FIXED.replace("Flatten()", "GlobalAveragePooling2D()")


def talk(arguments: list[str], answers: list[str]) -> tuple[int, str]:
    """Run kfix on a terminal and types an answer at each question.

    Its exit status and all that it printed.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "dumb"
        os.execv(sys.executable, [sys.executable, "-m", "kfix", *arguments])
    shown = ""
    waiting = list(answers)
    asked = 0
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            data = os.read(terminal, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data.decode()
        if shown.count("]? ") > asked and waiting:
            asked += 1
            os.write(terminal, (waiting.pop(0) + "\n").encode())
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert not waiting, shown
    return os.waitstatus_to_exitcode(status), shown


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_text(with_target(WRONG))
    two.write_text(REFUSED)
    return one, two


def with_target(text: str) -> str:
    return text.replace("model = ", "# kfix: target=10\nmodel = ")


def test_yes_to_all_of_them(files: tuple[Path, Path]) -> None:
    one, two = files
    status, shown = talk(["--interactive", str(one), str(two)], ["y", "y"])
    assert status == 0, shown
    assert one.read_text() == with_target(FIXED)
    assert "return_sequences=True" in two.read_text()
    assert "KFX101" in shown
    assert "+    layers.Flatten()," in shown
    assert "GlobalAveragePooling2D" in shown


def test_no_and_the_number_of_another(files: tuple[Path, Path]) -> None:
    one, two = files
    status, shown = talk(["--interactive", str(one), str(two)], ["2", "n"])
    assert status == 1, shown
    assert one.read_text() == with_target(POOLED)
    assert two.read_text() == REFUSED


def test_help_then_end_writes_what_was_chosen(files: tuple[Path, Path]) -> None:
    one, two = files
    status, shown = talk(["--interactive", str(one), str(two)], ["?", "e"])
    assert status == 1, shown
    assert "ask about no further model" in shown
    assert one.read_text() == with_target(WRONG)
    assert two.read_text() == REFUSED


def test_all_asks_no_more(files: tuple[Path, Path]) -> None:
    one, two = files
    status, shown = talk(["--interactive", str(one), str(two)], ["a"])
    assert status == 0, shown
    assert one.read_text() == with_target(FIXED)
    assert "return_sequences=True" in two.read_text()


def test_without_a_terminal_it_says_so(files: tuple[Path, Path]) -> None:
    result = run("--interactive", files[0])
    assert result.exit_code == 2
    assert "needs a terminal" in result.stderr
    assert files[0].read_text() == with_target(WRONG)


@pytest.mark.parametrize(
    "other", ["--check", "--dry-run", "--summary", "--output-format=json", "--pick=1"]
)
def test_it_goes_with_no_other_mode(files: tuple[Path, Path], other: str) -> None:
    assert run("--interactive", files[0], other).exit_code == 2
