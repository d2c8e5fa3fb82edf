"""The source lines around a fault, with output shapes beside them and a caret under it."""

from __future__ import annotations

import re
from collections.abc import Mapping

import click

from kfix.engine.results import Found, ModelResult
from kfix.findings import Finding
from kfix.model.record import Value
from kfix.model.site import Place
from kfix.report import style
from kfix.report.rows import Row, output_of, rows
from kfix.report.style import columns_of, filled
from kfix.shapes import Trace

Texts = Mapping[tuple[str, int | None], str]
"""The programs that places are in, by path and cell."""

_NAME = re.compile(r"[\w.]+")
_ENDS = re.compile(r"\r\n|\r|\n")
_AHEAD = 12
"""Characters that are left before the caret where a line is cut."""
_MOST_SHAPE = 40
"""The width that shapes may take beside the source."""
_LEAST_SOURCE = 20


class Line(Value):
    """One line of the program, and the output shape of the layer that is made there."""

    number: int
    shape: str


def excerpt(found: Found, model_result: ModelResult, texts: Texts, width: int) -> list[str]:
    """Return the layers around the place of a finding as lines of at most `width` columns."""
    place = found.place
    text = texts.get((place.path, place.cell))
    if text is None:
        return []
    source = source_lines(text)
    shown = [line for line in lines_around(found, model_result) if line.number <= len(source)]
    if not shown:
        return []
    gutter = len(str(shown[-1].number)) + 2
    beside = min(max(len(line.shape) for line in shown), _MOST_SHAPE)
    room = width - gutter - 3
    if beside:
        room -= beside + 2
    room = max(room, _LEAST_SOURCE)
    offset = _start(source[place.line - 1], place.column, room)
    written = {line.number: _clip(source[line.number - 1], 0, room) for line in shown}
    written[place.line] = _clip(source[place.line - 1], offset, room)
    column = max(map(columns_of, written.values()))
    lines: list[str] = []
    before = shown[0].number
    for line in shown:
        if line.number > before + 1:
            lines.append(click.style(f"{'…':>{gutter}} |", dim=True))
        before = line.number
        bar = click.style(f"{line.number:>{gutter}} |", dim=True)
        shape = style.cut(line.shape, width - gutter - 5 - column)
        lines.append(f"{bar} {filled(written[line.number], column)}  {shape}".rstrip())
        if line.number == place.line:
            lines.append(_caret(place, source[place.line - 1], offset, gutter, room))
    return lines


def lines_around(found: Found, model_result: ModelResult) -> list[Line]:
    """Return the line of the finding and those of the layers before and after it."""
    place, site = found.place, found.finding.site
    here: list[tuple[Row, Place]] = []
    for row in rows(_trace(found.finding, model_result)):
        at = model_result.places.get(row.node.layer.site)
        if at is not None and (at.path, at.cell) == (place.path, place.cell):
            here.append((row, at))
    shapes = {
        at.line: output_of(row.traced).replace("refused", "refused by Keras") for row, at in here
    }
    fault = [
        number
        for number, (row, at) in enumerate(here)
        if row.traced.finding is found.finding
        or site in (row.node.site, row.node.layer.site)
        or at.line == place.line
    ]
    numbers = {place.line}
    if fault:
        around = here[max(0, fault[-1] - 1) : fault[-1] + 2]
        numbers |= {at.line for _, at in around}
    return [Line(number, shapes.get(number, "").replace("-", "")) for number in sorted(numbers)]


def _trace(finding: Finding, model_result: ModelResult) -> Trace:
    """Return the instance of the model that the finding is about."""
    for trace in model_result.traces:
        if finding is trace.refusal or finding in trace.findings or finding.actual in trace.outputs:
            return trace
    return model_result.trace


def source_lines(text: str) -> list[str]:
    """Return the lines of a program as Python counts them."""
    return _ENDS.split(text)


def _start(line: str, column: int, room: int) -> int:
    """Return the offset from which a line is shown, so that the caret is visible."""
    if columns_of(line) <= room or columns_of(line[:column]) <= room - _AHEAD:
        return 0
    return max(0, column - 1 - _AHEAD)


def _clip(line: str, start: int, room: int) -> str:
    """Return a line from `start` on in `room` columns, with "…" where it is cut."""
    line = line.replace("\t", " ")
    if start:
        line = "…" + line[start + 1 :]
    return style.cut(line, room)


def _caret(place: Place, line: str, offset: int, gutter: int, room: int) -> str:
    """Return the line of carets."""
    first = place.column - 1
    length = columns_of(line[first : first + marked(place, line)])
    start = columns_of(line[offset:first])
    length = max(1, min(length, room - start))
    mark = click.style("^" * length, fg="red", bold=True)
    return f"{click.style(f'{chr(32):>{gutter}} |', dim=True)} {' ' * start}{mark}"


def marked(place: Place, line: str) -> int:
    """Return how many characters a finding marks: the name at its place, else all of it."""
    first = place.column - 1
    name = _NAME.match(line, first)
    if name is not None and name.group() not in ("from", "import"):
        return name.end() - first
    if place.end_line == place.line:
        return max(1, place.end_column - 1 - first)
    return len(line) - first
