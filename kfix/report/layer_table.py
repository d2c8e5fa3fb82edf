"""The table of layers that `--show-layers` prints: output shapes now, and after the repair."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kfix.engine.results import ModelResult, Proven
from kfix.model.unknown import Unknown
from kfix.report import style
from kfix.report.beside import Pair, beside
from kfix.report.rows import Row
from kfix.shapes import show

_COLOURS = {"+": "green", ">": "red", "-": "red"}
_HEAD = ("", "line", "layer", "output shape", "params")


def table(told: ModelResult) -> str:
    """Return the layers with their output shapes, the place of a fault marked, and the repaired ones beside them."""
    repaired = shown(told)
    pairs = beside(told.trace, repaired.traces[0] if repaired is not None else None)
    marks = fault_rows(told, [pair.before for pair in pairs if pair.before is not None])
    rows: list[tuple[str, tuple[str, ...]]] = [("", (*_HEAD, "" if repaired is None else "after"))]
    number = -1
    for pair in pairs:
        number += pair.before is not None
        code = marks.get(number, "") if pair.before is not None else ""
        rows.append((code, _cells(told, pair, code, repaired is not None)))
    widths = [max(len(cells[i]) for _, cells in rows) for i in range(1, 6)]
    lines = [_line(code, cells, widths) for code, cells in rows]
    lines[0] = click.style(lines[0], dim=True)
    inputs = ", ".join(show(shape) for shape in told.trace.inputs)
    name = click.style(told.model.qualified, bold=True)
    return f"  layers of {name}, input {inputs}\n" + "\n".join(lines)


def _cells(told: ModelResult, pair: Pair, code: str, repaired: bool) -> tuple[str, ...]:
    """The sign, the line, the class, the shape, the parameters and the shape after the repair."""
    after = "" if pair.after is None else output(pair.after)
    if pair.before is None:
        assert pair.after is not None
        return "+", "", pair.after.cls, "", "", after
    row = pair.before
    place = told.places.get(row.node.layer.site)
    shape = output(row)
    known = shape not in ("refused", "-")
    sign = ">" if code else "-" if repaired and pair.after is None else ""
    return (
        sign,
        "" if place is None else str(place.line),
        row.cls,
        shape,
        count(row.traced.params) if known else "",
        after,
    )


def _line(code: str, cells: tuple[str, ...], widths: Sequence[int]) -> str:
    sign, line, cls, shape, params, after = cells
    mark = click.style(sign, fg=_COLOURS[sign], bold=True) if sign else " "
    text = f"  {mark} {line:>{widths[0]}}  {cls:<{widths[1]}}  {shape:<{widths[2]}}"
    text += f"  {params:>{widths[3]}}  {after:<{widths[4]}}"
    return text.rstrip() + (f"  {style.severity(code, 'error')}" if code else "")


def shown(told: ModelResult) -> Proven | None:
    """Return the repair that was made, or else the first one that may be."""
    return told.applied or next((proven for proven in told.repairs if not proven.advice), None)


def fault_rows(told: ModelResult, layers: Sequence[Row]) -> dict[int, str]:
    """Return the codes of the errors by the rows that they are about."""
    marks: dict[int, str] = {}
    for finding in (found.finding for found in told.findings if found.finding.fails):
        refused = [number for number, row in enumerate(layers) if row.traced.finding is finding]
        named = [
            n
            for n, row in enumerate(layers)
            if finding.site in (row.node.site, row.node.layer.site)
        ]
        for number in (refused or named)[-1:]:
            marks.setdefault(number, finding.code)
    return marks


def output(row: Row) -> str:
    """Return the output shape of a layer, "refused", or "-" behind a layer that is refused."""
    status = {"refused": "refused", "after-refusal": "-"}.get(row.traced.status)
    return status or show(row.traced.outputs)


def count(params: int | Unknown) -> str:
    """Return a number of parameters with commas, `?` where it is unknown."""
    return "?" if isinstance(params, Unknown) else f"{params:,}"
