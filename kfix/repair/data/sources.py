"""What data and labels are made of, changed at its place.

An array is walked back along its origin (`kfix.model.origin`) to the literals that decide an axis:
`target_size` and `color_mode` of a loader, `num_classes` of `to_categorical`, the end of a slice,
`maxlen`, the numbers of a `reshape`, and defaults that a call leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import combinations, islice

from kfix.checks.dims import Dims
from kfix.edits.base import Edit
from kfix.edits.set_literal import SetLiteral
from kfix.edits.set_option import SetOption
from kfix.model.graph import Array
from kfix.model.origin import (
    CannotEvaluate,
    Derived,
    Literal,
    Omitted,
    Origin,
    deciding,
    evaluate,
    make_slice,
)
from kfix.model.site import Site

Changes = Mapping[object, object]
"""Literals, by their Sites, and omitted arguments, each with its new value."""

_WORDS: tuple[tuple[object, ...], ...] = (
    ("rgb", "grayscale", "rgba"),
    ("categorical", "binary", "sparse"),
    ("int", "binary", "categorical"),
    ("RGB", "L", "RGBA"),
)
"""Values of which one stands in the place of another: color modes, forms of labels."""

_FLAGS = ((0, 1),)
"""The flags of `cv2.imread` for one channel and for three."""

MOST_LITERALS = 24
MOST_EVALUATIONS = 400
"""Literals of one origin that are changed, and how often the calls are made again."""

MADE = "what the data is made of says otherwise"
"""The reason of an edit of a literal that decides the shape of data."""


def remade_all(pairs: Iterable[tuple[Array, Dims]]) -> tuple[Edit, ...]:
    """Return the edits of several arrays, each with the dims wanted; none where one has none."""
    return all_or_none(remade(array, wanted) for array, wanted in pairs)


def all_or_none(several: Iterable[tuple[Edit, ...] | None]) -> tuple[Edit, ...]:
    """Return the edits of several arrays, each once; none where one has none."""
    found = list(several)
    if None in found:
        return ()
    return tuple(dict.fromkeys(edit for edits in found for edit in edits or ()))


def remade(data: Array, wanted: Dims) -> tuple[Edit, ...] | None:
    """Return the literals changed with which the samples of an array have the dims wanted.

    `None` where the literals do not decide that, and where none would change.
    """
    shape, origin = data.shape, data.origin
    if origin is None or not isinstance(shape, tuple) or len(shape) != len(wanted) + 1:
        return None
    changes = _Search(origin, shape[1:], wanted).found()
    return None if changes is None else _edits(origin, changes)


def recuts(data: Iterable[Array], edits: Iterable[Edit]) -> bool:
    """Return whether the edits let other rows or columns be taken out of data, by a slice."""
    origins = (array.origin for array in data)
    cuts = {literal.site for origin in origins if origin for literal in _in_slices(origin)}
    sites = [site for edit in edits if isinstance(edit, SetLiteral) for site in edit.sites]
    return not cuts.isdisjoint(sites)


def _in_slices(origin: Origin, inside: bool = False) -> Iterator[Literal]:
    """Yield the literals that slices are made of."""
    if isinstance(origin, Literal) and inside:
        yield origin
    elif isinstance(origin, Derived):
        for part in origin.parts:
            yield from _in_slices(part, inside or origin.function is make_slice)


def reworded(
    data: Array, words: Sequence[str], fits: Callable[[object], bool]
) -> Iterator[tuple[Edit, ...]]:
    """Yield each of the words in the place of another for an array whose shape then `fits`."""
    origin = data.origin
    if origin is None:
        return
    for place in _places(origin):
        if not isinstance(place.value, str):
            continue
        for new in _alternatives(place.value, _WORDS):
            changes = {_key(place): new}
            if new in words and fits(_shape(origin, changes)):
                yield _edits(origin, changes)


def recolored(data: Array, fits: Callable[[object], bool]) -> tuple[Edit, ...]:
    """Return the colors with which one image is read whose shape then `fits`, none without any."""
    if data.origin is None:
        return ()
    for place in _places(data.origin):
        for new in _alternatives(place.value, (*_WORDS, *_FLAGS)):
            changes = {_key(place): new}
            if fits(_shape(data.origin, changes)):
                return _edits(data.origin, changes)
    return ()


class _Search:
    """The search for changes after which an array has the dims wanted."""

    def __init__(self, origin: Origin, have: Dims, wanted: Dims) -> None:
        self.origin = origin
        self.count, *_ = evaluate(origin, {})
        self.wanted = wanted
        self.wrong = [
            (axis, old, new)
            for axis, (old, new) in enumerate(zip(have, wanted, strict=True))
            if old != new
        ]
        self.places = _places(origin)
        self.left = MOST_EVALUATIONS

    def found(self) -> Changes | None:
        """Return the first changes that do: axis by axis, or equal literals all at once."""
        if not self.wrong or not self.places:
            return None
        whole = (changes for changes in self._at_once() if self._reaches(changes, len(self.wanted)))
        return self._by_axis() or next(islice(whole, 1), None)

    def _by_axis(self) -> Changes | None:
        """Return one literal for each axis, which leaves the axes before it right."""
        changes: Changes = {}
        for axis, old, new in self.wrong:
            if self._reaches(changes, axis + 1):
                continue
            tried = ({**changes, **one} for one in self._single(old, new))
            found = next((one for one in tried if self._reaches(one, axis + 1)), None)
            if found is None:
                return None
            changes = found
        return changes if self._reaches(changes, len(self.wanted)) else None

    def _single(self, old: object, new: object) -> Iterator[Changes]:
        """Yield each literal changed for an axis, those that have its size first."""
        places = sorted(self.places, key=lambda place: place.value != old)
        for place in places:
            for value in _values(place.value, old, new, self.wanted):
                yield {_key(place): value}

    def _at_once(self) -> Iterator[Changes]:
        """Yield all literals of the sizes changed together, alone or along with a word or flag."""
        sizes: dict[object, object] = {old: new for _, old, new in self.wrong}
        equal = [place for place in self.places if _is_size(place.value) and place.value in sizes]
        words = [
            {_key(place): value}
            for place in self.places
            for value in _alternatives(place.value, (*_WORDS, *_FLAGS))
        ]
        for count in range(len(equal), 0, -1):
            for some in islice(combinations(equal, count), MOST_LITERALS):
                changes = {_key(place): sizes[place.value] for place in some}
                yield changes
                yield from ({**word, **changes} for word in words)

    def _reaches(self, changes: Changes, count: int) -> bool:
        """Return whether that many first axes are as wanted, with as many samples as before.

        Nothing does any more once the calls were made again as often as they may be.
        """
        self.left -= 1
        if self.left < 0:
            return False
        shape = _shape(self.origin, changes)
        if not isinstance(shape, tuple) or len(shape) != len(self.wanted) + 1:
            return False
        if shape[0] != self.count and isinstance(self.count, int):
            return False
        return shape[1 : count + 1] == self.wanted[:count]


def _places(origin: Origin) -> list[Literal | Omitted]:
    return list(islice(dict.fromkeys(deciding(origin)), MOST_LITERALS))


def _key(place: Literal | Omitted) -> object:
    return place.site if isinstance(place, Literal) else place


def _shape(origin: Origin, changes: Changes) -> object:
    with suppress(CannotEvaluate):
        return evaluate(origin, changes)
    return None


def _edits(origin: Origin, changes: Changes) -> tuple[Edit, ...]:
    """Return the changes as edits."""
    made: list[Edit] = []
    literals: dict[tuple[object, object], list[Site]] = {}
    for place in _places(origin):
        if _key(place) not in changes:
            continue
        new = changes[_key(place)]
        if isinstance(place, Omitted):
            made.append(SetOption(place.call, place.name, new))
        else:
            literals.setdefault((place.value, new), []).append(place.site)
    made.extend(SetLiteral(tuple(sites), new, "data") for (_, new), sites in literals.items())
    return tuple(made)


def _values(value: object, old: object, new: object, wanted: Dims) -> tuple[object, ...]:
    """Return the values that may stand in the place of a literal for an axis of another size."""
    if _is_size(value) and isinstance(new, int):
        shifted = (value + new - old,) if isinstance(old, int) else ()  # type: ignore[operator]
        return (new, *shifted, *_alternatives(value, _FLAGS))
    if value is None and isinstance(new, int):
        return (new,)
    if isinstance(value, tuple) and len(value) <= len(wanted):
        return (wanted[: len(value)],)
    return _alternatives(value, _WORDS)


def _alternatives(value: object, families: tuple[tuple[object, ...], ...]) -> tuple[object, ...]:
    """Return the other values of the families that a value belongs to."""
    if isinstance(value, bool | tuple):
        return ()
    found = [other for family in families if value in family for other in family if other != value]
    return tuple(dict.fromkeys(found))


def _is_size(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
