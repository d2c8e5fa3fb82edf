"""Draws a program from a seed: a model, how it is compiled, the data, and the calls.

About half of the programs have one deliberate fault, of one of the `FAULTS`. Whatever is drawn
beside it is meant to be right, but Keras alone decides.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

T = TypeVar("T")

FAULTS = (
    *("input size", "input rank", "input count", "input keys", "input container"),
    *("label size", "label rank", "label form", "label values", "label count", "label keys"),
    *("label container", "samples", "loss name", "loss kind", "loss count", "loss keys"),
    *("no loss", "not compiled", "metric name", "metric form", "metric keys", "loss weights"),
    *("optimizer", "argument", "validation data", "validation form", "sample weight"),
    *("class weight", "batch size", "data set", "generator"),
    *("callbacks", "steps", "save", "own class", "states", "numpy units", "layer argument"),
    *("loss function", "metric of rank", "data kind", "batch method", "results", "masks"),
    *("stateful calls", "weights files", "calling", "unreached", "test step"),
    *("compile flags", "validation source", "evaluate weight"),
)
"""What may be wrong with a program."""


class Input(NamedTuple):
    """An input of a model: shape without the batch."""

    name: str
    shape: tuple[int, ...]
    most: int = 0
    """How many words its integers stand for, 0 for any numbers."""


class Output(NamedTuple):
    """An output of a model: its shape without the batch, and what it is trained for."""

    name: str
    shape: tuple[int, ...]
    task: str
    """"classes", "binary" or "values"."""


class Program(NamedTuple):
    """A drawn program, the fault that it was given, and the forms that it uses."""

    text: str
    fault: str
    kinds: tuple[str, ...] = ()


class Draw:
    """Choices of a seeded generator, and the one fault that a program shall have."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)
        self.fault = self.choice(FAULTS) if self.chance(55) else "none"
        self.kinds: list[str] = []
        self.definitions: list[str] = []
        """What stands before the call of `compile`."""

    def choice(self, values: Sequence[T]) -> T:
        """Return one of the values."""
        return values[self._random.randrange(len(values))]

    def chance(self, percent: int) -> bool:
        """Return true so often."""
        return self._random.randrange(100) < percent

    def number(self, least: int, most: int) -> int:
        """Return an integer of this range."""
        return self._random.randint(least, most)

    def shuffled(self, values: Sequence[T]) -> list[T]:
        """Return the values in another order."""
        return self._random.sample(list(values), len(values))

    def has(self, fault: str) -> bool:
        """Return whether the program shall have this fault."""
        return self.fault == fault
