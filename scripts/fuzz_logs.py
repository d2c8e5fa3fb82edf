"""Read cut, joined and shuffled logs: none may crash, and none may take long.

`python scripts/fuzz_logs.py --count 20000` makes logs of the examples of the table of errors, in
the tracebacks of Python, of notebooks and of older IPython, among training progress, colours and
other tracebacks. It reads and explains each; `--bind N` uses the first N with a program, too. It
prints the slowest, and exits with 1 after a crash or where one takes longer than `--limit`
milliseconds of CPU. Logs of files (`--logs FOLDER`) are cut and shuffled along with these.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.evidence.reading import read_error
from kfix.evidence.table import ROWS
from kfix.report import evidence

PROGRAM = b"""\
import numpy as np
import keras
from keras import layers

x, y = np.load("x.npy"), np.load("y.npy")
model = keras.Sequential([layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(3)])
model.compile("adam", "categorical_crossentropy")
model.fit(x, y)
"""
CODE = "model.fit(x, y)"
PYTHON = """\
Traceback (most recent call last):
  File "/home/me/train.py", line 8, in <module>
    model.fit(x, y)
  File "/usr/lib/python3/site-packages/keras/src/utils/traceback_utils.py", line 122, in handler
    raise e.with_traceback(filtered_tb) from None
ValueError: {}
"""
CELL = """\
---------------------------------------------------------------------------
ValueError                                Traceback (most recent call last)
Cell In[3], line 8
      6 model = keras.Sequential([])
      7 model.compile("adam", "categorical_crossentropy")
----> 8 model.fit(x, y)

File ~/venv/lib/site-packages/keras/src/utils/traceback_utils.py:122, in handler(*args)
--> 122     raise e.with_traceback(filtered_tb) from None

ValueError: {}
"""
OLDER = """\
<ipython-input-5-9a1b2c3d4e5f> in <module>()
      7 model.compile("adam", "mse")
----> 8 model.fit(x, y)

/usr/lib/dist-packages/keras/engine/training.py in fit(self, x)
--> 108       return method(self, *args, **kwargs)

InvalidArgumentError: {}
"""
NOISE = (
    "Epoch 1/3\r 1/32 ━━━━━━━━━━━━━━━━ 1:02 2s/step - loss: 0.69\n",
    "2026-01-04 10:10:10.1: I tensorflow/core/util/port.cc:153] oneDNN custom operations are on.\n",
    "\nDuring handling of the above exception, another exception occurred:\n\n",
    "KeyError: 'label'\n",
    "\x1b[31m" + "=" * 200 + "\x1b[0m\n",
    "(((((" * 40 + "[" * 100 + "\n",
    'File "' + "a" * 300 + '", line 1\n',
    "shape=(None, " + "28, " * 300 + ")\n",
    "",
)


def made(chance: random.Random) -> str:
    """Return a log with the error of one row of the table, whole."""
    texts = [row.example or (*row.texts, "?")[0] for row in ROWS]
    frame = chance.choice((PYTHON, CELL, OLDER, "{}\n"))
    return chance.choice(NOISE) + frame.format(chance.choice(texts)) + chance.choice(NOISE)


def _cut(chance: random.Random, log: str) -> str:
    ends = sorted(chance.randrange(len(log) + 1) for _ in range(2))
    return log[slice(*ends)]


def _shuffled(chance: random.Random, log: str) -> str:
    lines = log.splitlines(keepends=True)
    chance.shuffle(lines)
    return "".join(lines)


def _doubled(chance: random.Random, log: str) -> str:
    return log * chance.randrange(2, 40)


def _wrapped(chance: random.Random, log: str) -> str:
    width = chance.randrange(1, 100)
    lines = (line[i : i + width] for line in log.split("\n") for i in range(0, len(line), width))
    return "\n".join(lines)


def _spoiled(chance: random.Random, log: str) -> str:
    letters = list(log)
    for place in chance.sample(range(len(letters)), len(letters) // 20):
        letters[place] = chance.choice("([{'\",:;\x1b\x00\n 09é")
    return "".join(letters)


def _on_one_line(_: random.Random, log: str) -> str:
    return log.replace("\n", " ")


def _whole(_: random.Random, log: str) -> str:
    return log


WAYS: tuple[Callable[[random.Random, str], str], ...] = (
    *(_cut, _shuffled, _doubled, _wrapped, _spoiled, _on_one_line, _whole),
)


def logs(seed: int, count: int, given: list[str]) -> Iterator[str]:
    """Yield as many logs, each joined of some, and changed in some ways."""
    chance = random.Random(seed)
    for _ in range(count):
        parts = [made(chance) for _ in range(chance.randrange(1, 4))]
        parts += chance.sample(given, min(len(given), chance.randrange(2)))
        chance.shuffle(parts)
        log = "".join(parts)
        for way in chance.sample(WAYS, chance.randrange(1, 4)):
            log = way(chance, log)
        yield log


def read(log: str) -> None:
    """Read a log and explain its error, as `kfix --error` does."""
    evidence.explanation(read_error(log), 80)


def bound(log: str) -> None:
    """Use a log with a program."""
    result = run_file(Project({"train.py": PROGRAM}), "train.py", Settings(error_text=log))
    assert result.error is None, result.error


def main() -> int:
    """Return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bind", type=int, default=200)
    parser.add_argument("--limit", type=float, default=50.0)
    parser.add_argument("--logs", type=Path)
    options = parser.parse_args()
    files = sorted(options.logs.glob("**/*.log")) if options.logs else []
    given = [file.read_text(errors="replace") for file in files]
    times, crashes = [], 0
    for number, log in enumerate(logs(options.seed, options.count, given)):
        start = time.process_time()
        try:
            read(log)
            times.append((1000 * (time.process_time() - start), number, len(log)))
            if number < options.bind:
                bound(log)
        except Exception:
            crashes += 1
            print(f"log {number}: {log[:200]!r}")
            traceback.print_exc()
    times.sort(reverse=True)
    slow = sum(one > options.limit for one, _, _ in times)
    print(f"{len(times)} logs read, {crashes} crashes, {slow} over {options.limit:g} ms")
    print("slowest:", ", ".join(f"{one:.1f} ms (log {n}, {size})" for one, n, size in times[:5]))
    return int(bool(crashes or slow))


if __name__ == "__main__":
    sys.exit(main())
