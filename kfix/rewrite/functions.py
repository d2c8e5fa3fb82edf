"""How a function of NumPy or Keras is called at a place, and the import that makes its name known there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import libcst as cst

from kfix.rewrite import blocks
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.names import Binding, dotted, normal, scope_of
from kfix.rewrite.tree import Path, RowInsert, UnitPlan

if TYPE_CHECKING:
    from kfix.rewrite.file_plan import FilePlan

_HOMES = {
    "keras.utils": ("keras.utils", "keras.utils.np_utils"),
    "keras.models": ("keras.models", "keras"),
}
"""Where a function or a class is found besides in its module."""


def function_name(file: FilePlan, unit: UnitPlan, path: Path, function: str) -> str:
    """The name of a function of `numpy`, `keras.utils` or `keras.models` at `path`, as the file spells such names.

    Adds an import behind those that are there where no name leads to the
    function. Raises `CannotWrite` if none can be added.
    """
    module, _, name = function.rpartition(".")
    index = file.index(unit.unit)
    homes = _HOMES.get(module, (module,))
    for home in homes:
        if (found := file.names.path_of(f"{home}.{name}", path, index)) is not None:
            return found
    for home, rest in [(home, "") for home in homes] + _longer(module):
        if (found := file.names.path_of(home, path, index)) is not None:
            return f"{found}.{rest}{name}"
    if function in file.brought:
        return file.brought[function]
    file.brought[function] = found = _bring(file, unit, path, module, name)
    return found


def _longer(module: str) -> list[tuple[str, str]]:
    inner = {"keras.utils": "utils.", "keras.models": ""}.get(module)
    return [] if inner is None else [("keras", inner), ("tensorflow", f"keras.{inner}")]


def _bring(file: FilePlan, unit: UnitPlan, path: Path, module: str, name: str) -> str:
    """Import the function's module, or the function from its module of Keras; gives the name it then has."""
    taken = {
        binding.name for binding in file.names.visible(None, scope_of(path), file.index(unit.unit))
    }
    statement: cst.BaseSmallStatement
    if module == "numpy":
        if module in file.brought:  # by another function of it
            return f"{file.brought[module]}.{name}"
        short = next((one for one in ("np", "numpy") if one not in taken), None)
        if short is None:
            raise CannotWrite("the names np and numpy mean something else")
        asname = cst.AsName(cst.Name(short)) if short != module else None
        statement = cst.Import([cst.ImportAlias(cst.Name(module), asname)])
        _put(file, unit, path, statement, list(_imports(file, unit, path)))
        file.brought[module] = short
        return f"{short}.{name}"
    from_keras = [
        binding for binding in _imports(file, unit, path) if (root := _root(binding)) is not None
    ]
    roots = {_root(binding) for binding in from_keras}
    root = roots.pop() if len(roots) == 1 else None
    if root is None or name in taken:
        raise CannotWrite(f"no name of the program leads to {module}.{name}")
    home = cst.parse_expression(root + module.removeprefix("keras"))
    assert isinstance(home, cst.Attribute)
    _put(file, unit, path, cst.ImportFrom(home, [cst.ImportAlias(cst.Name(name))]), from_keras)
    return name


def _root(binding: Binding) -> str | None:
    """`tensorflow.keras` of `from tensorflow.keras.layers import Dense`; `None` for what is not of Keras."""
    node = binding.way[-1]
    module = dotted(node.module) if isinstance(node, cst.ImportFrom) and not node.relative else ""
    rest = normal(module)
    if rest != "keras" and not rest.startswith("keras."):
        return None
    return module.removesuffix(rest.removeprefix("keras"))


def _imports(file: FilePlan, unit: UnitPlan, path: Path) -> Iterator[Binding]:
    """The imports that a place sees, in the order of the text."""
    for binding in file.names.visible(None, scope_of(path), file.index(unit.unit)):
        if isinstance(binding.way[-1], cst.Import | cst.ImportFrom):
            yield binding


