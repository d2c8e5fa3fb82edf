"""Operations that move elements: reshape, transpose, joining and splitting, indexing."""

from __future__ import annotations

from typing import Any

from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.findings.bad_argument import BadArgument
from kfix.findings.data import Rank
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.total_size_changed import TotalSizeChanged
from kfix.model.graph import Array, Dim, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.formatting import show
from kfix.shapes.operations.table import Call, operation
from kfix.shapes.sizes import product

# --- reshape and its kin --------------------------------------------------------------------------


def flat(x: Shape) -> Dim:
    """The number of elements; `None` where a dim is."""
    return None if None in x else product(x)


def reshaped(path: str, x: Shape, target: Shape) -> Shape:
    """`x` with the dims of `target`, where -1 takes what is left; raises `TotalSizeChanged`.

    A `None` in either leaves -1 open and the size unchecked
    (`compute_reshape_output_shape` in Keras's `ops/operation_utils.py`).
    """
    free = sum(dim == -1 for dim in target if isinstance(dim, int))
    if free > 1:
        raise BadArgument(path, expected="one -1 at most", actual=target)
    unknown = next((dim for dim in (*target, *x) if isinstance(dim, Unknown)), None)
    if None in x or None in target or unknown is not None:
        left: Dim = (
            unknown if unknown is not None and None not in x and None not in target else None
        )
        return tuple(left if isinstance(dim, int) and dim == -1 else dim for dim in target)
    total = product(x)
    rest = product([dim for dim in target if dim != -1])
    assert isinstance(total, int)
    assert isinstance(rest, int)
    if (not free and total != rest) or (free and (rest == 0 or total % rest)):
        raise TotalSizeChanged(path, expected=target, actual=x)
    return tuple(total // rest if dim == -1 else dim for dim in target)


@operation("reshape", "x shape", numpy="x shape order=None")
def reshape(call: Call) -> Shapes:
    """The dims that are asked for; -1 takes what is left. Refused: another number of elements."""
    target = call["shape"]
    if isinstance(target, Array):
        rank = (
            target.shape[0] if isinstance(target.shape, tuple) and len(target.shape) == 1 else None
        )
        if isinstance(rank, int) and rank < 64:
            return (None,) * rank
        raise UnknownUsed(Unknown(f"the shape that `{call.path}` is given"))
    try:
        x = call.shape()
    except UnknownUsed as used:
        x = (used.unknown,)  # whatever it was, it has the dims that are asked for
    return reshaped(call.path, x, call.dims())


@operation("ravel flatten", "x")
def ravel(call: Call) -> Shapes:
    """One axis of all elements."""
    return (flat(call.shape()),)


@operation("batch_flatten", "x")
def batch_flatten(call: Call) -> Shapes:
    """`(batch, the rest)`."""
    x = call.shape()
    return (x[0], flat(x[1:]))


@operation("expand_dims", "x axis", backend="x axis=-1")
def expand_dims(call: Call) -> Shapes:
    """A 1 at the axis (or at each of several).

    Refused: an axis twice (`StopIteration` in Keras), or one out of range.
    """
    x = call.shape()
    axes = call.numbers("axis")
    if axes is None:
        axes = (len(x),)
    rank = len(x) + len(axes)
    places = [call.fit(axis, rank) for axis in axes]
    if len(set(places)) < len(places):
        raise AxisOutOfRange(call.path, expected="each axis once", actual=tuple(axes))
    rest = iter(x)
    return tuple(1 if place in places else next(rest) for place in range(rank))


@operation("squeeze", "x axis=None")
def squeeze(call: Call) -> Shapes:
    """Without the axes, which must be 1; without every 1 where none is named."""
    x = call.shape()
    axes = call.axes(len(x))
    if axes is None or (call.library == "tf" and axes == []):
        if any(isinstance(dim, Unknown) for dim in x):
            raise UnknownUsed(next(dim for dim in x if isinstance(dim, Unknown)))
        return tuple(dim for dim in x if dim != 1)
    for axis in axes:
        dim = x[axis]
        if (isinstance(dim, int) and dim != 1) or (dim is None and call.library == "keras"):
            raise AxisOutOfRange(
                call.path, expected="an axis of size 1", actual=f"axis {axis} of {show(x)}"
            )
    return tuple(dim for axis, dim in enumerate(x) if axis not in axes)


# --- order ----------------------------------------------------------------------------------------


@operation("transpose permute_dimensions permute", "x axes=None")
def transpose(call: Call) -> Shapes:
    """The axes in the order given, or turned round."""
    x = call.shape()
    given = call.numbers("axes")
    if given is not None and call.rest:
        given = (*given, *call.rest)
    if given is None:
        return x[::-1]
    axes = [call.fit(axis, len(x)) for axis in given]
    if sorted(axes) != list(range(len(x))):
        raise AxisOutOfRange(
            call.path, expected=f"each axis of {show(x)} once", actual=tuple(given)
        )
    return tuple(x[axis] for axis in axes)


@operation("swapaxes", "x axis1 axis2")
def swapaxes(call: Call) -> Shapes:
    """Two axes change places."""
    dims = list(call.shape())
    one, two = call.axis(len(dims), "axis1"), call.axis(len(dims), "axis2")
    dims[one], dims[two] = dims[two], dims[one]
    return tuple(dims)


@operation("matrix_transpose", "x")
def matrix_transpose(call: Call) -> Shapes:
    """The last two axes change places."""
    x = call.shape()
    if len(x) < 2:
        raise RankMismatch(call.path, expected=Rank(2, None), actual=x)
    return (*x[:-2], x[-1], x[-2])


@operation("moveaxis", "x source destination")
def moveaxis(call: Call) -> Shapes:
    """Axes go to other places, the others keep their order."""
    x = call.shape()
    source, destination = call.axes(len(x), "source"), call.axes(len(x), "destination")
    if source is None or destination is None or len(source) != len(destination):
        raise AxisOutOfRange(
            call.path, expected="as many sources as destinations", actual=f"{source}, {destination}"
        )
    order = [axis for axis in range(len(x)) if axis not in source]
    for place, axis in sorted(zip(destination, source, strict=True)):
        order.insert(place, axis)
    return tuple(x[axis] for axis in order)


@operation("numpy:rollaxis", "x axis start=0")
def rollaxis(call: Call) -> Shapes:
    """One axis goes back until it stands before the one that was at `start`, which may be the rank."""
    x = call.shape()
    axis, start = call.axis(len(x)), call.number("start")
    if isinstance(start, Unknown):
        raise UnknownUsed(start)
    start += len(x) if start < 0 else 0
    if not 0 <= start <= len(x):
        raise AxisOutOfRange(call.path, expected=f"a start up to {len(x)}", actual=start)
    rest = [*x[:axis], *x[axis + 1 :]]
    rest.insert(start - 1 if axis < start else start, x[axis])
    return tuple(rest)


# --- repetition and padding -----------------------------------------------------------------------


def _times(dim: Dim, by: Any) -> Dim:
    return None if dim is None or by is None else dim * by


@operation("tile", "x repeats", backend="x repeats")
def tile(call: Call) -> Shapes:
    """Each dim times its repeats."""
    x = call.shape()
    repeats = call.numbers("repeats") or ()
    if call.library == "tf" and len(repeats) != len(x):
        raise RankMismatch(call.path, expected=f"{len(x)} repeats", actual=len(repeats))
    rank = max(len(x), len(repeats))
    dims, counts = (1,) * (rank - len(x)) + x, (1,) * (rank - len(repeats)) + repeats
    return tuple(map(_times, dims, counts))


@operation("repeat repeat_elements", "x repeats axis=None")
def repeat(call: Call) -> Shapes:
    """The dim on `axis` times the repeats, or their sum where there are several; flattened without an axis."""
    x = call.shape()
    if call.library == "backend" and call.get("axis") is None:
        return (x[0], call.number("repeats"), *x[1:])  # K.repeat(x, n)
    repeats = call.numbers("repeats") or ()
    if call.get("axis") is None:
        x, axis = (flat(x),), 0
    else:
        axis = call.axis(len(x))
    if len(repeats) == 1:
        dim = _times(x[axis], repeats[0])
    elif isinstance(x[axis], int) and x[axis] != len(repeats):
        raise InputsDoNotMatch(call.path, expected=f"{show(x[axis])} repeats", actual=len(repeats))
    else:
        dim = sum(repeats) if x[axis] is not None else None
    return (*x[:axis], dim, *x[axis + 1 :])


@operation("pad", "x pad_width mode=None")
def pad(call: Call) -> Shapes:
    """Each dim plus what is put before and behind it."""
    x = call.shape()
    width = call["pad_width"]
    if isinstance(width, Array):
        raise UnknownUsed(Unknown(f"how much `{call.path}` pads"))
    if isinstance(width, int):
        pairs: list[Any] = [(width, width)] * len(x)
    elif (
        isinstance(width, list | tuple)
        and len(width) == 2
        and all(isinstance(part, int) for part in width)
    ):
        pairs = [tuple(width)] * len(x)
    else:
        pairs = [(part, part) if isinstance(part, int) else part for part in width]
        if len(pairs) == 1:
            (one,) = pairs
            pairs = [
                (one[0],) * 2 if isinstance(one, list | tuple) and len(one) == 1 else one
            ] * len(x)
    if len(pairs) != len(x):
        raise RankMismatch(call.path, expected=f"{len(x)} pairs", actual=len(pairs))
    if not all(map(_pair, pairs)):
        raise UnknownUsed(Unknown(f"how much `{call.path}` pads"))
    dims: list[Dim] = []
    for dim, pair in zip(x, pairs, strict=True):
        if isinstance(pair, Unknown):
            dims.append(None if dim is None else pair)
        else:
            dims.append(None if dim is None else pair[0] + dim + pair[1])
    return tuple(dims)


def _pair(pair: object) -> bool:
    """May it be what is put before and behind one axis?"""
    if isinstance(pair, Unknown):
        return True
    return (
        isinstance(pair, list | tuple)
        and len(pair) == 2
        and all(isinstance(part, int | Unknown) for part in pair)
    )


@operation("shape", "x")
def shape(call: Call) -> Shapes:
    """As many numbers as there are axes."""
    return (len(call.shape()),)


@operation("size ndim rank", "x")
def size(call: Call) -> Shapes:
    """A number."""
    return ()
