"""The program's own name for a number that an edit writes."""

from __future__ import annotations

from collections.abc import Mapping

from kfix.model.code import Name, Number, OutputCount
from kfix.model.program import AtHand
from kfix.model.words import CLASSES, counts_outputs, may_be_width, parts


def output_name(at_hand: Mapping[str, AtHand], number: int) -> Number:
    """Return a number of outputs by the one name in scope that says so: `num_classes`."""
    names = [
        name for name, found in at_hand.items() if found.number == number and counts_outputs(name)
    ]
    for chosen in (names, [name for name in names if CLASSES & parts(name)]):
        if len({name.rpartition(".")[2] for name in chosen}) == 1:
            return Number(number, Name(chosen[0]))
    return Number(number, OutputCount())


def width_name(at_hand: Mapping[str, AtHand], number: int) -> int | Number:
    """Return a width by the one name of the function around that may be one."""
    same = [name for name, found in at_hand.items() if found.number == number and found.local]
    if len(same) != 1 or not may_be_width(same[0]):
        return number
    return Number(number, Name(same[0]))
