"""The answers of kfix on open programs, kept until the program changes."""

from __future__ import annotations

import asyncio
import os
import re
import threading
import time
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeVar

from kfix import api
from kfix.lsp.documents import Documents
from kfix.lsp.lines import Moved
from kfix.lsp.options import Options

T = TypeVar("T")

_STACK = 64 * 1024 * 1024
"""Bytes of stack of the thread: deep programs need more than some systems give."""


@dataclass
class Answer:
    """What kfix says of an open program: of its text, or of the last that could be read.

    `error` says why the text as it is could not be read; then `moved` has where the lines of the
    report are now, by cell.
    """

    report: api.Report | None
    versions: tuple[object, ...]
    error: api.Error | None = None
    texts: dict[int | None, str] = field(default_factory=dict)
    moved: dict[int | None, Moved] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def models(self) -> tuple[api.Model, ...]:
        """The models of the report."""
        return () if self.report is None else self.report.models

    @property
    def findings(self) -> list[api.Finding]:
        """The findings of the report; what several models say alike only once."""
        return list(dict.fromkeys(found for model in self.models for found in model.findings))

    def line(self, cell: int | None, number: int) -> int | None:
        """Return where a line of the report is now; `None` where it was changed since."""
        if cell in self.moved:
            return self.moved[cell].line(number)
        return number

    def line_before(self, cell: int | None, number: int) -> int | None:
        """Return which line of the report a line is; `None` where it was changed since."""
        if cell in self.moved:
            return self.moved[cell].before(number)
        return number

    @property
    def stale(self) -> bool:
        """Whether the report is that of an earlier text."""
        return self.error is not None


class _ForRepairs(NamedTuple):
    """A question for repairs."""

    path: str
    target: str | None
    at: api.Place | None
    versions: tuple[object, ...]


