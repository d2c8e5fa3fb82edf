"""What the engine found, as the nouns of the API."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial

from kfix.api.results import Edit, Finding, LayerCall, Model, Related, Repair, Shape
from kfix.engine.results import FileResult, Found, ModelResult, Proven
from kfix.findings.data import written
from kfix.model.graph import Shapes
from kfix.model.site import Place
from kfix.model.unknown import Unknown
from kfix.report.diagnostics import proven_cells, proven_changes, url
from kfix.report.layer_calls import Call, layer_calls
from kfix.report.rows import is_operation, rows, shown_class
from kfix.report.sentences import hint, sentence
from kfix.report.text import by_line
from kfix.shapes import unknowns


def models_of(result: FileResult) -> tuple[Model, ...]:
    """Return the models of a result."""
    return tuple(map(_model, result.models))


def repair_of(proven: Proven) -> Repair:
    """Return a proven repair."""
    trace = proven.traces[0]
    return Repair(
        tuple(Edit(one.edit.kind, one.place, one.text) for one in proven.edits),
        {path: tuple(several) for path, several in proven_changes(proven).items()},
        proven_cells(proven),
        tuple(map(_shape, trace.outputs)),
        _count(trace.params),
        proven.repair.safety,
        proven.repair.why,
        tuple(proven.warnings),
        proven.applied,
        proven.diff,
    )


def _model(model_result: ModelResult) -> Model:
    trace = model_result.trace
    return Model(
        model_result.model.name,
        model_result.model.function,
        model_result.model.kind,
        model_result.place,
        tuple(map(_shape, trace.inputs)),
        tuple(map(_shape, trace.outputs)),
        _count(trace.params),
        sum(1 for _ in rows(trace)),
        tuple(
            _finding(found, model_result)
            for several in by_line(model_result.findings)
            for found in several
        ),
        tuple(map(repair_of, model_result.repairs)),
        tuple(model_result.remarks),
        cache(partial(_calls, model_result)),
    )


# --- findings -----------------------------------------------------------------------------


def _finding(found: Found, model_result: ModelResult) -> Finding:
    finding = found.finding
    return Finding(
        finding.code,
        finding.name(),
        finding.severity,
        sentence(finding),
        hint(finding),
        written(finding.expected),
        written(finding.actual),
        found.place,
        finding.fails,
        url(finding.code),
        tuple(_related(found, model_result)),
    )


def _related(found: Found, model_result: ModelResult) -> Iterator[Related]:
    """Yield the places that a finding names, and its model where it stands outside of that."""
    finding = found.finding
    for name in finding.fields:
        place = getattr(finding, name)
        if isinstance(place, Place):
            source = getattr(finding, "source", "") or getattr(finding, "method", "")
            yield Related(place, f"expected {written(finding.expected)}: {source}")
    if finding.code.startswith("KFX6"):
        output = written(list(model_result.trace.outputs))
        name = model_result.model.name or "the model"
        yield Related(model_result.place, f"{name} has output shape {output}")
    yield from _reasons(finding.actual, model_result)


def _reasons(shapes: object, model_result: ModelResult) -> Iterator[Related]:
    """Yield why shapes are unknown, as far as that has a place."""
    for link in unknowns(shapes):
        if link.site is not None and link.site in model_result.places:
            yield Related(model_result.places[link.site], link.why)


# --- layers -------------------------------------------------------------------------------


def _calls(model_result: ModelResult) -> tuple[LayerCall, ...]:
    return tuple(_call(call, model_result) for call in layer_calls(model_result))


def _call(call: Call, model_result: ModelResult) -> LayerCall:
    layer, traced = call.node.layer, call.traced
    reasons = tuple(
        Related(model_result.places.get(link.site or layer.site, call.place), link.why)
        for link in unknowns(traced.outputs)
    )
    return LayerCall(
        shown_class(layer),
        call.place,
        call.made,
        _several(traced.inputs),
        _several(traced.outputs),
        traced.status,
        _count(traced.params),
        is_operation(layer),
        reasons,
        cache(partial(_why, call)),
    )


def _why(call: Call) -> tuple[str, ...]:
    from kfix.report.axis_words import axis_words

    return tuple(axis_words(call.node.layer, call.traced))


def _several(shapes: Shapes) -> tuple[Shape, ...]:
    """Return one shape or several as a tuple of shapes."""
    if isinstance(shapes, dict):
        shapes = list(shapes.values())
    if isinstance(shapes, list):
        return tuple(one for several in shapes for one in _several(several))
    return (_shape(shapes),)


def _shape(shapes: Shapes) -> Shape:
    if not isinstance(shapes, tuple):
        return None
    return tuple("?" if isinstance(dim, Unknown) else dim for dim in shapes)


def _count(params: int | Unknown) -> int | None:
    return None if isinstance(params, Unknown) else params
