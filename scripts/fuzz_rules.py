"""Calls every layer, application and operation with values of every kind; prints what raises and
exits with 1.

`python scripts/fuzz_rules.py [CALLS [NAME …]]`: so many calls of each (200), of these only.
"""

from __future__ import annotations

import os
import sys
from collections import Counter

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from kfix.shapes import signatures
from tests.shapes.odd_values import (
    Fault,
    Seeded,
    ask_application,
    ask_layer,
    ask_operation,
    draw_odd_application,
    draw_odd_layer,
    draw_operation,
    paths,
)


def layer_faults(cls: str, calls: int) -> list[Fault]:
    """Return the calls of a layer that raise."""
    draw = Seeded(cls)
    asked = (ask_layer(draw_odd_layer(draw, cls)) for _ in range(calls))
    return [fault for fault in asked if fault is not None]


def application_faults(name: str, calls: int) -> list[Fault]:
    """Return the calls of a model of `keras.applications` that raise."""
    draw = Seeded(name)
    asked = (ask_application(*draw_odd_application(draw, name)) for _ in range(calls))
    return [fault for fault in asked if fault is not None]


def operation_faults(path: str, calls: int) -> list[Fault]:
    """Return the calls of an operation that raise."""
    draw = Seeded(path)
    asked = (ask_operation(path, draw_operation(draw)) for _ in range(calls))
    return [fault for fault in asked if fault is not None]


def main() -> int:
    """Print each fault once, with the number of its calls."""
    calls = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    wanted = sys.argv[2:]
    faults: list[Fault] = []
    for cls in signatures.layer_names():
        if not wanted or cls in wanted:
            faults += layer_faults(cls, calls)
    for name in signatures.application_names():
        if not wanted or name in wanted:
            faults += application_faults(name, calls)
    for path in paths():
        if not wanted or path in wanted:
            faults += operation_faults(path, calls)
    found = Counter(fault.error for fault in faults)
    first = {fault.error: fault.call for fault in reversed(faults)}
    for error, count in found.most_common():
        print(f"{count:5} {error}\n      {first[error][:300]}")
    print(f"{len(faults)} calls of {len(found)} kinds raised")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
