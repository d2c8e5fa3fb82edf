"""Repairs of models that take or return another number of samples than they are given."""

from __future__ import annotations

from collections.abc import Iterator

from kfix.checks.label_faults import BatchChanged
from kfix.checks.refused_call import OtherBatch
from kfix.edits.take_batch import TakeBatch
from kfix.repair.candidate import Candidate, varied
from kfix.repair.conflict import Conflict
from kfix.repair.data.input_ways import input_conflict
from kfix.repair.data.remedies import Remedies
from kfix.repair.prices import price
from kfix.repair.trail import effects_at
from kfix.shapes.effects import Kind
from kfix.shapes.operations.effects import parameters_of
from kfix.shapes.view import Step

_SEQUENCE = 3
"""The rank of a sequence: samples, steps, features."""


def repair_batch(fault: BatchChanged, remedies: Remedies) -> None:
    """Join on the last axis what is joined along the samples, reduce each sample by itself."""
    conflict = input_conflict(remedies.subject)
    for step in conflict.view.steps:
        remedies.first = next(_by_sample(conflict, step), remedies.first)
    if remedies.first is None:
        remedies.suggest("keep the first axis of every tensor for the samples of the batch")


def _by_sample(conflict: Conflict, step: Step) -> Iterator[Candidate]:
    """Yield another axis for an operation that joins or reduces the samples of a batch."""
    name = step.layer.cls.rpartition(".")[2]
    if [effect.kind for effect in effects_at(conflict, step)[:1]] == [Kind.MERGED]:
        why = f"{name} joins the samples of its inputs, and not their features"
        # Sequences may be meant one behind the other, or beside each other.
        found = conflict.set([step], "axis", -1, "batch-joined", why)
        yield from varied(found, sure=step.rank_out != _SEQUENCE)
    elif _reduces_samples(step):
        why = f"{name} reduces the samples of a batch, and not the steps of each"
        yield from varied(conflict.set([step], "axis", 1, "batch-joined", why), sure=False)


def _reduces_samples(step: Step) -> bool:
    """Return whether an operation takes the axis of the samples away."""
    args, shape = step.node.args, step.shape_in or (0,)
    if not step.layer.is_operation or shape[0] is not None or step.rank_out != len(shape) - 1:
        return False
    given = zip(parameters_of(step.layer.cls, args), args, strict=True)
    return any((name, value) == ("axis", 0) for name, (_, value) in given)


def repair_other_batch(fault: OtherBatch, remedies: Remedies) -> None:
    """Make the array for the samples of the tensor that it is merged with."""
    if fault.site is None or fault.batch < 0:
        remedies.suggest("make the array for the samples of the batch: keras.ops.shape(x)[0]")
        return
    why = "the last batch may have fewer samples, and predict any number of them"
    edit = TakeBatch(fault.site, fault.batch)
    remedies.accompanying.append(Candidate((edit,), price("take-batch"), why))
