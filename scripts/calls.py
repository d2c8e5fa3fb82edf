"""Compares kfix with Keras on many drawn programs that compile, fit, evaluate and predict.

Prints a table by the fault that a program was given: programs, refused by Keras, agreeing, silent
(Keras refuses what kfix accepts), false (kfix refuses what Keras accepts), and the programs that
they differ on. Keras runs each eagerly, which is fast; where the two differ, and for one program of
twenty, its graphs are asked, too, and have the last word. Exits with 1 where fewer than 99.5
percent agree, or one is refused falsely.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from tests.calls.feeding import draw_program
from tests.calls.judging import keras_refuses, kfix_refuses

WANTED = 0.995
"""The share that is to agree."""

GRAPHS = 20
"""One program of so many is run with graphs even where eager Keras and kfix agree."""


class Truths:
    """What Keras says of programs, kept in a file so that a second run asks only about new ones."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, str] = {}
        if path is not None and path.exists():
            for line in path.read_text().splitlines():
                self._known.update(json.loads(line))

    def ask(self, text: str, eager: bool) -> str:
        """Return why Keras refuses a program."""
        key = f"{'eager' if eager else 'graph'}\n{text}"
        if key not in self._known:
            self._known[key] = keras_refuses(text, eager)
            if self._path is not None:
                with self._path.open("a") as file:
                    file.write(json.dumps({key: self._known[key]}) + "\n")
        return self._known[key]


def main() -> int:
    """Compare, print, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=int, default=5000)
    parser.add_argument("--seed", default="0")
    parser.add_argument("--show", type=int, default=3, help="programs shown for a fault")
    parser.add_argument("--truths", type=Path, help="a file that keeps what Keras says")
    options = parser.parse_args()
    truths = Truths(options.truths)
    counts: dict[str, Counter[str]] = {}
    shown: Counter[str] = Counter()
    start = time.process_time()
    for number in range(options.programs):
        program = draw_program(f"{options.seed} {number}")
        row = counts.setdefault(program.fault, Counter())
        said = kfix_refuses(program.text)
        truth = truths.ask(program.text, eager=True)
        if bool(truth) != bool(said) or number % GRAPHS == 0:
            truth = truths.ask(program.text, eager=False)
        verdict = "agree"
        if bool(truth) != bool(said):
            verdict = "silent" if truth else "false"
            shown[f"{program.fault} {verdict}"] += 1
            if shown[f"{program.fault} {verdict}"] <= options.show:
                print(f"--- {number} {program.fault}: {verdict}\n{program.text}")
                print(f"Keras: {truth[:300]}\nkfix: {said[:300]}\n", flush=True)
        row.update(("programs", verdict))
        if truth:
            row["refused"] += 1
    return _table(counts, time.process_time() - start)


def _table(counts: dict[str, Counter[str]], seconds: float) -> int:
    """Print the table; return the exit status."""
    columns = ("programs", "refused", "agree", "silent", "false")
    print(f"{'fault':<18}" + "".join(f"{column:>10}" for column in columns))
    total: Counter[str] = Counter()
    for fault, row in sorted(counts.items()):
        print(f"{fault:<18}" + "".join(f"{row[column]:>10}" for column in columns))
        total.update(row)
    print(f"{'all':<18}" + "".join(f"{total[column]:>10}" for column in columns))
    share = total["agree"] / max(1, total["programs"])
    print(f"{share:.2%} agree, {seconds:.0f} CPU s")
    return 1 if share < WANTED or total["false"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
