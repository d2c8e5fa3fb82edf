"""How a value is written in this user's hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import libcst as cst

from kfix.model.code import Multiple, Number
from kfix.model.record import Value
from kfix.rewrite.row import read_row, write_row
from kfix.rewrite.style import Style

Piece = tuple[object, cst.BaseExpression]
"""A value (`...` if nobody knows it) and the expression that it is written as."""

PER_AXIS = frozenset(
    {"kernel_size", "strides", "pool_size", "dilation_rate", "size", "output_padding"}
)
"""Arguments of which `3` and `(3, 3)` mean the same."""

_ATOMS = (cst.Name, cst.Integer, cst.Float, cst.SimpleString, cst.UnaryOperation)
_NAMED = {"True": True, "False": False, "None": None}


class Form(Value):
    """The form in which a value is written.

    `like` is the expression that stands there, `name` that of the argument: `(2, 2)` and `2` are
    alike for a kernel size, not for an axis. `quotes` is a string literal to take the quotes from.
    `pieces` are expressions whose value is known (the elements of `like` first of all): what of the
    value is written there is taken over.
    """

    like: cst.BaseExpression | None = None
    name: str = ""
    quotes: str | None = None
    pieces: Sequence[Piece] = ()


_PLAIN = Form()


def spelled(value: object, style: Style, form: Form = _PLAIN) -> cst.BaseExpression:
    """Return `value` as an expression, in this form as far as that can say it."""
    like = form.like
    if form.name in PER_AXIS:
        value = _in_form(value, like)
    if isinstance(value, tuple | list):
        row = _from_pieces(value, style, form)
        if row is not None:
            return row
    if isinstance(value, Number):
        return _number(value, style, like)
    node = cst.parse_expression(_text(value, style, form))
    if isinstance(like, _ATOMS) and isinstance(node, _ATOMS) and like.lpar:
        return node.with_changes(lpar=like.lpar, rpar=like.rpar)
    return node


def _number(number: Number, style: Style, like: cst.BaseExpression | None) -> cst.BaseExpression:
    """Return a number as a multiple of what stands there, or as itself."""
    if isinstance(number.spelling, Multiple) and like is not None and literal(like) is ...:
        return cst.parse_expression(style.times(number.spelling.factor, like))
    return spelled(number.value, style, Form(like))


def _text(value: object, style: Style, form: Form) -> str:
    """Return the text of a value; of a string in the quotes of the one that stands there."""
    match value, form.like:
        case str(), cst.SimpleString(value=old):
            return style.string(value, old)
        case str(), _:
            return style.string(value, form.quotes)
    return style.text(value)


def _in_form(value: object, like: cst.BaseExpression | None) -> object:
    """Return a number as the tuple that stood there, a tuple of equal numbers as the number that
    stood there.
    """
    match value, like:
        case int(), cst.Tuple(elements=elements) | cst.List(elements=elements):
            return (value,) * len(elements)
        case [first, *rest], cst.Integer() if all(one == first for one in rest):
            return first
    return value


# --- tuples and lists of which parts are written already ----------------------------------


def _from_pieces(
    value: tuple[object, ...] | list[object], style: Style, form: Form
) -> cst.BaseExpression | None:
    """Return a tuple or list with the expressions that say its elements; `None` where none does,
    and no other stands there.
    """
    rest = _without_samples(tuple(value), form.pieces)
    if rest is not None:
        return rest
    taken = _taken(value, form.pieces)
    if isinstance(form.like, cst.Tuple | cst.List):
        return _row_of(value, style, form.like, taken)
    if not any(taken):
        return None
    elements = [_element(part, node, style) for part, node in zip(value, taken, strict=True)]
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(style.space))
    separated = [element.with_changes(comma=comma) for element in elements[:-1]]
    kind = cst.List if isinstance(value, list) else cst.Tuple
    return kind([*separated, elements[-1]])


def _taken(value: Sequence[object], pieces: Sequence[Piece]) -> list[cst.BaseExpression | None]:
    """Return for each element of `value` the expression that says it, if there is one.

    The elements of a row in another order (channels first made channels last)
    keep the order of those that are alike; else each stays in its place. One
    number stands for every side: `k` is `(k, k)`.
    """
    match pieces:
        case [(whole, node)] if not isinstance(whole, tuple | list):
            return [node if same(whole, part) else None for part in value]
    known = [one for one, _ in pieces]
    if len(value) < len(pieces) and (kept := _in_order(value, pieces)):
        return kept
    if len(value) == len(pieces) and all(
        _count(known, part) == _count(value, part) for part in value
    ):
        free = list(pieces)
        return [_take(free, part) for part in value]
    return _in_place(value, pieces)


def _count(values: Iterable[object], wanted: object) -> int:
    """Return how many of the values are the wanted one."""
    return sum(same(one, wanted) for one in values)


def _take(free: list[Piece], part: object) -> cst.BaseExpression | None:
    """Take the first piece that says an element out of those that are free."""
    for piece in free:
        if same(piece[0], part):
            free.remove(piece)
            return piece[1]
    return None


def _in_place(value: Sequence[object], pieces: Sequence[Piece]) -> list[cst.BaseExpression | None]:
    """Return the pieces that stay in their places, then names and the like that say what none of
    them does.
    """
    found: list[cst.BaseExpression | None] = [None] * len(value)
    names = [piece for piece in pieces if literal(piece[1]) is ...]
    for at, (piece, part) in enumerate(zip(pieces, value, strict=False)):
        if same(piece[0], part):
            found[at] = piece[1]
            names = [one for one in names if one is not piece]
    return [node or _take(names, part) for node, part in zip(found, value, strict=True)]


def _in_order(value: Sequence[object], pieces: Sequence[Piece]) -> list[cst.BaseExpression | None]:
    """Return the pieces that are left when others go; none if the value is not made so."""
    found: list[cst.BaseExpression | None] = []
    for known, node in pieces:
        if len(found) < len(value) and same(known, value[len(found)]):
            found.append(node)
    return found if len(found) == len(value) else []


def _without_samples(
    value: tuple[object, ...], pieces: Sequence[Piece]
) -> cst.BaseExpression | None:
    """`x.shape[1:]`, where `x.shape` was written and all but the number of samples is wanted."""
    match pieces:
        case [((_, *rest), (cst.Attribute() | cst.Name()) as node)] if tuple(rest) == value != ():
            behind = cst.SubscriptElement(cst.Slice(cst.Integer("1"), None))
            return cst.Subscript(node.deep_clone(), [behind])
    return None


def _element(part: object, node: cst.BaseExpression | None, style: Style) -> cst.Element:
    """Return an element: a copy of the expression that says it, for no node may stand in a tree
    twice, or its literal.
    """
    if node is None:
        return cst.Element(spelled(part, style))
    copy = node.deep_clone()
    if copy.lpar and not isinstance(copy, cst.Tuple):
        copy = copy.with_changes(lpar=[], rpar=[])
    return cst.Element(copy)


def _row_of(
    value: Sequence[object],
    style: Style,
    like: cst.Tuple | cst.List,
    taken: Sequence[cst.BaseExpression | None],
) -> cst.BaseExpression:
    """Return a tuple or list with other elements, its brackets, spaces and right elements kept."""
    base = like
    if isinstance(like, cst.Tuple) and not like.lpar:
        base = like.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
    row, single = read_row(base, base), len(base.elements) == 1
    for at in reversed(range(len(value), len(row.items))):
        row.remove(at)
    present = len(row.items)
    for item, part, node in zip(row.items, value, taken, strict=False):
        item.node = _kept(item.node, part, node, style)
    for at in range(present, len(value)):
        row.insert(at, _element(value[at], taken[at], style), -1 - at)
        if at == 1 and single:
            row.gaps[1] = cst.SimpleWhitespace(style.space)
    if isinstance(base, cst.Tuple) and single and len(value) > 1:
        row.trailing = False
    written = write_row(base, row)
    assert isinstance(written, cst.Tuple | cst.List)
    return written


def _kept(
    element: cst.BaseElement, part: object, node: cst.BaseExpression | None, style: Style
) -> cst.BaseElement:
    """Return an element that stays if it says the value, else holds what does."""
    if not isinstance(element, cst.Element):
        return _element(part, node, style)
    if node is element.value:
        return element
    if node is None:
        return element.with_changes(value=spelled(part, style, Form(element.value)))
    return element.with_changes(value=_element(part, node, style).value)


def same(known: object, wanted: object) -> bool:
    """Return whether a value that was read is the wanted one, of the same type."""
    return type(known) is type(wanted) and known == wanted


def literal(node: cst.BaseExpression) -> object:
    """Return the value of a number, a string, True, False, None or a negative number; `...` for
    anything else.
    """
    match node:
        case cst.Integer() | cst.Float() | cst.SimpleString():
            return node.evaluated_value
        case cst.Name(value=name):
            return _NAMED.get(name, ...)
        case cst.UnaryOperation(
            operator=cst.Minus(), expression=cst.Integer() | cst.Float() as inner
        ):
            return -inner.evaluated_value
    return ...
