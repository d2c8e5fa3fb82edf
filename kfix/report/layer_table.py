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
_HEAD = ("", "line", "layer", "output shape", "params")


def table(model_result: ModelResult) -> str:
    """Return the table of layers and output shapes, faults marked, beside those repaired."""
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
    lines = [_line(code, cells, widths) for code, cells in rows]
    lines[0] = click.style(lines[0], dim=True)
    inputs = ", ".join(map(show, model_result.trace.inputs))
    name = click.style(model_result.model.qualified, bold=True)
    return f"  layers of {name}, input {inputs}\n" + "\n".join(lines)


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


def _line(code: str, cells: tuple[str, ...], widths: Sequence[int]) -> str:
    sign, line, cls, shape, params, after = cells
    mark = " "
    if sign:
        mark = click.style(sign, fg=_COLOURS[sign], bold=True)
    text = f"  {mark} {line:>{widths[0]}}  {cls:<{widths[1]}}  {shape:<{widths[2]}}"
    text = f"{text}  {params:>{widths[3]}}  {after:<{widths[4]}}".rstrip()
    if code:
        text += f"  {style.severity(code, 'error')}"
    return text


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
