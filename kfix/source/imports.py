"""Imports: of libraries as dotted names, of the project's own modules by reading them."""

from __future__ import annotations

from typing import Protocol

import libcst as cst

from kfix.model.graph import Symbol
from kfix.model.unknown import Unknown
from kfix.source.document import Document
from kfix.source.interpreter import Frame, Interpreter, statement
from kfix.source.names import normalise
from kfix.source.state import Scope
from kfix.source.values import Const, ModuleV, Value


class Modules(Protocol):
    """How a program's imports of its own project are found."""

    def module(self, importer: str, name: str, level: int) -> Document | None:
        """The file of the module `name`, as imported with `level` leading dots from the file `importer`, or `None`."""
        ...


@statement(cst.Import)
def _import(at: Interpreter, node: cst.Import, frame: Frame) -> str | None:
    for alias in node.names:
        path = dotted(alias.name)
        _note_version(at, path)
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            at.journal.set(frame.scope.names, alias.asname.name.value, module(at, path, 0, frame))
            continue
        head = path.partition(".")[0]
        found = module(at, path, 0, frame)
        if isinstance(found, ModuleV) and "." in path:
            holder = frame.scope.find(head)
            if not isinstance(holder, ModuleV):
                holder = ModuleV(head, {})
            inner = holder
            *between, last = path.split(".")[1:]
            for part in between:
                inner.names.setdefault(part, ModuleV(part, {}))
                inner = inner.names[part]
            inner.names[last] = found
            at.journal.set(frame.scope.names, head, holder)
        else:
            at.journal.set(frame.scope.names, head, found if "." not in path else Symbol(normalise(head)))
    return None


@statement(cst.ImportFrom)
def _import_from(at: Interpreter, node: cst.ImportFrom, frame: Frame) -> str | None:
    path = "" if node.module is None else dotted(node.module)
    level = len(node.relative)
    _note_version(at, path)
    home = module(at, path, level, frame)
    if isinstance(node.names, cst.ImportStar):
        if isinstance(home, ModuleV):
            for name, value in list(home.names.items()):
                if not name.startswith("_"):
                    at.journal.set(frame.scope.names, name, value)
        elif isinstance(home, Symbol):
            frame.scope.module().stars.append(home.path)
        return None
    for alias in node.names:
        name = dotted(alias.name)
        bound = name
        if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
            bound = alias.asname.name.value
        at.journal.set(frame.scope.names, bound, _member(at, home, path, level, name, alias, frame))
    return None


def _member(at: Interpreter, home: Value, path: str, level: int, name: str, node: cst.CSTNode, frame: Frame) -> Value:
    if isinstance(home, ModuleV):
        if name in home.names:
            return home.names[name]
        inner = module(at, f"{path}.{name}" if path else name, level, frame)
        if isinstance(inner, ModuleV):
            return inner
        return at.unknown(f"`{name}` is not in `{home.name}`", node, frame)
    if isinstance(home, Symbol):
        if level or at.project is not None:
            inner = module(at, f"{path}.{name}" if path else name, level, frame)
            if isinstance(inner, ModuleV):
                return inner
        if level:
            return at.unknown(f"the module `{'.' * level}{path}` was not found", node, frame)
        return Symbol(normalise(f"{home.path}.{name}"))
    return home


def module(at: Interpreter, path: str, level: int, frame: Frame) -> Value:
    """A module: one of the project, read once, or a library's dotted name."""
    if at.project is not None:
        document: Document | None = at.project.module(frame.unit.path, path, level)
        if document is not None:
            return read_module(at, document, path)
    return Symbol(normalise(path))


def read_module(at: Interpreter, document: Document, name: str) -> Value:
    """Interpret a module of the project; a circle of imports gives what there is so far."""
    known = at.modules.get(document.path)
    if known is not None:
        return known
    scope = Scope()
    made = at.modules[document.path] = ModuleV(name, scope.names)
    scope.names["__name__"] = Const(name)
    if len(at.modules) > 50:
        at.limit("more than 50 modules of the project")
        return Unknown("more than 50 modules of the project")
    for unit in document.units:
        at.units[unit.path, unit.cell] = unit
        at.run(unit.module.body, Frame(unit, scope))
    return made


def dotted(node: cst.CSTNode) -> str:
    """`a.b.c` as text."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if isinstance(node, cst.Name):
        parts.append(node.value)
    return ".".join(reversed(parts))


def _note_version(at: Interpreter, path: str) -> None:
    if path.partition(".")[0] == "tf_keras":
        at.keras = 2
