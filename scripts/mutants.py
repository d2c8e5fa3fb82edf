"""Breaks random models and counts what kfix makes of them: `python scripts/mutants.py [--count N] [--seed S]`.

Every miss is printed with its source. Exit 1 if there is one.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections import Counter

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from tests.mutants.mutant import Mutant, Verdict, judge, mutant, mutants, report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3000, help="broken programs to try")
    parser.add_argument("--seed", type=int, default=50_000_000, help="the first seed")
    parser.add_argument("--faults", type=int, default=1, help="faults in each of them")
    parser.add_argument("--changed", action="store_true", help="show the repairs that do not restore the model, too")
    parser.add_argument("--only", type=int, metavar="SEED", help="this one alone, shown in full")
    options = parser.parse_args()
    if options.only is not None:
        subject = mutant(options.only, options.faults)
        assert subject is not None, "no mutant of this seed"
        print(subject.broken.text)
        print(report(subject, judge(subject)))
        return 0
    families, kinds = Table("family"), Table("fault")
    edits: Counter[int] = Counter()
    excluded: Counter[str] = Counter()
    spent = 0.0
    for subject in mutants(options.seed, options.count, options.faults, excluded):
        start = time.process_time()
        verdict = judge(subject)
        spent += time.process_time() - start
        if verdict.repair is not None:
            edits[len(verdict.repair.edits)] += 1
        families.add(subject.draft.family, subject, verdict)
        kinds.add("; ".join(sorted(map(kind_of, subject.fault.split("; ")))), subject, verdict)
        if options.changed and not verdict.restored and not verdict.complaints and verdict.repair is not None:
            print(report(subject, verdict), flush=True)
        if verdict.complaints:
            print(report(subject, verdict), flush=True)
    print(kinds if options.faults == 1 else "", families, sep="\n")
    print(f"{spent / max(1, families.tried.total()) * 1000:.0f} ms of CPU each, real Keras included")
    print("edits a repair:", ", ".join(f"{count} with {number}" for number, count in sorted(edits.items())))
    for reason, count in excluded.most_common():
        print(f"excluded: {count} ({reason})")
    return 1 if families.missed else 0


def kind_of(fault: str) -> str:
    """A fault without the number of its layer: `flipped the padding`."""
    return re.sub(r" (of|after) layer \d+", "", re.sub(r"^\d+ more of", "more of", fault))


class Table:
    """Counts by kind.

    "few" are repairs with no more edits than faults; "decidable" the single faults that can be undone in at most three
    ways, "original" those of them that gave the very original.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.tried: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()
        self.few: Counter[str] = Counter()
        self.restored: Counter[str] = Counter()
        self.decidable: Counter[str] = Counter()
        self.original: Counter[str] = Counter()

    def add(self, kind: str, subject: Mutant, verdict: Verdict) -> None:
        """Count one mutant."""
        harmless = subject.before.shape == subject.target
        self.tried[kind] += 1
        self.missed[kind] += bool(verdict.complaints)
        self.few[kind] += harmless or (verdict.repair is not None and len(verdict.repair.edits) <= subject.faults)
        self.restored[kind] += verdict.restored or harmless
        self.decidable[kind] += verdict.original is not None
        self.original[kind] += verdict.original is True

    def __str__(self) -> str:
        columns = ("tried", "missed", "few", "restored", "decidable", "original")
        width = max(len(kind) for kind in (*self.tried, self.title))
        lines = [f"{self.title:{width}}" + "".join(f"{name:>11}" for name in columns)]
        for kind in sorted(self.tried):
            lines.append(f"{kind:{width}}" + "".join(f"{getattr(self, name)[kind]:11}" for name in columns))
        lines.append(f"{'all':{width}}" + "".join(f"{getattr(self, name).total():11}" for name in columns))
        return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
