"""Lengths of time steps that a model leaves open, and its data does not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from kfix.checks.dims import dims_of, known_shape
from kfix.checks.labels import Head
from kfix.model.graph import Array, Shapes
from kfix.model.target import ANY, Wanted
from kfix.shapes.values import listed


def one_a_sample(labels: Array, head: Head, inputs: Sequence[Shapes], data: object) -> Array:
    """Return labels without a last axis of 1 that an output of any length may not be compared with.

    `(None, 1)` is not a column of labels where the data has thirty time steps.
    """
    output = head.dims or ()
    if labels.sample != (1,) or len(output) != 2 or output[0] is not None:
        return labels
    lengths = _open_lengths(inputs, data)
    if not lengths or 1 in lengths or not isinstance(labels.shape, tuple):
        return labels
    return Array(labels.shape[:1], labels.dtype, labels.distinct, labels.one_hot)


def opened(dims: tuple[Wanted, ...], inputs: Sequence[Shapes], data: object) -> tuple[Wanted, ...]:
    """Return wanted dims, any length where the model leaves the length of its input open.

    Labels of (64, 59, 93) beside data of as many time steps for an `Input((None, 93))` ask for a
    sequence, and not for 59.
    """
    lengths = _open_lengths(inputs, data)
    return (*(ANY if dim in lengths else dim for dim in dims[:-1]), *dims[-1:])


def _open_lengths(inputs: Sequence[Shapes], data: object) -> set[int]:
    """Return the sizes that the data has where the inputs leave them open."""
    given = listed(data)
    if len(given) != len(inputs):
        return set()
    samples = zip(map(dims_of, inputs), map(dims_of, map(known_shape, given)), strict=True)
    pairs = chain.from_iterable(zip(*both, strict=False) for both in samples)
    return {length for dim, length in pairs if dim is None and isinstance(length, int)}
