"""How a value is written in this user's hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.row import Item, Row, read_row, write_row

PER_AXIS = frozenset({"kernel_size", "strides", "pool_size", "dilation_rate", "size", "output_padding"})
"""Arguments of which `3` and `(3, 3)` mean the same."""

_ATOMS = (cst.Name, cst.Integer, cst.Float, cst.SimpleString, cst.UnaryOperation)


class Style:
    """The habits of one text: its quotes, the space behind a comma and around the `=` of a keyword."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._quote: str | None = None
        self._space: str | None = None

    @property
    def quote(self) -> str:
        """The commoner quote of the text: `'`, unless there are more of `"` (docstrings left out)."""
        if self._quote is None:
            double = self._text.count('"') - 3 * self._text.count('"""')
            self._quote = '"' if double > self._text.count("'") - 3 * self._text.count("'''") else "'"
        return self._quote

    @property
    def space(self) -> str:
        """What stands between the numbers of a tuple: "", if that is commoner than one space."""
        if self._space is None:
            import re

            found = re.findall(r"[(\[]\w+,( ?)\w", self._text)
            self._space = "" if found.count("") > found.count(" ") else " "
        return self._space

    def string(self, value: str, like: str | None = None) -> str:
        """A string literal in the text's quotes, or those of the literal `like`."""
        quote = like.lstrip("rRuUbBfF")[0] if like else self.quote
        body = repr(value)[1:-1]
        if repr(value)[0] == '"':
            body = body.replace('"', '\\"') if quote == '"' else body.replace("'", "\\'")
        elif quote == '"':
            body = body.replace('"', '\\"')
        return f"{quote}{body}{quote}"

    def text(self, value: object) -> str:
        """A plain value as an expression; raises `CannotWrite` for one that has none."""
        if value is None or isinstance(value, bool | int):
            return repr(value)
        if isinstance(value, float):
            if value != value or value in (float("inf"), float("-inf")):
                raise CannotWrite(f"{value!r} has no literal")
            return repr(value)
        if isinstance(value, str):
            return self.string(value)
        if isinstance(value, tuple | list):
            parts = [self.text(part) for part in value]
            inner = ("," + self.space).join(parts)
            if isinstance(value, list):
                return f"[{inner}]"
            return f"({inner},)" if len(parts) == 1 else f"({inner})"
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self.text(key)}: {self.text(part)}" for key, part in value.items()) + "}"
        raise CannotWrite(f"{type(value).__name__} has no literal")


def nearby_quote(args: Sequence[cst.Arg]) -> str | None:
    """A string literal among the arguments, for its quotes."""
    for arg in args:
        if isinstance(arg.value, cst.SimpleString):
            return arg.value.value
    return None


def spelled(
    value: object,
    style: Style,
    name: str = "",
    like: cst.BaseExpression | None = None,
    quotes: str | None = None,
    known: Callable[[cst.BaseExpression], object] = lambda node: ...,
) -> cst.BaseExpression:
    """`value` as an expression in the place of `like`, in its form as far as that can say it.

    `name` is the argument's name: `(2, 2)` and `2` are alike for a kernel
    size, not for an axis. `quotes` is a string literal to take the quotes
    from. `known` tells what an element of `like` stands for (`...` if it
    cannot), so that elements that are right already stay as they are.
    """
    if name in PER_AXIS:
        value = _in_form(value, like)
    if isinstance(like, cst.Tuple | cst.List) and isinstance(value, tuple | list):
        return _row_of(value, style, like, known)
    if isinstance(value, str):
        given = like.value if isinstance(like, cst.SimpleString) else quotes
        text = style.string(value, given)
    else:
        text = style.text(value)
    node = cst.parse_expression(text)
    if isinstance(like, _ATOMS) and like.lpar and isinstance(node, _ATOMS):
        return node.with_changes(lpar=like.lpar, rpar=like.rpar)
    return node


def _in_form(value: Any, like: cst.BaseExpression | None) -> Any:
    """A number as the tuple that stood there, a tuple of equal numbers as the number that stood there."""
    if isinstance(like, cst.Tuple | cst.List) and isinstance(value, int):
        return (value,) * len(like.elements)
    if isinstance(like, cst.Integer) and isinstance(value, tuple | list) and len(set(value)) == 1:
        return value[0]
    return value


def _row_of(
    value: Sequence[object],
    style: Style,
    like: cst.Tuple | cst.List,
    known: Callable[[cst.BaseExpression], object],
) -> cst.BaseExpression:
    """A tuple or list with other elements, its brackets, spaces and right elements kept."""
    if not isinstance(like, cst.Tuple) or like.lpar:
        base: cst.Tuple | cst.List = like
    else:
        base = like.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    row: Row = read_row(base, base)
    while len(row.items) > len(value):
        row.remove(len(row.items) - 1)
    for at, part in enumerate(value):
        if at >= len(row.items):
            element = cst.Element(cst.parse_expression(style.text(part)))
            row.insert(at, element, -1 - at)
            if at == 1 and len(base.elements) == 1:
                row.gaps[1] = cst.SimpleWhitespace(style.space)
            continue
        item: Item = row.items[at]
        present = item.node.value if isinstance(item.node, cst.Element) else None
        if present is None or not same(known(present), part):
            new = spelled(part, style, like=present)
            item.node = item.node.with_changes(value=new) if present is not None else cst.Element(new)
    if isinstance(base, cst.Tuple) and len(base.elements) == 1 and len(value) > 1:
        row.trailing = False
    written = write_row(base, row)
    assert isinstance(written, cst.Tuple | cst.List)
    return written


def same(known: object, wanted: object) -> bool:
    """Is a value that was read the wanted one, of the same type?"""
    return type(known) is type(wanted) and known == wanted


def literal(node: cst.BaseExpression) -> object:
    """The value of a number, a string, True, False, None or a negative number; `...` for anything else."""
    if isinstance(node, cst.Integer | cst.Float | cst.SimpleString):
        return node.evaluated_value
    if isinstance(node, cst.Name):
        return {"True": True, "False": False, "None": None}.get(node.value, ...)
    if isinstance(node, cst.UnaryOperation) and isinstance(node.operator, cst.Minus):
        inner = literal(node.expression)
        return -inner if isinstance(inner, int | float) and not isinstance(inner, bool) else ...
    return ...
