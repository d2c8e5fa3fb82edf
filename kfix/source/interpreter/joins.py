"""What is left where two ways come together, or where a loop ends of which nobody knows how often
it ran.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Symbol
from kfix.model.record import Value
from kfix.model.unknown import Unknown
from kfix.source.interpreter.choices import MAX_VARIANTS, choice, merge, same
from kfix.source.interpreter.containers import DictV, ListV, first
from kfix.source.interpreter.dispatch import ByClass
from kfix.source.interpreter.facts import Question
from kfix.source.interpreter.interpreter import Interpreter
from kfix.source.interpreter.partial_values import FrameV
from kfix.source.interpreter.state import MISSING, Written, read
from kfix.source.interpreter.value_queries import one_array
from kfix.source.interpreter.values import (
    Choice,
    ClassV,
    FunctionV,
    SequentialState,
    SequentialV,
)
from kfix.source.keras.argument_values import is_built

# --- two ways -----------------------------------------------------------------------------


class Test(Value):
    """A test that is not known, and why what depends on it is not known either."""

    interpreter: Interpreter
    question: Question
    why: Unknown


def join(test: Test, yes: Written, no: Written, born: int | None = None) -> None:
    """Write what the two ways of a test leave together, each having been taken back.

    A Sequential made in one of them (its number is above `born`) stays as that left it.
    """
    for cell in {**yes, **no}:
        holder, key, state = yes.get(cell) or no[cell]
        if born is not None and isinstance(holder, SequentialV) and holder.uid > born:
            test.interpreter.journal.put(holder, key, state)
            continue
        # What only one way wrote is on the other way as it was before the test.
        old = read(holder, key)
        _, _, one = yes.get(cell, (holder, key, old))
        _, _, two = no.get(cell, (holder, key, old))
        test.interpreter.journal.put(holder, key, _JOINED.of(holder)(test, one, two))


def _same_state(test: Test, one: Any, two: Any) -> Any:
    """Return the state of the way where the test holds."""
    return one


_JOINED: ByClass[Callable[[Test, Any, Any], Any]] = ByClass(_same_state)
"""By the class of what holds a cell: what the cell holds when it is `one` where the test holds,
else `two`.
"""


def _present(test: Test, *names: Symbol) -> list[Symbol]:
    """Return the names of a library that it has in every version."""
    is_old = test.interpreter.shapes.is_old_layer
    return [name for name in names if not is_old(name.path.rpartition(".")[2])]


@_JOINED.register(dict)
def _joined_name(test: Test, one: AbstractValue, two: AbstractValue) -> AbstractValue:
    """Return what a name stands for after both ways."""
    if one is MISSING:
        return two
    if two is MISSING or same(one, two):
        return one
    if isinstance(one, Symbol) and isinstance(two, Symbol):
        # A way that raises is not taken, and so does an import of what is not there any more.
        present = _present(test, one, two)
        if len(present) == 1:
            return present[0]
    if any(isinstance(value, Choice) or is_built(value) for value in (one, two)):
        either = choice([(((test.question, True),), one), (((test.question, False),), two)])
        if not isinstance(either, Choice) or all(map(is_built, either.values)):
            return either
    return first(one_array([one, two]), test.why)


@_JOINED.register(FrameV)
def _joined_frame(test: Test, one: dict[str, Any], two: dict[str, Any]) -> dict[str, Any]:
    if one == two:
        return one
    return _blurred(one, test.why)


def _blurred(state: dict[str, Any], why: Unknown) -> dict[str, Any]:
    """Return the state of a data frame to which columns may have been added, or of which some may
    have been taken.
    """
    shape = state["shape"]
    unknown = (why,) * len(shape) if isinstance(shape, tuple) and shape else why
    return {**state, "shape": unknown, "columns": None}


@_JOINED.register(ListV)
def _joined_list(test: Test, one: Any, two: Any) -> Any:
    """Return the elements of both ways where they agree.

    One that is longer says what an element is like.
    """
    if not all(map(same, one[0], two[0])):
        return two[0], two[1], test.why
    if len(one[0]) == len(two[0]):
        return one
    # One way appended to it what the other did not: as after a loop, what is there says what an
    # element is like.
    longer = max(two, one, key=lambda state: len(state[0]))
    return longer[0], longer[1], test.why


@_JOINED.register(DictV)
def _joined_dict(test: Test, one: Any, two: Any) -> Any:
    entries = {
        name: _joined_name(test, one[0].get(name, MISSING), two[0].get(name, MISSING))
        for name in {**one[0], **two[0]}
    }
    return entries, {**one[1], **two[1]}, first(one[2], two[2])


@_JOINED.register(SequentialV)
def _joined_sequential(test: Test, one: SequentialState, two: SequentialState) -> SequentialState:
    """Return the variants of both ways, each under its condition."""
    if _items(one) == _items(two):
        if one[1] is None:
            return two
        return one
    interpreter = test.interpreter
    variants = []
    for state, holds in ((one, True), (two, False)):
        for condition, items, uid in state[0]:
            both = merge(condition, ((test.question, holds),))
            if both is not None:
                # A uid is one variant's alone: those of the first way keep theirs.
                variants.append((both, items, uid if holds else interpreter.uid()))
    if len(variants) > MAX_VARIANTS:
        interpreter.leave(
            f"more than {MAX_VARIANTS} variants of one model; the others are left out"
        )
    return variants[:MAX_VARIANTS], first(one[1], two[1]), first(one[2], two[2]), one[3]


def _items(state: SequentialState) -> list[Any]:
    """Return the layers of each variant of a Sequential."""
    return [items for _, items, _ in state[0]]


# --- loops --------------------------------------------------------------------------------


class _Loop(Value):
    """A loop of which nobody knows how often it ran: why, and the last number that was given before
    it.
    """

    why: Unknown
    born: int | None


def taint(
    interpreter: Interpreter, written: Written, why: Unknown, born: int | None = None
) -> None:
    """Make unknown what a loop wrote, nobody knows how often, unless it wrote what was there
    before.

    A Sequential made in the loop itself (its number is above `born`) is whole: each turn makes
    another.
    """
    loop = _Loop(why, born)
    for holder, key, old in written.values():
        if holder is interpreter.switched:
            continue  # to set it once or often is the same
        new = read(holder, key)
        tainted = _TAINTED.of(holder)(loop, holder, old, new)
        if tainted is not new:
            interpreter.journal.put(holder, key, tainted)


def _as_it_is(loop: _Loop, holder: Any, old: Any, new: Any) -> Any:
    return new


_TAINTED: ByClass[Callable[[_Loop, Any, Any, Any], Any]] = ByClass(_as_it_is)
"""By the class of what holds a cell: what it holds after a loop that found `old` and left `new`."""


@_TAINTED.register(dict)
def _tainted_name(loop: _Loop, holder: object, old: AbstractValue, new: AbstractValue) -> Any:
    if old is MISSING or same(old, new) or isinstance(new, FunctionV | ClassV):
        return new
    return first(one_array([old, new]), loop.why)


@_TAINTED.register(FrameV)
def _tainted_frame(loop: _Loop, holder: FrameV, old: Any, new: Any) -> Any:
    if old != new:
        return _blurred(new, loop.why)
    return new


@_TAINTED.register(SequentialV)
def _tainted_sequential(
    loop: _Loop, holder: SequentialV, old: SequentialState, new: SequentialState
) -> SequentialState:
    """Return the layers from before the loop, and one unknown more for those that it added."""
    made_in_loop = loop.born is not None and holder.uid > loop.born
    if made_in_loop or _items(old) == _items(new):
        return new
    one_more = (loop.why, loop.why.site or holder.site)
    variants = [(condition, (*items, one_more), uid) for condition, items, uid in old[0]]
    return variants, *new[1:]


@_TAINTED.register(ListV)
def _tainted_list(loop: _Loop, holder: ListV, old: Any, new: Any) -> Any:
    return new[0], new[1], loop.why


@_TAINTED.register(DictV)
def _tainted_dict(loop: _Loop, holder: DictV, old: Any, new: Any) -> Any:
    kept = {name: value for name, value in new[0].items() if same(value, old[0].get(name))}
    return kept, new[1], loop.why
