"""Places in a program, without the program's syntax."""

from __future__ import annotations

from typing import NamedTuple


class Site(NamedTuple):
    """An opaque key of one piece of syntax: `kfix.source` can turn it back into a node.

    `path` is the file as the project names it, `cell` the 0-based index in a
    notebook's `cells` (`None` in a plain file), `key` means nothing outside
    `kfix.source`.
    """

    path: str
    cell: int | None
    key: int


class Place(NamedTuple):
    """Where a person finds a Site: 1-based lines and columns; in a notebook the line counts within the cell."""

    path: str
    cell: int | None
    line: int
    column: int
    end_line: int

    def __str__(self) -> str:
        cell = "" if self.cell is None else f"cell {self.cell}:"
        return f"{self.path}:{cell}{self.line}:{self.column}"
