"""One pass over a unit's tree, on the way to the edits only.

The plan of a unit says what is to happen at which node; the pass visits the
ways down to those nodes and leaves everything else as it is (after a pass no
node keeps its identity, so all edits of a repair must go in one). Within one
node the order is: what is put in and taken out of its row or block, then the
changes by their phase.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import IntEnum
from typing import Any, TypeVar, cast

import libcst as cst

from kfix.model.code import Where
from kfix.rewrite import blocks
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.nodes import Path, depth_of
from kfix.rewrite.row import Row, read_row, write_row
from kfix.source.syntax.document import Unit

Change = Callable[["Pass", Any], Any]
"""From the node, its children already edited, to what it becomes."""
Build = Callable[["Pass"], Any]
"""Makes a node that is put in; it may ask the pass for the edited form of another node."""
BuildStatement = Callable[["Pass"], cst.BaseSmallStatement]
Comment = cst.TrailingWhitespace | None
"""The end of a line with the comment beside a layer, which goes where the layer goes."""

N = TypeVar("N", bound=cst.CSTNode)


class Phase(IntEnum):
    """The order of changes at one node: what wraps its input, its own, what wraps its result."""

    BEFORE = 0
    HERE = 1
    REPLACE = 2
    REMOVE = 3
    AFTER = 4


class RowInsert:
    """Put an item in `before` or `after` the item `anchor`; without an anchor at the row's start or
    end.
    """

    __slots__ = ("anchor", "build", "comment", "where")

    def __init__(
        self, anchor: int | None, where: Where, build: Build, comment: Comment = None
    ) -> None:
        self.anchor = anchor
        self.where = where
        self.build = build
        self.comment = comment

    def place_in(self, row: Row, behind: dict[int, int]) -> int:
        """Return the number that the item has in a row; `behind` are the last items put in behind
        others.
        """
        if self.anchor is None:
            return len(row.items) if self.where == "after" else 0
        if self.where == "before":
            return row.index(self.anchor)
        last = behind.get(self.anchor, self.anchor)
        behind[self.anchor] = id(self)
        return row.index(last) + 1


class RowRemove:
    """Take the item `anchor` out."""

    __slots__ = ("anchor",)

    def __init__(self, anchor: int) -> None:
        self.anchor = anchor


class UnitPlan:
    """What is to happen at which node of one unit."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.wanted: set[int] = set()
        self.changes: dict[int, list[tuple[Phase, Change]]] = {}
        self.rows: dict[int, list[RowInsert | RowRemove]] = {}
        self.blocks: dict[int, list[blocks.Insert | blocks.Remove]] = {}
        self.reserved: set[str] = set()

    def reach(self, path: Path) -> None:
        """Let the pass come by here; of an f-string only its text is edited: its quotes bind the
        rest.
        """
        inside = depth_of(path[:-1], cst.BaseFormattedStringContent) is not None
        if inside or isinstance(path[-1], cst.FormattedStringExpression):
            raise CannotWrite("the place is inside an f-string")
        self.wanted.update(map(id, path))

    def change(self, path: Path, change: Change, phase: Phase = Phase.HERE) -> None:
        """Change the last node of `path`."""
        self.reach(path)
        self.changes.setdefault(id(path[-1]), []).append((phase, change))

    def set_fields(self, path: Path, **fields: object) -> None:
        """Give fields of the last node of `path` other values."""
        self.change(path, lambda run, now: now.with_changes(**fields))

    def put(self, path: Path, node: cst.CSTNode, phase: Phase = Phase.HERE) -> None:
        """Put another node in the place of the last one of `path`."""
        self.change(path, lambda run, now: node, phase)

    def row(self, path: Path, operation: RowInsert | RowRemove) -> None:
        """Put in or take out an item of the row that the last node of `path` is."""
        self.reach(path)
        if isinstance(operation, RowRemove) and operation.anchor in self.taken_out(path[-1]):
            return
        self.rows.setdefault(id(path[-1]), []).append(operation)

    def taken_out(self, row: cst.CSTNode) -> list[int]:
        """Return the items that are to be taken out of a row, by their ids."""
        return [one.anchor for one in self.rows.get(id(row), ()) if isinstance(one, RowRemove)]

    def block(self, path: Path, operation: blocks.Insert | blocks.Remove) -> None:
        """Put in or take out a statement of the block that the last node of `path` is."""
        self.reach(path)
        self.blocks.setdefault(id(path[-1]), []).append(operation)

    def insert_statement(
        self, path: Path, where: Where, build: BuildStatement, comment: Comment = None
    ) -> None:
        """Put a small statement in beside another, the end of `path`.

        It gets a line of its own, unless the other shares its line, or stands on the line of
        the header of its block.
        """
        self._beside(path, lambda anchor: blocks.Insert(anchor, where, build, comment))

    def remove_statement(self, path: Path) -> None:
        """Take the small statement at the end of `path` out, with its line if it has one of its
        own.
        """
        self._beside(path, blocks.Remove)

    def _beside(
        self, path: Path, operation: Callable[[cst.CSTNode], blocks.Insert | blocks.Remove]
    ) -> None:
        """Enter an operation on a small statement in the plan of its line, or of its block."""
        match path[-2]:
            case cst.SimpleStatementLine(body=[_]) as line:
                self.block(path[:-2], operation(line))
            case _:
                self.block(path[:-1], operation(path[-1]))

    def run(self) -> cst.Module:
        """Return the edited tree."""
        if not self.wanted:
            return self.unit.module
        return Pass(self).updated(self.unit.module)


