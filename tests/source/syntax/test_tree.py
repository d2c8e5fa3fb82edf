"""The way down a syntax tree."""

from __future__ import annotations

import libcst as cst
import pytest

from kfix.source.syntax.tree import below, children

PROGRAM = """
import numpy as np
@decorated(1)
class Net(Base, key=2):
    def call(self, x: int = 3, *rest, deep=4, **more) -> int:
        # nothing here
        with open(x) as file, lock:
            return [a for b in x if (b, "s")] or {1: f"{x!r:>{deep}}"}
try:
    y = lambda z: -z if z else z[1:2] < 3 < 4
except (A, B) as error:
    raise error from None
match y:
    case [1, *_] | {"k": v}: pass
"""
SPACING = (
    cst.BaseParenthesizableWhitespace,
    cst.Comma,
    cst.Comment,
    cst.Dot,
    cst.EmptyLine,
    cst.LeftParen,
    cst.Newline,
    cst.RightParen,
    cst.Semicolon,
    cst.TrailingWhitespace,
)


@pytest.mark.parametrize("program", [PROGRAM, "x = 1\n", ""])
def test_all_nodes_are_found_but_for_spacing(program: str) -> None:
    pending: list[cst.CSTNode] = [cst.parse_module(program)]
    while pending:
        node = pending.pop()
        wanted = [child for child in node.children if not isinstance(child, SPACING)]
        found = [child for child in children(node) if not isinstance(child, SPACING)]
        assert {id(child) for child in wanted} == {id(child) for child in found}, type(node)
        pending.extend(wanted)


def test_imports_are_left_out() -> None:
    module = cst.parse_module("import numpy\nx = y\n")
    assert not any(isinstance(node, cst.ImportAlias) for node in below(module))
    assert any(isinstance(node, cst.Name) and node.value == "y" for node in below(module))
