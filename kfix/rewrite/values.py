"""How a value is written in this user's hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from kfix.model.code import Multiple, Number
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.row import Item, Row, read_row, write_row

Piece = tuple[object, cst.BaseExpression]
"""A value (`...` if nobody knows it) and the expression that it is written as."""

PER_AXIS = frozenset(
    {"kernel_size", "strides", "pool_size", "dilation_rate", "size", "output_padding"}
)
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
            self._quote = (
                '"' if double > self._text.count("'") - 3 * self._text.count("'''") else "'"
            )
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

    def times(self, factor: int, node: cst.BaseExpression) -> str:
        """A multiple of an expression, in the order in which the text has such products: `2 * units`, `units*2`."""
        import re

        written = cst.Module([]).code_for_node(node)
        if (
            not isinstance(node, cst.Name | cst.Attribute | cst.Subscript | cst.Call)
            and not node.lpar
        ):
            written = f"({written})"
        behind = re.findall(r"[A-Za-z_]\w*(\s?)\*\s?\d+\b", self._text)
        before = re.findall(r"\b\d+(\s?)\*\s?[A-Za-z_]", self._text)
        if len(behind) > len(before):
            return f"{written}{behind[0]}*{behind[0]}{factor}"
        space = before[0] if before else " "
        return f"{factor}{space}*{space}{written}"

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
            return (
                "{"
                + ", ".join(f"{self.text(key)}: {self.text(part)}" for key, part in value.items())
                + "}"
            )
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
    pieces: Sequence[Piece] = (),
) -> cst.BaseExpression:
    """`value` as an expression in the place of `like`, in its form as far as that can say it.

    `name` is the argument's name: `(2, 2)` and `2` are alike for a kernel
    size, not for an axis. `quotes` is a string literal to take the quotes
    from. `pieces` are expressions whose value is known (the elements of
    `like` first of all): what of `value` is written there is taken over.
    """
    if name in PER_AXIS:
        value = _in_form(value, like)
    if isinstance(value, tuple | list):
        rest = _without_samples(tuple(value), pieces)
        if rest is not None:
            return rest
        taken = _taken(value, pieces)
        if isinstance(like, cst.Tuple | cst.List):
            return _row_of(value, style, like, taken)
        if any(taken):
            parts = [
                _copied(node) or cst.parse_expression(style.text(value[at]))
                for at, node in enumerate(taken)
            ]
            return _new_row(parts, isinstance(value, list), style)
    if isinstance(value, Number):
        if isinstance(value.spelling, Multiple) and like is not None and literal(like) is ...:
            return cst.parse_expression(style.times(value.spelling.factor, like))
        value = value.value
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


def _taken(value: Sequence[object], pieces: Sequence[Piece]) -> list[cst.BaseExpression | None]:
    """Of each element of `value` the expression that says it, if there is one.

    The elements of a row in another order (channels first made channels last)
    keep the order of those that are alike; else each stays in its place. One
    number stands for every side: `k` is `(k, k)`.
    """
    if len(pieces) == 1 and not isinstance(pieces[0][0], tuple | list):
        whole, node = pieces[0]
        return [node if same(whole, part) else None for part in value]
    if len(value) < len(pieces) and (kept := _in_order(value, pieces)):
        return kept
    found: list[cst.BaseExpression | None] = [None] * len(value)
    free = list(pieces)
    reordered = len(pieces) == len(value) and all(
        sum(same(known, part) for known, _ in pieces) == sum(same(other, part) for other in value)
        for part in value
    )
    if not reordered:
        for at, (known, node) in enumerate(pieces[: len(value)]):
            if same(known, value[at]):
                found[at] = node
                free.remove((known, node))
    for at, part in enumerate(value):
        piece = (
            next((piece for piece in free if same(piece[0], part)), None)
            if found[at] is None
            else None
        )
        if piece is not None and (reordered or literal(piece[1]) is ...):
            found[at] = piece[1]
            free.remove(piece)
    return found


def _in_order(value: Sequence[object], pieces: Sequence[Piece]) -> list[cst.BaseExpression | None]:
    """The pieces that are left when others go; none if the value is not made so."""
    found: list[cst.BaseExpression | None] = []
    rest = iter(pieces)
    for part in value:
        piece = next((piece for piece in rest if same(piece[0], part)), None)
        if piece is None:
            return []
        found.append(piece[1])
    return found


def _without_samples(
    value: tuple[object, ...], pieces: Sequence[Piece]
) -> cst.BaseExpression | None:
    """`x.shape[1:]`, where `x.shape` was written and all but the number of samples is wanted."""
    if len(pieces) != 1 or not isinstance(pieces[0][1], cst.Attribute | cst.Name) or not value:
        return None
    known, node = pieces[0]
    if not isinstance(known, tuple) or known[1:] != value:
        return None
    return cst.Subscript(
        node.deep_clone(), [cst.SubscriptElement(cst.Slice(cst.Integer("1"), None))]
    )


def _copied(node: cst.BaseExpression | None) -> cst.BaseExpression | None:
    """A node for another place, without brackets of its own: no node may stand in a tree twice."""
    if node is None:
        return None
    copy = node.deep_clone()
    return (
        copy
        if isinstance(copy, cst.Tuple) or not copy.lpar
        else copy.with_changes(lpar=[], rpar=[])
    )


def _new_row(
    parts: Sequence[cst.BaseExpression], as_list: bool, style: Style
) -> cst.BaseExpression:
    """A tuple or list of these elements in the file's hand."""
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(style.space))
    last = len(parts) - 1
    elements = [
        cst.Element(part, comma) if at < last else cst.Element(part)
        for at, part in enumerate(parts)
    ]
    return cst.List(elements) if as_list else cst.Tuple(elements)


def _row_of(
    value: Sequence[object],
    style: Style,
    like: cst.Tuple | cst.List,
    taken: Sequence[cst.BaseExpression | None],
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
            element = cst.Element(_copied(taken[at]) or cst.parse_expression(style.text(part)))
            row.insert(at, element, -1 - at)
            if at == 1 and len(base.elements) == 1:
                row.gaps[1] = cst.SimpleWhitespace(style.space)
            continue
        item: Item = row.items[at]
        present = item.node.value if isinstance(item.node, cst.Element) else None
        if present is None or taken[at] is not present:
            new = _copied(taken[at]) or spelled(part, style, like=present)
            item.node = (
                item.node.with_changes(value=new) if present is not None else cst.Element(new)
            )
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
