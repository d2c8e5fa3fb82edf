"""Operations that pick elements: `x[key]`, take, gather, slice."""

from __future__ import annotations

from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Array, Dim, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.operations.elementwise import broadcast
from kfix.shapes.operations.rearrange import flat
from kfix.shapes.operations.table import Call, operation, shape_of


def _length(dim: Dim, part: slice) -> Dim:
    """How long an axis is after a slice; open where an end is a number that the graph works out."""
    ends = (part.start, part.stop, part.step)
    if ends in ((None, None, None), (0, None, None), (None, None, 1)):
        return dim
    unknown = next((end for end in ends if isinstance(end, Unknown)), None)
    if unknown is not None:
        return unknown
    if any(isinstance(end, Array) for end in ends):
        return None
    if dim is None or isinstance(dim, Unknown):
        return dim
    try:
        return len(range(*part.indices(dim)))
    except (TypeError, ValueError):
        return Unknown("where it is cut")


@operation("python:getitem", "x key", python="x key")
def getitem(call: Call) -> Shapes:
    """`x[key]`: a number takes its axis away, a slice shortens it, `None` puts in a 1, arrays are broadcast."""
    x = call.shape()
    key = call["key"]
    parts = list(key) if isinstance(key, tuple) else [key]
    taken = sum(1 for part in parts if part is not None and part is not Ellipsis)
    taken += sum(_mask_rank(part, call) - 1 for part in parts if _mask_rank(part, call))
    if taken > len(x):
        raise AxisOutOfRange(call.path, expected=f"{len(x)} indices at most", actual=str(taken))
    dots = sum(part is Ellipsis for part in parts)
    if dots > 1:
        raise AxisOutOfRange(call.path, expected="one ellipsis", actual=dots)
    if not dots:
        parts.append(Ellipsis)
    found: list[Dim] = []
    fancy: list[Shape] = []
    place = 0
    at = 0
    for part in parts:
        if part is Ellipsis:
            kept = len(x) - taken
            found += x[at : at + kept]
            at += kept
        elif part is None:
            found.append(1)
        elif isinstance(part, slice):
            found.append(_length(x[at], part))
            at += 1
        elif isinstance(part, int) and not isinstance(part, bool):
            dim = x[at]
            if isinstance(dim, int) and not -dim <= part < dim:
                raise AxisOutOfRange(call.path, expected=f"an index below {dim}", actual=part)
            at += 1
        elif isinstance(part, Unknown):
            raise UnknownUsed(part)
        else:
            if not fancy:
                place = len(found)
            rank = _mask_rank(part, call)
            fancy.append(
                (Unknown("how many elements the mask keeps"),)
                if rank
                else shape_of(part, call.path)
            )
            at += rank or 1
    if fancy:
        found[place:place] = broadcast(call.path, *fancy)
    return tuple(found)


def _mask_rank(part: object, call: Call) -> int:
    """The rank of an array of booleans; 0 of anything else."""
    if isinstance(part, Array) and part.dtype == "bool":
        return len(shape_of(part, call.path))
    if isinstance(part, list) and part and all(isinstance(item, bool) for item in part):
        return 1
    return 0


@operation(
    "take gather embedding_lookup",
    "x indices axis=None",
    tf="x indices validate_indices=None axis=0",
    backend="x indices axis=0",
)
def take(call: Call) -> Shapes:
    """The shape of the indices in place of the axis; without an axis their shape alone."""
    x, indices = call.shape(), call.shape("indices")
    if call.get("axis") is None:
        return indices
    axis = call.axis(len(x))
    return (*x[:axis], *indices, *x[axis + 1 :])


@operation("take_along_axis", "x indices axis=None")
def take_along_axis(call: Call) -> Shapes:
    """The shape of the indices, broadcast with the other axes of `x`."""
    x, indices = call.shape(), call.shape("indices")
    if call.get("axis") is None:
        return (flat(indices),)
    axis = call.axis(len(x))
    if len(x) != len(indices):
        raise RankMismatch(call.path, expected=f"indices of rank {len(x)}", actual=indices)
    return broadcast(call.path, (*x[:axis], indices[axis], *x[axis + 1 :]), indices)


@operation("gather_nd", "x indices")
def gather_nd(call: Call) -> Shapes:
    """`indices[:-1]` and what is left of `x`."""
    x, indices = call.shape(), call.shape("indices")
    if not indices or not isinstance(indices[-1], int):
        raise UnknownUsed(Unknown(f"how many axes `{call.path}` takes"))
    return (*indices[:-1], *x[indices[-1] :])


@operation("slice", "x start_indices shape", tf="x start_indices size")
def cut_out(call: Call) -> Shapes:
    """The size that is asked for; in TensorFlow -1 means up to the end."""
    x = call.shape()
    if call.library != "tf":
        return call.dims()
    start, size = call.dims("start_indices"), call.dims("size")
    dims: list[Dim] = []
    for dim, first, length in zip(x, start, size, strict=False):
        open_end = isinstance(length, int) and length == -1
        dims.append((None if dim is None or first is None else dim - first) if open_end else length)
    return tuple(dims)


@operation("boolean_mask compress extract", "x mask axis=0")
def boolean_mask(call: Call) -> Shapes:
    """How many are kept depends on the values."""
    x, mask = call.shape(), call.shape("mask")
    return (None, *x[len(mask) :])


@operation("insert", "x place y=None axis=None")
def insert(call: Call) -> Shapes:
    """How many there are then depends on the places."""
    return delete(call)


@operation("delete", "x place axis=None")
def delete(call: Call) -> Shapes:
    """How many are left depends on the places."""
    x = call.shape()
    unknown = Unknown(f"how many elements `{call.path}` leaves")
    if call.get("axis") is None:
        return (unknown,)
    axis = call.axis(len(x))
    return (*x[:axis], unknown, *x[axis + 1 :])
