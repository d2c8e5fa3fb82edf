"""A fault of what a model is compiled with or given, and the model that it is a fault of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.findings import Finding
from kfix.model.graph import Array, Model, Shape, Shapes
from kfix.model.program import Fit, Part, Program, Role
from kfix.model.record import Record
from kfix.model.site import Site
from kfix.model.unknown import any_unknown
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
    def name(self) -> str:
        """The name of the model in a sentence."""
        return self.model.name or "the model"

    @property
    def fits(self) -> list[Fit]:
        """The calls that give this model data."""
        return [fit for fit in self.program.fits if fit.model == self.model.uid]

    @property
    def inputs_unknown(self) -> bool:
        """Whether an Input is a layer that is not known: then their number is a guess."""
        unread = {node.id for node in self.model.nodes if node.layer.is_unknown}
        return not unread.isdisjoint(ref.node for ref in self.model.inputs)

    def ends(self, role: Role) -> Sequence[Shapes]:
        """Return the shapes of the inputs for the role of x, of the outputs for that of y."""
        return {"x": self.trace.inputs, "y": self.trace.outputs}[role]

    @property
    def parts(self) -> Iterator[tuple[Fit, Part]]:
        """The arrays that the calls of this model are given, with their calls."""
        return ((fit, part) for fit in self.fits for part in fit.parts)

    @property
    def given(self) -> Iterator[Given]:
        """The same, of those arrays whose dims are known behind the axis of the samples."""
        for fit, part in self.parts:
            match part.value:
                case Array(shape=tuple((_, *dims)) as shape) if not any_unknown(dims):
                    yield Given(fit, part, shape)


class Given(Record):
    """An array that a call is given, with its shape."""

    fit: Fit
    part: Part
    shape: Shape

    @property
    def site(self) -> Site:
        """The place of the array, else that of the call."""
        return self.fit.site_of(self.part)


class Fault(Record):
    """What a check has found; a class for each kind of repair.

    `finding` is `None` where the refusal of a layer says already what is wrong.
    """

    finding: Finding | None
