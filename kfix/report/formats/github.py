"""GitHub Actions: workflow commands that become annotations of a pull request."""

from __future__ import annotations

from kfix.report.diagnostics import Diagnostic, diagnostics
from kfix.report.formats import Run

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_FIXES = {True: "fixed", False: "fix"}
"""What a fix is called, by whether it is made."""


def render(run: Run) -> str:
    """Return one workflow command for each finding."""
    return "".join(f"{_command(found)}\n" for found in diagnostics(run.results, run.writes))


def _command(found: Diagnostic) -> str:
    properties = {"file": found.path.replace("\\", "/"), "title": f"kfix {found.code}"}
    place = found.place
    text = f"{found.code} {found.message}"
    if place is not None and place.cell is None:
        properties |= {"line": str(place.line), "endLine": str(place.end_line)}
        if place.line == place.end_line:  # GitHub takes columns of one line alone
            properties |= {"col": str(place.column), "endColumn": str(place.end_column)}
    elif place is not None:
        text = f"{place.where}: {text}"
    fix = next(iter(found.fixes), None)
    if fix is not None:
        text += f"\n{_FIXES[fix.applied]}: {fix.description}"
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_COMMANDS[found.severity]} {given}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
