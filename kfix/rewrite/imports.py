"""How a layer class is called at a place, and the import that makes the name known there."""

from __future__ import annotations

from collections.abc import Sequence

import libcst as cst

from kfix.rewrite import blocks
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.file_plan import FilePlan
from kfix.rewrite.names import LAYERS, Binding, Names, dotted, normal, scope_of
from kfix.rewrite.tree import Path, RowInsert, UnitPlan, enclosing


def class_name(
    file: FilePlan, unit: UnitPlan, path: Path, cls: str, neighbours: Sequence[str]
) -> str:
    """The name of Keras's class `cls` at `path`, as the nearest neighbour there is that is a layer of Keras.

    `neighbours` are dotted texts of what is called around the place, the
    nearest first. Extends an import where the name needs it. Raises
    `CannotWrite` if no name leads to the class.
    """
    names = file.names
    scope, index = scope_of(path), file.index(unit.unit)
    for text in neighbours:
        if not text:
            continue
        found = names.resolve(text, scope, index)
        prefix, dot, last = text.rpartition(".")
        if found is None and not dot and names.starred(scope, index):
            found = f"{LAYERS}.{last}"
        if not found or found.startswith("keras.applications"):
            continue
        if dot and (found == f"{LAYERS}.{last}" or (found == "keras.Input" and cls == "Input")):
            return f"{prefix}.{cls}"
        if not dot and found.startswith(LAYERS + "."):
            named = _by_name(file, names, cls, names.visible(text, scope, index), scope, index)
            if named is not None:
                return named
    return _by_habit(file, names, cls, scope, index)


def _by_habit(file: FilePlan, names: Names, cls: str, scope: tuple[int, ...], index: int) -> str:
    """The name of a class where no neighbour says how layers are called."""
    seen = names.visible(None, scope, index)
    texts = {
        binding.name: names.resolve(binding.name, scope, index)
        for binding in seen
        if binding.name != "*"
    }
    if named := _already(texts, cls):
        return named
    if names.starred(scope, index) and cls not in texts:
        return cls
    for wanted, rest in ((LAYERS, ""), ("keras", "layers."), ("tensorflow", "keras.layers.")):
        for name, found in texts.items():
            if found == wanted:
                return f"{name}.{rest}{cls}"
    imports = [binding for binding in seen if _brings_layers(binding)]
    named = _by_name(file, names, cls, imports, scope, index)
    if named is not None:
        return named
    from_keras = [binding for binding in seen if _from_keras(binding)]
    if cls in texts or not from_keras:
        raise CannotWrite(f"no name of the program leads to keras.layers.{cls}")
    if file.first_time(from_keras[-1].way[-1], cls):
        _new_import(file, from_keras[-1], cls)
    return cls


def _already(texts: dict[str, str | None], cls: str) -> str | None:
    """The name that stands for the class already."""
    for (
        name,
        found,
    ) in texts.items():  # `keras.layers.core.Flatten`, as old programs have it, is the same class
        if (
            found
            and (found.startswith(f"{LAYERS}.") or (found == "keras.Input"))
            and found.rpartition(".")[2] == cls
        ):
            return name
    return None


def _by_name(
    file: FilePlan,
    names: Names,
    cls: str,
    bindings: Sequence[Binding],
    scope: tuple[int, ...],
    index: int,
) -> str | None:
    """The bare name of the class, its import extended where it must be; `None` if the name means another thing."""
    seen = names.visible(None, scope, index)
    texts = {
        binding.name: names.resolve(binding.name, scope, index)
        for binding in seen
        if binding.name != "*"
    }
    if named := _already(texts, cls):
        return named
    if cls in texts:
        return None
    if names.starred(scope, index):
        return cls
    exact = [binding for binding in bindings if _is_exact(binding)]
    if not exact:
        exact = [binding for binding in seen if _is_exact(binding)]
    if exact:
        statements = _importing(exact)
        for binding in statements.values():
            _extend(file, names, binding, cls)
        return cls
    near = [binding for binding in bindings if _brings_layers(binding)]
    if not near:
        return None
    for binding in _importing(near).values():
        if file.first_time(binding.way[-1], cls):
            _new_import(file, binding, cls)
    return cls


