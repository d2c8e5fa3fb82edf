"""Files in and out: which ones a path stands for, and writing without losing anything."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_NEVER = {"__pycache__", "node_modules", "site-packages"}


class FileTrouble(Exception):
    """A file could not be read or written; the message is one line for a person."""


def read_bytes(path: str) -> bytes:
    """A file's bytes; raises `FileTrouble`."""
    try:
        if not stat.S_ISREG(mode := os.stat(path).st_mode) and not stat.S_ISDIR(mode):
            raise FileTrouble(f"{path}: is no regular file (- reads standard input)")
        with open(path, "rb") as file:
            return file.read()
    except IsADirectoryError:
        raise FileTrouble(f"{path}: is a folder") from None
    except (OSError, ValueError) as error:
        raise FileTrouble(f"{path}: {_reason(error)}") from None


def write_bytes(path: str, data: bytes, expected: bytes) -> None:
    """Replaces a file's content in one step, if it still reads `expected`: see `write_all`."""
    write_all([(path, data, expected)])


def write_all(changes: Sequence[tuple[str, bytes, bytes]]) -> None:
    """Replaces several files (path, new, expected), each in one step and none before all of them are staged.

    The new content is written to a file beside the old one and synced; when
    that is done for every file and all still read as expected, each is moved
    over the old one. The mode stays, a symbolic link is followed. Raises
    `FileTrouble` and leaves all files as they were when one has changed since,
    is read-only, or the disk is full.
    """
    staged: list[tuple[str, str]] = []
    try:
        for path, data, _ in changes:
            try:
                staged.append((_staged(path, data), os.path.realpath(path)))
            except OSError as error:
                raise FileTrouble(f"{path}: {_reason(error)}, left as it was") from None
        for path, _, expected in changes:
            if read_bytes(path) != expected:
                raise FileTrouble(f"{path}: has changed since it was read, left as it is")
        for (path, _, _), (temporary, real) in zip(changes, staged, strict=True):
            try:
                os.replace(temporary, real)
            except OSError as error:
                raise FileTrouble(f"{path}: {_reason(error)}, left as it was") from None
    finally:
        for temporary, _ in staged:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def _staged(path: str, data: bytes) -> str:
    """The new content in a file beside the old one, with its mode and owner; raises `OSError` or `FileTrouble`."""
    import tempfile

    real = os.path.realpath(path)
    status = os.stat(real)
    if not status.st_mode & stat.S_IWUSR or not os.access(real, os.W_OK):
        raise FileTrouble(f"{path}: is read-only, left as it was")
    handle, temporary = tempfile.mkstemp(prefix=".kfix-", dir=os.path.dirname(real))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, stat.S_IMODE(status.st_mode))
        with contextlib.suppress(OSError):
            os.chown(temporary, status.st_uid, status.st_gid)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    return temporary


def _reason(error: OSError | ValueError) -> str:
    text = error.strerror if isinstance(error, OSError) else str(error)
    return (text or str(error)).lower()


def patterns(lines: Iterable[str]) -> GitIgnoreSpec:
    """What lines as in a `.gitignore` match; raises `ValueError`, with the line, for one that is no pattern."""
    import re

    from pathspec import GitIgnoreSpec

    kept = list(lines)
    try:
        return GitIgnoreSpec.from_lines(kept)
    except (ValueError, re.error) as error:
        for line in kept if len(kept) > 1 else ():
            patterns((line,))
        raise ValueError(f"{kept[0]!r} is no pattern as in .gitignore") from error


def _ignored(lines: Sequence[str]) -> GitIgnoreSpec:
    """The patterns of a `.gitignore`; lines that are none are passed by, as Git does."""
    with contextlib.suppress(ValueError):
        return patterns(lines)
    good: list[str] = []
    for line in lines:
        with contextlib.suppress(ValueError):
            patterns((line,))
            good.append(line)
    return patterns(good)


def walk(folder: str) -> Iterator[str]:
    """The programs under a folder, in order.

    Hidden folders, virtual environments and what a `.gitignore` names are left out.
    """
    ignores: dict[str, GitIgnoreSpec] = {}

    def ignored(path: str, is_folder: bool) -> bool:
        at = os.path.dirname(path)
        while True:
            spec = ignores.get(at)
            if spec is not None:
                relative = os.path.relpath(path, at).replace(os.sep, "/") + (
                    "/" if is_folder else ""
                )
                verdict = spec.check_file(relative).include
                if verdict is not None:
                    return verdict
            if at == folder or len(at) < len(folder):
                return False
            at = os.path.dirname(at)

    for root, folders, files in os.walk(folder):
        if ".gitignore" in files:
            with contextlib.suppress(FileTrouble):
                lines = (
                    read_bytes(os.path.join(root, ".gitignore"))
                    .decode("utf-8", "replace")
                    .splitlines()
                )
                ignores[root] = _ignored(lines)
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in _NEVER
            and not os.path.exists(os.path.join(root, name, "pyvenv.cfg"))
            and not ignored(os.path.join(root, name), True)
        )
        for name in sorted(files):
            path = os.path.join(root, name)
            if not name.endswith((".py", ".ipynb")) or name.startswith(".") or ignored(path, False):
                continue
            if os.path.isfile(path):
                yield path
