"""How a function of NumPy or Keras is called at a place, and the import that makes its name known there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import libcst as cst

from kfix.rewrite import blocks
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.names import Binding, normal, scope_of
from kfix.rewrite.nodes import Path, bound_name, dotted, imported, imported_path, is_above, parting
from kfix.rewrite.tree import RowInsert, UnitPlan

if TYPE_CHECKING:
    from kfix.rewrite.file_plan import FilePlan

_HOMES = {
    "keras.utils": ("keras.utils", "keras.utils.np_utils"),
    "keras.models": ("keras.models", "keras"),
}
"""Where a function or a class is found besides in its module."""

_LONGER = {
    "keras.utils": (("keras", "utils."), ("tensorflow", "keras.utils.")),
    "keras.models": (("keras", ""), ("tensorflow", "keras.")),
}
"""By what longer paths: the module that a program may have a name for, and the rest."""

_COMPOUND = cst.FunctionDef | cst.ClassDef | cst.For | cst.While | cst.With


def function_name(file: FilePlan, unit: UnitPlan, path: Path, function: str) -> str:
    """Return the name of a function of `numpy`, `keras.utils` or `keras.models` at `path`, as the file spells such names.

    Adds an import behind those that are there where no name leads to the
    function. Raises `CannotWrite` if none can be added.
    """
    module, _, name = function.rpartition(".")
    index = file.index(unit.unit)
    homes = _HOMES.get(module, (module,))
    whole = [(f"{home}.{name}", "") for home in homes]
    parts = [(home, f".{name}") for home in homes]
    parts += [(home, f".{rest}{name}") for home, rest in _LONGER.get(module, ())]
    for known, rest in (*whole, *parts):
        if (found := file.names.path_of(known, path, index)) is not None:
            return f"{found}{rest}"
    if function not in file.brought:
        bring = _bring_numpy if module == "numpy" else _bring_from_keras
        file.brought[function] = bring(file, unit, path, module, name)
    return file.brought[function]


def _bring_numpy(file: FilePlan, unit: UnitPlan, path: Path, module: str, name: str) -> str:
    """Import NumPy, unless another function of it has done so; return the name of the function."""
    if module not in file.brought:
        free = [one for one in ("np", module) if one not in _taken(file, unit, path)]
        if not free:
            raise CannotWrite("the names np and numpy mean something else")
        asname = None if free[0] == module else cst.AsName(cst.Name(free[0]))
        statement = cst.Import([cst.ImportAlias(cst.Name(module), asname)])
        _put(file, unit, path, statement, _imports(file, unit, path))
        file.brought[module] = free[0]
    return f"{file.brought[module]}.{name}"


def _bring_from_keras(file: FilePlan, unit: UnitPlan, path: Path, module: str, name: str) -> str:
    """Import a function from its module of Keras; return its name."""
    others = [one for one in _imports(file, unit, path) if one.root is not None]
    roots = {one.root for one in others}
    if len(roots) != 1 or name in _taken(file, unit, path):
        raise CannotWrite(f"no name of the program leads to {module}.{name}")
    home = imported_path(f"{roots.pop()}{module.removeprefix('keras')}")
    _put(file, unit, path, cst.ImportFrom(home, [cst.ImportAlias(cst.Name(name))]), others)
    return name


def _taken(file: FilePlan, unit: UnitPlan, path: Path) -> set[str]:
    seen = file.names.visible(None, scope_of(path), file.index(unit.unit))
    return {binding.name for binding in seen}


def _imports(file: FilePlan, unit: UnitPlan, path: Path) -> list[Binding]:
    """The imports that a place sees, in the order of the text."""
    seen = file.names.visible(None, scope_of(path), file.index(unit.unit))
    return [one for one in seen if isinstance(one.way[-1], cst.Import | cst.ImportFrom)]


def _put(
    file: FilePlan,
    unit: UnitPlan,
    path: Path,
    statement: cst.BaseSmallStatement,
    others: Sequence[Binding],
) -> None:
    """Put a new import behind the last of `others` at the head of its text, or behind the last before the place."""
    found = (_behind(file, unit, path, binding) for binding in others)
    places = [place for place in found if place is not None]
    if not places:
        raise CannotWrite("there is no import to put another behind")
    places = list(filter(_at_head, places)) or places
    outer = min(len(way) for _, way in places)
    holder, way = [place for place in places if len(place[1]) == outer][-1]
    holder.block(way[:-1], blocks.Insert(way[-1], "after", lambda run: statement))


Place = tuple[UnitPlan, Path]
"""A unit, and the way down to a statement in one of its blocks."""


def _behind(file: FilePlan, unit: UnitPlan, path: Path, binding: Binding) -> Place | None:
    """The statement around an import that stands before the place, in the innermost block around both."""
    holder, way = file.unit_of(binding), binding.way
    if holder is not unit:
        return holder, way[:2]
    return (holder, way[: parting(way, path) + 1]) if is_above(way, path) else None


def _at_head(place: Place) -> bool:
    """Whether nothing is before the statement but imports and what belongs among them."""
    _, way = place
    block = way[-2]
    assert isinstance(block, cst.Module | cst.IndentedBlock)
    before = list(block.body)[: next(at for at, one in enumerate(block.body) if one is way[-1])]
    return not any(map(_is_program, before))


def _is_program(node: cst.CSTNode) -> bool:
    """Whether it is a definition, a loop, or gives a name a value."""
    match node:
        case cst.SimpleStatementLine(body=body):
            return any(map(_is_program, body))
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name()), *_]):
            return True
    return isinstance(node, _COMPOUND)


def sibling(file: FilePlan, unit: UnitPlan, path: Path, name: str) -> str:
    """Return the name of another class or function of the module that the name at the end of `path` is imported from.

    Imports it beside that one. Raises `CannotWrite` where the name comes from elsewhere, or the new one is taken.
    """
    old = cst.ensure_type(path[-1], cst.Name).value
    scope, index = scope_of(path), file.index(unit.unit)
    found = file.names.visible(old, scope, index)
    if not found and file.names.visible("*", scope, index):
        return name
    modules = {normal(binding.path).rpartition(".")[0] for binding in found}
    plain = all(isinstance(binding.way[-1], cst.ImportFrom) for binding in found)
    if len(modules) != 1 or not plain:
        raise CannotWrite(f"{old} is not imported from a module of Keras")
    known = file.names.path_of(f"{modules.pop()}.{name}", path, index)
    if known is not None:
        return known
    if file.names.visible(name, scope, index):
        raise CannotWrite(f"{name} means something else there")
    for binding in found:
        _import_beside(file, binding, old, name)
    return name


def _import_beside(file: FilePlan, binding: Binding, old: str, name: str) -> None:
    """Import one more name with `old`; in its place, where `old` is used nowhere else."""
    statement, holder = binding.way[-1], file.unit_of(binding)
    aliases = [one for one in imported(statement) if old in (dotted(one.name), bound_name(one))]
    if not aliases or not file.first_time(statement, name):
        return
    alias, new = aliases[0], cst.Name(name)
    if alias.asname is None and file.uses(old) == 2:  # the import itself, and the place
        holder.change((*binding.way, alias, alias.name), lambda run, now: new)
    else:
        more = RowInsert(id(alias), "after", lambda run: cst.ImportAlias(name=new))
        holder.row(binding.way, more)
