"""What is done against the faults of one model: edits that go first, along, in place of others."""

from __future__ import annotations

from kfix.checks.fault import Subject
from kfix.model.graph import Model
from kfix.model.record import Value, replace
from kfix.repair.candidate import Candidate


class Alternative(Value):
    """A candidate in the data, in the place of one that the model or `compile` would take.

    `model` is the model as it would be then, where it has its shape from the
    data. `lays_out` says that the data has as many elements as the model takes,
    and only lays them out in another number of axes. `ranked` says that it goes before the other
    where it is cheaper: without that, what the model and `compile` can do comes first. It
    `settles` the fault where the model is right for the labels as they are then.
    """

    candidate: Candidate
    replaces: Candidate | None
    model: Model | None = None
    lays_out: bool = False
    ranked: bool = False
    settles: bool = False


class Remedies:
    """The candidates against the faults of one model.

    `first` is made before the search for a repair, which goes on from there; `accompanying` come
    along with every repair; `alternatives` are other ways; `suggestions` are shown, in words;
    `proposal` is for a model of which nothing has to be fixed.
    """

    __slots__ = ("accompanying", "alternatives", "first", "proposal", "subject", "suggestions")

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.first: Candidate | None = None
        self.accompanying: list[Candidate] = []
        self.alternatives: list[Alternative] = []
        self.suggestions: list[str] = []
        self.proposal: Candidate | None = None

    def suggest(self, text: str) -> None:
        """Add what kfix does not edit itself."""
        self.suggestions.append(text)

    def propose(self, candidate: Candidate) -> None:
        """Add an edit of a model that works; the first one counts, and none of them is safe."""
        if self.proposal is None:
            self.proposal = replace(candidate, sure=False)
