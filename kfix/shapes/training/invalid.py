"""Which values of arguments Keras does not take: checks that are true of those."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from kfix.shapes.formatting import show_value
from kfix.shapes.training.nested import flatten
from kfix.shapes.training.refusals import Refused

Row = tuple[Callable[[Any], bool], str]
"""What is invalid, and what is expected instead."""


def check_values(
    argument: str, name: str, given: Mapping[str, Any], rows: Mapping[str, Row]
) -> None:
    """Raise `Refused` for a value that is invalid for an argument of a class.

    A row is for the argument of one class, "AUC.curve", or of any class that has it.
    """
    for word, value in given.items():
        row = rows.get(f"{name}.{word}") or rows.get(word)
        if row is not None and row[0](value):
            raise Refused(argument, f"{row[1]} as `{word}` of {name}", show_value(value))


def is_none_of(*words: str) -> Callable[[Any], bool]:
    """Return a check for strings other than these."""
    return lambda value: isinstance(value, str) and value.lower() not in words


def is_outside(value: Any) -> bool:
    """Return whether a number, or one of a list, is not between 0 and 1."""
    numbers = (one for one in flatten(value) if isinstance(one, int | float))
    return any(not 0 <= one <= 1 for one in numbers)


def is_below(least: int) -> Callable[[Any], bool]:
    """Return a check for numbers below `least`."""
    return lambda value: isinstance(value, int | float) and value < least


def is_not_a_float(most: float = inf) -> Callable[[Any], bool]:
    """Return a check for numbers other than floats above 0, up to `most`."""

    def check(value: Any) -> bool:
        return isinstance(value, int | float) and not (
            isinstance(value, float) and 0 < value <= most
        )

    return check


def is_at_least(most: float) -> Callable[[Any], bool]:
    """Return a check for numbers of this size, or above."""
    return lambda value: isinstance(value, int | float) and value >= most


def is_not_a_rate(value: Any) -> bool:
    """Return whether a value cannot be a learning rate: an integer, a text, a list, or None."""
    return isinstance(value, int | str | list | tuple | None)
