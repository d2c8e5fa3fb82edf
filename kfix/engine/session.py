"""Files one after another, each read with what the repairs before it changed."""

from __future__ import annotations

from collections.abc import Mapping

from kfix.engine.pipeline import run_file
from kfix.engine.results import FileResult
from kfix.engine.settings import Settings
from kfix.project.boundary import Boundary
from kfix.project.project import Project


class Session:
    """The files of one run; what the command line and the Python API have in common.

    A session is used by one thread; several sessions may run at once. Nothing
    is written to disk.
    """

    def __init__(
        self, texts: Mapping[str, bytes] | None = None, boundary: Boundary | None = None
    ) -> None:
        """Start with the files on disk, and `texts` by path in the place of what is there.

        `boundary` says what lies outside the project and is not edited.
        """
        self._texts = dict(texts or {})
        self._project = Project(self._texts, boundary=boundary)

    def put(self, path: str, data: bytes) -> None:
        """Let a path stand for this text from now on."""
        self._texts[path] = data

    def run(self, path: str, settings: Settings) -> FileResult:
        """Run one file as the settings ask; later files build on its repairs."""
        result = run_file(self._project, path, settings)
        self._project.take(result.files)
        return result
