"""Compares kfix with Keras on many drawn programs that compile, fit, evaluate and predict.

Prints a table by the fault that a program was given, and one by what it has (its kind of model, the
form of its data, its last call, arguments): programs, refused by Keras, agreeing, silent (Keras
refuses what kfix accepts), false (kfix refuses what Keras accepts), and the programs that they
differ on. `--first` starts at a later program, and `--truths` keeps what Keras said, so that a long
run goes in batches. Keras runs each eagerly, which is fast; where the two differ, and for one
program of twenty, its graphs are asked, too, and have the last word. Exits with 1 where fewer than
99.5 percent agree, or one is refused falsely.
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
    parser.add_argument("--first", type=int, default=0, help="number of the first program")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--show", type=int, default=3, help="programs shown for a fault")
    parser.add_argument("--truths", type=Path, help="a file that keeps what Keras says")
    options = parser.parse_args()
    truths = Truths(options.truths)
    faults: dict[str, Counter[str]] = {}
    kinds: dict[str, Counter[str]] = {}
    shown: Counter[str] = Counter()
    start = time.process_time()
    for number in range(options.first, options.first + options.programs):
        program = draw_program(f"{options.seed} {number}")
        rows = [faults.setdefault(program.fault, Counter())]
        rows += [kinds.setdefault(name, Counter()) for name in program.kinds]
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
        for row in rows:
            row.update(("programs", verdict))
            row["refused"] += bool(truth)
    _print_table("kind", kinds)
    total = Counter[str]()
    for row in faults.values():
        total.update(row)
    _print_table("fault", faults | {"all": total})
    return _result(total, time.process_time() - start)


COLUMNS = ("programs", "refused", "agree", "silent", "false")


def _print_table(what: str, counts: dict[str, Counter[str]]) -> None:
    """Print a row for each name, in their order but the last, "all"."""
    print(f"{what:<32}" + "".join(f"{column:>10}" for column in COLUMNS))
    for name, row in sorted(counts.items(), key=lambda one: (one[0] == "all", one[0])):
        print(f"{name:<32}" + "".join(f"{row[column]:>10}" for column in COLUMNS))
    print()


def _result(total: Counter[str], seconds: float) -> int:
    """Print the share that agrees; return the exit status."""
    share = total["agree"] / max(1, total["programs"])
    print(f"{share:.2%} agree, {seconds:.0f} CPU s")
    return 1 if share < WANTED or total["false"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
