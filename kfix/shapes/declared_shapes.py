"""Layers that declare their output shape: Keras believes it until they run."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.declared_shape import DeclaredShape
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.model.graph import Layer, Shape
from kfix.shapes.trace_result import Traced, status_of


def as_declared(layer: Layer, traced: Traced, declared: Shape) -> Traced:
    """Return the trace of a call with the declared output shape, and what it says of that.

    Source: `Layer.compute_output_spec` in Keras's `layers/layer.py`, which asks
    `compute_output_shape` of the class, and `Lambda.compute_output_shape`, which asks
    `output_shape`.
    """
    warnings = traced.warnings
    given = traced.outputs
    if traced.finding is not None:
        refusal = traced.finding
        wrong: Finding = RefusedWhenRun(
            layer.cls, expected=refusal.expected, actual=refusal.actual, site=refusal.site
        )
        warnings = (*warnings, wrong)
    if isinstance(given, tuple) and _differ(given, declared):
        wrong = DeclaredShape(layer.cls, expected=given, actual=declared, site=layer.site)
        warnings = (*warnings, wrong)
    return Traced(
        traced.inputs,
        declared,
        traced.params,
        status_of(declared),
        warnings=warnings,
        inner=traced.inner,
        trained=lambda: traced.trained,
    )


def _differ(given: Shape, declared: Shape) -> bool:
    """Return whether two shapes cannot be of one tensor."""
    if len(given) != len(declared):
        return True
    pairs = zip(given[1:], declared[1:], strict=True)
    return any(isinstance(a, int) and isinstance(b, int) and a != b for a, b in pairs)
