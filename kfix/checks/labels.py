"""What labels of a form ask of an output, under a loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kfix.checks.loss import CATEGORICAL, SPARSE
from kfix.model.graph import Array, Dim, Shapes
from kfix.model.target import ANY, Wanted
from kfix.model.unknown import Unknown

Dims = tuple[Dim, ...]
"""Without the batch."""


class Head(NamedTuple):
    """What a model gives, or would give: its dims (`None` where it refuses), its last units, its last activation.

    `entry` are the dims of its one input, where it is known.
    """

    dims: Dims | None
    units: int | None
    activation: object
    entry: Dims | None = None


class Asked(NamedTuple):
    """What the labels ask for.

    `dims` are those of the output. `loss` is the loss that fits the labels
    where the present one does not, `problem` that it does not. `doubtful`
    says that another reading of the labels is as good, `silent` that Keras
    broadcasts, and so trains all the same.
    """

    dims: tuple[Wanted, ...]
    loss: str | None = None
    problem: bool = False
    doubtful: bool = False
    silent: bool = False


def ask(kind: str, labels: Array, head: Head) -> Asked | None:
    """What labels of this shape ask for; `None` where that cannot be told.

    Where the head serves, its own dims are the answer. What serves is what
    Keras trains without broadcasting: a last axis of one is squeezed away or
    added (`losses.squeeze_or_expand_to_same_rank`).
    """
    if not isinstance(labels.shape, tuple) or not labels.shape:
        return None
    dims = labels.shape[1:]
    if kind == "sparse":
        return _sparse(dims, labels, head) or _masks(kind, dims, labels, head)
    if dims in ((), (1,)):
        return _column(kind, dims, labels, head)
    if head.dims is not None and alike(head.dims, dims):
        return Asked(_wanted(head.dims))
    masks = _masks(kind, dims, labels, head)
    if masks is not None:
        return masks
    if kind == "categorical" and numbers_a_step(labels, head):
        return Asked(
            _wanted((*dims[: len(head.dims or ()) - 1], _enough(head.units, labels.distinct))),
            SPARSE,
            True,
        )
    return Asked(
        _wanted(dims),
        doubtful=kind == "binary" and dims == (2,),
        silent=_broadcast(kind, head, dims),
    )


def one_a_sample(labels: Array, head: Head, inputs: Sequence[Shapes], data: object) -> Array:
    """The labels without a last axis of one that an output of any number of steps may not be compared with.

    `(None, 1)` is no column of labels where the data has thirty steps.
    """
    shape, output = labels.shape, head.dims
    if (
        not isinstance(shape, tuple)
        or shape[1:] != (1,)
        or output is None
        or len(output) != 2
        or output[0] is not None
    ):
        return labels
    many = _loose(inputs, data)
    return (
        Array(shape[:1], labels.dtype, labels.distinct, labels.one_hot)
        if many and 1 not in many
        else labels
    )


def opened(dims: tuple[Wanted, ...], inputs: Sequence[Shapes], data: object) -> tuple[Wanted, ...]:
    """The dims wanted, any number of steps where the model leaves it open how many it is given.

    Labels of (64, 59, 93) beside data of as many steps for an `Input((None, 93))` ask for a sequence, and not for 59.
    """
    loose = _loose(inputs, data)
    return (*(ANY if dim in loose else dim for dim in dims[:-1]), *dims[-1:])


def _loose(inputs: Sequence[Shapes], data: object) -> set[int]:
    """How many there are in the data of what the inputs leave open."""
    given = list(data) if isinstance(data, list | tuple) else [data]
    if len(given) != len(inputs):
        return set()
    return {
        many
        for entry, array in zip(inputs, given, strict=True)
        if isinstance(array, Array) and isinstance(array.shape, tuple) and isinstance(entry, tuple)
        for dim, many in zip(entry[1:], array.shape[1:], strict=False)
        if dim is None and isinstance(many, int)
    }


def _sparse(dims: Dims, labels: Array, head: Head) -> Asked | None:
    count = labels.distinct
    if labels.one_hot and len(dims) == 1:
        return Asked((ANY if isinstance(dims[0], Unknown) else dims[0],), CATEGORICAL, problem=True)
    served = head.dims is not None and bool(head.dims) and _steps(head.dims, dims)
    if served and head.dims is not None:
        return Asked(_wanted((*head.dims[:-1], _enough(head.dims[-1], count))))
    if dims in ((), (1,)):
        return Asked((_classes(head, count),))
    rows = head.dims is not None and len(dims) == len(head.dims) and agree(head.dims, dims)
    if len(dims) > 1 and rows and isinstance(dims[-1], int) and dims[-1] > 1:
        return Asked(
            _wanted(head.dims or dims), CATEGORICAL, problem=True
        )  # one row of classes a step
    if len(dims) > 1:
        return None
    if labels.dtype is not None and labels.dtype.startswith("float"):
        units = dims[0]  # one-hot rows
        return Asked((ANY if isinstance(units, Unknown) else units,), CATEGORICAL, problem=True)
    if whole_numbers(labels) and isinstance(dims[0], int) and count is not None and count > 1:
        return Asked((dims[0], _classes(head, count)))  # one class a step
    return None


def _masks(kind: str, dims: Dims, labels: Array, head: Head) -> Asked | None:
    """One number for each place of a picture, (height, width) or with an axis of one, where the model gives a map.

    They are the numbers of classes, or else ask for one channel: never for a
    map turned into rows. A map of another size is to have that of the picture.
    """
    places = dims[:-1] if len(dims) > 2 and dims[-1] == 1 else dims
    if head.dims is None or len(places) < 2 or len(head.dims) != len(places) + 1:
        return None
    alike = agree(head.dims[:-1], places)
    if not alike and (head.entry is None or head.entry[:-1] != places):
        return None
    several = head.units is not None and head.units > 1
    if kind == "sparse":
        return (
            Asked(_wanted((*places, _enough(head.dims[-1], labels.distinct)))) if several else None
        )
    if alike and not several:
        return None
    classes = (
        whole_numbers(labels) and labels.dtype != "bool" and _fits(head.units, labels.distinct)
    )
    if (
        several
        and classes
        and (kind == "categorical" or (kind == "binary" and head.activation == "softmax"))
    ):
        wanted = _wanted((*places, head.dims[-1]))
        return Asked(
            wanted, SPARSE, problem=True, doubtful=kind == "binary" and labels.distinct is None
        )
    if kind == "categorical":
        return None
    return Asked((*_wanted(places), 1), silent=_broadcast(kind, head, dims))


def _column(kind: str, dims: Dims, labels: Array, head: Head) -> Asked | None:
    """One number a sample, under a loss that takes labels of the output's own shape."""
    count = labels.distinct
    classes = count is not None and count > 2 and whole_numbers(labels)
    if kind == "categorical":
        if head.units == 1:
            return Asked((count,), SPARSE, problem=True, doubtful=True) if classes else None
        return Asked(
            (_classes(head, count),), SPARSE if whole_numbers(labels) else None, problem=True
        )
    several = head.units is not None and head.units > 1
    if (
        several
        and head.activation == "softmax"
        and whole_numbers(labels)
        and _fits(head.units, count)
    ):
        return Asked((ANY,), SPARSE, problem=True, doubtful=count is None or kind == "distance")
    if head.dims is not None and alike(head.dims, dims):
        return Asked(_wanted(head.dims))
    flat = head.dims is not None and len(head.dims) == 1
    return Asked(
        (1,), doubtful=several and kind == "binary" and flat, silent=_broadcast(kind, head, (1,))
    )


