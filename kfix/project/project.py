"""The files of one run, each read and parsed once, and where a program's own modules are."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING

from kfix.project.boundary import MARKS, Boundary
from kfix.project.files import FileTrouble, read_bytes
from kfix.source.syntax.errors import SourceError

if TYPE_CHECKING:
    from kfix.source.syntax.document import Document

_LIBRARIES = frozenset({"keras", "tensorflow", "tf_keras", "numpy"})
"""Never the program's own, even where a folder of that name is near: what kfix knows of them is in its tables."""

_MOST_FOLDERS = 20
"""Folders above a program in which its modules are looked for."""

KEPT = 256_000
"""Bytes of source whose trees (70 times as large) are kept from one file of a run to the next."""


class Project:
    """The files of one run, each read once; `overlay` are texts that stand in for what is on disk.

    `boundary` tells which files the run may change.
    """

    def __init__(
        self,
        overlay: dict[str, bytes] | None = None,
        parent: Project | None = None,
        boundary: Boundary | None = None,
    ) -> None:
        self.overlay = {} if overlay is None else overlay
        self.parent = parent
        inherited = None if parent is None else parent.boundary
        self.boundary: Boundary = boundary or inherited or Boundary()
        self._documents: dict[str, Document] = {}
        self._found: dict[str, str | None] = {} if parent is None else parent._found
        self._above: dict[str, str | None] = {} if parent is None else parent._above
        self._pins: dict[str, str] = {} if parent is None else parent._pins
        self._endings: list[Callable[[], None]] = [] if parent is None else parent._endings
        self._dropped = 0

    def data(self, path: str) -> bytes:
        """Return the bytes of a file, those that it was parsed from where it was; raise `FileTrouble`.

        Who writes the file later compares with these: what somebody saved in
        the meantime is not lost.
        """
        if path in self.overlay:
            return self.overlay[path]
        if (parsed := self._documents.get(path)) is not None:
            return parsed.data
        return self.parent.data(path) if self.parent is not None else read_bytes(path)

    def document(self, path: str) -> Document:
        """The file parsed; raises `FileTrouble` or `SourceError`."""
        from kfix.source.syntax.loading import load

        if path not in self.overlay and self.parent is not None:
            return self.parent.document(path)
        found = self._documents.pop(path, None)
        if found is None:
            before = self.parent.known(path) if self.parent is not None else None
            data = self.data(path)
            found = load(path, data) if before is None else before.edited(data)
        # The one used last stands last: `release` forgets those that were not used for longest.
        self._documents[path] = found
        return found

    def known(self, path: str) -> Document | None:
        """The file as it was parsed, if it was."""
        found = self._documents.get(path)
        return found if found is not None or self.parent is None else self.parent.known(path)

    def loaded(self) -> dict[str, Document]:
        """Every file that was parsed and is kept."""
        known = self.parent.loaded() if self.parent is not None else {}
        return known | self._documents

    def changed(self, files: dict[str, bytes]) -> Project:
        """The same project with these files replaced."""
        return Project(files, self)

    def take(self, files: dict[str, bytes]) -> None:
        """From now on these files read so, whatever is on disk."""
        for path, data in files.items():
            self.overlay[path] = data
            self._documents.pop(path, None)

    # --- the end of a file ----------------------------------------------------------------

    def at_end(self, ending: Callable[[], None]) -> None:
        """Have this done when the file that is being read now is done with."""
        self._endings.append(ending)

    def release(self) -> None:
        """A file is done with: let go of what was only for it, and of trees beyond `KEPT`."""
        for ending in self._endings:
            ending()
        self._endings.clear()
        kept = sum(len(document.data) for document in self._documents.values())
        for path in list(self._documents):
            if kept <= KEPT:
                break
            size = len(self._documents.pop(path).data)
            kept -= size
            self._dropped += size
        if self._dropped > KEPT:
            # The command runs without the garbage collector: see `kfix.cli.main.main`.
            import gc

            self._dropped = 0
            gc.collect()

    # --- requirements ---------------------------------------------------------------------

    def pinned_to_keras_2(self, path: str) -> str:
        """What keeps the project of a program at Keras 2, empty where nothing does."""
        folder: str | None = os.path.dirname(path)
        if folder not in self._pins:
            from kfix.project.keras_version import pinned_to_keras_2

            folders: list[str] = []
            while folder is not None and len(folders) < _MOST_FOLDERS:
                folders.append(folder)
                folder = self._folder_above(folder)
            self._pins[folders[0]] = pinned_to_keras_2(folders)
        return self._pins[os.path.dirname(path)]

    # --- modules --------------------------------------------------------------------------

    def open(self, path: str) -> Document | None:
        """The file of a module, or `None` if it cannot be read."""
        try:
            return self.document(path)
        except (FileTrouble, SourceError, RecursionError):
            return None

    def locate(self, importer: str, name: str, level: int) -> str | None:
        """The file of a module that `importer` imports, if it is one of the project's; nothing is read.

        `level` counts the dots of a relative import. An absolute name is
        looked for beside the importer, then in each folder above it up to the
        project's root.
        """
        parts = [part for part in name.split(".") if part]
        folder = os.path.dirname(importer)
        if level > _MOST_FOLDERS:
            return None
        if level:
            for _ in range(level - 1):
                folder = os.path.join(folder, os.pardir)
            return self._at(folder, parts, importer)
        if not parts or parts[0] in _LIBRARIES:
            return None
        for _ in range(_MOST_FOLDERS):
            found = self._at(folder, parts, importer)
            if found is not None:
                return found
            above = self._folder_above(folder)
            if above is None:
                return None
            folder = above
        return None

    def _folder_above(self, folder: str) -> str | None:
        """The folder above, if a program here may import from it: it holds programs, and this is not the root."""
        if folder not in self._above:
            above = os.path.join(folder, os.pardir)
            here = os.path.abspath(folder)
            root = here == os.path.dirname(here) or any(
                os.path.exists(os.path.join(folder, mark)) for mark in MARKS
            )
            self._above[folder] = above if not root and _holds_programs(above) else None
        return self._above[folder]

    def _at(self, folder: str, parts: list[str], importer: str) -> str | None:
        stem = os.path.normpath(os.path.join(folder, *parts))
        if stem not in self._found:
            paths = (stem + ".py", os.path.join(stem, "__init__.py"))
            self._found[stem] = next(
                (path for path in paths if path in self.overlay or os.path.isfile(path)), None
            )
        found = self._found[stem]
        if found is None or found == os.path.normpath(importer):
            return None
        # One file must not go by two names in a run: `kfix .` calls its files `./a.py`.
        dotted = (
            importer.startswith(os.curdir + os.sep)
            and not os.path.isabs(found)
            and not found.startswith(os.pardir)
        )
        return os.path.join(os.curdir, found) if dotted else found


def _holds_programs(folder: str) -> bool:
    try:
        return any(name.endswith(".py") or name in MARKS for name in os.listdir(folder))
    except OSError:
        return False
