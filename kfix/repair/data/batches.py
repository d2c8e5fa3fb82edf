"""Repairs of models that take or return another number of samples than they are given."""

from __future__ import annotations

from kfix.checks.label_faults import BatchChanged
from kfix.checks.refused_call import OtherBatch
from kfix.edits.take_batch import TakeBatch
from kfix.repair.candidate import Candidate, varied
from kfix.repair.data.input_ways import input_conflict
from kfix.repair.data.remedies import Remedies
from kfix.repair.prices import price
from kfix.repair.trail import effects_at
from kfix.shapes.effects import Kind

_SEQUENCE = 3
"""The rank of a sequence: samples, steps, features."""


def repair_batch(fault: BatchChanged, remedies: Remedies) -> None:
    """Join on the last axis what is joined along the samples."""
    conflict = input_conflict(remedies.subject)
    for step in conflict.view.steps:
        if [effect.kind for effect in effects_at(conflict, step)[:1]] == [Kind.MERGED]:
            name = step.layer.cls.rpartition(".")[2]
            why = f"{name} joins the samples of its inputs, and not their features"
            found = conflict.set([step], "axis", -1, "batch-joined", why)
            # Sequences may be meant one behind the other, or beside each other.
            remedies.first = next(varied(found, sure=step.rank_out != _SEQUENCE), remedies.first)
    if remedies.first is None:
        remedies.suggest("keep the first axis of every tensor for the samples of the batch")


def repair_other_batch(fault: OtherBatch, remedies: Remedies) -> None:
    """Make the array for the samples of the tensor that it is merged with."""
    if fault.site is None or fault.batch < 0:
        remedies.suggest("make the array for the samples of the batch: keras.ops.shape(x)[0]")
        return
    why = "the last batch may have fewer samples, and predict any number of them"
    edit = TakeBatch(fault.site, fault.batch)
    remedies.accompanying.append(Candidate((edit,), price("take-batch"), why))
