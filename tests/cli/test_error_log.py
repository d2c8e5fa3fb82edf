"""`--error`: the log of a run, from a file or a pipe, with a program and alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kfix.cli.error_log import MOST_BYTES
from tests.cli.test_main import run
from tests.engine.test_evidence import LABELS, SPARSE


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "train.py"
    path.write_bytes(SPARSE)
    return path


def test_a_pipe_fixes_the_program(program: Path) -> None:
    found = run(program, "--error", "-", text=LABELS)
    assert found.exit_code == 0
    assert "evidence: line 7 of the log: ValueError: Arguments `target`" in found.stdout
    assert "known from the error, line 7 of the log" in found.stdout
    assert b'"sparse_categorical_crossentropy"' in program.read_bytes()


def test_a_file_fixes_the_program_and_the_end_of_a_large_one_is_read(program: Path) -> None:
    log = program.parent / "log.txt"
    log.write_bytes(b"a line of a log\n" * (MOST_BYTES // 10) + LABELS.encode())
    found = run(program, "--error", str(log), "--diff")
    assert '+model.compile("adam", "sparse_categorical_crossentropy")' in found.stdout


def test_in_a_folder_the_file_of_the_traceback_alone_is_reported(program: Path) -> None:
    (program.parent / "other.py").write_bytes(SPARSE)
    found = run(program.parent, "--error", "-", "--diff", text=LABELS)
    assert found.stdout.count("+model.compile") == 1
    assert "+++ b" in found.stdout
    assert "train.py" in found.stdout
    assert "names no line" not in found.stdout + found.stderr


def test_alone_it_explains(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    log.write_text(LABELS)
    found = run("--error", str(log))
    assert found.exit_code == 0
    assert "It means: The labels and the output" in found.stdout
    assert "Raised at: /home/me/train.py, line 10: model.fit(x, y)" in found.stdout
    assert "kfix --explain KFX602" in found.stdout
    entry = json.loads(run("--error", str(log), "--output-format", "json").stdout)["evidence"]
    assert (entry["name"], entry["log_line"]) == ("labels-rank", 7)
    none = run("--error", "-", text="nothing\n")
    assert (none.exit_code, none.stdout) == (1, "The log has no error that kfix can find.\n")


def test_a_log_that_cannot_be_read_and_two_uses_of_standard_input(program: Path) -> None:
    found = run(program, "--error", str(program.parent / "none.txt"))
    assert found.exit_code == 2
    assert "no such file" in found.stderr
    assert run(program, "--error", str(program.parent)).exit_code == 2
    assert run("-", "--error", "-", text=LABELS).exit_code == 2
    assert run().exit_code in (0, 2)


def test_what_steers_a_terminal_is_made_visible(tmp_path: Path) -> None:
    found = run(
        "--error",
        "-",
        text="ValueError: \x1b]0;title\x07 Shapes (None, 1) and (None, 2) are incompatible\n",
    )
    assert "\x1b]" not in found.stdout
    assert "\x07" not in found.stdout
