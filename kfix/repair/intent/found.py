"""What the program says of one model: what is wanted of it, what is wrong, and the cures."""

from __future__ import annotations

from typing import NamedTuple

from kfix.edits.base import Edit
from kfix.findings import Finding
from kfix.model.graph import Model
from kfix.model.target import Target


class Cure(NamedTuple):
    """Edits that are made whatever else is, or advice (no edits): the place is not kfix's to edit."""

    edits: tuple[Edit, ...]
    cost: float
    why: str
    safety: str = "safe"


class Instead(NamedTuple):
    """A cure in the data, in the place of one that the model or `compile` would take.

    `model` is the model as it would be then, where it has its shape from the
    data. `lays_out` says that the data has the numbers that the model takes,
    and only lays them out in another number of axes.
    """

    cure: Cure
    place: Cure | None
    model: Model | None = None
    lays_out: bool = False


class Intent:
    """What the program says about one model.

    `wanted` are the targets by output; `findings` have their sites. `first`
    is made before the search for a repair, on which it goes on; `also` come
    along with every repair; `instead` are other ways; `advice` is shown;
    `offer` is for a model of which nothing has to be mended.
    """

    __slots__ = ("advice", "also", "findings", "first", "instead", "offer", "refused", "wanted")

    def __init__(self) -> None:
        self.wanted: dict[int, Target] = {}
        self.findings: list[Finding] = []
        self.first: Cure | None = None
        self.also: list[Cure] = []
        self.instead: list[Instead] = []
        self.advice: list[Cure] = []
        self.offer: Cure | None = None
        self.refused = False
        """Does Keras refuse the labels of a call?"""

    def advise(self, text: str) -> None:
        """Says what kfix does not edit itself."""
        self.advice.append(Cure((), 9.0, text, "display"))
