"""The programs under a folder, without what git ignores."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from kfix.project.files import FileTrouble, read_bytes, reason

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_MOST_IGNORED = 1_000_000
"""Bytes of a `.gitignore`."""

MOST_DEEP = 100
"""Folders within one another that are walked through."""

_NEVER = {"__pycache__", "node_modules", "site-packages"}


def walk(folder: str, on_trouble: Callable[[FileTrouble], None] | None = None) -> Iterator[str]:
    """Yield the programs under a folder, in order.

    Those under the current folder have no `./` before their names, which tools that read a report
    would not take for a path of the repository. Hidden folders, virtual environments and what a
    `.gitignore` names are left out. Each folder that cannot be read, or
    lies too deep, is passed to `on_trouble`.
    """
    ignores = _GitIgnores(folder)

    def tell(folder: str, why: str) -> None:
        if on_trouble is not None:
            on_trouble(FileTrouble(f"{folder}: {why}"))

    def failed(error: OSError) -> None:
        tell(error.filename, reason(error))

    for root, folders, files in os.walk(folder, onerror=failed):
        if ".gitignore" in files:
            ignores.read(root)
        # os.walk goes on into those that are left in its list.
        folders[:] = [name for name in sorted(folders) if _is_entered(root, name, ignores)]
        if folders and root.count(os.sep) - folder.count(os.sep) >= MOST_DEEP:
            tell(root, f"more than {MOST_DEEP} folders within one another are not read")
            folders.clear()
        for name in sorted(files):
            path = os.path.join(root, name)
            if _is_program(name) and not ignores.names(path) and os.path.isfile(path):
                yield path.removeprefix(os.path.join(os.curdir, ""))


def _is_program(name: str) -> bool:
    return name.endswith((".py", ".ipynb")) and not name.startswith(".")


def _is_entered(root: str, name: str, ignores: _GitIgnores) -> bool:
    """Return whether a folder may hold programs of the user."""
    if name.startswith(".") or name in _NEVER:
        return False
    path = os.path.join(root, name)
    is_environment = os.path.exists(os.path.join(path, "pyvenv.cfg"))
    return not is_environment and not ignores.names(path, is_folder=True)


class _GitIgnores:
    """The `.gitignore` files of a folder and of those in it that were walked through."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._specs: dict[str, GitIgnoreSpec] = {}

    def read(self, folder: str) -> None:
        """Read the `.gitignore` of a folder; one that cannot be read ignores nothing."""
        from kfix.project import ignore

        with contextlib.suppress(FileTrouble):
            text = read_bytes(os.path.join(folder, ".gitignore"), _MOST_IGNORED)
            self._specs[folder] = ignore.ignored(text.decode("utf-8", "replace").split("\n"))

    def names(self, path: str, is_folder: bool = False) -> bool:
        """Return whether a path is ignored: the nearest file that says anything of it decides."""
        for folder in self._above(path):
            if folder not in self._specs:
                continue
            relative = os.path.relpath(path, folder).replace(os.sep, "/")
            verdict = self._specs[folder].check_file(relative + "/" * is_folder).include
            if verdict is not None:
                return verdict
        return False

    def _above(self, path: str) -> Iterator[str]:
        """Yield the folders that hold a path, the nearest first, up to the one walked through."""
        folder = os.path.dirname(path)
        while folder != self._folder and len(folder) >= len(self._folder):
            yield folder
            folder = os.path.dirname(folder)
        yield folder
