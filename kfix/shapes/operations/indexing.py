"""Operations that pick elements: `x[key]`, take, gather, slice."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.findings.data import Rank
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Array, Dim, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.operations.elementwise import broadcast
from kfix.shapes.operations.table import Call, operation, shape_of
from kfix.shapes.sizes import element_count, replace_axis
from kfix.shapes.tracking import computed

_WHOLE_SLICES = ((None, None, None), (0, None, None), (None, None, 1))


def _sliced(dim: Dim, part: slice) -> Dim:
    """Return the length of an axis after a slice; `None` where an end is computed by the graph."""
    ends = (part.start, part.stop, part.step)
    if ends in _WHOLE_SLICES:
        return dim
    for end in ends:
        if isinstance(end, Unknown):
            return end
    if any(isinstance(end, Array) for end in ends):
        return None
    if not isinstance(dim, int):
        return dim
    try:
        return computed(len(range(*part.indices(dim))), dim, *ends)
    except (TypeError, ValueError):  # an end is not an integer, or the step is 0
        return Unknown("where it is sliced")


@operation("python:getitem", "x key", python="x key")
def getitem(call: Call) -> Shapes:
    """Return the shape of `x[key]`.

    An integer removes its axis, a slice shortens it, `None` inserts a 1, arrays are broadcast.
    Raises `AxisOutOfRange`.
    """
    key = call["key"]
    index = _Index(call, call.shape(), list(key) if isinstance(key, tuple) else [key])
    for part in index.parts:
        index.take(part)
    return index.result()


class _Index:
    """An index while its parts are taken one after the other, each from the next axes of `x`."""

    def __init__(self, call: Call, x: Shape, parts: list[object]) -> None:
        self.call = call
        self.x = x
        self.parts = parts
        self.axis = 0
        """The axis that the next part is for."""
        self.dims: list[Dim] = []
        self.arrays: list[Shape] = []
        """The shapes of index arrays; broadcast, they stand where the first of them stands."""
        self.place = 0
        """The place of the axes of the index arrays among `dims`."""
        used = sum(self._axes_of(part) for part in parts)
        if used > len(x):
            self._refuse(f"{len(x)} indices at most", str(used))
        ellipses = sum(part is Ellipsis for part in parts)
        if ellipses > 1:
            self._refuse("one ellipsis", str(ellipses))
        if not ellipses:
            parts.append(Ellipsis)
        self.kept = len(x) - used
        """How many axes the ellipsis stands for."""

    def _axes_of(self, part: object) -> int:
        """Return how many axes of `x` a part is for; an ellipsis is for what is left over."""
        if part is None or part is Ellipsis:
            return 0
        return _mask_rank(part, self.call) or 1

    def take(self, part: object) -> None:
        """Take one part from the next axes."""
        axis = self.axis
        if part is Ellipsis:
            self.dims += self.x[axis : axis + self.kept]
            self.axis += self.kept
        elif part is None:
            self.dims.append(1)
        elif isinstance(part, slice):
            self.dims.append(_sliced(self.x[axis], part))
            self.axis += 1
        elif isinstance(part, int) and not isinstance(part, bool):
            self._check_bounds(self.x[axis], part)
            self.axis += 1
        elif isinstance(part, Unknown):
            raise UnknownUsed(part)
        else:
            self._take_array(part)

    def _check_bounds(self, dim: Dim, index: int) -> None:
        if isinstance(dim, int) and not -dim <= index < dim:
            self._refuse(f"an index below {dim}", str(index))

    def _take_array(self, part: object) -> None:
        """Take an array of indices, or a mask."""
        if not self.arrays:
            self.place = len(self.dims)
        if _mask_rank(part, self.call):
            self.arrays.append((Unknown("how many elements the mask keeps"),))
        else:
            self.arrays.append(shape_of(part, self.call.path))
        self.axis += self._axes_of(part)

    def result(self) -> Shape:
        """Return the shape, after every part has been taken."""
        if self.arrays:
            self.dims[self.place : self.place] = broadcast(self.call.path, *self.arrays)
        return tuple(self.dims)

    def _refuse(self, expected: str, actual: str) -> None:
        raise AxisOutOfRange(self.call.path, expected=expected, actual=actual)


def _mask_rank(part: object, call: Call) -> int:
    """Return the rank of an array of booleans; 0 for anything else."""
    if isinstance(part, Array) and part.dtype == "bool":
        return len(shape_of(part, call.path))
    is_mask = isinstance(part, list) and part and all(isinstance(item, bool) for item in part)
    if is_mask:
        return 1
    return 0


@operation(
    "take gather embedding_lookup",
    "x indices axis=None",
    tf="x indices validate_indices=None axis=0 batch_dims=0",
    backend="x indices axis=0",
)
def take(call: Call) -> Shapes:
    """Return `x` with the shape of the indices in place of the axis; without an axis that alone.

    In TensorFlow both may begin with `batch_dims` axes in common.
    """
    x, indices = call.shape(), call.shape("indices")
    shared = call.get("batch_dims")
    if shared:
        return _taken_by_batch(call, x, indices, shared)
    if call.get("axis") is None:
        return indices
    return replace_axis(x, call.axis(len(x)), *indices)


def _taken_by_batch(call: Call, x: Shape, indices: Shape, shared: object) -> Shapes:
    """Return `x` with the indices behind the shared axes in place of the axis, by default the one
    of their number: -1 is the last axis of `x` then.
    """
    if not isinstance(shared, int) or not -len(indices) <= shared <= min(len(x), len(indices)):
        raise UnknownUsed(Unknown(f"the `batch_dims` of `{call.path}`"))
    axis = call.axis(len(x)) or call.normalize_axis(shared, len(x))
    return replace_axis(x, axis, *indices[shared:])


@operation("take_along_axis", "x indices axis=None", numpy="x indices axis=-1")
def take_along_axis(call: Call) -> Shapes:
    """Return the shape of the indices, broadcast with the other axes of `x`."""
    x, indices = call.shape(), call.shape("indices")
    if call.get("axis") is None:
        if len(indices) != 1:
            raise RankMismatch(call.path, expected=Rank(1), actual=indices)
        return (element_count(indices),)
    axis = call.axis(len(x))
    if len(x) != len(indices):
        raise RankMismatch(call.path, expected=f"indices of rank {len(x)}", actual=indices)
    return broadcast(call.path, replace_axis(x, axis, indices[axis]), indices)


@operation("gather_nd", "x indices")
def gather_nd(call: Call) -> Shapes:
    """Return `indices[:-1]`, then the axes of `x` that the indices leave."""
    x, indices = call.shape(), call.shape("indices")
    if not indices or not isinstance(indices[-1], int):
        raise UnknownUsed(Unknown(f"how many axes `{call.path}` takes"))
    return (*indices[:-1], *x[indices[-1] :])


@operation("slice", "x start_indices shape", tf="x start_indices size")
def slice_(call: Call) -> Shapes:
    """Return the requested size; -1 means up to the end."""
    sizes = call.dims("size" if call.library == "tf" else "shape")
    return _sizes_to_the_end(call.shape(), call.dims("start_indices"), sizes)


def _sizes_to_the_end(x: Shape, start: Shape, size: Sequence[Dim]) -> Shape:
    """Return the sizes, each -1 replaced with what is left of its axis."""
    dims: list[Dim] = []
    for dim, first, length in zip(x, start, size, strict=False):
        if not isinstance(length, int) or length != -1:
            dims.append(length)
        elif dim is None or first is None:
            dims.append(None)
        else:
            dims.append(dim - first)
    return tuple(dims)


@operation("numpy:compress numpy:extract", "condition x axis=None")
def compress(call: Call) -> Shapes:
    """Return `None` for the number of elements kept, of all or along the axis."""
    x = call.shape()
    if call.get("axis") is None:
        return (None,)
    return replace_axis(x, call.axis(len(x)), None)


@operation("boolean_mask", "x mask axis=0")
def boolean_mask(call: Call) -> Shapes:
    """Return `None` for the number of elements kept, which depends on the values."""
    x, mask = call.shape(), call.shape("mask")
    return (None, *x[len(mask) :])


@operation("insert", "x place y=None axis=None")
@operation("delete", "x place axis=None")
def insert_or_delete(call: Call) -> Shapes:
    """Return `x` with an unknown length on the axis; it depends on the places."""
    x = call.shape()
    unknown = Unknown(f"how many elements `{call.path}` leaves")
    if call.get("axis") is None:
        return (unknown,)
    return replace_axis(x, call.axis(len(x)), unknown)
