"""Which names a program has for Keras, where they came from, and how a layer class is called by
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
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
        """Whether it comes from `keras.layers`, or from a module in it (`keras.layers.core`, as old
        programs have it).
        """
        from_module = isinstance(self.way[-1], cst.ImportFrom)
        return from_module and normal(self.path).startswith(f"{LAYERS}.")

    @property
    def root(self) -> str | None:
        """`tensorflow.keras` of `from tensorflow.keras.layers import Dense`; `None` for what is not
        of Keras.
        """
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
        self.bindings: list[Binding] = []
        for index, unit in enumerate(document.units):
            self.bindings += _bindings(unit, index)

    def of(self, name: str) -> list[Binding]:
        """Return what binds a name anywhere in the document."""
        return [binding for binding in self.bindings if binding.name == name]

    def seen_from(self, path: Path, unit: int) -> View:
        """Return what can be seen from the end of a way in the unit of this number."""
        scope = scope_of(path)
        return View([one for one in self.bindings if _is_seen(one, scope, unit)])


def _is_seen(binding: Binding, scope: Sequence[int], unit: int) -> bool:
    """Return whether a binding can be seen from a scope in the unit of this number."""
    return binding.unit <= unit and tuple(scope[: len(binding.scope)]) == binding.scope


class View:
    """The bindings that can be seen from a place."""

    def __init__(self, bindings: Sequence[Binding]) -> None:
        self.bindings = bindings

    def of(self, name: str) -> list[Binding]:
        """Return what binds `name`, by the innermost scope alone that binds it."""
        found = [one for one in self.bindings if one.name == name]
        depth = max((len(one.scope) for one in found), default=0)
        return [one for one in found if len(one.scope) == depth]

    @cached_property
    def paths(self) -> dict[str, str]:
        """By every name in sight: the dotted path that it stands for, "" where none is known."""
        names = dict.fromkeys(binding.name for binding in self.bindings)
        names.pop("*", None)
        return {name: self.resolve(name) or "" for name in names}

    def resolve(self, text: str, depth: int = 8) -> str | None:
        """Return the dotted path that `text` stands for, Keras's root as `keras`.

        "" if a name in it is bound to something of the program or to several
        things, `None` if nothing binds it.
        """
        root, dot, rest = text.partition(".")
        paths = {binding.path for binding in self.of(root)}
        if not paths:
            return None
        for alias in [path for path in paths if path.startswith("=")]:  # of another name
            paths.remove(alias)
            paths.add(self._follow(alias[1:], depth))
        if len(paths) != 1 or "" in paths:
            return ""
        return normal(paths.pop() + dot + rest)

    def _follow(self, text: str, depth: int) -> str:
        """Return the dotted path of what an alias stands for, "" where it is not known."""
        if depth == 0:
            return ""
        return self.resolve(text, depth - 1) or ""

    def name_for(self, path: str) -> str | None:
        """Return the first name that stands for a dotted path."""
        return next((name for name, found in self.paths.items() if found == path), None)

    @property
    def starred(self) -> bool:
        """Whether there is a `from keras.layers import *` in sight."""
        return any(normal(binding.path) == LAYERS for binding in self.of("*"))


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
    """Return the blocks of a compound statement, and its `else`, `except`, `finally` and `case`
    parts, which have blocks.
    """
    parts: list[cst.CSTNode] = []
    for name in _PARTS:
        part = getattr(node, name, None) or ()
        if isinstance(part, cst.CSTNode):
            part = (part,)
        parts += part
    return parts


def _bindings(unit: Unit, index: int) -> Iterator[Binding]:
    """Yield what the statements of a unit bind, and the parameters of its functions."""
    for way in statements(unit.module):
        scope, node = scope_of(way), way[-1]
        inner = innermost(way[:-1], cst.FunctionDef, cst.ClassDef)
        if not isinstance(inner, cst.ClassDef):  # its methods do not see what the body binds
            for name, path in _bound(node):
                yield Binding(name, path, scope, index, way)
        if isinstance(node, cst.FunctionDef):
            for parameter in parameters(node):
                yield Binding(parameter.name.value, "", (*scope, id(node)), index, way)


def _bound(node: cst.CSTNode) -> Iterator[tuple[str, str]]:
    """Yield the names that a statement binds, each with its path."""
    match node:
        case cst.Import():
            yield from map(_module, node.names)
        case cst.ImportFrom():
            yield from _imported(node)
        case cst.Assign():
            for target in node.targets:
                yield from _assigned(target.target, node.value)
        case (
            cst.AnnAssign(target=cst.Name(value=name))
            | cst.AugAssign(target=cst.Name(value=name))
            | cst.For(target=cst.Name(value=name))
        ):
            yield name, ""
        case cst.FunctionDef() | cst.ClassDef():
            yield node.name.value, ""


def _module(alias: cst.ImportAlias) -> tuple[str, str]:
    """Return the name that `import a.b` binds, and the path that it stands for."""
    path = dotted(alias.name)
    if alias.asname is not None:
        return bound_name(alias), path
    package = path.partition(".")[0]
    return package, package


def _imported(node: cst.ImportFrom) -> Iterator[tuple[str, str]]:
    """Yield the names that `from a import b` binds, each with its path."""
    module = "." * len(node.relative) + dotted(node.module)
    if isinstance(node.names, cst.ImportStar):
        yield "*", module
    for alias in imported(node):
        yield bound_name(alias), f"{module}.{dotted(alias.name)}"


def _assigned(
    target: cst.BaseAssignTargetExpression, value: cst.BaseExpression
) -> Iterator[tuple[str, str]]:
    """Yield the names that an assignment binds; another name for one is its path behind `=`."""
    match target:
        case cst.Name(value=name):
            source = dotted(value)
            yield name, f"={source}" if source else ""
        case cst.Tuple(elements=elements) | cst.List(elements=elements):
            names = (element.value for element in elements)
            yield from ((name.value, "") for name in names if isinstance(name, cst.Name))
