"""Conditions and loops: both ways where a test is unknown, and what is left of what a loop wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Symbol
from kfix.model.unknown import Unknown
from kfix.source.interpreter.assignments import assign
from kfix.source.interpreter.containers import Const, DictV, ListV, Within, first
from kfix.source.interpreter.interpreter import (
    MAX_TURNS,
    MAX_VARIANTS,
    Frame,
    Interpreter,
    choice,
    merge,
    same,
    statement,
)
from kfix.source.interpreter.operators import compare
from kfix.source.interpreter.partial_values import CountV, FrameV, WholeV
from kfix.source.interpreter.state import MISSING, read
from kfix.source.interpreter.value_queries import any_of, elements, one_array, truth
from kfix.source.interpreter.values import Choice, ClassV, FunctionV, LayerV, SequentialV
from kfix.source.keras import layers

MAX_IDLE_TURNS = 64
"""Turns of one loop that only assign names, and the steps that they may take together."""
MAX_IDLE_STEPS = 2_500
MAX_GROWING_STEPS = 5_000
"""Steps of one loop that makes no layers, though lists may grow in it."""


# --- conditions ---------------------------------------------------------------------------


@statement(cst.If)
def _if(interpreter: Interpreter, node: cst.If, frame: Frame) -> str | None:
    test = interpreter.eval(node.test, frame)
    known = truth(test)
    text = interpreter.text(node.test, frame)
    held = dict(frame.condition).get(text)
    if known is None and held is not None:
        known = held
    if known is not None:
        interpreter.decide(test)
        if known:
            return interpreter.run(node.body.body, frame)
        return _orelse(interpreter, node.orelse, frame)
    why = interpreter.unknown(f"it depends on `{text}`", node.test, frame, test)
    return either(
        interpreter,
        frame,
        text,
        why,
        lambda: interpreter.run(node.body.body, frame),
        lambda: _orelse(interpreter, node.orelse, frame),
    )


def _orelse(interpreter: Interpreter, orelse: cst.If | cst.Else | None, frame: Frame) -> str | None:
    if orelse is None:
        return None
    return (
        _if(interpreter, orelse, frame)
        if isinstance(orelse, cst.If)
        else interpreter.run(orelse.body.body, frame)
    )


Branch = Callable[[], "str | None"]


def either(
    interpreter: Interpreter, frame: Frame, text: str, why: Unknown, yes: Branch, no: Branch
) -> str | None:
    """Run both ways from here, each from the same state, and join what they leave behind.

    A way that raises is taken as not taken; of one that returns, the value is
    kept, and what follows runs on the other's state.
    """
    held, born = frame.condition, interpreter.last_uid
    ends: list[tuple[str | None, Any, Any]] = []
    for branch, holds in ((yes, True), (no, False)):
        frame.condition = merge(held, ((text, holds),)) or held
        interpreter.journal.begin()
        ended = branch()
        ends.append((ended, interpreter.journal.take_back(), frame.condition))
    frame.condition = held
    if interpreter.last_uid > born:
        interpreter.doubtful.append((born, interpreter.last_uid))
    through = [end for end in ends if end[0] is None]
    for ended, _, _ in ends:
        if ended in ("break", "continue"):
            frame.unsure = why
    if len(through) == 2:
        _join(interpreter, ends[0][1], ends[1][1], text, why)
        return None
    if len(through) == 1:
        _, written, condition = through[0]
        frame.condition = condition
        for holder, key, state in written.values():
            interpreter.journal.put(holder, key, state)
        return None
    # Neither way goes on here. What they wrote is joined all the same: a caller's object may have been changed.
    _join(interpreter, ends[0][1], ends[1][1], text, why)
    return _strongest([ended for ended, _, _ in ends])


def _strongest(ended: list[str | None]) -> str | None:
    for word in ("return", "continue", "break", "raise"):
        if word in ended:
            return word
    return None


def _join(
    interpreter: Interpreter, yes: dict[Any, Any], no: dict[Any, Any], text: str, why: Unknown
) -> None:
    for cell in {**yes, **no}:
        holder, key, _ = yes.get(cell) or no[cell]
        old = read(holder, key)
        one = yes[cell][2] if cell in yes else old
        two = no[cell][2] if cell in no else old
        interpreter.journal.put(holder, key, joined(interpreter, holder, one, two, text, why))


def joined(
    interpreter: Interpreter, holder: Any, one: Any, two: Any, text: str, why: Unknown
) -> Any:
    """What a cell holds when it is `one` where the test holds, and `two` where it does not."""
    if isinstance(holder, dict):
        if one is MISSING or two is MISSING:
            return two if one is MISSING else one
        if same(one, two):
            return one
        if isinstance(one, Symbol) and isinstance(two, Symbol):
            # A way that raises is not taken, and so does an import of what is not there any more.
            old = [
                interpreter.shapes.is_old_layer(name.path.rpartition(".")[2]) for name in (one, two)
            ]
            if old[0] != old[1]:
                return two if old[0] else one
        if (
            layers.is_built(one)
            or layers.is_built(two)
            or isinstance(one, Choice)
            or isinstance(two, Choice)
        ):
            made = choice([(((text, True),), one), (((text, False),), two)])
            fine = isinstance(made, Choice) and all(
                layers.is_built(value) for _, value in made.options
            )
            if fine or not isinstance(made, Choice):
                return made
        return first(one_array([one, two]), why)
    if isinstance(holder, FrameV):
        return one if one == two else _blurred(one, why)
    if isinstance(holder, SequentialV):
        return _joined_variants(interpreter, one, two, text)
    if isinstance(holder, ListV):
        items, other = one[0], two[0]
        if not all(map(same, items, other)):
            return two[0], two[1], why
        # One way appended to it what the other did not: as after a loop, what is there says what an element is like.
        longer = one if len(items) > len(other) else two
        return one if len(items) == len(other) else (longer[0], longer[1], why)
    if isinstance(holder, DictV):
        entries = {}
        for name in {**one[0], **two[0]}:
            entries[name] = joined(
                interpreter, {}, one[0].get(name, MISSING), two[0].get(name, MISSING), text, why
            )
        return entries, {**one[1], **two[1]}, first(one[2], two[2])
    return one


def _blurred(state: dict[str, Any], why: Unknown) -> dict[str, Any]:
    """The state of a data frame to which columns may have been added, or of which some may have been taken."""
    rank = len(state["shape"]) if isinstance(state["shape"], tuple) else 0
    return {**state, "shape": (why,) * rank if rank else why, "columns": None}


def _joined_variants(interpreter: Interpreter, one: Any, two: Any, text: str) -> Any:
    if [v[1] for v in one[0]] == [v[1] for v in two[0]]:
        return two if one[1] is None else one
    variants = []
    for state, holds in ((one, True), (two, False)):
        for condition, items, uid in state[0]:
            both = merge(condition, ((text, holds),))
            if both is not None:
                variants.append((both, items, uid if holds else interpreter.uid()))
    if len(variants) > MAX_VARIANTS:
        interpreter.leave(
            f"more than {MAX_VARIANTS} variants of one model; the others are left out"
        )
    return (variants[:MAX_VARIANTS], first(one[1], two[1]), first(one[2], two[2]), one[3])


# --- loops --------------------------------------------------------------------------------


def item_of(over: AbstractValue, why: Unknown) -> AbstractValue:
    """An element of what holds nobody knows how many."""
    from kfix.source.library import lookup

    if isinstance(over, CountV):
        return WholeV(why)
    if isinstance(over, ListV) and over.items:
        return any_of(over.items[:64], why)
    native = lookup.method_of(over, "__iter__")
    return native(over) if native is not None else why


@statement(cst.For)
def _for(interpreter: Interpreter, node: cst.For, frame: Frame) -> str | None:
    set_to = _set_alone(node)
    if set_to is not None and _set_inside(interpreter, node, set_to, frame):
        return interpreter.run(node.orelse.body.body, frame) if node.orelse is not None else None
    over = interpreter.eval(node.iter, frame)
    items = elements(over)
    if items is None:
        why = interpreter.unknown(
            f"what `{interpreter.text(node.iter, frame)}` holds is not known",
            node.iter,
            frame,
            over,
        )
        element = interpreter.unknown(
            f"an element of `{interpreter.text(node.iter, frame)}`", node.iter, frame, over
        )
        if isinstance(over, Within):
            element = Within(element.why, element.site, over.base, over.every, over)
        item = item_of(over, element)
        assign(interpreter, node.target, item, frame)
        ended = _unknown_turns(interpreter, node.body.body, why, frame)
    elif set_to is not None and items and all(isinstance(item, LayerV) for item in items):
        from kfix.source.keras.trainable import set_all

        set_all(interpreter, items, set_to)
        assign(interpreter, node.target, items[-1], frame)
        ended = "done"
    else:
        interpreter.decide(over)
        ended = _turns(
            interpreter, node.body.body, ((node.target, item) for item in items), frame, node
        )
    if ended == "done" and node.orelse is not None:
        return interpreter.run(node.orelse.body.body, frame)
    return ended if ended in ("return", "raise") else None


def _set_inside(interpreter: Interpreter, node: cst.For, set_to: Const, frame: Frame) -> bool:
    """`for layer in base.layers`, of a model of `keras.applications`: they need not be told one by one."""
    of = (
        node.iter.value
        if isinstance(node.iter, cst.Attribute) and node.iter.attr.value == "layers"
        else None
    )
    base = interpreter.eval(of, frame) if isinstance(of, cst.Name) else None
    if not isinstance(base, LayerV) or not base.layer.is_application:
        return False
    from kfix.source.keras.trainable import set_trainable

    each = Within(
        f"one of `{interpreter.text(node.iter, frame)}`",
        frame.unit.site(node),
        base.uid,
        every=True,
    )
    set_trainable(interpreter, each, set_to)
    assign(interpreter, node.target, each, frame)
    return True


def _set_alone(node: cst.For) -> Const | None:
    """What a loop over layers sets `trainable` to, where it does nothing else: it need not be walked turn by turn."""
    body: Any = node.body.body[0] if len(node.body.body) == 1 else None
    if isinstance(body, cst.SimpleStatementLine) and len(body.body) == 1:
        body = body.body[0]
    if (
        not isinstance(body, cst.Assign)
        or len(body.targets) != 1
        or not isinstance(body.value, cst.Name)
    ):
        return None
    target, value = body.targets[0].target, {"True": True, "False": False}.get(body.value.value)
    if value is None or not isinstance(target, cst.Attribute) or target.attr.value != "trainable":
        return None
    holder, each = target.value, node.target
    if (
        not isinstance(holder, cst.Name)
        or not isinstance(each, cst.Name)
        or holder.value != each.value
    ):
        return None
    return Const(value)


@statement(cst.While)
def _while(interpreter: Interpreter, node: cst.While, frame: Frame) -> str | None:
    def rounds() -> Iterable[tuple[cst.CSTNode | None, AbstractValue]]:
        while True:
            test = interpreter.eval(node.test, frame)
            known = truth(test)
            if known is None:
                unknown.append(
                    interpreter.unknown(
                        f"`{interpreter.text(node.test, frame)}` is not known",
                        node.test,
                        frame,
                        test,
                    )
                )
                return
            interpreter.decide(test)
            if not known:
                return
            yield None, test

    unknown: list[Unknown] = []
    ended = _turns(interpreter, node.body.body, rounds(), frame, node)
    if ended == "done" and unknown:
        ended = _unknown_turns(interpreter, node.body.body, unknown[0], frame)
    if ended == "done" and node.orelse is not None:
        return interpreter.run(node.orelse.body.body, frame)
    return ended if ended in ("return", "raise") else None


def _turns(
    interpreter: Interpreter,
    body: Any,
    rounds: Iterable[tuple[cst.CSTNode | None, AbstractValue]],
    frame: Frame,
    node: cst.CSTNode,
) -> str:
    """Run a loop that is known; "done", or how it ended."""
    held, frame.unsure = frame.unsure, None
    interpreter.journal.begin()
    born = interpreter.last_uid
    idle = 0
    idle_since = builds_since = interpreter.steps
    builds, grown = interpreter.builds, interpreter.grown
    ended = "done"
    cut: Unknown | None = None
    for turns, (target, item) in enumerate(rounds, 1):
        if interpreter.builds != builds:
            builds, idle, idle_since, builds_since = (
                interpreter.builds,
                0,
                interpreter.steps,
                interpreter.steps,
            )
        if interpreter.grown != grown:
            grown, idle, idle_since = interpreter.grown, 0, interpreter.steps
        idle += 1
        if turns > MAX_TURNS:
            interpreter.limit(f"a loop of more than {MAX_TURNS} turns", frame.unit.site(node))
            cut = interpreter.unknown(f"a loop of more than {MAX_TURNS} turns", node, frame)
            break
        stale = idle > MAX_IDLE_TURNS or (
            idle > 2 and interpreter.steps - idle_since > MAX_IDLE_STEPS
        )
        if stale or (turns > 1 and interpreter.steps - builds_since > MAX_GROWING_STEPS):
            cut = interpreter.unknown("a loop that makes no layers was left early", node, frame)
            break
        if target is not None:
            assign(interpreter, target, item, frame)
        how = interpreter.run(body, frame)
        if how in ("return", "raise", "break"):
            ended = str(how)
            break
    written = interpreter.journal.keep()
    why = first(cut, frame.unsure)
    if why is not None:
        taint(interpreter, written, why, born)
    frame.unsure = held
    return ended


def _unknown_turns(interpreter: Interpreter, body: Any, why: Unknown, frame: Frame) -> str:
    """Run the body of a loop once whose turns are not known: what it writes is not known afterwards."""
    held, born = frame.unsure, interpreter.last_uid
    interpreter.journal.begin()
    interpreter.run(body, frame)
    taint(interpreter, interpreter.journal.keep(), why, born)
    if interpreter.last_uid > born:
        interpreter.doubtful.append((born, interpreter.last_uid))
    frame.unsure = held
    return "done"


def taint(
    interpreter: Interpreter, written: dict[Any, Any], why: Unknown, born: int | None = None
) -> None:
    """What a loop wrote, nobody knows how often: unknown, unless it wrote what was there before.

    A Sequential made in the loop itself (its number is above `born`) is whole: each turn makes another.
    """
    for holder, key, old in written.values():
        new = read(holder, key)
        if holder is interpreter.switched:
            continue  # to set it once or often is the same
        if isinstance(holder, dict):
            if (
                old is not MISSING
                and not same(old, new)
                and not isinstance(new, FunctionV | ClassV)
            ):
                interpreter.journal.put(holder, key, first(one_array([old, new]), why))
        elif isinstance(holder, FrameV):
            if old != new:
                interpreter.journal.put(holder, key, _blurred(new, why))
        elif isinstance(holder, SequentialV):
            if born is not None and holder.uid > born:
                continue
            if [v[1] for v in old[0]] != [v[1] for v in new[0]]:
                variants = [
                    (condition, (*items, (why, why.site or holder.site)), uid)
                    for condition, items, uid in old[0]
                ]
                interpreter.journal.put(holder, key, (variants, *new[1:]))
        elif isinstance(holder, ListV):
            interpreter.journal.put(holder, key, (new[0], new[1], why))
        elif isinstance(holder, DictV):
            kept = {name: value for name, value in new[0].items() if same(value, old[0].get(name))}
            interpreter.journal.put(holder, key, (kept, new[1], why))


@statement(cst.Match)
def _match(interpreter: Interpreter, node: cst.Match, frame: Frame) -> str | None:
    subject = interpreter.eval(node.subject, frame)

    def cases(index: int) -> str | None:
        if index >= len(node.cases):
            return None
        case = node.cases[index]
        known = _matches(interpreter, case.pattern, subject, frame)
        if known and case.guard is not None:
            known = truth(interpreter.eval(case.guard, frame))
        if known is None:
            text = f"{interpreter.text(node.subject, frame)} matches {interpreter.text(case.pattern, frame)}"
            why = interpreter.unknown(
                f"it depends on `{interpreter.text(node.subject, frame)}`",
                node.subject,
                frame,
                subject,
            )
            return either(
                interpreter,
                frame,
                text,
                why,
                lambda: interpreter.run(case.body.body, frame),
                lambda: cases(index + 1),
            )
        return interpreter.run(case.body.body, frame) if known else cases(index + 1)

    interpreter.decide(subject)
    return cases(0)


def _matches(
    interpreter: Interpreter, pattern: cst.CSTNode, subject: AbstractValue, frame: Frame
) -> bool | None:
    if isinstance(pattern, cst.MatchValue):
        return truth(
            compare(
                interpreter,
                cst.Equal(),
                subject,
                interpreter.eval(pattern.value, frame),
                pattern,
                frame,
            )
        )
    if isinstance(pattern, cst.MatchSingleton):
        return truth(
            compare(
                interpreter,
                cst.Is(),
                subject,
                interpreter.eval(pattern.value, frame),
                pattern,
                frame,
            )
        )
    if isinstance(pattern, cst.MatchOr):
        found = [
            _matches(interpreter, element.pattern, subject, frame) for element in pattern.patterns
        ]
        return True if True in found else None if None in found else False
    if isinstance(pattern, cst.MatchAs):
        inner = (
            True
            if pattern.pattern is None
            else _matches(interpreter, pattern.pattern, subject, frame)
        )
        if pattern.name is not None and inner is not False:
            assign(interpreter, pattern.name, subject, frame)
        return inner
    return None
