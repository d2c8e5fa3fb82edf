"""Values that depend on tests: what each may be, and under which conditions."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Symbol
from kfix.source.interpreter.containers import Const
from kfix.source.interpreter.facts import Condition, contradict
from kfix.source.interpreter.value_queries import one_array
from kfix.source.interpreter.values import Choice

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
    if not one or not other:
        return one or other
    both = tuple(dict.fromkeys((*one, *other)))
    if len(both) > len(one) and contradict(both):
        return None
    return both


def under(condition: Condition, value: Choice) -> AbstractValue:
    """Return what a value may be where a condition holds."""
    if not condition:
        return value
    options = [(held, one) for held, one in value.options if merge(condition, held) is not None]
    if len(options) == len(value.options) or not options:
        return value
    return choice(options)


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
