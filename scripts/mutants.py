"""Breaks random models and counts what kfix makes of them: `python scripts/mutants.py [--count N]
[--seed S]`.

Of all broken programs 60 % have one fault, 25 % two and 15 % three. Every miss
is printed with its source, and so is every repair of one or two faults that
has more edits than faults. Exit 1 if there is a miss, or if the shares named
under the table are not reached.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from tests.mutants.mutant import Mutant, Verdict, judge, mutant, mutants, report

A_TASK = 25
"""Broken programs that a process is given at a time."""

FEW, ORIGINAL = 0.99, 0.8
"""Asked: of one and two faults, repairs with no more edits than faults.

Of decidable ones, the very original.
"""

COLUMNS = ("broken", "missed", "few edits", "decidable", "original")


class Table:
    """Counts by kind.

    "few edits" are repairs with no more edits than were made to break the program; "decidable" the
    single faults that can be undone in at most three ways, by a brute force
    over all single edits, "original" those of them that gave the very original.
    """

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}

    def add(self, kind: str, column: str, number: int = 1) -> None:
        """Count something."""
        self.counts.setdefault(kind, Counter())[column] += number

    def merge(self, other: Table) -> None:
        """Take the counts of another table in."""
        for kind, counts in other.counts.items():
            self.counts.setdefault(kind, Counter()).update(counts)

    def total(self, column: str) -> int:
        """Return a column's sum."""
        return sum(counts[column] for counts in self.counts.values())

    def show(self, title: str) -> str:
        """Return the table in lines."""
        width = max(len(kind) for kind in (*self.counts, title))
        lines = [f"{title:{width}}" + "".join(f"{name:>11}" for name in COLUMNS)]
        for kind, counts in sorted(self.counts.items()):
            lines.append(f"{kind:{width}}" + "".join(f"{counts[name]:11}" for name in COLUMNS))
        lines.append(f"{'all':{width}}" + "".join(f"{self.total(name):11}" for name in COLUMNS))
        return "\n".join(lines) + "\n"


class Outcome:
    """What came of some mutants, as one process hands it to another."""

    def __init__(self) -> None:
        self.kinds = Table()
        self.families = Table()
        self.layouts = Table()
        self.excluded: Counter[str] = Counter()
        self.right = 0
        self.spent = 0.0
        self.reports: list[str] = []

    def merge(self, other: Outcome) -> None:
        """Take another's counts in."""
        for mine, others in zip(self.tables, other.tables, strict=True):
            mine.merge(others)
        self.excluded.update(other.excluded)
        self.right += other.right
        self.spent += other.spent

    @property
    def tables(self) -> tuple[Table, Table, Table]:
        """By fault, by family of models, by layout."""
        return self.kinds, self.families, self.layouts


Task = tuple[int, int, int, bool]


def run(task: Task) -> Outcome:
    """Judge the mutants of a task: first seed, number, faults, whether to show changed models."""
    seed, count, faults, changed = task
    outcome = Outcome()
    start = time.process_time()
    for subject in mutants(seed, count, faults, outcome.excluded):
        _count(outcome, subject, judge(subject), changed)
    outcome.spent = time.process_time() - start
    return outcome


def _count(outcome: Outcome, subject: Mutant, verdict: Verdict, changed: bool) -> None:
    harmless = subject.before.shape == subject.target
    if verdict.complaints:
        outcome.reports.append(report(subject, verdict))
    if harmless:
        outcome.right += 1
        if not verdict.complaints:
            return
    many = verdict.repair is not None and len(verdict.repair.edits) > subject.edits
    kind = (
        "; ".join(sorted(map(kind_of, subject.fault.split("; "))))
        if subject.faults == 1
        else "several"
    )
    layout = f"{subject.broken.form}{', notebook' if subject.broken.notebook else ''}"
    for table, name in zip(outcome.tables, (kind, subject.draft.family, layout), strict=True):
        table.add(name, "broken")
        table.add(name, "missed", bool(verdict.complaints))
        table.add(name, "few edits", verdict.repair is not None and not many)
        table.add(name, "decidable", verdict.original is not None)
        table.add(name, "original", verdict.original is True)
    other = changed and verdict.original is False
    if not verdict.complaints and ((many and subject.faults < 3) or other):
        outcome.reports.append(report(subject, verdict))


def kind_of(fault: str) -> str:
    """Return a fault without the number of its layer: `flipped the padding`."""
    return re.sub(r" (of|after) layer \d+", "", re.sub(r"^\d+ more of", "more of", fault))


def tasks(seed: int, count: int, faults: int, changed: bool) -> Iterator[Task]:
    """Return the mutants of one number of faults, in portions."""
    for number, start in enumerate(range(0, count, A_TASK)):
        yield seed + 1_000_000 * number, min(A_TASK, count - start), faults, changed


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=2000, help="broken programs to try")
    parser.add_argument("--seed", type=int, default=50_000_000, help="the first seed")
    parser.add_argument(
        "--faults", type=int, help="faults in each of them (else one, two and three)"
    )
    parser.add_argument("--jobs", type=int, default=min(4, os.cpu_count() or 1), help="processes")
    parser.add_argument(
        "--changed",
        action="store_true",
        help="show the decidable repairs that are not the original",
    )
    parser.add_argument("--only", type=int, metavar="SEED", help="this one alone, shown in full")
    options = parser.parse_args()
    if options.only is not None:
        subject = mutant(options.only, options.faults or 1)
        assert subject is not None, "no mutant of this seed"
        print(subject.broken.text)
        print(report(subject, judge(subject)))
        return 0
    shares = {options.faults: 1.0} if options.faults else {1: 0.6, 2: 0.25, 3: 0.15}
    start, good = time.monotonic(), True
    with ProcessPoolExecutor(options.jobs) as pool:
        for faults, share in shares.items():
            whole = Outcome()
            work = tasks(
                options.seed + 500_000_000 * (faults - 1),
                round(options.count * share),
                faults,
                options.changed,
            )
            for outcome in pool.map(run, work):
                whole.merge(outcome)
                for text in outcome.reports:
                    print(text, flush=True)
            good = _shown(whole, faults) and good
    print(f"{time.monotonic() - start:.0f} s with {options.jobs} processes")
    return 0 if good else 1


def _shown(whole: Outcome, faults: int) -> bool:
    """Print what came of one number of faults; false where less was reached than is asked."""
    print(f"--- {faults} fault{'s' if faults > 1 else ''}\n")
    for title, table in zip(("fault", "family", "layout"), whole.tables, strict=True):
        if title != "fault" or faults == 1:
            print(table.show(title))
    kinds = whole.kinds
    broken, missed, few = (kinds.total(name) for name in COLUMNS[:3])
    decidable, original = kinds.total("decidable"), kinds.total("original")
    print(
        f"{missed} missed; {few} of {broken} ({few / max(1, broken):.1%}) with no more "
        "edits than were broken"
    )
    if faults == 1:
        print(
            f"the very original: {original} of {decidable} decidable "
            f"({original / max(1, decidable):.1%})"
        )
    print(f"right programs left alone: {whole.right}")
    for reason, count in whole.excluded.most_common():
        print(f"excluded: {count} ({reason})")
    print(
        f"{whole.spent / max(1, broken) * 1000:.0f} ms of CPU each, real Keras and the "
        "brute force included\n"
    )
    enough = faults > 2 or few >= FEW * broken
    return not missed and enough and (faults > 1 or original >= ORIGINAL * decidable)


if __name__ == "__main__":
    sys.exit(main())
