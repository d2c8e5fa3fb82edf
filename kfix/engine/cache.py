"""Results of earlier runs, by all that they depend on.

What is kept is a result without any repair: findings, and what a report shows
of them. So no edit is ever made, or shown, from the cache. Entries are sealed
(`kfix.project.sealed_folder`): a result that a repository brings along is none.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from typing import Any

from kfix.engine.results import FileResult
from kfix.engine.settings import Settings
from kfix.project.boundary import Boundary
from kfix.project.files import FileTrouble
from kfix.project.project import Dependencies, Project
from kfix.project.sealed_folder import SealedFolder, key_path, user_key


class Cache:
    """The cache of each project that a run goes through.

    `whole` says that reports of all layers are made of the results.
    """

    def __init__(self, boundary: Boundary, key: bytes, generation: str, whole: bool) -> None:
        self._boundary = boundary
        self._key = key
        self._generation = generation
        self._whole = whole
        self._folders: dict[str, SealedFolder | None] = {}
        """By the folder of a program."""

    def load(self, project: Project, path: str, settings: Settings) -> FileResult | None:
        """Return the result that a run would have now, `None` where that is not known.

        What the result depends on is asked for again, and so is noted as by a run.
        """
        folder = self._folder(path)
        if folder is None:
            return None
        entry = folder.read(self._name(path, settings))
        if entry is None:
            return None
        from kfix.engine.encoding import decode

        try:
            table: dict[str, Any] = json.loads(entry)
            if table["asked"] != _answered(project, path, table["asked"]):
                return None
            result = decode(table["rows"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return None  # sealed, and still no entry: of a kfix that had a fault
        result.data = project.data(path)
        return result

    def store(self, project: Project, settings: Settings, result: FileResult) -> None:
        """Keep the result of a run that has just ended, if it is one that is kept."""
        folder = self._folder(result.path)
        if folder is None or result.error is not None or not project.dependencies.parsed:
            return
        from kfix.engine.encoding import CannotEncode, encode

        try:
            rows = encode(result, self._whole)
        except (CannotEncode, RecursionError):
            return
        asked = _noted(project, result.path)
        entry = json.dumps({"asked": asked, "rows": rows}, separators=(",", ":"))
        folder.write(self._name(result.path, settings), entry.encode())

    def _name(self, path: str, settings: Settings) -> str:
        fields = [
            sorted(value) if isinstance(value, frozenset) else value
            for value in vars(settings).values()
        ]
        return repr([path, self._whole, *fields])

    def _folder(self, path: str) -> SealedFolder | None:
        here = os.path.dirname(path)
        if here not in self._folders:
            root = self._boundary.project(path)
            folder = None
            if root is not None:
                folder = SealedFolder(root, self._generation, self._key)
            self._folders[here] = folder
        return self._folders[here]


def open_cache(boundary: Boundary, whole: bool) -> Cache | None:
    """Return the cache of a run, `None` where the user has no key that lies outside the tree."""
    path = key_path()
    if path is None or boundary.checks(path):
        return None
    key = user_key(path)
    return None if key is None else Cache(boundary, key, _generation(), whole)


def _noted(project: Project, path: str) -> dict[str, Any]:
    """Return as JSON what was asked in the run of a file, with the answers."""
    asked = project.dependencies
    return {
        "data": {name: _digest(data) for name, data in asked.data.items()},
        "modules": [[*question, found] for question, found in asked.modules.items()],
        "pins": dict(asked.pins),
        "allowed": project.boundary.allows(path, path),
    }


def _answered(project: Project, path: str, earlier: dict[str, Any]) -> dict[str, Any]:
    """Return as `_noted` does how the same questions are answered now."""
    project.dependencies = Dependencies()
    for name in earlier["data"]:
        try:
            project.data(name)
        except FileTrouble:
            continue  # noted as such
    for importer, module, level, _ in earlier["modules"]:
        project.locate(importer, module, level)
    for program in earlier["pins"]:
        project.pinned_to_keras_2(program)
    return _noted(project, path)


def _digest(data: bytes | None) -> str | None:
    return None if data is None else hashlib.sha256(data).hexdigest()


def _generation() -> str:
    """Return 16 hexadecimal digits for the state of kfix, of Python and of the parser."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    states = [sys.version]
    for folder, below, names in os.walk(package):
        below[:] = sorted(name for name in below if name != "__pycache__")
        states += [_state(os.path.join(folder, name)) for name in sorted(names)]
    libcst = (os.path.join(folder, "libcst", "_version.py") for folder in sys.path)
    states += [_state(path) for path in libcst if os.path.exists(path)]
    return hashlib.sha256("\n".join(states).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _state(path: str) -> str:
    status = os.stat(path)
    return f"{path} {status.st_size} {status.st_mtime_ns}"
