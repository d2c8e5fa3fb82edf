"""The report for people: headlines, the table of layers, the edit in words."""

from __future__ import annotations

from collections.abc import Sequence

import click

from kfix.model import Unknown
from kfix.report import style
from kfix.report.rows import Row, rows
from kfix.results import FileResult, Found, ModelResult, Proven
from kfix.shapes import Trace, show


def headline(found: Found) -> str:
    """`path:line:col CODE message`."""
    finding = found.finding
    hint = f" ({finding.hint})" if finding.hint else ""
    return f"{found.place} {style.severity(finding.code, finding.severity)} {finding.message}{hint}"


def findings(result: FileResult, quiet: bool = False) -> str:
    """Everything to be said of one file, without the diff."""
    blocks = []
    said: set[tuple[object, ...]] = set()
    for told in result.models:
        lines = []
        for found in told.findings:
            key = (found.place, found.finding.code, found.finding.message)
            if key not in said:
                said.add(key)
                lines.append(headline(found))
        loud = any(found.finding.severity == "error" for found in told.findings) or told.target is not None
        if lines and loud and not quiet:
            lines.append(table(told))
            lines.extend(_repairs(told))
        elif told.target is not None and not lines and not quiet:
            lines.append(f"{told.place} `{told.model.name}` gives {show(told.trace.outputs[0])}, as wanted")
        if lines:
            blocks.append("\n".join(lines))
    notes = "" if quiet else "".join(f"{result.path}: {note}\n" for note in result.notes)
    return notes + ("\n\n".join(blocks) + "\n" if blocks else "")


def table(told: ModelResult) -> str:
    """The layers with their output shapes, the place of a fault marked; beside them what a repair makes of it."""
    layers = list(rows(told.trace))
    marks = _marks(told, layers)
    body = []
    for number, row in enumerate(layers):
        place = told.places.get(row.node.layer.site)
        line = "" if place is None else str(place.line)
        traced = row.traced
        shape = {"refused": "refused", "after-refusal": "-"}.get(traced.status) or show(traced.outputs)
        mark = marks.get(number, "")
        body.append((mark, line, row.cls, shape, _count(traced.params) if shape not in ("refused", "-") else ""))
    shown = [("", "line", "layer", "output shape", "params"), *body]
    widths = [max(len(cells[i]) for cells in shown) for i in range(1, 4)]
    lines = []
    for mark, line, cls, shape, params in shown:
        arrow = click.style(">", fg="red", bold=True) if mark else " "
        text = f"  {arrow} {line:>{widths[0]}}  {cls:<{widths[1]}}  {shape:<{widths[2]}}  {params:>10}"
        lines.append(text.rstrip() + (f"  {style.severity(mark, 'error')}" if mark else ""))
    lines[0] = click.style(lines[0], dim=True)
    inputs = ", ".join(show(shape) for shape in told.trace.inputs)
    return f"  model {click.style(told.model.qualified, bold=True)}, input {inputs}\n" + "\n".join(lines)


def _marks(told: ModelResult, layers: Sequence[Row]) -> dict[int, str]:
    """Which rows the errors are about: the use that is refused, else the last use of the layer that is named."""
    marks: dict[int, str] = {}
    for finding in (found.finding for found in told.findings if found.finding.severity == "error"):
        refused = [number for number, row in enumerate(layers) if row.traced.finding is finding]
        named = [n for n, row in enumerate(layers) if finding.site in (row.node.site, row.node.layer.site)]
        for number in (refused or named)[-1:]:
            marks.setdefault(number, finding.code)
    return marks


def _count(params: int | Unknown) -> str:
    return "?" if isinstance(params, Unknown) else f"{params:,}"


def _repairs(told: ModelResult) -> list[str]:
    lines = []
    for number, proven in enumerate(told.repairs, 1):
        words = "; ".join(edit.text for edit in proven.edits)
        label = "mended:" if proven.applied else f"repair {number}:"
        label = click.style(label, fg="green" if proven.applied else None, bold=True)
        lines.append(f"  {label} {words} -> {_outcome(proven.traces[0])}{_extras(proven)}")
        if proven.repair.why and (proven.applied or number == 1):
            lines.append(f"    {proven.repair.why}")
    if told.applied is not None and len(told.repairs) > 1:
        lines.append("  another repair is taken with --pick N")
    lines.extend(f"  {remark}" for remark in told.remarks)
    return lines


def _outcome(trace: Trace) -> str:
    return f"{', '.join(show(shape) for shape in trace.outputs)}, {_count(trace.params)} parameters"


def _extras(proven: Proven) -> str:
    extras = [proven.repair.safety]
    if proven.verified is not None:
        extras.append("verified" if proven.verified else "not verified")
    return f" [{', '.join(extras)}]"


def summary(results: Sequence[FileResult], writes: bool, searched: bool) -> str:
    """One line about the whole run."""
    models = sum(len(result.models) for result in results)
    errors = sum(
        1
        for r in results
        for told in r.models
        if told.applied is None
        for f in told.findings
        if f.finding.severity == "error"
    )
    changed = sum(result.changed for result in results)
    failed = sum(result.error is not None for result in results)
    parts = [f"{_n(len(results), 'file')}, {_n(models, 'model')}"]
    if searched and changed:
        parts.append(f"{_n(changed, 'file')} {'mended' if writes else 'would be mended'}")
    if errors:
        parts.append(f"{_n(errors, 'error')} {'left' if searched else 'found'}")
    if failed:
        parts.append(f"{_n(failed, 'file')} not read")
    if len(parts) == 1:
        parts.append("nothing to mend")
    return ": ".join([parts[0], ", ".join(parts[1:])])


def _n(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
