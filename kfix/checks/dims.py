"""Dims of samples and outputs, the batch axis left out, and how Keras compares them."""

from __future__ import annotations

from kfix.model.graph import Array, Dim, Shape
from kfix.model.target import ANY, Wanted
from kfix.model.unknown import Unknown, any_unknown

Dims = tuple[Dim, ...]
"""The dims of one sample."""


def known_shape(value: object) -> Shape:
    """Return the shape of an array, `()` where it is unknown."""
    match value:
        case Array(shape=tuple() as shape):
            return shape
    return ()


def dims_of(shape: object) -> Dims:
    """Return the dims behind the batch, `()` where the rank is unknown."""
    return shape[1:] if isinstance(shape, tuple) else ()


def known_dims(shape: object) -> Dims:
    """Return the dims behind the batch, `()` where the shape is not known as a whole."""
    if not isinstance(shape, tuple) or any_unknown(shape):
        return ()
    return shape[1:]


def agree(one: Dims, other: Dims) -> bool:
    """Return whether two shapes have one rank and no two integers that differ."""
    return len(one) == len(other) and not any(map(_differ, one, other))


def _differ(one: Dim, other: Dim) -> bool:
    return isinstance(one, int) and isinstance(other, int) and one != other


def alike(output: Dims, labels: Dims) -> bool:
    """Return whether Keras compares an output and labels element by element.

    A last axis of 1 is squeezed away or added (`losses.squeeze_or_expand_to_same_rank`).
    """
    return agree(output, labels) or agree(output, (*labels, 1)) or agree((*output, 1), labels)


def one_each(output: Dims, labels: Dims) -> bool:
    """Return whether there is one label for each row of classes of an output."""
    return agree(output[:-1], labels) or agree((*output[:-1], 1), labels)


def broadcast(one: Dims, other: Dims) -> bool:
    """Return whether shapes of one rank differ at most where one of them has an axis of 1."""
    return len(one) == len(other) and all(
        1 in pair or not _differ(*pair) for pair in zip(one, other, strict=True)
    )


def as_wanted(dims: Dims) -> tuple[Wanted, ...]:
    """Return dims as those of a target: any size where one is unknown."""
    return tuple(map(wanted_dim, dims))


def wanted_dim(dim: Dim) -> Wanted:
    """Return a dim as that of a target: any size where it is unknown."""
    if isinstance(dim, Unknown):
        return ANY
    return dim
