"""Imports: of libraries as dotted names, of the project's own modules by reading them.

A module of the project is read when the first name of it is used, once for a
program, and within bounds: most of what a program imports says nothing about
its models.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Protocol

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Symbol
from kfix.model.unknown import Unknown
from kfix.source.interpreter.containers import Const, DictV
from kfix.source.interpreter.context import Context
from kfix.source.interpreter.dotted_names import normalise
from kfix.source.interpreter.interpreter import BudgetHit, Frame, Interpreter, statement
from kfix.source.interpreter.module_values import LazyV, ModuleV
from kfix.source.interpreter.state import MISSING, Scope
from kfix.source.library import lookup
from kfix.source.syntax.document import Document

MAX_MODULES = 60
"""Modules of the project that are read for one program,"""
MAX_MODULE_BYTES = 400_000
"""their bytes together,"""
MAX_MODULE_STEPS = 12_000
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
        """Return the file of a module that the file `importer` imports with `level` leading dots,
        or `None`.
        """
        ...

    def open(self, path: str) -> Document | None:
        """Return that file, read, or `None` if it is not a program."""
        ...

    def mentions(self, path: str, word: str) -> bool:
        """Return whether that file defines or quotes a word, or is a package with imports."""
        ...


# --- statements ---------------------------------------------------------------------------


@statement(cst.Import)
def _import(interpreter: Interpreter, node: cst.Import, frame: Frame) -> None:
    """Bind the modules of `import a.b, c as d`."""
    for alias in node.names:
        path = dotted(alias.name)
        _note_version(interpreter, path)
        found = module(interpreter, path, 0, frame)
        head, *rest = path.split(".")
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            head = alias.asname.name.value
        elif rest and isinstance(found, ModuleV):
            found = _package(interpreter, head, rest, found, frame)
        elif rest:
            found = Symbol(normalise(head))
        interpreter.journal.set(frame.scope.names, head, found)


def _package(
    interpreter: Interpreter, head: str, rest: list[str], found: ModuleV, frame: Frame
) -> ModuleV:
    """Return the package that `import head.rest` binds, with the module in it."""
    package = frame.scope.find(head)
    if not isinstance(package, ModuleV):
        package = module(interpreter, head, 0, frame)
    if not isinstance(package, ModuleV):
        package = ModuleV(head, Scope())
    holder = package
    for part in rest[:-1]:
        inner = holder.names.get(part)
        if not isinstance(inner, ModuleV):
            inner = holder.names[part] = ModuleV(part, Scope())
        holder = inner
    holder.names[rest[-1]] = found
    return package


@statement(cst.ImportFrom)
def _import_from(interpreter: Interpreter, node: cst.ImportFrom, frame: Frame) -> None:
    """Bind the names of `from module import a, b as c`.

    A star is remembered and looked through later.
    """
    path = ""
    if node.module is not None:
        path = dotted(node.module)
    level = len(node.relative)
    _note_version(interpreter, path)
    home = module(interpreter, path, level, frame)
    if isinstance(node.names, cst.ImportStar):
        frame.scope.module().stars.append(home if isinstance(home, ModuleV) else home.path)
        return
    for alias in node.names:
        name = bound = dotted(alias.name)
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            bound = alias.asname.name.value
        context = Context(interpreter, alias, frame)
        value = _member(context, home, path, level, name)
        interpreter.journal.set(frame.scope.names, bound, value)


def _member(
    context: Context, home: ModuleV | Symbol, path: str, level: int, name: str
) -> AbstractValue:
    """Return what `from path import name` binds `name` to."""
    inner = f"{path}.{name}".lstrip(".")
    if isinstance(home, ModuleV) and home.path == context.frame.unit.path:
        found = module(context.interpreter, inner, level, context.frame)
        if isinstance(found, ModuleV):  # a package that imports its own modules by its name
            return found
    if isinstance(home, ModuleV):
        return LazyV(lambda: _found_in(context, home, name, inner, level))
    found = module(context.interpreter, inner, level, context.frame)
    if isinstance(found, ModuleV):
        return found
    if level:
        return context.unknown(f"the module `{'.' * level}{path}` was not found")
    symbol = normalise(f"{home.path}.{name}")
    constant: AbstractValue | None = None
    if home.path in _WITH_CONSTANTS:
        constant = lookup.constant_of(symbol)
    if constant is None:
        return Symbol(symbol)
    return constant


def _found_in(
    context: Context, home: ModuleV, name: str, inner: str, level: int
) -> tuple[AbstractValue, bool]:
    """Return what a name of a module stands for, and whether that is final: the module was read to
    its end.
    """
    value = member(context.interpreter, home, name)
    if value is MISSING:
        value = module(context.interpreter, inner, level, context.frame)
    if isinstance(value, Symbol) and value.path == normalise(inner):
        value = context.unknown(f"`{name}` is not in `{home.name}`")
    return value, home.state != "reading"


def module(interpreter: Interpreter, path: str, level: int, frame: Frame) -> ModuleV | Symbol:
    """Return a module: one of the project, not read yet, or a library's dotted name."""
    if interpreter.project is None:
        return Symbol(normalise(path))
    file: str | None = interpreter.project.locate(frame.unit.path, path, level)
    if file is None:
        return Symbol(normalise(path))
    if file not in interpreter.modules:
        interpreter.modules[file] = ModuleV(path, Scope(), file)
        interpreter.modules[file].names["__name__"] = Const(path)
    return interpreter.modules[file]


# --- names of modules ---------------------------------------------------------------------


def resolve(value: AbstractValue) -> AbstractValue:
    """Return what an imported name stands for; any other value is itself."""
    if not isinstance(value, LazyV):
        return value
    if value.value is not None:
        return value.value
    if value.busy:
        return Unknown("modules import this name from one another")
    value.busy = True
    try:
        found, is_final = value.find()
    finally:
        value.busy = False
    if is_final:
        value.value = found
    return found


