"""The program's own name for a number that an edit writes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kfix.model.code import Name, Number, OutputCount
from kfix.model.program import AtHand
from kfix.model.words import CLASSES, counts_outputs, may_be_width, parts, sizes_data


def output_name(at_hand: Mapping[str, AtHand], number: int) -> Number:
    """Return a number of outputs by the one name in scope that says so: `num_classes`."""
    names = [
        name for name, found in at_hand.items() if found.number == number and counts_outputs(name)
    ]
    for chosen in (names, [name for name in names if CLASSES & parts(name)]):
        if len({name.rpartition(".")[2] for name in chosen}) == 1:
            return Number(number, Name(chosen[0]))
    return Number(number, OutputCount())


def dims_named(
    at_hand: Mapping[str, AtHand], dims: tuple[object, ...], old: object
) -> tuple[object, ...]:
    """Return the dims of data, new ones by the one name in scope that says such a size."""
    known = old if isinstance(old, tuple | list) else ()
    return tuple(dim if dim in known else _size(at_hand, dim) for dim in dims)


def _size(at_hand: Mapping[str, AtHand], dim: object) -> object:
    return named_number(at_hand, dim, sizes_data) if type(dim) is int and dim != 1 else dim


def named_number(
    at_hand: Mapping[str, AtHand], number: int, says: Callable[[str], bool]
) -> int | Number:
    """Return a number by the one name in scope that says what it is."""
    names = [name for name, found in at_hand.items() if found.number == number and says(name)]
    return Number(number, Name(names[0])) if len(names) == 1 else number


def width_name(at_hand: Mapping[str, AtHand], number: int) -> int | Number:
    """Return a width by the one name of the function around that may be one."""
    local = {name: found for name, found in at_hand.items() if found.local}
    alone = sum(found.number == number for found in local.values()) == 1
    return named_number(local, number, may_be_width) if alone else number
