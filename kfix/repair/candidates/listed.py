"""A layer or a model of several inputs is called on them one by one."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.edits.list_inputs import ListInputs
from kfix.model.graph import TensorRef
from kfix.repair.candidate import Candidate, single
from kfix.repair.conflict import Conflict


def propose(conflict: Conflict) -> Iterator[Candidate]:
    """Return the same inputs in one list."""
    step = conflict.step
    if step is None or step.inserted or step.layer.is_operation:
        return
    inputs = [value for keyword, value in step.node.args if keyword is None]
    if len(inputs) > 1 and all(isinstance(value, TensorRef) for value in inputs):
        why = f"{step.layer.cls} takes its {len(inputs)} inputs in one list"
        yield single(ListInputs(step.node.site), why)
