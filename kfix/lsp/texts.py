"""The texts that are open in the client, and positions in them as the client counts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Sequence

from lsprotocol import types as lsp

from kfix.api import Change, Place

_ENDS = re.compile(r"\r\n|\r|\n")


def _utf16(text: str) -> int:
    return len(text) + sum(letter > "\uffff" for letter in text)


def _utf8(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


WIDTHS: dict[str, Callable[[str], int]] = {"utf-8": _utf8, "utf-16": _utf16, "utf-32": len}
"""How many units a text has, by the encoding that server and client agreed on."""


class Text:
    """One document, or one cell of a notebook, as it is in the client."""

    def __init__(self, uri: str, text: str, version: int | None, encoding: str = "utf-16") -> None:
        self.uri = uri
        self.version = version
        self._width = WIDTHS.get(encoding, _utf16)
        self._set(text)

    def _set(self, text: str) -> None:
        self.text = text
        self._starts = [0, *(match.end() for match in _ENDS.finditer(text))]

    @property
    def count(self) -> int:
        """The number of lines, the one behind the last end included."""
        return len(self._starts)

    def line(self, number: int) -> str:
        """Return a line by its 0-based number without its end, "" where there is none."""
        if not 0 <= number < len(self._starts):
            return ""
        start, *end = self._starts[number : number + 2]
        return self.text[start : (*end, len(self.text))[0]].rstrip("\r\n")

    # --- what the client says ---------------------------------------------------------------

    def apply(self, change: lsp.TextDocumentContentChangeEvent) -> None:
        """Apply a change; a position beyond a line, or beyond the text, counts as its end."""
        if isinstance(change, lsp.TextDocumentContentChangeWholeDocument):
            self._set(change.text)
            return
        start, end = self.offset(change.range.start), self.offset(change.range.end)
        self._set(self.text[:start] + change.text + self.text[max(start, end) :])

    def offset(self, position: lsp.Position) -> int:
        """Return the offset of a position of the client."""
        if position.line >= len(self._starts):
            return len(self.text)
        line = self.line(position.line)
        return self._starts[position.line] + self._column(line, position.character)

    def _column(self, line: str, units: int) -> int:
        """Return how many characters of a line have so many units."""
        if line.isascii() or self._width is len:
            return min(units, len(line))
        column = 0
        while column < len(line) and self._width(line[: column + 1]) <= units:
            column += 1
        return column

    def place(self, position: lsp.Position) -> tuple[int, int]:
        """Return line and column of a position of the client, counted from 1 in characters."""
        offset = self.offset(position)
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    # --- what the client is sent ------------------------------------------------------------

    def position(self, line: int, column: int) -> lsp.Position:
        """Return the position of line and column, counted from 1 in characters."""
        if line > len(self._starts):
            return self.end(self.count - 1)
        return lsp.Position(line - 1, self._width(self.line(line - 1)[: max(column - 1, 0)]))

    def end(self, number: int) -> lsp.Position:
        """Return the position behind the last sign of a line with this 0-based number."""
        return lsp.Position(number, self._width(self.line(number).rstrip()))

    def range(self, place: Place) -> lsp.Range:
        """Return a place as a range; one of several lines ends with its first line."""
        start = self.position(place.line, place.column)
        if place.end_line > place.line:
            return lsp.Range(start, self.end(place.line - 1))
        return lsp.Range(start, self.position(place.end_line, place.end_column))

    def edits(self, changes: Sequence[Change]) -> list[lsp.TextEdit]:
        """Return changes as edits."""
        return [
            lsp.TextEdit(
                lsp.Range(
                    self.position(one.line, one.column),
                    self.position(one.end_line, one.end_column),
                ),
                one.text,
            )
            for one in changes
        ]
