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


class Gone(Record):
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


def gone(document: Document) -> list[Gone]:
    """What a program imports that Keras 3 has not, in the order of the text.

    Only imports that are made in any case are looked at: what stands in a `try`
    or an `if` is written for several versions.
    """
    found: list[Gone] = []
    for unit in document.units:
        for node in _imports(unit.module.body):
            one = (
                _from(document, unit, node)
                if isinstance(node, cst.ImportFrom)
                else _whole(document, unit, node)
            )
            if one is not None:
                found.append(one)
    return found + list(_paths(document))


def _imports(body: object) -> Iterator[cst.Import | cst.ImportFrom]:
    """The imports of a block and of the functions in it."""
    for node in body if isinstance(body, list | tuple) else ():
        if isinstance(node, cst.SimpleStatementLine):
            yield from (one for one in node.body if isinstance(one, cst.Import | cst.ImportFrom))
        elif isinstance(node, cst.FunctionDef | cst.ClassDef):
            yield from _imports(node.body.body)


def _from(document: Document, unit: Unit, node: cst.ImportFrom) -> Gone | None:
    """`from module import a, b as c`."""
    written = dotted(node.module) if node.module is not None and not node.relative else ""
    module = keras_names.parse(written)
    if module is None:
        return None
    if isinstance(node.names, cst.ImportStar):
        if keras_names.is_module(module):
            return None
        package = keras_names.home(module, "Layer") if module.rest.startswith("layers.") else None
        homes = (("*", package[0], "*"),) if package is not None else ()
        return Gone(unit.site(node), written, homes, lost=() if homes else ("*",))
    names = [dotted(alias.name) for alias in node.names]
    if all(keras_names.has(module, name) for name in names):
        return None
    homes_: list[Home] = []
    inside: list[Inside] = []
    lost: list[str] = []
    for alias, name in zip(node.names, names, strict=True):
        local = dotted(alias.asname.name) if alias.asname is not None else name
        if keras_names.has(module, name):
            homes_.append((name, written, name))
            continue
        attributes, total = _read(document, local)
        deeper = keras_names.Path(module.root, f"{module.rest}.{name}".lstrip("."))
        now = keras_names.home(module, name)
        within = [
            (one, place)
            for one in attributes
            if (place := keras_names.home(deeper, one)) is not None
        ]
        if now is not None and (now[1] == name or not attributes):
            homes_.append((name, *now))
        elif within and len(within) == len(attributes):
            inside += [(name, one, *place) for one, place in within]
        elif not total:
            homes_.append((name, "", ""))
        else:
            lost.append(name)
    return Gone(unit.site(node), written, tuple(homes_), tuple(inside), tuple(lost))


def _whole(document: Document, unit: Unit, node: cst.Import) -> Gone | None:
    """`import keras.utils.np_utils as u`."""
    if len(node.names) != 1:
        return None
    alias = node.names[0]
    written = dotted(alias.name)
    module = keras_names.parse(written)
    if module is None or keras_names.is_module(module):
        return None
    local = dotted(alias.asname.name) if alias.asname is not None else ""
    attributes = _read(document, local)[0] if local else []
    homes = {
        place[0] if (place := keras_names.home(module, name)) and place[1] == name else ""
        for name in attributes
    }
    if "" in homes or len(homes) != 1:
        return Gone(unit.site(node), written, lost=(written,))
    return Gone(unit.site(node), written, ((written, homes.pop(), ""),))


