"""Which names a program has for Keras, where they came from, and how a layer class is called by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import libcst as cst

from kfix.source.syntax.document import Document, Unit

LAYERS = "keras.layers"

_ROOTS = (
    "tensorflow.python.keras",
    "tensorflow.compat.v1.keras",
    "tensorflow.compat.v2.keras",
    "tensorflow._api.v2.keras",
    "tensorflow.keras",
    "tf_keras.src",
    "tf_keras",
    "keras.api",
    "keras.src",
)


def normal(path: str) -> str:
    """A dotted path with every spelling of Keras's root as `keras`."""
    for root in _ROOTS:
        if path == root or path.startswith(root + "."):
            return "keras" + path[len(root) :]
    return path


def dotted(node: cst.CSTNode | None) -> str:
    """`a.b.c` of names and attributes, "" for any other expression."""
    parts: list[str] = []
    while isinstance(node, cst.Attribute):
        parts.append(node.attr.value)
        node = node.value
    if not isinstance(node, cst.Name):
        return ""
    parts.append(node.value)
    return ".".join(reversed(parts))


class Binding(NamedTuple):
    """One place where a name is given a meaning.

    `path` is the dotted path it stands for, as written ("" for anything that
    is not of a library). `scope` are the functions and classes around it, by
    identity, `way` the nodes from the module down to the statement.
    """

    name: str
    path: str
    scope: tuple[int, ...]
    unit: int
    way: tuple[cst.CSTNode, ...]


class Names:
    """The bindings of a document, over all its units."""

    def __init__(self, document: Document) -> None:
        self.units = document.units
        self.bindings: list[Binding] = []
        for index, unit in enumerate(document.units):
            self.bindings += _bindings(unit, index)

    def visible(self, name: str | None, scope: Sequence[int], unit: int) -> list[Binding]:
        """What binds `name` as seen from a scope, by the innermost scope alone that binds it; all names for `None`."""
        seen = [
            binding
            for binding in self.bindings
            if (name is None or binding.name == name)
            and binding.unit <= unit
            and tuple(scope[: len(binding.scope)]) == binding.scope
        ]
        if name is None or not seen:
            return seen
        depth = max(len(binding.scope) for binding in seen)
        return [binding for binding in seen if len(binding.scope) == depth]

    def resolve(self, text: str, scope: Sequence[int], unit: int, depth: int = 8) -> str | None:
        """The dotted path that `text` stands for, Keras's root as `keras`.

        "" if a name in it is bound to something of the program or to several
        things, `None` if nothing binds it.
        """
        root, dot, rest = text.partition(".")
        found = self.visible(root, scope, unit)
        if not found:
            return None
        paths = set()
        for binding in found:
            path = binding.path
            if path.startswith("="):  # an alias of another name
                path = (self.resolve(path[1:], scope, unit, depth - 1) if depth else None) or ""
            paths.add(normal(path + dot + rest) if path else "")
        return paths.pop() if len(paths) == 1 else ""

    def path_of(self, path: str, way: Sequence[cst.CSTNode], unit: int) -> str | None:
        """The name that stands for a dotted path, as seen from the end of a way; `None` where there is none."""
        scope = scope_of(way)
        for name in dict.fromkeys(binding.name for binding in self.visible(None, scope, unit)):
            if name != "*" and self.resolve(name, scope, unit) == path:
                return name
        return None

    def starred(self, scope: Sequence[int], unit: int) -> bool:
        """Is there a `from keras.layers import *` in sight?"""
        return any(normal(binding.path) == LAYERS for binding in self.visible("*", scope, unit))


def scope_of(way: Sequence[cst.CSTNode]) -> tuple[int, ...]:
    """The functions and classes on the way down to a node."""
    return tuple(id(node) for node in way[:-1] if isinstance(node, cst.FunctionDef | cst.ClassDef))


def statements(
    module: cst.Module | cst.BaseSuite, above: tuple[cst.CSTNode, ...] = ()
) -> Iterator[tuple[cst.CSTNode, ...]]:
    """The ways to all statements below a block, small ones each, in the order of the text."""
    pending: list[tuple[cst.CSTNode, ...]] = [(*above, module)]
    while pending:
        way = pending.pop()
        node = way[-1]
        if isinstance(node, cst.Module | cst.BaseSuite | cst.SimpleStatementLine):
            pending += [(*way, child) for child in reversed(node.body)]
            continue
        if isinstance(node, cst.BaseSmallStatement | cst.BaseCompoundStatement):
            yield way
        if not isinstance(node, cst.BaseSmallStatement):
            pending += [(*way, part) for part in reversed(_parts(node))]


def _parts(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The blocks of a compound statement, and its `else`, `except`, `finally` and `case` parts, which have blocks."""
    parts: list[cst.CSTNode] = []
    for name in ("body", "handlers", "cases", "orelse", "finalbody"):
        part = getattr(node, name, None)
        if isinstance(part, cst.CSTNode):
            parts.append(part)
        elif part:
            parts += part
    return parts


def _bindings(unit: Unit, index: int) -> Iterator[Binding]:
    for way in statements(unit.module):
        scope = scope_of(way)
        inner = next(
            (
                each
                for each in reversed(way[:-1])
                if isinstance(each, cst.FunctionDef | cst.ClassDef)
            ),
            None,
        )
        if not isinstance(
            inner, cst.ClassDef
        ):  # what a class body binds is not seen from its methods
            for name, path in _bound(way[-1]):
                yield Binding(name, path, scope, index, way)
        node = way[-1]
        if isinstance(node, cst.FunctionDef):
            parameters = node.params
            for parameter in (
                *parameters.params,
                *parameters.kwonly_params,
                *parameters.posonly_params,
            ):
                yield Binding(parameter.name.value, "", (*scope, id(node)), index, way)


def _bound(node: cst.CSTNode) -> Iterator[tuple[str, str]]:
    """The names that a statement binds, each with its path."""
    if isinstance(node, cst.Import):
        for alias in node.names:
            path = dotted(alias.name)
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                yield alias.asname.name.value, path
            else:
                yield path.partition(".")[0], path.partition(".")[0]
    elif isinstance(node, cst.ImportFrom):
        module = "." * len(node.relative) + dotted(node.module)
        if isinstance(node.names, cst.ImportStar):
            yield "*", module
            return
        for alias in node.names:
            name = dotted(alias.name)
            bound = alias.asname.name if alias.asname is not None else alias.name
            if isinstance(bound, cst.Name):
                yield bound.value, f"{module}.{name}"
    elif isinstance(node, cst.Assign):
        for target in node.targets:
            if isinstance(target.target, cst.Name):
                source = dotted(node.value)
                yield target.target.value, "=" + source if source else ""
            elif isinstance(target.target, cst.Tuple | cst.List):
                for element in target.target.elements:
                    if isinstance(element.value, cst.Name):
                        yield element.value.value, ""
    elif isinstance(node, cst.AnnAssign | cst.AugAssign | cst.For):
        if isinstance(node.target, cst.Name):
            yield node.target.value, ""
    elif isinstance(node, cst.FunctionDef | cst.ClassDef):
        yield node.name.value, ""
