"""The files of one run, each read and parsed once, and where a program's own modules are."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kfix.project.boundary import MARKS, Boundary, has_mark, marked
from kfix.project.files import FileTrouble, read_bytes
from kfix.source.syntax.errors import SourceError

if TYPE_CHECKING:
    from kfix.source.syntax.document import Document

_LIBRARIES = frozenset({"keras", "tensorflow", "tf_keras", "numpy"})
"""Never the program's own modules, even where a folder has that name: kfix has tables of them."""

_MOST_FOLDERS = 20
"""Folders above a program in which its modules are looked for."""

KEPT = 256_000
"""Bytes of source whose trees (70 times as large) are kept from one file of a run to the next."""


@dataclass
class Dependencies:
    """What a program's result depends on outside its settings: questions about files, with answers.

    The same questions with the same answers give the same result.
    """

    data: dict[str, bytes | None] = field(default_factory=dict)
    """The bytes of each file that was read, `None` where it could not be."""
    modules: dict[tuple[str, str, int], str | None] = field(default_factory=dict)
    """Where each imported module is, by the arguments of `Project.locate`."""
    pins: dict[str, str] = field(default_factory=dict)
    """What pins the project of a program to Keras 2."""
    parsed: bool = False
    """Whether a file was parsed: what costs time."""