def _read(document: Document, local: str) -> tuple[list[str], int]:
    """The attributes that are read from a name, if nothing else is done with it; and how often it is used."""
    found: list[str | None] = []
    for unit in document.units:
        if local not in unit.text:
            continue
        pending: list[cst.CSTNode] = [unit.module]
        while pending:
            node = pending.pop()
            if isinstance(node, cst.Import | cst.ImportFrom):
                continue
            if isinstance(node, cst.Name):
                found += [None] if node.value == local else []
            elif isinstance(node, cst.Attribute):
                if isinstance(node.value, cst.Name) and node.value.value == local:
                    found.append(node.attr.value)
                else:
                    pending.append(node.value)
            elif isinstance(node, cst.Arg):
                pending.append(node.value)
            else:
                pending += reversed(node.children)
    attributes = [name for name in found if name is not None]
    return (list(dict.fromkeys(attributes)) if len(attributes) == len(found) else []), len(found)


# --- dotted paths in the code -------------------------------------------------------------

_CHAIN = re.compile(r"(?<![\w.])[A-Za-z_]\w*(?:\.[A-Za-z_]\w*){2,}")


def _paths(document: Document) -> Iterator[Gone]:
    """`layers.experimental.preprocessing.Rescaling`: a module on the way that is not there."""
    roots: dict[str, str] | None = None
    for unit in document.units:
        wanted: dict[str, str] = {}
        for chain in dict.fromkeys(_CHAIN.findall(unit.text)):
            if roots is None:
                roots = _roots(document)
            head = chain.partition(".")[0]
            now = _moved(chain, roots[head]) if head in roots else None
            if now is not None:
                wanted[chain] = now
        if wanted:
            for node in _attributes(unit.module):
                text = dotted(node)
                if text in wanted:
                    yield Gone(unit.site(node), text, path=wanted[text])


def _roots(document: Document) -> dict[str, str]:
    """The names that an import alone brings, and the paths into Keras (or TensorFlow) that they stand for."""
    found: dict[str, set[str]] = {}
    for unit in document.units:
        for match in re.finditer(
            r"(?m)^\s*import\s+(keras|tensorflow)(?:\.(\w+))?(?:\s+as\s+(\w+))?\s*(?:#.*)?$",
            unit.text,
        ):
            path = match[1] + (f".{match[2]}" if match[2] and match[3] else "")
            found.setdefault(match[3] or match[1], set()).add(path)
        for node in _imports(unit.module.body):
            if (
                isinstance(node, cst.ImportFrom)
                and not isinstance(node.names, cst.ImportStar)
                and node.module
            ):
                for alias in node.names:
                    local = (
                        dotted(alias.asname.name)
                        if alias.asname is not None
                        else dotted(alias.name)
                    )
                    found.setdefault(local, set()).add(
                        f"{dotted(node.module)}.{dotted(alias.name)}"
                    )
    return {name: paths.pop() for name, paths in found.items() if len(paths) == 1}


def _moved(chain: str, bound: str) -> str | None:
    """What a chain of names becomes; `None` where it is right, or nobody knows."""
    path = keras_names.parse(bound + chain[chain.index(".") :])
    if path is None or not path.kept:
        return None
    parts = path.rest.split(".")
    at = 0
    while at < len(parts) and keras_names.is_module(
        keras_names.Path(path.root, ".".join(parts[: at + 1]))
    ):
        at += 1
    module = keras_names.Path(path.root, ".".join(parts[:at]))
    if at >= len(parts) - 1 or keras_names.has(module, parts[at]):
        return None
    written = (
        len(chain.split(".")) - len(parts) + at
    )  # names of the chain before the one that is not there
    place = keras_names.home(
        keras_names.Path(path.root, ".".join(parts[: len(parts) - 1])), parts[-1]
    )
    if place is None or place[0] != f"{path.root}.{module.rest}".rstrip(".") or written < 1:
        return None
    return ".".join((*chain.split(".")[:written], place[1]))


def _attributes(module: cst.Module) -> Iterator[cst.Attribute]:
    """The dotted paths in a module's code, the whole of each first; imports are left out."""
    pending: list[cst.CSTNode] = [module]
    while pending:
        node = pending.pop()
        if isinstance(node, cst.Import | cst.ImportFrom):
            continue
        if isinstance(node, cst.Attribute):
            yield node
        pending += reversed(node.children)
