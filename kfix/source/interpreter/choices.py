"""Values that depend on tests: what each may be, and under which conditions."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Symbol
from kfix.source.interpreter.containers import Const
from kfix.source.interpreter.value_queries import one_array
from kfix.source.interpreter.values import Choice, Condition

MAX_VARIANTS = 8
"""Ways in which one model may have been built."""


def options_of(value: AbstractValue) -> list[tuple[Condition, AbstractValue]]:
    """Return what a value may be, each under its condition: itself under none where it is no
    `Choice`.
    """
    if isinstance(value, Choice):
        return value.options
    return [((), value)]


def merge(one: Condition, other: Condition) -> Condition | None:
    """Return both conditions as one, `None` when they contradict each other."""
    known = dict(one)
    for text, holds in other:
        if known.setdefault(text, holds) != holds:
            return None
    return tuple(known.items())


def under(condition: Condition, value: Choice) -> AbstractValue:
    """Return what a value may be where a condition holds."""
    options = [(held, one) for held, one in value.options if merge(condition, held) is not None]
    if len(options) == len(value.options) or not options:
        return value
    return choice(options)


def atom_of(test: AbstractValue, text: str) -> tuple[str, bool]:
    """Return the source of the test that decides a test, and what that gives where this one holds.

    That of `x is None`, where another test decided whether `x` is None, is the other test.
    """
    if isinstance(test, Choice) and len(test.options) == 2:
        (one, holds), (two, other) = [(held, value.truth()) for held, value in test.options]
        match one, two:
            case [(atom, first)], [(name, second)] if atom == name and first != second:
                if {holds, other} == {True, False}:
                    return atom, {holds: first, other: second}[True]
    return text, True


def choice(options: list[tuple[Condition, AbstractValue]]) -> AbstractValue:
    """Return one value for several; where all are known to be the same, that one."""
    flat = [
        (both, inner)
        for condition, value in options
        for more, inner in options_of(value)
        if (both := merge(condition, more)) is not None
    ]
    if not flat:
        return Const(None)
    values = [value for _, value in flat]
    head = values[0]
    if all(value is head for value in values):
        return head
    if isinstance(head, Const | Symbol) and all(same(head, value) for value in values):
        return head
    array = one_array(values)
    if array is None:
        return Choice(flat[:MAX_VARIANTS])
    return array


def same(one: AbstractValue, other: AbstractValue) -> bool:
    """Return whether two values are known to be equal."""
    if one is other:
        return True
    if isinstance(one, Const) and isinstance(other, Const):
        return type(one.value) is type(other.value) and one.value == other.value
    return isinstance(one, Symbol) and one == other
