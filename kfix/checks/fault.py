"""A fault of what a model is compiled with or given, and the model that it is a fault of."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.model.graph import Model
from kfix.model.program import Fit, Program
from kfix.model.record import Record
from kfix.shapes import Trace, Tracer


class Subject(Record):
    """A model that is checked, with its trace and the program around it.

    `uids` are the models of its definition: what one call of a function gives and what another
    gives are edited at the same places.
    """

    model: Model
    trace: Trace
    uids: frozenset[int]
    program: Program
    tracer: Tracer

    @property
    def fits(self) -> list[Fit]:
        """The calls that give this model data."""
        return [fit for fit in self.program.fits if fit.model == self.model.uid]


class Fault(Record):
    """What a check has found; a class for each kind of repair.

    `finding` is `None` where the refusal of a layer says already what is wrong.
    """

    finding: Finding | None
