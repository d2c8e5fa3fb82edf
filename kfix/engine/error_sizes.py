"""The sizes of data that make a shape that an error states: values to try, and a bisection."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kfix.engine.error_slots import Slot, shape_in
from kfix.engine.results import Reading
from kfix.model.observed import Observed
from kfix.model.record import replace
from kfix.model.unknown import Unknown

Keyed = tuple[tuple[str, int | None, str, int], str | None]
"""What a value is found again by, and the name that has it."""

LARGEST = 8_192
"""The largest size of an image or sequence that is looked for."""

ROUND = (224, 256, 128, 64, 32, 28, 512, 100, 50, 96, 48, 150, 200, 300, 20, 10)
"""Sizes that people use, the likeliest first."""

COUNT = Unknown("the error states the shape of a batch, not how many samples there are")
VARIABLE = Unknown("the error leaves this size open")


def alone(
    observed: Callable[[list[Keyed], list[int]], tuple[Observed, ...]],
    keys: list[Keyed],
    place: int,
    size: int,
) -> tuple[Observed, ...]:
    """Return the values with which one size is its own, the others as large as they may be."""
    sizes = [LARGEST] * len(keys)
    sizes[place] = size
    return observed(keys, sizes)


def all_dims(shape: object) -> tuple[object, ...]:
    """Return the dims of a shape, none of anything else."""
    if isinstance(shape, tuple):
        return shape
    return ()


def of_size(
    key: tuple[str, int | None, str, int],
    name: str | None,
    rank: int,
    last: int | Unknown,
    size: int,
) -> Observed:
    """Return a size as a number, or as that of all spatial axes of an array of a rank."""
    if not rank:
        return Observed(*key, name, None, size)
    return Observed(*key, name, (COUNT, *[size] * (rank - 2), last))


def last_of(slot: Slot) -> int | Unknown:
    """Return the number of channels or features of the data, where the model says it."""
    match slot.entry:
        case (*_, int() as last):
            return last
    return VARIABLE


def made(slot: Slot, axis: int, read: Callable[[int], Reading | None], size: int) -> int | None:
    """Return the size of an axis of a slot that a size makes."""
    return size_of(slot, axis, read(size))


def of_numbers(keys: list[Keyed], sizes: list[int]) -> tuple[Observed, ...]:
    """Return a number for each of several places."""
    pairs = zip(keys, sizes, strict=True)
    return tuple(Observed(*key, name, None, size) for (key, name), size in pairs)


def of_sizes(last: int | Unknown, keys: list[Keyed], sizes: list[int]) -> tuple[Observed, ...]:
    """Return an array of a rank with these spatial sizes; or a shape without the batch."""
    key, name = keys[0]
    return (Observed(*key, name, (COUNT, *sizes, last)),)


def of_tuple(last: int | Unknown, keys: list[Keyed], sizes: list[int]) -> tuple[Observed, ...]:
    """Return a tuple of these sizes and the channels: an input shape."""
    key, name = keys[0]
    return (Observed(*key, name, (*sizes, last), is_tuple=True),)


def of_any_size(slot: Slot, keyed: Keyed) -> Iterator[Observed]:
    """Yield an input shape of the rank that the error states of a layer."""
    (key, name), dims = keyed, (VARIABLE,) * (len(slot.dims) - 1)
    if dims and slot.call is None and slot.has_batch:
        yield Observed(*key, name, dims, is_tuple=True)


def is_of_any_length(observed: Observed) -> bool:
    """Return whether an array was observed whose second axis is left open."""
    return observed.shape is not None and observed.shape[1:2] == (VARIABLE,)


def with_channels_first(observed: Observed) -> Observed:
    """Return an image of an unknown last axis that seems to have its channels first, as a square.

    A height of 1 or 3 pixels is hardly one.
    """
    match observed.shape:
        case (count, (1 | 3) as channels, int() as size, Unknown()) if size > channels:
            return replace(observed, shape=(count, channels, size, size))
    return observed


def size_of(slot: Slot, axis: int, reading: Reading | None) -> int | None:
    """Return the size of an axis of a slot in a reading, `None` where it is not known."""
    if reading is None:
        return None
    match all_dims(shape_in(slot.of(reading)))[axis : axis + 1]:
        case (int() as size,):
            return size
    return None


def sizes_making(made: Callable[[int], int | None], wanted: int) -> tuple[int, int]:
    """Return the smallest and the largest size of which the wanted one is made.

    Sizes grow with each other, or the one shrinks while the other grows.
    """
    sign = 1 if (made(1) or 0) <= wanted else -1
    low = _first(lambda size: sign * (made(size) or 0) >= sign * wanted)
    if made(low) != wanted:
        return LARGEST, 0
    return low, _first(lambda size: sign * (made(size) or 0) > sign * wanted) - 1


def _first(holds: Callable[[int], bool]) -> int:
    """Return the smallest size for which something holds that holds for all larger ones."""
    low, high = 1, LARGEST
    while low < high:
        middle = (low + high) // 2
        if holds(middle):
            high = middle
        else:
            low = middle + 1
    return low
