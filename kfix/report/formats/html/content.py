"""What the page shows, as data: the report in JSON with graphs, sentences and source lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kfix.engine.results import FileResult, Found, ModelResult, Proven
from kfix.findings import all_findings
from kfix.report.excerpt import Texts, lines_around, marked, source_lines
from kfix.report.explain import documentation
from kfix.report.formats import Run
from kfix.report.formats.html.graph import after, before
from kfix.report.repairs import label, outcome
from kfix.report.rows import count, kind_name
from kfix.report.sentences import keras_says, message
from kfix.report.style import visible
from kfix.report.totals import last_line
from kfix.shapes import Trace, show
from kfix.version import __version__


def content(run: Run) -> dict[str, Any]:
    """Return all that the page shows; control characters and bidi marks are escapes in it."""
    codes = {found.finding.code for result in run.results for found in result.findings}
    data = {
        "version": __version__,
        "totals": last_line(run.results, run.writes, run.searched),
        "files": [_file(result, run) for result in run.results],
        "codes": {code: _explanation(code) for code in sorted(codes)},
    }
    shown: dict[str, Any] = _visible(data)
    return shown


def _visible(value: Any) -> Any:
    if isinstance(value, str):
        # `visible` keeps the colours that kfix itself writes; here is none of them.
        return visible(value.replace("\x1b", "\\x1b"))
    if isinstance(value, list):
        return [*map(_visible, value)]
    if isinstance(value, dict):
        return {key: _visible(one) for key, one in value.items()}
    return value


def _file(result: FileResult, run: Run) -> dict[str, Any]:
    return {
        "path": result.path,
        "error": result.error,
        "notes": [*result.notes, *(why for why, _ in result.limits)],
        "models": [_model(model_result, result, run) for model_result in result.models],
    }


def _model(model_result: ModelResult, result: FileResult, run: Run) -> dict[str, Any]:
    trace, wanted = model_result.trace.listed, model_result.wanted
    repairs = [
        _repair(model_result, proven, number, run)
        for number, proven in enumerate(model_result.repairs, 1)
    ]
    return {
        "name": model_result.model.qualified or "model",
        "kind": kind_name(model_result.model),
        "place": str(model_result.place),
        "where": model_result.place.where,
        "nested": model_result.nested,
        "status": _status(model_result, run),
        "inputs": [*map(show, trace.inputs)],
        "outputs": [*map(show, trace.outputs)],
        "expected": [
            "as the input" if one.same_as_input else show((one.batch, *one.dims))
            for one in wanted.values()
        ],
        "params": count(trace.params),
        "findings": list(_findings(model_result, result.texts)),
        "repairs": repairs,
        "remarks": model_result.remarks,
        "graph": before(model_result).as_dict(),
    }


_ORDER = ("error", "warning", "note")


def _sorted(model_result: ModelResult) -> list[Found]:
    return sorted(model_result.findings, key=lambda found: _ORDER.index(found.finding.severity))


def _status(model_result: ModelResult, run: Run) -> str:
    """Return "fixed", "fixable", or the worst severity; "ok" for a model without findings."""
    if model_result.fixed_along or (model_result.applied and not model_result.left):
        return "fixed" if run.writes else "fixable"
    return next((found.finding.severity for found in _sorted(model_result)), "ok")


def _findings(model_result: ModelResult, texts: Texts) -> Iterator[dict[str, Any]]:
    """Yield the findings, the worst first; the source of a line is shown once."""
    seen = set()
    for found in _sorted(model_result):
        entry = _finding(found)
        at = (found.place.path, found.place.cell, found.place.line)
        if at not in seen:
            entry["source"] = list(_source(found, model_result, texts))
        seen.add(at)
        yield entry


def _finding(found: Found) -> dict[str, Any]:
    finding = found.finding
    says = "" if finding.severity == "note" else keras_says(finding)
    return {
        "code": finding.code,
        "name": finding.name(),
        "severity": finding.severity,
        "message": message(finding),
        "keras": says,
        "place": str(found.place),
        "source": [],
    }


def _source(found: Found, model_result: ModelResult, texts: Texts) -> Iterator[dict[str, Any]]:
    """Yield the lines around a finding; that of the finding says which characters it marks."""
    place = found.place
    text = texts.get((place.path, place.cell))
    if text is None:
        return
    source = source_lines(text)
    for line in lines_around(found, model_result):
        if line.number > len(source):
            continue
        entry: dict[str, Any] = {
            "line": line.number,
            "text": source[line.number - 1],
            "shape": line.shape,
        }
        if line.number == place.line:
            entry["mark"] = [place.column - 1, marked(place, entry["text"])]
        yield entry


def _repair(model_result: ModelResult, proven: Proven, number: int, run: Run) -> dict[str, Any]:
    name = label(model_result, proven, number, run.writes)
    if proven.advice:
        return {"label": "suggestion", "text": proven.repair.why, "warnings": []}
    graph, changes = after(model_result, proven.traces[0])
    return {
        "label": name.removeprefix("or "),
        "text": "; ".join(edit.text for edit in proven.edits),
        "outcome": outcome(model_result.trace, proven).removeprefix("-> "),
        "outputs": _outputs(proven.traces[0]),
        "params": count(proven.traces[0].params),
        "why": proven.repair.why,
        "safety": proven.repair.safety,
        "warnings": proven.warnings,
        "applied": proven.applied,
        "diff": proven.diff,
        "graph": graph.as_dict(),
        "changes": {str(number): change for number, change in changes.items()},
    }


def _outputs(trace: Trace) -> list[str]:
    return [*map(show, trace.outputs)]


def _explanation(code: str) -> str:
    return documentation(all_findings()[code])
