"""Imports of what Keras 3 has not, as old programs have them, and where it is now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

import libcst as cst

from kfix.model.record import Record
from kfix.model.site import Site
from kfix.source.interpreter.imports import dotted
from kfix.source.migration import keras_names
from kfix.source.syntax.document import Document, Unit
from kfix.source.syntax.tree import children

Home = tuple[str, str, str]
"""A name as it is imported, the module that has it now, and its name there.

The module is "" where nothing uses the name.
"""

Inside = tuple[str, str, str, str]
"""A module as it is imported, a name that is read from it, and where that is now.

The last two are the module that has it and its name there.
"""


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

    @property
    def moved(self) -> list[Home]:
        """The names that another module has now, or that have another name."""
        return [home for home in self.homes if home[1] and home[1:] != (self.written, home[0])]


def removed_imports(document: Document) -> list[RemovedImport]:
    """Return what a program imports that Keras 3 has not, in the order of the text.

    Only imports that are made in any case are looked at: what stands in a `try`
    or an `if` is written for several versions.
    """
    found: list[RemovedImport | None] = []
    for unit in document.units:
        found.extend(_removed(document, unit, node) for node in _imports(unit.module.body))
    return [*filter(None, found), *_paths(document)]


def _removed(
    document: Document, unit: Unit, node: cst.Import | cst.ImportFrom
) -> RemovedImport | None:
    """Return what is gone of an import, `None` where nothing is."""
    if isinstance(node, cst.ImportFrom):
        return _from(document, unit, node)
    return _whole(document, unit, node)


def _imports(body: Sequence[cst.CSTNode]) -> Iterator[cst.Import | cst.ImportFrom]:
    """Yield the imports of a block and of the functions in it."""
    for node in body:
        match node:
            case cst.Import() | cst.ImportFrom():
                yield node
            case (
                cst.SimpleStatementLine(body=inner)
                | cst.FunctionDef(body=cst.IndentedBlock(body=inner))
                | cst.ClassDef(body=cst.IndentedBlock(body=inner))
            ):
                yield from _imports(inner)
            case cst.If(body=cst.IndentedBlock(body=inner)) if _is_main(node):
                yield from _imports(inner)


def _is_main(node: cst.CSTNode) -> bool:
    """Return whether a statement is `if __name__ == "__main__":`."""
    if not isinstance(node, cst.If) or not isinstance(node.test, cst.Comparison):
        return False
    left = node.test.left
    return isinstance(left, cst.Name) and left.value == "__name__"


def _from(document: Document, unit: Unit, node: cst.ImportFrom) -> RemovedImport | None:
    """Return what is gone of `from module import a, b as c`, `None` where nothing is."""
    if node.module is None or node.relative:
        return None
    written = dotted(node.module)
    module = keras_names.parse(written)
    if module is None:
        return None
    site = unit.site(node)
    if isinstance(node.names, cst.ImportStar):
        return _star(module, written, site)
    if all(keras_names.has(module, dotted(alias.name)) for alias in node.names):
        return None
    fate = Fate()
    for alias in node.names:
        _follow(document, module, written, alias, fate)
    return RemovedImport(site, written, tuple(fate.homes), tuple(fate.inside), tuple(fate.lost))


class Fate:
    """Where the names of one import are now: as in `RemovedImport`."""

    def __init__(self) -> None:
        self.homes: list[Home] = []
        self.inside: list[Inside] = []
        self.lost: list[str] = []


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


def _follow(
    document: Document,
    module: keras_names.Path,
    written: str,
    alias: cst.ImportAlias,
    fate: Fate,
) -> None:
    """Note where an imported name is now: its home, those of all that is read from it, or none."""
    name = dotted(alias.name)
    if keras_names.has(module, name):
        fate.homes.append((name, written, name))
        return
    attributes, uses = _read(document, _local(alias))
    now = keras_names.home(module, name)
    inside = _inside(module, name, attributes)
    is_kept = not attributes or keras_names.has_successor(module, name)
    if now is not None and (now[1] == name or is_kept):
        fate.homes.append((name, *now))
    elif inside:
        fate.inside.extend(inside)
    elif uses:
        fate.lost.append(name)
    else:
        fate.homes.append((name, "", ""))


def _inside(module: keras_names.Path, name: str, attributes: list[str]) -> list[Inside]:
    """Return where all that is read from an imported module is now, nothing where one is lost."""
    inside: list[Inside] = []
    deeper = keras_names.Path(module.root, f"{module.rest}.{name}".lstrip("."))
    for attribute in attributes:
        place = keras_names.home(deeper, attribute)
        if place is None:
            return []
        inside.append((name, attribute, *place))
    return inside


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
    attributes, _ = _read(document, _local(alias))  # none where no single name is bound
    homes = {_module_of(module, name) for name in attributes}
    if "" in homes or len(homes) != 1:
        return RemovedImport(unit.site(node), written, lost=(written,))
    return RemovedImport(unit.site(node), written, ((written, homes.pop(), ""),))


def _module_of(module: keras_names.Path, name: str) -> str:
    """Return the module that has a name of another by the same name now, "" for none."""
    match keras_names.home(module, name):
        case (home, its) if its == name:
            return home
    return ""


def _read(document: Document, local: str) -> tuple[list[str], int]:
    """Return the attributes that are read from a name, and how often it is used.

    It has no attributes where anything else is done with it.
    """
    units = (unit for unit in document.units if local in unit.text)
    found = list(chain.from_iterable(_uses(unit.module, local) for unit in units))
    attributes = list(dict.fromkeys(found))
    if "" in attributes:
        return [], len(found)
    return attributes, len(found)


def _uses(module: cst.Module, local: str) -> Iterator[str]:
    """Yield for each use of a name the attribute that is read from it, "" for any other use.

    Imports are none.
    """
    pending: list[cst.CSTNode] = [module]
    while pending:
        match pending.pop():
            case cst.Import() | cst.ImportFrom():
                continue
            case cst.Name(value=name) if name == local:
                yield ""
            case cst.Attribute(value=cst.Name(value=name), attr=attribute) if name == local:
                yield attribute.value
            case cst.Attribute(value=inner) | cst.Arg(value=inner):
                pending.append(inner)
            case node:
                pending += reversed(children(node))


# --- dotted paths in the code -------------------------------------------------------------

_CHAIN = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){2,}")


def _paths(document: Document) -> Iterator[RemovedImport]:
    """Yield dotted paths with a module on the way that is not there.

    One such path is `layers.experimental.preprocessing.Rescaling`.
    """
    chains = [set(_CHAIN.findall(unit.text)) for unit in document.units]
    if not any(chains):
        return
    known = roots(document)
    for unit, written in zip(document.units, chains, strict=True):
        now = {path: _moved(path, known) for path in written}
        if not any(now.values()):
            continue
        for node in unit.nodes:
            text = dotted(node) if isinstance(node, cst.Attribute) else ""
            path = now.get(text)
            if path is not None:
                yield RemovedImport(unit.site(node), text, path=path)


_IMPORT = re.compile(
    r"(?m)^\s*import\s+(keras|tensorflow)(?:\.(\w+))?(?:\s+as\s+(\w+))?\s*(?:#.*)?$"
)


def roots(document: Document) -> dict[str, str]:
    """Return the names that one import alone binds, each with the path that it stands for.

    The paths are into Keras or TensorFlow.
    """
    found: dict[str, set[str]] = {}
    for unit in document.units:
        bound = chain.from_iterable(map(_bound, _imports(unit.module.body)))
        for local, path in chain(_bound_modules(unit), bound):
            found.setdefault(local, set()).add(path)
    return {name: paths.pop() for name, paths in found.items() if len(paths) == 1}


def _bound(node: cst.Import | cst.ImportFrom) -> Iterator[tuple[str, str]]:
    """Yield the names that `from module import a as b` binds, each with its dotted path."""
    match node:
        case cst.ImportFrom(module=cst.CSTNode() as module, names=[*aliases]):
            for alias in aliases:
                yield _local(alias), f"{dotted(module)}.{dotted(alias.name)}"


def _bound_modules(unit: Unit) -> Iterator[tuple[str, str]]:
    """Yield the names that `import tensorflow.keras as k` binds, each with its dotted path."""
    for match in _IMPORT.finditer(unit.text):
        library, inner, local = match.groups()
        if local and inner:
            yield local, f"{library}.{inner}"
        else:
            yield local or library, library


def _moved(written: str, roots: Mapping[str, str]) -> str | None:
    """Return what a chain of names becomes; `None` where it is right, or nobody knows."""
    head, _, rest = written.partition(".")
    path = keras_names.parse(f"{roots.get(head)}.{rest}")
    if path is None or not path.kept:
        return None
    parts = path.rest.split(".")
    at = 0  # how many of the parts are modules that are there
    while at < len(parts) and keras_names.is_module(_to(path, parts[: at + 1])):
        at += 1
    module = _to(path, parts[:at])
    if at >= len(parts) - 1 or keras_names.has(module, parts[at]):
        return None
    names = written.split(".")
    kept = len(names) - len(parts) + at  # names before the one that is not there
    match keras_names.home(_to(path, parts[:-1]), parts[-1]):
        case (home, its) if kept > 0 and home == f"{path.root}.{module.rest}".rstrip("."):
            return ".".join((*names[:kept], its))
    return None


def _to(path: keras_names.Path, parts: list[str]) -> keras_names.Path:
    """Return the path of the same root with these parts behind it."""
    return keras_names.Path(path.root, ".".join(parts))
