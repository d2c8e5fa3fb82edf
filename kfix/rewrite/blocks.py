"""Statements put into and taken out of a block, or a line that several share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import libcst as cst

from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.gaps import left_behind, split_lines

Build = Callable[[Any], cst.BaseSmallStatement]
"""Makes the statement, given the pass that carries the edits out."""


class Insert:
    """Put a small statement in `before` or `after` the statement `anchor`."""

    __slots__ = ("anchor", "build", "comment", "where")

    def __init__(
        self,
        anchor: cst.CSTNode,
        where: str,
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


def apply(run: object, original: Any, updated: Any, operations: Operations) -> Any:
    """The block, or the line of small statements, with the statements put in and taken out."""
    entries: Keyed = [(id(old), new) for old, new in zip(original.body, updated.body, strict=True)]
    if isinstance(original, cst.Module | cst.IndentedBlock):
        return _apply_to_block(run, updated, entries, operations)
    return _apply_to_line(run, updated, entries, operations)


def _apply_to_block(run: object, block: Any, entries: Keyed, operations: Operations) -> Any:
    for operation in _ordered(operations):
        at = _index(entries, operation.anchor)
        if isinstance(operation, Remove):
            block = _remove_line(block, entries, at)
            continue
        line = cst.SimpleStatementLine(body=[operation.build(run)])
        if operation.comment is not None:
            line = line.with_changes(trailing_whitespace=operation.comment)
        if operation.where == "before":
            anchor = entries[at][1]
            above, own = split_lines(anchor.leading_lines)
            entries[at] = (entries[at][0], anchor.with_changes(leading_lines=own))
            entries.insert(at, (id(operation), line.with_changes(leading_lines=above)))
        else:
            entries.insert(_behind(entries, at, operations, operation) + 1, (id(operation), line))
    if not entries and isinstance(block, cst.IndentedBlock):
        entries.append((0, cst.SimpleStatementLine(body=[cst.Pass()])))
    return block.with_changes(body=[node for _, node in entries])


def _remove_line(block: Any, entries: Keyed, at: int) -> Any:
    """Take a line out; the comments above it that are not clearly its own go to what follows."""
    above = entries[at][1].leading_lines
    del entries[at]
    if at < len(entries):
        key, following = entries[at]
        kept, below = left_behind(above, following.leading_lines, last=False)
        entries[at] = (key, following.with_changes(leading_lines=[*kept, *below]))
        return block
    kept, below = left_behind(above, block.footer, last=True)
    while kept and kept[-1].comment is None:
        kept.pop()
    return block.with_changes(footer=[*kept, *below]) if kept else block


def _apply_to_line(run: object, line: Any, entries: Keyed, operations: Operations) -> Any:
    """Small statements that share a line, with `;` between them."""
    separator = next(
        (node.semicolon for _, node in entries[:-1] if isinstance(node.semicolon, cst.Semicolon)),
        cst.Semicolon(whitespace_after=cst.SimpleWhitespace(" ")),
    )
    last = entries[-1][1]
    trailing = isinstance(last.semicolon, cst.Semicolon)
    for operation in _ordered(operations):
        at = _index(entries, operation.anchor)
        if isinstance(operation, Remove):
            del entries[at]
            continue
        if operation.comment is not None:
            raise CannotWrite("the comment beside the layer has no place there")
        at = at if operation.where == "before" else _behind(entries, at, operations, operation) + 1
        entries.insert(at, (id(operation), operation.build(run)))
    if not entries:
        entries.append((0, cst.Pass()))
    body = []
    for index, (_, node) in enumerate(entries):
        if index == len(entries) - 1:
            wanted: Any = last.semicolon if trailing else cst.MaybeSentinel.DEFAULT
        else:
            wanted = (
                node.semicolon
                if isinstance(node.semicolon, cst.Semicolon) and node is not last
                else separator
            )
        body.append(node.with_changes(semicolon=wanted))
    return line.with_changes(body=body)


def _ordered(operations: Operations) -> list[Insert | Remove]:
    """Inserts in their order, then removals once each, so that every anchor is there."""
    inserts: list[Insert | Remove] = [
        operation for operation in operations if isinstance(operation, Insert)
    ]
    removals = {
        id(operation.anchor): operation for operation in operations if isinstance(operation, Remove)
    }
    return [*inserts, *removals.values()]


def _index(entries: Keyed, anchor: cst.CSTNode) -> int:
    for index, (key, _) in enumerate(entries):
        if key == id(anchor):
            return index
    raise CannotWrite("the place of the edit is gone by another edit")


def _behind(entries: Keyed, at: int, operations: Operations, until: Insert) -> int:
    """The last of the statements that earlier inserts put after the same anchor."""
    earlier = {
        id(operation)
        for operation in operations
        if isinstance(operation, Insert)
        and operation.anchor is until.anchor
        and operation.where == "after"
    }
    while at + 1 < len(entries) and entries[at + 1][0] in earlier:
        at += 1
    return at
