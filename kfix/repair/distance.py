"""How far a model is from what is wanted of it."""

from __future__ import annotations

from math import log

from kfix.model.graph import Model
from kfix.model.target import fits
from kfix.repair.prices import BOTH, LEAST

SHORT = 1.5
"""By how much a size that is too small is further from right than one that is too large by the same factor."""


class Distance:
    """How far a model is from right: the layers from a refusal on, or rank, sizes and channels of the output."""

    __slots__ = (
        "arguments",
        "channels",
        "inputs",
        "left",
        "node",
        "output",
        "rank",
        "refused",
        "sizes",
    )

    def __init__(self) -> None:
        self.refused = False
        self.arguments = False  # is it the arguments that are refused, before anything goes in?
        self.left = 0
        self.node = Model.ENTRY
        self.inputs: object = None
        self.rank = 0
        self.sizes = 0.0
        self.channels = 0.0
        self.output = 0

    @property
    def least(self) -> float:
        """What will have to be paid yet, at least as a rule."""
        if self.refused or self.rank:
            return LEAST
        return BOTH if self.sizes and self.channels else 1.0

    def nearer_than(self, other: Distance) -> bool:
        """Is this progress?"""
        if self.refused != other.refused:
            return other.refused
        if self.refused:
            told = self.inputs != other.inputs or (other.arguments and not self.arguments)
            return self.left < other.left or (self.node == other.node and told)
        if self.output != other.output:
            return self.output > other.output
        if self.rank != other.rank:
            return self.rank < other.rank
        small = 1e-9
        return self.sizes < other.sizes - small or (
            self.channels < other.channels - small and self.sizes <= other.sizes
        )


NO_DISTANCE = Distance()


def ratio(want: object, have: object) -> float:
    """How far one dim is from what is wanted, as a factor; 0 where it fits."""
    if fits(want, have):  # type: ignore[arg-type]
        return 0.0
    if isinstance(want, int) and isinstance(have, int) and want > 0 and have > 0:
        return abs(log(want / have))
    return 9.0


def in_front(model: Model) -> bool:
    """Do the last layers of a model that are told the order of the axes count the channels first?"""
    told = (node.layer.argument("data_format") for node in reversed(model.nodes))
    last = next((argument for argument in told if argument is not None), None)
    return last is not None and last.value == "channels_first"


def size_off(want: object, have: object) -> float:
    """The same for a size: what is too small is further from right than what can be cropped."""
    short = isinstance(want, int) and isinstance(have, int) and have < want
    return ratio(want, have) * (SHORT if short else 1.0)
