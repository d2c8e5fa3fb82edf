"""A merge and its inputs: which of them is the longest way, and what leads to one of them alone."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.model.code import ValueOf
from kfix.model.graph import Argument, Shape
from kfix.model.record import Value
from kfix.repair.conflict import Conflict
from kfix.repair.numbers import most
from kfix.shapes.arguments import named, value
from kfix.shapes.operations.effects import parameters_of
from kfix.shapes.view import Step

LAYOUTS = {False: (slice(1, -1), -1), True: (slice(2, None), 1)}
"""Where the sizes and the channels stand in a shape, by whether the channels come first."""


class Merge:
    """A step that is given several tensors of one rank which do not fit each other."""

    def __init__(self, conflict: Conflict, step: Step, shapes: list[Shape]) -> None:
        self.conflict = conflict
        self.view = conflict.view
        self.step = step
        self.shapes = shapes
        self.joined = step.joins
        self.axis = joining_axis(step, len(shapes[0])) if self.joined else None
        """The axis along which it joins its inputs, `None` for one that does not."""
        ways = [sum(1 for _ in self.view.back(source)) for source in step.sources]
        self.main = ways.index(max(ways))
        """The input with the longest way: the others are shortcuts."""
        ordered = next(filter(None, map(self.view.ordering, step.sources)), None)
        self.space, self.channels = LAYOUTS[ordered is not None and ordered.channels_first]

    @property
    def weighs(self) -> bool:
        """Whether it is a product, of what is weighed and its weights."""
        return self.step.function in ("multiply", "mul")

    @property
    def sizes_differ(self) -> bool:
        """Whether its inputs are of several sizes."""
        return len({shape[1:-1] for shape in self.shapes}) > 1

    def sides(self) -> Iterator[Side]:
        """Yield each input that does not fit the longest one, beside that."""
        wanted = self.shapes[self.main]
        for other, shape in enumerate(self.shapes):
            same = shape[self.space] == wanted[self.space] if len(shape) > 3 else False
            fits = shape == wanted or (self.joined and (same or shape[:-1] == wanted[:-1]))
            if not fits:
                yield Side(self, other, self.main)

    def matches_channels(self, side: Side) -> bool:
        """Return whether it asks for as many channels in an input as in the other.

        What joins maps along another axis does, where these differ on that axis: else another axis
        is meant.
        """
        if self.axis is None:
            return True
        return self.axis != len(side.shape) - 1 and side.shape[self.axis] != side.wanted[self.axis]


class Side(Value):
    """One input of a merge beside another that it is to fit."""

    merge: Merge
    which: int
    beside: int

    @property
    def shape(self) -> Shape:
        """Its shape."""
        return self.merge.shapes[self.which]

    @property
    def wanted(self) -> Shape:
        """The shape of the other, but for the axes along which one of them is repeated."""
        other = self.merge.shapes[self.beside]
        if self.merge.joined:
            return other
        pairs = enumerate(zip(self.shape, other, strict=True))
        return tuple(have if axis and 1 in (have, want) else want for axis, (have, want) in pairs)

    @property
    def source(self) -> int:
        """The place of the step that gives it."""
        return self.merge.step.sources[self.which]

    @property
    def other(self) -> Side:
        """The other input beside this one."""
        return Side(self.merge, self.beside, self.which)

    @property
    def both(self) -> tuple[Side, Side]:
        """The other input, then this one."""
        return self.other, self

    def own(self) -> list[Step]:
        """Return the layers that lead to this input and to none of the others, the last first."""
        view, sources = self.merge.view, self.merge.step.sources
        rest = (source for at, source in enumerate(sources) if at != self.which)
        others = set().union(*map(view.ancestors, rest))
        return [found for found in view.spine(self.source) if found.place not in others]

    def branch(self) -> list[Step]:
        """Return the layers of the longest of the inputs, back to where it parts from this one."""
        view, main = self.merge.view, self.merge.main
        shared = {found.place for found in view.back(self.source)}
        way = view.back(self.merge.step.sources[main]) if main != self.which else ()
        return [found for found in way if found.place not in shared]


def joining_axis(step: Step, rank: int) -> int:
    """Return the axis along which a step joins its inputs, the last where none is said."""
    axis: object = -1
    if step.names:
        axis = value(step.core, "axis")
    else:
        args = step.node.args
        given = dict(zip(parameters_of(step.layer.cls, args), args, strict=True))
        axis = given.get("axis", (None, -1))[1]
    return axis % rank if isinstance(axis, int) and -rank <= axis < rank else rank - 1


def as_written(
    conflict: Conflict, branch: list[Step], names: tuple[str, ...], number: int
) -> int | ValueOf:
    """Return a number in the words of the one layer of a branch that decides it.

    That is the number itself unless it is written with names there. The last layer with `filters`
    decides the channels, the only one with strides other than 1 the size; strides that are 1 here
    may be others where the same lines make another block.
    """
    givers = list(_givers(branch, names))
    if "filters" in names:
        givers = givers[:1]
    deciding = [(step, argument) for step, argument in givers if most(argument.value) == number]
    if number == 1:
        deciding = deciding[-1:]  # a block changes its size where it begins
    elif sum(most(argument.value) > 1 for _, argument in givers) > 1:
        return number
    if len(deciding) != 1 or not conflict.elsewhere(deciding[0][1]):
        return number
    [(giver, argument)] = deciding
    assert argument.site is not None
    call, behind = giver.core.site, branch[: branch.index(giver)]
    return ValueOf(argument.site, sum(step.core.site == call for step in behind))


def _givers(branch: list[Step], names: tuple[str, ...]) -> Iterator[tuple[Step, Argument]]:
    """Yield the layers of a branch that are given one of the arguments."""
    for step in branch:
        given = named(step.core)
        found = next(filter(None, map(given.get, names)), None)
        if found is not None and not (step.made or step.is_transposed):
            yield step, found
