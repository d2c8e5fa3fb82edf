"""Reviewdog's Diagnostic Format, whose columns count bytes of UTF-8."""

from __future__ import annotations

import json
from typing import Any

from kfix.report.changes import Change
from kfix.report.diagnostics import URL, Diagnostic, diagnostics
from kfix.report.excerpt import source_lines
from kfix.report.formats import Run

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}


def render(run: Run) -> str:
    """Return one `DiagnosticResult`."""
    found = []
    texts = {path: text for result in run.results for (path, _), text in result.texts.items()}
    for one in diagnostics(run.results, run.writes):
        found.append(_diagnostic(one, source_lines(texts.get(one.path, ""))))
    report = {"source": {"name": "kfix", "url": URL}, "diagnostics": found}
    return json.dumps(report, indent=2)


def _diagnostic(found: Diagnostic, lines: list[str]) -> dict[str, Any]:
    location: dict[str, Any] = {"path": found.path.replace("\\", "/")}
    place, text = found.place, found.message
    if place is not None and place.cell is None:
        ends = (place.line, place.column, place.end_line, place.end_column)
        location["range"] = _range(ends, lines)
    elif place is not None:
        text = f"{place.where}: {text}"
    entry: dict[str, Any] = {
        "message": text,
        "location": location,
        "severity": _SEVERITIES[found.severity],
        "code": {"value": found.code, "url": found.url},
    }
    suggestions = [
        _suggestion(change, lines)
        for fix in found.fixes[:1]
        if not fix.applied
        for change in fix.changes.get(found.path, ())
    ]
    if suggestions and (place is None or place.cell is None):
        entry["suggestions"] = suggestions
    return entry


def _suggestion(change: Change, lines: list[str]) -> dict[str, Any]:
    return {"range": _range(change[:4], lines), "text": change.text}


def _range(ends: tuple[int, int, int, int], lines: list[str]) -> dict[str, Any]:
    line, column, end_line, end_column = ends
    return {"start": _point(line, column, lines), "end": _point(end_line, end_column, lines)}


def _point(line: int, column: int, lines: list[str]) -> dict[str, int]:
    before = "".join(lines[line - 1 : line])[: column - 1]
    wide = len(before.encode("utf-8", "surrogatepass")) - len(before)
    return {"line": line, "column": column + wide}
