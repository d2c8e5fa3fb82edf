"""Run kfix on programs that nobody would write: `python scripts/fuzz.py [--kind K] [--batches N]
[--state FILE]`.

Kinds: `calls` (every layer, operation, function and method with values of every kind), `models`
(small wrong models, data and targets of every rank, through search and rewriting), `texts`
(programs and notebooks with tokens, lines, bytes and JSON changed), `guard` (nested and repeated
signs, parsed in a process of their own), `files` (requirements, pyproject.toml, targets and paths),
`logs` (errors of runs, cut, joined and shuffled; none may take longer than 50 ms).
A batch is made from its number alone; a process runs several. What is done stands in the state
file, with what it found: a run goes on where the last one ended. Exit 1 if any batch has found a
fault, a killed process, or an input that takes longer than `--slow` seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kfix.engine.pipeline import CRASH, run_file  # noqa: E402
from kfix.engine.settings import Settings  # noqa: E402
from kfix.project.project import Project  # noqa: E402
from scripts.soak import repaired_wrongly  # noqa: E402
from tests.fuzz import bombs, calls, files, logs, models, texts  # noqa: E402

A_BATCH = 500
"""Inputs of a batch."""

A_PROCESS = 10
"""Batches of a process: its start takes as long as hundreds of the cheap inputs."""

Input = tuple[str, Callable[[], str | None]]
"""What an input is for a report, and the run on it, which returns the fault."""


def checked(name: str, data: bytes, settings: Settings) -> Input:
    """One file of a project."""

    def run() -> str | None:
        result = run_file(Project({name: data}), name, settings)
        if result.error is not None and CRASH in result.error:
            return result.error
        wrong = repaired_wrongly(name, data, result, settings) if name in result.files else ()
        return ", ".join(wrong) or None

    return f"{name} {settings.target}: {data[-2000:]!r}", run


def of_calls(number: int) -> Iterator[Input]:
    """See the docstring of the module."""
    for seed in range(number * A_BATCH, (number + 1) * A_BATCH):
        draw = random.Random(f"calls {seed}")
        settings = Settings(target=draw.choice([None, "10", "5,5"]), unsafe=draw.random() < 0.3)
        yield checked("m.py", calls.program(draw).encode(), settings)


def of_models(number: int) -> Iterator[Input]:
    """See the docstring of the module."""
    for seed in range(number * A_BATCH, (number + 1) * A_BATCH):
        draw = random.Random(f"models {seed}")
        settings = Settings(target=models.target(draw), unsafe=draw.random() < 0.5)
        yield checked("m.py", models.program(draw).encode(), settings)


def of_texts(number: int) -> Iterator[Input]:
    """See the docstring of the module."""
    paths = sorted((ROOT / "fixtures").rglob("*.py"))
    for seed in range(number * A_BATCH, (number + 1) * A_BATCH):
        draw = random.Random(f"texts {seed}")
        text = draw.choice(paths).read_text(encoding="utf-8")
        name, data = texts.mutated(text, draw)
        yield checked(
            name, data, Settings(target=draw.choice([None, "10"]), search=draw.random() < 0.5)
        )


def of_guard(number: int) -> Iterator[Input]:
    """See the docstring of the module."""
    parser = bombs.Parser()
    try:
        for seed in range(number * A_BATCH, (number + 1) * A_BATCH):
            text = bombs.text(random.Random(f"guard {seed}"))

            def run(text: str = text) -> str | None:
                return parser.fault(text)

            yield repr(text[:100] + " … " + text[-100:]), run
    finally:
        parser.close()


def of_files(number: int) -> Iterator[Input]:
    """See the docstring of the module."""
    for seed in range(number * A_BATCH, (number + 1) * A_BATCH):
        yield files.one(random.Random(f"files {seed}"))


def of_logs(number: int) -> Iterator[Input]:
    """See the docstring of the module."""
    logs.fault_of("ValueError: x")  # the table is made at the first use
    for seed in range(number * A_BATCH, (number + 1) * A_BATCH):
        text = logs.log(random.Random(f"logs {seed}"))

        def run(text: str = text) -> str | None:
            return logs.fault_of(text)

        yield repr(text[-2000:]), run


KINDS: dict[str, Callable[[int], Iterator[Input]]] = {
    "calls": of_calls,
    "models": of_models,
    "texts": of_texts,
    "guard": of_guard,
    "files": of_files,
    "logs": of_logs,
}


def batch(kind: str, number: int, slow: float) -> dict[str, Any]:
    """Run one batch.

    Return how many inputs it had, and the faults and slow inputs with their text.
    """
    found: dict[str, Any] = {"inputs": 0, "faults": [], "slow": []}
    for said, run in KINDS[kind](number):
        start = time.process_time()  # not the clock: the machine may be busy with other things
        try:
            fault = run()
        except Exception as error:
            fault = f"{type(error).__name__}: {error}"
        took = time.process_time() - start
        found["inputs"] += 1
        if fault is not None:
            found["faults"].append([fault, said])
        if took > slow:
            found["slow"].append([round(took, 1), said])
    return found


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    arguments.add_argument("--kind", choices=KINDS, action="append")
    arguments.add_argument("--batches", type=int, default=20)
    arguments.add_argument("--state", type=Path, default=Path("fuzz-state.json"))
    arguments.add_argument("--slow", type=float, default=2.0)
    arguments.add_argument("--run", nargs="+", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.run:
        run_batches(options.run[0], map(int, options.run[1:]), options.slow)
        return 0
    state: dict[str, Any] = json.loads(options.state.read_text()) if options.state.exists() else {}
    for first in range(0, options.batches, A_PROCESS):
        numbers = range(first, min(first + A_PROCESS, options.batches))
        for kind in options.kind or KINDS:
            waiting = [number for number in numbers if f"{kind} {number}" not in state]
            state |= apart(kind, waiting, options.slow)
            options.state.write_text(json.dumps(state))
    return report(state)


def run_batches(kind: str, numbers: Iterable[int], slow: float) -> None:
    """Run some batches, a line of JSON for each."""
    for number in numbers:
        print(json.dumps(batch(kind, number, slow)), flush=True)


def apart(kind: str, numbers: list[int], slow: float) -> dict[str, dict[str, Any]]:
    """Run batches in processes of their own, so that one that is killed is found, too."""
    found: dict[str, dict[str, Any]] = {}
    while numbers:
        command = [sys.executable, __file__, "--slow", str(slow), "--run", kind, *map(str, numbers)]
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        )
        for line in done.stdout.splitlines():
            found[f"{kind} {numbers.pop(0)}"] = json.loads(line)
        if numbers:
            fault = [f"ended with {done.returncode}", done.stderr[-500:]]
            found[f"{kind} {numbers.pop(0)}"] = {"inputs": 0, "faults": [fault], "slow": []}
    return found


def report(state: dict[str, Any]) -> int:
    """Print the faults and the totals; return the exit status."""
    wrong = 0
    for kind in KINDS:
        batches = [found for name, found in state.items() if name.startswith(f"{kind} ")]
        faults = [fault for found in batches for fault in found["faults"]]
        slow = [one for found in batches for one in found["slow"]]
        wrong += len(faults) + len(slow)
        for first, said in [*faults, *slow][:20]:
            print(f"{kind}: {first}\n    {said[:600]}")
        count = sum(found["inputs"] for found in batches)
        print(f"{kind}: {count:,} inputs, {len(faults)} faults, {len(slow)} slow")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
