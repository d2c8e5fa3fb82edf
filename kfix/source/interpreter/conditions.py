"""Conditions: both ways where a test is unknown, each from the same state."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import libcst as cst

from kfix.model.record import Value
from kfix.source.interpreter.choices import merge
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.facts import Condition, decided
from kfix.source.interpreter.interpreter import Ending, Frame, Interpreter, statement
from kfix.source.interpreter.joins import Test, join
from kfix.source.interpreter.questions import atom_of
from kfix.source.interpreter.state import Written

Branch = Callable[[], "Ending | None"]


class _Way(Value):
    """One way that was run: how it ended, what it wrote, and under which condition it goes on."""

    ended: Ending | None
    written: Written
    condition: Condition


@statement(cst.If)
def _if(interpreter: Interpreter, node: cst.If, frame: Frame) -> Ending | None:
    """Run one branch where the test is known, or was decided on the way here, else both."""
    test = interpreter.eval(node.test, frame)
    known = test.truth()
    if known is None:
        atom = atom_of(Context(interpreter, node.test, frame), test)
        known = decided(frame.facts, atom)
    yes = partial(interpreter.run, node.body.body, frame)
    no = partial(_orelse, interpreter, node.orelse, frame)
    if known is not None:
        interpreter.decide(test)
        if known:
            return yes()
        return no()
    question, holds = atom
    if not holds:
        yes, no = no, yes
    text = interpreter.test_text(interpreter.code(node.test, frame))
    if any(asked in source for asked in _OF_TYPES for source in (text, question.text)):
        yes, no = partial(_in_doubt, interpreter, yes), partial(_in_doubt, interpreter, no)
    why = interpreter.unknown(f"it depends on `{text}`", node.test, frame, test)
    return either(Test(interpreter, question, why), frame, yes, no)


_OF_TYPES = ("isinstance(", "hasattr(", "type(", "__class__")
"""What a test that asks for the type of a value has in its text."""


def _in_doubt(interpreter: Interpreter, branch: Branch) -> Ending | None:
    """Run a branch for values of a type that the value may not have: no call in it is judged, or
    builds a model.
    """
    interpreter.trying += 1
    interpreter.doubting += 1
    try:
        return branch()
    finally:
        interpreter.trying -= 1
        interpreter.doubting -= 1


def _orelse(
    interpreter: Interpreter, orelse: cst.If | cst.Else | None, frame: Frame
) -> Ending | None:
    """Run what stands behind a condition: an `elif`, an `else`, or nothing."""
    if orelse is None:
        return None
    if isinstance(orelse, cst.If):
        return _if(interpreter, orelse, frame)
    return interpreter.run(orelse.body.body, frame)


def either(test: Test, frame: Frame, yes: Branch, no: Branch) -> Ending | None:
    """Run both ways from here, each from the same state, and join what they leave behind.

    A way that raises is taken as not taken; of one that returns, the value is
    kept, and what follows runs on the other's state.
    """
    interpreter = test.interpreter
    held, born = frame.condition, interpreter.last_uid
    ways: list[_Way] = []
    for branch, holds in ((yes, True), (no, False)):
        # Layers made here carry the condition, so that variants of a model are not mixed.
        frame.condition = merge(held, ((test.question, holds),)) or held
        interpreter.journal.begin()
        ended = branch()
        ways.append(_Way(ended, interpreter.journal.take_back(), frame.condition))
    frame.condition = held
    interpreter.note_doubtful(born)
    endings = [way.ended for way in ways]
    if any(ending in _OF_LOOPS for ending in endings):
        frame.unsure = test.why
    through = [way for way in ways if way.ended is None]
    if len(through) == 1:
        frame.left.extend((test, way.written, born) for way in ways if way.ended in _OF_LOOPS)
        # What follows runs only where this way was taken: its state and its condition hold there.
        frame.condition = through[0].condition
        interpreter.journal.put_all(through[0].written)
        return None
    # Where neither way goes on here, what they wrote is joined all the same: a caller's object may
    # have been changed.
    join(test, ways[0].written, ways[1].written, born)
    return _strongest(endings)


_OF_LOOPS = ("break", "continue")
"""The endings behind which the loop, or what follows it, goes on with what the way wrote."""

_STRENGTH: tuple[Ending, ...] = ("return", "continue", "break", "raise")


def _strongest(endings: list[Ending | None]) -> Ending | None:
    """Return how two ways end together, `None` where both go on."""
    return next((ending for ending in _STRENGTH if ending in endings), None)
