"""CPU time of the search alone: the faults of the tests, a 20-layer and a 50-layer chain, a 30-node
graph.

Run with `python bench/search.py` from the root of the project. Each search
runs three times with a Tracer of its own, everything imported; the median
counts. An alternative is searched for as the command does: three repairs.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))

from kfix.model.graph import Model
from kfix.model.target import parse_target
from kfix.repair.alternatives import alternatives
from kfix.repair.search import Options, search
from kfix.shapes import Tracer
from tests.repair.building import Builder, within
from tests.repair.test_search import CASES


def deep(blocks: int, padding: str = "same", head: tuple[str, ...] = ("Dense(10)",)) -> list[str]:
    """Return a classifier of blocks of three layers, the first four with a pooling, no Flatten."""
    layers = ["Input((128, 128, 3))"]
    for block in range(blocks):
        layers += [f"Conv2D(16, 3, padding={padding!r})", "BatchNormalization()"]
        layers.append("MaxPooling2D(2)" if block < 4 else "Activation('relu')")
    return [*layers, *head]


def residual(builder: Builder, blocks: int) -> Model:
    """Return a graph of residual blocks, in one of which the shortcut does not fit."""
    nodes: dict[str, tuple[str, str | list[str]]] = {"x0": ("Input((64, 64, 16))", "")}
    for i in range(blocks):
        strides = 2 if i == blocks // 2 else 1
        nodes[f"a{i}"] = (f"Conv2D(16, 3, padding='same', strides={strides})", f"x{i}")
        nodes[f"b{i}"] = ("Conv2D(16, 3, padding='same')", f"a{i}")
        nodes[f"x{i + 1}"] = ("Add()", [f"b{i}", f"x{i}"])
    nodes["flat"] = ("GlobalAveragePooling2D()", f"x{blocks}")
    nodes["out"] = ("Dense(10)", "flat")
    return builder.graph("out", **nodes)


def chain(layers: list[str]) -> Callable[[], Model]:
    """Return a chain, made anew at every run."""
    return lambda: Builder(N=5).chain(*layers)


def main() -> None:
    """Print a row for each search, then the median and the worst."""
    work: dict[str, tuple[Callable[[], Model], str | None]] = {
        name: (chain(layers), target) for name, (layers, target, *_) in CASES.items()
    }
    work["20 layers, no Flatten"] = chain(deep(6)), "10"
    work["20 layers, two faults"] = chain(deep(6, head=("Dense(64)", "Dense(5)"))), "10"
    work["20 layers, a map"] = chain(deep(6, "valid", ("Conv2D(2, 1)",))), "128,128,2"
    work["20 layers, out of reach"] = chain(deep(6, "valid", ("Conv2D(2, 1)",))), "101,77,2"
    work["50 layers, no Flatten"] = chain(deep(16)), "10"
    work["50 layers, too small"] = chain(deep(16, "valid", ("Flatten()", "Dense(10)"))), "10"
    work["50 layers, a map"] = chain(deep(16, "valid", ("Conv2D(2, 1)",))), "64,64,2"
    work["30 nodes, a shortcut"] = (lambda: residual(Builder(), 9)), "10"
    times = []
    for name, (make, target) in work.items():
        spent = []
        for _ in range(3):
            model = make()
            start = time.process_time()
            found = search(
                [model], Tracer(), parse_target(target) if target else None, Options(within=within)
            )
            repairs = alternatives(found)
            spent.append((time.process_time() - start) * 1e3)
        times.append(statistics.median(spent))
        print(f"{times[-1]:8.2f} ms {found.steps:5} traces {len(repairs)} repairs  {name}")
    print(f"{statistics.median(times):8.2f} ms median, {max(times):.2f} ms worst")


if __name__ == "__main__":
    main()
