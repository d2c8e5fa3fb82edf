"""Files in: which ones a path stands for, and reading no more than a program can be."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

MOST_BYTES = 50_000_000
"""A larger file is not read: notebooks with their images are smaller, programs much smaller."""

_MOST_IGNORED = 1_000_000
"""Bytes of a `.gitignore`."""

_NEVER = {"__pycache__", "node_modules", "site-packages"}


class FileTrouble(Exception):
    """A file could not be read or written; the message is one line for a person."""


def read_bytes(path: str, most: int = MOST_BYTES) -> bytes:
    """Return a file's bytes; raise `FileTrouble`.

    The file is looked at before it is opened: one that is larger than `most`
    bytes is not read, and a pipe or a device is never opened, for that alone
    may wait or have effects.
    """
    try:
        _check_file(path, os.stat(path), most)
        handle = os.open(path, os.O_RDONLY | _FLAGS)
        with open(handle, "rb") as file:
            _check_file(path, os.fstat(handle), most)
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise FileTrouble(f"{path}: {reason(error)}") from None
    if len(data) > most:  # a file that grows, or one of those that have no size
        raise FileTrouble(f"{path}: too large: more than {most:,} bytes")
    return data


_FLAGS = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def _check_file(path: str, status: os.stat_result, most: int) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise FileTrouble(f"{path}: is a folder")
    if not stat.S_ISREG(status.st_mode):
        raise FileTrouble(f"{path}: is no regular file (- reads standard input)")
    if status.st_size > most:
        raise FileTrouble(f"{path}: too large: {status.st_size:,} bytes, more than {most:,}")


def reason(error: OSError | ValueError) -> str:
    """Return what the system says of an error, in lower case."""
    text = error.strerror if isinstance(error, OSError) else str(error)
    return (text or str(error)).lower()


def walk(folder: str, on_trouble: Callable[[FileTrouble], None] | None = None) -> Iterator[str]:
    """Yield the programs under a folder, in order.

    Hidden folders, virtual environments and what a `.gitignore` names are left
    out. Each folder that cannot be read is passed to `on_trouble`.
    """
    from kfix.project import ignore

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

    def failed(error: OSError) -> None:
        if on_trouble is not None:
            on_trouble(FileTrouble(f"{error.filename}: {reason(error)}"))

    for root, folders, files in os.walk(folder, onerror=failed):
        if ".gitignore" in files:
            with contextlib.suppress(FileTrouble):
                text = read_bytes(os.path.join(root, ".gitignore"), _MOST_IGNORED)
                ignores[root] = ignore.ignored(text.decode("utf-8", "replace").split("\n"))
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
