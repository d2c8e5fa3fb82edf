"""The habits of one text: its quotes, and the space in its tuples and products."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from functools import cached_property

import libcst as cst

from kfix.rewrite.errors import CannotWrite

_BOUND = (cst.Name, cst.Attribute, cst.Subscript, cst.Call)
"""Expressions that bind closer than a product."""


class Style:
    """The habits of one text: its quotes, and the space in its tuples and products."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def quote(self) -> str:
        """The commoner quote of the text, docstrings left out; `'` where both are as common."""
        single, double = (self._text.count(one) - 3 * self._text.count(one * 3) for one in "'\"")
        return "'\""[double > single]

    @cached_property
    def space(self) -> str:
        """What stands between the numbers of a tuple: "", if that is commoner than one space."""
        found = re.findall(r"[(\[]\w+,( ?)\w", self._text)
        return max(" ", "", key=found.count)

    def string(self, value: str, like: str | None = None) -> str:
        """Return a string literal in the text's quotes, or those of the literal `like`."""
        quote = self.quote
        if like:
            quote = like.lstrip("rRuUbBfF")[0]
        # `repr` escapes its own quote alone: of a text with both in it, the single one.
        body = repr(f'"{value}')[2:-1].replace("\\'", "'").replace(quote, f"\\{quote}")
        return f"{quote}{body}{quote}"

    def times(self, factor: int, node: cst.BaseExpression) -> str:
        """Return a multiple of an expression, in the order in which the text has such products: `2
        * units`, `units*2`.
        """
        written = cst.Module([]).code_for_node(node)
        if not isinstance(node, _BOUND) and not node.lpar:
            written = f"({written})"
        behind = re.findall(r"[A-Za-z_]\w*(\s?)\*\s?\d+\b", self._text)
        before = re.findall(r"\b\d+(\s?)\*\s?[A-Za-z_]", self._text)
        if len(behind) > len(before):
            return f"{written}{behind[0]}*{behind[0]}{factor}"
        space = (*before, " ")[0]
        return f"{factor}{space}*{space}{written}"

    def text(self, value: object) -> str:
        """Return a plain value as an expression; raises `CannotWrite` for one that has none."""
        match value:
            case None | bool() | int():
                text = repr(value)
            case float() if math.isfinite(value):
                text = repr(value)
            case str():
                text = self.string(value)
            case list():
                text = f"[{self._row(value)}]"
            case (one,):
                text = f"({self.text(one)},)"
            case tuple():
                text = f"({self._row(value)})"
            case dict():
                items = (f"{self.text(key)}: {self.text(part)}" for key, part in value.items())
                text = f"{{{', '.join(items)}}}"
            case _:
                raise CannotWrite(f"{value!r} has no literal")
        return text

    def _row(self, parts: Sequence[object]) -> str:
        """Return the elements of a tuple or list, separated as the text separates them."""
        return f",{self.space}".join(map(self.text, parts))


def nearby_quote(call: cst.CSTNode) -> str | None:
    """Return a string literal among the arguments of a call, for its quotes."""
    for arg in call.args if isinstance(call, cst.Call) else ():
        if isinstance(arg.value, cst.SimpleString):
            return arg.value.value
    return None
