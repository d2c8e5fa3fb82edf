"""One pass over a unit's tree, on the way to the edits only.

The plan of a unit says what is to happen at which node; the pass visits the
ways down to those nodes and leaves everything else as it is (after a pass no
node keeps its identity, so all edits of a repair must go in one). Within one
node the order is: what is put in and taken out of its row or block, then the
changes by their phase.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import libcst as cst

from kfix.rewrite import blocks
from kfix.rewrite.errors import CannotWrite
from kfix.rewrite.row import read_row, write_row
from kfix.source.syntax.document import Unit

Path = Sequence[cst.CSTNode]
Change = Callable[["Pass", Any], Any]
"""From the node, its children already edited, to what it becomes."""
Build = Callable[["Pass"], Any]
"""Makes a node that is put in; it may ask the pass for the edited form of another node."""

BEFORE, HERE, REPLACE, REMOVE, AFTER = range(5)
"""Phases of changes at one node: what wraps its input, its own, what wraps its result."""

N = TypeVar("N", bound=cst.CSTNode)


class RowInsert:
    """Put an item in `before` or `after` the item `anchor`; without an anchor at the row's start or end."""

    __slots__ = ("anchor", "build", "comment", "where")

    def __init__(
        self,
        anchor: int | None,
        where: str,
        build: Build,
        comment: cst.TrailingWhitespace | None = None,
    ) -> None:
        self.anchor = anchor
        self.where = where
        self.build = build
        self.comment = comment


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
        self.changes: dict[int, list[tuple[int, Change]]] = {}
        self.rows: dict[int, list[RowInsert | RowRemove]] = {}
        self.blocks: dict[int, list[blocks.Insert | blocks.Remove]] = {}
        self.reserved: set[str] = set()

    def reach(self, path: Path) -> None:
        """The pass has to come by here; of an f-string only its text is edited: its quotes bind the rest."""
        expressions = [node for node in path if isinstance(node, cst.BaseFormattedStringContent)]
        if any(
            node is not path[-1] or not isinstance(node, cst.FormattedStringText)
            for node in expressions
        ):
            raise CannotWrite("the place is inside an f-string")
        self.wanted.update(map(id, path))

    def change(self, path: Path, change: Change, phase: int = HERE) -> None:
        """Change the last node of `path`."""
        self.reach(path)
        self.changes.setdefault(id(path[-1]), []).append((phase, change))

    def row(self, path: Path, operation: RowInsert | RowRemove) -> None:
        """Put in or take out an item of the row that the last node of `path` is."""
        self.reach(path)
        operations = self.rows.setdefault(id(path[-1]), [])
        if isinstance(operation, RowRemove) and any(
            isinstance(other, RowRemove) and other.anchor == operation.anchor
            for other in operations
        ):
            return
        operations.append(operation)

    def taken_out(self, row: cst.CSTNode) -> set[int]:
        """The items that are to be taken out of a row, by their ids."""
        return {one.anchor for one in self.rows.get(id(row), ()) if isinstance(one, RowRemove)}

    def block(self, path: Path, operation: blocks.Insert | blocks.Remove) -> None:
        """Put in or take out a statement of the block that the last node of `path` is."""
        self.reach(path)
        self.blocks.setdefault(id(path[-1]), []).append(operation)

    def run(self) -> cst.Module:
        """The edited tree."""
        if not self.wanted:
            return self.unit.module
        module = Pass(self).updated(self.unit.module)
        return module


class Pass(cst.CSTTransformer):
    """Carries a plan out."""

    def __init__(self, plan: UnitPlan) -> None:
        super().__init__()
        self.plan = plan
        self.current: dict[int, cst.CSTNode] = {}

    def updated(self, node: N) -> N:
        """The node with the edits inside it; what it has become so far if it is being edited right now."""
        if id(node) in self.current:
            return cast(N, self.current[id(node)])
        return cast(N, node.visit(self))

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Only on the way to an edit."""
        return id(node) in self.plan.wanted

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        """Rows and blocks first, then the changes by their phase."""
        key = id(original_node)
        if key not in self.plan.wanted:
            return updated_node
        rows = self.plan.rows.get(key)
        if rows is not None:
            updated_node = self._row(original_node, updated_node, rows)
        statements = self.plan.blocks.get(key)
        if statements is not None:
            updated_node = blocks.apply(self, original_node, updated_node, statements)
        changes = self.plan.changes.get(key)
        if changes is not None:
            for _, change in sorted(changes, key=lambda entry: entry[0]):
                self.current[key] = updated_node
                updated_node = change(self, updated_node)
            self.current.pop(key, None)
        return updated_node

    def _row(self, original: Any, updated: Any, operations: Sequence[RowInsert | RowRemove]) -> Any:
        """Inserts in their order, then removals, so that every anchor is there."""
        row = read_row(updated, original)
        behind: dict[int, int] = {}
        for operation in operations:
            if not isinstance(operation, RowInsert):
                continue
            after = operation.where == "after"
            if operation.anchor is None:
                at = len(row.items) if after else 0
            else:
                at = (
                    row.index(
                        behind.get(operation.anchor, operation.anchor)
                        if after
                        else operation.anchor
                    )
                    + after
                )
                if after:
                    behind[operation.anchor] = id(operation)
            row.insert(
                at, operation.build(self), id(operation), after=after, comment=operation.comment
            )
        for operation in operations:
            if isinstance(operation, RowRemove):
                row.remove(row.index(operation.anchor))
        return write_row(updated, row)


def enclosing(path: Path, kinds: tuple[type[cst.CSTNode], ...]) -> int:
    """The index in `path` of the innermost node of these kinds; raises `CannotWrite` if there is none."""
    for index in range(len(path) - 1, -1, -1):
        if isinstance(path[index], kinds):
            return index
    raise CannotWrite("the place is not inside a statement that can be edited")
