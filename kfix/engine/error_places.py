"""Where in a program an error was raised.

The frames of its traceback are held against the source, which may have been edited since.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial

from kfix.evidence.log import Frame
from kfix.evidence.reading import Error
from kfix.model.record import Value
from kfix.model.site import Place
from kfix.project.project import Project
from kfix.source.syntax.document import Document, Unit


class Spot(Value):
    """A line of the program that was running when the error was raised.

    `edited` says that the source has another text there than the traceback shows, and nowhere else
    the same.
    """

    path: str
    cell: int | None
    line: int
    frame: Frame
    edited: bool = False


def spots(error: Error, project: Project, path: str) -> list[Spot]:
    """Return the lines of the program, the innermost first; those of libraries are left out."""
    documents = _documents(project, path)
    several = (map(partial(_in_document, one), documents) for one in reversed(error.frames))
    firsts = (next(filter(None, found), None) for found in several)
    return [*filter(None, firsts)]


def is_own(frame: Frame) -> bool:
    """Return whether a frame is one of a program, not of a library."""
    libraries = ("site-packages", "dist-packages", "/lib/python", "<frozen", "<string>")
    return not any(part in frame.path.replace("\\", "/") for part in libraries)


def _documents(project: Project, path: str) -> list[Document]:
    """Return the file itself and those of its modules that were read."""
    first = project.document(path)
    return [first, *(one for name, one in project.loaded().items() if name != path)]


def _in_document(frame: Frame, document: Document) -> Spot | None:
    """Return the line of a document that a frame names, `None` where it names another file."""
    if frame.cell is not None:
        units = list(_of_cell(frame.cell, document))
        return _in_units(frame, document, units)
    if not is_own(frame) or not _same_file(frame.path, document.path):
        return None
    return _in_units(frame, document, document.units)


def _of_cell(count: int, document: Document) -> Iterator[Unit]:
    """Yield the cell with an execution count, then all others: it may have been run again since."""
    number = _cell_with_count(count, document)
    yield from (unit for unit in document.units if unit.cell == number)
    yield from (unit for unit in document.units if unit.cell != number)


def _cell_with_count(count: int, document: Document) -> int | None:
    """Return the number of the cell that was run as the `count`-th, `None` where none is."""
    if not document.path.endswith(".ipynb"):
        return None
    try:
        cells = json.loads(document.data)["cells"]
        counts = [cell.get("execution_count") for cell in cells]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    if count not in counts:
        return None
    return counts.index(count)


def _in_units(frame: Frame, document: Document, units: list[Unit]) -> Spot | None:
    """Return the line of the first unit that has the text of the frame there.

    Else it is the only line with that text.
    """
    for unit in units:
        if frame.line is not None and _is_at(frame, unit, frame.line):
            return Spot(document.path, unit.cell, frame.line, frame)
    moved = [
        (unit, number)
        for unit in units
        for number, line in enumerate(unit.text.splitlines(), 1)
        if frame.code and line.strip() == frame.code
    ]
    if len(moved) == 1:
        [(unit, number)] = moved
        return Spot(document.path, unit.cell, number, frame)
    if frame.cell is not None and not document.path.endswith(".ipynb"):
        return None
    if not units or frame.line is None:
        return None
    return Spot(document.path, units[0].cell, frame.line, frame, edited=bool(frame.code))


def _is_at(frame: Frame, unit: Unit, line: int) -> bool:
    """Return whether a unit has the source of a frame at a line.

    A frame without source is believed.
    """
    lines = unit.text.splitlines()
    if not 1 <= line <= len(lines):
        return False
    if not frame.code:
        return frame.cell is None
    return _same_code(lines[line - 1].strip(), frame.code)


def _same_code(written: str, shown: str) -> bool:
    """Return whether a line is the one that a traceback shows, which may be cut at its end."""
    return written == shown or (len(shown) >= _CUT and written.startswith(shown.rstrip("….")))


_CUT = 60
"""Characters of a line that a terminal at least shows of it."""


def _same_file(named: str, path: str) -> bool:
    """Return whether the path of a traceback may be that of a file, on whatever machine."""
    if path.startswith("<"):  # standard input, or a text that is given to the API
        return True
    return named.replace("\\", "/").rpartition("/")[2] == path.replace("\\", "/").rpartition("/")[2]


def covers(place: Place, spot: Spot) -> bool:
    """Return whether a piece of syntax covers a line."""
    same = (place.path, place.cell) == (spot.path, spot.cell)
    return same and place.line <= spot.line <= place.end_line
