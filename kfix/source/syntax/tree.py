"""The way down a syntax tree, at a tenth of the cost of `CSTNode.children`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import libcst as cst

_SPACING = ("whitespace", "lines", "comma", "semicolon", "newline")
"""Words in the names of fields that hold the spacing of a node."""

_SIGNS = ("__slots__", "lpar", "rpar", "dot", "header", "footer")
"""Fields that hold signs or comments, and no code; libcst makes one of `__slots__`, too."""


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """Return the nodes in the fields of a node, but for whitespace, comments, commas and brackets.

    `CSTNode.children` visits the node and copies it to find them.
    """
    found: list[cst.CSTNode] = []
    for name in _fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            found.append(value)
        elif isinstance(value, list | tuple):
            found.extend(value)
    return found


@cache
def _fields(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    names = kind.__dataclass_fields__
    return tuple(
        name for name in names if name not in _SIGNS and not any(word in name for word in _SPACING)
    )


IMPORTS = (cst.Import, cst.ImportFrom)


def below(
    node: cst.CSTNode, without: tuple[type[cst.CSTNode], ...] = IMPORTS
) -> Iterator[cst.CSTNode]:
    """Yield a node and all nodes in it, from the top down, without some kinds and their content."""
    pending = [node]
    while pending:
        one = pending.pop()
        if not isinstance(one, without):
            yield one
            pending.extend(reversed(children(one)))
