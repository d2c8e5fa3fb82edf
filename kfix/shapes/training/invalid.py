"""Which values of arguments Keras does not take: functions that say whether one is invalid."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kfix.shapes.training.nested import flatten

Row = tuple[Callable[[Any], bool], str]
"""What is invalid, and what is expected instead."""


def is_none_of(*words: str) -> Callable[[Any], bool]:
    """Return what says whether a value is a text, and none of these words."""
    return lambda value: isinstance(value, str) and value.lower() not in words


def is_outside(value: Any) -> bool:
    """Return whether a number, or one of a list, is not between 0 and 1."""
    numbers = (one for one in flatten(value) if isinstance(one, int | float))
    return any(not 0 <= one <= 1 for one in numbers)


def is_below(least: int) -> Callable[[Any], bool]:
    """Return what says whether a value is a number below another."""
    return lambda value: isinstance(value, int | float) and value < least


def is_no_share(value: Any) -> bool:
    """Return whether a number is no float above 0, up to 1."""
    return isinstance(value, int | float) and not (isinstance(value, float) and 0 < value <= 1)


def is_no_factor(value: Any) -> bool:
    """Return whether a number is no float above 0."""
    return isinstance(value, int | float) and not (isinstance(value, float) and value > 0)


def is_nothing(value: Any) -> bool:
    """Return false: any value is valid, for all that is known."""
    return False


def is_at_least(most: float) -> Callable[[Any], bool]:
    """Return what says whether a value is a number of this size, or above."""
    return lambda value: isinstance(value, int | float) and value >= most


def is_no_rate(value: Any) -> bool:
    """Return whether a value is no learning rate: an integer, a text, a list, or None."""
    return isinstance(value, int | str | list | tuple | None)
