"""Values of the program that an error states.

They are bound where the source leaves them open, and only if the shape comes out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from itertools import chain, islice
from typing import Any

from kfix.engine.error_slots import Slot, agreement, shape_in
from kfix.engine.observed_calls import CALL, calls_of
from kfix.engine.results import Reading
from kfix.model.observed import Observed, ObservedShape
from kfix.model.program import Fit, Role
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.project.project import Project
from kfix.source.syntax.document import Unit

Keyed = tuple[tuple[str, int | None, str, int], str | None]
"""What a value is found again by, and the name that has it."""

Read = Callable[[tuple[Observed, ...]], Reading]
"""Reads the program with values that it does not say."""

MOST_READINGS = 150
"""Readings of one file for the sake of an error."""

_LARGEST = 8_192
"""The largest size of an image or sequence that is looked for."""

_ROUND = (224, 256, 128, 64, 32, 28, 512, 100, 50, 96, 48, 150, 200, 300, 20, 10)
"""Sizes that people use, the likeliest first."""

_COUNT = Unknown("the error states the shape of a batch, not how many samples there are")
_VARIABLE = Unknown("the error leaves this size open")


class Binding:
    """Looks for the values that make the source say what an error states."""

    def __init__(self, project: Project, reading: Reading, slots: list[Slot], read: Read) -> None:
        self.project = project
        self.reading = reading
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
        # What is bound for one slot may decide the next.
        for slot in self.slots:
            if agreement(slot, self.reading) == "open" and self._bind(slot):
                self.used.append(slot)

    def _bind(self, slot: Slot) -> bool:
        value = shape_in(slot.of(self.reading))
        direct = dict.fromkeys(self._direct(slot, value)) if not _is_of_set(slot) else ()
        if any(self._holds(slot, observed) for observed in direct):
            return True
        if slot.call is not None and not slot.aside:
            return self._holds(slot, self._of_call(slot, slot.call))
        return not slot.method and self._by_size(slot, value)

    def _of_call(self, slot: Slot, call: Fit) -> Observed:
        """Return the observed values of a call itself, whatever its data comes from."""
        program = self.reading.program
        about = dict[str, Any](slot.about)
        shape = next(_stated_shapes(slot, None))
        place = calls_of(program).index(call.site)
        return Observed(program.path, None, CALL, place, slot.role, shape, None, **about)

    def _holds(self, slot: Slot, *observed: Observed) -> bool:
        """Keep values if they make the source say what the error states of a slot.

        It must say no less of the other slots.
        """
        reading = self._try((*self.observed, *observed))
        if reading is None or agreement(slot, reading) != "same":
            return False
        if any(self._contradicts(other, reading) for other in self.slots):
            return False
        self.observed, self.reading = (*self.observed, *observed), reading
        return True

    def _contradicts(self, slot: Slot, reading: Reading) -> bool:
        """Return whether a reading says something else of a slot than the error, as none did."""
        return agreement(slot, reading) == "other" != agreement(slot, self.reading)

    def _try(self, observed: tuple[Observed, ...]) -> Reading | None:
        self._readings += 1
        if self._readings > MOST_READINGS:
            return None
        return self.read(observed)

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
            if slot.name is not None and parameter is None:
                yield key, slot.name

    # --- a size that the layers make another of -------------------------------------------

    def _by_size(self, slot: Slot, value: object) -> bool:
        """Find the size of the data, or a number, that gives the shape that the error states."""
        if self._by_numbers(slot, value):
            return True
        return any(self._by_size_at(slot, value, keyed) for keyed in self._sized(value, slot))

    def _by_size_at(self, slot: Slot, value: object, keyed: Keyed) -> bool:
        """Find the size at one place: a number, that of all spatial axes, or that of each."""
        rank = len(slot.stated)
        ranks = (0, rank)[: 2 * (rank > 1)]
        if any(self._search(slot, partial(_of_size, *keyed, axes)) for axes in ranks):
            return True
        if rank < 4 or not isinstance(value, Unknown | tuple):
            return False
        axes_of = [(axis, keyed) for axis in range(1, rank - 1)]
        return self._search_apart(slot, axes_of, partial(_of_sizes, rank))

    def _by_numbers(self, slot: Slot, value: object) -> bool:
        """Find a number for each axis that has one of its own."""
        apart: dict[Keyed, int] = {}
        for axis, dim in enumerate(_dims(value)):
            if axis and isinstance(dim, Unknown):
                for keyed in islice(self._origins(dim, slot), 1):
                    apart.setdefault(keyed, axis)
        found = [(axis, keyed) for keyed, axis in apart.items()]
        return len(found) > 1 and self._search_apart(slot, found, _of_numbers)

    def _search_apart(
        self,
        slot: Slot,
        axes: list[tuple[int, Keyed]],
        observed: Callable[[list[Keyed], list[int]], tuple[Observed, ...]],
    ) -> bool:
        """Bisect for the size of each axis on its own, the others as large as they may be."""
        keys = [keyed for _, keyed in axes]
        several = [
            self._bounds(axis, partial(_alone, observed, keys, place))
            for place, (axis, _) in enumerate(axes)
        ]
        if any(low > high for low, high in several):
            return False
        lows, highs = zip(*several, strict=True)
        return self._keep(slot, observed(keys, list(lows)), observed(keys, list(highs)))

    def _bounds(
        self, axis: int | None, observed: Callable[[int], tuple[Observed, ...]]
    ) -> tuple[int, int]:
        """Bisect for the sizes that make what the error states of an axis of all slots."""

        @cache
        def reading(size: int) -> Reading | None:
            return self._try((*self.observed, *observed(size)))

        low, high = 1, _LARGEST
        for other in self.slots:
            place, stated = other.size_at(axis)
            if place and _size_of(other, place, reading(_LARGEST)) is not None:
                sizes = _range(partial(_made, other, place, reading), stated)
                low, high = max(low, sizes[0]), min(high, sizes[1])
        return low, high

    def _keep(
        self,
        slot: Slot,
        low: tuple[Observed, ...],
        high: tuple[Observed, ...],
        likely: Observed | None = None,
    ) -> bool:
        """Keep values if they hold, with the smallest and the largest that explain the error."""
        before = self.observed
        holds = self._holds(slot, *((likely,) if likely else low))
        if holds and low != high:
            self.range = ((*before, *low), (*before, *high))
        return holds

    def _sized(self, value: object, slot: Slot) -> Iterator[Keyed]:
        """Yield the places that the sizes of a shape come from, each once."""
        unknowns = [part for part in (value, *_dims(value)) if isinstance(part, Unknown)]
        places = (self._origins(unknown, slot) for unknown in unknowns[:3])
        yield from dict.fromkeys(chain.from_iterable(places))

    def _search(self, slot: Slot, observed: Callable[[int], Observed]) -> bool:
        """Bisect for the sizes that make all slots what the error states.

        Those that do are one range.
        """

        low, high = self._bounds(None, lambda size: (observed(size),))
        if low > high or (low, high) == (1, _LARGEST):
            return False
        # All these sizes explain the error: one that people use is the likeliest.
        size = next((one for one in _ROUND if low <= one <= high), low)
        return self._keep(slot, (observed(low),), (observed(high),), observed(size))


def _alone(
    observed: Callable[[list[Keyed], list[int]], tuple[Observed, ...]],
    keys: list[Keyed],
    place: int,
    size: int,
) -> tuple[Observed, ...]:
    """Return the values with which one size is its own, the others as large as they may be."""
    sizes = [_LARGEST] * len(keys)
    sizes[place] = size
    return observed(keys, sizes)


def _dims(shape: object) -> tuple[object, ...]:
    """Return the dims of a shape, none of anything else."""
    if isinstance(shape, tuple):
        return shape
    return ()


def _left_open(slot: Slot, value: object) -> Iterator[tuple[Unknown, int | None]]:
    """Yield the shape that a source does not know, or its dims, each with the size that is stated.

    The number of samples of a call is none that has to be known.
    """
    if isinstance(value, Unknown):
        yield value, None
        return
    counted = int(bool(slot.method and not slot.about))
    for dim, size in islice(zip(_dims(value), slot.stated, strict=False), counted, None):
        if isinstance(dim, Unknown):
            yield dim, size


_PARAMETER = re.compile(r"`(\w+)` is a parameter of ")


def _is_of_set(slot: Slot) -> bool:
    """Return whether a call is given data without labels: a data set or a generator gives both."""
    match slot.call:
        case Fit(y=None, same=False) as call:
            return call.method.startswith("fit")
    return False


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


def _stated_shapes(slot: Slot, value: object) -> Iterator[ObservedShape]:
    """Yield the shapes that the error may mean: as stated, but for the number of samples.

    Where the batch is left out, all that stands behind it is another one.
    """
    if slot.whole:
        yield slot.dims
        return
    dims = slot.stated[1:]
    shape: ObservedShape = (_COUNT, *(_VARIABLE if dim is None else dim for dim in dims))
    match value:
        case (*known, 1) if len(known) == len(shape):
            shape = (*shape, 1)
    yield shape
    yield from [(_COUNT,)] * (slot.dims == ())
    yield from [dims] * (dims != () and not slot.method and None not in dims)


def _of_size(
    key: tuple[str, int | None, str, int], name: str | None, rank: int, size: int
) -> Observed:
    """Return a size as a number, or as that of all spatial axes of an array of a rank."""
    if not rank:
        return Observed(*key, name, None, size)
    return Observed(*key, name, (_COUNT, *[size] * (rank - 2), _VARIABLE))


def _made(slot: Slot, axis: int, read: Callable[[int], Reading | None], size: int) -> int | None:
    """Return the size of an axis of a slot that a size makes."""
    return _size_of(slot, axis, read(size))


def _of_numbers(keys: list[Keyed], sizes: list[int]) -> tuple[Observed, ...]:
    """Return a number for each of several places."""
    pairs = zip(keys, sizes, strict=True)
    return tuple(Observed(*key, name, None, size) for (key, name), size in pairs)


def _of_sizes(rank: int, keys: list[Keyed], sizes: list[int]) -> tuple[Observed, ...]:
    """Return an array of a rank with these spatial sizes; or a shape without the batch."""
    key, name = keys[0]
    return (Observed(*key, name, (_COUNT, *sizes, _VARIABLE)),)


def _size_of(slot: Slot, axis: int, reading: Reading | None) -> int | None:
    """Return the size of an axis of a slot in a reading, `None` where it is not known."""
    if reading is None:
        return None
    match _dims(shape_in(slot.of(reading)))[axis : axis + 1]:
        case (int() as size,):
            return size
    return None


def _range(made: Callable[[int], int | None], wanted: int) -> tuple[int, int]:
    """Return the smallest and the largest size of which the wanted one is made.

    Sizes grow with each other.
    """
    low = _first(lambda size: (made(size) or 0) >= wanted)
    if made(low) != wanted:
        return _LARGEST, 0
    return low, _first(lambda size: (made(size) or 0) > wanted) - 1


def _first(holds: Callable[[int], bool]) -> int:
    """Return the smallest size for which something holds that holds for all larger ones."""
    low, high = 1, _LARGEST
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
