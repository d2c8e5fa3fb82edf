"""Operations that join tensors, and that take them apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.not_divisible import NotDivisible
from kfix.findings.total_size_changed import TotalSizeChanged
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed, as_unknown
from kfix.shapes.formatting import show
from kfix.shapes.operations.table import MAX_TENSORS, Call, operation
from kfix.shapes.sizes import add, element_count, replace_axis
from kfix.shapes.tracking import computed


def _conflict(one: Dim, two: Dim) -> bool:
    """Return whether two dims are known to differ; `None` agrees with all."""
    return isinstance(one, int) and isinstance(two, int) and one != two


def _check_alike(path: str, shapes: Sequence[Shape], except_axis: int | None) -> None:
    """Raise `InputsDoNotMatch` for shapes that differ on another axis than `except_axis`."""
    first = shapes[0]
    for shape in shapes[1:]:
        agree = len(shape) == len(first) and not any(
            axis != except_axis and _conflict(one, two)
            for axis, (one, two) in enumerate(zip(first, shape, strict=True))
        )
        if not agree:
            raise InputsDoNotMatch(path, expected=f"shapes like {show(first)}", actual=shape)


def joined(path: str, shapes: Sequence[Shape], axis: int) -> Shape:
    """Return the shapes joined on an axis of the first; the other dims are those of the first.

    Raises `InputsDoNotMatch` for other dims that differ.
    """
    _check_alike(path, shapes, axis)
    total: Dim = 0
    for shape in shapes:
        total = add(total, shape[axis])
    return replace_axis(shapes[0], axis, total)


def _joined_flat(path: str, shapes: Sequence[Shape]) -> Shape:
    return joined(path, [(element_count(shape),) for shape in shapes], 0)


@operation("concatenate concat", "xs axis=0", backend="xs axis=-1", tf="xs axis")
def concatenate(call: Call) -> Shapes:
    """Return the shapes joined on `axis`; the other dims must agree."""
    shapes = call.shapes()
    if call["axis"] is None and call.library == "numpy":
        return _joined_flat(call.path, shapes)
    return joined(call.path, shapes, call.axis(len(shapes[0])))


@operation("stack", "xs axis=0")
def stack(call: Call) -> Shapes:
    """Return the shape of the tensors with their number as a new axis."""
    shapes = call.shapes()
    _check_alike(call.path, shapes, None)
    axis = call.axis(len(shapes[0]) + 1)
    return (*shapes[0][:axis], len(shapes), *shapes[0][axis:])


def _as_vector(x: Shape) -> Shape:
    return x or (1,)


def _as_row(x: Shape) -> Shape:
    if len(x) > 1:
        return x
    return (1, *_as_vector(x))


def _as_column(x: Shape) -> Shape:
    if len(x) > 1:
        return x
    return (*_as_vector(x), 1)


def _as_depth(x: Shape) -> Shape:
    if len(x) > 2:
        return x
    return (*_as_row(x), 1)


def _unchanged(x: Shape) -> Shape:
    return x


_STACKS: dict[str, tuple[Callable[[Shape], Shape], int]] = {
    "vstack": (_as_row, 0),
    "row_stack": (_as_row, 0),
    "hstack": (_as_vector, 1),
    "dstack": (_as_depth, 2),
    "column_stack": (_as_column, 1),
}
"""What becomes of each tensor before they are joined, and the axis on which they are joined."""


@operation("vstack row_stack hstack dstack column_stack", "xs")
def stack_by_name(call: Call) -> Shapes:
    """Return the shapes joined on the first, second or third axis, after missing axes are added.

    `keras.ops.hstack` and `vstack` add no axes.
    """
    prepare, axis = _STACKS[call.name]
    if call.library == "keras" and call.name in ("hstack", "vstack"):
        prepare = _unchanged
    shapes = [prepare(shape) for shape in call.shapes()]
    if call.library != "keras" and len(shapes[0]) == 1:  # vectors are joined end to end
        axis = 0
    return joined(call.path, shapes, call.normalize_axis(axis, len(shapes[0])))


@operation("append", "x y axis=None")
def append(call: Call) -> Shapes:
    """Return both joined on `axis`, or flattened and joined."""
    shapes = [call.shape("x"), call.shape("y")]
    if call["axis"] is None:
        return _joined_flat(call.path, shapes)
    axis = call.axis(len(shapes[0]))
    if call.library == "keras" and None in (shapes[0][axis], *shapes[1][axis : axis + 1]):
        raise InputsDoNotMatch(call.path, expected="integers on the axis", actual=None)
    return joined(call.path, shapes, axis)


# --- splitting ------------------------------------------------------------------------------------


@operation("split array_split hsplit vsplit", "x sections axis=0", numpy="x sections axis=0")
def split(call: Call) -> Shapes:
    """Return parts along an axis: equal ones, or cut at the places named.

    In TensorFlow a list names the sizes of the parts.
    """
    x = call.shape()
    if call.name == "hsplit" and len(x) > 1:
        axis = 1
    else:
        axis = call.axis(len(x))
    if isinstance(call["sections"], int):
        sizes = _equal_parts(call, x[axis])
    elif call.library == "tf":
        sizes = _parts_by_size(call, x[axis])
    else:
        sizes = _parts_by_place(call, x[axis])
    return [replace_axis(x, axis, size) for size in sizes]


def _equal_parts(call: Call, size: Dim) -> Sequence[Dim]:
    """Return the sizes of so many parts; raise `BadArgument`, `NotDivisible`."""
    count = call.integer("sections")
    if count < 1:
        raise call.refuse("sections", "a positive integer", count)
    if count > MAX_TENSORS:
        raise UnknownUsed(Unknown(f"the parts of `{call.path}` are too many to be listed"))
    if not isinstance(size, int):
        return [None if size is None else size // count] * count
    if size % count and call.name != "array_split":
        raise NotDivisible(call.path, expected=count, actual=size)
    # Of `array_split` the first parts are longer by one.
    return [size // count + (part < size % count) for part in range(count)]


def _parts_by_size(call: Call, size: Dim) -> Sequence[Dim]:
    """Return the sizes as they are named, -1 being what is left; raise `TotalSizeChanged`."""
    sizes = call.dims("sections")
    known = [part for part in sizes if isinstance(part, int) and part != -1]
    if isinstance(size, int) and len(known) == len(sizes) and sum(known) != size:
        raise TotalSizeChanged(call.path, expected=[*sizes], actual=size)
    left: Dim = None
    if isinstance(size, int) and len(known) >= len(sizes) - 1:
        left = size - sum(known)
    return [left if part == -1 else part for part in sizes]


def _parts_by_place(call: Call, size: Dim) -> Sequence[Dim]:
    """Return the lengths between the places where an axis is cut; raise `TotalSizeChanged`."""
    places = call.dims("sections")
    known = [place for place in (0, *places, size) if isinstance(place, int)]
    if call.library == "keras" and known != sorted(known):
        actual = f"a size of {show(size)}"
        raise TotalSizeChanged(call.path, expected=f"cuts at {show(places)}", actual=actual)
    starts, ends = (0, *places), (*places, None)
    return [_length_between(*ends_of, size) for ends_of in zip(starts, ends, strict=True)]


def _length_between(start: Dim, end: Dim, size: Dim) -> Dim:
    """Return the length of `[start:end]` of an axis of this size."""
    if isinstance(size, int) and isinstance(start, int) and not isinstance(end, Unknown):
        return computed(len(range(size)[start:end]), size, start, end)
    if isinstance(start, int) and isinstance(end, int) and 0 <= start <= end:
        return end - start
    if size is None:
        return None
    return as_unknown(size, "where it is cut")


@operation("unstack", "x num=None axis=0", tf="x num=None axis=0")
def unstack(call: Call) -> Shapes:
    """Return one tensor for each place on the axis, which they lose."""
    x = call.shape()
    axis = call.axis(len(x))
    number = x[axis]
    if not isinstance(number, int):
        number = call.number("num")
    if number is None and x[axis] is None and call.library == "keras":
        raise NotDivisible(call.path, expected="its length as an integer", actual=None)
    if not isinstance(number, int):
        raise UnknownUsed(as_unknown(number, f"how many tensors `{call.path}` returns"))
    if number > MAX_TENSORS:
        raise UnknownUsed(Unknown(f"the tensors of `{call.path}` are too many to be listed"))
    return [replace_axis(x, axis)] * number
