"""Writing without losing anything: a file is the old or the new one, and of several all are or
none.
"""

from __future__ import annotations

import multiprocessing
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kfix.project import writing
from kfix.project.files import FileTrouble
from kfix.project.writing import PartlyWritten, sweep, write_all, write_bytes


def test_write_replaces_the_content_and_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"old")
    path.chmod(0o754)
    write_bytes(str(path), b"new", b"old")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o754
    assert os.listdir(tmp_path) == ["m.py"]


def test_write_follows_a_link(tmp_path: Path) -> None:
    real = tmp_path / "real.py"
    real.write_bytes(b"old")
    link = tmp_path / "link.py"
    link.symlink_to(real)
    write_bytes(str(link), b"new", b"old")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_a_file_that_changed_since_is_left(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"changed")
    with pytest.raises(FileTrouble, match="has changed since"):
        write_bytes(str(path), b"new", b"old")
    assert path.read_bytes() == b"changed"
    assert os.listdir(tmp_path) == ["m.py"]


def test_a_read_only_file_is_left(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"old")
    path.chmod(0o444)
    with pytest.raises(FileTrouble, match="read-only"):
        write_bytes(str(path), b"new", b"old")
    assert path.read_bytes() == b"old"


def test_a_full_disk_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileTrouble, match="no space left on device, left as it was"):
        write_bytes(str(path), b"new", b"old")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["m.py"]


def test_of_several_files_none_is_written_when_one_changed(tmp_path: Path) -> None:
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_bytes(b"1")
    two.write_bytes(b"changed")
    with pytest.raises(FileTrouble):
        write_all([(str(one), b"new", b"1"), (str(two), b"new", b"2")])
    assert one.read_bytes() == b"1"


def test_of_several_files_none_is_written_when_one_cannot_be(tmp_path: Path) -> None:
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    one.write_bytes(b"1")
    two.write_bytes(b"2")
    two.chmod(0o444)
    with pytest.raises(FileTrouble, match="read-only"):
        write_all([(str(one), b"new", b"1"), (str(two), b"new", b"2")])
    assert one.read_bytes() == b"1"
    assert sorted(os.listdir(tmp_path)) == ["one.py", "two.py"]


@pytest.fixture
def three(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("a.py", "b.py", "c.py")]
    for path in paths:
        path.write_bytes(b"old")
    return paths


def changes(paths: list[Path]) -> list[tuple[str, bytes, bytes]]:
    return [(str(path), b"new", b"old") for path in paths]


def failing_replace(monkeypatch: pytest.MonkeyPatch, fails: Callable[[str, str], bool]) -> None:
    """Let `os.replace` fail where `fails` says so of its two paths."""
    replace = os.replace

    def replaced(source: str, target: str) -> None:
        if fails(str(source), str(target)):
            raise OSError(5, "Input/output error")
        replace(source, target)

    monkeypatch.setattr(os, "replace", replaced)


