"""Notebooks: their code cells as units, and new texts put back so that every other byte of the JSON
stays.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from typing import Any

from kfix.model.record import Value
from kfix.source.syntax.document import Document, Unit, parse
from kfix.source.syntax.errors import SourceError
from kfix.source.syntax.guard import MAX_BYTES, check
from kfix.source.syntax.magics import with_magics, without_magics

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_LETTER = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL
)
"""One letter as a string of JSON has it."""
_OTHER_LANGUAGE = re.compile(
    r"\s*%%(?:!|(?:bash|sh|cmd|script|system|html|HTML|javascript|js|svg|SVG|latex|markdown|perl|ruby|pypy|python2|R"
    r"|julia|cython|sql|bigquery|writefile|file|configure|local|cuda|shell)\b)"
)
"""Cell magics whose cell is not a part of the program.

That of any other one is, if it is Python.
"""
_MAX_OUTPUTS = 50 * MAX_BYTES


class _Cell(Value):
    """Where a code cell's "source" stands in the JSON text, and what it says."""

    number: int
    start: int
    end: int
    text: str


class Notebook(Document):
    """A notebook: `units` are its code cells that are Python, in order."""

    json: str
    cells: dict[int, _Cell]
    magics: dict[int, list[str]]

    @classmethod
    def load(cls, path: str, data: bytes, known: Notebook | None = None) -> Notebook:
        """Read a notebook; raises `SourceError` if it is not the JSON of a notebook, or no cell of
        it is Python.

        A cell that is not Python is left out and named in `skipped`. Those that
        are in `known` already are not parsed again.
        """
        bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        text, cells = _read(data, len(bom))
        notebook = cls(path, data, [], "utf-8", bom)
        notebook.json = text
        notebook.cells = {cell.number: cell for cell in cells}
        notebook.magics = {}
        same = {}
        if known is not None:
            same = known.unchanged(notebook)
        for cell in cells:
            if _OTHER_LANGUAGE.match(cell.text):
                continue
            try:
                notebook.units.append(same.get(cell.number) or _unit(notebook, cell))
            except SourceError as error:
                if cell.text.lstrip().startswith("%%"):
                    continue
                error.cell = cell.number
                notebook.skipped.append(error)
        if notebook.skipped and not notebook.units:
            raise notebook.skipped[0]
        return notebook

    def edited(self, data: bytes) -> Notebook:
        """Return the same notebook with other bytes: the cells that are as they were are not parsed
        again.
        """
        return Notebook.load(self.path, data, self)

    def unchanged(self, notebook: Notebook) -> dict[int, Unit]:
        """Return the cells that `notebook`, an edited form of this one, has as they were, by their
        numbers.
        """
        same: dict[int, Unit] = {}
        for unit in self.units:
            number = unit.cell
            if number is None or number not in notebook.cells:
                continue
            if notebook.cells[number].text != self.cells[number].text:
                continue
            same[number] = Unit(unit.path, number, unit.text, unit.module)
            same[number].idle = unit.idle
            if number in self.magics:
                notebook.magics[number] = self.magics[number]
        return same

    def replace(self, texts: Mapping[int | None, str]) -> bytes:
        """Return the notebook's bytes with the texts of some cells replaced: only lines that differ
        change.
        """
        out = self.json
        # From the last cell to the first: what stands before a cell keeps its offsets.
        for number in sorted((cell for cell in texts if cell is not None), reverse=True):
            cell = self.cells[number]
            new = with_magics(texts[number], self.magics.get(number, []))
            if new != cell.text:
                old = self.json[cell.start : cell.end]
                ascii_only = old.isascii() and ("\\u" in old or self.json.isascii())
                source = _rewritten(old, cell.text, new, ascii_only)
                out = out[: cell.start] + source + out[cell.end :]
        return self.bom + out.encode("utf-8")


def _unit(notebook: Notebook, cell: _Cell) -> Unit:
    """Return a cell as a unit, with its magics kept aside where it is not Python with them.

    Raises `SourceError`.
    """
    check(cell.text.encode("utf-8", "replace"))
    try:
        return Unit(notebook.path, cell.number, cell.text, parse(cell.text, cell.number))
    except SourceError as error:
        plain, magics = without_magics(cell.text)
        if not magics:
            raise
        try:
            module = parse(plain, cell.number)
        except SourceError as second:
            raise second from error
        notebook.magics[cell.number] = magics
        return Unit(notebook.path, cell.number, plain, module)


def _read(data: bytes, start: int) -> tuple[str, list[_Cell]]:
    """Return the JSON of a notebook and its cells; raise `SourceError` where it is not one."""
    if len(data) > _MAX_OUTPUTS:
        raise SourceError(f"too large: {len(data):,} bytes, more than {_MAX_OUTPUTS:,}")
    try:
        text = data[start:].decode("utf-8")
        return text, _cells(text)
    except UnicodeDecodeError as error:
        why = f"not utf-8 text: byte 0x{data[error.start]:02x}"
        raise SourceError(why, 1, error.start + 1) from None
    except json.JSONDecodeError as error:
        raise SourceError(f"not a notebook: {error.msg}", error.lineno, error.colno) from None
    except ValueError as error:  # a number of more digits than Python reads
        raise SourceError(f"not a notebook: {error}", 1, 1) from None
    except RecursionError:
        raise SourceError("too deeply nested", 1, 1) from None


