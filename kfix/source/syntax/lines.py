"""Lines as Python's tokenizer counts them: they end with a line feed, a carriage return, or both,
and with nothing else.

`str.splitlines` ends lines at form feeds, at U+2028 and at six other characters
too, which may stand in any comment or string: whoever counts so takes the
wrong line.
"""

from __future__ import annotations

import re

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_END = re.compile(r"\r\n|\r|\n")
_END_OF_BYTES = re.compile(rb"\r\n|\r|\n")


def split_lines(text: str) -> list[str]:
    """Return the lines of a text with their ends; together they are the text."""
    return _LINE.findall(text)


def without_end(line: str) -> str:
    """Return a line without the characters that end it."""
    return line.rstrip("\r\n")


def line_starts(text: str) -> list[int]:
    """Return the offsets at which the lines of a text begin, that behind a last end included."""
    return [0, *(match.end() for match in _END.finditer(text))]


def position(data: bytes, offset: int) -> tuple[int, int]:
    """Return line and column, counted from 1, of a byte; the column counts bytes."""
    ends = [match.end() for match in _END_OF_BYTES.finditer(data, 0, offset)]
    return len(ends) + 1, offset - (ends[-1] if ends else 0) + 1


def first_lines(data: bytes, count: int) -> list[bytes]:
    """Return the first lines of a program's bytes without their ends."""
    return _END_OF_BYTES.split(data, count)[:count]