class Pass(cst.CSTTransformer):
    """Carries a plan out."""

    def __init__(self, plan: UnitPlan) -> None:
        super().__init__()
        self.plan = plan
        self.current: dict[int, cst.CSTNode] = {}

    def updated(self, node: N) -> N:
        """Return the node with the edits inside it; what it has become so far if it is being edited
        right now.
        """
        if id(node) in self.current:
            return cast(N, self.current[id(node)])
        return cast(N, node.visit(self))

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Return whether the way to an edit leads by here."""
        return id(node) in self.plan.wanted

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        """Edit rows and blocks first, then the node by the phase of its changes."""
        key = id(original_node)
        if key not in self.plan.wanted:
            return updated_node
        if key in self.plan.rows:
            updated_node = self._row(original_node, updated_node, self.plan.rows[key])
        if key in self.plan.blocks:
            statements = self.plan.blocks[key]
            updated_node = blocks.apply(self, original_node, updated_node, statements)
        for _, change in sorted(self.plan.changes.get(key, ()), key=lambda entry: entry[0]):
            self.current[key] = updated_node
            updated_node = change(self, updated_node)
        self.current.pop(key, None)
        return updated_node

    def _row(self, original: Any, updated: Any, operations: Sequence[RowInsert | RowRemove]) -> Any:
        """Put items in in their order, then take others out, so that every anchor is there."""
        row = read_row(updated, original)
        behind: dict[int, int] = {}
        for put in (one for one in operations if isinstance(one, RowInsert)):
            at = put.place_in(row, behind)
            node, after = put.build(self), put.where == "after"
            row.insert(at, node, id(put), after=after, comment=put.comment)
        for removed in self.plan.taken_out(original):
            row.remove(row.index(removed))
        return write_row(updated, row)


def small_statement(path: Path) -> Path:
    """Return the way to the small statement that the end of `path` is in; raises `CannotWrite` if
    there is none.
    """
    at = depth_of(path, cst.BaseSmallStatement)
    if at is None:
        raise CannotWrite("the place is not inside a statement that can be edited")
    return path[: at + 1]


def insert_beside(
    unit: UnitPlan, path: Path, where: Where, build: blocks.Build, comment: Comment = None
) -> None:
    """Put a small statement in beside a compound one, the end of `path`."""
    unit.block(path[:-1], blocks.Insert(path[-1], where, build, comment))
