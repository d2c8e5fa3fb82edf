"""Imports: of libraries as dotted names, of the project's own modules by reading them.

A module of the project is read when the first name of it is used, once for a
program, and within bounds: most of what a program imports says nothing about
its models.
"""

from __future__ import annotations

from typing import Protocol

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Symbol
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import Const
from kfix.source.interpreter.dotted_names import normalise
from kfix.source.interpreter.interpreter import BudgetHit, Frame, Interpreter, statement
from kfix.source.interpreter.state import MISSING, Scope
from kfix.source.interpreter.values import LazyV, ModuleV
from kfix.source.library import lookup
from kfix.source.syntax.document import Document

MAX_MODULES = 30
"""Modules of the project that are read for one program,"""
MAX_MODULE_BYTES = 200_000
"""their bytes together,"""
MAX_MODULE_STEPS = 4_000
"""the expressions that are evaluated for one of them,"""
MAX_MODULE_DEPTH = 8
"""and how deep one is read because another needs it."""
MAX_STARS = 4
"""Star imports that are followed through one another."""


_WITH_CONSTANTS = ("math", "numpy")
"""Libraries from which people import numbers by name."""


class Modules(Protocol):
    """How a program's imports of its own project are found."""

    def locate(self, importer: str, name: str, level: int) -> str | None:
        """The file of the module `name`, as imported with `level` leading dots from the file `importer`, or `None`."""
        ...

    def open(self, path: str) -> Document | None:
        """That file, or `None` if it is no program."""
        ...


# --- statements ---------------------------------------------------------------------------


@statement(cst.Import)
def _import(interpreter: Interpreter, node: cst.Import, frame: Frame) -> str | None:
    for alias in node.names:
        path = dotted(alias.name)
        _note_version(interpreter, path)
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            interpreter.journal.set(
                frame.scope.names, alias.asname.name.value, module(interpreter, path, 0, frame)
            )
            continue
        head, *rest = path.split(".")
        found = module(interpreter, path, 0, frame)
        if isinstance(found, ModuleV) and rest:
            holder = frame.scope.find(head)
            if not isinstance(holder, ModuleV):
                first = module(interpreter, head, 0, frame)
                holder = first if isinstance(first, ModuleV) else ModuleV(head, Scope())
            inner = holder
            for part in rest[:-1]:
                known = inner.names.get(part)
                if not isinstance(known, ModuleV):
                    known = inner.names[part] = ModuleV(part, Scope())
                inner = known
            inner.names[rest[-1]] = found
            interpreter.journal.set(frame.scope.names, head, holder)
        else:
            interpreter.journal.set(
                frame.scope.names, head, found if not rest else Symbol(normalise(head))
            )
    return None


@statement(cst.ImportFrom)
def _import_from(interpreter: Interpreter, node: cst.ImportFrom, frame: Frame) -> str | None:
    path = "" if node.module is None else dotted(node.module)
    level = len(node.relative)
    _note_version(interpreter, path)
    home = module(interpreter, path, level, frame)
    if isinstance(node.names, cst.ImportStar):
        frame.scope.module().stars.append(home if isinstance(home, ModuleV) else home.path)
        return None
    for alias in node.names:
        name = dotted(alias.name)
        bound = name
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            bound = alias.asname.name.value
        interpreter.journal.set(
            frame.scope.names, bound, _member(interpreter, home, path, level, name, alias, frame)
        )
    return None


def _member(
    interpreter: Interpreter,
    home: ModuleV | Symbol,
    path: str,
    level: int,
    name: str,
    node: cst.CSTNode,
    frame: Frame,
) -> AbstractValue:
    """What `from path import name` binds `name` to."""
    inner = f"{path}.{name}" if path else name
    if isinstance(home, Symbol):
        found = module(interpreter, inner, level, frame)
        if isinstance(found, ModuleV):
            return found
        if level:
            return interpreter.unknown(
                f"the module `{'.' * level}{path}` was not found", node, frame
            )
        symbol = normalise(f"{home.path}.{name}")
        constant = lookup.constant_of(symbol) if home.path in _WITH_CONSTANTS else None
        return Symbol(symbol) if constant is None else constant

    def find() -> tuple[AbstractValue, bool]:
        value = member(interpreter, home, name)
        if value is MISSING:
            value = module(interpreter, inner, level, frame)
        if isinstance(value, Symbol) and value.path == normalise(inner):
            value = interpreter.unknown(f"`{name}` is not in `{home.name}`", node, frame)
        return value, home.state != "reading"

    return LazyV(find)


