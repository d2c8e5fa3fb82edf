"""Which files a path stands for, and what is not read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kfix.engine.pyproject import Configs
from kfix.project.files import FileTrouble, read_bytes
from kfix.project.keras_version import pinned_to_keras_2
from kfix.project.walk import MOST_DEEP, walk


def test_reading_trouble_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(FileTrouble, match="is a folder"):
        read_bytes(str(tmp_path))
    with pytest.raises(FileTrouble, match="no such file"):
        read_bytes(str(tmp_path / "none.py"))
    os.mkfifo(tmp_path / "pipe.py")
    with pytest.raises(FileTrouble, match="not a regular file"):
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


def test_a_large_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "m.py"
    with path.open("wb") as file:
        file.truncate(8_000_000_000)

    def opened(*_: object) -> int:
        raise AssertionError("the size is looked at first")

    monkeypatch.setattr(os, "open", opened)
    with pytest.raises(FileTrouble, match="too large: 8,000,000,000 bytes"):
        read_bytes(str(path))


def test_a_file_without_a_size_is_read_up_to_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_bytes(b"x" * 11)
    assert read_bytes(str(path), 11) == b"x" * 11
    with pytest.raises(FileTrouble, match="too large"):
        read_bytes(str(path), 10)


@pytest.mark.parametrize("name", [".gitignore", "requirements.txt", "pyproject.toml", "setup.cfg"])
def test_a_pipe_is_never_opened(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a pipe waits for the other end: a test that hangs is this promise broken."""
    monkeypatch.chdir(tmp_path)
    os.mkfifo(name)
    Path("m.py").write_text("from keras.layers import Dense\nDense(output_dim=4, input_dim=3)\n")
    assert list(walk(".")) == ["m.py"]
    assert pinned_to_keras_2(["."]) == ""
    assert Configs().of("m.py") is None or name != "pyproject.toml"


def test_a_folder_that_cannot_be_read_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "m.py").write_text("")
    scandir = os.scandir

    def closed(path: str) -> object:
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    outcome: list[FileTrouble] = []
    assert list(walk(str(tmp_path), outcome.append)) == [str(tmp_path / "m.py")]
    assert [str(trouble) for trouble in outcome] == [f"{tmp_path}/closed: permission denied"]


def test_folders_within_one_another_are_read_up_to_a_depth(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(MOST_DEEP + 1):
        (deep / "m.py").touch()
        deep /= "a"
        deep.mkdir()
    (deep / "m.py").touch()
    outcome: list[str] = []
    found = list(walk(str(tmp_path), lambda trouble: outcome.append(str(trouble))))
    assert len(found) == MOST_DEEP + 1
    assert "within one another" in " ".join(outcome)
    assert len(outcome) == 1
