"""Imports of what Keras 3 has not, as old programs have them, and where it is now."""

from __future__ import annotations

import re
from collections.abc import Iterator

import libcst as cst

from kfix.model.record import Record
from kfix.model.site import Site
from kfix.source.interpreter.imports import dotted
from kfix.source.migration import keras_names
from kfix.source.syntax.document import Document, Unit

Home = tuple[str, str, str]
"""A name as it is imported, the module that has it now ("": nothing uses it), and its name there."""

Inside = tuple[str, str, str, str]
"""A module as it is imported, a name that is read from it, the module that has that now, and its name there."""


class RemovedImport(Record):
    """One import, or one use of a dotted path: what it asks for, and where that is now.

    `lost` are the names that Keras 3 has nowhere. Without `homes` and `inside`
    there is nothing that could be written in its place. `path` is what a
    dotted path in the code becomes.
    """

    site: Site
    written: str
    homes: tuple[Home, ...] = ()
    inside: tuple[Inside, ...] = ()
    lost: tuple[str, ...] = ()
    path: str = ""


def removed_imports(document: Document) -> list[RemovedImport]:
    """Return what a program imports that Keras 3 has not, in the order of the text.

    Only imports that are made in any case are looked at: what stands in a `try`
    or an `if` is written for several versions.
    """
    found: list[RemovedImport | None] = []
    for unit in document.units:
        for node in _imports(unit.module.body):
            if isinstance(node, cst.ImportFrom):
                found.append(_from(document, unit, node))
            else:
                found.append(_whole(document, unit, node))
    return [one for one in found if one is not None] + list(_paths(document))


def _imports(body: object) -> Iterator[cst.Import | cst.ImportFrom]:
    """Yield the imports of a block and of the functions in it."""
    for node in body if isinstance(body, list | tuple) else ():
        if isinstance(node, cst.SimpleStatementLine):
            yield from (one for one in node.body if isinstance(one, cst.Import | cst.ImportFrom))
        elif isinstance(node, cst.FunctionDef | cst.ClassDef):
            yield from _imports(node.body.body)


def _from(document: Document, unit: Unit, node: cst.ImportFrom) -> RemovedImport | None:
    """Return what is gone of `from module import a, b as c`, `None` where nothing is."""
    written = ""
    if node.module is not None and not node.relative:
        written = dotted(node.module)
    module = keras_names.parse(written)
    if module is None:
        return None
    site = unit.site(node)
    if isinstance(node.names, cst.ImportStar):
        return _star(module, written, site)
    if all(keras_names.has(module, dotted(alias.name)) for alias in node.names):
        return None
    fates = [_fate(document, module, written, alias) for alias in node.names]
    homes = tuple(fate for fate in fates if isinstance(fate, tuple))
    inside = tuple(one for fate in fates if isinstance(fate, list) for one in fate)
    lost = tuple(fate for fate in fates if isinstance(fate, str))
    return RemovedImport(site, written, homes, inside, lost)


def _star(module: keras_names.Path, written: str, site: Site) -> RemovedImport | None:
    """Return what is gone of `from module import *`, `None` where the module is still there."""
    if keras_names.is_module(module):
        return None
    package = None
    if module.rest.startswith("layers."):
        package = keras_names.home(module, "Layer")
    if package is None:
        return RemovedImport(site, written, lost=("*",))
    return RemovedImport(site, written, (("*", package[0], "*"),))


def _fate(
    document: Document, module: keras_names.Path, written: str, alias: cst.ImportAlias
) -> Home | list[Inside] | str:
    """Return where an imported name is now: its home, those of all that is read from it, or only the lost name."""
    name = dotted(alias.name)
    if keras_names.has(module, name):
        return name, written, name
    attributes, uses = _read(document, _local(alias))
    now = keras_names.home(module, name)
    if now is not None and (now[1] == name or not attributes):
        return name, *now
    deeper = keras_names.Path(module.root, f"{module.rest}.{name}".lstrip("."))
    places = {one: keras_names.home(deeper, one) for one in attributes}
    inside = [(name, one, *place) for one, place in places.items() if place is not None]
    if inside and len(inside) == len(attributes):
        return inside
    if uses:
        return name
    return (name, "", "")


def _local(alias: cst.ImportAlias) -> str:
    """Return the name that an import binds."""
    if alias.asname is None:
        return dotted(alias.name)
    return dotted(alias.asname.name)


def _whole(document: Document, unit: Unit, node: cst.Import) -> RemovedImport | None:
    """Return what is gone of `import keras.utils.np_utils as u`, `None` where it is still there."""
    if len(node.names) != 1:
        return None
    alias = node.names[0]
    written = dotted(alias.name)
    module = keras_names.parse(written)
    if module is None or keras_names.is_module(module):
        return None
    attributes = []
    if alias.asname is not None:
        attributes = _read(document, _local(alias))[0]
    homes = {_module_of(module, name) for name in attributes}
    if "" in homes or len(homes) != 1:
        return RemovedImport(unit.site(node), written, lost=(written,))
    return RemovedImport(unit.site(node), written, ((written, homes.pop(), ""),))


