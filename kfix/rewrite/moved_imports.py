"""Imports of what Keras has elsewhere now."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from kfix.model.site import Site
from kfix.rewrite import blocks
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.file_plan import FilePlan
from kfix.rewrite.names import dotted
from kfix.rewrite.plan import Plan
from kfix.rewrite.tree import Path, RowInsert, RowRemove, UnitPlan, enclosing
from kfix.source.migration import keras_names

Brought = tuple[cst.ImportAlias | None, str, str | None]
"""The alias that stands there (`None`: it is new), the name to import, and the name it is bound to if that differs."""


Homes = Sequence[tuple[str, str, str]]
"""Names that are imported, each with the module that has it now and its name there ("": it goes)."""

Inside = Sequence[tuple[str, str, str, str]]
"""Names that were modules: the name, what is read from it, the module that has that now, and its name."""


def move_import(plan: Plan, site: Site, homes: Homes, inside: Inside) -> str:
    """Write the module of most names over the old one, and imports of the others under it; return this in words."""
    file, unit, path = plan.file(site), plan.unit(site), plan.path(site)
    node = path[-1]
    if isinstance(node, cst.Import):
        return _whole(unit, path, node, homes[0][1])
    if not isinstance(node, cst.ImportFrom):
        raise CannotWrite("there is no import there")
    if isinstance(node.names, cst.ImportStar):
        module = homes[0][1]
        unit.change((*path, _module(node)), lambda run, now: _dotted(module))
        return f"import everything from {module}"
    groups, gone = _groups(file, node.names, homes, inside)
    if not groups:
        _take_out(unit, path)
        return "take out an import that nothing uses"
    main = max(groups, key=lambda module: (module == dotted(node.module), len(groups[module])))
    if main != dotted(node.module):
        unit.change((*path, _module(node)), lambda run, now: _dotted(main))
    _fill(unit, path, groups.pop(main), gone)
    for module in reversed(groups):
        _add(unit, path, module, groups[module])
    others = f" and {', '.join(groups)}" if groups else ""
    return f"import from {main}{others}"


def _groups(
    file: FilePlan, aliases: Sequence[cst.ImportAlias], homes: Homes, inside: Inside
) -> tuple[dict[str, list[Brought]], list[cst.ImportAlias]]:
    """By module what is to be imported from it, and the aliases that go from their place."""
    by_name = {name: (module, now) for name, module, now in homes}
    groups: dict[str, list[Brought]] = {}
    gone: list[cst.ImportAlias] = []
    for alias in aliases:
        name = dotted(alias.name)
        local = dotted(alias.asname.name) if alias.asname is not None else name
        if name in by_name:
            module, now = by_name[name]
            if not module:
                gone.append(alias)
                continue
            groups.setdefault(module, []).append((alias, now, local if local != now else None))
            continue
        parts = [(attribute, module, now) for old, attribute, module, now in inside if old == name]
        modules = {module for _, module, _ in parts}
        if all(_free(file, now, module, now) for _, module, now in parts):
            first = True
            for attribute, module, now in parts:
                _uses(file, local, attribute, now)
                if not _there(file, now, module) and not any(
                    now == known for _, known, _ in groups.get(module, ())
                ):
                    groups.setdefault(module, []).append((alias if first else None, now, None))
                    first = False
            if first:
                gone.append(alias)
        elif len(modules) == 1 and all(attribute == now for attribute, _, now in parts):
            package, _, last = modules.pop().rpartition(".")
            groups.setdefault(package, []).append((alias, last, local))
        else:
            raise CannotWrite(f"the names that {local} has now mean something else in the file")
    return groups, gone


def _free(file: FilePlan, name: str, module: str, now: str) -> bool:
    """Does the name mean nothing yet, or the very thing?"""
    return all(
        binding.path == f"{module}.{now}" for binding in file.names.bindings if binding.name == name
    )


def _there(file: FilePlan, name: str, module: str) -> bool:
    return any(
        binding.name == name and binding.path == f"{module}.{name}"
        for binding in file.names.bindings
    )


def _uses(file: FilePlan, local: str, attribute: str, now: str) -> None:
    """`np_utils.to_categorical` becomes `to_categorical`, wherever the file has it."""
    for one in file.document.units:
        pending: list[Path] = [(one.module,)]
        while pending:
            way = pending.pop()
            node = way[-1]
            if isinstance(node, cst.Import | cst.ImportFrom):
                continue
            if isinstance(node, cst.Attribute) and dotted(node) == f"{local}.{attribute}":
                name = cst.Name(now, lpar=node.lpar, rpar=node.rpar)
                file.unit(one.cell).change(way, lambda run, _, name=name: name)  # type: ignore[misc]
                continue
            pending += [(*way, child) for child in node.children]


def _fill(
    unit: UnitPlan, path: Path, brought: Sequence[Brought], gone: Sequence[cst.ImportAlias]
) -> None:
    """The names of the statement: those that stay as they are, those that change, and new ones behind the last."""
    node = cst.ensure_type(path[-1], cst.ImportFrom)
    assert not isinstance(node.names, cst.ImportStar)
    kept = {id(alias) for alias, _, _ in brought if alias is not None}
    last = next((alias for alias, _, _ in reversed(brought) if alias is not None), node.names[-1])
    for alias, name, local in brought:
        new = _alias(name, local)
        if alias is None:
            unit.row(path, RowInsert(id(last), "after", lambda run, new=new: new))  # type: ignore[misc]
        elif dotted(alias.name) != name:

            def change(
                run: object, now: cst.ImportAlias, new: cst.ImportAlias = new
            ) -> cst.ImportAlias:
                return now.with_changes(name=new.name, asname=new.asname)

            unit.change((*path, alias), change)
    for alias in node.names:
        if id(alias) not in kept:
            unit.row(path, RowRemove(id(alias)))


def _alias(name: str, local: str | None) -> cst.ImportAlias:
    asname = None if local is None else cst.AsName(cst.Name(local))
    return cst.ImportAlias(cst.Name(name), asname)


def _add(unit: UnitPlan, path: Path, module: str, brought: Sequence[Brought]) -> None:
    """In an import of the module that stands there already, or in a new one under the statement."""
    at = enclosing(path, (cst.SimpleStatementLine,))
    for line in path[at - 1].body:  # type: ignore[attr-defined]
        for other in line.body if isinstance(line, cst.SimpleStatementLine) else ():
            if (
                other is not path[-1]
                and isinstance(other, cst.ImportFrom)
                and _brings(other, module)
            ):
                assert not isinstance(other.names, cst.ImportStar)
                known = {dotted(alias.name) for alias in other.names if alias.asname is None}
                last = id(other.names[-1])
                for _, name, local in brought:
                    if local is not None or name not in known:
                        new = _alias(name, local)
                        made = RowInsert(last, "after", lambda run, new=new: new)  # type: ignore[misc]
                        unit.row((*path[:at], line, other), made)
                return
    names = [_alias(name, local) for _, name, local in brought]
    line = cst.ImportFrom(module=_dotted(module), names=names)
    statement = path[-1]
    if len(cst.ensure_type(path[at], cst.SimpleStatementLine).body) > 1:
        unit.block(path[: at + 1], blocks.Insert(statement, "after", lambda run: line))
    else:
        unit.block(path[:at], blocks.Insert(path[at], "after", lambda run: line))


def _brings(node: cst.ImportFrom, module: str) -> bool:
    """Is it an import of names from this very module, of which none is gone?"""
    if node.relative or isinstance(node.names, cst.ImportStar):
        return False
    path = (
        keras_names.parse(module)
        if node.module is not None and dotted(node.module) == module
        else None
    )
    return path is not None and all(
        keras_names.has(path, dotted(alias.name)) for alias in node.names
    )


def _take_out(unit: UnitPlan, path: Path) -> None:
    at = enclosing(path, (cst.SimpleStatementLine,))
    line = cst.ensure_type(path[at], cst.SimpleStatementLine)
    if len(line.body) > 1:
        unit.block(path[: at + 1], blocks.Remove(path[-1]))
    else:
        unit.block(path[:at], blocks.Remove(line))


def _whole(unit: UnitPlan, path: Path, node: cst.Import, module: str) -> str:
    """Write `import keras.utils.np_utils as u`, the module itself, by its new path."""
    (alias,) = node.names
    unit.change((*path, alias, alias.name), lambda run, now: _dotted(module))
    return f"import {module}"


def _module(node: cst.ImportFrom) -> cst.CSTNode:
    assert node.module is not None
    return node.module


def _dotted(text: str) -> cst.Name | cst.Attribute:
    node = cst.parse_expression(text)
    assert isinstance(node, cst.Name | cst.Attribute)
    return node
