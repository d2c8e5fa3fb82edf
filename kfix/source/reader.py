"""Reads a program: what models it builds, of which layers, from which values, fitted to what. Nothing is executed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import libcst as cst

from kfix.model.graph import Compile, Directive, Fit, Layer, Model, Program, Shapes
from kfix.model.protocols import ShapeOf
from kfix.model.record import replace
from kfix.model.site import Place, Site
from kfix.model.unknown import Unknown
from kfix.source import applying as _applying  # noqa: F401  (registers what calls of layers and of libraries give)
from kfix.source import building, classes, eager, imports, saved
from kfix.source import expressions as _expressions  # noqa: F401  (registers what expressions are worth)
from kfix.source import statements as _statements  # noqa: F401  (registers what statements do)
from kfix.source.containers import Const, Value
from kfix.source.directives import directives, input_shape
from kfix.source.document import Document, Unit
from kfix.source.fed import feeds
from kfix.source.flow import taint
from kfix.source.functions import read_uncalled
from kfix.source.interpreter import MAX_STATEMENT_STEPS, MAX_STEPS, BudgetHit, Frame, Interpreter
from kfix.source.reach import at_hand
from kfix.source.state import Scope
from kfix.source.values import Choice, ClassV, FunctionV, InstanceV, ModelV, SequentialV

__all__ = ["Modules", "read"]

Modules = imports.Modules
T = TypeVar("T")


def read(
    document: Document, shapes: ShapeOf, *, given: Shapes | None = None, project: Modules | None = None
) -> Program:
    """The Program of a document.

    `shapes` answers for shapes while reading. `given` is an input shape (with
    the batch) for models that state none. `project` finds the modules of the
    same project that are imported.
    """
    at = Interpreter(shapes, project)
    at.units.update({(unit.path, unit.cell): unit for unit in document.units})
    scope = Scope()
    scope.names["__name__"] = Const("__main__")
    scope.names["__file__"] = Const(document.path)
    try:
        for unit in document.units:
            _run_module(at, unit, scope)
        settled, last = dict(at.switched), at.last_uid
        _read_uncalled(at, document)
        # what a function would do that nothing calls is not done to what there is
        at.switched = {uid: value for uid, value in at.switched.items() if uid > last} | settled
    except BudgetHit:
        at.leave(f"the program takes more than {MAX_STEPS:,} steps; the rest of it is not read")
        at.journal.stack.clear()
    at.steps = 0
    for error in document.skipped:
        at.leave(f"{error}; the cell is not read")
    return _program(at, document, given)


def _run_module(at: Interpreter, unit: Unit, scope: Scope) -> None:
    """Run a module, statement by statement: one that takes too many steps is left, and taints what it wrote."""
    frame = Frame(unit, scope)
    for node in unit.module.body:
        at.stop = min(MAX_STEPS, at.steps + MAX_STATEMENT_STEPS)
        at.journal.begin()
        try:
            ended = at.run([node], frame)
        except BudgetHit:
            if at.stop == MAX_STEPS:
                raise
            at.journal.keep_to(1)
            at.depth = 0
            at.active.clear()
            why = Unknown(f"a statement takes more than {MAX_STATEMENT_STEPS:,} steps", unit.site(node))
            at.leave(why.why, why.site)
            used = {id(value) for value, *_ in at.compiles} | {id(value) for value, _ in at.fits}
            written = at.journal.keep()
            taint(at, {cell: was for cell, was in written.items() if cell[0] not in used}, why)
            for name in _assigned(node):
                at.journal.set(scope.names, name, why)
            continue
        at.journal.keep()
        if ended is not None:
            break
    at.stop = MAX_STEPS


def _assigned(node: Any) -> list[str]:
    """The names that a simple statement of a module assigns to."""
    targets = [
        target.target
        for small in (node.body if isinstance(node, cst.SimpleStatementLine) else ())
        for target in (small.targets if isinstance(small, cst.Assign) else ())
    ]
    return [target.value for target in targets if isinstance(target, cst.Name)]


def _read_uncalled(at: Interpreter, document: Document) -> None:
    """Functions, methods and classes that nothing called, read with their parameters unknown.

    A function that was defined inside another comes up when that is read.
    """
    at.ended = True
    known = {unit.path for unit in document.units}
    seen: set[int] = set()
    while True:
        functions = [f for key, f in at.functions.items() if key not in at.called and f.unit.path in known]
        waiting = [c for c in at.classes if id(c) not in seen and c.unit is not None and c.unit.path in known]
        if not functions and not waiting:
            return
        for cls in waiting:
            seen.add(id(cls))
            _read_class(at, cls)
        for function in functions:
            if id(function.node) not in at.called and function.cls is None:
                _read_function(at, function)
            at.called.add(id(function.node))


def _read_function(at: Interpreter, function: FunctionV) -> None:
    """A function that nothing called; when the file is read again after an edit, not those that had nothing to say."""
    idle = function.unit.idle
    if id(function.node) in idle:
        return
    before = _heard(at)
    _bounded(at, function.unit.site(function.node), partial(read_uncalled, at, function))
    if _heard(at) == before:
        idle.add(id(function.node))


def _heard(at: Interpreter) -> tuple[int, ...]:
    """Grows when a layer, a model, a use of one, a function, a class or a limit comes up."""
    used = len(at.compiles) + len(at.fits)
    return at.last_uid, len(at.models), used, len(at.functions), len(at.classes), len(at.limits)


def _bounded(at: Interpreter, site: Site, work: Callable[[], T]) -> T | None:
    """Read one function or method within the steps of a statement, so that the others still have theirs."""
    at.stop = min(MAX_STEPS, at.steps + MAX_STATEMENT_STEPS)
    try:
        return work()
    except BudgetHit:
        if at.stop == MAX_STEPS:
            raise
        at.journal.stack.clear()
        at.depth = 0
        at.active.clear()
        at.leave(f"a function that is not called takes more than {MAX_STATEMENT_STEPS:,} steps", site)
        return None


def _read_class(at: Interpreter, cls: ClassV) -> None:
    """The methods of a class that nothing called."""
    native = cls.native or ""
    if native == "keras.Layer" or native.startswith("keras.layers."):
        return
    members = [m for m in cls.names.values() if isinstance(m, FunctionV) and m.cls is cls]
    free = [m for m in members if id(m.node) not in at.called]
    if not free:
        return
    made: InstanceV | None = None
    for member in free:
        if id(member.node) in at.called or member.name.endswith(".call"):
            continue
        if "staticmethod" in member.decorators:
            _bounded(at, member.unit.site(member.node), partial(read_uncalled, at, member))
            continue
        made = made or _bounded(at, member.unit.site(member.node), partial(classes.read_uncalled_class, at, cls))
        if made is not None and not member.name.endswith(".__init__"):
            _bounded(at, member.unit.site(member.node), partial(read_uncalled, at, member, made))


def _program(at: Interpreter, document: Document, given: Shapes | None) -> Program:
    made: list[Model] = []
    by_value: dict[int, list[int]] = {}
    for value in at.models:
        original = saved.first_of(at, value)
        if original is not None:
            by_value[id(value)] = by_value.get(id(original), [])
            continue
        found = _finished(at, value)
        by_value[id(value)] = [model.uid for model in found]
        made.extend(found)
    units = dict(at.units)

    def place(site: Site) -> Place:
        unit = units.get((site.path, site.cell))
        return Place(site.path, site.cell, 1, 1, 1) if unit is None else unit.place(site)

    def within(inner: Site, outer: Site) -> bool:
        unit = units.get((outer.path, outer.cell))
        if unit is None or (inner.path, inner.cell) != (outer.path, outer.cell):
            return False
        start, end = unit.span(outer)
        return start <= unit.span(inner)[0] < end

    told = tuple(d for unit in document.units for d in directives(unit, made, place))
    made = [_with_given(model, told, given) for model in made]
    return Program(
        path=document.path,
        models=(*made, *eager.called(at, made)),
        nested=_nested(made),
        compiles=tuple(
            Compile(uid, arguments, site, parts)
            for value, arguments, site, parts in at.compiles
            for uid in _uids(value, by_value)
        ),
        fits=tuple(Fit(model=uid, **facts) for value, facts in at.fits for uid in _uids(value, by_value)),
        optimizers=tuple(at.optimizers),
        feeds=feeds(at.arena),
        asserts=tuple(at.asserts),
        directives=told,
        control=frozenset(at.control),
        limits=tuple(at.limits.values()),
        unread=tuple(at.unread),
        keras=at.keras,
        policy=at.policy,
        switched=_switched(at),
        shown={uid: site for value, site in reversed(at.shown) for uid in _uids(value, by_value)},
        known_as={uid: tuple(value.also) for value in at.models if value.also for uid in _uids(value, by_value)},
        place=place,
        within=within,
        at_hand=partial(at_hand, at),
        close=at.close,
    )


def _nested(made: list[Model]) -> frozenset[int]:
    """The models that are layers of another, wrapped ones (`TimeDistributed(encoder)`) too.

    A model that is only called on data (`generator(noise)`) is no part of another.
    """
    found: set[int] = set()
    for model in made:
        waiting = [node.layer for node in model.nodes]
        while waiting:
            layer = waiting.pop()
            found.add(layer.uid)
            if layer.unknown is None:  # else it is a class without a `call`, which only trains them
                waiting.extend(given.value for given in layer.arguments if isinstance(given.value, Layer))
    return frozenset(model.uid for model in made if model.uid in found)


def _finished(at: Interpreter, value: SequentialV | ModelV) -> list[Model]:
    """The models of a value, as they are in the end: one for each variant of a Sequential."""
    if isinstance(value, SequentialV):
        return [building.freeze_sequential(at, value, variant) for variant in value.variants]
    model = classes.finished(at, value)
    return [replace(model, name=value.name) if value.name else model]


def _uids(value: Value, by_value: dict[int, list[int]]) -> list[int]:
    if isinstance(value, Choice):
        return [uid for _, option in value.options for uid in _uids(option, by_value)]
    return by_value.get(id(value), [])


def _switched(at: Interpreter) -> dict[int, bool | Unknown]:
    if not at.switched:
        return {}
    from kfix.source.trainable import switched

    return switched(at)


def _with_given(model: Model, told: tuple[Directive, ...], given: Shapes | None) -> Model:
    """An input shape by a directive or the command line, for a model that was not built by the program."""
    if model.given is not None:
        return model
    for directive in told:
        if directive.key == "input" and directive.model == model.uid:
            shape = input_shape(directive.value)
            if shape is not None:
                return replace(model, given=shape, given_site=directive.site)
    return model if given is None else replace(model, given=given)
