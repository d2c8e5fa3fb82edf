"""Output shapes that a program states: in a comment, or by a classifier's last activation."""

from __future__ import annotations

from kfix.checks.dims import wanted_dim
from kfix.checks.heads import head_of
from kfix.findings.dense_on_feature_map import DenseOnFeatureMap
from kfix.model.graph import Model
from kfix.model.program import Program
from kfix.model.target import Target, parse_target
from kfix.shapes import Trace
from kfix.shapes.style_notes import notes

OF_CLASSES = ("softmax", "sigmoid")


_WEIGHTS = {True: "strong", False: "weak"}
"""By whether the words leave no doubt."""


def stated_output(model: Model, trace: Trace, program: Program) -> Target | None:
    """Return the target that words state for the one output of a model, `None` without any."""
    if len(model.outputs) != 1:
        return None
    on_map = trace.refusal is None and any(isinstance(n, DenseOnFeatureMap) for n in notes(trace))
    output = trace.output
    for remark in program.remarks:
        if remark.model != model.uid:
            continue
        target = parse_target(f"(None, {remark.dims})", "comment", remark.site)
        vector = output is not None and len(output) == 2
        if target.rank == 2 and not remark.firm and not (on_map or vector):
            return None  # as many classes for each place, perhaps
        target.weight = _WEIGHTS[remark.firm]
        return target
    if not on_map or output is None:
        return None
    head = head_of(model, trace, 0)
    if head is None or head.activation not in OF_CLASSES:
        return None
    dims = (wanted_dim(output[-1]),)
    source = f"the {head.activation} of the last layer"
    return Target(dims, None, source, model.nodes[-1].site, weight="weak")
