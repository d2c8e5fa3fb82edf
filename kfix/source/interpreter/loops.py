"""Loops: turn by turn where their turns are known, once where they are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.unknown import Unknown
from kfix.source.interpreter.assignments import assign
from kfix.source.interpreter.containers import Const, ListV, Within, first
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.interpreter import (
    MAX_TURNS,
    Ending,
    Frame,
    Interpreter,
    statement,
)
from kfix.source.interpreter.joins import join, taint
from kfix.source.interpreter.partial_values import CountV, IntegerV
from kfix.source.interpreter.value_queries import any_of, elements
from kfix.source.interpreter.values import LayerV

MAX_IDLE_TURNS = 64
"""Turns of one loop that only assign names, and the steps that they may take together."""
MAX_IDLE_STEPS = 2_500
MAX_GROWING_STEPS = 5_000
"""Steps of one loop that makes no layers, though lists may grow in it."""

Done = Ending | Literal["done"]
"""How a loop ends: "done" where it came to its own end."""


def item_of(over: AbstractValue, why: Unknown) -> AbstractValue:
    """Return an element of what holds nobody knows how many, `why` where nothing is known of it."""
    from kfix.source.library import lookup

    if isinstance(over, CountV):
        return IntegerV(why)
    if isinstance(over, ListV) and over.items:
        return any_of(over.items[:64], why)
    element = lookup.iteration_of(over)
    if element is None:
        return why
    return element(over)


# --- for ----------------------------------------------------------------------------------


@statement(cst.For)
def _for(interpreter: Interpreter, node: cst.For, frame: Frame) -> Ending | None:
    """Run a loop turn by turn where its items are known; one that only sets `trainable` at once."""
    trainable = _trainable_alone(node)
    if trainable is not None and _set_inside(interpreter, node, trainable, frame):
        return _finish(interpreter, node, "done", frame)
    over = interpreter.eval(node.iter, frame)
    items = elements(over)
    if items is None:
        ended = _once(interpreter, node, over, frame)
    elif trainable is not None and items and all(isinstance(item, LayerV) for item in items):
        from kfix.source.keras.trainable import set_all

        set_all(interpreter, items, trainable)
        assign(interpreter, node.target, items[-1], frame)
        ended = "done"
    else:
        interpreter.decide(over)
        turns = ((node.target, item) for item in items)
        ended = _turns(Context(interpreter, node, frame), node.body.body, turns)
    return _finish(interpreter, node, ended, frame)


def _finish(
    interpreter: Interpreter, node: cst.For | cst.While, ended: Done, frame: Frame
) -> Ending | None:
    """Run `else` of a loop that came to its own end; returns how the block around the loop ends."""
    if ended == "done" and node.orelse is not None:
        return interpreter.run(node.orelse.body.body, frame)
    if ended == "return" or ended == "raise":
        return ended
    return None


def _once(interpreter: Interpreter, node: cst.For, over: AbstractValue, frame: Frame) -> Done:
    """Run a loop once over what holds nobody knows how many."""
    context = Context(interpreter, node.iter, frame)
    why = context.unknown(f"what `{context.source}` holds is not known", over)
    element = context.unknown(f"an element of `{context.source}`", over)
    if isinstance(over, Within):
        element = Within(element.why, element.site, over.base, over.every, over)
    assign(interpreter, node.target, item_of(over, element), frame)
    return _unknown_turns(interpreter, node.body.body, why, frame)


def _set_inside(interpreter: Interpreter, node: cst.For, trainable: Const, frame: Frame) -> bool:
    """Set `trainable` of `for layer in base.layers`, of a model of `keras.applications`, at once.

    Whether it is one.
    """
    if not isinstance(node.iter, cst.Attribute) or node.iter.attr.value != "layers":
        return False
    if not isinstance(node.iter.value, cst.Name):
        return False
    base = interpreter.eval(node.iter.value, frame)
    if not isinstance(base, LayerV) or not base.layer.is_application:
        return False
    from kfix.source.keras.trainable import set_trainable

    what = f"one of `{interpreter.text(node.iter, frame)}`"
    each = Within(what, frame.unit.site(node), base.uid, every=True)
    set_trainable(interpreter, each, trainable)
    assign(interpreter, node.target, each, frame)
    return True


_WORDS = {"True": True, "False": False}


def _trainable_alone(node: cst.For) -> Const | None:
    """Return what a loop over layers sets `trainable` to, where it does nothing else.

    It need not be walked turn by turn then.
    """
    body = _only_assignment(node.body)
    if body is None or not isinstance(body.value, cst.Name):
        return None
    target, value = body.targets[0].target, _WORDS.get(body.value.value)
    if value is None or not isinstance(target, cst.Attribute) or target.attr.value != "trainable":
        return None
    holder, each = target.value, node.target
    if not isinstance(holder, cst.Name) or not isinstance(each, cst.Name):
        return None
    if holder.value == each.value:
        return Const(value)
    return None


def _only_assignment(body: cst.BaseSuite) -> cst.Assign | None:
    """Return the assignment to one target that a block is, `None` where it is anything else."""
    only: cst.CSTNode = body
    while isinstance(only, cst.BaseSuite | cst.SimpleStatementLine) and len(only.body) == 1:
        only = only.body[0]
    if isinstance(only, cst.Assign) and len(only.targets) == 1:
        return only
    return None


# --- while --------------------------------------------------------------------------------


@statement(cst.While)
def _while(interpreter: Interpreter, node: cst.While, frame: Frame) -> Ending | None:
    """Run a loop as long as its test is known, and once more where it stops being known."""
    context = Context(interpreter, node.test, frame)
    stopped: list[Unknown] = []

    def rounds() -> Iterator[tuple[None, AbstractValue]]:
        while True:
            test = interpreter.eval(node.test, frame)
            known = test.truth()
            if known is None:
                stopped.append(context.unknown(because=test))
                return
            interpreter.decide(test)
            if not known:
                return
            yield None, test

    ended = _turns(Context(interpreter, node, frame), node.body.body, rounds())
    if ended == "done" and stopped:
        ended = _unknown_turns(interpreter, node.body.body, stopped[0], frame)
    return _finish(interpreter, node, ended, frame)


# --- turns --------------------------------------------------------------------------------


class _Progress:
    """How long a loop has run without making a layer, or without so much as a list that grows."""

    __slots__ = ("builds", "builds_since", "grown", "idle", "idle_since", "interpreter", "turns")

    def __init__(self, interpreter: Interpreter) -> None:
        self.interpreter = interpreter
        self.turns = self.idle = 0
        self.builds, self.grown = interpreter.builds, interpreter.grown
        self.idle_since = self.builds_since = interpreter.steps

    def next_turn(self) -> None:
        """Count a turn that begins, and look at what the one before has done."""
        interpreter = self.interpreter
        self.turns += 1
        if interpreter.builds != self.builds:
            self.builds, self.builds_since = interpreter.builds, interpreter.steps
            self.idle, self.idle_since = 0, interpreter.steps
        if interpreter.grown != self.grown:
            self.grown = interpreter.grown
            self.idle, self.idle_since = 0, interpreter.steps
        self.idle += 1

    @property
    def is_stale(self) -> bool:
        """Return whether it is not worth to go on."""
        steps = self.interpreter.steps
        if self.idle > MAX_IDLE_TURNS:
            return True
        if self.idle > 2 and steps - self.idle_since > MAX_IDLE_STEPS:
            return True
        return self.turns > 1 and steps - self.builds_since > MAX_GROWING_STEPS


def _turns(
    context: Context,
    body: Iterable[cst.CSTNode],
    rounds: Iterable[tuple[cst.CSTNode | None, AbstractValue]],
) -> Done:
    """Run a loop whose turns are known, within bounds: of each its target, if any, and the item for
    it.
    """
    interpreter, frame = context.interpreter, context.frame
    held, frame.unsure = frame.unsure, None
    interpreter.journal.begin()
    born = interpreter.last_uid
    progress = _Progress(interpreter)
    ended: Done = "done"
    cut: Unknown | None = None
    for target, item in rounds:
        progress.next_turn()
        cut = _cut(context, progress)
        if cut is not None:
            break
        if target is not None:
            assign(interpreter, target, item, frame)
        how = _turn(interpreter, body, frame)
        if how is not None and how != "continue":
            ended = how
            break
    written = interpreter.journal.keep()
    why = first(cut, frame.unsure)
    if why is not None:
        taint(interpreter, written, why, born)
    frame.unsure = held
    return ended


def _turn(interpreter: Interpreter, body: Iterable[cst.CSTNode], frame: Frame) -> Ending | None:
    """Run one turn, and join what it leaves with what the ways wrote that left it early."""
    held, frame.left = frame.left, []
    ended = interpreter.run(body, frame)
    for test, written, born in frame.left:
        join(test, written, {}, born)
    frame.left = held
    return ended


def _cut(context: Context, progress: _Progress) -> Unknown | None:
    """Return why a loop is left before its end, `None` where it goes on."""
    if progress.turns > MAX_TURNS:
        why = f"a loop of more than {MAX_TURNS} turns"
        context.interpreter.limit(why, context.site)
        return context.unknown(why)
    if progress.is_stale:
        return context.unknown("a loop that makes no layers was left early")
    return None


def _unknown_turns(
    interpreter: Interpreter, body: Iterable[cst.CSTNode], why: Unknown, frame: Frame
) -> Done:
    """Run the body of a loop once whose turns are not known: what it writes is not known
    afterwards.
    """
    held, born = frame.unsure, interpreter.last_uid
    interpreter.journal.begin()
    _turn(interpreter, body, frame)
    taint(interpreter, interpreter.journal.keep(), why, born)
    interpreter.note_doubtful(born)
    frame.unsure = held
    return "done"
