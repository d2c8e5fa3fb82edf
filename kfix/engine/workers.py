"""Worker processes that read the files of a run: one that dies or hangs costs its file alone."""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, NamedTuple, TypeVar

from kfix.model.record import Value

_MOST_AT_ONCE = 8
"""Tasks that a worker is given at a time; the next ones wait until all of them are answered."""

MOST_SECONDS = 60.0
"""CPU time for one task; kfix bounds its work in steps, and this is for what no bound foresaw."""

FORKS = sys.platform == "linux"
"""Whether a worker starts as a copy of this process, in milliseconds; macOS warns against it."""

T = TypeVar("T")
R = TypeVar("R")


class Died(Value):
    """What takes the place of an answer where the worker ended: the reason in words."""

    why: str


class Pool(Generic[T, R]):
    """Processes that call `serve` on tasks; `serve` returns `None` where it has no answer to send.

    Close it, whatever happens: the processes do not react to Ctrl-C themselves.
    """

    def __init__(self, jobs: int, start: Callable[[], Callable[[T], R]]) -> None:
        """Take the number of processes, and what makes the function `serve` in each of them."""
        self._start = start
        self._jobs = jobs
        self._waiting: deque[tuple[int, T]] = deque()
        self._workers: list[_Worker[T]] = []
        self._context: Any = multiprocessing.get_context("fork" if FORKS else "spawn")

    def add(self, tasks: Iterable[tuple[int, T]]) -> None:
        """Take tasks by number, behind those that are waiting."""
        self._waiting.extend(tasks)

    def add_first(self, number: int, task: T) -> None:
        """Take a task before those that are waiting."""
        self._waiting.appendleft((number, task))

    def answers(self) -> Iterator[tuple[int, R | Died | None]]:
        """Yield the answers as they come, until no task is left; tasks may be added meanwhile."""
        while self._waiting or any(worker.tasks for worker in self._workers):
            self._hand_out()
            busy: dict[Any, _Worker[T]] = {
                worker.connection: worker for worker in self._workers if worker.tasks
            }
            for connection in wait(list(busy)):
                yield from self._answers_of(busy[connection])

    def close(self) -> None:
        """End the processes, also those at work."""
        for worker in self._workers:
            worker.connection.close()
            worker.process.terminate()
        for worker in self._workers:
            worker.process.join()
        self._workers.clear()

    def _hand_out(self) -> None:
        """Give tasks to the workers that have none."""
        for worker in self._workers:
            if not worker.tasks:
                self._give(worker)
        while self._waiting and len(self._workers) < self._jobs:
            with _uninterrupted():
                worker = self._started()
                self._workers.append(worker)
            self._give(worker)

    def _give(self, worker: _Worker[T]) -> None:
        share = len(self._waiting) // (4 * self._jobs)
        for _ in range(min(max(share, 1), _MOST_AT_ONCE, len(self._waiting))):
            worker.tasks.append(self._waiting.popleft())
        if worker.tasks:
            with contextlib.suppress(OSError):  # it has died: `_answers_of` finds that out
                worker.connection.send([task for _, task in worker.tasks])

    def _started(self) -> _Worker[T]:
        ours, theirs = self._context.Pipe()
        # A copy of this process must not keep the pipes of the others open.
        inherited = [ours, *(worker.connection for worker in self._workers)] if FORKS else []
        process = self._context.Process(
            target=_work, args=(theirs, inherited, self._start), daemon=True
        )
        process.start()
        theirs.close()
        return _Worker(process, ours, deque())

    def _answers_of(self, worker: _Worker[T]) -> Iterator[tuple[int, R | Died | None]]:
        """Yield what a worker has answered; where it has died, its other tasks wait again."""
        try:
            answer: R | None = worker.connection.recv()
        except (EOFError, OSError):
            self._workers.remove(worker)
            worker.connection.close()
            worker.process.join()
            number, _ = worker.tasks.popleft()
            self._waiting.extendleft(reversed(worker.tasks))
            yield number, Died(_why(worker.process.exitcode))
        else:
            number, _ = worker.tasks.popleft()
            yield number, answer


class _Worker(NamedTuple, Generic[T]):
    process: Any
    connection: Connection[Any, Any]
    tasks: deque[tuple[int, T]]
    """Those that it has not answered yet, in order."""


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C back until a process that starts is known, and ignores Ctrl-C itself."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _why(code: int | None) -> str:
    if code is None or code >= 0:
        return f"exit status {code}"
    if hasattr(signal, "SIGPROF") and code == -signal.SIGPROF:
        return f"given up after {MOST_SECONDS:g} seconds of CPU time"
    with contextlib.suppress(ValueError):
        return signal.Signals(-code).name
    return f"signal {-code}"


def _work(
    connection: Connection[Any, Any],
    inherited: list[Connection[Any, Any]],
    start: Callable[[], Callable[[Any], Any]],
) -> None:
    """Answer the tasks that come through a pipe, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends Ctrl-C to all of them
    for one in inherited:
        one.close()
    serve = start()
    with contextlib.suppress(EOFError, OSError):
        while True:
            for task in connection.recv():
                _limit(MOST_SECONDS)
                answer = serve(task)
                _limit(0)
                _send(connection, answer)


def _send(connection: Connection[Any, Any], answer: object) -> None:
    """Send an answer, `None` where it cannot be pickled."""
    try:
        data = multiprocessing.reduction.ForkingPickler.dumps(answer)
    except Exception:  # a pickle may fail in any way; the task is done elsewhere then
        data = multiprocessing.reduction.ForkingPickler.dumps(None)
    connection.send_bytes(data)


def _limit(seconds: float) -> None:
    """Let the system end this process when it has used so much CPU time from now on; 0: never."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, seconds)
