"""SARIF 2.1.0, the OASIS format that code scanning reads."""

from __future__ import annotations

import inspect
import json
from pathlib import PureWindowsPath
from typing import Any
from urllib.parse import quote

from kfix.findings import all_findings
from kfix.model.site import Place
from kfix.report.changes import Change
from kfix.report.diagnostics import DOCUMENTATION, FAILURE, URL, Diagnostic, Fix, diagnostics
from kfix.report.formats import Run
from kfix.version import __version__

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "note": "note"}


def render(run: Run) -> str:
    """Return one log of one run, with the rules of the codes that were found."""
    found = list(diagnostics(run.results, run.writes))
    codes = sorted({one.code for one in found} - {FAILURE})
    driver = {
        "name": "kfix",
        "version": __version__,
        "informationUri": URL,
        "rules": [_rule(code) for code in codes],
    }
    failures = [_notification(one) for one in found if one.code == FAILURE]
    invocation = {
        "executionSuccessful": not failures,
        "toolExecutionNotifications": failures,
    }
    log = {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "columnKind": "unicodeCodePoints",
                "invocations": [invocation],
                "results": [_result(one, codes) for one in found if one.code != FAILURE],
            }
        ],
    }
    return json.dumps(log, indent=2)


def _rule(code: str) -> dict[str, Any]:
    cls = all_findings()[code]
    text = inspect.cleandoc(cls.__doc__ or "")
    return {
        "id": code,
        "name": cls.__name__,
        "shortDescription": {"text": text.partition("\n")[0]},
        "fullDescription": {"text": text},
        "helpUri": f"{DOCUMENTATION}#{code.lower()}",
    }


def _notification(found: Diagnostic) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": found.message},
        "locations": [{"physicalLocation": {"artifactLocation": artifact(found.path)}}],
    }


def _result(found: Diagnostic, codes: list[str]) -> dict[str, Any]:
    assert found.place is not None
    entry: dict[str, Any] = {
        "ruleId": found.code,
        "ruleIndex": codes.index(found.code),
        "level": _LEVELS[found.severity],
        "message": {"text": found.message_in_file},
        "locations": [{"physicalLocation": _location(found.path, found.place)}],
    }
    fixes = [_fix(fix) for fix in found.fixes if not fix.applied]
    if fixes:
        entry["fixes"] = fixes
    return entry


def _location(path: str, place: Place) -> dict[str, Any]:
    location: dict[str, Any] = {"artifactLocation": artifact(path)}
    if place.cell is None:  # lines of a cell are not lines of the file
        location["region"] = _region(place.line, place.column, place.end_line, place.end_column)
    return location


def _fix(fix: Fix) -> dict[str, Any]:
    return {
        "description": {"text": fix.description},
        "artifactChanges": [
            {"artifactLocation": artifact(path), "replacements": list(map(_replacement, several))}
            for path, several in fix.changes.items()
        ],
    }


def _replacement(change: Change) -> dict[str, Any]:
    return {
        "deletedRegion": _region(*change[:4]),
        "insertedContent": {"text": change.text},
    }


def _region(line: int, column: int, end_line: int, end_column: int) -> dict[str, Any]:
    return {
        "startLine": line,
        "startColumn": column,
        "endLine": end_line,
        "endColumn": end_column,
    }


def artifact(path: str) -> dict[str, str]:
    """Return the path as a URI, relative where it is."""
    drive = PureWindowsPath(path).drive
    if drive.endswith(":"):
        return {"uri": PureWindowsPath(path).as_uri()}
    name = quote(path.replace("\\", "/").removeprefix("./"), errors="surrogateescape")
    return {"uri": f"file://{name}" if name.startswith("/") else name}
