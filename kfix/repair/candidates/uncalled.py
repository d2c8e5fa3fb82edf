"""A layer stands in the place of a tensor: it was made, and not called."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.call_layer import CallLayer
from kfix.findings.end_not_a_tensor import EndNotATensor
from kfix.findings.not_a_tensor import NotATensor
from kfix.repair.candidate import Candidate, single
from kfix.repair.conflict import Conflict

CURES = (NotATensor, EndNotATensor)


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Yield the call of the layer on the tensor that its variable held before."""
    step = conflict.step
    if step is None or step.inserted or not step.sources:
        return
    yield single(CallLayer(step.layer.site), f"{step.layer.cls} is made and not called")
