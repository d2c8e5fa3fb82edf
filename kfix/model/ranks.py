"""The ranks of labels and outputs, which Keras makes equal before it compares the two."""

from __future__ import annotations

from kfix.model.graph import Shape


def same_rank(labels: Shape, output: Shape) -> tuple[Shape, Shape]:
    """Return both with a last axis of 1 added to, or taken from, one of them."""
    if len(labels) == len(output) + 1 and labels[-1] == 1:
        if len(output) == 1:
            return labels, (*output, 1)
        return labels[:-1], output
    if len(output) == len(labels) + 1 and output[-1] == 1:
        if len(labels) == 1:
            return (*labels, 1), output
        return labels, output[:-1]
    return labels, output
