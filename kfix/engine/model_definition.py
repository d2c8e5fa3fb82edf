"""The definitions of models in a file, as a person chooses one of them: by name or by place."""

from __future__ import annotations

from functools import cached_property

from kfix.engine.results import Group, Reading
from kfix.model.graph import Model, Shape
from kfix.model.record import Record
from kfix.model.site import Place
from kfix.model.unknown import any_integer

Spot = tuple[int, int]
"""A cell and a line."""


def definitions(reading: Reading, path: str) -> list[Definition]:
    """Return the definitions of all models of a file, in the order of their groups."""
    groups = enumerate(reading.groups)
    return [Definition(index, group, reading, path) for index, group in groups]


class Definition(Record):
    """One definition of a model, and where it stands in the file at `path`."""

    index: int
    """The index of its group."""
    group: Group
    reading: Reading
    path: str

    @property
    def model(self) -> Model:
        """The first model that it made."""
        return self.group.models[0]

    # --- outputs --------------------------------------------------------------------------------

    @property
    def output(self) -> Shape | None:
        """The shape of the first output, `None` where it is unknown."""
        shape = next(iter(self.group.traces[0].outputs), None)
        return shape if isinstance(shape, tuple) else None

    @property
    def has_fixed_batch(self) -> bool:
        """Whether an input has a number in the place of the batch."""
        shapes = (shape for shape in self.group.traces[0].inputs if isinstance(shape, tuple))
        return any_integer(next(iter(shape), None) for shape in shapes)

    @property
    def ends(self) -> set[int]:
        """The models by uid that give the first output of this one."""
        model = self.model
        ends = [node.layer.model for node in model.nodes if node.id == model.outputs[0].node]
        return {end.uid for end in ends if end is not None} - {model.uid}

    @property
    def output_names(self) -> list[str]:
        """The names of the outputs: those of their layers, else their numbers."""
        names = {node.id: node.layer.name for node in self.model.nodes}
        outputs = enumerate(self.model.outputs)
        return [names.get(ref.node) or str(number) for number, ref in outputs]

    # --- names ----------------------------------------------------------------------------------

    @property
    def aliases(self) -> tuple[str, ...]:
        """The other variables that hold the model."""
        return self.reading.program.known_as.get(self.model.uid, ())

    @property
    def names(self) -> tuple[str, ...]:
        """All names of the model."""
        return self.model.name, self.model.qualified, *self.aliases

    @property
    def title(self) -> str:
        """The names that a person may choose it by, in words."""
        return " or ".join((self.model.qualified, *self.aliases))

    # --- places ---------------------------------------------------------------------------------

    @cached_property
    def places(self) -> list[Place]:
        """The places of the model and its layers in this file."""
        sites = [self.model.site, *(node.site for node in self.model.nodes)]
        places = map(self.reading.program.place, sites)
        return [place for place in places if place.path == self.path]

    @property
    def first(self) -> Place:
        """The first place."""
        return min(self.places, key=_start)

    @cached_property
    def start(self) -> Spot:
        """The first cell and line."""
        return _start(self.first)

    @cached_property
    def end(self) -> Spot:
        """The last cell and line."""
        return max(map(_end, self.places))

    def length(self) -> Spot:
        """Return the number of cells and lines."""
        return self.end[0] - self.start[0], self.end[1] - self.start[1]

    def owns(self, spot: Spot) -> bool:
        """Return whether one of the places has this line."""
        return any(_start(place) <= spot <= _end(place) for place in self.places)


def _start(place: Place) -> Spot:
    return place.cell or 0, place.line


def _end(place: Place) -> Spot:
    return place.cell or 0, place.end_line
