"""What turns one text into another, as ranges and replacements that an editor can apply."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import NamedTuple

_BOM = "\ufeff"


class Change(NamedTuple):
    """A range of a text, and the text that takes its place.

    Lines and columns count from 1, columns in characters (code points); the
    end is the place behind the last character. A range may be empty. A byte
    order mark is not part of the text.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    text: str


def changes(old: bytes, new: bytes) -> list[Change]:
    """Return the changes that make `new` of `old`, in order, none of them overlapping."""
    return [
        Change(*_place(before, start), *_place(before, end), text)
        for before, start, end, text in _spans(program_text(old), program_text(new))
    ]


def cell_changes(old: bytes, new: bytes) -> dict[int, tuple[Change, ...]]:
    """Return the changes from one notebook's cells to another's, by 0-based numbers."""
    found: dict[int, tuple[Change, ...]] = {}
    for number, (before, after) in enumerate(zip(_cells(old), _cells(new), strict=True)):
        if before != after:
            found[number] = tuple(changes(before.encode(), after.encode()))
    return found


def _cells(data: bytes) -> list[str]:
    """Return the sources of all cells of a notebook; those of format 3 are in worksheets."""
    import json

    notebook = json.loads(program_text(data))
    sheets = notebook.get("worksheets", [notebook])
    cells = (cell for sheet in sheets for cell in sheet["cells"])
    sources = (cell.get("source", cell.get("input", "")) for cell in cells)
    return ["".join(source) for source in sources]


def program_text(data: bytes) -> str:
    """Return a program's text, read as UTF-8 or in the encoding that its first lines name."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            text = data.decode(tokenize.detect_encoding(io.BytesIO(data).readline)[0])
        except (SyntaxError, LookupError, ValueError):
            text = data.decode("utf-8", "backslashreplace")
    return text.removeprefix(_BOM)


def _spans(old: str, new: str) -> Iterator[tuple[str, int, int, str]]:
    """Return the old text, the first and last offset of each change, and the replacement."""
    before, after = _lines(old), _lines(new)
    starts = [0]
    for line in before:
        starts.append(starts[-1] + len(line))
    # SequenceMatcher takes quadratic time where lines are alike: only what differs is given to it.
    same = _alike(before, after)
    rest = _alike(before[same:][::-1], after[same:][::-1])
    cut = slice(same, -rest or None)
    matcher = SequenceMatcher(None, before[cut], after[cut], autojunk=False)
    for tag, *lines in matcher.get_opcodes():
        if tag == "equal":
            continue
        i, i_end, j, j_end = (same + line for line in lines)
        removed, added = "".join(before[i:i_end]), "".join(after[j:j_end])
        first, last = _common(removed, added)
        start, end = starts[i] + first, starts[i] + len(removed) - last
        yield old, start, end, added[first : len(added) - last]


def _alike(some: Sequence[str], others: Sequence[str]) -> int:
    """Return how many lines or characters two texts begin with alike."""
    pairs = zip(some, others, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _common(removed: str, added: str) -> tuple[int, int]:
    """Return how many characters both begin and end with, never within a CRLF."""
    first = _alike(removed, added)
    if first and removed[first - 1] == "\r":
        first -= 1
    last = _alike(removed[first:][::-1], added[first:][::-1])
    if last and removed[-last] == "\n" and removed[: len(removed) - last].endswith("\r"):
        last -= 1
    return first, last


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    end = lines.pop()
    return [line + "\n" for line in lines] + ([end] if end else [])


def _place(text: str, offset: int) -> tuple[int, int]:
    line = text.count("\n", 0, offset) + 1
    return line, offset - (text.rfind("\n", 0, offset) + 1) + 1
