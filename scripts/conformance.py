"""Compares kfix with Keras on many drawn layers; names of classes or families restrict it.

Prints a table by class: pairs, refused by Keras, agreeing, disagreeing,
unknown to kfix; then which arguments had fewer than three values, which
refusals of the rules were never reached, and the disagreements. Exits with 1
when there is any of these, or a class with fewer than 100 pairs or a share
refused outside of 30 to 60 percent (in a run that is long enough).
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import time
from collections.abc import Sequence
from typing import Any

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from kfix.shapes import signatures
from kfix.shapes.registry import rule_of
from tests.shapes.cases import draw_case, draw_leaning, sweep
from tests.shapes.judge import Case, agree, ask_keras, ask_kfix
from tests.shapes.reasons import Watch, reasons
from tests.shapes.sequentials import draw_sequential, see_keras, see_kfix


class Seeded:
    """Chooses by a seeded generator."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)

    def choice(self, values: Sequence[Any]) -> Any:
        return values[self._random.randrange(len(values))]

    def chance(self, percent: int) -> bool:
        return self._random.randrange(100) < percent


def wanted(names: Sequence[str]) -> list[str]:
    """Return the classes that are meant by names of classes or families.

    All that have a rule without any.
    """
    found = []
    for cls in signatures.layer_names():
        signature = signatures.signature(cls)
        assert signature is not None
        rule = rule_of(cls)
        if (
            (not names or cls in names or signature.family in names)
            and rule is not None
            and not rule.why_unknown
        ):
            found.append(cls)
    return [cls for cls in found if cls != "InputLayer"]


WIDTH = 48
ENOUGH = 100
"""Pairs a class from which on shares, values and reasons are judged."""

REFUSED = (0.30, 0.60)
"""The share of pairs that Keras is to refuse; what leaves `LEAN` is drawn towards it."""

LEAN = (0.36, 0.54)

ALWAYS_REFUSED = ("Layer", "Wrapper")
"""Base classes, which refuse every call."""


def draw_next(draw: Seeded, cls: str, pairs: int, refused: int) -> Case:
    """Return a case.

    One that kfix takes, or refuses, where too many or too few were refused so far.
    """
    share = refused / pairs if pairs else 0.45
    if LEAN[0] <= share <= LEAN[1] or cls in ALWAYS_REFUSED:
        return draw_case(draw, cls)
    return draw_leaning(draw, cls, share < LEAN[0])


def fair(cls: str, pairs: int, refused: int) -> bool:
    """Is the share of pairs that Keras refused as it should be?"""
    return cls in ALWAYS_REFUSED or REFUSED[0] <= refused / max(1, pairs) <= REFUSED[1]


def note_values(case: Case, values: dict[tuple[str, str], set[str]]) -> None:
    """Remembers what each argument was given."""
    signature = signatures.signature(case.cls)
    assert signature is not None
    for name, value in (*zip(signature.positional, case.args, strict=False), *case.kwargs.items()):
        if (case.cls, name) in values:
            values[case.cls, name].add(repr(value))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--pairs", type=int, default=24000, help="how many in all")
    parser.add_argument("--models", type=int, default=2000, help="how many whole Sequential models")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--show", type=int, default=3, help="disagreements shown a class")
    options = parser.parse_args()
    classes = wanted(options.names)
    each = max(1, options.pairs // max(1, len(classes)))
    wrong: list[str] = []
    total = [0, 0, 0, 0, 0]
    start = time.process_time()
    values: dict[tuple[str, str], set[str]] = {}
    amiss: list[str] = []
    watch = Watch()
    print(f"{'layer':<{WIDTH}}{'pairs':>7}{'refused':>9}{'agree':>7}{'differ':>7}{'unknown':>8}")
    for cls in classes:
        signature = signatures.signature(cls)
        assert signature is not None
        values.update({(cls, name): set() for name in signature.names})
        draw = Seeded(f"{options.seed} {cls}")
        counts = [0, 0, 0, 0, 0]
        shown = 0
        every = sweep(draw, cls) if each >= ENOUGH else iter(())
        for number in itertools.count():
            case = next(every, None)
            if case is None and number >= each * (1 if fair(cls, counts[0], counts[1]) else 5):
                break
            case = case or draw_next(draw, cls, counts[0], counts[1])
            note_values(case, values)
            truth = ask_keras(case)
            try:
                with watch:
                    said = ask_kfix(case)
            except Exception as error:
                wrong.append(f"{case}\n    crash: {type(error).__name__}: {error}")
                counts[3] += 1
                continue
            counts[0] += 1
            counts[1] += truth.verdict == "refused"
            if said.verdict == "unknown":
                counts[4] += 1
            elif agree(truth, said):
                counts[2] += 1
            else:
                counts[3] += 1
                shown += 1
                if shown <= options.show:
                    wrong.append(f"{case}\n    Keras {truth}\n    kfix  {said}")
        share = counts[1] / max(1, counts[0])
        print(
            f"{cls:<{WIDTH}}{counts[0]:>7}{share:>9.0%}{counts[2]:>7}{counts[3]:>7}{counts[4]:>8}",
            flush=True,
        )
        if each >= ENOUGH and not fair(cls, counts[0], counts[1]):
            amiss.append(f"{cls}: {share:.0%} refused")
        total = [a + b for a, b in zip(total, counts, strict=True)]
    print(
        f"{'all':<{WIDTH}}{total[0]:>7}{total[1] / max(1, total[0]):>9.0%}"
        f"{total[2]:>7}{total[3]:>7}{total[4]:>8}"
    )
    print(
        f"Keras {signatures.keras_version()}, {len(classes)} classes, "
        f"{time.process_time() - start:.0f} CPU s"
    )
    differing = whole_models(options.models, options.seed, wrong)
    if each >= ENOUGH:
        few = [
            f"{cls}({name}=…): {len(found)} values"
            for (cls, name), found in values.items()
            if len(found) < 3
        ]
        print(f"{len(values)} arguments, {len(few)} with fewer than 3 values")
        amiss += few
    if each >= ENOUGH and not options.names:
        missed = watch.missed()
        print(f"{len(reasons())} places where a rule refuses, {len(missed)} not reached")
        amiss += [f"not reached: {reason}" for reason in missed]
    for text in (*amiss, *wrong):
        print(text)
    return 1 if total[3] or differing or amiss else 0


def whole_models(number: int, seed: str, wrong: list[str]) -> int:
    """Compare whole Sequential models: each layer's shape, the weights, or the layer that is
    refused.
    """
    draw = Seeded(f"{seed} models")
    layers = refused = differing = 0
    for _ in range(number):
        drawn = draw_sequential(draw)
        truth, said = see_keras(drawn), see_kfix(drawn)
        layers += len(drawn.layers)
        refused += truth.refused is not None
        if truth[:3] != said[:3]:
            differing += 1
            if differing <= 10:
                wrong.append(f"{drawn}\n    Keras {truth}\n    kfix  {said}")
    if number:
        mean = layers / number
        print(
            f"{number} Sequential models of {mean:.1f} layers on average, {refused} "
            f"refused, {differing} differing"
        )
    return differing


if __name__ == "__main__":
    raise SystemExit(main())
