"""Many files in worker processes, with the results that one process gives, in the same order."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from kfix.engine.pipeline import CRASH
from kfix.engine.results import FileResult
from kfix.engine.session import Answer, Session
from kfix.engine.settings import Settings
from kfix.model.record import Value, replace

if TYPE_CHECKING:
    from kfix.engine.cache import Cache
    from kfix.engine.workers import Died, Pool
    from kfix.project.boundary import Boundary

MANY = 50
"""Files for which more than one process is worth its start."""


class Task(Value):
    """A file, and what to do with it; `changed` are files that earlier repairs have changed."""

    path: str
    settings: Settings
    changed: dict[str, bytes]


def jobs_for(count: int) -> int:
    """Return how many processes read so many files, where nothing else is asked for."""
    if count < MANY:
        return 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def run_all(session: Session, tasks: Sequence[Task], jobs: int) -> Generator[FileResult]:
    """Yield the results of several files in order, each built on the repairs before it.

    Close the iterator, so that no process is left behind.
    """
    if len(tasks) < 2 or jobs < 1 or not all(map(_may_leave, tasks)):
        for task in tasks:
            yield session.run(task.path, task.settings)
        return
    from kfix.engine.workers import FORKS, Pool

    if jobs == 1 and not FORKS:  # a second process would take as long to start as some files
        yield from run_all(session, tasks, 0)
        return
    serve = partial(_server, dict(session.texts), session.boundary, session.cache)
    pool: Pool[Task, Answer] = Pool(jobs, serve)
    try:
        yield from _Order(session, tasks, pool).results()
    finally:
        pool.close()


def _may_leave(task: Task) -> bool:
    """Return whether a file may be read elsewhere.

    A person who is asked, real Keras, and a traceback that is wanted are here.
    """
    settings = task.settings
    return settings.review is None and settings.verify is None and not os.environ.get("KFIX_DEBUG")


class _Server:
    """Runs files in a worker, each on the state that the run started with."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def __call__(self, task: Task) -> Answer:
        session = self._session
        if task.changed:
            session = Session({**session.texts, **task.changed}, session.boundary)
        return session.answer(task.path, task.settings)


def _server(texts: dict[str, bytes], boundary: Boundary | None, cache: Cache | None) -> _Server:
    return _Server(Session(texts, boundary, cache))


class _Order:
    """Takes answers as they come and yields results in order.

    A worker knows no repair of the run. Where a file has read what an earlier
    repair changed, it is run again with the changed files.
    """

    def __init__(self, session: Session, tasks: Sequence[Task], pool: Pool[Task, Answer]) -> None:
        self._session = session
        self._tasks = tasks
        self._pool = pool
        self._changed: dict[str, bytes] = {}
        self._answers: dict[int, Answer | Died | None] = {}
        self._next = 0
        self._again: set[int] = set()
        """Numbers of the tasks that were given out a second time."""

    def results(self) -> Iterator[FileResult]:
        """Yield the results; those that the cache has need no worker."""
        for number, task in enumerate(self._tasks):
            known = self._session.known(task.path, task.settings)
            if known is None:
                self._pool.add([(number, task)])
            else:
                self._answers[number] = known
        yield from self._ready()
        for number, answer in self._pool.answers():
            self._answers[number] = answer
            yield from self._ready()

    def _ready(self) -> Iterator[FileResult]:
        """Yield the results that are next in the order of the tasks."""
        while self._next in self._answers:
            result = self._result(self._next)
            if result is None:
                break
            yield result
            self._next += 1

    def _result(self, number: int) -> FileResult | None:
        """Return the result of a task that was answered, `None` where it is run again."""
        task = self._tasks[number]
        answer = self._answers.pop(number)
        if answer is None:
            return self._taken(self._session.answer(task.path, task.settings).result)
        if not isinstance(answer, Answer):
            return FileResult(task.path, error=f"{task.path}: {CRASH} ({answer.why})")
        if number in self._again or self._changed.keys().isdisjoint(answer.read):
            return self._taken(answer.result)
        self._again.add(number)
        self._pool.add_first(number, replace(task, changed=self._changed))
        return None

    def _taken(self, result: FileResult) -> FileResult:
        self._session.take(result)
        self._changed |= result.files
        return result