class Analysis:
    """Asks kfix about the open programs, one question at a time, and remembers the answers."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.options = Options()
        self._workspace = api.Workspace()
        self._answers: dict[str, Answer] = {}
        self._fixes: dict[_ForRepairs, api.Fixed] = {}
        self._put: dict[str, str] = {}
        self._questions: dict[str, tuple[tuple[object, ...], asyncio.Future[Answer]]] = {}
        threading.stack_size(_STACK)
        self._thread = ThreadPoolExecutor(1, "kfix")
        threading.stack_size(0)

    def set_folders(self, folders: Iterable[str]) -> None:
        """Say which folders are open: a repair changes files inside of them."""
        self._thread.submit(self._restart, list(folders))
        self.forget()

    def _restart(self, folders: list[str]) -> None:
        self._workspace = api.Workspace(folders)
        self._put.clear()

    def forget(self) -> None:
        """Forget all answers: files on disk or options have changed."""
        for answer in self._answers.values():
            answer.versions = ()
        self._fixes.clear()

    def close(self, path: str) -> None:
        """Forget a program that was closed."""
        self._answers.pop(path, None)
        self._forget_fixes(path)

    def known(self, path: str) -> Answer | None:
        """Return the last answer about a program, however old."""
        return self._answers.get(path)

    def users(self, path: str) -> list[str]:
        """Return the open programs that read the file of another, as far as was seen."""
        return [
            other for other in self.documents.paths() if other != path and self._reads(other, path)
        ]

    def _reads(self, path: str, other: str) -> bool:
        """Return whether a program imports or names a file; that may not be on disk yet."""
        name = os.path.splitext(os.path.basename(other))[0]
        known = self._workspace.modules(path)
        named = re.compile(rf"\b{re.escape(name)}\b").search
        return other in known or any(named(text.text) for _, text in self.documents.texts(path))

    # --- questions --------------------------------------------------------------------------

    async def answer(self, path: str) -> Answer:
        """Return the answer about a program as it is now."""
        while True:
            versions = self._versions(path)
            known = self._answers.get(path)
            if known is not None and known.versions == versions:
                return known
            answer = await asyncio.shield(self._question(path, versions))
            if versions == self._versions(path):
                return answer

    def _question(self, path: str, versions: tuple[object, ...]) -> asyncio.Future[Answer]:
        """Return the question about these versions that waits for its answer: several ask it."""
        asked = self._questions.get(path)
        if asked is None or asked[0] != versions:
            texts = {cell: text.text for cell, text in self.documents.texts(path)}
            asking = self._asked(path, versions, self._sources(), texts)
            asked = self._questions[path] = (versions, asyncio.ensure_future(asking))
        return asked[1]

    async def _asked(
        self,
        path: str,
        versions: tuple[object, ...],
        sources: dict[str, str],
        texts: dict[int | None, str],
    ) -> Answer:
        """Ask about a program, and remember the answer."""
        report, seconds = await self.ask(partial(self._check, path, sources))
        if self._questions.get(path, ((),))[0] == versions:
            del self._questions[path]
        answer = self._remembered(path, report, versions, texts)
        answer.seconds = seconds
        return answer

    async def fix(
        self, path: str, target: str | None = None, at: api.Place | None = None
    ) -> api.Fixed | None:
        """Return the repairs of a program, or of one model.

        `None` where it cannot be read, and where its text has changed meanwhile.
        """
        versions = self._versions(path)
        key = _ForRepairs(path, target, at, versions)
        if key in self._fixes:
            return self._fixes[key]
        sources = self._sources()
        try:
            fixed = await self.ask(
                lambda: self._fix(
                    path, target, at, sources, lambda: versions != self._versions(path)
                )
            )
        except (api.Error, api.Cancelled):
            return None
        if versions != self._versions(
            path
        ):  # the search ended first: its text is gone all the same
            return None
        self._forget_fixes(path, versions)
        self._fixes[key] = fixed
        return fixed

    async def ask(self, question: Callable[[], T]) -> T:
        """Ask in the thread; who is cancelled does not wait, and the question ends by itself."""
        loop = asyncio.get_running_loop()
        waiting: Awaitable[T] = loop.run_in_executor(self._thread, question)
        return await asyncio.shield(waiting)

    # --- in the thread ----------------------------------------------------------------------

    def _check(self, path: str, sources: dict[str, str]) -> tuple[object, float]:
        start = time.thread_time()
        self._take(sources)
        options = self.options
        found: object = None
        try:
            if not self._workspace.excludes(path):
                found = self._workspace.check(
                    path, select=options.select, ignore=options.ignore, keras=options.keras
                )
        except api.Error as error:
            found = error
        return found, time.thread_time() - start

    def _fix(
        self,
        path: str,
        target: str | None,
        at: api.Place | None,
        sources: dict[str, str],
        cancelled: Callable[[], bool],
    ) -> api.Fixed:
        self._take(sources)
        options = self.options
        return self._workspace.fix(
            path,
            target=target,
            at=at,
            select=options.select,
            ignore=options.ignore,
            keras=options.keras,
            cancelled=cancelled,
        )

    def _take(self, sources: dict[str, str]) -> None:
        """Let the workspace have the open texts."""
        for path in self._put.keys() - sources.keys():
            self._workspace.drop(path)
            del self._put[path]
        for path, text in sources.items():
            if self._put.get(path) != text:
                self._put[path] = text
                self._workspace.put(path, text)

    # --- what is remembered -----------------------------------------------------------------

    def _versions(self, path: str) -> tuple[object, ...]:
        """Return what changes whenever the text of a program does, or an open one that it reads."""
        documents = self.documents
        return tuple(
            (other, documents.versions(other))
            for other in documents.paths()
            if other == path or self._reads(path, other)
        )

    def _sources(self) -> dict[str, str]:
        return {path: self.documents.source(path) for path in self.documents.paths()}

    def _remembered(
        self,
        path: str,
        report: object,
        versions: tuple[object, ...],
        texts: dict[int | None, str],
    ) -> Answer:
        """Remember what was found; of a text that cannot be read the last report is kept."""
        before = self._answers.get(path)
        if report is None:  # pyproject.toml excludes the file
            answer = Answer(None, versions)
        elif isinstance(report, api.Report) and not _is_worse(report, before):
            answer = Answer(report, versions, None, texts)
        else:
            answer = Answer(None, versions, _error(report, path))
            if before is not None:
                answer.report, answer.texts = before.report, before.texts
                answer.moved = {
                    cell: Moved(before.texts.get(cell, ""), text) for cell, text in texts.items()
                }
        if path in self.documents.paths():
            self._answers[path] = answer
        return answer

    def _forget_fixes(self, path: str, but: tuple[object, ...] = ()) -> None:
        self._fixes = {
            key: fixed
            for key, fixed in self._fixes.items()
            if key.path != path or key.versions == but
        }


UNREAD = "; the cell is not read"
"""How the note of a cell ends that is not Python."""


def _unread(report: api.Report) -> set[str]:
    return {note.partition(":")[0] for note in report.notes if note.endswith(UNREAD)}


def _is_worse(report: api.Report, before: Answer | None) -> bool:
    """Return whether a cell of a notebook is half typed that could be read before."""
    if before is None or before.report is None:
        return False
    return bool(_unread(report) - _unread(before.report))


def _error(found: object, path: str) -> api.Error:
    if isinstance(found, api.Error):
        return found
    assert isinstance(found, api.Report)
    note = next(note for note in found.notes if note.endswith(UNREAD))
    return api.Error(note.removesuffix(UNREAD), path)
