"""Compares kfix with Keras on many drawn layers; names of classes or families restrict it.

Prints a table by class: pairs, refused by Keras, agreeing, disagreeing,
unknown to kfix; then the disagreements. Exits with 1 when there is one.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Sequence
from typing import Any

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from kfix.shapes import signatures
from kfix.shapes.registry import rule_of
from tests.shapes.cases import draw_case
from tests.shapes.judge import agree, ask_keras, ask_kfix
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
    """The classes that are meant by names of classes or families; all that have a rule without any."""
    found = []
    for cls in signatures.layer_names():
        signature = signatures.signature(cls)
        assert signature is not None
        rule = rule_of(cls)
        if (not names or cls in names or signature.family in names) and rule is not None and not rule.why_unknown:
            found.append(cls)
    return [cls for cls in found if cls != "InputLayer"]


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
    print(f"{'layer':<28}{'pairs':>7}{'refused':>9}{'agree':>7}{'differ':>7}{'unknown':>8}")
    for cls in classes:
        draw = Seeded(f"{options.seed} {cls}")
        counts = [0, 0, 0, 0, 0]
        shown = 0
        for _ in range(each):
            case = draw_case(draw, cls)
            truth = ask_keras(case)
            try:
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
        print(
            f"{cls:<28}{counts[0]:>7}{counts[1] / max(1, counts[0]):>9.0%}{counts[2]:>7}{counts[3]:>7}{counts[4]:>8}",
            flush=True,
        )
        total = [a + b for a, b in zip(total, counts, strict=True)]
    print(f"{'all':<28}{total[0]:>7}{total[1] / max(1, total[0]):>9.0%}{total[2]:>7}{total[3]:>7}{total[4]:>8}")
    print(f"Keras {signatures.keras_version()}, {len(classes)} classes, {time.process_time() - start:.0f} CPU s")
    differing = whole_models(options.models, options.seed, wrong)
    for text in wrong:
        print(text)
    return 1 if total[3] or differing else 0


def whole_models(number: int, seed: str, wrong: list[str]) -> int:
    """Compares whole Sequential models: each layer's shape, the weights, or the layer that is refused."""
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
        print(f"{number} Sequential models of {mean:.1f} layers on average, {refused} refused, {differing} differing")
    return differing


if __name__ == "__main__":
    raise SystemExit(main())
