"""CPU time of the search on large broken models: chains of 50 layers and graphs of 30 nodes, drawn
at random.

Run with `python bench/broken.py [--count N] [--seed S] [--faults N]` from the root of the project.
Each model is a classifier, an autoencoder, a residual network or a U-Net, and is broken as
`tests/mutants/faults.py` breaks models. Three repairs are searched for, as the command does, with a
Tracer that knows the broken model already (the command has shown its table by then). The median of
three runs counts; traces are the steps of the search.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))

from kfix.model.graph import Model
from kfix.model.target import parse_target
from kfix.repair.alternatives import alternatives
from kfix.repair.search import Options, search
from kfix.shapes import Tracer
from tests.mutants.brute import build
from tests.mutants.drafts import Draft, Spec, spec
from tests.mutants.faults import break_one
from tests.mutants.mutant import shape_text
from tests.repair.building import within

LAYERS, NODES = 50, 30
GOAL = 20.0
"""What the median of all searches may take, in milliseconds; the worst may take a second."""


def classifier(rng: random.Random) -> Draft:
    """Convolutions with a pooling now and then, a head of Dense layers; 50 layers."""
    dims = rng.choice((1, 2, 2))
    padding = {"padding": "same"} if rng.random() < 0.6 else {}
    layers: list[Spec] = []
    pools, filters = rng.choice((3, 4, 5)), 8
    blocks = 15
    for block in range(blocks):
        layers.append(spec(f"Conv{dims}D", filters, 3, **padding))
        layers.append(spec("BatchNormalization"))
        if block % (blocks // pools) == blocks // pools - 1:
            layers.append(spec(f"MaxPooling{dims}D", 2))
            filters *= 2
        else:
            layers.append(spec("Activation", "relu"))
    layers.append(spec(rng.choice(("Flatten", f"GlobalAveragePooling{dims}D"))))
    layers += [
        spec("Dense", 64, activation="relu"),
        spec("Dropout", 0.5),
        spec("Dense", 10, activation="softmax"),
    ]
    side = 512 if not padding and pools > 3 else 256
    return Draft("classifier", (side,) * dims + (3,), tuple(layers))


def autoencoder(rng: random.Random) -> Draft:
    """Poolings and upsamplings in equal number, and as many layers of one size between them.

    50 layers.
    """
    depth = rng.choice((2, 3, 4))
    layers: list[Spec] = []
    each = (LAYERS - 2 - 2 * depth) // (2 * depth)
    for way in ("MaxPooling2D", "UpSampling2D"):
        for level in range(depth):
            for i in range(each):
                plain = spec("Conv2D", 8 * (level + 1), 3, padding="same")
                layers.append(plain if i % 2 == 0 else spec("Activation", "relu"))
            layers.append(spec(way, 2))
    layers.append(spec("Conv2D", 3, 3, padding="same", activation="sigmoid"))
    return Draft("autoencoder", (64, 64, 3), tuple(layers))


def residual(rng: random.Random) -> Draft:
    """Residual blocks, some of which halve the map; some 30 nodes."""
    layers = [spec("Conv2D", 16, 3, padding="same", activation="relu")]
    filters, count = 16, 5
    for block in range(count):
        strides = 2 if block and rng.random() < 0.5 else 1
        filters *= strides
        layers.append(spec("keep", on="skip"))
        layers.append(
            spec("Conv2D", filters, 3, padding="same", **({"strides": 2} if strides > 1 else {}))
        )
        layers += [spec("BatchNormalization"), spec("Conv2D", filters, 3, padding="same")]
        if strides > 1:
            layers.append(spec("Conv2D", filters, 1, strides=2, on="skip"))
        layers += [spec("Add", on="skip"), spec("Activation", "relu")]
    layers += [spec("GlobalAveragePooling2D"), spec("Dense", 10, activation="softmax")]
    return Draft("residual", (64, 64, 3), tuple(layers))


def unet(rng: random.Random) -> Draft:
    """Three levels with skip connections; some 30 nodes."""
    layers: list[Spec] = []
    depth = 3
    for level in range(depth):
        layers += [spec("Conv2D", 8 * 2**level, 3, padding="same", activation="relu")] * 2
        layers += [spec("keep", on=f"skip_{level}"), spec("MaxPooling2D", 2)]
    layers += [spec("Conv2D", 64, 3, padding="same", activation="relu")] * 2
    for level in reversed(range(depth)):
        layers += [spec("UpSampling2D", 2), spec("Conv2D", 8 * 2**level, 2, padding="same")]
        layers.append(spec("Concatenate", on=f"skip_{level}"))
        layers += [spec("Conv2D", 8 * 2**level, 3, padding="same", activation="relu")] * 2
    layers.append(spec("Conv2D", 1, 1, activation="sigmoid"))
    return Draft("unet", (128, 128, 1), tuple(layers))


def broken(seed: int, faults: int) -> tuple[str, Draft, str] | None:
    """Return a family's model with its faults, what they are, and the target.

    `None` where they do not show.
    """
    rng = random.Random(seed)
    draft = rng.choice((classifier, autoencoder, residual, unet))(rng)
    meant = Tracer().trace(build(draft))
    assert meant.refusal is None, (draft.family, meant.refusal)
    said = []
    for _ in range(faults):
        fault = break_one(draft, rng)
        if fault is None:
            return None
        said.append(fault[0])
        draft = fault[1]
    target = meant.outputs[0]
    now = Tracer().trace(build(draft))
    if now.refusal is None and now.outputs[0] == target:
        return None
    assert isinstance(target, tuple)
    return "; ".join(said), draft, shape_text(target)  # type: ignore[arg-type]


def measure(model: Model, target: str) -> tuple[float, int, int]:
    """Milliseconds of CPU, traces, repairs found."""
    spent = []
    for _ in range(3):
        tracer = Tracer()
        tracer.trace(model)
        start = time.process_time()
        found = search([model], tracer, parse_target(target), Options(within=within))
        repairs = alternatives(found)
        spent.append((time.process_time() - start) * 1e3)
    return statistics.median(spent), found.steps, len(repairs)


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=120, help="broken models")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--faults", type=int, default=0, help="faults in each (else one, two, one, two, …)"
    )
    parser.add_argument("--slowest", type=int, default=8, help="how many of the slowest are shown")
    options = parser.parse_args()
    rows = []
    seed = options.seed
    while len(rows) < options.count:
        seed += 1
        found = broken(seed, options.faults or 1 + seed % 2)
        if found is not None:
            fault, draft, target = found
            rows.append(
                (
                    *measure(build(draft), target),
                    draft.family,
                    f"{fault} (seed {seed}, target {target})",
                )
            )
    rows.sort(reverse=True)
    for spent, steps, repairs, family, fault in rows[: options.slowest]:
        print(f"{spent:8.1f} ms {steps:5} traces {repairs} repairs  {family}: {fault}")
    for family in sorted({row[3] for row in rows}):
        mine = [row for row in rows if row[3] == family]
        times = [row[0] for row in mine]
        unmended = sum(not row[2] for row in mine)
        print(
            f"{family:12} {len(mine):4} models: median {statistics.median(times):6.1f} ms, "
            f"worst {max(times):6.1f} ms,"
            f" {statistics.median(row[1] for row in mine):.0f} traces, {unmended} without a repair"
        )
    times = [row[0] for row in rows]
    median, worst = statistics.median(times), max(times)
    print(f"all: median {median:.1f} ms (goal {GOAL:.0f}), worst {worst:.1f} ms (goal 1000)")
    return 0 if median <= GOAL and worst <= 1000 else 1


if __name__ == "__main__":
    sys.exit(main())
