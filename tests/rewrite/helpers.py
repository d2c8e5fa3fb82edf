"""In/out pairs: a program, the place of an edit by its text, the program that should come out."""

from __future__ import annotations

import ast
import textwrap

import libcst as cst

from kfix.edits.base import Edit
from kfix.model.site import Site
from kfix.rewrite.apply import Rewritten, rewrite
from kfix.source.syntax import loading
from kfix.source.syntax.document import Document


def block(text: str) -> str:
    """Return a program that is written as an indented block: the line behind the opening quotes is
    none of it.
    """
    return textwrap.dedent(text).removeprefix("\n")


def load(text: str | bytes, path: str = "m.py") -> Document:
    return loading.load(path, text if isinstance(text, bytes) else text.encode())


def nodes(document: Document, text: str, kind: type[cst.CSTNode]) -> list[tuple[cst.CSTNode, Site]]:
    """Every node of this kind whose code, without a comma behind it, is `text`."""
    found = []
    for unit in document.units:
        pending: list[cst.CSTNode] = [unit.module]
        while pending:
            node = pending.pop()
            if isinstance(node, kind) and unit.module.code_for_node(_bare(node)).strip() == text:
                found.append((node, unit.site(node)))
            pending += reversed(node.children)
    return found


def _bare(node: cst.CSTNode) -> cst.CSTNode:
    changes = {}
    if hasattr(node, "comma"):
        changes["comma"] = cst.MaybeSentinel.DEFAULT
    if hasattr(node, "whitespace_after_arg"):
        changes["whitespace_after_arg"] = cst.SimpleWhitespace("")
    return node.with_changes(**changes) if changes else node


def site(document: Document, text: str, kind: type[cst.CSTNode], number: int = 0) -> Site:
    """Return the Site of the `number`-th such node."""
    return nodes(document, text, kind)[number][1]


def element(document: Document, text: str, number: int = 0) -> Site:
    return site(document, text, cst.BaseElement, number)


def arg(document: Document, text: str, number: int = 0) -> Site:
    return site(document, text, cst.Arg, number)


def call(document: Document, text: str, number: int = 0) -> Site:
    return site(document, text, cst.Call, number)


def written(document: Document, *edits: Edit) -> str:
    """Return the file's new text; it parses."""
    result = rewrite({document.path: document}, edits)
    data = result.files.get(document.path, document.data)
    text = data.decode()
    ast.parse(text)
    return text


def words(document: Document, *edits: Edit) -> tuple[str, ...]:
    return rewritten(document, *edits).texts


def rewritten(document: Document, *edits: Edit) -> Rewritten:
    return rewrite({document.path: document}, edits)
