"""The JSON: a public contract, documented in docs/json.md."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kfix.engine.results import FileResult, Found, ModelResult, Proven
from kfix.findings.data import written
from kfix.model.graph import Shapes
from kfix.model.site import Place
from kfix.model.target import Target
from kfix.model.unknown import Unknown
from kfix.report.changes import Change, changes, program_text
from kfix.report.diagnostics import proven_changes
from kfix.report.formats import Run
from kfix.report.rows import Row, rows, sources_of, why
from kfix.report.sentences import hint, sentence
from kfix.report.style import steers
from kfix.shapes import Trace

VERSION = 1


def render(run: Run) -> str:
    """Return all results as one JSON text."""
    files = run.results
    report: dict[str, Any] = {"version": VERSION, "files": [file_entry(result) for result in files]}
    if run.output is not None:
        report["output"] = program_text(run.output)
    text = json.dumps(report, indent=2, ensure_ascii=False)
    # What UTF-8 has no word for, or a terminal would obey, is written in escapes: so all of it is.
    return json.dumps(report, indent=2) if steers(text) else text


def shape(shapes: Shapes) -> Any:
    """Return a shape in JSON: an unknown dim "?", a variable one null, an unknown shape null."""
    if isinstance(shapes, tuple):
        return [*map(_number, shapes)]
    if isinstance(shapes, list):
        return [*map(shape, shapes)]
    if isinstance(shapes, dict):
        return [*map(shape, shapes.values())]
    return None


def _shapes(shapes: Shapes) -> list[Any]:
    if isinstance(shapes, list | dict):
        return list(shape(shapes))
    return [shape(shapes)]


def _number(value: object) -> Any:
    """Return an integer or `None` as it is, "?" for what is unknown or not asked for."""
    if value is None or isinstance(value, int):
        return value
    return "?"


def file_entry(result: FileResult) -> dict[str, Any]:
    """Return one file as docs/json.md describes it."""
    return {
        "path": result.path,
        "error": result.error,
        "changed": result.changed,
        "changes": _changes(
            {path: changes(result.originals[path], data) for path, data in result.files.items()},
            result.path,
        ),
        "models": [definition(model, result.path) for model in result.models],
        "evidence": _evidence(result),
        "notes": result.notes,
        "limits": [
            {
                "why": why,
                **_place(place, result.path),
            }
            for why, place in result.limits
        ],
    }


def _evidence(result: FileResult) -> dict[str, Any] | None:
    """Return the error that the file was read with, `None` without one."""
    evidence = result.evidence
    if evidence is None:
        return None
    from kfix.report.evidence import conclusion, entry

    return {
        **(entry(evidence.error) or {}),
        "status": evidence.status,
        "conclusion": conclusion(evidence),
        **_place(evidence.place, result.path),
        "facts": evidence.facts,
        "against": evidence.against,
    }


def _place(place: Place | None, path: str) -> dict[str, Any]:
    """Return a place; the path of another file, and the cell of a notebook, are added to it."""
    if place is None:
        return {"line": None, "column": None}
    found: dict[str, Any] = {"line": place.line, "column": place.column}
    if place.path != path:
        found["path"] = place.path
    if place.cell is not None:
        found["cell"] = place.cell
    return found


def definition(model_result: ModelResult, path: str) -> dict[str, Any]:
    """Return one definition of a model, as the JSON of a file has it."""
    model, trace = model_result.model, model_result.trace.listed
    target = model_result.target
    entry: dict[str, Any] = {
        "name": model.name,
        "function": model.function,
        "kind": model.kind.value,
        **_place(model_result.place, path),
        "end_line": model_result.place.end_line,
        "instances": len(model_result.models),
        "nested": model_result.nested,
        "input_shapes": _all(trace.inputs),
        "output_shapes": _all(trace.outputs),
        "params": _number(trace.params),
        "trainable_params": _number(trace.trained_alone),
        "target": None if target is None else _target(target, model_result.asked, path),
        "targets": {
            str(number): _target(one, None, path)["shape"]
            for number, one in model_result.wanted.items()
        },
        "layers": layers(trace, model_result, path),
        "findings": [_finding(found, path) for found in model_result.findings],
        "repairs": [_repair(repair, path) for repair in model_result.repairs],
        "remarks": model_result.remarks,
    }
    variants = [
        {
            "condition": one.condition,
            "input_shapes": _all(its.inputs),
            "output_shapes": _all(its.outputs),
        }
        for one, its in zip(model_result.models, model_result.traces, strict=True)
        if one.condition is not None
    ]
    entry["variants"] = variants
    entry["fit"] = [
        {"method": fit.method, "x": _data(fit.x), "y": _data(fit.y), **_place(place, path)}
        for fit, place in model_result.fits
    ]
    return entry


def _data(shapes: Shapes | None) -> Any:
    """Return the data of a call: of several arrays a list, of named ones an object."""
    if isinstance(shapes, dict):
        return {str(name): _data(one) for name, one in shapes.items()}
    if shapes is None:
        return None
    return shape(shapes)


def _all(shapes: Sequence[Shapes]) -> list[Any]:
    return [*map(shape, shapes)]


def _target(target: Target, asked: Place | None, path: str) -> dict[str, Any]:
    shape: Any = "input"
    if not target.same_as_input:
        shape = [_number(dim) for dim in (target.batch, *target.dims)]
    place = _place(asked, path)
    return {"shape": shape, "source": target.source, "weight": target.weight, **place}


def layers(trace: Trace, model_result: ModelResult, path: str) -> list[dict[str, Any]]:
    """Return the layers of a trace; a nested model is one entry with its layers inside."""
    shown = list(rows(trace))
    sources = sources_of(trace.model, shown)
    return [
        _layer(row, model_result, path, inputs) for row, inputs in zip(shown, sources, strict=True)
    ]


def _layer(
    row: Row, model_result: ModelResult, path: str, inputs: list[dict[str, int]]
) -> dict[str, Any]:
    traced = row.traced
    entry: dict[str, Any] = {"class": row.cls, "name": row.node.layer.name}
    place = model_result.places.get(row.node.layer.site)
    entry |= _place(place, path)
    entry["status"] = traced.status
    entry["inputs"] = inputs
    entry["output_shapes"] = _shapes(traced.outputs)
    entry["params"] = _number(traced.params)
    unknown = why(traced)
    if unknown is not None and traced.status in ("unknown", "known"):
        entry["unknown"] = unknown.reasons()
        entry["because"] = [_link(link, model_result, path) for link in unknown.chain()]
    if traced.inner is not None and row.node.layer.is_model:
        entry["layers"] = layers(traced.inner.listed, model_result, path)
    return entry


def _link(link: Unknown, model_result: ModelResult, path: str) -> dict[str, Any]:
    place = None
    if link.site is not None:
        place = model_result.places.get(link.site)
    return {"why": link.why, **_place(place, path)}


def _finding(found: Found, path: str) -> dict[str, Any]:
    finding = found.finding
    return {
        "code": finding.code,
        "name": finding.name(),
        "severity": finding.severity,
        "fails": finding.fails,
        "message": sentence(finding),
        "expected": written(finding.expected),
        "actual": written(finding.actual),
        "hint": hint(finding),
        **_place(found.place, path),
        "end_line": found.place.end_line,
        "end_column": found.place.end_column,
        "log_line": found.log_line,
    }


def _repair(proven: Proven, path: str) -> dict[str, Any]:
    repair = proven.repair
    trace = proven.traces[0]
    return {
        "edits": [
            {"kind": e.edit.kind, **_place(e.place, path), "text": e.text} for e in proven.edits
        ],
        "changes": _changes(proven_changes(proven), path),
        "output_shapes": _all(trace.outputs),
        "params": _number(trace.params),
        "cost": repair.cost,
        "safety": repair.safety,
        "why": repair.why,
        "warnings": proven.warnings,
        "applied": proven.applied,
        "verified": proven.verified,
        "diff": proven.diff,
    }


def _changes(by_path: Mapping[str, Sequence[Change]], path: str) -> list[dict[str, Any]]:
    """Ranges of files and what takes their place; `path` is there where it is another file."""
    return [
        {**change._asdict(), **({} if name == path else {"path": name})}
        for name, several in by_path.items()
        for change in several
    ]
