"""The table of layers that `--show-layers` prints: output shapes now, and after the repair."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kfix.engine.results import ModelResult, Proven
from kfix.report import style
from kfix.report.beside import Pair, beside
from kfix.report.rows import Row, count, is_refused, output_of
from kfix.shapes import show

_COLOURS = {"+": "green", ">": "red", "-": "red"}
_LEAST_NAME = 10
"""To how many columns the names of layers are shortened."""
_BETWEEN = 15
"""What the sign and the spaces between the columns take."""
_HEAD = ("", "line", "layer", "output shape", "params")


def table(model_result: ModelResult, columns: int) -> str:
    """Return the table of layers and output shapes, faults marked, beside those repaired.

    In a narrow terminal the names of layers are shortened, then the parameters are left out.
    """
    repaired = shown(model_result)
    after = None
    head = (*_HEAD, "")
    if repaired is not None:
        after = repaired.traces[0]
        head = (*_HEAD, "after")
    pairs = beside(model_result.trace, after)
    layers = [pair.before for pair in pairs if pair.before is not None]
    codes: dict[Row | None, str] = {
        layers[number]: code for number, code in fault_rows(model_result, layers).items()
    }
    rows: list[tuple[str, tuple[str, ...]]] = [("", head)]
    for pair in pairs:
        code = codes.get(pair.before, "")
        rows.append((code, _cells(model_result, pair, code, after is not None)))
    widths = [max(len(cells[i]) for _, cells in rows) for i in range(1, 6)]
    excess = sum(widths) + _BETWEEN + max(len(code) for code, _ in rows) - columns
    if excess > 0:
        widths[1] = max(_LEAST_NAME, widths[1] - excess)
    if excess > 0 and widths[1] == _LEAST_NAME:
        rows = [(code, (*cells[:4], "", cells[5])) for code, cells in rows]
        widths[3] = 0
    lines = [_line(code, cells, widths, columns) for code, cells in rows]
    lines[0] = click.style(lines[0], dim=True)
    inputs = ", ".join(map(show, model_result.trace.inputs))
    head_line = f"  layers of {model_result.model.qualified}, input {inputs}"
    return "\n".join([*style.wrapped(head_line, columns, "    "), *lines])


def _cells(model_result: ModelResult, pair: Pair, code: str, repaired: bool) -> tuple[str, ...]:
    """Return the sign, line, class, shape, parameters, and the shape after the repair."""
    row = pair.before
    if row is None:
        assert pair.after is not None
        return "+", "", pair.after.cls, "", "", output_of(pair.after.traced)
    after = line = sign = params = ""
    if pair.after is not None:
        after = output_of(pair.after.traced)
    elif repaired:
        sign = "-"
    if code:
        sign = ">"
    place = model_result.places.get(row.node.layer.site)
    if place is not None:
        line = str(place.line)
    if not is_refused(row.traced):
        params = count(row.traced.params)
    return sign, line, row.cls, output_of(row.traced), params, after


def _line(code: str, cells: tuple[str, ...], widths: Sequence[int], columns: int) -> str:
    sign, line, cls, shape, params, after = cells
    mark = " "
    if sign:
        mark = click.style(sign, fg=_COLOURS[sign], bold=True)
    cls = style.filled(style.cut(cls, widths[1]), widths[1])
    text = f"{line:>{widths[0]}}  {cls}  {shape:<{widths[2]}}"
    text = f"{text}  {params:>{widths[3]}}  {after:<{widths[4]}}".rstrip()
    room = columns - 4
    if code and len(text) + len(code) + 2 <= room:
        text += f"  {style.severity(code, 'error')}"
        room = len(text)
    return f"  {mark} {style.cut(text, room)}"


def shown(model_result: ModelResult) -> Proven | None:
    """Return the repair that was made, or else the first one that may be."""
    return model_result.applied or next(iter(model_result.choices), None)


def fault_rows(model_result: ModelResult, layers: Sequence[Row]) -> dict[int, str]:
    """Return the codes of the errors by the rows that they are about."""
    marks: dict[int, str] = {}
    for finding in (found.finding for found in model_result.findings if found.finding.fails):
        refused = [number for number, row in enumerate(layers) if row.traced.finding is finding]
        named = [
            n
            for n, row in enumerate(layers)
            if finding.site in (row.node.site, row.node.layer.site)
        ]
        for number in (refused or named)[-1:]:
            marks.setdefault(number, finding.code)
    return marks
