"""The program's own name for a number that an edit writes."""

from __future__ import annotations

from collections.abc import Mapping

from kfix.model.code import Count, Named
from kfix.model.graph import AtHand
from kfix.model.words import CLASSES, counts_outputs, may_be_width, parts


def output_name(at_hand: Mapping[str, AtHand], number: int) -> int:
    """How many numbers a model gives, by the one name at hand that says so (`num_classes`, `self.action_size`)."""
    names = [
        name for name, found in at_hand.items() if found.number == number and counts_outputs(name)
    ]
    for chosen in (names, [name for name in names if CLASSES & parts(name)]):
        if len({name.rpartition(".")[2] for name in chosen}) == 1:
            return Named(number, chosen[0])
    return Count(number)


def width_name(at_hand: Mapping[str, AtHand], number: int) -> int:
    """A width inside a model, by the one name of the function around that is this number and may be a width."""
    same = [name for name, found in at_hand.items() if found.number == number and found.local]
    return Named(number, same[0]) if len(same) == 1 and may_be_width(same[0]) else number
