"""Values of the program that an error states.

They are bound where the source leaves them open, and only if the shape comes out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property, partial
from itertools import chain, islice, product, repeat
from typing import Any

from kfix.engine.error_calls import data_of
from kfix.engine.error_sizes import (
    COUNT,
    LARGEST,
    ROUND,
    VARIABLE,
    Keyed,
    all_dims,
    alone,
    last_of,
    made,
    of_any_size,
    of_numbers,
    of_size,
    of_sizes,
    of_tuple,
    sizes_making,
    with_channels_first,
)
from kfix.engine.error_slots import Slot, agreement, known_sizes, shape_in
from kfix.engine.observed_calls import CALL, calls_of
from kfix.engine.results import Reading
from kfix.model.observed import Observed, ObservedShape
from kfix.model.program import Fit, Program, Role
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.project.project import Project
from kfix.source.syntax.document import Unit

Read = Callable[[tuple[Observed, ...]], Reading]
"""Reads the program with values that it does not say."""

MOST_READINGS = 150
"""Readings of one file for the sake of an error."""

_MOST_EXPRESSIONS = 16
"""Expressions of one unknown value that are looked at."""


class Binding:
    """Looks for the values that make the source say what an error states."""

    def __init__(self, project: Project, reading: Reading, slots: list[Slot], read: Read) -> None:
        self.project = project
        self.reading = self.first = reading
        self.slots = slots
        self.read = read
        self.observed: tuple[Observed, ...] = ()
        self.used: list[Slot] = []
        """The slots that were open and are known now."""
        self.range: tuple[tuple[Observed, ...], ...] = ()
        """Other values that explain the error as well: the smallest and the largest."""
        self._readings = 0

    def bind(self) -> None:
        """Bind the slots that the source leaves open, one after the other."""
        # What is bound for one slot may decide the next; what is stated comes before what follows.
        for way, slot in product((self._by_value, self._by_output, self._by_size), self.slots):
            before = len(self.observed)
            # One value may decide some of its sizes, and leave others open.
            while agreement(slot, self.reading) == "open" and way(slot):
                pass
            if len(self.observed) > before:
                self.used.append(slot)

    def _by_value(self, slot: Slot) -> bool:
        """Find the value itself that has the shape that the error states."""
        value = shape_in(slot.of(self.reading))
        if slot.entry is not None:
            return False
        apart = slot.is_of_set or slot.at_call
        direct = () if apart else dict.fromkeys(self._direct(slot, value))
        if any(self._holds(slot, observed) for observed in direct):
            return True
        if slot.call is None or slot.aside or slot.is_output:
            return False
        return self._holds(slot, self._of_call(slot, slot.call))

    def _by_output(self, slot: Slot) -> bool:
        """Find a shape of the data that gives the output of a model without an input shape.

        It begins as the output does, and may have one axis more: that of the features.
        """
        value, call = shape_in(slot.of(self.reading)), slot.call
        if not isinstance(value, Unknown) or not slot.is_output or call is None:
            return False
        places = [*self.sized(data_of(call, self.reading), slot)]
        begins = [(COUNT, *slot.stated[1:end]) for end in range(1, len(slot.stated) + 1)]
        shapes = chain.from_iterable((dims, (*dims, VARIABLE)) for dims in begins)
        several = product(shapes, places)
        return any(self._holds(slot, Observed(*key, name, dims)) for dims, (key, name) in several)

    def _of_call(self, slot: Slot, call: Fit) -> Observed:
        """Return the observed values of a call itself, whatever its data comes from."""
        key, name = self._call_itself(slot, call)
        about = dict[str, Any](slot.about)
        shape = next(_stated_shapes(slot, None))
        return Observed(*key, name, shape, None, **about)

    def _call_itself(self, slot: Slot, call: Fit) -> Keyed:
        """Return what the data of a call is found again by, whatever it comes from."""
        program = self.reading.program
        return (program.path, None, CALL, calls_of(program).index(call.site)), slot.role

    def _holds(self, slot: Slot, *observed: Observed) -> bool:
        """Keep values if they make the source say what the error states of a slot.

        Some of the sizes will do. It must say no less of the other slots.
        """
        reading = self.attempt((*self.observed, *observed))
        if reading is None or not self._says_more(slot, reading):
            return False
        if any(self._contradicts(other, reading) for other in self.slots):
            return False
        self.observed, self.reading = (*self.observed, *observed), reading
        return True

    def _says_more(self, slot: Slot, reading: Reading) -> bool:
        """Return whether a reading says all that the error states of a slot, or more of it."""
        found = agreement(slot, reading)
        if found != "open":
            return found == "same"
        return known_sizes(slot, reading) > known_sizes(slot, self.reading)

    def _contradicts(self, slot: Slot, reading: Reading) -> bool:
        """Return whether a reading says something else of a slot than the error, as none did."""
        return agreement(slot, reading) == "other" != agreement(slot, self.reading)

    def attempt(self, observed: tuple[Observed, ...]) -> Reading | None:
        """Return a reading with observed values, `None` after the last that may be made."""
        self._readings += 1
        if self._readings > MOST_READINGS:
            return None
        return self.read(observed)

    def _expressions(self, site: Site | None, code: str, slot: Slot) -> list[str]:
        """Return the expressions of an unknown value, without its own and names of methods.

        What a call is passed comes first.
        """
        assert site is not None
        several = self._noted.expressions_of(site)[:_MOST_EXPRESSIONS]
        methods = {one.partition("(")[0] for one in several if one.endswith(")")} | {code}
        return sorted(
            set(several) - methods, key=lambda one: (one != slot.name, several.index(one))
        )

    @cached_property
    def _noted(self) -> Program:
        """The program, read with its expressions of unknown values noted."""
        return self.read(()).program

    # --- the value itself -----------------------------------------------------------------

    def _direct(self, slot: Slot, value: object) -> Iterator[Observed]:
        """Yield where a value may be observed: the file before the array that is made of it."""
        shapes = [*_stated_shapes(slot, value)]
        about: dict[str, Any] = dict(slot.about)
        for unknown, size in _left_open(slot, value):
            for key, name in self._origins(unknown, slot):
                yield from (Observed(*key, name, shape, None, **about) for shape in shapes)
                if size is not None:
                    yield Observed(*key, name, None, size, **about)
                yield from of_any_size(slot, (key, name))

    def _key(self, site: Site | None) -> tuple[str, int | None, str, int] | None:
        from kfix.source.interpreter.informed import key_of

        unit = unit_of(self.project, site)
        if site is None or unit is None:
            return None
        return key_of(unit, site)

    def _origins(self, unknown: Unknown, slot: Slot) -> Iterator[Keyed]:
        """Yield the places that a value comes from, the farthest first.

        A value that is unpacked comes with its variable.
        """
        for link in reversed(unknown.chain()):
            key = self._key(link.site)
            if key is None:
                continue
            parameter = _PARAMETER.match(link.why)
            if parameter is not None:
                yield key, parameter[1]
            elif not link.why.startswith("one of `"):
                yield key, None
            yield from zip(repeat(key), self._expressions(link.site, key[2], slot))

    # --- a size that the layers make another of -------------------------------------------

    def _by_size(self, slot: Slot) -> bool:
        """Find the size of the data, or a number, that gives the shape that the error states."""
        value = shape_in(slot.of(self.reading))
        if slot.method and not slot.is_made:
            return False
        if self._by_numbers(slot, value):
            return True
        places = [*self.sized(value, slot)]
        found = any(self._by_size_at(slot, value, keyed) for keyed in places)
        return found or self._by_tuple(slot, places)

    def _by_size_at(self, slot: Slot, value: object, keyed: Keyed) -> bool:
        """Find the size at one place: a number, that of all spatial axes, or that of each."""
        rank = len(slot.entry or slot.stated)
        ranks = (0, rank)[: 2 * (rank > 1)]
        if any(self._search(slot, partial(of_size, *keyed, axes, last_of(slot))) for axes in ranks):
            return True
        if rank < 4 or not isinstance(value, Unknown | tuple):
            return False
        axes_of = [(axis, keyed) for axis in range(1, rank - 1)]
        return self._search_apart(slot, axes_of, partial(of_sizes, last_of(slot)))

    def _by_tuple(self, slot: Slot, places: list[Keyed]) -> bool:
        """Find the sizes of an input shape that is one value, at the place where that is made."""
        rank = len(slot.stated)
        if rank < 4 or slot.call is not None:
            return False
        apart = ([(axis, keyed) for axis in range(1, rank - 1)] for keyed in places[-1:])
        return any(self._search_apart(slot, axes, partial(of_tuple, VARIABLE)) for axes in apart)

    def _by_numbers(self, slot: Slot, value: object) -> bool:
        """Find a number for each axis that has one of its own."""
        apart: dict[Keyed, int] = {}
        for axis, dim in enumerate(all_dims(value)):
            if axis and isinstance(dim, Unknown):
                for keyed in islice(self._origins(dim, slot), 1):
                    apart.setdefault(keyed, axis)
        found = [(axis, keyed) for keyed, axis in apart.items()]
        return len(found) > 1 and self._search_apart(slot, found, of_numbers)

    def _search_apart(
        self,
        slot: Slot,
        axes: list[tuple[int, Keyed]],
        observed: Callable[[list[Keyed], list[int]], tuple[Observed, ...]],
    ) -> bool:
        """Bisect for the size of each axis on its own, the others as large as they may be."""
        keys = [keyed for _, keyed in axes]
        several = [
            self._bounds(axis, partial(alone, observed, keys, place))
            for place, (axis, _) in enumerate(axes)
        ]
        if any(low > high for low, high in several):
            return False
        lows, highs = zip(*several, strict=True)
        low, high = observed(keys, list(lows)), observed(keys, list(highs))
        return self._keep(slot, low, high, tuple(map(with_channels_first, low)))

    def _bounds(
        self, axis: int | None, observed: Callable[[int], tuple[Observed, ...]]
    ) -> tuple[int, int]:
        """Bisect for the sizes that make what the error states of an axis of all slots."""

        @cache
        def reading(size: int) -> Reading | None:
            return self.attempt((*self.observed, *observed(size)))

        low, high = 1, LARGEST
        for other in self.slots:
            place, stated = other.size_at(axis)
            makes = partial(made, other, place, reading)
            if place and makes(1) != makes(LARGEST):
                sizes = sizes_making(makes, stated)
                low, high = max(low, sizes[0]), min(high, sizes[1])
        return low, high

    def _keep(
        self,
        slot: Slot,
        low: tuple[Observed, ...],
        high: tuple[Observed, ...],
        likely: tuple[Observed, ...],
    ) -> bool:
        """Keep the likely values if they hold, with the smallest and the largest that may be."""
        before = self.observed
        holds = self._holds(slot, *likely)
        if holds and not low == high == likely:
            self.range = ((*before, *low), (*before, *high))
        return holds

    def sized(self, value: object, slot: Slot) -> Iterator[Keyed]:
        """Yield the places that the sizes of a shape come from, each once."""
        if slot.call is not None and slot.is_of_set:
            yield self._call_itself(slot, slot.call)
            return
        unknowns = [part for part in (value, *all_dims(value)) if isinstance(part, Unknown)]
        places = (self._origins(unknown, slot) for unknown in unknowns[:3])
        yield from dict.fromkeys(chain.from_iterable(places))

    def _search(self, slot: Slot, observed: Callable[[int], Observed]) -> bool:
        """Bisect for the sizes that make all slots what the error states.

        Those that do are one range.
        """

        low, high = self._bounds(None, lambda size: (observed(size),))
        if low > high or (low, high) == (1, LARGEST):
            return False
        # All these sizes explain the error: one that people use is the likeliest.
        size = next((one for one in ROUND if low <= one <= high), low)
        return self._keep(slot, (observed(low),), (observed(high),), (observed(size),))


def _left_open(slot: Slot, value: object) -> Iterator[tuple[Unknown, int | None]]:
    """Yield the shape that a source does not know, or its dims, each with the size that is stated.

    The number of samples of a call is none that has to be known. Dims of one value come once.
    """
    if isinstance(value, Unknown):
        yield value, None
        return
    counted = int(bool(slot.method and not slot.about))
    pairs = islice(zip(all_dims(value), slot.stated, strict=False), counted, None)
    yield from {dim.site: (dim, size) for dim, size in pairs if isinstance(dim, Unknown)}.values()


_PARAMETER = re.compile(r"`(\w+)` is a parameter of ")


def unit_of(project: Project, site: Site | None) -> Unit | None:
    """Return the file or cell that a place is in, `None` where it is not read."""
    if site is None or (document := project.open(site.path)) is None:
        return None
    return next((unit for unit in document.units if unit.holds(site)), None)


def variable(project: Project, fit: Fit, role: Role, index: int, aside: bool) -> str | None:
    """Return the expression that a call is passed as data or labels, `None` without a place."""
    for part in fit.given(role, aside)[index : index + 1]:
        unit = unit_of(project, part.site)
        if part.site is not None and unit is not None:
            start, end = unit.span(part.site)
            return _KEYWORD.sub("", unit.text[start:end].rstrip(", \n"))
    return None


_KEYWORD = re.compile(r"^\w+\s*=(?!=)\s*")


def _stated_shapes(slot: Slot, value: object) -> Iterator[ObservedShape | None]:
    """Yield the shapes that the error may mean: as stated, but for the number of samples.

    Where the batch is left out, all that stands behind it is another one. A number may be made of
    an array of any shape.
    """
    if slot.dims == ():
        yield None
    if slot.whole:
        yield slot.dims
        return
    dims = slot.stated[1:]
    shape: ObservedShape = (COUNT, *(VARIABLE if dim is None else dim for dim in dims))
    match value:
        case (*known, 1) if len(known) == len(shape):
            shape = (*shape, 1)
    yield shape
    yield from [(COUNT,), ()] * (slot.dims == ())
    yield from [shape[1:]] * (dims != () and not slot.method)
