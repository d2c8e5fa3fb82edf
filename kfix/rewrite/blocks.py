"""Statements put into and taken out of a block, or a line that several share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from kfix.model.code import Where
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.gaps import left_behind, split_lines, without_blank_end

Build = Callable[[Any], cst.BaseSmallStatement]
"""Makes the statement, given the pass that carries the edits out."""

Block = cst.Module | cst.IndentedBlock
Shared = cst.SimpleStatementLine | cst.SimpleStatementSuite
"""A line of several small statements."""

_SEMICOLON = cst.Semicolon(whitespace_after=cst.SimpleWhitespace(" "))


class Insert:
    """Put a small statement in `before` or `after` the statement `anchor`."""

    __slots__ = ("anchor", "build", "comment", "where")

    def __init__(
        self,
        anchor: cst.CSTNode,
        where: Where,
        build: Build,
        comment: cst.TrailingWhitespace | None = None,
    ) -> None:
        self.anchor = anchor
        self.where = where
        self.build = build
        self.comment = comment


class Remove:
    """Take the statement `anchor` out."""

    __slots__ = ("anchor",)

    def __init__(self, anchor: cst.CSTNode) -> None:
        self.anchor = anchor


Operations = Sequence[Insert | Remove]
Keyed = list[tuple[int, Any]]
"""Statements, each with the identity of the one that it was, or of what put it in."""


def apply(
    run: object, original: Block | Shared, updated: Block | Shared, operations: Operations
) -> cst.CSTNode:
    """Return the block, or the line of statements, with statements put in and taken out."""
    entries: Keyed = [(id(old), new) for old, new in zip(original.body, updated.body, strict=True)]
    if isinstance(updated, Block):
        return _apply_to_block(run, updated, entries, operations)
    return _apply_to_line(run, updated, entries, operations)


def _apply_to_block(
    run: object, block: Block, entries: Keyed, operations: Operations
) -> cst.CSTNode:
    """Put lines into a block, and take others out."""
    for operation in _inserts(operations):
        line = cst.SimpleStatementLine(body=[operation.build(run)])
        if operation.comment is not None:
            line = line.with_changes(trailing_whitespace=operation.comment)
        at = _place(entries, operation, operations)
        if operation.where == "before":
            # Comments right above the anchor stay with it; what is above them goes above the line.
            key, anchor = entries[at]
            above, own = split_lines(anchor.leading_lines)
            entries[at] = (key, anchor.with_changes(leading_lines=own))
            line = line.with_changes(leading_lines=above)
        entries.insert(at, (id(operation), line))
    for anchor in _removed(operations):
        block = _remove_line(block, entries, _index(entries, anchor))
    if not entries and isinstance(block, cst.IndentedBlock):
        entries.append((0, cst.SimpleStatementLine(body=[cst.Pass()])))
    return block.with_changes(body=[node for _, node in entries])


def _remove_line(block: Block, entries: Keyed, at: int) -> Block:
    """Take a line out; the comments above it that are not clearly its own go to what follows."""
    above = entries[at][1].leading_lines
    del entries[at]
    if at < len(entries):
        key, following = entries[at]
        kept = left_behind(above, following.leading_lines, last=False)
        entries[at] = (key, following.with_changes(leading_lines=kept))
        return block
    own = left_behind(above, (), last=True)
    return block.with_changes(footer=[*without_blank_end(own), *block.footer])


def _apply_to_line(
    run: object, line: Shared, entries: Keyed, operations: Operations
) -> cst.CSTNode:
    """Put small statements into a line, and take others out, with `;` between them."""
    end = entries[-1][1].semicolon
    between = [node.semicolon for _, node in entries[:-1]]
    for operation in _inserts(operations):
        if operation.comment is not None:
            raise CannotWrite("the comment beside the layer has no place there")
        at = _place(entries, operation, operations)
        entries.insert(at, (id(operation), operation.build(run)))
    for anchor in _removed(operations):
        del entries[_index(entries, anchor)]
    body = [node for _, node in entries] or [cst.Pass()]
    separator = (*between, _SEMICOLON)[0]
    separated = [_before(node, separator, end) for node in body[:-1]]
    return line.with_changes(body=[*separated, body[-1].with_changes(semicolon=end)])


def _before(node: Any, separator: object, end: object) -> Any:
    """Return a statement that others follow: with its own semicolon, unless that was the one at the
    end.
    """
    own = isinstance(node.semicolon, cst.Semicolon) and node.semicolon is not end
    return node if own else node.with_changes(semicolon=separator)


def _inserts(operations: Operations) -> list[Insert]:
    """Return what is put in, in its order: before anything goes, so that every anchor is there."""
    return [operation for operation in operations if isinstance(operation, Insert)]


def _removed(operations: Operations) -> list[cst.CSTNode]:
    """Return what goes, each once."""
    anchors = (operation.anchor for operation in operations if isinstance(operation, Remove))
    return list({id(anchor): anchor for anchor in anchors}.values())


def _index(entries: Keyed, anchor: cst.CSTNode) -> int:
    """Return where a statement is now; raises `CannotWrite` if it has gone."""
    for index, (key, _) in enumerate(entries):
        if key == id(anchor):
            return index
    raise CannotWrite("the place of the edit is gone by another edit")


def _place(entries: Keyed, operation: Insert, operations: Operations) -> int:
    """Return the place of a new statement: behind those inserted after the same anchor before."""
    at = _index(entries, operation.anchor)
    if operation.where == "before":
        return at
    same = (operation.anchor, "after")
    behind = {id(one) for one in _inserts(operations) if (one.anchor, one.where) == same}
    while at + 1 < len(entries) and entries[at + 1][0] in behind:
        at += 1
    return at + 1
