"""What calls give as labels of one output."""

from __future__ import annotations

from kfix.checks.fault import Subject
from kfix.checks.label_faults import Output
from kfix.model.graph import Array
from kfix.shapes.values import listed


def given_labels(subject: Subject, output: Output) -> tuple[Array, ...]:
    """Return what all calls give as labels of one output, for training and for validation."""
    count = len(subject.model.outputs)
    batches = (one for fit in subject.fits for one in fit.batches)
    found = (part_of(one.y, output, count) for one in batches)
    return tuple(one for one in found if isinstance(one, Array))


def part_of(y: object, output: Output, count: int) -> object:
    """Return what is given for one output of so many; Keras takes one array for each of several."""
    if isinstance(y, dict):
        return y.get(output.name)
    several = listed(y)
    if len(several) != count:
        return None
    return several[output.number]
