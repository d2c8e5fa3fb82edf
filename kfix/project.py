"""The files of one run, each read and parsed once, and where a program's own modules are."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from kfix.files import FileTrouble, read_bytes
from kfix.source.errors import SourceError

if TYPE_CHECKING:
    from kfix.source.document import Document

_ROOTS = (".git", "pyproject.toml", "setup.py", "setup.cfg")
"""What the top folder of a project has in it."""


class Project:
    """The files of one run, each read once; `overlay` are texts that stand in for what is on disk."""

    def __init__(self, overlay: dict[str, bytes] | None = None, parent: Project | None = None) -> None:
        self.overlay = {} if overlay is None else overlay
        self.parent = parent
        self._documents: dict[str, Document] = {}

    def data(self, path: str) -> bytes:
        """The bytes of a file; raises `FileTrouble`."""
        if path in self.overlay:
            return self.overlay[path]
        return self.parent.data(path) if self.parent is not None else read_bytes(path)

    def document(self, path: str) -> Document:
        """The file parsed; raises `FileTrouble` or `SourceError`."""
        from kfix.source.document import Document

        if path not in self.overlay and self.parent is not None:
            return self.parent.document(path)
        found = self._documents.get(path)
        if found is None:
            before = self.parent.loaded().get(path) if self.parent is not None else None
            data = self.data(path)
            found = Document.load(path, data) if before is None else before.edited(data)
            self._documents[path] = found
        return found

    def loaded(self) -> dict[str, Document]:
        """Every file that was parsed so far."""
        known = dict(self.parent.loaded()) if self.parent is not None else {}
        return known | self._documents

    def changed(self, files: dict[str, bytes]) -> Project:
        """The same project with these files replaced."""
        return Project(files, self)

    def module(self, importer: str, name: str, level: int) -> Document | None:
        """The file of a module that `importer` imports, if it is one of the project's and can be read.

        `level` counts the dots of a relative import. An absolute name is
        looked for beside the importer, then in each folder above it up to the
        project's root.
        """
        folder = os.path.dirname(importer)
        parts = [part for part in name.split(".") if part]
        if level:
            for _ in range(level - 1):
                folder = os.path.join(folder, os.pardir)
            return self._at(os.path.join(folder, *parts), importer)
        for _ in range(20):
            found = self._at(os.path.join(folder, *parts), importer)
            if found is not None:
                return found
            if any(os.path.exists(os.path.join(folder, mark)) for mark in _ROOTS):
                return None
            above = os.path.join(folder, os.pardir)
            if os.path.realpath(above) == os.path.realpath(folder) or not self._is_package(above):
                return None
            folder = above
        return None

    def _is_package(self, folder: str) -> bool:
        """May a program below this folder import from it: does it hold programs at all?"""
        try:
            return any(name.endswith(".py") or name in _ROOTS for name in os.listdir(folder))
        except OSError:
            return False

    def _at(self, stem: str, importer: str) -> Document | None:
        for path in (stem + ".py", os.path.join(stem, "__init__.py")):
            path = os.path.normpath(path)
            if path == os.path.normpath(importer):
                continue
            if path in self.loaded() or os.path.isfile(path):
                try:
                    return self.document(path)
                except (FileTrouble, SourceError, RecursionError):
                    return None
        return None
