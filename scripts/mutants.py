"""Breaks random models and counts what kfix makes of them: `python scripts/mutants.py [--count N] [--seed S]`.

Every miss is printed with its source. Exit 1 if there is one.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from tests.mutants.mutant import judge, mutant, mutants, report


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
    tried: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    restored: Counter[str] = Counter()
    edits: Counter[int] = Counter()
    spent = 0.0
    for subject in mutants(options.seed, options.count, options.faults):
        kind = subject.draft.family
        tried[kind] += 1
        start = time.process_time()
        verdict = judge(subject)
        spent += time.process_time() - start
        if verdict.repair is not None:
            edits[len(verdict.repair.edits)] += 1
        restored[kind] += verdict.restored or subject.before.shape == subject.target
        if options.changed and not verdict.restored and not verdict.complaints and verdict.repair is not None:
            print(report(subject, verdict), flush=True)
        if verdict.complaints:
            missed[kind] += 1
            print(report(subject, verdict), flush=True)
    print(f"{'family':14} {'tried':>7} {'missed':>7} {'restored':>9}")
    for kind in sorted(tried):
        print(f"{kind:14} {tried[kind]:7} {missed[kind]:7} {restored[kind]:9}")
    print(f"{'all':14} {tried.total():7} {missed.total():7} {restored.total():9}")
    print(f"{spent / max(1, tried.total()) * 1000:.0f} ms of CPU each, real Keras included")
    print("edits a repair:", ", ".join(f"{count} with {number}" for number, count in sorted(edits.items())))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