def member(interpreter: Interpreter, home: ModuleV, name: str) -> AbstractValue:
    """Return a name at the top level of a module of the project, or `MISSING`.

    An `Unknown` where it was not read.
    """
    why = read_module(interpreter, home)
    if name in home.names:
        return resolve(home.names[name])
    value = from_stars(interpreter, home.scope, name)
    if value is MISSING and why is not None:
        return why
    return value


def from_stars(
    interpreter: Interpreter, scope: Scope, name: str, seen: tuple[Scope, ...] = ()
) -> AbstractValue:
    """Return a name that `from … import *` brought into a module, or `MISSING`.

    `seen` are the modules on the way here.
    """
    for star in scope.stars:
        if isinstance(star, str):
            value: AbstractValue = _of_library_star(interpreter, star, name)
        elif star.scope not in seen:
            value = _of_module_star(interpreter, star, name, (*seen, scope))
        else:
            continue
        if value is not MISSING:
            return value
    return MISSING


def _of_module_star(
    interpreter: Interpreter, star: ModuleV, name: str, seen: tuple[Scope, ...]
) -> AbstractValue:
    """Return a name that a module of the project gives to `from module import *`, or `MISSING`."""
    why = read_module(interpreter, star)
    if name in star.names and not name.startswith("_"):
        return resolve(star.names[name])
    if len(seen) <= MAX_STARS:
        value = from_stars(interpreter, star.scope, name, seen)
        if value is not MISSING:
            return value
    if why is None or lookup.is_known(f"builtins.{name}"):
        return MISSING
    return why


def _of_library_star(interpreter: Interpreter, star: str, name: str) -> AbstractValue:
    """Return a name that a library gives to `from library import *`, or `MISSING`."""
    shapes = interpreter.shapes
    if star == "keras.layers" and (shapes.is_layer(name) or name == "Input"):
        return Symbol(normalise(f"{star}.{name}"))
    if star in ("keras.applications", "keras") and shapes.is_application(name):
        return Symbol(f"keras.applications.{name}")
    if star == "keras.models" and name in ("Sequential", "Model"):
        return Symbol(f"keras.{name}")
    path = f"{star}.{name}"
    if lookup.is_known(path) or shapes.is_operation(path):
        return Symbol(path)
    return MISSING


def read_module(interpreter: Interpreter, home: ModuleV) -> Unknown | None:
    """Interpret a module of the project if that was not done yet; returns why not, where a bound
    forbids it.

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
    if not _may_read(interpreter, document):
        home.state = "left"
        return read_module(interpreter, home)
    home.state = "reading"
    try:
        _interpret(interpreter, document, home.scope)
    except BudgetHit:
        interpreter.limit(f"the module `{home.name}` takes more than {MAX_MODULE_STEPS:,} steps")
    finally:
        home.state = "read"
    return None


def look_in_imports(interpreter: Interpreter, mapping: DictV, key: object) -> bool:
    """Read imported modules that mention a key that a mapping lacks; return whether it has it then.

    Such a mapping may be a registry, which modules fill when they are imported.
    """
    if interpreter.project is None or not isinstance(key, str) or not key.isidentifier():
        return False
    for path in islice(_unread(interpreter), MAX_MODULES):
        if interpreter.mentions(path, key):
            read_module(interpreter, interpreter.modules[path])
            if key in mapping.entries:
                return True
    return False


def _unread(interpreter: Interpreter) -> Iterator[str]:
    """Yield the modules that were imported and not read yet, also those imported meanwhile."""
    looked = 0
    while fresh := list(islice(interpreter.modules.items(), looked, None)):
        looked += len(fresh)
        yield from (path for path, found in fresh if found.state == "new")


def _may_read(interpreter: Interpreter, document: Document) -> bool:
    """Count a module against the bounds; returns whether it is within them."""
    interpreter.module_bytes += len(document.data)
    interpreter.modules_read += 1
    within = (
        interpreter.modules_read <= MAX_MODULES
        and interpreter.module_bytes <= MAX_MODULE_BYTES
        and interpreter.module_depth < MAX_MODULE_DEPTH
    )
    if not within:
        interpreter.limit(
            f"more than {MAX_MODULES} modules, {MAX_MODULE_BYTES:,} bytes or "
            f"{MAX_MODULE_DEPTH} imports deep"
        )
    return within


def _interpret(interpreter: Interpreter, document: Document, scope: Scope) -> None:
    """Run a module as if it had been imported at the start: no branch that is under way takes it
    back.

    Its steps are its own. Raises `BudgetHit` where they are used up.
    """
    stack, steps, stop = interpreter.journal.stack, interpreter.steps, interpreter.stop
    depth, active = interpreter.depth, interpreter.active
    interpreter.journal.stack, interpreter.stop = [], steps + MAX_MODULE_STEPS
    interpreter.depth, interpreter.active = 0, {}
    interpreter.module_depth += 1
    try:
        for unit in document.units:
            interpreter.units[unit.path, unit.cell] = unit
            interpreter.run(unit.module.body, Frame(unit, scope))
    finally:
        interpreter.journal.stack, interpreter.steps, interpreter.stop = stack, steps, stop
        interpreter.depth, interpreter.active = depth, active
        interpreter.module_depth -= 1


def dotted(node: cst.CSTNode) -> str:
    """Return `a.b.c` as text."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    return ".".join(reversed(parts))


def _note_version(interpreter: Interpreter, path: str) -> None:
    library = path.partition(".")[0]
    if library == "tf_keras":
        interpreter.keras = 2
    elif library == "keras":
        interpreter.own_keras = True