def _cells(text: str) -> list[_Cell]:
    """Return the code cells of a notebook's JSON; those of format 3 are in worksheets.

    Of a key said twice the last counts. Raises `JSONDecodeError`."""
    members = _members(text, _skip(text, 0))
    behind = _skip(text, _skip(text, members[-1][2]) + 1) if members else len(text)
    if behind < len(text):
        raise json.JSONDecodeError("something stands behind the notebook", text, behind)
    top = {key: start for key, start, _ in members}
    if "cells" in top:
        return _of_list(text, top["cells"], 0)
    if "worksheets" not in top:
        raise json.JSONDecodeError("it has no 'cells'", text, 0)
    found: list[_Cell] = []
    before = 0
    _expect(text, top["worksheets"], "[")
    for at, _ in _items(text, top["worksheets"]):
        cells = {key: start for key, start, _ in _members(text, at)}.get("cells")
        if cells is not None:
            found.extend(_of_list(text, cells, before))
            before += len(_items(text, cells))
    return found


def _of_list(text: str, start: int, before: int) -> list[_Cell]:
    """Return the code cells of a list of cells, which has so many `before` it."""
    if text[start] != "[":
        raise json.JSONDecodeError("'cells' is not a list", text, start)
    found: list[_Cell] = []
    for index, (at, _) in enumerate(_items(text, start), before):
        if text[at] != "{":
            continue
        kind: Any = None
        source: tuple[int, int] | None = None
        for name, value, end in _members(text, at):
            if name == "cell_type":
                kind = _DECODER.raw_decode(text, value)[0]
            elif name in ("source", "input"):  # format 3 says "input"
                source = (value, end)
        if kind == "code" and source is not None:
            said = _DECODER.raw_decode(text, source[0])[0]
            if isinstance(said, list) and all(isinstance(line, str) for line in said):
                said = "".join(said)
            if isinstance(said, str):
                found.append(_Cell(index, *source, said))
    return found


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    if match is not None:
        return match.end()
    return at


def _expect(text: str, at: int, characters: str) -> str:
    if at >= len(text) or text[at] not in characters:
        raise json.JSONDecodeError(f"expecting {characters[0]!r}", text, at)
    return text[at]


def _members(text: str, at: int) -> list[tuple[str, int, int]]:
    """Return the members of the object that begins at `at`: key, and where the value begins and
    ends.
    """
    _expect(text, at, "{")
    found: list[tuple[str, int, int]] = []
    at = _skip(text, at + 1)
    while at < len(text) and text[at] != "}":
        _expect(text, at, '"')
        key, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        _expect(text, at, ":")
        start = _skip(text, at + 1)
        _, end = _DECODER.raw_decode(text, start)
        found.append((key, start, end))
        at = _skip(text, end)
        if _expect(text, at, ",}") == ",":
            at = _skip(text, at + 1)
    return found


def _items(text: str, at: int) -> list[tuple[int, int]]:
    """Return where the items of the list that begins at `at` begin and end."""
    found: list[tuple[int, int]] = []
    at = _skip(text, at + 1)
    while at < len(text) and text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        found.append((at, end))
        at = _skip(text, end)
        if _expect(text, at, ",]") == ",":
            at = _skip(text, at + 1)
    return found


def _rewritten(old: str, before: str, after: str, ascii_only: bool) -> str:
    """Return the JSON of "source" with `after` in place of `before`, in the form that it had: what
    is the same stays.
    """
    if old.startswith('"'):
        return _spliced(old, before, after, ascii_only)
    items = _items(old, 0)
    said = [_DECODER.raw_decode(old, start)[0] for start, _ in items]
    same, head = 0, 0
    while same < len(said) and after.startswith(said[same], head):
        head += len(said[same])
        same += 1
    tail, foot = 0, len(after)
    while (
        tail < len(said) - same
        and foot - len(said[-1 - tail]) >= head
        and after[:foot].endswith(said[-1 - tail])
    ):
        foot -= len(said[-1 - tail])
        tail += 1
    while tail and head < foot and not after[:foot].endswith("\n"):
        foot += len(said[-tail])  # a line to whose front something was added
        tail -= 1
    separator = ", "
    if len(items) > 1:
        separator = old[items[0][1] : items[1][0]]
    kept = [old[start:end] for start, end in items]
    if same and not said[same - 1].endswith("\n") and head < foot:
        same -= 1  # a last line to which more was added
        head -= len(said[same])
    middle = [json.dumps(line, ensure_ascii=ascii_only) for line in _lines(after[head:foot])]
    if not items:
        return "[" + separator.join(middle) + "]"
    opening, closing = old[: items[0][0]], old[items[-1][1] :]
    return opening + separator.join(kept[:same] + middle + kept[len(kept) - tail :]) + closing


def _lines(text: str) -> list[str]:
    """Return the lines of a text with their ends; in a notebook only a line feed ends a line."""
    lines = [line + "\n" for line in text.split("\n")]
    last = lines.pop()[:-1]
    if last:
        return [*lines, last]
    return lines


def _spliced(old: str, before: str, after: str, ascii_only: bool) -> str:
    """Return the one string `old`, which says `before`, made to say `after`: what both begin and
    end with stays as it is.
    """
    most = min(len(before), len(after))
    head = next((i for i in range(most) if before[i] != after[i]), most)
    tail = next((i for i in range(most - head) if before[-1 - i] != after[-1 - i]), most - head)
    places = [match.start() for match in _LETTER.finditer(old, 1, len(old) - 1)] + [len(old) - 1]
    if len(places) != len(before) + 1:  # it was written in a way of its own
        return json.dumps(after, ensure_ascii=ascii_only)
    new = json.dumps(after[head : len(after) - tail], ensure_ascii=ascii_only)[1:-1]
    return old[: places[head]] + new + old[places[len(before) - tail] :]
