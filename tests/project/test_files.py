"""Which files a path stands for, and writing without losing anything."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from kfix.project.files import FileTrouble, read_bytes, walk, write_all, write_bytes


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


def test_reading_trouble_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="is a folder"):
        read_bytes(str(tmp_path))
    with pytest.raises(FileTrouble, match="no such file"):
        read_bytes(str(tmp_path / "none.py"))
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(FileTrouble, match="no regular file"):
        read_bytes(str(tmp_path / "pipe.py"))
    with pytest.raises(FileTrouble, match="null"):
        read_bytes("a\0b")


def test_walk_leaves_out_what_is_not_the_users(tmp_path: Path) -> None:
    for name in (
        "a.py",
        "b.txt",
        "note.ipynb",
        "sub/c.py",
        ".hidden/d.py",
        "env/pyvenv.cfg",
        "env/lib/e.py",
        "build/f.py",
        "sub/gen_g.py",
        "sub/keep_gen.py",
        "node_modules/h.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "nowhere.py").symlink_to("gone.py")
    (tmp_path / ".gitignore").write_text("build/\n")
    (tmp_path / "sub" / ".gitignore").write_text("*gen*\n!keep_gen.py\n")
    found = [os.path.relpath(path, tmp_path) for path in walk(str(tmp_path))]
    assert found == [
        "a.py",
        "note.ipynb",
        os.path.join("sub", "c.py"),
        os.path.join("sub", "keep_gen.py"),
    ]


def test_a_line_of_gitignore_that_is_no_pattern_is_passed_by(tmp_path: Path) -> None:
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / ".gitignore").write_text("!\n[z-a]\na.py\n")
    assert list(walk(str(tmp_path))) == [str(tmp_path / "b.py")]
