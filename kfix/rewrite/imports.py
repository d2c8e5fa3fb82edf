"""How a layer class is called at a place, and the import that makes the name known there."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Sequence
from operator import attrgetter

import libcst as cst

from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.file_plan import FilePlan
from kfix.rewrite.names import LAYERS, Binding, View, normal
from kfix.rewrite.nodes import Path, dotted, imported, imported_path
from kfix.rewrite.tree import RowInsert, UnitPlan

_WAYS = ((LAYERS, ""), ("keras", "layers."), ("tensorflow", "keras.layers."))
"""Modules that lead to the layers, and how."""


def class_name(
    file: FilePlan, unit: UnitPlan, path: Path, cls: str, neighbours: Sequence[str]
) -> str:
    """Return the name of Keras's class `cls` at `path`, as the nearest neighbour there is that is a
    layer of Keras.

    `neighbours` are dotted texts of what is called around the place, the
    nearest first. Extends an import where the name needs it. Raises
    `CannotWrite` if no name leads to the class.
    """
    search = _Search(file, file.seen_from(path, unit), cls)
    for text in filter(None, neighbours):
        found = search.as_neighbour(text)
        if found is not None:
            return found
    return search.by_habit()


class _Search:
    """Looks for a name of the class as it is seen from a scope."""

    def __init__(self, file: FilePlan, view: View, cls: str) -> None:
        self.file = file
        self.view = view
        self.cls = cls

    def as_neighbour(self, text: str) -> str | None:
        """Return the class's name as this text calls another layer; `None` if it calls none."""
        found = self.view.resolve(text)
        module, _, last = text.rpartition(".")
        if found is None and self.view.starred:
            found = f"{LAYERS}.{text}"
        if not module:
            return self.bare(self.view.of(text)) if _is_layer(found or "") else None
        if found == f"{LAYERS}.{last}" or (found, self.cls) == ("keras.Input", "Input"):
            return f"{module}.{self.cls}"
        return None

    def by_habit(self) -> str:
        """Return the name of the class where no neighbour says how layers are called."""
        taken = self.cls in self.view.paths
        known = self._already()
        if known is not None or (self.view.starred and not taken):
            return known or self.cls
        for wanted, rest in _WAYS:
            if (name := self.view.name_for(wanted)) is not None:
                return f"{name}.{rest}{self.cls}"
        named = self.bare(list(filter(attrgetter("is_layer"), self.view.bindings)))
        if named is not None:
            return named
        imports = list(filter(attrgetter("root"), self.view.bindings))
        if taken or not imports:
            raise CannotWrite(f"no name of the program leads to keras.layers.{self.cls}")
        self._import_under(imports[-1:])
        return self.cls

    def bare(self, bindings: Sequence[Binding]) -> str | None:
        """Return the class's own name, its import extended where it must be; `None` if the name
        means another thing.
        """
        known = self._already()
        if known is not None or self.cls in self.view.paths:
            return known
        if self.view.starred:
            return self.cls
        exact = list(filter(_is_exact, bindings)) or list(filter(_is_exact, self.view.bindings))
        for binding in _each_statement(exact):
            self._extend(binding)
        near = [one for one in bindings if one.is_layer]
        if not exact:
            self._import_under(near)
        return self.cls if exact or near else None

    def _already(self) -> str | None:
        """Return the name that stands for the class already."""
        for name, path in self.view.paths.items():
            # `keras.layers.core.Flatten`, as old programs have it, is the same class.
            if path.endswith(f".{self.cls}") and (_is_layer(path) or path == "keras.Input"):
                return name
        return None

    def _extend(self, binding: Binding) -> None:
        """Bring the class in by an import that is there, in its own style."""
        statement, unit = binding.way[-1], self.file.unit_of(binding)
        if not self.file.first_time(statement, self.cls):
            return
        siblings = [
            other.way[-1]
            for other in filter(_is_exact, self.file.names.bindings)
            if _is_beside(other, binding)
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
        """Write an import of the class under another one, from the same root of Keras."""
        module = imported_path(f"{binding.root or 'keras'}.layers")
        line = cst.ImportFrom(module, [cst.ImportAlias(cst.Name(self.cls))])
        self.file.unit_of(binding).insert_statement(binding.way, "after", lambda run: line)


def _each_statement(bindings: Iterable[Binding]) -> Iterable[Binding]:
    """Return one binding of each import."""
    return {id(binding.way[-1]): binding for binding in bindings}.values()


def _is_layer(path: str) -> bool:
    """Return whether a dotted path leads into `keras.layers`."""
    return path.startswith(f"{LAYERS}.")


def _is_exact(binding: Binding) -> bool:
    """Return whether it comes from `keras.layers` itself."""
    match binding.way[-1]:
        case cst.ImportFrom(module=module, names=[*_], relative=[]):
            return normal(dotted(module)) == LAYERS
    return False


def _is_beside(other: Binding, binding: Binding) -> bool:
    """Return whether two imports stand in one block."""
    return other.way[:-2] == binding.way[:-2] and other.unit == binding.unit


def _sorted_in(aliases: Sequence[cst.ImportAlias], cls: str) -> RowInsert:
    """Return one more name of an import: in the order of the alphabet where the others are, else
    behind them.
    """
    new = cst.ImportAlias(name=cst.Name(cls))
    names = [dotted(alias.name) for alias in aliases]
    orders = [(list(map(key, names)), key(cls)) for key in (str, str.casefold)]
    order, wanted = next((one for one in orders if one[0] == sorted(one[0])), ([], ""))
    at = bisect(order, wanted)
    if len(order) > 1 and at < len(order):
        return RowInsert(id(aliases[at]), "before", lambda run: new)
    return RowInsert(id(aliases[-1]), "after", lambda run: new)