@pytest.mark.parametrize("failing", ["a.py", "b.py", "c.py"])
def test_of_several_files_all_are_written_or_none(
    three: list[Path], monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    before = [path.stat().st_ino for path in three]
    failing_replace(monkeypatch, lambda _, target: target.endswith(failing))
    with pytest.raises(FileTrouble, match=failing) as outcome:
        write_all(changes(three))
    assert not isinstance(outcome.value, PartlyWritten)
    assert [path.read_bytes() for path in three] == [b"old"] * 3
    assert [path.stat().st_ino for path in three] == before
    assert sorted(os.listdir(three[0].parent)) == ["a.py", "b.py", "c.py"]


def test_what_could_not_be_restored_is_reported(
    three: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing_replace(monkeypatch, lambda source, target: target.endswith("c.py") or "~" in source)
    with pytest.raises(PartlyWritten, match=r"a\.py, .*b\.py was changed") as outcome:
        write_all(changes(three))
    assert outcome.value.written == tuple(map(str, three[:2]))
    assert [path.read_bytes() for path in three] == [b"new", b"new", b"old"]


def test_what_somebody_saved_in_between_is_not_rolled_back(
    three: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: str, target: str) -> bool:
        if target.endswith("b.py"):
            three[0].write_bytes(b"saved")
            return True
        return False

    failing_replace(monkeypatch, fails)
    with pytest.raises(PartlyWritten):
        write_all(changes(three))
    assert three[0].read_bytes() == b"saved"


def test_a_file_that_changes_at_the_last_moment_is_left(
    three: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def replaced(source: str, target: str) -> None:
        replace(source, target)
        three[2].write_bytes(b"saved")

    monkeypatch.setattr(os, "replace", replaced)
    with pytest.raises(FileTrouble, match="has changed since"):
        write_all(changes(three))
    assert [path.read_bytes() for path in three] == [b"old", b"old", b"saved"]


def test_ctrl_c_between_two_files_restores_the_first(
    three: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def replaced(source: str, target: str) -> None:
        if target.endswith("b.py"):
            raise KeyboardInterrupt
        replace(source, target)

    monkeypatch.setattr(os, "replace", replaced)
    with pytest.raises(KeyboardInterrupt):
        write_all(changes(three))
    assert [path.read_bytes() for path in three] == [b"old"] * 3


@pytest.mark.parametrize("step", ["write", "fsync", "chmod", "mkstemp", "link", "setxattr"])
def test_a_disk_that_fails_at_any_step_loses_nothing(
    three: list[Path], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    import tempfile

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    class Full:
        def __init__(self, handle: int, _: str) -> None:
            self.handle = handle

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            os.close(self.handle)

        def fileno(self) -> int:
            return self.handle

        write = flush = full

    if step == "write":
        monkeypatch.setattr(os, "fdopen", Full)
    elif step == "mkstemp":
        monkeypatch.setattr(tempfile, "mkstemp", full)
    else:
        monkeypatch.setattr(os, step, full)
    if step == "setxattr":
        monkeypatch.setattr(writing, "_attributes", lambda _: ["user.x"])
        monkeypatch.setattr(writing, "_attribute", lambda path, _: path.encode())
    if step == "link":  # the files have no second names then, and are written all the same
        write_all(changes(three))
        assert [path.read_bytes() for path in three] == [b"new"] * 3
        return
    with pytest.raises(FileTrouble):
        write_all(changes(three))
    assert [path.read_bytes() for path in three] == [b"old"] * 3
    assert sorted(os.listdir(three[0].parent)) == ["a.py", "b.py", "c.py"]


# --- what a file is beside its content ------------------------------------------------------------


@pytest.mark.parametrize("mode", [0o600, 0o755, 0o4755, 0o2755, 0o1644])
def test_every_bit_of_the_mode_stays(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"old")
    path.chmod(mode)
    mode = stat.S_IMODE(path.stat().st_mode)  # what this user may set
    write_bytes(str(path), b"new", b"old")
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_extended_attributes_stay(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"old")
    try:
        os.setxattr(path, "user.note", b"mine")
    except (OSError, AttributeError):
        pytest.skip("the file system has no extended attributes")
    write_bytes(str(path), b"new", b"old")
    assert os.getxattr(path, "user.note") == b"mine"


def test_a_file_whose_attributes_cannot_be_kept_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"old")
    monkeypatch.setattr(writing, "_attributes", lambda _: ["security.own"])
    monkeypatch.setattr(writing, "_attribute", lambda path, _: path.encode())
    monkeypatch.setattr(os, "setxattr", _denied, raising=False)
    with pytest.raises(FileTrouble, match="cannot be kept"):
        write_bytes(str(path), b"new", b"old")
    assert path.read_bytes() == b"old"


def _denied(*_: object) -> None:
    raise PermissionError(1, "Operation not permitted")


def test_a_file_with_a_second_name_is_refused(tmp_path: Path) -> None:
    path, other = tmp_path / "m.py", tmp_path / "other.py"
    path.write_bytes(b"old")
    os.link(path, other)
    with pytest.raises(FileTrouble, match="hard links"):
        write_bytes(str(path), b"new", b"old")
    assert path.read_bytes() == other.read_bytes() == b"old"
    assert path.stat().st_ino == other.stat().st_ino


def test_what_is_not_allowed_is_not_touched(three: list[Path]) -> None:
    with pytest.raises(FileTrouble, match="outside the project"):
        write_all(changes(three), lambda real: not real.endswith("b.py"))
    assert [path.read_bytes() for path in three] == [b"old"] * 3


# --- others at the same time ----------------------------------------------------------------------


def test_a_locked_file_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fcntl = pytest.importorskip("fcntl")
    path = tmp_path / "m.py"
    path.write_bytes(b"old")
    monkeypatch.setattr(writing, "_PATIENCE", 0.1)
    with path.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(FileTrouble, match="locked by another"):
            write_bytes(str(path), b"new", b"old")
    write_bytes(str(path), b"new", b"old")
    assert path.read_bytes() == b"new"


def _count_up(path: str, times: int) -> None:
    """Add 1 to the number in the file `times` times, without losing another process's."""
    done = 0
    while done < times:
        old = Path(path).read_bytes()
        try:
            write_bytes(path, str(int(old) + 1).encode(), old)
        except FileTrouble:
            continue
        done += 1


@pytest.mark.skipif(os.name == "nt", reason="there are no advisory locks")
def test_two_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "n.py"
    path.write_bytes(b"0")
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_count_up, args=(str(path), 20)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert path.read_bytes() == b"40"
    assert os.listdir(tmp_path) == ["n.py"]


# --- leftovers ------------------------------------------------------------------------------------

KILLED = """\
import os, sys
from kfix.project import writing
names = sys.argv[2:]
what = getattr(os, sys.argv[1])
def killed(*args):
    what(*args)
    os.kill(os.getpid(), 9)
setattr(os, sys.argv[1], killed)
writing.write_all([(name, b"new", b"old") for name in names])
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signal")
@pytest.mark.parametrize("step", ["fsync", "chmod", "link", "replace"])
def test_what_a_killed_run_left_is_removed(three: list[Path], step: str) -> None:
    names = list(map(str, three))
    done = subprocess.run([sys.executable, "-c", KILLED, step, *names], check=False)
    assert done.returncode == -9
    folder = three[0].parent
    assert len(os.listdir(folder)) > 3
    assert {path.read_bytes() for path in three} <= {b"old", b"new"}
    sweep([str(folder)])
    assert sorted(os.listdir(folder)) == ["a.py", "b.py", "c.py"]
    write_all([(name, b"newest", Path(name).read_bytes()) for name in names])


def test_what_is_not_a_leftover_stays(tmp_path: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    names = [
        ".kfix-abc.tmp",
        ".kfix-abcdefgh.py",
        "kfix-abcdefgh.tmp",
        ".kfix-ABCDEFGH.tmp",
        ".kfix-lockedxx.tmp",
    ]
    for name in names:
        (tmp_path / name).write_text("")
    (tmp_path / ".kfix-folderxx.tmp").mkdir()
    (tmp_path / ".kfix-linkedxx.tmp").symlink_to(names[0])
    os.mkfifo(tmp_path / ".kfix-pipedxxx.tmp")
    before = sorted(os.listdir(tmp_path))
    with (tmp_path / names[-1]).open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        sweep([str(tmp_path), str(tmp_path / "nowhere")])
        assert sorted(os.listdir(tmp_path)) == before
    sweep([str(tmp_path)])
    assert names[-1] not in os.listdir(tmp_path)
