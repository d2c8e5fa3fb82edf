"""Imports of what Keras has elsewhere now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from kfix.model.record import Value
from kfix.model.site import Site
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.file_plan import FilePlan
from kfix.rewrite.nodes import (
    Path,
    alias_of,
    bound_name,
    dotted,
    imported,
    imported_path,
    small_statements,
    walk,
)
from kfix.rewrite.plan import Plan
from kfix.rewrite.tree import RowInsert, RowRemove, UnitPlan
from kfix.source.migration import keras_names

Homes = Sequence[tuple[str, str, str]]
"""Names that are imported, each with the module that has it now and its name there.

The module is "" for a name that goes.
"""

Inside = Sequence[tuple[str, str, str, str]]
"""Names that were modules: the name, what is read from it, its module now, and its name there."""


class Brought(Value):
    """A name to import: the alias that stands there (`None`: it is new), the name, and what it is
    bound to.
    """

    alias: cst.ImportAlias | None
    name: str
    bound: str

    def written(self) -> cst.ImportAlias:
        """Return the name as it stands in an import."""
        return alias_of(self.name, self.bound)


def move_import(plan: Plan, site: Site, homes: Homes, inside: Inside) -> str:
    """Write the module of most names over the old one, and imports of the others under it; return
    this in words.
    """
    file, unit, path = plan.file(site), plan.unit(site), plan.path(site)
    match path[-1]:
        case cst.Import(names=[alias]):
            _rewrite(unit, (*path, alias, alias.name), homes[0][1])
            return f"import {homes[0][1]}"
        case cst.ImportFrom(names=cst.ImportStar(), module=cst.CSTNode() as old):
            _rewrite(unit, (*path, old), homes[0][1])
            return f"import everything from {homes[0][1]}"
        case cst.ImportFrom(module=cst.CSTNode() as old):
            return _move(file, unit, path, old, _Groups(file, homes, inside))
    raise CannotWrite("not an import")


def _rewrite(unit: UnitPlan, way: Path, module: str) -> None:
    """Write another module over the dotted path at the end of a way."""
    unit.put(way, imported_path(module))


def _move(file: FilePlan, unit: UnitPlan, path: Path, old: cst.CSTNode, groups: _Groups) -> str:
    """Write the module of most names, or the old one, in the place of the old one."""
    for alias in imported(path[-1]):
        groups.add(alias)
    modules = groups.modules
    if not modules:
        unit.remove_statement(path)
        return "take out an import that nothing uses"
    main = max(modules, key=lambda module: (module == dotted(old), len(modules[module])))
    if main != dotted(old):
        _rewrite(unit, (*path, old), main)
    _fill(unit, path, modules.pop(main))
    for module in reversed(modules):
        _add(unit, path, module, modules[module])
    return " and ".join([f"import from {main}", *filter(None, [", ".join(modules)])])


class _Groups:
    """The names of an import, by the module that each is to come from."""

    def __init__(self, file: FilePlan, homes: Homes, inside: Inside) -> None:
        self.file = file
        self.homes = {name: (module, now) for name, module, now in homes}
        self.inside = inside
        self.modules: dict[str, list[Brought]] = {}

    def add(self, alias: cst.ImportAlias) -> None:
        """Find the module of one name; none where nothing uses it."""
        name, local = dotted(alias.name), bound_name(alias)
        if name in self.homes:
            module, now = self.homes[name]
            if module:
                self._bring(module, Brought(alias, now, local))
        else:
            self._add_module(alias, local, [rest for old, *rest in self.inside if old == name])

    def _add_module(
        self, present: cst.ImportAlias, local: str, parts: Sequence[Sequence[str]]
    ) -> None:
        """Find that of a name that was a module: what is read from it, or its new module."""
        modules = {module for _, module, _ in parts}
        if all(self._is_free(module, now) for _, module, now in parts):
            free: cst.ImportAlias | None = present
            for attribute, module, now in parts:
                _read_directly(self.file, local, attribute, now)
                if not self._is_brought(module, now):
                    self._bring(module, Brought(free, now, now))
                    free = None
        elif len(modules) == 1 and all(attribute == now for attribute, _, now in parts):
            package, _, last = modules.pop().rpartition(".")
            self._bring(package, Brought(present, last, local))
        else:
            raise CannotWrite(f"the names that {local} has now mean something else in the file")

    def _bring(self, module: str, brought: Brought) -> None:
        """Let a name come from this module."""
        self.modules.setdefault(module, []).append(brought)

    def _bound_to(self, name: str) -> set[str]:
        """Return what a name means already."""
        return {one.path for one in self.file.names.of(name)}

    def _is_free(self, module: str, name: str) -> bool:
        """Return whether the name means nothing yet, or the very thing."""
        return self._bound_to(name) <= {f"{module}.{name}"}

    def _is_brought(self, module: str, name: str) -> bool:
        """Return whether it is imported already, or will be."""
        planned = {one.name for one in self.modules.get(module, ())}
        return name in planned or f"{module}.{name}" in self._bound_to(name)


def _read_directly(file: FilePlan, local: str, attribute: str, now: str) -> None:
    """Write `to_categorical` for `np_utils.to_categorical`, wherever the file has it."""
    for unit in file.document.units:
        for way in _attributes(unit.module):
            node = way[-1]
            if isinstance(node, cst.Attribute) and dotted(node) == f"{local}.{attribute}":
                name = cst.Name(now, lpar=node.lpar, rpar=node.rpar)
                file.unit(unit.cell).put(way, name)


def _attributes(module: cst.Module) -> Iterator[Path]:
    """Return the ways to all expressions of a module but those in imports."""
    return walk((module,), lambda node: not isinstance(node, cst.Import | cst.ImportFrom))


def _fill(unit: UnitPlan, path: Path, brought: Sequence[Brought]) -> None:
    """Write the names of the statement: those that stay as they are, those that change, and new
    ones behind the last.
    """
    aliases = imported(path[-1])
    present = [one.alias for one in brought if one.alias is not None]
    last = id((present or aliases)[-1])
    for one in brought:
        new = one.written()
        if one.alias is None:
            unit.row(path, _behind(last, new))
        elif dotted(one.alias.name) != one.name:
            unit.set_fields((*path, one.alias), name=new.name, asname=new.asname)
    kept = set(map(id, present))
    for alias in aliases:
        if id(alias) not in kept:
            unit.row(path, RowRemove(id(alias)))


def _behind(last: int, new: cst.ImportAlias) -> RowInsert:
    """Return one more name of an import, behind the last of them."""
    return RowInsert(last, "after", lambda run: new)


def _add(unit: UnitPlan, path: Path, module: str, brought: Sequence[Brought]) -> None:
    """Bring names by an import of the module that stands there already, or by a new one under the
    statement.
    """
    for way in _beside(path):
        aliases = imported(way[-1])
        if _brings(way[-1], module):
            known = {bound_name(alias) for alias in aliases if alias.asname is None}
            for one in brought:
                if one.bound not in known:
                    unit.row(way, _behind(id(aliases[-1]), one.written()))
            return
    line = cst.ImportFrom(imported_path(module), [one.written() for one in brought])
    unit.insert_statement(path, "after", lambda run: line)


def _beside(path: Path) -> Iterator[Path]:
    """Yield the ways to the other small statements of the block that a statement stands in."""
    *above, block, _, statement = path
    for line in block.body:  # type: ignore[attr-defined]
        for other in small_statements(line):
            if other is not statement:
                yield (*above, block, line, other)


def _brings(node: cst.CSTNode, module: str) -> bool:
    """Return whether it is an import of names from this very module, of which Keras has all."""
    match node:
        case cst.ImportFrom(relative=[], module=cst.CSTNode() as home, names=[*names]):
            path = keras_names.parse(module)
            if path is None or dotted(home) != module:
                return False
            return all(keras_names.has(path, dotted(alias.name)) for alias in names)
    return False
