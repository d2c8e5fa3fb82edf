"""Programs that are open in an editor, asked again after every change."""

from __future__ import annotations

import io
import os
import tokenize
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal

from kfix.api.arguments import settings_of
from kfix.api.conversion import models_of
from kfix.api.fixed import fixed_of
from kfix.api.results import Error, Fixed, Report, Target
from kfix.engine.pipeline import run_file
from kfix.engine.pyproject import NAME, Config, Configs
from kfix.engine.results import FileResult
from kfix.engine.settings import Settings
from kfix.model.record import replace
from kfix.model.site import Place
from kfix.project.boundary import Boundary
from kfix.project.files import FileTrouble
from kfix.project.project import KEPT, Project

if TYPE_CHECKING:
    from kfix.source.syntax.document import Document


class Workspace:
    """Programs that are open in an editor, asked again after every change.

    A text that was put in stands for the file of its path, also where another program imports it.
    What did not change between two questions is not parsed again. `[tool.kfix]` of pyproject.toml
    counts as it does for the command. Nothing is written to disk. A workspace is used by one thread
    at a time.
    """

    def __init__(self, folders: Iterable[str] = ()) -> None:
        """Start with the files on disk; `folders` are those whose files a repair may change."""
        self._texts: dict[str, bytes] = {}
        self._boundary = Boundary(folders)
        self._documents: dict[str, Document] = {}
        self._modules: dict[str, frozenset[str]] = {}
        self._configs: dict[str, tuple[object, Config | None]] = {}

    def put(self, path: str, text: str | bytes) -> None:
        """Let a path stand for this text from now on."""
        self._texts[path] = text if isinstance(text, bytes) else encoded(text)

    def drop(self, path: str) -> None:
        """Let a path stand for the file on disk again."""
        self._texts.pop(path, None)

    def modules(self, path: str) -> frozenset[str]:
        """Return the modules of the project that the last answer for this path looked at."""
        return self._modules.get(path, frozenset())

    def excludes(self, path: str) -> bool:
        """Return whether `exclude` of pyproject.toml leaves a file out; raise `Error`."""
        config = self._config(path)
        return config is not None and config.excludes(path)

    def allows(self, path: str, program: str) -> bool:
        """Return whether a repair of a program may change a file."""
        return self._boundary.allows(path, program)

    def check(
        self,
        path: str,
        *,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        keras: Literal[2, 3] | None = None,
    ) -> Report:
        """Return the findings of a program; no repair is searched for. Raises `Error`."""
        settings = settings_of(None, None, None, keras, select, ignore)
        result = self._run(path, replace(settings, search=False))
        return Report(result.path, models_of(result), tuple(result.notes), result)

    def fix(  # noqa: PLR0913 - the keywords of a public method
        self,
        path: str,
        *,
        target: Target | None = None,
        at: Place | None = None,
        input_shape: str | Sequence[int | None] | None = None,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        keras: Literal[2, 3] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Fixed:
        """Return a program with its models fixed, or only the one whose definition is `at` a place.

        A place in a module that it imports stands for all models.
        The search ends with `Cancelled` when `cancelled` returns true. Raises `Error`.
        """
        settings = settings_of(target, None, input_shape, keras, select, ignore)
        settings = replace(settings, cancelled=cancelled)
        if at is not None and at.path == path:
            settings = replace(settings, cell=at.cell, line=at.line)
        return fixed_of(self._run(path, settings))

    # --- one run ----------------------------------------------------------------------------

    def _run(self, path: str, settings: Settings) -> FileResult:
        config = self._config(path)
        if config is not None:
            settings = config.settings(path, settings)
        project = Project(dict(self._texts), boundary=self._boundary, earlier=self._documents)
        result = run_file(project, path, settings)
        self._modules[path] = project.located
        self._keep(project)
        if result.error is not None:
            raise Error(result.error, result.path, result.error_place)
        return result

    def _keep(self, project: Project) -> None:
        """Keep what was parsed for the next question, as far as `KEPT` allows: the newest first."""
        for path, document in project.loaded().items():
            self._documents.pop(path, None)
            self._documents[path] = document
        kept = sum(len(document.data) for document in self._documents.values())
        for path in list(self._documents)[:-1]:
            if kept <= KEPT:
                break
            kept -= len(self._documents.pop(path).data)

    def _config(self, path: str) -> Config | None:
        """Return the configuration of the nearest pyproject.toml, read anew after a change."""
        folder = os.path.dirname(path)
        state = _state(folder)
        known = self._configs.get(folder)
        if known is not None and known[0] == state:
            return known[1]
        try:
            config = Configs().of(path)
        except FileTrouble as trouble:
            raise Error(str(trouble), path) from None
        self._configs[folder] = (state, config)
        return config


def encoded(text: str) -> bytes:
    """Return a text in the encoding that its first lines name, UTF-8 where they name none."""
    data = text.encode("utf-8", "replace")
    if b"coding" not in data[:500]:
        return data
    try:
        encoding = tokenize.detect_encoding(io.BytesIO(data).readline)[0]
        return text.encode(encoding)
    except (SyntaxError, LookupError, ValueError):
        return data


def _state(folder: str) -> tuple[object, ...]:
    """Return what changes when a pyproject.toml at or above a folder does."""
    found: list[object] = []
    while True:
        try:
            status = os.stat(os.path.join(folder, NAME))
            found.append((folder, status.st_mtime_ns, status.st_size))
        except OSError:
            pass
        above = os.path.dirname(folder)
        if above == folder:
            return tuple(found)
        folder = above
