"""Reads a program: what models it builds, of which layers, from which values, fitted to what.

Nothing is executed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import chain
from typing import TypeVar

import libcst as cst

from kfix.model.graph import Shapes
from kfix.model.observed import Observed
from kfix.model.program import Program
from kfix.model.protocols import ShapeOf
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
from kfix.source.interpreter.values import ClassV, FunctionV, InstanceV
from kfix.source.program import program_of
from kfix.source.syntax.document import Document, Unit

__all__ = ["Modules", "read"]

Modules = imports.Modules
T = TypeVar("T")


def read(  # noqa: PLR0913 - what may be known beforehand, each by its name
    document: Document,
    shapes: ShapeOf,
    *,
    given: Shapes | None = None,
    project: Modules | None = None,
    observed: tuple[Observed, ...] | None = None,
    asks_version: bool = False,
) -> Program:
    """Return the Program of a document.

    `shapes` answers for shapes while reading. `given` is an input shape (with
    the batch) for models that state none. `project` finds the modules of the
    same project that are imported. `observed` are values that an error of a run
    states. Where it is empty (not `None`), expressions of unknown values are noted, to be looked
    for in the error.
    `asks_version` leaves out what nothing calls in a program that imports Keras 2: it is read again
    for that version.
    """
    interpreter = _interpreter(shapes, project, observed)
    interpreter.units.update({(unit.path, unit.cell): unit for unit in document.units})
    scope = Scope()
    scope.names["__name__"] = Const("__main__")
    scope.names["__file__"] = Const(document.path)
    try:
        for unit in document.units:
            _run_module(interpreter, unit, scope)
        settled, last = dict(interpreter.switched), interpreter.last_uid
        if not (asks_version and interpreter.keras == 2):
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
    return program_of(interpreter, document, given)


def _interpreter(
    shapes: ShapeOf, project: Modules | None, observed: tuple[Observed, ...] | None
) -> Interpreter:
    """Return an interpreter, one that knows the observed values where they are given."""
    if observed is None:
        return Interpreter(shapes, project)
    from kfix.source.interpreter.informed import InformedInterpreter

    return InformedInterpreter(shapes, project, observed)


def _run_module(interpreter: Interpreter, unit: Unit, scope: Scope) -> None:
    """Run a module, statement by statement: one that takes too many steps is left, and taints what
    it wrote.

    Raises `BudgetHit` where the steps of the whole program are used up.
    """
    frame = Frame(unit, scope)
    for node in unit.module.body:
        interpreter.stop = min(MAX_STEPS, interpreter.steps + MAX_STATEMENT_STEPS)
        interpreter.journal.begin()
        try:
            ended = interpreter.run([node], frame)
        except BudgetHit:
            if interpreter.stop == MAX_STEPS:
                raise
            _leave_statement(interpreter, node, frame)
            continue
        interpreter.journal.keep()
        if ended is not None:
            break
    interpreter.stop = MAX_STEPS


def _leave_statement(interpreter: Interpreter, node: cst.CSTNode, frame: Frame) -> None:
    """Make unknown what a statement wrote that took too many steps, and the names that it assigns
    to.
    """
    interpreter.journal.keep_to(1)
    interpreter.depth = 0
    interpreter.active.clear()
    what = f"a statement takes more than {MAX_STATEMENT_STEPS:,} steps"
    why = Unknown(what, frame.unit.site(node))
    interpreter.leave(why.why, why.site)
    used = {id(one.model) for one in interpreter.compiles}
    used |= {id(value) for value, _ in interpreter.fits}
    written = interpreter.journal.keep()
    taint(interpreter, {cell: was for cell, was in written.items() if cell[0] not in used}, why)
    for name in _assigned(node):
        interpreter.journal.set(frame.scope.names, name, why)


def _assigned(node: cst.CSTNode) -> list[str]:
    """Return the names that a simple statement of a module assigns to."""
    if not isinstance(node, cst.SimpleStatementLine):
        return []
    assignments = (small for small in node.body if isinstance(small, cst.Assign))
    targets = chain.from_iterable(small.targets for small in assignments)
    return [one.target.value for one in targets if isinstance(one.target, cst.Name)]


def _read_uncalled(interpreter: Interpreter, document: Document) -> None:
    """Read the functions, methods and classes that nothing called, with their parameters unknown.

    A function that was defined inside another comes up when that is read.
    """
    interpreter.ended = True
    paths = {unit.path for unit in document.units}
    seen: set[int] = set()
    while True:
        functions = _uncalled(interpreter, paths)
        unread = _unread_classes(interpreter, paths, seen)
        if not functions and not unread:
            return
        for cls in unread:
            _read_class(interpreter, cls)
        for function in functions:
            if function.cls is None and not _is_called(interpreter, function):
                _read_function(interpreter, function)
            interpreter.called.add(id(function.node))


def _is_called(interpreter: Interpreter, function: FunctionV) -> bool:
    """Return whether a function was called, or read as one that nothing calls."""
    return id(function.node) in interpreter.called


def _uncalled(interpreter: Interpreter, paths: set[str]) -> list[FunctionV]:
    """Return the functions in files of these paths that nothing called so far."""
    waiting = interpreter.functions.keys() - interpreter.called
    functions = [one for key, one in interpreter.functions.items() if key in waiting]
    return [function for function in functions if function.unit.path in paths]


def _unread_classes(interpreter: Interpreter, paths: set[str], seen: set[int]) -> list[ClassV]:
    """Return the classes in files of these paths that are not `seen`, and note that they are."""
    unread = [cls for cls in interpreter.classes if id(cls) not in seen]
    found = [cls for cls in unread if cls.unit is not None and cls.unit.path in paths]
    seen.update(map(id, found))
    return found


def _read_function(interpreter: Interpreter, function: FunctionV) -> None:
    """Read a function that nothing called.

    When the file is read again after an edit, not one that added nothing.
    """
    idle = function.unit.idle
    if id(function.node) in idle:
        return
    before = _progress(interpreter)
    _bounded(interpreter, function, partial(read_uncalled, interpreter, function))
    if _progress(interpreter) == before:
        idle.add(id(function.node))


def _progress(interpreter: Interpreter) -> tuple[int, ...]:
    """Return counts that grow when a layer, a model, a use of one, a function, a class or a limit
    comes up.
    """
    used = len(interpreter.compiles) + len(interpreter.fits)
    return (
        interpreter.last_uid,
        len(interpreter.models),
        used,
        len(interpreter.functions),
        len(interpreter.classes),
        len(interpreter.limits),
    )


def _bounded(interpreter: Interpreter, function: FunctionV, work: Callable[[], T]) -> T | None:
    """Read a function or method within the steps of a statement, so that the others still have
    theirs.

    Raises `BudgetHit` where the steps of the whole program are used up.
    """
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
            f"a function that is not called takes more than {MAX_STATEMENT_STEPS:,} steps",
            function.unit.site(function.node),
        )
        return None


def _read_class(interpreter: Interpreter, cls: ClassV) -> None:
    """Read the methods of a class that nothing called, on one object of it."""
    if f"{cls.native}.".startswith(_OF_LAYERS):
        return
    instance: InstanceV | None = None
    for method in _own_methods(cls):
        if _is_called(interpreter, method) or method.name.endswith(".call"):
            continue
        if instance is None and "staticmethod" not in method.decorators:
            make = partial(classes.read_uncalled_class, interpreter, cls)
            instance = _bounded(interpreter, method, make)
        _read_method(interpreter, method, instance)


_OF_LAYERS = ("keras.Layer.", "keras.layers.")
"""With what the dotted name of a base begins, a dot behind it, of a class that is a layer."""


def _own_methods(cls: ClassV) -> list[FunctionV]:
    """Return the functions that are written in a class."""
    return [one for one in cls.names.values() if isinstance(one, FunctionV) and one.cls is cls]


def _read_method(interpreter: Interpreter, method: FunctionV, instance: InstanceV | None) -> None:
    """Read a method on an object, a static one without; `__init__` was read to make the object."""
    if "staticmethod" in method.decorators:
        _bounded(interpreter, method, partial(read_uncalled, interpreter, method))
    elif instance is not None and not method.name.endswith(".__init__"):
        _bounded(interpreter, method, partial(read_uncalled, interpreter, method, instance))
