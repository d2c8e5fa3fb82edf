"""The names and calls of a document, by what they stand for, without interpreting it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

import libcst as cst

from kfix.source.interpreter.imports import dotted
from kfix.source.migration.keras_names import Path, parse
from kfix.source.migration.removed_imports import roots
from kfix.source.syntax.document import Document, Unit
from kfix.source.syntax.positions import code_of
from kfix.source.syntax.tree import below


class Text:
    """A unit of a document, and what the names in it stand for by its imports alone."""

    def __init__(self, document: Document, unit: Unit, known: dict[str, str]) -> None:
        self.document = document
        self.unit = unit
        self._known = known
        self.site = unit.site

    def path(self, node: cst.CSTNode) -> str:
        """Return the dotted path that an expression stands for, "" for none that is known."""
        head, dot, rest = dotted(node).partition(".")
        root = self._known.get(head, "")
        if not root or not is_dotted(node):
            return ""
        return f"{root}{dot}{rest}"

    def keras(self, node: cst.CSTNode) -> Path | None:
        """Return the path into Keras that an expression stands for."""
        return parse(self.path(node))

    def is_numpy(self, name: str) -> bool:
        """Return whether a name is that of NumPy."""
        return self._known.get(name) == "numpy"

    @cached_property
    def _nodes(self) -> list[cst.CSTNode]:
        """The nodes of all units, without those of imports."""
        return [node for unit in self.document.units for node in unit.nodes]

    @cached_property
    def defined(self) -> set[str]:
        """The names of the functions and methods that the document defines."""
        return {node.name.value for node in self._nodes if isinstance(node, cst.FunctionDef)}

    @cached_property
    def strings(self) -> set[str]:
        """The strings of the document."""
        return {str(literal(node)) for node in self._nodes if isinstance(node, cst.SimpleString)}

    @cached_property
    def metrics(self) -> set[str]:
        """The strings among the metrics of all calls of `compile`."""
        given = [
            node.value
            for node in self._nodes
            if isinstance(node, cst.Arg) and keyword(node) == "metrics"
        ]
        return {
            str(literal(node))
            for value in given
            for node in below(value)
            if isinstance(node, cst.SimpleString)
        }

    def places_of(self, value: str) -> list[cst.SimpleString]:
        """Return the places of a string in the unit."""
        return [
            node
            for node in self.unit.nodes
            if isinstance(node, cst.SimpleString) and literal(node) == value
        ]

    def value_of(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """Return what a name is assigned, if that is written once; else the expression itself."""
        if not isinstance(node, cst.Name):
            return node
        values = self._assigned.get(node.value, [])
        if len(values) != 1:
            return node
        return values[0]

    @cached_property
    def _assigned(self) -> dict[str, list[cst.BaseExpression]]:
        """What each name or attribute is assigned, by its code."""
        found: dict[str, list[cst.BaseExpression]] = {}
        for node in self._nodes:
            if isinstance(node, cst.Assign):
                for target in node.targets:
                    found.setdefault(code(target.target), []).append(node.value)
        return found

    def is_model(self, node: cst.BaseExpression) -> bool:
        """Return whether an expression is known to be a model of Keras."""
        made = self._assigned.get(code(node), [])
        paths = [self.keras(one.func) for one in made if isinstance(one, cst.Call)]
        names = [path.rest.rpartition(".")[2] for path in paths if path is not None]
        return bool(names) and set(names) <= {"Sequential", "Model", "load_model"}


def texts(document: Document) -> Iterator[Text]:
    """Yield the units of a document."""
    known = roots(document) | dict.fromkeys(_names_of_numpy(document), "numpy")
    rebound = {name for unit in document.units for name in _rebound(unit)}
    known = {name: path for name, path in known.items() if name not in rebound}
    for unit in document.units:
        yield Text(document, unit, known)


_NUMPY = re.compile(r"(?m)^\s*import\s+numpy(?:\s+as\s+(\w+))?\s*(?:#.*)?$")


def _names_of_numpy(document: Document) -> Iterator[str]:
    """Yield the names by which a document imports NumPy."""
    for unit in document.units:
        for match in _NUMPY.finditer(unit.text):
            yield match.group(1) or "numpy"


def _rebound(unit: Unit) -> Iterator[str]:
    """Yield the names that a text binds otherwise than by an import."""
    for node in unit.nodes:
        target = getattr(node, _BINDERS.get(type(node), ""), None)
        if isinstance(target, cst.Name):
            yield target.value


_BINDERS: dict[type[cst.CSTNode], str] = {
    cst.AssignTarget: "target",
    cst.AnnAssign: "target",
    cst.Param: "name",
    cst.FunctionDef: "name",
    cst.ClassDef: "name",
    cst.For: "target",
    cst.CompFor: "target",
}
"""Where each kind of node has a name that it binds."""


_MODULE = cst.Module([])


def code(node: cst.CSTNode) -> str:
    """Return the code of an expression, in one line where it has no brackets around line ends."""
    return code_of(_MODULE, node)


def operand(node: cst.BaseExpression) -> str:
    """Return the code of an expression as something with a dot behind it."""
    if isinstance(node, cst.Name | cst.Attribute | cst.Call | cst.Subscript | cst.Integer):
        return code(node)
    return f"({code(node)})"


def keyword(arg: cst.Arg) -> str:
    """Return the keyword of an argument, "" of one by position."""
    if arg.keyword is None:
        return ""
    return arg.keyword.value


def given(call: cst.Call, position: int, name: str) -> cst.Arg | None:
    """Return the argument at a position or of a name."""
    for number, arg in enumerate(call.args):
        if keyword(arg) == name or (number == position and not keyword(arg)):
            return arg
    return None


def is_dotted(node: cst.CSTNode) -> bool:
    """Return whether an expression is a name, or names with dots between them."""
    while isinstance(node, cst.Attribute):
        node = node.value
    return isinstance(node, cst.Name)


def is_plain(call: cst.Call) -> bool:
    """Return whether all arguments of a call are written there."""
    return not any(arg.star for arg in call.args)


def literal(node: cst.CSTNode | None) -> object:
    """Return what a string or a number is, `None` of anything else."""
    if isinstance(node, cst.SimpleString | cst.Integer):
        return node.evaluated_value
    return None