def _broadcast(kind: str, head: Head, labels: Dims) -> bool:
    """Does Keras repeat an axis of one, where all else is alike?"""
    return (
        kind == "distance"
        and head.dims is not None
        and len(head.dims) == len(labels)
        and all(
            1 in pair or agree(pair[:1], pair[1:]) for pair in zip(head.dims, labels, strict=True)
        )
    )


def whole_numbers(labels: Array) -> bool:
    """May the labels be the numbers of classes?"""
    return labels.dtype is None or labels.dtype.startswith(("int", "uint", "bool"))


def numbers_a_step(labels: Array, head: Head) -> bool:
    """Is there the number of a class for each step (or pixel) of which the head gives a row of classes?

    Labels of (140,) beside an output of (140, 17) may be one-hot rows of 140 classes as little as (140, 1) may.
    """
    output = head.dims
    if (
        output is None
        or len(output) < 2
        or labels.one_hot
        or not whole_numbers(labels)
        or head.units in (None, 1)
    ):
        return False
    dims = labels.shape[1:] if isinstance(labels.shape, tuple) else ()
    told = dims[: len(output) - 1]
    if not all(isinstance(dim, int) for dim in told):
        return False
    if labels.dtype is None and not any(isinstance(dim, int) for dim in output[:-1]):
        return False  # of any number of steps, and perhaps no numbers of classes
    return _steps(output, dims) and not (len(dims) == 1 and dims[-1] == head.units)


def alike(output: Dims, labels: Dims) -> bool:
    """Does Keras compare them number for number, as far as they are known?"""
    return agree(output, labels) or agree(output, (*labels, 1)) or agree((*output, 1), labels)


def agree(one: Dims, other: Dims) -> bool:
    """Are they the same shape where both are known?"""
    return len(one) == len(other) and all(
        a == b for a, b in zip(one, other, strict=True) if isinstance(a, int) and isinstance(b, int)
    )


def _steps(output: Dims, labels: Dims) -> bool:
    """Is there one row of classes for each label?"""
    return agree(output[:-1], labels) or agree((*output[:-1], 1), labels)


def _fits(units: int | None, count: int | None) -> bool:
    return count is None or (units is not None and units >= count)


def _enough(units: Dim, count: int | None) -> Dim:
    """The units, unless there are more classes: labels from 1 on, or a spare class, are no fault."""
    return count if count is not None and isinstance(units, int) and units < count else units


def _classes(head: Head, count: int | None) -> Wanted:
    if count is None:
        return ANY
    return head.units if head.units is not None and head.units >= count else count


def _wanted(dims: Dims) -> tuple[Wanted, ...]:
    return tuple(ANY if isinstance(dim, Unknown) else dim for dim in dims)
