"""Places in a program, without the program's syntax."""

from __future__ import annotations

from typing import NamedTuple

from kfix.model.record import Value


class Site(NamedTuple):
    """An opaque key of one piece of syntax: `kfix.source` can turn it back into a node.

    `path` is the file as the project names it, `cell` the 0-based index in a
    notebook's `cells` (`None` in a plain file), `key` means nothing outside
    `kfix.source`.
    """

    path: str
    cell: int | None
    key: int


class Place(Value):
    """Where a person finds a Site: 1-based lines and columns, in a notebook within the cell.

    `end_line` and `end_column` are those of the character behind the last one.
    """

    path: str
    cell: int | None
    line: int
    column: int
    end_line: int
    end_column: int = 1

    @property
    def where(self) -> str:
        """The place within its file, in words: "line 5", "cell 3, line 5"."""
        return line_name(self.cell, self.line)

    def seen_from(self, path: str) -> str:
        """Return the place in words, with the name of its file where that is another one."""
        return self.where if path == self.path else f"{self.where} of {self.path}"

    def __str__(self) -> str:
        cell = "" if self.cell is None else f"{cell_name(self.cell)}:"
        return f"{self.path}:{cell}{self.line}:{self.column}"


def line_name(cell: int | None, line: int) -> str:
    """Return what people call a line, in a notebook behind its cell: "cell 3, line 5"."""
    if cell is None:
        return f"line {line}"
    return f"{cell_name(cell)}, line {line}"


def cell_name(index: int) -> str:
    """Return what people call the cell with this 0-based index: they count from 1."""
    return f"cell {index + 1}"