class Project:
    """The files of one run, each read once; `overlay` are texts that stand in for what is on disk.

    `boundary` says which files the run may change. `earlier` are files as an earlier run parsed
    them: what did not change in them is not parsed again.
    """

    def __init__(
        self,
        overlay: dict[str, bytes] | None = None,
        parent: Project | None = None,
        boundary: Boundary | None = None,
        earlier: Mapping[str, Document] | None = None,
    ) -> None:
        self.overlay = {} if overlay is None else overlay
        self.parent = parent
        self._earlier = earlier or {}
        self._documents: dict[str, Document] = {}
        self._found: dict[str, str | None] = {}
        self._above: dict[str, str | None] = {}
        self._pins: dict[str, str] = {}
        self._endings: list[Callable[[], None]] = []
        self._dropped = 0
        self.dependencies = Dependencies()
        if parent is not None:
            self.dependencies = parent.dependencies
            boundary = boundary or parent.boundary
            self._found, self._above, self._pins = parent._found, parent._above, parent._pins
            self._endings = parent._endings
        self.boundary: Boundary = boundary or Boundary()

    def forget_dependencies(self) -> None:
        """Note dependencies from now on in a new record."""
        self.dependencies = Dependencies()

    def data(self, path: str) -> bytes:
        """Return the bytes of a file, those parsed where it was parsed; raise `FileTrouble`.

        Who writes the file later compares with these: what somebody saved in
        the meantime is not lost.
        """
        if self.parent is None:
            return self._root_data(path)
        if path in self.overlay:
            return self.overlay[path]
        if (parsed := self._documents.get(path)) is not None:
            return parsed.data
        return self.parent.data(path)

    def _root_data(self, path: str) -> bytes:
        """Return the bytes of a file, and note that they were asked for; raise `FileTrouble`."""
        self.dependencies.data[path] = None
        if path in self.overlay:
            data = self.overlay[path]
        elif (parsed := self._documents.get(path)) is not None:
            data = parsed.data
        else:
            data = read_bytes(path)
        self.dependencies.data[path] = data
        return data

    def document(self, path: str) -> Document:
        """Return the parsed file; raise `FileTrouble` or `SourceError`."""
        if path not in self.overlay and self.parent is not None:
            return self.parent.document(path)
        found = self._documents.pop(path, None)
        if found is None:
            self._collect()
            found = self._parsed(path)
        if self.parent is None:
            self.dependencies.data[path] = found.data
            self.dependencies.parsed = True
        # The one used last stands last: `release` forgets those that were not used for longest.
        self._documents[path] = found
        return found

    def _parsed(self, path: str) -> Document:
        """Parse a file, only its changed parts where the parent has parsed it."""
        from kfix.source.syntax.loading import load

        data = self.data(path)
        if self.parent is not None and (before := self.parent.known(path)) is not None:
            return before.edited(data)
        if path in self._earlier:
            return self._earlier[path].again(data)
        return load(path, data)

    def known(self, path: str) -> Document | None:
        """Return the parsed file, `None` where it was not parsed."""
        found = self._documents.get(path)
        if found is None and self.parent is not None:
            return self.parent.known(path)
        return found

    def loaded(self) -> dict[str, Document]:
        """Return every parsed file that is kept."""
        if self.parent is None:
            return dict(self._documents)
        return self.parent.loaded() | self._documents

    @property
    def located(self) -> frozenset[str]:
        """The modules of the project that were looked for and found."""
        return frozenset(path for path in self._found.values() if path is not None)

    def changed(self, files: dict[str, bytes]) -> Project:
        """Return the same project with these files replaced."""
        return Project(files, self)

    def take(self, files: dict[str, bytes]) -> None:
        """Replace these files from now on, whatever is on disk."""
        for path, data in files.items():
            self.overlay[path] = data
            self._documents.pop(path, None)

    # --- the end of a file ----------------------------------------------------------------

    def at_end(self, ending: Callable[[], None]) -> None:
        """Call this when the file that is being read now is released."""
        self._endings.append(ending)

    def release(self) -> None:
        """Release what was kept for one file only, and trees beyond `KEPT`."""
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

    def _collect(self) -> None:
        """Free the trees of earlier files.

        Left out behind the last file, where the process ends.
        """
        if self._dropped > KEPT:
            # The command runs without the garbage collector: see `kfix.cli.main.main`.
            import gc

            self._dropped = 0
            gc.collect()

    # --- requirements ---------------------------------------------------------------------

    def pinned_to_keras_2(self, path: str) -> str:
        """Return what pins the project of a program to Keras 2, "" where nothing does."""
        folder: str | None = os.path.dirname(path)
        if folder not in self._pins:
            from kfix.project.keras_version import pinned_to_keras_2

            folders: list[str] = []
            while folder is not None and len(folders) < _MOST_FOLDERS:
                folders.append(folder)
                folder = self._folder_above(folder)
            self._pins[folders[0]] = pinned_to_keras_2(folders)
        self.dependencies.pins[path] = self._pins[os.path.dirname(path)]
        return self.dependencies.pins[path]

    # --- modules --------------------------------------------------------------------------

    def open(self, path: str) -> Document | None:
        """Return the parsed file of a module, or `None` if it cannot be read."""
        try:
            return self.document(path)
        except (FileTrouble, SourceError, RecursionError):
            return None

    def readable(self, path: str) -> list[bytes]:
        """Return the bytes of a file as a list, an empty one where it cannot be read."""
        try:
            return [self.data(path)]
        except FileTrouble:
            return []

    def mentions(self, path: str, word: str) -> bool:
        """Return whether a module defines or quotes a word, or is a package that imports others."""
        data = b"".join(self.readable(path))
        if os.path.basename(path) == "__init__.py" and b"import" in data:
            return True
        data, name = data.lower(), word.lower().encode()  # keys are often in lower case
        forms = (b'"%b"' % name, b"'%b'" % name, b"def %b(" % name, b"class %b" % name)
        return any(form in data for form in forms)

    def locate(self, importer: str, name: str, level: int) -> str | None:
        """Return the path of an imported module of the project, or `None`; read nothing.

        `level` counts the dots of a relative import. An absolute name is
        looked for beside the importer, then in each folder above it up to the
        project's root, and in the `src` of each.
        """
        found = self._located(importer, name, level)
        self.dependencies.modules[importer, name, level] = found
        return found

    def _located(self, importer: str, name: str, level: int) -> str | None:
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
            if found is None:
                found = self._at(os.path.join(folder, "src"), parts, importer)
            if found is not None:
                return found
            above = self._folder_above(folder)
            if above is None:
                return None
            folder = above
        return None

    def _folder_above(self, folder: str) -> str | None:
        """Return the folder above if a program may import from it, else `None`.

        This is not the root of the project, and there is a root above, or the folder above holds
        programs itself.
        """
        if folder not in self._above:
            above = os.path.join(folder, os.pardir)
            here = os.path.abspath(folder)
            is_root = here == os.path.dirname(here) or has_mark(folder)
            self._above[folder] = None
            if not is_root and (_holds_programs(above) or marked(os.path.realpath(above))):
                self._above[folder] = above
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
        if dotted:
            return os.path.join(os.curdir, found)
        return found


def _holds_programs(folder: str) -> bool:
    try:
        return any(name.endswith(".py") or name in MARKS for name in os.listdir(folder))
    except OSError:
        return False
