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
    left_behind,
    lines_of,
    plain_end,
    split_lines,
)

_INDENT = "    "


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
        """Where the item with this key is; raises `CannotWrite` if it has gone."""
        for index, item in enumerate(self.items):
            if item.key == key:
                return index
        raise CannotWrite("the place of the edit is gone by another edit")

    def own_comment(self, at: int) -> cst.TrailingWhitespace | None:
        """The comment beside the item, if it stands alone on its line."""
        alone = at == 0 or breaks(self.gaps[at]) or breaks(self.items[at - 1].before_comma)
        return comment_of(self.gaps[at + 1]) if alone else None

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
        if not self.items:
            before, behind = self._into_empty()
        else:
            before, behind = self._around(at, after)
        if comment is not None:
            if not isinstance(behind, cst.ParenthesizedWhitespace):
                raise CannotWrite("the comment beside the layer has no place there")
            behind = behind.with_changes(first_line=comment)
        commas = [bare(item.before_comma) for item in self.items[:-1]]
        pattern = commas[0] if commas else NOTHING
        if at == len(self.items) and self.items and not self.trailing:
            self.items[-1].before_comma = pattern
        self.items.insert(at, Item(node, pattern, key))
        self.gaps[at : at + 1] = [before, behind]

    def remove(self, at: int) -> None:
        """Take the item out with the comment beside it; other comments stay."""
        last = at == len(self.items) - 1
        merged = self._merged(at, last)
        if last and at and not self.trailing and has_comment(self.items[at - 1].before_comma):
            comma_gap = self.items[at - 1].before_comma
            if isinstance(comma_gap, cst.ParenthesizedWhitespace) and isinstance(
                merged, cst.ParenthesizedWhitespace
            ):
                merged = merged.with_changes(first_line=comma_gap.first_line)
            else:
                merged = comma_gap
        del self.items[at]
        self.gaps[at : at + 2] = [merged]

    def _separator(self, at: int) -> Gap:
        """The bare gap that items around position `at` have between them."""
        count = len(self.items)
        if 0 < at < count:
            return bare(self.gaps[at])
        if at == 0 and breaks(self.gaps[0]):
            return bare(self.gaps[0])
        if count > 1:
            return bare(self.gaps[1 if at == 0 else count - 1])
        return bare(self.gaps[0]) if breaks(self.gaps[0]) else SPACE

    def _around(self, at: int, after: bool) -> tuple[Gap, Gap]:
        gap = self.gaps[at]
        separator = self._separator(at)
        if not isinstance(gap, cst.ParenthesizedWhitespace):
            return (
                (gap, separator)
                if at == 0
                else (separator, gap)
                if at == len(self.items)
                else (gap, separator)
            )
        if at == len(self.items):
            if not isinstance(separator, cst.ParenthesizedWhitespace):
                return separator, gap
            return (
                separator.with_changes(first_line=gap.first_line),
                gap.with_changes(first_line=plain_end(gap.first_line)),
            )
        above, attached = split_lines(gap.empty_lines)
        if after:
            above, attached = [], list(gap.empty_lines)
        return (
            gap.with_changes(empty_lines=above),
            cst.ensure_type(separator, cst.ParenthesizedWhitespace).with_changes(
                empty_lines=attached
            ),
        )

    def _into_empty(self) -> tuple[Gap, Gap]:
        gap = self.gaps[0]
        if not isinstance(gap, cst.ParenthesizedWhitespace):
            return NOTHING, NOTHING
        indented = cst.SimpleWhitespace(gap.last_line.value + _INDENT)
        return gap.with_changes(last_line=indented), bare(gap)

    def _merged(self, at: int, last: bool) -> Gap:
        """The one gap that is left of the two around item `at`."""
        left, right = self.gaps[at], self.gaps[at + 1]
        above, below = left_behind(lines_of(left), lines_of(right), last)
        kept = [*above, *below]
        if isinstance(right, cst.ParenthesizedWhitespace):
            if isinstance(left, cst.ParenthesizedWhitespace):
                if len(self.items) == 1 and not kept and left.first_line.comment is None:
                    return NOTHING
                return right.with_changes(first_line=left.first_line, empty_lines=kept)
            if at == 0:  # it stood alone on the bracket's own line
                if len(self.items) > 1 and not kept:
                    return left
                return right.with_changes(first_line=plain_end(right.first_line), empty_lines=kept)
            return right
        if last and isinstance(left, cst.ParenthesizedWhitespace):
            if left.first_line.comment is None and not kept:
                return right
            return left.with_changes(empty_lines=kept)
        return right if last else left


Container = cst.List | cst.Tuple | cst.Set | cst.Dict | cst.Call | cst.ImportFrom


