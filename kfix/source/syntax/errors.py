"""What stops a file from being read."""

from __future__ import annotations

from kfix.model.site import cell_name


class SourceError(Exception):
    """The text is not a program: a syntax error, undecodable bytes, nested too deeply, too large.

    `line` and `column` are 1-based (`None` without a place), in a
    notebook within the cell `cell` (0-based index in its `cells`).
    """

    def __init__(
        self,
        message: str,
        line: int | None = None,
        column: int | None = None,
        cell: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.cell = cell

    def __str__(self) -> str:
        cell = ""
        if self.cell is not None:
            cell = f"{cell_name(self.cell)}:"
        place = ""
        if self.line is not None:
            place = f"{self.line}:{self.column}: "
        return f"{cell}{place}{self.message}"
