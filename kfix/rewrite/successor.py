"""A name that Keras has no more, by the name of what it became: wherever the file writes it, and in
its imports.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import libcst as cst

from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.names import Binding
from kfix.rewrite.nodes import Path, bound_name, imported, reads
from kfix.rewrite.tree import RowRemove, UnitPlan

if TYPE_CHECKING:
    from kfix.rewrite.file_plan import FilePlan


def successor(file: FilePlan, unit: UnitPlan, path: Path, removed: str, name: str) -> str:
    """Return what to write at the end of `path`, where a name stands for a removed layer, that it
    stands for `name`.

    An import of a name that is not there fails as a whole, so that the name goes from it, and with
    it every other use in the file is renamed. Raises `CannotWrite` where the name means something
    else as well.
    """
    old = cst.ensure_type(path[-1], cst.Name)
    view = file.seen_from(path, unit)
    found, by_name, known = view.of(old.value), file.names.of(old.value), file.names.of(name)
    if not found and view.starred:
        return name
    if not found or not _all_bring(by_name, removed):
        raise CannotWrite(f"{old.value} is not imported from keras.layers alone")
    if old.value != removed:  # `import CuDNNLSTM as Recurrent`: the import alone says what it is
        for binding in by_name:
            _write(file, binding, name)
        return old.value
    if not _all_bring(known, name):
        raise CannotWrite(f"{name} means something else there")
    if file.first_time(found[0].way[-1], f"{name} for {removed}"):
        for binding in by_name:
            (_leave_out if known else _write)(file, binding, name)
        _rename(file, old, name)
    return name


def _all_bring(bindings: Iterable[Binding], name: str) -> bool:
    """Return whether all are imports that bring this layer in."""
    brought = ((bool(imported(one.way[-1])), one.is_layer, one.path) for one in bindings)
    return all(plain and layer and path.endswith(f".{name}") for plain, layer, path in brought)


def _alias(binding: Binding) -> cst.ImportAlias:
    """Return the name in its import that a binding comes from."""
    return next(one for one in imported(binding.way[-1]) if bound_name(one) == binding.name)


def _write(file: FilePlan, binding: Binding, name: str) -> None:
    """Write another name in the import, in the place of the old one."""
    alias, new = _alias(binding), cst.Name(name)
    if file.first_time(alias, name):
        way = (*binding.way, alias, alias.name)
        file.unit_of(binding).put(way, new)


def _leave_out(file: FilePlan, binding: Binding, name: str) -> None:
    """Take the old name out of the import, or the import with it."""
    holder = file.unit_of(binding)
    if len(imported(binding.way[-1])) > 1:
        holder.row(binding.way, RowRemove(id(_alias(binding))))
    else:
        holder.remove_statement(binding.way)


def _rename(file: FilePlan, old: cst.Name, name: str) -> None:
    """Write the new name wherever else the file reads the old one."""
    for unit in file.document.units:
        for way in reads((unit.module,), old.value, _is_no_import):
            if way[-1] is not old:
                file.unit(unit.cell).set_fields(way, value=name)


def _is_no_import(node: cst.CSTNode) -> bool:
    """Return whether the names in a node are not names of an import."""
    return not isinstance(node, cst.Import | cst.ImportFrom)
