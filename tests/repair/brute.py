"""Every single edit of a chain, tried one after another: a judge that knows nothing of the search.

The edits are those that undo the faults of `chains.faults`, at every place and
with every value that the faults know.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from kfix.model.target import Target
from kfix.shapes import Tracer
from tests.repair.building import Builder
from tests.repair.chains import Part, text

_NEW: list[Part] = [
    ("Flatten", {}),
    ("GlobalAveragePooling1D", {}),
    ("GlobalMaxPooling1D", {}),
    ("GlobalAveragePooling2D", {}),
    ("MaxPooling2D", {"pool_size": 2}),
    ("MaxPooling1D", {"pool_size": 2}),
]


def _set(parts: list[Part], i: int, **new: object) -> list[Part]:
    cls, arguments = parts[i]
    return [*parts[:i], (cls, {**arguments, **new}), *parts[i + 1 :]]


def edits(parts: list[Part], target: Target) -> Iterator[list[Part]]:
    """Every chain that is one edit away."""
    for i in range(1, len(parts) + 1):
        for new in _NEW:
            yield [*parts[:i], new, *parts[i:]]
    for i, (cls, arguments) in enumerate(parts):
        if i:
            rest = [*parts[:i], *parts[i + 1 :]]
            yield rest
            for to in range(1, len(parts)):
                if to != i:
                    yield [*rest[:to], parts[i], *rest[to:]]
        if "padding" in arguments:
            yield _set(parts, i, padding="valid" if arguments["padding"] == "same" else "same")
        if cls.startswith("Conv2D"):
            yield _set(parts, i, strides=1 if arguments.get("strides", 1) != 1 else 2)
        last = target.dims[-1]
        for name in ("units", "filters"):
            if name in arguments and arguments[name] != last:
                yield _set(parts, i, **{name: last})
        child = arguments.get("_")
        cell = child or parts[i]
        if cell[0] in ("LSTM", "GRU", "SimpleRNN"):
            new = (
                cell[0],
                {**cell[1], "return_sequences": not cell[1].get("return_sequences", False)},
            )
            yield [*parts[:i], (cls, {"_": new}) if child else new, *parts[i + 1 :]]
        if cls == "Input":
            for shape in set(permutations(arguments["shape"])) - {arguments["shape"]}:
                yield _set(parts, i, shape=shape)


def reaching(parts: list[Part], target: Target) -> list[list[Part]]:
    """Return the chains one edit away that have the target; equal ones once."""
    found: dict[str, list[Part]] = {}
    tracer = Tracer()
    for chain in edits(parts, target):
        trace = tracer.trace(Builder().chain(*map(text, chain)))
        if trace.refusal is None and target.met_by(trace.outputs[0]):
            found.setdefault("\n".join(map(text, chain)), chain)
    return list(found.values())
