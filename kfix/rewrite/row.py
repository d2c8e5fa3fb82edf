"""A row of items in brackets: elements, arguments, imported names, entries of a dict.

libcst keeps the whitespace of a row in five places (brackets, commas, the
last argument). Here it is one list of gaps, one more than there are items, so
that every row is edited by the same two functions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.gaps import (
    NOTHING,
    SPACE,
    Gap,
    bare,
    breaks,
    comment_of,
    has_comment,
    is_nothing,
    left_behind,
    lines_of,
    plain_end,
    split_lines,
)

_INDENT = "    "

Broken = cst.ParenthesizedWhitespace
"""A gap in which the line ends."""


class Item:
    """One item without its comma, the gap before the comma, and whose item it is (`key`)."""

    __slots__ = ("before_comma", "key", "node")

    def __init__(self, node: Any, before_comma: Gap, key: int) -> None:
        self.node = node
        self.before_comma = before_comma
        self.key = key


class Row:
    """Items, the `len(items) + 1` gaps around them, and whether a comma follows the last."""

    def __init__(self, items: list[Item], gaps: list[Gap], trailing: bool) -> None:
        self.items = items
        self.gaps = gaps
        self.trailing = trailing

    def index(self, key: int) -> int:
        """Return where the item with this key is; raises `CannotWrite` if it has gone."""
        for index, item in enumerate(self.items):
            if item.key == key:
                return index
        raise CannotWrite("the place of the edit is gone by another edit")

    def own_comment(self, at: int) -> cst.TrailingWhitespace | None:
        """Return the comment beside the item, if it stands alone on its line."""
        if at and not breaks(self.gaps[at]) and not breaks(self.items[at - 1].before_comma):
            return None
        return comment_of(self.gaps[at + 1])

    # --- insert ---------------------------------------------------------------------------

    def insert(
        self,
        at: int,
        node: Any,
        key: int,
        *,
        after: bool = False,
        comment: cst.TrailingWhitespace | None = None,
    ) -> None:
        """Put `node` in as item number `at`, laid out as its neighbours are.

        Comment lines above the next item stay with it; `after` says that the
        item goes directly under the one before it, not above the one behind.
        """
        before, behind = self._around(at, after)
        if comment is not None:
            if not isinstance(behind, Broken):
                raise CannotWrite("the comment beside the layer has no place there")
            behind = behind.with_changes(first_line=comment)
        pattern: Gap = NOTHING
        # Whoever writes a space before one comma writes it before all: the first shows it.
        if len(self.items) > 1:
            pattern = bare(self.items[0].before_comma)
        if at == len(self.items) and self.items and not self.trailing:
            # The item that was the last one had no comma, and so no gap before it.
            self.items[-1].before_comma = pattern
        self.items.insert(at, Item(node, pattern, key))
        self.gaps[at : at + 1] = [before, behind]

    def _around(self, at: int, after: bool) -> tuple[Gap, Gap]:
        """Return the gaps before and behind a new item."""
        gap = self.gaps[at]
        if not self.items:
            return self._into_empty()
        if at == len(self.items):
            return self._at_end(gap, self._separator(at))
        separator = self._separator(at)
        if not isinstance(gap, Broken):
            return gap, separator
        above, attached = split_lines(gap.empty_lines)
        if after:
            above, attached = [], list(gap.empty_lines)
        behind = cst.ensure_type(separator, Broken)
        return gap.with_changes(empty_lines=above), behind.with_changes(empty_lines=attached)

    def _into_empty(self) -> tuple[Gap, Gap]:
        """Return the gaps around the only item of a row that had none."""
        gap = self.gaps[0]
        if not isinstance(gap, Broken):
            return NOTHING, NOTHING
        indented = cst.SimpleWhitespace(gap.last_line.value + _INDENT)
        return gap.with_changes(last_line=indented), bare(gap)

    def _at_end(self, gap: Gap, separator: Gap) -> tuple[Gap, Gap]:
        """Return the gaps around a new last item; the comment beside the old one stays there."""
        if not isinstance(gap, Broken) or not isinstance(separator, Broken):
            return separator, gap
        end = plain_end(gap.first_line)
        return separator.with_changes(first_line=gap.first_line), gap.with_changes(first_line=end)

    def _separator(self, at: int) -> Gap:
        """Return the bare gap that items around position `at` have between them."""
        count = len(self.items)
        if 0 < at < count:
            return bare(self.gaps[at])
        if breaks(self.gaps[0]) and (at == 0 or count == 1):
            return bare(self.gaps[0])
        if count == 1:
            return SPACE
        return bare(self.gaps[min(max(at, 1), count - 1)])

    # --- remove ---------------------------------------------------------------------------

    def remove(self, at: int) -> None:
        """Take the item out with the comment beside it; other comments stay."""
        merged = self._merged(at)
        last = at == len(self.items) - 1
        if last and at and not self.trailing:
            # The comma before it goes, too, but not the comment that stands before that.
            merged = _with_comment_of(self.items[at - 1].before_comma, merged)
        del self.items[at]
        self.gaps[at : at + 2] = [merged]

    def _merged(self, at: int) -> Gap:
        """Return the one gap that is left of the two around item `at`."""
        left, right = self.gaps[at], self.gaps[at + 1]
        last, single = at == len(self.items) - 1, len(self.items) == 1
        kept = left_behind(lines_of(left), lines_of(right), last)
        merged = left
        match left, right:
            case Broken(), Broken() if single and not kept and left.first_line.comment is None:
                merged = NOTHING
            case Broken(), Broken():
                merged = right.with_changes(first_line=left.first_line, empty_lines=kept)
            case _, Broken() if at == 0 and (single or kept):
                # The item stood alone on the bracket's own line.
                end = plain_end(right.first_line)
                merged = right.with_changes(first_line=end, empty_lines=kept)
            case _, Broken() if at > 0:
                merged = right
            case Broken(), _ if last and (kept or left.first_line.comment is not None):
                merged = left.with_changes(empty_lines=kept)
            case _, _ if last and not isinstance(right, Broken):
                merged = right
        return merged


def _with_comment_of(gap: Gap, other: Gap) -> Gap:
    """Return a gap with the comments of one that goes, if that has any."""
    if not has_comment(gap):
        return other
    if isinstance(gap, Broken) and isinstance(other, Broken):
        return other.with_changes(first_line=gap.first_line)
    return gap


# --- rows of syntax -----------------------------------------------------------------------

Container = cst.List | cst.Tuple | cst.Set | cst.Dict | cst.Call | cst.ImportFrom


def items_of(container: Container) -> Sequence[Any]:
    """Return the elements, arguments, entries or names in their order."""
    match container:
        case cst.Call(args=items) | cst.ImportFrom(names=[*items]):
            return items
        case cst.ImportFrom():
            return ()
    return container.elements


def read_row(container: Container, originals: Container) -> Row:
    """Return the row of a container; the keys are the identities of the items of `originals`, its
    state before the pass.
    """
    first, end = _ends(container)
    row = Row([], [first], False)
    for node, original in zip(items_of(container), items_of(originals), strict=True):
        before, behind = NOTHING, NOTHING
        row.trailing = isinstance(node.comma, cst.Comma)
        if row.trailing:
            before, behind = node.comma.whitespace_before, node.comma.whitespace_after
        if isinstance(container, cst.Call) and not is_nothing(node.whitespace_after_arg):
            behind = node.whitespace_after_arg
        row.items.append(Item(node, before, id(original)))
        row.gaps.append(behind)
    if row.items and not is_nothing(end):
        row.gaps[-1] = end
    return row


def _ends(container: Container) -> tuple[Gap, Gap]:
    """Return the gap behind the opening bracket and the one before the closing bracket."""
    match container:
        case cst.Call(whitespace_before_args=first):
            return first, NOTHING
        case (
            cst.List(lbracket=opening, rbracket=closing)
            | cst.Set(lbrace=opening, rbrace=closing)
            | cst.Dict(lbrace=opening, rbrace=closing)
            | cst.Tuple(lpar=[*_, opening], rpar=[closing, *_])
            | cst.ImportFrom(lpar=cst.LeftParen() as opening, rpar=cst.RightParen() as closing)
        ):
            return opening.whitespace_after, closing.whitespace_before
    return NOTHING, NOTHING


def write_row(container: Container, row: Row) -> Container:
    """Return the container with the items and gaps of `row`."""
    first, *gaps = row.gaps
    if not row.items:
        return _with_items(container, [], first, NOTHING)
    single = isinstance(container, cst.Tuple) and len(row.items) == 1
    ends: Any = cst.MaybeSentinel.DEFAULT
    if row.trailing or single:
        ends = cst.Comma(whitespace_before=row.items[-1].before_comma)
    commas = [
        cst.Comma(whitespace_before=item.before_comma, whitespace_after=gap)
        for item, gap in zip(row.items[:-1], gaps, strict=False)
    ]
    nodes = [
        item.node.with_changes(comma=comma)
        for item, comma in zip(row.items, [*commas, ends], strict=True)
    ]
    if isinstance(container, cst.Call):
        # What is behind the last argument belongs to the argument, not to the bracket.
        nodes = [node.with_changes(whitespace_after_arg=NOTHING) for node in nodes]
        nodes[-1] = nodes[-1].with_changes(whitespace_after_arg=gaps[-1])
    return _with_items(container, nodes, first, gaps[-1])


def _with_items(container: Container, nodes: list[Any], first: Gap, end: Gap) -> Container:
    """Return the container with other items, and these gaps inside its brackets."""

    def inside(opening: Any, closing: Any) -> tuple[Any, Any]:
        behind = opening.with_changes(whitespace_after=first)
        return behind, closing.with_changes(whitespace_before=end)

    changes: dict[str, Any] = {"elements": nodes}
    match container:
        case cst.Call():
            changes = {"args": nodes, "whitespace_before_args": first}
        case cst.List(lbracket=opening, rbracket=closing):
            changes["lbracket"], changes["rbracket"] = inside(opening, closing)
        case cst.Set(lbrace=opening, rbrace=closing) | cst.Dict(lbrace=opening, rbrace=closing):
            changes["lbrace"], changes["rbrace"] = inside(opening, closing)
        case cst.Tuple(lpar=[*outer, opening], rpar=[closing, *others]):
            left, right = inside(opening, closing)
            changes |= {"lpar": [*outer, left], "rpar": [right, *others]}
        case cst.Tuple():
            if not nodes:
                raise CannotWrite("nothing would be left of the tuple")
        case cst.ImportFrom(lpar=cst.LeftParen() as opening, rpar=cst.RightParen() as closing):
            left, right = inside(opening, closing)
            changes = {"names": nodes, "lpar": left, "rpar": right}
        case _:
            changes = {"names": nodes}
    return container.with_changes(**changes)