def _put(
    file: FilePlan,
    unit: UnitPlan,
    path: Path,
    statement: cst.BaseSmallStatement,
    others: Sequence[Binding],
) -> None:
    """A new import behind the last of `others` at the head of its text, or behind the last before the place."""
    places = [
        place for binding in others if (place := _behind(file, unit, path, binding)) is not None
    ]
    if not places:
        raise CannotWrite("there is no import to put another behind")
    places = [place for place in places if _at_head(place)] or places
    outer = min(len(way) for _, way in places)
    holder, way = [place for place in places if len(place[1]) == outer][-1]
    holder.block(way[:-1], blocks.Insert(way[-1], "after", lambda run: statement))


Place = tuple[UnitPlan, Path]
"""A unit, and the way down to a statement in one of its blocks."""


def _behind(file: FilePlan, unit: UnitPlan, path: Path, binding: Binding) -> Place | None:
    """The statement around an import that stands before the place, in the innermost block around both."""
    holder = file.unit(file.document.units[binding.unit].cell)
    way = binding.way
    if holder is not unit:
        return (holder, way[:2])
    depth = next(
        (i for i, (one, two) in enumerate(zip(way, path, strict=False)) if one is not two), len(way)
    )
    block = way[depth - 1]
    if depth >= len(way) or not isinstance(block, cst.Module | cst.IndentedBlock):
        return None
    order = [id(node) for node in block.body]
    return (
        (holder, way[: depth + 1])
        if order.index(id(way[depth])) < order.index(id(path[depth]))
        else None
    )


def _at_head(place: Place) -> bool:
    """Is nothing before the statement but imports and what belongs among them: no definition, no name, no loop?"""
    _, way = place
    block = way[-2]
    assert isinstance(block, cst.Module | cst.IndentedBlock)
    for node in block.body:
        if node is way[-1]:
            return True
        if isinstance(node, cst.FunctionDef | cst.ClassDef | cst.For | cst.While | cst.With):
            return False
        small = node.body if isinstance(node, cst.SimpleStatementLine) else ()
        if any(
            isinstance(one, cst.Assign) and isinstance(one.targets[0].target, cst.Name)
            for one in small
        ):
            return False
    return False


def sibling(file: FilePlan, unit: UnitPlan, path: Path, name: str) -> str:
    """The name of another class or function of the module that the imported name at the end of `path` is from."""
    old = path[-1]
    assert isinstance(old, cst.Name)
    scope, index = scope_of(path), file.index(unit.unit)
    found = file.names.visible(old.value, scope, index)
    if not found and file.names.visible("*", scope, index):
        return name
    module = {normal(binding.path).rpartition(".")[0] for binding in found}
    if len(module) != 1 or not all(
        isinstance(binding.way[-1], cst.ImportFrom) for binding in found
    ):
        raise CannotWrite(f"{old.value} is not imported from a module of Keras")
    known = file.names.path_of(f"{module.pop()}.{name}", path, index)
    if known is not None:
        return known
    if file.names.visible(name, scope, index):
        raise CannotWrite(f"{name} means something else there")
    for binding in found:
        _import_beside(file, binding, old.value, name)
    return name


def _import_beside(file: FilePlan, binding: Binding, old: str, name: str) -> None:
    """One more name by the import that brings `old`; in its place, where `old` is used nowhere else."""
    statement = binding.way[-1]
    assert isinstance(statement, cst.ImportFrom)
    if isinstance(statement.names, cst.ImportStar) or not file.first_time(statement, name):
        return
    holder = file.unit(file.document.units[binding.unit].cell)
    alias = next(
        one
        for one in statement.names
        if old in (dotted(one.name), dotted(one.asname.name) if one.asname else "")
    )
    if alias.asname is None and file.uses(old) == 2:  # the import itself, and the place
        new = cst.Name(name)
        holder.change((*binding.way, alias, alias.name), lambda run, now: new)
        return
    more = cst.ImportAlias(name=cst.Name(name))
    holder.row(binding.way, RowInsert(id(alias), "after", lambda run: more))