def items_of(container: Container) -> Sequence[Any]:
    """The elements, arguments, entries or names in their order."""
    if isinstance(container, cst.Call):
        return container.args
    if isinstance(container, cst.ImportFrom):
        return () if isinstance(container.names, cst.ImportStar) else container.names
    return container.elements


def read_row(container: Container, originals: Container) -> Row:
    """The row of a container; the keys are the identities of the items of `originals`, its state before the pass."""
    nodes = items_of(container)
    first, end = _ends(container)
    gaps: list[Gap] = [first]
    items: list[Item] = []
    trailing = False
    for node, original in zip(nodes, items_of(originals), strict=True):
        comma = node.comma
        trailing = isinstance(comma, cst.Comma)
        items.append(Item(node, comma.whitespace_before if trailing else NOTHING, id(original)))
        gaps.append(comma.whitespace_after if trailing else NOTHING)
        if isinstance(container, cst.Call) and _is_something(node.whitespace_after_arg):
            gaps[-1] = node.whitespace_after_arg
    if items and _is_something(end):
        gaps[-1] = end
    return Row(items, gaps, trailing)


def write_row(container: Container, row: Row) -> Container:
    """The container with the items and gaps of `row`."""
    single = isinstance(container, cst.Tuple) and len(row.items) == 1
    nodes: list[Any] = []
    for index, item in enumerate(row.items):
        last = index == len(row.items) - 1
        inner = cst.Comma(whitespace_before=item.before_comma, whitespace_after=row.gaps[index + 1])
        comma: Any = inner
        if last:
            comma = (
                inner.with_changes(whitespace_after=NOTHING)
                if row.trailing or single
                else cst.MaybeSentinel.DEFAULT
            )
        changes: dict[str, Any] = {"comma": comma}
        if isinstance(container, cst.Call):
            changes["whitespace_after_arg"] = row.gaps[-1] if last else NOTHING
        nodes.append(item.node.with_changes(**changes))
    first = row.gaps[0]
    end = row.gaps[-1] if row.items else NOTHING
    if isinstance(container, cst.Call):
        return container.with_changes(args=nodes, whitespace_before_args=first)
    if isinstance(container, cst.ImportFrom):
        return _with_import_ends(container, nodes, first, end)
    if isinstance(container, cst.Tuple):
        return _with_tuple_ends(container, nodes, first, end)
    if isinstance(container, cst.List):
        return container.with_changes(
            elements=nodes,
            lbracket=container.lbracket.with_changes(whitespace_after=first),
            rbracket=container.rbracket.with_changes(whitespace_before=end),
        )
    return container.with_changes(
        elements=nodes,
        lbrace=container.lbrace.with_changes(whitespace_after=first),
        rbrace=container.rbrace.with_changes(whitespace_before=end),
    )


def _is_something(gap: Gap) -> bool:
    return not (isinstance(gap, cst.SimpleWhitespace) and gap.value == "")


def _ends(container: Container) -> tuple[Gap, Gap]:
    """The gap behind the opening bracket and the one before the closing bracket."""
    if isinstance(container, cst.Call):
        return container.whitespace_before_args, NOTHING
    if isinstance(container, cst.List):
        return container.lbracket.whitespace_after, container.rbracket.whitespace_before
    if isinstance(container, cst.Tuple):
        if not container.lpar:
            return NOTHING, NOTHING
        return container.lpar[-1].whitespace_after, container.rpar[0].whitespace_before
    if isinstance(container, cst.ImportFrom):
        if container.lpar is None or container.rpar is None:
            return NOTHING, NOTHING
        return container.lpar.whitespace_after, container.rpar.whitespace_before
    return container.lbrace.whitespace_after, container.rbrace.whitespace_before


def _with_tuple_ends(container: cst.Tuple, nodes: list[Any], first: Gap, end: Gap) -> cst.Tuple:
    if not container.lpar:
        if not nodes:
            raise CannotWrite("nothing would be left of the tuple")
        return container.with_changes(elements=nodes)
    lpar = [*container.lpar[:-1], container.lpar[-1].with_changes(whitespace_after=first)]
    rpar = [container.rpar[0].with_changes(whitespace_before=end), *container.rpar[1:]]
    return container.with_changes(elements=nodes, lpar=lpar, rpar=rpar)


def _with_import_ends(
    container: cst.ImportFrom, nodes: list[Any], first: Gap, end: Gap
) -> cst.ImportFrom:
    if container.lpar is None or container.rpar is None:
        return container.with_changes(names=nodes)
    return container.with_changes(
        names=nodes,
        lpar=container.lpar.with_changes(whitespace_after=first),
        rpar=container.rpar.with_changes(whitespace_before=end),
    )
