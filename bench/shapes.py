"""What tracing costs: a model of 18 layers, warm, and what the table and the rules add to start-up.

`python bench/shapes.py`. CPU time. Warm is as in a search: the tracer knows
the layers and is asked for another input shape, on which every rule is asked
again. Start-up is what a fresh process spends on top of importing the nouns:
the table read, the rules imported, the model traced for the first time.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, ROOT)

from kfix.model.graph import (  # noqa: E402 - from this checkout
    Argument,
    Layer,
    Model,
    ModelKind,
    Node,
    TensorRef,
)
from kfix.model.site import Site  # noqa: E402

TRACE_GOAL = 150.0
STARTUP_GOAL = 15.0

CHILD = """
import time
import kfix.model, kfix.findings
from bench.shapes import model
given = model(64)
start = time.process_time()
from kfix.shapes import Tracer
assert Tracer().trace(given).outputs == [(None, 10)]
print((time.process_time() - start) * 1000)
"""


def model(side: int, layers: Sequence[Layer] = ()) -> Model:
    """Return an Input of this side and 18 layers, as people write them.

    `layers` are those to use again.
    """
    site = Site("bench.py", None, 0)
    rows: list[tuple[str, tuple[object, ...], dict[str, object]]] = [
        ("Input", ((side, side, 3),), {})
    ]
    for filters in (16, 32, 64):
        rows += [
            ("Conv2D", (filters, (3, 3)), {"padding": "same", "activation": "relu"}),
            ("BatchNormalization", (), {}),
            ("MaxPooling2D", ((2, 2),), {}),
            ("Dropout", (0.25,), {}),
        ]
    rows += [
        ("Flatten", (), {}),
        ("Dense", (128,), {"activation": "relu"}),
        ("Dropout", (0.5,), {}),
    ]
    rows += [("Dense", (64,), {"activation": "relu"}), ("Dropout", (0.5,), {})]
    rows += [("Dense", (10,), {"activation": "softmax"})]
    made = [
        Layer(
            cls,
            (
                *(Argument(None, value) for value in args),
                *(Argument(name, value) for name, value in named.items()),
            ),
            site,
            number,
        )
        for number, (cls, args, named) in enumerate(rows, 1)
    ]
    made = [made[0], *(layers or made[1:])]
    nodes = tuple(Node(i, layer, ((None, TensorRef(i - 1)),), site) for i, layer in enumerate(made))
    return Model(
        "model",
        ModelKind.SEQUENTIAL,
        site,
        nodes,
        (TensorRef(Model.ENTRY),),
        (TensorRef(len(made) - 1),),
        1,
    )


def warm(repeats: int = 200) -> float:
    """Microseconds for one trace on an input shape that is new to the tracer."""
    from kfix.shapes import Tracer

    found = []
    for _ in range(7):
        first = model(64)
        layers = [node.layer for node in first.nodes[1:]]
        assert len(layers) == 18
        models = [model(72 + 8 * number, layers) for number in range(repeats)]
        tracer = Tracer()
        tracer.trace(first)
        start = time.process_time()
        for each in models:
            tracer.trace(each)
        found.append((time.process_time() - start) / repeats * 1e6)
    return min(found)


def start_up(runs: int = 9) -> float:
    """Milliseconds of CPU in a fresh process, the median."""
    import statistics
    import subprocess

    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPATH": ROOT}
    found = []
    for _ in range(runs + 1):
        out = subprocess.run(
            [sys.executable, "-c", CHILD],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        found.append(float(out.stdout))
    return statistics.median(found[1:])


def main() -> int:
    rows = [
        ("18 layers on another input shape, us", warm(), TRACE_GOAL),
        ("table, rules and first trace, ms", start_up(), STARTUP_GOAL),
    ]
    print(f"{'':40} {'measured':>10} {'goal':>10}")
    for what, value, goal in rows:
        print(f"{what:40} {value:10.1f} {goal:10.1f} {'ok' if value <= goal else 'MISSED'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