def _importing(bindings: Sequence[Binding]) -> dict[int, Binding]:
    return {id(binding.way[-1]): binding for binding in bindings}


def _brings_layers(binding: Binding) -> bool:
    """Does it come from `keras.layers`, or from a module in it (`keras.layers.core`, as old programs have it)?"""
    return isinstance(binding.way[-1], cst.ImportFrom) and normal(binding.path).startswith(
        LAYERS + "."
    )


def _from_keras(binding: Binding) -> bool:
    """Does an import from some module of Keras bring it in (`from keras.models import Sequential`)?"""
    statement = binding.way[-1]
    if not isinstance(statement, cst.ImportFrom) or statement.relative:
        return False
    module = normal(dotted(statement.module))
    return module == "keras" or module.startswith("keras.")


def _is_exact(binding: Binding) -> bool:
    statement = binding.way[-1]
    return (
        isinstance(statement, cst.ImportFrom)
        and not isinstance(statement.names, cst.ImportStar)
        and normal(dotted(statement.module)) == LAYERS
        and not statement.relative
    )


def _extend(file: FilePlan, names: Names, binding: Binding, cls: str) -> None:
    """Bring one more name in by an import that is there, in its own style."""
    statement = binding.way[-1]
    assert isinstance(statement, cst.ImportFrom)
    assert not isinstance(statement.names, cst.ImportStar)
    unit = file.unit(file.document.units[binding.unit].cell)
    if not file.first_time(statement, cls):
        return
    siblings = {
        id(other.way[-1]): other.way[-1]
        for other in names.bindings
        if _is_exact(other) and other.way[:-2] == binding.way[:-2] and other.unit == binding.unit
    }
    one_each = len(siblings) > 1 and all(_count(node) == 1 for node in siblings.values())
    if one_each:
        _new_import(file, binding, cls)
        return
    aliases = list(statement.names)
    order = [dotted(alias.name) for alias in aliases]
    alias = cst.ImportAlias(name=cst.Name(cls))
    for key in (str, str.casefold):
        if len(order) > 1 and order == sorted(order, key=key):
            above = [index for index, name in enumerate(order) if key(name) > key(cls)]
            if above:
                anchor = aliases[above[0]]
                unit.row(binding.way, RowInsert(id(anchor), "before", lambda run: alias))
                return
            break
    unit.row(binding.way, RowInsert(id(aliases[-1]), "after", lambda run: alias))


def _count(node: cst.CSTNode) -> int:
    return (
        len(node.names)
        if isinstance(node, cst.ImportFrom) and not isinstance(node.names, cst.ImportStar)
        else 0
    )


def _new_import(file: FilePlan, binding: Binding, cls: str) -> None:
    """A new import statement under the one that brought the neighbour in."""
    statement = binding.way[-1]
    assert isinstance(statement, cst.ImportFrom)
    module = dotted(statement.module)
    root = module.removesuffix(normal(module).removeprefix("keras"))
    unit = file.unit(file.document.units[binding.unit].cell)
    line = cst.ImportFrom(
        module=_name(f"{root}.layers"), names=[cst.ImportAlias(name=cst.Name(cls))]
    )
    at = enclosing(binding.way, (cst.SimpleStatementLine,))
    if len(cst.ensure_type(binding.way[at], cst.SimpleStatementLine).body) > 1:
        unit.block(binding.way[: at + 1], blocks.Insert(statement, "after", lambda run: line))
    else:
        unit.block(binding.way[:at], blocks.Insert(binding.way[at], "after", lambda run: line))


def _name(text: str) -> cst.Name | cst.Attribute:
    node = cst.parse_expression(text)
    assert isinstance(node, cst.Name | cst.Attribute)
    return node
