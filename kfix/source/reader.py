"""Reads a program: what models it builds, of which layers, from which values, fitted to what. Nothing is executed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Compile, Directive, Fit, Layer, Model, Program, Shapes
from kfix.model.protocols import ShapeOf
from kfix.model.record import replace
from kfix.model.site import Place, Site
from kfix.model.unknown import Unknown
from kfix.source.interpreter import classes, imports
from kfix.source.interpreter import expressions as _expressions  # noqa: F401  (registers what expressions are worth)
from kfix.source.interpreter import library_calls as _applying  # noqa: F401  (registers what calls of layers and of libraries give)
from kfix.source.interpreter import statements as _statements  # noqa: F401  (registers what statements do)
from kfix.source.interpreter.containers import Const
from kfix.source.interpreter.functions import read_uncalled
from kfix.source.interpreter.interpreter import (
    MAX_STATEMENT_STEPS,
    MAX_STEPS,
    BudgetHit,
    Frame,
    Interpreter,
)
from kfix.source.interpreter.joins import taint
from kfix.source.interpreter.state import Scope
from kfix.source.interpreter.values import Choice, ClassV, FunctionV, InstanceV, ModelV, SequentialV
from kfix.source.keras import data_calls, layers, saved
from kfix.source.keras.data_feeds import feeds
from kfix.source.keras.integer_names import at_hand, tensors_at_hand
from kfix.source.syntax.directives import directives, input_shape
from kfix.source.syntax.document import Document, Unit
from kfix.source.syntax.remarks import remarks

__all__ = ["Modules", "read"]

Modules = imports.Modules
T = TypeVar("T")


def read(
    document: Document,
    shapes: ShapeOf,
    *,
    given: Shapes | None = None,
    project: Modules | None = None,
) -> Program:
    """The Program of a document.

    `shapes` answers for shapes while reading. `given` is an input shape (with
    the batch) for models that state none. `project` finds the modules of the
    same project that are imported.
    """
    interpreter = Interpreter(shapes, project)
    interpreter.units.update({(unit.path, unit.cell): unit for unit in document.units})
    scope = Scope()
    scope.names["__name__"] = Const("__main__")
    scope.names["__file__"] = Const(document.path)
    try:
        for unit in document.units:
            _run_module(interpreter, unit, scope)
        settled, last = dict(interpreter.switched), interpreter.last_uid
        _read_uncalled(interpreter, document)
        # what a function would do that nothing calls is not done to what there is
        interpreter.switched = {
            uid: value for uid, value in interpreter.switched.items() if uid > last
        } | settled
    except BudgetHit:
        interpreter.leave(
            f"the program takes more than {MAX_STEPS:,} steps; the rest of it is not read"
        )
        interpreter.journal.stack.clear()
    interpreter.steps = 0
    for error in document.skipped:
        interpreter.leave(f"{error}; the cell is not read")
    return _program(interpreter, document, given)


def _run_module(interpreter: Interpreter, unit: Unit, scope: Scope) -> None:
    """Run a module, statement by statement: one that takes too many steps is left, and taints what it wrote."""
    frame = Frame(unit, scope)
    for node in unit.module.body:
        interpreter.stop = min(MAX_STEPS, interpreter.steps + MAX_STATEMENT_STEPS)
        interpreter.journal.begin()
        try:
            ended = interpreter.run([node], frame)
        except BudgetHit:
            if interpreter.stop == MAX_STEPS:
                raise
            interpreter.journal.keep_to(1)
            interpreter.depth = 0
            interpreter.active.clear()
            why = Unknown(
                f"a statement takes more than {MAX_STATEMENT_STEPS:,} steps", unit.site(node)
            )
            interpreter.leave(why.why, why.site)
            used = {id(value) for value, *_ in interpreter.compiles} | {
                id(value) for value, _ in interpreter.fits
            }
            written = interpreter.journal.keep()
            taint(
                interpreter,
                {cell: was for cell, was in written.items() if cell[0] not in used},
                why,
            )
            for name in _assigned(node):
                interpreter.journal.set(scope.names, name, why)
            continue
        interpreter.journal.keep()
        if ended is not None:
            break
    interpreter.stop = MAX_STEPS


def _assigned(node: Any) -> list[str]:
    """The names that a simple statement of a module assigns to."""
    targets = [
        target.target
        for small in (node.body if isinstance(node, cst.SimpleStatementLine) else ())
        for target in (small.targets if isinstance(small, cst.Assign) else ())
    ]
    return [target.value for target in targets if isinstance(target, cst.Name)]


def _read_uncalled(interpreter: Interpreter, document: Document) -> None:
    """Functions, methods and classes that nothing called, read with their parameters unknown.

    A function that was defined inside another comes up when that is read.
    """
    interpreter.ended = True
    known = {unit.path for unit in document.units}
    seen: set[int] = set()
    while True:
        functions = [
            f
            for key, f in interpreter.functions.items()
            if key not in interpreter.called and f.unit.path in known
        ]
        waiting = [
            c
            for c in interpreter.classes
            if id(c) not in seen and c.unit is not None and c.unit.path in known
        ]
        if not functions and not waiting:
            return
        for cls in waiting:
            seen.add(id(cls))
            _read_class(interpreter, cls)
        for function in functions:
            if id(function.node) not in interpreter.called and function.cls is None:
                _read_function(interpreter, function)
            interpreter.called.add(id(function.node))


def _read_function(interpreter: Interpreter, function: FunctionV) -> None:
    """A function that nothing called; when the file is read again after an edit, not those that had nothing to say."""
    idle = function.unit.idle
    if id(function.node) in idle:
        return
    before = _heard(interpreter)
    _bounded(
        interpreter,
        function.unit.site(function.node),
        partial(read_uncalled, interpreter, function),
    )
    if _heard(interpreter) == before:
        idle.add(id(function.node))


def _heard(interpreter: Interpreter) -> tuple[int, ...]:
    """Grows when a layer, a model, a use of one, a function, a class or a limit comes up."""
    used = len(interpreter.compiles) + len(interpreter.fits)
    return (
        interpreter.last_uid,
        len(interpreter.models),
        used,
        len(interpreter.functions),
        len(interpreter.classes),
        len(interpreter.limits),
    )


def _bounded(interpreter: Interpreter, site: Site, work: Callable[[], T]) -> T | None:
    """Read one function or method within the steps of a statement, so that the others still have theirs."""
    interpreter.stop = min(MAX_STEPS, interpreter.steps + MAX_STATEMENT_STEPS)
    try:
        return work()
    except BudgetHit:
        if interpreter.stop == MAX_STEPS:
            raise
        interpreter.journal.stack.clear()
        interpreter.depth = 0
        interpreter.active.clear()
        interpreter.leave(
            f"a function that is not called takes more than {MAX_STATEMENT_STEPS:,} steps", site
        )
        return None


def _read_class(interpreter: Interpreter, cls: ClassV) -> None:
    """The methods of a class that nothing called."""
    native = cls.native or ""
    if native == "keras.Layer" or native.startswith("keras.layers."):
        return
    members = [m for m in cls.names.values() if isinstance(m, FunctionV) and m.cls is cls]
    free = [m for m in members if id(m.node) not in interpreter.called]
    if not free:
        return
    made: InstanceV | None = None
    for member in free:
        if id(member.node) in interpreter.called or member.name.endswith(".call"):
            continue
        if "staticmethod" in member.decorators:
            _bounded(
                interpreter,
                member.unit.site(member.node),
                partial(read_uncalled, interpreter, member),
            )
            continue
        made = made or _bounded(
            interpreter,
            member.unit.site(member.node),
            partial(classes.read_uncalled_class, interpreter, cls),
        )
        if made is not None and not member.name.endswith(".__init__"):
            _bounded(
                interpreter,
                member.unit.site(member.node),
                partial(read_uncalled, interpreter, member, made),
            )


def _program(interpreter: Interpreter, document: Document, given: Shapes | None) -> Program:
    made: list[Model] = []
    by_value: dict[int, list[int]] = {}
    for value in interpreter.models:
        original = saved.first_of(interpreter, value)
        if original is not None:
            by_value[id(value)] = by_value.get(id(original), [])
            continue
        found = _finished(interpreter, value)
        by_value[id(value)] = [model.uid for model in found]
        made.extend(found)
    units = dict(interpreter.units)

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
    remarked = tuple(one for unit in document.units for one in remarks(unit, made, place))
    made = [_with_given(model, told, given) for model in made]
    return Program(
        path=document.path,
        models=(*made, *data_calls.called(interpreter, made)),
        nested=_nested(made),
        compiles=tuple(
            Compile(uid, arguments, site, parts)
            for value, arguments, site, parts in interpreter.compiles
            for uid in _uids(value, by_value)
        ),
        fits=tuple(
            Fit(model=uid, **facts)
            for value, facts in interpreter.fits
            for uid in _uids(value, by_value)
        ),
        optimizers=tuple(interpreter.optimizers),
        feeds=feeds(interpreter.arena),
        asserts=tuple(interpreter.asserts),
        directives=told,
        remarks=remarked,
        control=frozenset(interpreter.control),
        limits=tuple(interpreter.limits.values()),
        unread=tuple(interpreter.unread),
        keras=interpreter.keras,
        policy=interpreter.policy,
        switched=_switched(interpreter),
        shown={
            uid: site
            for value, site in reversed(interpreter.shown)
            for uid in _uids(value, by_value)
        },
        known_as={
            uid: tuple(value.also)
            for value in interpreter.models
            if value.also
            for uid in _uids(value, by_value)
        },
        place=place,
        within=within,
        at_hand=partial(at_hand, interpreter),
        tensors_at=partial(tensors_at_hand, interpreter),
        close=interpreter.close,
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
                waiting.extend(
                    given.value for given in layer.arguments if isinstance(given.value, Layer)
                )
    return frozenset(model.uid for model in made if model.uid in found)


def _finished(interpreter: Interpreter, value: SequentialV | ModelV) -> list[Model]:
    """The models of a value, as they are in the end: one for each variant of a Sequential."""
    if isinstance(value, SequentialV):
        return [layers.freeze_sequential(interpreter, value, variant) for variant in value.variants]
    model = classes.finished(value)
    return [replace(model, name=value.name) if value.name else model]


def _uids(value: AbstractValue, by_value: dict[int, list[int]]) -> list[int]:
    if isinstance(value, Choice):
        return [uid for _, option in value.options for uid in _uids(option, by_value)]
    return by_value.get(id(value), [])


def _switched(interpreter: Interpreter) -> dict[int, bool | Unknown]:
    if not interpreter.switched:
        return {}
    from kfix.source.keras.trainable import switched

    return switched(interpreter)


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
