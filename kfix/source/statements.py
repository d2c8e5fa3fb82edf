"""What each kind of statement does."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import libcst as cst

from kfix.model.unknown import Unknown
from kfix.source import building, calls
from kfix.source.expressions import binary, compare, index_of, operation_of
from kfix.source.facts import elements, key_of, plain_index, truth
from kfix.source.interpreter import (
    MAX_TURNS,
    MAX_VARIANTS,
    Frame,
    Interpreter,
    choice,
    merge,
    same,
    statement,
)
from kfix.source.state import MISSING, Scope, read
from kfix.source.values import (
    NONE,
    Choice,
    ClassV,
    DictV,
    FunctionV,
    InstanceV,
    ListV,
    ModelV,
    ObjectV,
    SequentialV,
    Value,
    first,
)

MAX_IDLE_TURNS = 64
"""Turns of one loop that only assign names, and the steps that they may take together."""
MAX_IDLE_STEPS = 2_500


@statement(cst.SimpleStatementLine)
def _line(at: Interpreter, node: cst.SimpleStatementLine, frame: Frame) -> str | None:
    return at.run(node.body, frame)


@statement(cst.Expr)
def _expr(at: Interpreter, node: cst.Expr, frame: Frame) -> str | None:
    at.eval(node.value, frame)
    return None


# --- assignments --------------------------------------------------------------------------


@statement(cst.Assign)
def _assign(at: Interpreter, node: cst.Assign, frame: Frame) -> str | None:
    value = at.eval(node.value, frame)
    for target in node.targets:
        assign(at, target.target, value, frame)
    return None


@statement(cst.AnnAssign)
def _annotated(at: Interpreter, node: cst.AnnAssign, frame: Frame) -> str | None:
    if node.value is not None:
        assign(at, node.target, at.eval(node.value, frame), frame)
    if frame.scope.is_class and isinstance(node.target, cst.Name) and frame.cls is not None:
        frame.cls.annotated.append(node.target.value)
    return None


@statement(cst.AugAssign)
def _augmented(at: Interpreter, node: cst.AugAssign, frame: Frame) -> str | None:
    old, more = at.eval(node.target, frame), at.eval(node.value, frame)
    if isinstance(old, ListV) and old.kind == "list" and isinstance(node.operator, cst.AddAssign):
        extend(at, old, more)
        return None
    assign(at, node.target, binary(at, operation_of(node.operator), old, more, node, frame), frame)
    return None


def extend(at: Interpreter, made: ListV, more: Value) -> None:
    """`made.extend(more)`."""
    at.journal.touch(made)
    at.builds += 1
    items = elements(more)
    if items is None:
        made.unknown = more if isinstance(more, Unknown) else Unknown("it is extended by what is not known")
        return
    made.items.extend(items)
    made.sites.extend(more.sites if isinstance(more, ListV) else [None] * len(items))


def assign(at: Interpreter, target: cst.CSTNode, value: Value, frame: Frame) -> None:
    """Bind a value to a name, an attribute, an element, or several values to several of them."""
    if isinstance(target, cst.Name):
        scope = frame.elsewhere.get(target.value, frame.scope)
        name_model(value, target.value)
        at.journal.set(scope.names, target.value, value)
    elif isinstance(target, cst.Tuple | cst.List):
        _unpack(at, target, value, frame)
    elif isinstance(target, cst.Attribute):
        holder = at.eval(target.value, frame)
        name_model(value, target.attr.value)
        if isinstance(holder, InstanceV):
            at.journal.set(holder.attributes, target.attr.value, value)
        elif isinstance(holder, ObjectV):
            at.journal.set(holder.data, target.attr.value, value)
        elif isinstance(holder, ClassV):
            at.journal.set(holder.names, target.attr.value, value)
    elif isinstance(target, cst.Subscript):
        _assign_element(at, target, value, frame)


def name_model(value: Value, name: str) -> None:
    """The first variable that holds a model gives it its name."""
    if isinstance(value, SequentialV | ModelV) and not value.name:
        value.name = name
    elif isinstance(value, InstanceV) and value.model is not None and name != "self":
        name_model(value.model, name)
    elif isinstance(value, Choice):
        for _, option in value.options:
            name_model(option, name)


def _unpack(at: Interpreter, target: cst.Tuple | cst.List, value: Value, frame: Frame) -> None:
    wanted = target.elements
    items = elements(value)
    star = next((i for i, element in enumerate(wanted) if isinstance(element, cst.StarredElement)), None)
    if isinstance(value, Choice):
        several = [elements(option) for _, option in value.options]
        if all(option is not None and len(option) == len(wanted) for option in several):
            items = [
                choice([(c, o[i]) for (c, _), o in zip(value.options, several, strict=True) if o is not None])
                for i in range(len(wanted))
            ]
    if items is None or (len(items) != len(wanted) if star is None else len(items) < len(wanted) - 1):
        for element in wanted:
            why = at.unknown(f"one of `{at.text(target, frame)}`", target, frame, value)
            assign(at, element.value, why, frame)
        return
    if star is None:
        parts: list[Value] = items
    else:
        behind = len(wanted) - star - 1
        middle = ListV(items[star : len(items) - behind])
        parts = [*items[:star], middle, *items[len(items) - behind :]]
    for element, part in zip(wanted, parts, strict=True):
        assign(at, element.value, part, frame)


def _assign_element(at: Interpreter, target: cst.Subscript, value: Value, frame: Frame) -> None:
    holder, index = at.eval(target.value, frame), index_of(at, target, frame)
    if isinstance(holder, DictV):
        at.journal.touch(holder)
        key = key_of(index)
        if key is MISSING:
            holder.unknown = at.unknown("a key that is not known was set", target, frame, index)
        else:
            holder.entries[key] = value
            holder.sites.pop(key, None)
    elif isinstance(holder, ListV):
        at.journal.touch(holder)
        place = plain_index(index)
        if isinstance(place, int) and -len(holder.items) <= place < len(holder.items):
            holder.items[place] = value
        else:
            holder.unknown = at.unknown("an element that is not known was set", target, frame, index)


@statement(cst.Del)
def _del(at: Interpreter, node: cst.Del, frame: Frame) -> str | None:
    targets = [e.value for e in node.target.elements] if isinstance(node.target, cst.Tuple) else [node.target]
    for target in targets:
        if isinstance(target, cst.Name):
            at.journal.delete(frame.elsewhere.get(target.value, frame.scope).names, target.value)
        elif isinstance(target, cst.Subscript):
            holder, index = at.eval(target.value, frame), plain_index(index_of(at, target, frame))
            if isinstance(holder, ListV) and isinstance(index, int | slice):
                at.journal.touch(holder)
                try:
                    del holder.items[index], holder.sites[index]
                except IndexError:
                    holder.unknown = at.unknown("IndexError: list index out of range", node, frame)
    return None


@statement(cst.Global, cst.Nonlocal)
def _elsewhere(at: Interpreter, node: cst.Global | cst.Nonlocal, frame: Frame) -> str | None:
    for item in node.names:
        name = item.name.value
        scope = frame.scope.parent
        while scope is not None and isinstance(node, cst.Nonlocal) and name not in scope.names:
            scope = scope.parent
        if scope is not None:
            frame.elsewhere[name] = scope if isinstance(node, cst.Nonlocal) else frame.scope.module()
    return None


# --- definitions --------------------------------------------------------------------------


@statement(cst.FunctionDef)
def _function(at: Interpreter, node: cst.FunctionDef, frame: Frame) -> str | None:
    name = node.name.value
    dotted = f"{frame.function}.{name}" if frame.function else name
    decorators = _decorators(node)
    cls = frame.cls if frame.scope.is_class else None
    made = FunctionV(node, frame.scope, frame.unit, dotted, calls.defaults(at, node.params, frame), cls, decorators)
    if not frame.scope.is_class:
        made.cls = frame.cls
    at.functions.setdefault(id(node), made)
    at.journal.set(frame.elsewhere.get(name, frame.scope).names, name, made)
    return None


def _decorators(node: cst.FunctionDef | cst.ClassDef) -> frozenset[str]:
    found = []
    for decorator in node.decorators:
        what = decorator.decorator
        if isinstance(what, cst.Call):
            what = what.func
        found.append(what.attr.value if isinstance(what, cst.Attribute) else getattr(what, "value", ""))
    return frozenset(str(name) for name in found)


@statement(cst.ClassDef)
def _class(at: Interpreter, node: cst.ClassDef, frame: Frame) -> str | None:
    name = node.name.value
    dotted = f"{frame.function}.{name}" if frame.function else name
    scope = Scope(frame.scope, is_class=True)
    cls = ClassV(node, frame.unit, dotted, [at.eval(base.value, frame) for base in node.bases], scope.names)
    cls.decorators = _decorators(node)
    inner = Frame(frame.unit, scope, dotted)
    inner.cls = cls
    at.run(node.body.body, inner)
    at.classes.append(cls)
    at.journal.set(frame.scope.names, name, cls)
    return None


@statement(cst.Return)
def _return(at: Interpreter, node: cst.Return, frame: Frame) -> str | None:
    value = NONE if node.value is None else at.eval(node.value, frame)
    frame.returns.append((frame.condition, value))
    return "return"


@statement(cst.Raise)
def _raise(at: Interpreter, node: cst.Raise, frame: Frame) -> str | None:
    return "raise"


@statement(cst.Break)
def _break(at: Interpreter, node: cst.Break, frame: Frame) -> str | None:
    return "break"


@statement(cst.Continue)
def _continue(at: Interpreter, node: cst.Continue, frame: Frame) -> str | None:
    return "continue"


# --- conditions ---------------------------------------------------------------------------


@statement(cst.If)
def _if(at: Interpreter, node: cst.If, frame: Frame) -> str | None:
    test = at.eval(node.test, frame)
    known = truth(test)
    text = at.text(node.test, frame)
    held = dict(frame.condition).get(text)
    if known is None and held is not None:
        known = held
    if known is not None:
        at.decide(test)
        if known:
            return at.run(node.body.body, frame)
        return _orelse(at, node.orelse, frame)
    why = at.unknown(f"it depends on `{text}`", node.test, frame, test)
    return either(at, frame, text, why, lambda: at.run(node.body.body, frame), lambda: _orelse(at, node.orelse, frame))


def _orelse(at: Interpreter, orelse: cst.If | cst.Else | None, frame: Frame) -> str | None:
    if orelse is None:
        return None
    return _if(at, orelse, frame) if isinstance(orelse, cst.If) else at.run(orelse.body.body, frame)


Branch = Callable[[], "str | None"]


def either(at: Interpreter, frame: Frame, text: str, why: Unknown, yes: Branch, no: Branch) -> str | None:
    """Run both ways from here, each from the same state, and join what they leave behind.

    A way that raises is taken as not taken; of one that returns, the value is
    kept, and what follows runs on the other's state.
    """
    held = frame.condition
    ends: list[tuple[str | None, Any, Any]] = []
    for branch, holds in ((yes, True), (no, False)):
        frame.condition = merge(held, ((text, holds),)) or held
        at.journal.begin()
        ended = branch()
        ends.append((ended, at.journal.take_back(), frame.condition))
    frame.condition = held
    through = [end for end in ends if end[0] is None]
    for ended, _, _ in ends:
        if ended in ("break", "continue"):
            frame.unsure = why
    if len(through) == 2:
        _join(at, ends[0][1], ends[1][1], text, why)
        return None
    if len(through) == 1:
        _, written, condition = through[0]
        frame.condition = condition
        for holder, key, state in written.values():
            at.journal.put(holder, key, state)
        return None
    # Neither way goes on here. What they wrote is joined all the same: a caller's object may have been changed.
    _join(at, ends[0][1], ends[1][1], text, why)
    return _strongest([ended for ended, _, _ in ends])


def _strongest(ended: list[str | None]) -> str | None:
    for word in ("return", "continue", "break", "raise"):
        if word in ended:
            return word
    return None


def _join(at: Interpreter, yes: dict[Any, Any], no: dict[Any, Any], text: str, why: Unknown) -> None:
    for cell in {**yes, **no}:
        holder, key, _ = yes.get(cell) or no[cell]
        old = read(holder, key)
        one = yes[cell][2] if cell in yes else old
        two = no[cell][2] if cell in no else old
        at.journal.put(holder, key, joined(at, holder, one, two, text, why))


def joined(at: Interpreter, holder: Any, one: Any, two: Any, text: str, why: Unknown) -> Any:
    """What a cell holds when it is `one` where the test holds, and `two` where it does not."""
    if isinstance(holder, dict):
        if one is MISSING or two is MISSING:
            return two if one is MISSING else one
        if same(one, two):
            return one
        if building.is_built(one) or building.is_built(two) or isinstance(one, Choice) or isinstance(two, Choice):
            made = choice([(((text, True),), one), (((text, False),), two)])
            fine = isinstance(made, Choice) and all(building.is_built(value) for _, value in made.options)
            if fine or not isinstance(made, Choice):
                return made
        return why
    if isinstance(holder, SequentialV):
        return _joined_variants(at, one, two, text)
    if isinstance(holder, ListV):
        items, other = one[0], two[0]
        if len(items) == len(other) and all(map(same, items, other)):
            return one
        return two[0], two[1], why
    if isinstance(holder, DictV):
        entries = {}
        for name in {**one[0], **two[0]}:
            entries[name] = joined(at, {}, one[0].get(name, MISSING), two[0].get(name, MISSING), text, why)
        return entries, {**one[1], **two[1]}, first(one[2], two[2])
    return one


def _joined_variants(at: Interpreter, one: Any, two: Any, text: str) -> Any:
    if [v[1] for v in one[0]] == [v[1] for v in two[0]]:
        return two if one[1] is None else one
    variants = []
    for state, holds in ((one, True), (two, False)):
        for condition, items, uid in state[0]:
            both = merge(condition, ((text, holds),))
            if both is not None:
                variants.append((both, items, uid if holds else at.uid()))
    if len(variants) > MAX_VARIANTS:
        at.limit(f"more than {MAX_VARIANTS} variants of one model")
    return (variants[:MAX_VARIANTS], first(one[1], two[1]), first(one[2], two[2]), one[3])


# --- loops --------------------------------------------------------------------------------


@statement(cst.For)
def _for(at: Interpreter, node: cst.For, frame: Frame) -> str | None:
    over = at.eval(node.iter, frame)
    items = elements(over)
    if items is None:
        why = at.unknown(f"what `{at.text(node.iter, frame)}` holds is not known", node.iter, frame, over)
        item = _item_of(at, over, at.unknown(f"an element of `{at.text(node.iter, frame)}`", node.iter, frame, over))
        assign(at, node.target, item, frame)
        ended = _unknown_turns(at, node.body.body, why, frame)
    else:
        at.decide(over)
        ended = _turns(at, node.body.body, ((node.target, item) for item in items), frame, node)
    if ended == "done" and node.orelse is not None:
        return at.run(node.orelse.body.body, frame)
    return ended if ended in ("return", "raise") else None


def _item_of(at: Interpreter, over: Value, why: Unknown) -> Value:
    from kfix.source.library import lookup

    native = lookup.method_of(over, "__iter__")
    return native(over) if native is not None else why


@statement(cst.While)
def _while(at: Interpreter, node: cst.While, frame: Frame) -> str | None:
    def rounds() -> Iterable[tuple[cst.CSTNode | None, Value]]:
        while True:
            test = at.eval(node.test, frame)
            known = truth(test)
            if known is None:
                unknown.append(at.unknown(f"`{at.text(node.test, frame)}` is not known", node.test, frame, test))
                return
            at.decide(test)
            if not known:
                return
            yield None, None

    unknown: list[Unknown] = []
    ended = _turns(at, node.body.body, rounds(), frame, node)
    if ended == "done" and unknown:
        ended = _unknown_turns(at, node.body.body, unknown[0], frame)
    if ended == "done" and node.orelse is not None:
        return at.run(node.orelse.body.body, frame)
    return ended if ended in ("return", "raise") else None


def _turns(
    at: Interpreter, body: Any, rounds: Iterable[tuple[cst.CSTNode | None, Value]], frame: Frame, node: cst.CSTNode
) -> str:
    """Run a loop that is known; "done", or how it ended."""
    held, frame.unsure = frame.unsure, None
    at.journal.begin()
    idle = 0
    idle_since = at.steps
    builds = at.builds
    ended = "done"
    cut: Unknown | None = None
    for turns, (target, item) in enumerate(rounds, 1):
        if at.builds != builds:
            builds, idle, idle_since = at.builds, 0, at.steps
        idle += 1
        if turns > MAX_TURNS:
            at.limit(f"a loop of more than {MAX_TURNS} turns", frame.unit.site(node))
            cut = at.unknown(f"a loop of more than {MAX_TURNS} turns", node, frame)
            break
        if idle > MAX_IDLE_TURNS or (idle > 2 and at.steps - idle_since > MAX_IDLE_STEPS):
            cut = at.unknown("a loop that makes no layers was left early", node, frame)
            break
        if target is not None:
            assign(at, target, item, frame)
        how = at.run(body, frame)
        if how in ("return", "raise", "break"):
            ended = str(how)
            break
    written = at.journal.keep()
    why = first(cut, frame.unsure)
    if why is not None:
        taint(at, written, why)
    frame.unsure = held
    return ended


def _unknown_turns(at: Interpreter, body: Any, why: Unknown, frame: Frame) -> str:
    """Run the body of a loop once whose turns are not known: what it writes is not known afterwards."""
    held = frame.unsure
    at.journal.begin()
    at.run(body, frame)
    taint(at, at.journal.keep(), why)
    frame.unsure = held
    return "done"


def taint(at: Interpreter, written: dict[Any, Any], why: Unknown) -> None:
    """What a loop wrote, nobody knows how often: unknown, unless it wrote what was there before."""
    for holder, key, old in written.values():
        new = read(holder, key)
        if isinstance(holder, dict):
            if old is not MISSING and not same(old, new) and not isinstance(new, FunctionV | ClassV):
                at.journal.put(holder, key, why)
        elif isinstance(holder, SequentialV):
            if [v[1] for v in old[0]] != [v[1] for v in new[0]]:
                variants = [
                    (condition, (*items, (why, why.site or holder.site)), uid) for condition, items, uid in old[0]
                ]
                at.journal.put(holder, key, (variants, *new[1:]))
        elif isinstance(holder, ListV | DictV):
            at.journal.put(holder, key, (new[0], new[1], why))


# --- blocks -------------------------------------------------------------------------------


@statement(cst.Try, cst.TryStar)
def _try(at: Interpreter, node: cst.Try | cst.TryStar, frame: Frame) -> str | None:
    ended = at.run(node.body.body, frame)
    if ended == "raise" and node.handlers:
        handler = node.handlers[0]
        if handler.name is not None:
            assign(at, handler.name.name, at.unknown("an exception", handler, frame), frame)
        ended = at.run(handler.body.body, frame)
    elif ended is None and node.orelse is not None:
        ended = at.run(node.orelse.body.body, frame)
    if node.finalbody is not None:
        return at.run(node.finalbody.body.body, frame) or ended
    return ended


@statement(cst.With)
def _with(at: Interpreter, node: cst.With, frame: Frame) -> str | None:
    for item in node.items:
        value = at.eval(item.item, frame)
        if item.asname is not None:
            assign(at, item.asname.name, value, frame)
    return at.run(node.body.body, frame)


@statement(cst.Match)
def _match(at: Interpreter, node: cst.Match, frame: Frame) -> str | None:
    subject = at.eval(node.subject, frame)

    def cases(index: int) -> str | None:
        if index >= len(node.cases):
            return None
        case = node.cases[index]
        known = _matches(at, case.pattern, subject, frame)
        if known and case.guard is not None:
            known = truth(at.eval(case.guard, frame))
        if known is None:
            text = f"{at.text(node.subject, frame)} matches {at.text(case.pattern, frame)}"
            why = at.unknown(f"it depends on `{at.text(node.subject, frame)}`", node.subject, frame, subject)
            return either(at, frame, text, why, lambda: at.run(case.body.body, frame), lambda: cases(index + 1))
        return at.run(case.body.body, frame) if known else cases(index + 1)

    at.decide(subject)
    return cases(0)


def _matches(at: Interpreter, pattern: cst.CSTNode, subject: Value, frame: Frame) -> bool | None:
    if isinstance(pattern, cst.MatchValue):
        return truth(compare(at, cst.Equal(), subject, at.eval(pattern.value, frame), pattern, frame))
    if isinstance(pattern, cst.MatchSingleton):
        return truth(compare(at, cst.Is(), subject, at.eval(pattern.value, frame), pattern, frame))
    if isinstance(pattern, cst.MatchOr):
        found = [_matches(at, element.pattern, subject, frame) for element in pattern.patterns]
        return True if True in found else None if None in found else False
    if isinstance(pattern, cst.MatchAs):
        inner = True if pattern.pattern is None else _matches(at, pattern.pattern, subject, frame)
        if pattern.name is not None and inner is not False:
            assign(at, pattern.name, subject, frame)
        return inner
    return None
