"""What a pool of worker processes makes of tasks that answer, die, hang and cannot be answered."""

from __future__ import annotations

import faulthandler
import os
import signal
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from kfix.engine import workers
from kfix.engine.workers import Died, Pool

pytestmark = pytest.mark.skipif(not workers.FORKS, reason="workers start as new processes here")


def double(task: int) -> int:
    return 2 * task


def doubling() -> Callable[[int], int]:
    return double


def raise_signal(number: signal.Signals) -> None:
    faulthandler.disable()  # pytest would print where the process was
    signal.raise_signal(number)


def dying_at(number: int, end: Callable[[], object]) -> Callable[[int], int]:
    def serve(task: int) -> int:
        if task == number:
            end()
        return 2 * task

    return serve


@pytest.fixture(params=[1, 3])
def jobs(request: pytest.FixtureRequest) -> int:
    found: int = request.param
    return found


def asked(start: Callable[[], Callable[[int], object]], tasks: int, jobs: int) -> dict[int, object]:
    pool: Pool[int, object] = Pool(jobs, start)
    try:
        pool.add(enumerate(range(tasks)))
        return dict(pool.answers())
    finally:
        pool.close()


def test_each_task_is_answered_by_its_number(jobs: int) -> None:
    assert asked(doubling, 50, jobs) == {number: 2 * number for number in range(50)}


def test_a_task_may_be_added_while_others_are_answered() -> None:
    pool: Pool[int, int] = Pool(2, doubling)
    pool.add(enumerate([1, 2]))
    answers: dict[int, object] = {}
    for number, answer in pool.answers():
        answers[number] = answer
        if number == 0:
            pool.add_first(7, 30)
    pool.close()
    assert answers == {0: 2, 1: 4, 7: 60}


@pytest.mark.parametrize(
    ("end", "why"),
    [
        (partial(raise_signal, signal.SIGSEGV), "SIGSEGV"),
        (partial(raise_signal, signal.SIGKILL), "SIGKILL"),
        (partial(os._exit, 3), "exit status 3"),
    ],
    ids=["segmentation fault", "killed", "exit"],
)
def test_a_worker_that_dies_costs_one_task(end: Callable[[], object], why: str, jobs: int) -> None:
    answers = asked(lambda: dying_at(20, end), 50, jobs)
    assert answers.pop(20) == Died(why)
    assert answers == {number: 2 * number for number in range(50) if number != 20}


def test_every_task_may_kill_its_worker() -> None:
    answers = asked(lambda: lambda _: os._exit(4), 5, 2)
    assert answers == dict.fromkeys(range(5), Died("exit status 4"))


def test_a_task_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang() -> None:
        while True:
            sum(range(1000))

    monkeypatch.setattr(workers, "MOST_SECONDS", 0.3)
    answers = asked(lambda: dying_at(1, hang), 3, 1)
    assert answers == {0: 0, 1: Died("given up after 0.3 seconds of CPU time"), 2: 4}


def test_what_cannot_be_pickled_is_answered_with_none() -> None:
    assert asked(lambda: lambda task: lambda: task, 2, 1) == {0: None, 1: None}


def test_no_process_is_left_behind() -> None:
    def sleep(_: int) -> None:
        time.sleep(60)

    pool: Pool[int, None] = Pool(2, lambda: sleep)
    pool.add(enumerate([1, 2]))
    answers: Iterator[object] = pool.answers()
    pool._hand_out()
    started = [worker.process for worker in pool._workers]
    assert len(started) == 2
    pool.close()
    assert not any(process.is_alive() for process in started)
    del answers
