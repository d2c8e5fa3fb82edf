"""Output shapes that a program states: in a comment, or by a classifier's last activation."""

from __future__ import annotations

from kfix.checks.dims import wanted_dim
from kfix.checks.heads import ends_on_map, head_of
from kfix.model.graph import Model
from kfix.model.program import Program
from kfix.model.target import Target, parse_target
from kfix.shapes import Trace

OF_CLASSES = ("softmax", "sigmoid")


_WEIGHTS = {True: "strong", False: "weak"}
"""By whether the words leave no doubt."""


def stated_output(model: Model, trace: Trace, program: Program) -> Target | None:
    """Return the target that words state for the one output of a model, `None` without any."""
    if len(model.outputs) != 1:
        return None
    remark = next((one for one in program.remarks if one.model == model.uid), None)
    if remark is None:
        return _of_classifier(model, trace)
    target = parse_target(f"(None, {remark.dims})", "comment", remark.site)
    is_vector = len(trace.output or ()) == 2 or ends_on_map(trace)
    if target.rank == 2 and not remark.firm and not is_vector:
        return None  # as many classes for each place, perhaps
    target.weight = _WEIGHTS[remark.firm]
    return target


def _of_classifier(model: Model, trace: Trace) -> Target | None:
    """Return the target that the activation of a Dense on a feature map states."""
    if trace.output is None or not ends_on_map(trace):
        return None
    head = head_of(model, trace, 0)
    if head is None or head.activation not in OF_CLASSES:
        return None
    dims = (wanted_dim(trace.output[-1]),)
    source = f"the {head.activation} of the last layer"
    return Target(dims, None, source, model.nodes[-1].site, weight="weak")