def module(interpreter: Interpreter, path: str, level: int, frame: Frame) -> ModuleV | Symbol:
    """A module: one of the project, not read yet, or a library's dotted name."""
    if interpreter.project is not None:
        file: str | None = interpreter.project.locate(frame.unit.path, path, level)
        if file is not None:
            known = interpreter.modules.get(file)
            if known is None:
                known = interpreter.modules[file] = ModuleV(path, Scope(), file)
                known.names["__name__"] = Const(path)
            return known
    return Symbol(normalise(path))


# --- names of modules ---------------------------------------------------------------------


def resolve(value: AbstractValue) -> AbstractValue:
    """What an imported name stands for; any other value is itself."""
    if not isinstance(value, LazyV):
        return value
    if value.value is not None:
        return value.value
    if value.busy:
        return Unknown("modules import this name from one another")
    value.busy = True
    try:
        found, final = value.find()
    finally:
        value.busy = False
    if final:
        value.value = found
    return found


def member(interpreter: Interpreter, home: ModuleV, name: str) -> AbstractValue:
    """The name at the top level of a module of the project, or `MISSING`."""
    why = read_module(interpreter, home)
    if name in home.names:
        return resolve(home.names[name])
    value = from_stars(interpreter, home.scope, name)
    return why if value is MISSING and why is not None else value


def from_stars(
    interpreter: Interpreter, scope: Scope, name: str, seen: tuple[Scope, ...] = ()
) -> AbstractValue:
    """A name that `from … import *` brought into a module, or `MISSING`; `seen` are the modules on the way here."""
    for star in scope.stars:
        if isinstance(star, ModuleV):
            if star.scope in seen:
                continue
            why = read_module(interpreter, star)
            if name in star.names and not name.startswith("_"):
                return resolve(star.names[name])
            value = (
                from_stars(interpreter, star.scope, name, (*seen, scope))
                if len(seen) < MAX_STARS
                else MISSING
            )
            if value is not MISSING:
                return value
            if why is not None and not lookup.is_known(f"builtins.{name}"):
                return why
            continue
        if star == "keras.layers" and (interpreter.shapes.is_layer(name) or name == "Input"):
            return Symbol(normalise(f"{star}.{name}"))
        if star in ("keras.applications", "keras") and interpreter.shapes.is_application(name):
            return Symbol(f"keras.applications.{name}")
        if star == "keras.models" and name in ("Sequential", "Model"):
            return Symbol(f"keras.{name}")
        if lookup.is_known(f"{star}.{name}") or interpreter.shapes.is_operation(f"{star}.{name}"):
            return Symbol(f"{star}.{name}")
    return MISSING


def read_module(interpreter: Interpreter, home: ModuleV) -> Unknown | None:
    """Interpret a module of the project if that was not done yet; says why not, where a bound forbids it.

    A circle of imports finds what there is so far.
    """
    if home.state == "left":
        return Unknown(f"the module `{home.name}` was not read: too many are imported")
    if home.state != "new" or home.path is None:
        return None
    document: Document | None = interpreter.project.open(home.path)
    if document is None:
        home.state = "read"
        return None
    interpreter.module_bytes += len(document.data)
    interpreter.modules_read += 1
    if (
        interpreter.modules_read > MAX_MODULES
        or interpreter.module_bytes > MAX_MODULE_BYTES
        or interpreter.module_depth >= MAX_MODULE_DEPTH
    ):
        interpreter.limit(
            f"more than {MAX_MODULES} modules, {MAX_MODULE_BYTES:,} bytes or {MAX_MODULE_DEPTH} imports deep"
        )
        home.state = "left"
        return read_module(interpreter, home)
    home.state = "reading"
    # It is read as if it had been imported at the start: no branch that is under way takes it back.
    stack, interpreter.journal.stack = interpreter.journal.stack, []
    steps, stop, interpreter.stop = (
        interpreter.steps,
        interpreter.stop,
        interpreter.steps + MAX_MODULE_STEPS,
    )
    depth, active, interpreter.depth, interpreter.active = (
        interpreter.depth,
        interpreter.active,
        0,
        {},
    )
    interpreter.module_depth += 1
    try:
        for unit in document.units:
            interpreter.units[unit.path, unit.cell] = unit
            interpreter.run(unit.module.body, Frame(unit, home.scope))
    except BudgetHit:
        interpreter.limit(f"the module `{home.name}` takes more than {MAX_MODULE_STEPS:,} steps")
    finally:
        interpreter.journal.stack, interpreter.stop, interpreter.depth, interpreter.active = (
            stack,
            stop,
            depth,
            active,
        )
        interpreter.steps = steps
        interpreter.module_depth -= 1
        home.state = "read"
    return None


def dotted(node: cst.CSTNode) -> str:
    """`a.b.c` as text."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    return ".".join(reversed(parts))


def _note_version(interpreter: Interpreter, path: str) -> None:
    if path.partition(".")[0] == "tf_keras":
        interpreter.keras = 2
