"""The folder of the cache: entries of this user's kfix alone, and no way out of the project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kfix.project.sealed_folder import NAME, SealedFolder, key_path, user_key

KEY = b"k" * 32
GENERATION = "0123456789abcdef"


@pytest.fixture
def folder(tmp_path: Path) -> SealedFolder:
    return SealedFolder(str(tmp_path), GENERATION, KEY)


def entries(root: Path, generation: str = GENERATION) -> list[Path]:
    return sorted((root / NAME / generation).iterdir())


def test_an_entry_is_read_by_its_name(folder: SealedFolder, tmp_path: Path) -> None:
    assert folder.read("a") is None
    assert not (tmp_path / NAME).exists()
    folder.write("a", b"1\n2")
    folder.write("b", b"")
    folder.write("a", b"3")
    assert (folder.read("a"), folder.read("b"), folder.read("c")) == (b"3", b"", None)
    assert len(entries(tmp_path)) == 2
    ignored = (tmp_path / NAME / ".gitignore").read_text()
    assert "*" in ignored.splitlines()


def test_what_is_not_sealed_with_the_key_is_none(folder: SealedFolder, tmp_path: Path) -> None:
    SealedFolder(str(tmp_path), GENERATION, b"x" * 32).write("a", b"forged")
    assert folder.read("a") is None
    folder.write("a", b"right")
    [path] = entries(tmp_path)
    sealed = path.read_bytes()
    for changed in (
        sealed.replace(b"right", b"wrong"),
        sealed[:-1],
        sealed + b"\n",
        sealed.partition(b"\n")[2],
        b"\n" + sealed,
        b"",
        b"\xff" * 100,
        sealed[:10],
    ):
        path.write_bytes(changed)
        assert folder.read("a") is None
    path.write_bytes(sealed)
    assert folder.read("a") == b"right"


def test_an_entry_serves_for_its_own_name_and_generation(
    folder: SealedFolder, tmp_path: Path
) -> None:
    folder.write("a", b"1")
    [a] = entries(tmp_path)
    folder.write("b", b"2")
    [b] = set(entries(tmp_path)) - {a}
    b.write_bytes(a.read_bytes())
    assert folder.read("b") is None
    later = tmp_path / NAME / "fedcba9876543210"
    later.mkdir()
    (later / a.name).write_bytes(a.read_bytes())
    assert SealedFolder(str(tmp_path), later.name, KEY).read("a") is None


def test_entries_of_another_state_of_kfix_are_removed(folder: SealedFolder, tmp_path: Path) -> None:
    folder.write("a", b"1")
    kept = tmp_path / NAME / "notes"
    kept.mkdir()
    SealedFolder(str(tmp_path), "f" * 16, KEY).write("a", b"2")
    assert sorted(os.listdir(tmp_path / NAME)) == [".gitignore", "f" * 16, "notes"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
@pytest.mark.parametrize("place", [NAME, f"{NAME}/{GENERATION}"])
def test_a_link_leads_nowhere(folder: SealedFolder, tmp_path: Path, place: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).symlink_to(outside)
    folder.write("a", b"1")
    assert not list(outside.iterdir())
    (tmp_path / place).unlink()
    (tmp_path / place).symlink_to(tmp_path / "nowhere")
    folder.write("a", b"1")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.skipif(os.name == "nt", reason="there are no pipes in folders")
def test_an_entry_may_be_anything(folder: SealedFolder, tmp_path: Path) -> None:
    folder.write("a", b"1")
    [path] = entries(tmp_path)
    outside = tmp_path / "outside"
    outside.write_bytes(b"kept")
    path.unlink()
    path.symlink_to(outside)
    assert folder.read("a") is None
    folder.write("a", b"2")
    assert (folder.read("a"), outside.read_bytes()) == (b"2", b"kept")
    path.unlink()
    os.mkfifo(path)
    assert folder.read("a") is None
    path.unlink()
    path.mkdir()
    assert folder.read("a") is None
    folder.write("a", b"3")
    assert folder.read("a") is None
    assert len(entries(tmp_path)) == 1


def test_where_nothing_can_be_written_nothing_is_kept(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("a file")
    folder = SealedFolder(str(tmp_path), GENERATION, KEY)
    folder.write("a", b"1")
    assert folder.read("a") is None
    assert (tmp_path / NAME).read_text() == "a file"


def test_too_large_an_entry_is_not_kept(folder: SealedFolder) -> None:
    folder.write("a", b"x" * 5_000_000)
    assert folder.read("a") is None


# --- the key --------------------------------------------------------------------------------------


def test_the_key_is_made_once_for_the_user_alone(tmp_path: Path) -> None:
    path = tmp_path / "kfix" / "cache.key"
    key = user_key(str(path))
    assert key is not None
    assert len(key) == 32
    assert user_key(str(path)) == key
    assert os.listdir(path.parent) == [path.name]
    if os.name != "nt":
        assert path.stat().st_mode & 0o077 == 0
        path.chmod(0o644)
        assert user_key(str(path)) is None


@pytest.mark.parametrize("data", [b"", b"short", b"x" * 33])
def test_what_is_no_key_is_not_taken(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "key").write_bytes(data)
    (tmp_path / "key").chmod(0o600)
    assert user_key(str(tmp_path / "key")) is None
    assert user_key(str(tmp_path / "key" / "below")) is None


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_is_no_key(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(KEY)
    (tmp_path / "other").chmod(0o600)
    (tmp_path / "key").symlink_to(tmp_path / "other")
    assert user_key(str(tmp_path / "key")) is None


def test_several_processes_take_the_same_key(tmp_path: Path) -> None:
    code = (
        "import sys; from kfix.project.sealed_folder import user_key; "
        "print(user_key(sys.argv[1]).hex())"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "kfix" / "key")]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    assert len({process.communicate()[0] for process in running}) == 1


def test_the_key_lies_in_the_folder_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME"
    monkeypatch.setenv(name, str(tmp_path))
    assert key_path() == str(tmp_path / "kfix" / "cache.key")
    monkeypatch.setenv(name, "relative")
    assert key_path() == str(Path.home() / ".cache" / "kfix" / "cache.key")
