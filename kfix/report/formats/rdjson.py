"""Reviewdog's Diagnostic Format."""

from __future__ import annotations

import json
from typing import Any

from kfix.report.changes import Change
from kfix.report.diagnostics import URL, Diagnostic, diagnostics
from kfix.report.formats import Run

_SEVERITIES = {"error": "ERROR", "warning": "WARNING", "note": "INFO"}


def render(run: Run) -> str:
    """Return one `DiagnosticResult`."""
    found = [_diagnostic(one) for one in diagnostics(run.results, run.writes)]
    report = {"source": {"name": "kfix", "url": URL}, "diagnostics": found}
    return json.dumps(report, indent=2)


def _diagnostic(found: Diagnostic) -> dict[str, Any]:
    location: dict[str, Any] = {"path": found.path.replace("\\", "/")}
    place, text = found.place, found.message
    if place is not None and place.cell is None:
        location["range"] = _range(place.line, place.column, place.end_line, place.end_column)
    elif place is not None:
        text = f"{place.where}: {text}"
    entry: dict[str, Any] = {
        "message": text,
        "location": location,
        "severity": _SEVERITIES[found.severity],
        "code": {"value": found.code, "url": found.url},
    }
    suggestions = [
        _suggestion(change)
        for fix in found.fixes[:1]
        if not fix.applied
        for change in fix.changes.get(found.path, ())
    ]
    if suggestions and (place is None or place.cell is None):
        entry["suggestions"] = suggestions
    return entry


def _suggestion(change: Change) -> dict[str, Any]:
    return {"range": _range(*change[:4]), "text": change.text}


def _range(line: int, column: int, end_line: int, end_column: int) -> dict[str, Any]:
    return {
        "start": {"line": line, "column": column},
        "end": {"line": end_line, "column": end_column},
    }
