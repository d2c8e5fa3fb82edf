"""A name that Keras has no more, by the name of what it became: wherever the file writes it, and in its imports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import libcst as cst

from kfix.rewrite import blocks
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.names import Binding, dotted, normal, scope_of
from kfix.rewrite.tree import Path, RowRemove, UnitPlan, enclosing

if TYPE_CHECKING:
    from kfix.rewrite.file_plan import FilePlan


def successor(file: FilePlan, unit: UnitPlan, path: Path, gone: str, name: str) -> str:
    """What to write at the end of `path`, where a name stands for `keras.layers.<gone>`, that it stands for `name`.

    An import of a name that is not there fails as a whole, so that the name goes from it, and with it every other use
    in the file is renamed. Raises `CannotWrite` where the name means something else as well.
    """
    old = path[-1]
    assert isinstance(old, cst.Name)
    scope, index = scope_of(path), file.index(unit.unit)
    found = file.names.visible(old.value, scope, index)
    if not found and file.names.starred(scope, index):
        return name
    imported = [binding for binding in file.names.bindings if binding.name == old.value]
    if not found or not all(_brings(binding, gone) for binding in imported):
        raise CannotWrite(f"{old.value} is not imported from keras.layers alone")
    if old.value != gone:  # `import CuDNNLSTM as Recurrent`: the import alone says what it is
        for binding in imported:
            _write(file, binding, name)
        return old.value
    known = {binding.name for binding in file.names.bindings}
    for binding in file.names.bindings:
        if binding.name == name and not _brings(binding, name):
            raise CannotWrite(f"{name} means something else there")
    if not file.first_time(found[0].way[-1], f"{name} for {gone}"):
        return name
    for binding in imported:
        if name in known:
            _leave_out(file, binding)
        else:
            _write(file, binding, name)
    for one in file.document.units:
        holder = file.unit(one.cell)
        for way in _uses(one.module, gone):
            if way[-1] is not old:
                holder.change(way, lambda run, now: now.with_changes(value=name))
    return name


def _brings(binding: Binding, gone: str) -> bool:
    statement = binding.way[-1]
    plain = isinstance(statement, cst.ImportFrom) and not isinstance(
        statement.names, cst.ImportStar
    )
    path = normal(binding.path)
    return plain and path.startswith("keras.layers.") and path.rpartition(".")[2] == gone


def _alias(binding: Binding) -> cst.ImportAlias:
    statement = cst.ensure_type(binding.way[-1], cst.ImportFrom)
    assert not isinstance(statement.names, cst.ImportStar)
    return next(
        alias
        for alias in statement.names
        if binding.name == dotted(alias.name if alias.asname is None else alias.asname.name)
    )


def _write(file: FilePlan, binding: Binding, name: str) -> None:
    """Another name in the import, in the place of the old one."""
    alias = _alias(binding)
    holder = file.unit(file.document.units[binding.unit].cell)
    if file.first_time(alias, name):
        holder.change((*binding.way, alias, alias.name), lambda run, now: cst.Name(name))


def _leave_out(file: FilePlan, binding: Binding) -> None:
    """The old name goes from the import, or the import with it."""
    statement = cst.ensure_type(binding.way[-1], cst.ImportFrom)
    holder = file.unit(file.document.units[binding.unit].cell)
    if len(statement.names) > 1:  # type: ignore[arg-type]
        holder.row(binding.way, RowRemove(id(_alias(binding))))
        return
    at = enclosing(binding.way, (cst.SimpleStatementLine,))
    line = cst.ensure_type(binding.way[at], cst.SimpleStatementLine)
    if len(line.body) > 1:
        holder.block(binding.way[: at + 1], blocks.Remove(statement))
    else:
        holder.block(binding.way[:at], blocks.Remove(line))


def _uses(module: cst.Module, name: str) -> Iterator[Path]:
    """The ways to where a name is read."""
    pending: list[Path] = [(module,)]
    while pending:
        way = pending.pop()
        node = way[-1]
        if isinstance(node, cst.Name):
            if node.value == name:
                yield way
            continue
        if isinstance(node, cst.Import | cst.ImportFrom):
            continue
        skipped = (
            node.attr
            if isinstance(node, cst.Attribute)
            else node.keyword
            if isinstance(node, cst.Arg)
            else None
        )
        pending += [(*way, child) for child in node.children if child is not skipped]
