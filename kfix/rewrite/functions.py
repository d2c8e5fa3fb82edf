"""How a function of NumPy or Keras is called at a place, and the import that makes its name known
there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import libcst as cst

from kfix.model.record import Value
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.names import Binding, View, normal
from kfix.rewrite.nodes import (
    Path,
    alias_of,
    bound_name,
    dotted,
    imported,
    imported_path,
    is_above,
    parting,
)
from kfix.rewrite.tree import RowInsert, UnitPlan, insert_beside

if TYPE_CHECKING:
    from kfix.rewrite.file_plan import FilePlan

_HOMES = {
    "keras.utils": ("keras.utils", "keras.utils.np_utils"),
    "keras.models": ("keras.models", "keras"),
}
"""Where a function or a class is found besides in its module."""

_LONGER = {"keras.models": (("keras", ""), ("tensorflow", "keras."))}
"""By what other paths: the module that a program may have a name for, and the rest."""

_AS_MODULES = ("keras.ops", "keras.random")
"""Modules whose functions have names like those of Python: `keras.ops.sum`."""

_COMPOUND = cst.FunctionDef | cst.ClassDef | cst.For | cst.While | cst.With


def function_name(file: FilePlan, unit: UnitPlan, path: Path, function: str) -> str:
    """Return the name of a function of `numpy` or of a module of Keras at `path`, as the file
    spells such names.

    Adds an import behind those that are there where no name leads to the
    function. Raises `CannotWrite` if none can be added.
    """
    module, _, name = function.rpartition(".")
    view = file.seen_from(path, unit)
    homes = _HOMES.get(module, (module,))
    whole = [(f"{home}.{name}", "") for home in homes]
    parts = [(home, f".{name}") for home in homes]
    parts += [(home, f".{rest}{name}") for home, rest in _LONGER.get(module) or _around(module)]
    for known, rest in (*whole, *parts):
        if (found := view.name_for(known)) is not None:
            return f"{found}{rest}"
    if function not in file.brought:
        file.brought[function] = _bring(_Place(file, unit, path, view), module, name)
    return file.brought[function]


def _around(module: str) -> Iterator[tuple[str, str]]:
    """Yield the modules around one of Keras that a program may have a name for, and the rest."""
    outer, rest = module, ""
    while "." in outer:
        outer, _, inner = outer.rpartition(".")
        rest = f"{inner}.{rest}"
        yield outer, rest
    yield "tensorflow", f"{module}."


def _bring(place: _Place, module: str, name: str) -> str:
    """Import what a function is in, or the function itself; return the name of the function."""
    if module == "numpy":
        return _bring_numpy(place, module, name)
    if module.startswith(_AS_MODULES):
        package = ".".join(module.split(".")[:2])
        brought = place.file.brought
        if package not in brought:
            brought[package] = _bring_from_keras(place, *package.split("."))
        return f"{brought[package]}{module.removeprefix(package)}.{name}"
    return _bring_from_keras(place, module, name)


class _Place(Value):
    """Where a function is to be called, and what can be seen from there."""

    file: FilePlan
    unit: UnitPlan
    path: Path
    view: View

    def imports(self) -> list[Binding]:
        """Return the imports that the place sees, in the order of the text."""
        kinds = cst.Import | cst.ImportFrom
        return [one for one in self.view.bindings if isinstance(one.way[-1], kinds)]


def _bring_numpy(place: _Place, module: str, name: str) -> str:
    """Import NumPy, unless another function of it has done so; return the name of the function."""
    brought = place.file.brought
    if module not in brought:
        free = [one for one in ("np", module) if one not in place.view.paths]
        if not free:
            raise CannotWrite("the names np and numpy mean something else")
        _put(place, cst.Import([alias_of(module, free[0])]), place.imports())
        brought[module] = free[0]
    return f"{brought[module]}.{name}"


def _bring_from_keras(place: _Place, module: str, name: str) -> str:
    """Import a function from its module of Keras; return its name."""
    others = [one for one in place.imports() if one.root is not None]
    roots = {one.root for one in others}
    if module.startswith("tensorflow"):
        module, roots = module.removeprefix("tensorflow."), {"tensorflow.keras"}
    if len(roots) != 1 or name in place.view.paths:
        raise CannotWrite(f"no name of the program leads to {module}.{name}")
    home = imported_path(f"{roots.pop()}{module.removeprefix('keras')}")
    _put(place, cst.ImportFrom(home, [alias_of(name, name)]), others)
    return name


def _put(place: _Place, statement: cst.BaseSmallStatement, others: Sequence[Binding]) -> None:
    """Put a new import behind the last of `others` at the head of its text, or behind the last
    before the place.
    """
    behind = list(filter(None, (_behind(place, binding) for binding in others)))
    if not behind:
        raise CannotWrite("no import to put another behind")
    behind = list(filter(_at_head, behind)) or behind
    # The last of those in the outermost block.
    holder, way = min(reversed(behind), key=lambda one: len(one[1]))
    insert_beside(holder, way, "after", lambda run: statement)


Behind = tuple[UnitPlan, Path]
"""A unit, and the way down to a statement in one of its blocks."""


def _behind(place: _Place, binding: Binding) -> Behind | None:
    """Return the statement around an import that stands before the place, in the innermost block
    around both.
    """
    holder, way = place.file.unit_of(binding), binding.way
    if holder is not place.unit:
        return holder, way[:2]
    if not is_above(way, place.path):
        return None
    return holder, way[: parting(way, place.path) + 1]


def _at_head(place: Behind) -> bool:
    """Return whether nothing is before the statement but imports and what belongs among them."""
    _, way = place
    block = way[-2]
    assert isinstance(block, cst.Module | cst.IndentedBlock)
    before = list(block.body)[: next(at for at, one in enumerate(block.body) if one is way[-1])]
    return not any(map(_is_program, before))


def _is_program(node: cst.CSTNode) -> bool:
    """Return whether it is a definition, a loop, or gives a name a value."""
    match node:
        case cst.SimpleStatementLine(body=body):
            return any(map(_is_program, body))
        case cst.Assign(targets=[cst.AssignTarget(target=cst.Name()), *_]):
            return True
    return isinstance(node, _COMPOUND)


def sibling(file: FilePlan, unit: UnitPlan, path: Path, name: str) -> str:
    """Return the name of another class or function of the module that the name at the end of `path`
    is imported from.

    Imports it beside that one. Raises `CannotWrite` where the name comes from elsewhere, or the
    new one is taken.
    """
    old = cst.ensure_type(path[-1], cst.Name).value
    view = file.seen_from(path, unit)
    found = view.of(old)
    if not found and view.of("*"):
        return name
    modules = {normal(binding.path).rpartition(".")[0] for binding in found}
    plain = all(isinstance(binding.way[-1], cst.ImportFrom) for binding in found)
    if len(modules) != 1 or not plain:
        raise CannotWrite(f"{old} is not imported from a module of Keras")
    known = view.name_for(f"{modules.pop()}.{name}")
    if known is not None:
        return known
    if view.of(name):
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
    mine, new = aliases[0], cst.Name(name)
    if mine.asname is None and file.uses(old) == 2:  # the import itself, and the place
        holder.put((*binding.way, mine, mine.name), new)
    else:
        more = RowInsert(id(mine), "after", lambda run: cst.ImportAlias(name=new))
        holder.row(binding.way, more)