def _module_of(module: keras_names.Path, name: str) -> str:
    """Return the module that has a name of another by the same name now, "" for none."""
    place = keras_names.home(module, name)
    if place is not None and place[1] == name:
        return place[0]
    return ""


def _read(document: Document, local: str) -> tuple[list[str], int]:
    """Return the attributes that are read from a name, none where anything else is done with it; and its uses."""
    found: list[str] = []
    for unit in document.units:
        if local in unit.text:
            found.extend(_uses(unit.module, local))
    attributes = list(dict.fromkeys(found))
    if "" in attributes:
        return [], len(found)
    return attributes, len(found)


def _uses(module: cst.Module, local: str) -> Iterator[str]:
    """Yield for each use of a name the attribute that is read from it, "" for any other use; imports are none."""
    pending: list[cst.CSTNode] = [module]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.Import | cst.ImportFrom):
            continue
        if isinstance(node, cst.Name):
            if node.value == local:
                yield ""
        elif isinstance(node, cst.Attribute):
            if isinstance(node.value, cst.Name) and node.value.value == local:
                yield node.attr.value
            else:
                pending.append(node.value)
        elif isinstance(node, cst.Arg):
            pending.append(node.value)
        else:
            pending += reversed(node.children)


# --- dotted paths in the code -------------------------------------------------------------

_CHAIN = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){2,}")


def _paths(document: Document) -> Iterator[RemovedImport]:
    """Yield dotted paths with a module on the way that is not there: `layers.experimental.preprocessing.Rescaling`."""
    has_chains = any(_CHAIN.search(unit.text) for unit in document.units)
    roots = {}
    if has_chains:
        roots = _roots(document)
    for unit in document.units:
        paths: dict[str, str] = {}
        for chain in dict.fromkeys(_CHAIN.findall(unit.text)):
            head = chain.partition(".")[0]
            now = None
            if head in roots:
                now = _moved(chain, roots[head])
            if now is not None:
                paths[chain] = now
        for node in _attributes(unit.module) if paths else ():
            text = dotted(node)
            if text in paths:
                yield RemovedImport(unit.site(node), text, path=paths[text])


_IMPORT = re.compile(
    r"(?m)^\s*import\s+(keras|tensorflow)(?:\.(\w+))?(?:\s+as\s+(\w+))?\s*(?:#.*)?$"
)


def _roots(document: Document) -> dict[str, str]:
    """Return the names that one import alone binds, and the paths into Keras (or TensorFlow) that they stand for."""
    found: dict[str, set[str]] = {}
    for unit in document.units:
        for match in _IMPORT.finditer(unit.text):
            library, inner, local = match.groups()
            path = f"{library}.{inner}" if inner and local else library
            found.setdefault(local or library, set()).add(path)
        for node in _imports(unit.module.body):
            for local, path in _bound(node):
                found.setdefault(local, set()).add(path)
    return {name: paths.pop() for name, paths in found.items() if len(paths) == 1}


def _bound(node: cst.Import | cst.ImportFrom) -> Iterator[tuple[str, str]]:
    """Yield the names that `from module import a as b` binds, each with its dotted path."""
    if not isinstance(node, cst.ImportFrom) or node.module is None:
        return
    if isinstance(node.names, cst.ImportStar):
        return
    for alias in node.names:
        yield _local(alias), f"{dotted(node.module)}.{dotted(alias.name)}"


def _moved(chain: str, bound: str) -> str | None:
    """Return what a chain of names becomes; `None` where it is right, or nobody knows."""
    path = keras_names.parse(bound + chain[chain.index(".") :])
    if path is None or not path.kept:
        return None
    parts = path.rest.split(".")
    at = 0  # how many of the parts are modules that are there
    while at < len(parts) and keras_names.is_module(_to(path, parts[: at + 1])):
        at += 1
    module = _to(path, parts[:at])
    if at >= len(parts) - 1 or keras_names.has(module, parts[at]):
        return None
    names = chain.split(".")
    kept = len(names) - len(parts) + at  # names of the chain before the one that is not there
    place = keras_names.home(_to(path, parts[:-1]), parts[-1])
    if place is None or place[0] != f"{path.root}.{module.rest}".rstrip(".") or kept < 1:
        return None
    return ".".join((*names[:kept], place[1]))


def _to(path: keras_names.Path, parts: list[str]) -> keras_names.Path:
    """Return the path of the same root with these parts behind it."""
    return keras_names.Path(path.root, ".".join(parts))


def _attributes(module: cst.Module) -> Iterator[cst.Attribute]:
    """Yield the dotted paths in a module's code, the whole of each first; imports are left out."""
    pending: list[cst.CSTNode] = [module]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.Import | cst.ImportFrom):
            continue
        if isinstance(node, cst.Attribute):
            yield node
        pending += reversed(node.children)
