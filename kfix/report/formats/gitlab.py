"""GitLab: a Code Quality report."""

from __future__ import annotations

import hashlib
import json
import re

from kfix.report.diagnostics import Diagnostic, diagnostics
from kfix.report.formats import Run

_LINES = re.compile(r"\b(?:cell|lines?) [\d, ]+")
_SEVERITIES = {"error": "major", "warning": "minor", "note": "info"}


def render(run: Run) -> str:
    """Return the report as a JSON array, each finding with a fingerprint of its own."""
    seen: dict[str, int] = {}
    return json.dumps(
        [_issue(found, seen) for found in diagnostics(run.results, run.writes)], indent=2
    )


def _issue(found: Diagnostic, seen: dict[str, int]) -> dict[str, object]:
    line = 1
    if found.place is not None and found.place.cell is None:
        line = found.place.line
    return {
        "description": f"{found.code}: {found.message_in_file}",
        "check_name": found.code,
        "fingerprint": _fingerprint(found, seen),
        "severity": _SEVERITIES[found.severity],
        "location": {"path": found.path.replace("\\", "/"), "lines": {"begin": line}},
    }


def _fingerprint(found: Diagnostic, seen: dict[str, int]) -> str:
    """Return what identifies a finding and stays when lines are added above it."""
    message = _LINES.sub("", found.message)
    said = f"{found.path}\0{found.code}\0{message}"
    number = seen[said] = seen.get(said, 0) + 1
    return hashlib.sha256(f"{said}\0{number}".encode("utf-8", "surrogateescape")).hexdigest()
