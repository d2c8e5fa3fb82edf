"""Which names a program has for Keras, where they came from, and how a layer class is called by them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import libcst as cst

from kfix.rewrite.nodes import Path, bound_name, dotted, imported, innermost, parameters
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

_PARTS = ("body", "handlers", "cases", "orelse", "finalbody")
"""The fields of a compound statement that are blocks, or have blocks."""


def normal(path: str) -> str:
    """Return a dotted path with every spelling of Keras's root as `keras`."""
    for root in _ROOTS:
        if f"{path}.".startswith(f"{root}."):
            return "keras" + path[len(root) :]
    return path


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

    @property
    def is_layer(self) -> bool:
        """Whether it comes from `keras.layers`, or from a module in it (`keras.layers.core`, as old programs have it)."""
        from_module = isinstance(self.way[-1], cst.ImportFrom)
        return from_module and normal(self.path).startswith(f"{LAYERS}.")

    @property
    def root(self) -> str | None:
        """`tensorflow.keras` of `from tensorflow.keras.layers import Dense`; `None` for what is not of Keras."""
        match self.way[-1]:
            case cst.ImportFrom(relative=[], module=module):
                path = dotted(module)
                known = normal(path)
                if f"{known}.".startswith("keras."):
                    return path.removesuffix(known.removeprefix("keras"))
        return None


class Names:
    """The bindings of a document, over all its units."""

    def __init__(self, document: Document) -> None:
        self.units = document.units
        self.bindings: list[Binding] = []
        for index, unit in enumerate(document.units):
            self.bindings += _bindings(unit, index)

    def visible(self, name: str | None, scope: Sequence[int], unit: int) -> list[Binding]:
        """Return what binds `name` as seen from a scope, by the innermost scope that binds it; all names for `None`."""
        seen = [one for one in self.bindings if _is_seen(one, scope, unit)]
        if name is None:
            return seen
        mine = [one for one in seen if one.name == name]
        depth = max((len(one.scope) for one in mine), default=0)
        return [one for one in mine if len(one.scope) == depth]

    def resolve(self, text: str, scope: Sequence[int], unit: int, depth: int = 8) -> str | None:
        """Return the dotted path that `text` stands for, Keras's root as `keras`.

        "" if a name in it is bound to something of the program or to several
        things, `None` if nothing binds it.
        """
        root, dot, rest = text.partition(".")
        found = self.visible(root, scope, unit)
        if not found:
            return None
        paths = {binding.path for binding in found}
        for alias in [path for path in paths if path.startswith("=")]:  # of another name
            paths.remove(alias)
            paths.add((self.resolve(alias[1:], scope, unit, depth - 1) if depth else "") or "")
        whole = {normal(path + dot + rest) if path else "" for path in paths}
        return whole.pop() if len(whole) == 1 else ""

    def path_of(self, path: str, way: Path, unit: int) -> str | None:
        """Return the name that stands for a dotted path, as seen from the end of a way; `None` where there is none."""
        scope = scope_of(way)
        for name in dict.fromkeys(binding.name for binding in self.visible(None, scope, unit)):
            if name != "*" and self.resolve(name, scope, unit) == path:
                return name
        return None

    def starred(self, scope: Sequence[int], unit: int) -> bool:
        """Return whether there is a `from keras.layers import *` in sight."""
        return any(normal(binding.path) == LAYERS for binding in self.visible("*", scope, unit))


def _is_seen(binding: Binding, scope: Sequence[int], unit: int) -> bool:
    return binding.unit <= unit and tuple(scope[: len(binding.scope)]) == binding.scope


def scope_of(way: Path) -> tuple[int, ...]:
    """Return the functions and classes on the way down to a node."""
    return tuple(id(node) for node in way[:-1] if isinstance(node, cst.FunctionDef | cst.ClassDef))


def statements(
    module: cst.Module | cst.BaseSuite, above: tuple[cst.CSTNode, ...] = ()
) -> Iterator[tuple[cst.CSTNode, ...]]:
    """Yield the ways to all statements below a block, small ones each, in the order of the text."""
    pending: list[tuple[cst.CSTNode, ...]] = [(*above, module)]
    while pending:
        way = pending.pop()
        match way[-1]:
            case cst.Module() | cst.BaseSuite() | cst.SimpleStatementLine() as block:
                pending += [(*way, child) for child in reversed(block.body)]
            case cst.BaseSmallStatement():
                yield way
            case part:
                if isinstance(part, cst.BaseCompoundStatement):
                    yield way
                pending += [(*way, inner) for inner in reversed(_parts(part))]


def _parts(node: cst.CSTNode) -> list[cst.CSTNode]:
    """The blocks of a compound statement, and its `else`, `except`, `finally` and `case` parts, which have blocks."""
    parts: list[cst.CSTNode] = []
    for name in _PARTS:
        part = getattr(node, name, None) or ()
        parts += [part] if isinstance(part, cst.CSTNode) else part
    return parts


def _bindings(unit: Unit, index: int) -> Iterator[Binding]:
    for way in statements(unit.module):
        scope, node = scope_of(way), way[-1]
        inner = innermost(way[:-1], cst.FunctionDef, cst.ClassDef)
        if not isinstance(inner, cst.ClassDef):  # its methods do not see what the body binds
            for name, path in _bound(node):
                yield Binding(name, path, scope, index, way)
        for parameter in parameters(node) if isinstance(node, cst.FunctionDef) else ():
            yield Binding(parameter.name.value, "", (*scope, id(node)), index, way)


def _bound(node: cst.CSTNode) -> Iterator[tuple[str, str]]:
    """The names that a statement binds, each with its path."""
    match node:
        case cst.Import():
            yield from map(_module, node.names)
        case cst.ImportFrom():
            yield from _imported(node)
        case cst.Assign():
            for target in node.targets:
                yield from _assigned(target.target, node.value)
        case cst.AnnAssign() | cst.AugAssign() | cst.For():
            if isinstance(node.target, cst.Name):
                yield node.target.value, ""
        case cst.FunctionDef() | cst.ClassDef():
            yield node.name.value, ""


def _module(alias: cst.ImportAlias) -> tuple[str, str]:
    path = dotted(alias.name)
    if alias.asname is not None:
        return bound_name(alias), path
    package = path.partition(".")[0]
    return package, package


def _imported(node: cst.ImportFrom) -> Iterator[tuple[str, str]]:
    module = "." * len(node.relative) + dotted(node.module)
    if isinstance(node.names, cst.ImportStar):
        yield "*", module
    for alias in imported(node):
        yield bound_name(alias), f"{module}.{dotted(alias.name)}"


def _assigned(
    target: cst.BaseAssignTargetExpression, value: cst.BaseExpression
) -> Iterator[tuple[str, str]]:
    match target:
        case cst.Name(value=name):
            source = dotted(value)
            yield name, f"={source}" if source else ""
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            names = (element.value for element in elements)
            yield from ((name.value, "") for name in names if isinstance(name, cst.Name))
