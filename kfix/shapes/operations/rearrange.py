"""Operations that move elements: reshape, transpose, repeat and pad."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.findings.bad_argument import BadArgument
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.total_size_changed import TotalSizeChanged
from kfix.model.graph import Array, Dim, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed, all_integers, require_known
from kfix.shapes.formatting import show
from kfix.shapes.operations.table import Call, operation
from kfix.shapes.sizes import add, element_count, multiply, padded_left, replace_axis
from kfix.shapes.values import COMPUTED

# --- reshape and the like -------------------------------------------------------------------------

MAX_RANK = 64
"""The highest rank of a tensor that a computed shape may ask for."""


def reshaped(path: str, x: Shape, target: Shape) -> Shape:
    """Return `target` with -1 replaced with what is left of `x`.

    A `None` in either leaves -1 a `None` and the number of elements unchecked. Source:
    `compute_reshape_output_shape` in Keras's `ops/operation_utils.py`. Raises `BadArgument`,
    `TotalSizeChanged`.
    """
    free = sum(dim == -1 for dim in target if isinstance(dim, int))
    if free > 1:
        raise BadArgument(path, expected="one -1 at most", actual=target)
    rest = element_count([dim for dim in target if not isinstance(dim, int) or dim != -1])
    total = element_count(x)
    left: Dim = None
    if isinstance(total, int) and isinstance(rest, int):
        divides = rest != 0 and total % rest == 0
        if not divides or (not free and total != rest):
            raise TotalSizeChanged(path, expected=target, actual=x)
        left = total // rest
    elif _leaves_a_rest(x, target):
        laid_out = tuple(None if dim == -1 else dim for dim in target)
        raise TotalSizeChanged(path, expected=laid_out, actual=x)
    elif isinstance(rest, Unknown) and total is not None:
        left = rest
    elif total is not None and rest is not None:
        left = total
    return tuple(left if isinstance(dim, int) and dim == -1 else dim for dim in target)


def _leaves_a_rest(x: Shape, target: Sequence[Dim]) -> bool:
    """Return whether the elements of a sample do not fill the dims behind a batch that is kept."""
    if not x or not target or x[0] is not None or target[0] is not None:
        return False
    own, rest = element_count(x[1:]), element_count([dim for dim in target[1:] if dim != -1])
    return isinstance(own, int) and isinstance(rest, int) and rest > 0 and own % rest != 0


@operation("reshape", "x shape", numpy="x shape order=None")
def reshape(call: Call) -> Shapes:
    """Return the requested dims; -1 stands for what is left."""
    target = call["shape"]
    if isinstance(target, Array):
        return _computed_shape(call, target)
    try:
        x = call.shape()
    except UnknownUsed as used:
        x = (used.unknown,)  # whatever it was, the result has the requested dims
    return reshaped(call.path, x, call.dims())


def _computed_shape(call: Call, target: Array) -> Shape:
    """Return the shape of the rank of a target that the graph computes."""
    shape = require_known(target.shape)
    rank = None
    if len(shape) == 1:
        rank = shape[0]
    if isinstance(rank, int) and rank < MAX_RANK:
        return (None,) * rank
    raise UnknownUsed(Unknown(f"the shape argument of `{call.path}`"))


@operation("ravel flatten", "x")
def ravel(call: Call) -> Shapes:
    """Return one axis of all elements."""
    return (element_count(call.shape()),)


@operation("batch_flatten", "x")
def batch_flatten(call: Call) -> Shapes:
    """Return `(batch, elements of a sample)`."""
    x = call.shape_from("x", 1)
    return (x[0], element_count(x[1:]))


@operation("expand_dims", "x axis", backend="x axis=-1")
def expand_dims(call: Call) -> Shapes:
    """Return the shape of `x` with a 1 at the axis, or at each of several.

    Raises `AxisOutOfRange` for an axis twice (`StopIteration` in Keras), or out of range.
    """
    x = call.shape()
    axes = call.numbers("axis")
    if axes is None:
        raise call.refuse("axis", "an integer", None)
    rank = len(x) + len(axes)
    places = {call.normalize_axis(axis, rank) for axis in axes}
    if len(places) < len(axes):
        raise AxisOutOfRange(call.path, expected="each axis once", actual=axes)
    rest = iter(x)
    return tuple(1 if place in places else next(rest) for place in range(rank))


@operation("squeeze", "x axis=None")
def squeeze(call: Call) -> Shapes:
    """Return the shape of `x` without the axes, which must be 1; by default without every 1."""
    x = call.shape()
    axes = call.axes(len(x))
    if axes is None or (call.library == "tf" and axes == []):
        return tuple(dim for dim in map(require_known, x) if dim != 1)
    for axis in axes:
        dim = x[axis]
        if (isinstance(dim, int) and dim != 1) or (dim is None and call.library == "keras"):
            actual = f"axis {axis} of {show(x)}"
            raise AxisOutOfRange(call.path, expected="an axis of size 1", actual=actual)
    return tuple(dim for axis, dim in enumerate(x) if axis not in axes)


# --- order ----------------------------------------------------------------------------------------


@operation("transpose permute_dimensions permute", "x axes=None")
def transpose(call: Call) -> Shapes:
    """Return the dims in the order of `axes`, by default reversed; raise `AxisOutOfRange`."""
    x = call.shape()
    given = call.numbers("axes")
    if given is None:
        return x[::-1]
    order = [call.normalize_axis(axis, len(x)) for axis in (*given, *call.rest)]
    if sorted(order) != list(range(len(x))):
        expected = f"each axis of {show(x)} once"
        raise AxisOutOfRange(call.path, expected=expected, actual=tuple(order))
    return tuple(x[axis] for axis in order)


@operation("swapaxes", "x axis1 axis2")
def swapaxes(call: Call) -> Shapes:
    """Return the shape of `x` with two axes swapped."""
    dims = list(call.shape())
    one, two = call.axis(len(dims), "axis1"), call.axis(len(dims), "axis2")
    dims[one], dims[two] = dims[two], dims[one]
    return tuple(dims)


@operation("matrix_transpose", "x")
def matrix_transpose(call: Call) -> Shapes:
    """Return the shape of `x` with the last two axes swapped."""
    x = call.shape_from("x", 2)
    return (*x[:-2], x[-1], x[-2])


@operation("moveaxis", "x source destination")
def moveaxis(call: Call) -> Shapes:
    """Return the dims with axes moved to other places; the others keep their order."""
    x = call.shape()
    source, destination = call.axes(len(x), "source"), call.axes(len(x), "destination")
    if source is None or destination is None or len(source) != len(destination):
        expected = "as many sources as destinations"
        raise AxisOutOfRange(call.path, expected=expected, actual=f"{source}, {destination}")
    order = [axis for axis in range(len(x)) if axis not in source]
    for place, axis in sorted(zip(destination, source, strict=True)):
        order.insert(place, axis)
    return tuple(x[axis] for axis in order)


@operation("numpy:rollaxis", "x axis start=0")
def rollaxis(call: Call) -> Shapes:
    """Return the dims with one axis moved before the one at `start`, which may be the rank."""
    x = call.shape()
    axis, start = call.axis(len(x)), call.integer("start")
    if start < 0:
        start += len(x)
    if not 0 <= start <= len(x):
        raise AxisOutOfRange(call.path, expected=f"a start up to {len(x)}", actual=start)
    rest = [*x[:axis], *x[axis + 1 :]]
    if axis < start:
        start -= 1
    rest.insert(start, x[axis])
    return tuple(rest)


# --- repetition and padding -----------------------------------------------------------------------


@operation("tile", "x repeats", backend="x repeats")
def tile(call: Call) -> Shapes:
    """Return each dim times its repeats."""
    x, repeats = call.shape(), call.dims("repeats")
    if call.library == "tf" and len(repeats) != len(x):
        raise RankMismatch(call.path, expected=f"{len(x)} repeats", actual=len(repeats))
    rank = max(len(x), len(repeats))
    return tuple(map(multiply, padded_left(x, rank), padded_left(repeats, rank)))


@operation("repeat repeat_elements", "x repeats axis=None")
def repeat(call: Call) -> Shapes:
    """Return the dim on `axis` times the repeats, or their sum where there are several.

    Without an axis `x` is flattened first; `keras.backend.repeat(x, n)` inserts an axis.
    """
    x = call.shape()
    if call.library == "backend" and call.get("axis") is None:
        return (*x[:1], call.number("repeats"), *x[1:])
    repeats: Shape = (None,)
    if call.get("repeats") is not None:  # else a variable dim
        repeats = call.dims("repeats")
    axis = 0
    if call.get("axis") is None:
        x = (element_count(x),)
    else:
        axis = call.axis(len(x))
    return replace_axis(x, axis, _repeated(call, x[axis], repeats))


def _repeated(call: Call, dim: Dim, repeats: Shape) -> Dim:
    """Return a dim that is repeated; raise `InputsDoNotMatch`."""
    if len(repeats) == 1:
        return multiply(dim, repeats[0])
    if isinstance(dim, int) and dim != len(repeats):
        raise InputsDoNotMatch(call.path, expected=f"{dim} repeats", actual=len(repeats))
    total: Dim = 0
    if dim is None:
        total = None
    for count in repeats:
        total = add(total, count)
    return total


@operation("pad", "x pad_width mode=None")
def pad(call: Call) -> Shapes:
    """Return each dim plus the padding on both sides; raise `BadArgument`, `RankMismatch`."""
    x = call.shape()
    pairs = _pad_pairs(call, len(x))
    if len(pairs) != len(x):
        raise RankMismatch(call.path, expected=f"{len(x)} pairs", actual=len(pairs))
    return tuple(
        add(add(dim, before), after) for dim, (before, after) in zip(x, pairs, strict=True)
    )


_Pair = tuple[int | Unknown, int | Unknown]


def _pad_pairs(call: Call, rank: int) -> Sequence[_Pair]:
    """Return the padding before and behind each axis.

    One integer or one pair stands for all axes. In a list, one integer stands for both sides.
    """
    width = call["pad_width"]
    if isinstance(width, COMPUTED):
        raise UnknownUsed(Unknown(f"how much `{call.path}` pads"))
    if isinstance(width, int):
        return [(width, width)] * rank
    if not isinstance(width, list | tuple):
        raise call.refuse("pad_width", "an integer or pairs of integers", width)
    if len(width) == 2 and all_integers(width):
        return [(width[0], width[1])] * rank
    pairs = [_pad_pair(call, part) for part in width]
    if len(pairs) == 1:
        return pairs * rank
    return pairs


def _pad_pair(call: Call, part: object) -> _Pair:
    """Return the padding before and behind one axis."""
    if isinstance(part, int | Unknown):
        return part, part
    if isinstance(part, list | tuple) and 1 <= len(part) <= 2:
        before, after = part[0], part[-1]
        if isinstance(before, int | Unknown) and isinstance(after, int | Unknown):
            return before, after
    raise UnknownUsed(Unknown(f"how much `{call.path}` pads"))


# --- shapes of shapes -----------------------------------------------------------------------------


@operation("shape", "x")
def shape(call: Call) -> Shapes:
    """Return the rank as the only dim."""
    return (len(call.shape()),)


@operation("size ndim rank", "x")
def size(call: Call) -> Shapes:
    """Return the shape of a scalar."""
    return ()
