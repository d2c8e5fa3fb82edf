"""Run kfix on copies of real files and count what must never happen: `python scripts/soak.py
FOLDER… [--limit N] [--whole]`.

Every `.py` and `.ipynb` under the folders (a sample of `--limit`, drawn with `--seed`) is copied
and gone through with `--check`, then fixed, then fixed with `--unsafe`, and each of the two a
second time. Counted: faults and exceptions, processes that were killed, files that take longer than
5 seconds or more than 1 GB, text that Python compiled before and does not afterwards, bytes changed
that the reported diff does not have, and second runs that change a file again. What is done stands
in the state file, so that a run goes on where the last one ended;
`--again` repeats the files with a fault. A file that does not mention Keras is passed by, as the
command does; with `--whole` a program gets an `import keras` at its end and is read like any other.
Exit 1 if anything was counted.
"""

from __future__ import annotations

import argparse
import ast
import gc
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kfix.engine.pipeline import CRASH, run_file  # noqa: E402
from kfix.engine.results import FileResult  # noqa: E402
from kfix.engine.settings import Settings  # noqa: E402
from kfix.project.project import Project  # noqa: E402
from kfix.source.syntax.guard import mentions_keras  # noqa: E402

A_TASK = 300
"""Files that a process is given at a time."""

MOST_SECONDS, MOST_KB = 5.0, 1_000_000
KINDS = (
    "fault",
    "killed",
    "slow",
    "large",
    "does not compile",
    "bytes beside the diff",
    "second run",
)
REPAIRED = "repaired"
"""Stands beside the kinds for each run that changed the file, and is no fault."""


def files(folders: Iterable[str]) -> list[str]:
    """Every program and notebook under the folders, whatever a `.gitignore` says."""
    found: list[str] = []
    for folder in folders:
        for root, below, names in os.walk(folder):
            below.sort()
            found += [
                os.path.join(root, name)
                for name in sorted(names)
                if name.endswith((".py", ".ipynb"))
            ]
    return [path for path in found if os.path.isfile(path)]


def compiles(path: str, data: bytes) -> bool:
    """Return whether Python takes a program; a notebook must be JSON."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if path.endswith(".ipynb"):
                json.loads(data)
            else:
                ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def applied(diff: str, old: bytes, name: str) -> bytes | None:
    """Return what `patch` makes of a file by a diff; `None` where it does not apply."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        path.write_bytes(old)
        done = subprocess.run(
            ["patch", "-s", "-f", "--binary", str(path)],
            input=diff.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
        )
        return path.read_bytes() if done.returncode == 0 else None


def wrong_with(path: str, whole: bool = False) -> list[str]:
    """Go through one file in all modes; return the kinds of what went wrong, and `REPAIRED`."""
    old = Path(path).read_bytes()
    if whole and path.endswith(".py") and not mentions_keras(old):
        old += b"\nimport keras\n"
    name = "program" + os.path.splitext(path)[1]
    wrong: list[str] = []
    for settings in (Settings(search=False), Settings(), Settings(unsafe=True)):
        start = time.process_time()  # not the clock: the machine may be busy with other things
        result = run_file(Project({name: old}), name, settings)
        if time.process_time() - start > MOST_SECONDS:
            wrong.append("slow")
        if result.error is not None and CRASH in result.error:
            wrong.append("fault")
        if result.files.get(name, old) != old:
            wrong += [REPAIRED, *repaired_wrongly(name, old, result, settings)]
    return wrong


def repaired_wrongly(
    name: str, old: bytes, result: FileResult, settings: Settings
) -> Iterator[str]:
    """Yield the kinds of what is wrong with a file that was changed."""
    new = result.files[name]
    if compiles(name, old) and not compiles(name, new):
        yield "does not compile"
    if applied(result.diff, old, name) != new:
        yield "bytes beside the diff"
    if run_file(Project({name: new}), name, settings).files:
        yield "second run"


def task(paths: list[str], whole: bool) -> None:
    """Go through some files, one line of JSON for each: a line that is missing is a process that
    was killed.
    """
    from kfix.source.syntax.fast_libcst import own_process

    own_process()  # as the command has it
    gc.disable()
    for number, path in enumerate(paths):
        if number % 20 == 0:
            gc.collect()
        try:
            wrong = wrong_with(path, whole)
        except Exception as error:
            wrong = ["fault"]
            print(f"{path}: {type(error).__name__}: {error}", file=sys.stderr)
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > MOST_KB:
            wrong.append("large")
        print(json.dumps([path, wrong]), flush=True)


def apart(paths: list[str], whole: bool) -> dict[str, list[str]]:
    """Go through some files in processes of their own.

    The file at which one is killed is told, and the rest go on.
    """
    done: dict[str, list[str]] = {}
    while paths:
        ran = subprocess.run(
            [sys.executable, "-P", __file__, "--task", *["--whole"] * whole, *paths],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
        )
        for line in ran.stdout.splitlines():
            path, wrong = json.loads(line)
            done[path] = wrong
        paths = [path for path in paths if path not in done]
        if paths:
            done[paths.pop(0)] = ["killed"]
    return done


def main() -> int:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    arguments.add_argument("folders", nargs="+")
    arguments.add_argument("--limit", type=int, help="files at most, drawn with the seed")
    arguments.add_argument("--seed", default="14")
    arguments.add_argument("--state", type=Path, default=Path("soak-state.json"))
    arguments.add_argument("--again", action="store_true", help="repeat what went wrong")
    arguments.add_argument("--whole", action="store_true", help="read files without Keras, too")
    arguments.add_argument("--task", action="store_true", help=argparse.SUPPRESS)
    options = arguments.parse_args()
    if options.task:
        task(options.folders, options.whole)
        return 0
    paths = files(options.folders)
    random.Random(options.seed).shuffle(paths)
    state: dict[str, list[str]] = (
        json.loads(options.state.read_text()) if options.state.exists() else {}
    )
    if options.again:
        state = {path: kinds for path, kinds in state.items() if not wrong_of(kinds)}
    waiting = [path for path in paths[: options.limit] if path not in state]
    for start in range(0, len(waiting), A_TASK):
        state.update(apart(waiting[start : start + A_TASK], options.whole))
        options.state.write_text(json.dumps(state))
    return report(state)


def wrong_of(kinds: list[str]) -> list[str]:
    """Return the faults among what stands in the state for a file."""
    return [kind for kind in kinds if kind != REPAIRED]


def report(state: dict[str, list[str]]) -> int:
    """Print the files with faults and the totals; return the exit status."""
    counts = Counter(kind for kinds in state.values() for kind in kinds)
    for path, kinds in sorted(state.items()):
        if wrong_of(kinds):
            print(f"{path}: {', '.join(wrong_of(kinds))}")
    print(f"{len(state):,} files, {counts.pop(REPAIRED, 0):,} runs that repaired: ", end="")
    print(", ".join(f"{counts[kind]} {kind}" for kind in KINDS))
    return int(bool(counts))


if __name__ == "__main__":
    sys.exit(main())
