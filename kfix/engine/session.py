"""Files one after another, each read with what the repairs before it changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kfix.engine.pipeline import run_file
from kfix.engine.results import FileResult
from kfix.engine.settings import Settings
from kfix.model.record import Value
from kfix.project.boundary import Boundary
from kfix.project.project import Project

if TYPE_CHECKING:
    from kfix.engine.cache import Cache


class Answer(Value):
    """A result with the paths of the files that it depends on."""

    result: FileResult
    read: frozenset[str]


class Session:
    """The files of one run; what the command line and the Python API have in common.

    A session is used by one thread; several sessions may run at once. Nothing
    is written to disk.
    """

    def __init__(
        self,
        texts: Mapping[str, bytes] | None = None,
        boundary: Boundary | None = None,
        cache: Cache | None = None,
    ) -> None:
        """Start with the files on disk, and `texts` by path in the place of what is there.

        `boundary` says what lies outside the project and is not edited,
        `cache` keeps results for later runs.
        """
        self.cache = cache
        self.texts = dict(texts or {})
        self.boundary = boundary
        self._project = Project(self.texts, boundary=boundary)

    def put(self, path: str, data: bytes) -> None:
        """Let a path stand for this text from now on."""
        self._project.take({path: data})

    def run(self, path: str, settings: Settings) -> FileResult:
        """Run one file as the settings ask; later files build on its repairs."""
        answer = self.known(path, settings) or self.answer(path, settings)
        result = answer.result
        self.take(result)
        return result

    def answer(self, path: str, settings: Settings) -> Answer:
        """Run one file as the settings ask, and leave the session as it is."""
        self._project.forget_dependencies()
        result = run_file(self._project, path, settings)
        if self.cache is not None:
            self.cache.store(self._project, settings, result)
        return Answer(result, frozenset(self._project.dependencies.data))

    def known(self, path: str, settings: Settings) -> Answer | None:
        """Return what the cache has of one file, `None` where it has to be run."""
        result = None
        if self.cache is not None:
            result = self.cache.load(self._project, path, settings)
        return (
            None if result is None else Answer(result, frozenset(self._project.dependencies.data))
        )

    def take(self, result: FileResult) -> None:
        """Let later files build on the repairs of this one."""
        self._project.take(result.files)
