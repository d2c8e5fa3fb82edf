"""How a layer class is called at a place, and the import that makes the name known there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst

from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.file_plan import FilePlan
from kfix.rewrite.names import LAYERS, Binding, normal, scope_of
from kfix.rewrite.nodes import Path, dotted, imported, imported_path
from kfix.rewrite.tree import RowInsert, UnitPlan

_WAYS = ((LAYERS, ""), ("keras", "layers."), ("tensorflow", "keras.layers."))
"""Modules that lead to the layers, and how."""


def class_name(
    file: FilePlan, unit: UnitPlan, path: Path, cls: str, neighbours: Sequence[str]
) -> str:
    """Return the name of Keras's class `cls` at `path`, as the nearest neighbour there is that is a layer of Keras.

    `neighbours` are dotted texts of what is called around the place, the
    nearest first. Extends an import where the name needs it. Raises
    `CannotWrite` if no name leads to the class.
    """
    search = _Search(file, scope_of(path), file.index(unit.unit), cls)
    for text in filter(None, neighbours):
        found = search.as_neighbour(text)
        if found is not None:
            return found
    return search.by_habit()


class _Search:
    """Looks for a name of the class as it is seen from a scope."""

    def __init__(self, file: FilePlan, scope: tuple[int, ...], index: int, cls: str) -> None:
        self.file = file
        self.names = file.names
        self.scope = scope
        self.index = index
        self.cls = cls
        self.seen = self.names.visible(None, scope, index)
        known = dict.fromkeys(binding.name for binding in self.seen if binding.name != "*")
        self.paths = {name: self.names.resolve(name, scope, index) for name in known}
        """What every name in sight stands for."""
        self.starred = self.names.starred(scope, index)

    def as_neighbour(self, text: str) -> str | None:
        """Return the name of the class as this text calls another layer; `None` if it calls none."""
        found = self.names.resolve(text, self.scope, self.index)
        module, dot, last = text.rpartition(".")
        if not dot:
            bare = found or (f"{LAYERS}.{last}" if found is None and self.starred else "")
            mine = self.names.visible(text, self.scope, self.index)
            return self.bare(mine) if bare.startswith(f"{LAYERS}.") else None
        is_input = found == "keras.Input" and self.cls == "Input"
        return f"{module}.{self.cls}" if is_input or found == f"{LAYERS}.{last}" else None

    def by_habit(self) -> str:
        """Return the name of the class where no neighbour says how layers are called."""
        if (named := self._already()) is not None:
            return named
        if self.starred and self.cls not in self.paths:
            return self.cls
        for wanted, rest in _WAYS:
            for name in (name for name, path in self.paths.items() if path == wanted):
                return f"{name}.{rest}{self.cls}"
        named = self.bare([binding for binding in self.seen if binding.is_layer])
        if named is not None:
            return named
        from_keras = [binding for binding in self.seen if binding.root is not None]
        if self.cls in self.paths or not from_keras:
            raise CannotWrite(f"no name of the program leads to keras.layers.{self.cls}")
        self._import_under(from_keras[-1:])
        return self.cls

    def bare(self, bindings: Sequence[Binding]) -> str | None:
        """Return the class's own name, its import extended where it must be; `None` if the name means another thing."""
        if (named := self._already()) is not None:
            return named
        if self.cls in self.paths:
            return None
        if self.starred:
            return self.cls
        exact = [one for one in bindings if _is_exact(one)] or list(filter(_is_exact, self.seen))
        near = [one for one in bindings if one.is_layer]
        for binding in _each_statement(exact):
            self._extend(binding)
        if not exact:
            self._import_under(near)
        return self.cls if exact or near else None

    def _already(self) -> str | None:
        """The name that stands for the class already."""
        for name, path in self.paths.items():
            # `keras.layers.core.Flatten`, as old programs have it, is the same class.
            module, _, last = (path or "").rpartition(".")
            layers = f"{module}.".startswith(f"{LAYERS}.") or path == "keras.Input"
            if layers and last == self.cls:
                return name
        return None

    def _extend(self, binding: Binding) -> None:
        """Bring the class in by an import that is there, in its own style."""
        statement, unit = binding.way[-1], self.file.unit_of(binding)
        if not self.file.first_time(statement, self.cls):
            return
        siblings = [
            other.way[-1]
            for other in self.names.bindings
            if _is_exact(other) and _is_beside(other, binding)
        ]
        if all(len(imported(node)) == 1 for node in siblings) and len(siblings) > 1:
            self._write_under(binding)
        else:
            unit.row(binding.way, _sorted_in(imported(statement), self.cls))

    def _import_under(self, bindings: Iterable[Binding]) -> None:
        """Import the class under each of these imports, once."""
        for binding in _each_statement(bindings):
            if self.file.first_time(binding.way[-1], self.cls):
                self._write_under(binding)

    def _write_under(self, binding: Binding) -> None:
        module = imported_path(f"{binding.root or 'keras'}.layers")
        line = cst.ImportFrom(module, [cst.ImportAlias(cst.Name(self.cls))])
        self.file.unit_of(binding).insert_statement(binding.way, "after", lambda run: line)


def _each_statement(bindings: Iterable[Binding]) -> Iterable[Binding]:
    """One binding of each import."""
    return {id(binding.way[-1]): binding for binding in bindings}.values()


def _is_exact(binding: Binding) -> bool:
    """Whether it comes from `keras.layers` itself."""
    match binding.way[-1]:
        case cst.ImportFrom(module=module, names=[*_], relative=[]):
            return normal(dotted(module)) == LAYERS
    return False


def _is_beside(other: Binding, binding: Binding) -> bool:
    """Whether two imports stand in one block."""
    return other.way[:-2] == binding.way[:-2] and other.unit == binding.unit


def _sorted_in(aliases: Sequence[cst.ImportAlias], cls: str) -> RowInsert:
    """One more name of an import: in the order of the alphabet where the others are, else behind them."""
    new = cst.ImportAlias(name=cst.Name(cls))
    order = [dotted(alias.name) for alias in aliases]
    for key in (str, str.casefold):
        if len(order) > 1 and order == sorted(order, key=key):
            above = [alias for alias in aliases if key(dotted(alias.name)) > key(cls)]
            if above:
                return RowInsert(id(above[0]), "before", lambda run: new)
            break
    return RowInsert(id(aliases[-1]), "after", lambda run: new)
