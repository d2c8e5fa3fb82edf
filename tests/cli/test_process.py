"""How the process ends: 1 says that an error is left in a program, and nothing else does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from kfix.cli.process import ended, finished, uninterrupted

WRONG = """\
from keras import Input, Sequential, layers

model = Sequential([Input(shape=(10, 8)), layers.LSTM(32), layers.LSTM(16)])
"""
KFIX = [sys.executable, "-P", "-m", "kfix"]


def ends(error: BaseException) -> int:
    @click.command()
    def command() -> None:
        sys.exit(finished(run))

    def run() -> int:
        raise error

    arguments, sys.argv = sys.argv, ["kfix"]
    try:
        return ended(command)
    finally:
        sys.argv = arguments


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (SystemExit(1), 1),
        (SystemExit(0), 0),
        (KeyboardInterrupt(), 130),
        (click.Abort(), 130),
        (click.UsageError("no such option"), 2),
        (KeyError("x"), 2),
        (RecursionError(), 2),
        (MemoryError(), 2),
        (BrokenPipeError(32, "Broken pipe"), 2),
        (UnicodeEncodeError("ascii", "x", 0, 1, "no"), 2),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_status_says_how_it_ended(
    error: BaseException, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ends(error) == status
    outcome = capsys.readouterr().err
    assert "Traceback" not in outcome
    assert bool(outcome) == (not isinstance(error, SystemExit))


def test_a_wrong_option_is_an_error_of_a_few_words(tmp_path: Path) -> None:
    done = subprocess.run([*KFIX, "--targt", "10"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: no such option '--targt'")
    assert "--target" in done.stderr
    assert all(len(line) <= 80 for line in done.stderr.splitlines())


def test_a_fault_is_shown_whole_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KFIX_DEBUG", "1")
    with pytest.raises(KeyError):
        ends(KeyError("x"))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="the system has no full device")
def test_a_full_output_is_reported(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(WRONG)
    with open("/dev/full", "w") as full:
        result = subprocess.run(
            [*KFIX, "m.py", "--check"], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert result.returncode == 2
    assert "standard output: no space left" in result.stderr


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pipes that break")
def test_a_closed_output_is_reported(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(WRONG)
    read, write = os.pipe()
    os.close(read)
    result = subprocess.run(
        [*KFIX, "m.py", "--check"], cwd=tmp_path, stdout=write, stderr=subprocess.PIPE, text=True
    )
    os.close(write)
    assert result.returncode == 2
    assert "standard output" in result.stderr


def _restore_ctrl_c() -> None:
    """Let Ctrl-C end the process: a shell ignores it in what it runs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no signals")
def test_ctrl_c_ends_with_130(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*KFIX, "-"],
        preexec_fn=_restore_ctrl_c,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(5)  # it waits for its standard input, which nobody writes
    process.send_signal(signal.SIGINT)
    outcome = process.communicate(timeout=20)[1]
    assert process.returncode == 130
    assert outcome.strip() == b"error: interrupted"


def test_ctrl_c_waits_until_a_repair_is_written() -> None:
    written = []
    signal.signal(signal.SIGINT, signal.default_int_handler)

    def write() -> None:
        with uninterrupted():
            signal.raise_signal(signal.SIGINT)
            written.append("all of it")

    with pytest.raises(KeyboardInterrupt):
        write()
    assert written == ["all of it"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no signals")
@pytest.mark.parametrize("jobs", ["1", "3"])
def test_ctrl_c_ends_the_processes_that_read_files(tmp_path: Path, jobs: str) -> None:
    for number in range(400):
        (tmp_path / f"m{number}.py").write_text(WRONG)
    process = subprocess.Popen(
        [*KFIX, "--jobs", jobs, "."],
        preexec_fn=_restore_ctrl_c,
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,  # a group of its own, as a terminal has: all of it is interrupted
    )
    time.sleep(0.8)
    assert process.poll() is None
    os.killpg(process.pid, signal.SIGINT)
    outcome = process.communicate(timeout=20)[1]
    assert process.returncode == 130
    assert outcome.strip() == b"error: interrupted"
    with pytest.raises(ProcessLookupError):  # nobody is left in the group
        os.killpg(process.pid, 0)
    assert {path.read_text() for path in tmp_path.iterdir()} == {WRONG}


def test_a_diff_in_a_pipe_is_exact_and_on_a_terminal_it_is_escaped(tmp_path: Path) -> None:
    text = WRONG.replace("from", "# \x1b[8m \u202e \x9b\nfrom")
    (tmp_path / "m.py").write_text(text)
    for colour, expected in (
        (("never",), "\x1b[8m \u202e \x9b"),
        (("always",), r"\x1b[8m \u202e \x9b"),
    ):
        result = subprocess.run(
            [*KFIX, "m.py", "--dry-run", "--color", *colour],
            cwd=tmp_path, capture_output=True, text=True, encoding="utf-8",
        )  # fmt: skip
        assert expected in result.stdout


def test_an_output_of_another_encoding_gets_what_it_can_hold(tmp_path: Path) -> None:
    (tmp_path / "für.py").write_text(WRONG, encoding="utf-8")
    result = subprocess.run(
        [*KFIX, "für.py", "--dry-run"],
        cwd=tmp_path, capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )  # fmt: skip
    assert result.returncode == 1
    assert b"f\\xfcr.py" in result.stdout


@pytest.mark.parametrize("encoding", ["cp437", "cp1252", "ascii"])
def test_tables_and_cut_lines_are_whole_in_every_encoding(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(WRONG.replace("LSTM(16)", "LSTM(16, name='" + 40 * "n" + "')"))
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "COLUMNS": "60"}
    for mode in ("--check", "--summary"):
        done = subprocess.run(
            [*KFIX, "m.py", mode], capture_output=True, env=environment, cwd=tmp_path
        )
        lines = done.stdout.decode(encoding).splitlines()
        assert len(lines) > 3
        assert all(len(line) <= 60 and "\\u" not in line for line in lines)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("kfix --only insert-l", "plain,insert-layer"),
        ("kfix --explain KFX10", "plain,KFX101"),
        ("kfix --explain ed", "plain,edits"),
        ("kfix mod", "file,mod"),
        ("kfix --targ", "plain,--target"),
    ],
)
def test_the_shell_completes(words: str, found: str) -> None:
    completing = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    environment = {**os.environ, **completing, "_KFIX_COMPLETE": "bash_complete"}
    done = subprocess.run(KFIX, capture_output=True, text=True, env=environment)
    assert found in done.stdout.splitlines()


@pytest.mark.skipif(os.name == "nt" or sys.platform == "darwin", reason="names are text there")
def test_a_diff_in_a_pipe_can_be_applied_whatever_the_name_and_the_encoding(tmp_path: Path) -> None:
    name = b"m\xff.py"
    program = b"# coding: latin-1\n# \xe9\n" + WRONG.encode()
    (tmp_path / os.fsdecode(name)).write_bytes(program)
    result = subprocess.run(
        [*KFIX, os.fsdecode(name), "--dry-run"], cwd=tmp_path, capture_output=True
    )
    assert b"+++ b/m\xff.py\n" in result.stdout
    patched = subprocess.run(
        ["patch", "-p1"], cwd=tmp_path, input=result.stdout, capture_output=True
    )
    assert patched.returncode == 0
    fixed = program.replace(b"LSTM(32)", b"LSTM(32, return_sequences=True)")
    assert (tmp_path / os.fsdecode(name)).read_bytes() == fixed
