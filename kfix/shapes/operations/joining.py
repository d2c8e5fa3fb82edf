"""Operations that join tensors and take them apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kfix.findings.bad_argument import BadArgument
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.not_divisible import NotDivisible
from kfix.findings.total_size_changed import TotalSizeChanged
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.formatting import show
from kfix.shapes.operations.rearrange import flat
from kfix.shapes.operations.table import Call, operation


def _same(path: str, shapes: Sequence[Shape], but: int | None) -> None:
    """Refuses shapes that differ on an axis other than `but`; `None` fits all."""
    first = shapes[0]
    for shape in shapes[1:]:
        fits = len(shape) == len(first) and all(
            axis == but or not isinstance(a, int) or not isinstance(b, int) or a == b
            for axis, (a, b) in enumerate(zip(first, shape, strict=True))
        )
        if not fits:
            raise InputsDoNotMatch(path, expected=f"shapes like {show(first)}", actual=shape)


def joined(path: str, shapes: Sequence[Shape], axis: int) -> Shape:
    """Shapes joined on an axis; the other dims are those of the first."""
    _same(path, shapes, axis)
    total: Any = 0
    for shape in shapes:
        total = None if total is None or shape[axis] is None else total + shape[axis]
    return (*shapes[0][:axis], total, *shapes[0][axis + 1 :])


@operation("concatenate concat", "xs axis=0", backend="xs axis=-1", tf="xs axis")
def concatenate(call: Call) -> Shapes:
    """The sum of the dims on `axis`, the other dims the first's. Refused: other dims that differ."""
    shapes = call.shapes()
    if not shapes:
        raise InputsDoNotMatch(call.path, expected="at least one tensor", actual="none")
    if call["axis"] is None and call.library == "numpy":
        return joined(call.path, [(flat(shape),) for shape in shapes], 0)
    return joined(call.path, shapes, call.axis(len(shapes[0])))


@operation("stack", "xs axis=0")
def stack(call: Call) -> Shapes:
    """A new axis as long as there are tensors, which must be of one shape."""
    shapes = call.shapes()
    if not shapes:
        raise InputsDoNotMatch(call.path, expected="at least one tensor", actual="none")
    _same(call.path, shapes, None)
    axis = call.axis(len(shapes[0]) + 1)
    return (*shapes[0][:axis], len(shapes), *shapes[0][axis:])


@operation("vstack row_stack hstack dstack column_stack", "xs")
def stack_by_name(call: Call) -> Shapes:
    """Joined on the first, second or third axis, after the axes that are missing have been added."""
    name = call.path.rpartition(".")[2]
    shapes = call.shapes()
    if call.library == "keras" and name in (
        "hstack",
        "vstack",
    ):  # Keras adds no axes to what it is given
        axis = 1 if name == "hstack" else 0
        return joined(call.path, shapes, call.fit(axis, len(shapes[0])))
    if name == "hstack":
        ones = [shape or (1,) for shape in shapes]
        return joined(call.path, ones, 0 if len(ones[0]) == 1 else 1)
    if name == "column_stack":
        return joined(call.path, [shape if len(shape) > 1 else (*shape, 1) for shape in shapes], 1)
    if name == "dstack":
        deep = [(1, *shape) if len(shape) == 1 else shape for shape in shapes]
        return joined(call.path, [shape if len(shape) > 2 else (*shape, 1) for shape in deep], 2)
    return joined(call.path, [shape if len(shape) > 1 else (1, *shape) for shape in shapes], 0)


@operation("append", "x y axis=None")
def append(call: Call) -> Shapes:
    """Joined on `axis`, or flattened and joined."""
    shapes = [call.shape("x"), call.shape("y")]
    if call["axis"] is None:
        return joined(call.path, [(flat(shape),) for shape in shapes], 0)
    axis = call.axis(len(shapes[0]))
    if call.library == "keras" and None in (shapes[0][axis], *shapes[1][axis : axis + 1]):
        raise InputsDoNotMatch(call.path, expected="numbers on the axis", actual=None)
    return joined(call.path, shapes, axis)


MAX_PARTS = 10_000
"""Arrays that one call may give."""


@operation("split array_split hsplit vsplit", "x sections axis=0", numpy="x sections axis=0")
def split(call: Call) -> Shapes:
    """Parts along an axis: a number of equal ones, or cut at the places named (in TensorFlow: of the sizes named)."""
    x = call.shape()
    name = call.path.rpartition(".")[2]
    axis = 1 if name[0] == "h" and len(x) > 1 else call.axis(len(x))
    sections, size = call["sections"], x[axis]
    if isinstance(sections, int):
        if sections < 1:
            raise BadArgument(call.path, expected="a number of parts above 0", actual=str(sections))
        if sections > MAX_PARTS:
            raise UnknownUsed(Unknown(f"the parts of `{call.path}` are too many to be listed"))
        if isinstance(size, int) and size % sections:
            if name != "array_split":
                raise NotDivisible(call.path, expected=sections, actual=size)
            sizes: list[Dim] = [
                size // sections + (part < size % sections) for part in range(sections)
            ]
        else:
            sizes = [size // sections if size is not None else None] * sections
    elif call.library == "tf":
        sizes = list(call.dims("sections"))
        known = [part for part in sizes if isinstance(part, int) and part != -1]
        if isinstance(size, int) and len(known) == len(sizes) and sum(known) != size:
            raise TotalSizeChanged(call.path, expected=tuple(sizes), actual=size)
        left: Dim = (
            size - sum(known) if isinstance(size, int) and len(known) >= len(sizes) - 1 else None
        )
        sizes = [left if part == -1 else part for part in sizes]
    else:
        places = call.dims("sections")
        known = [place for place in (0, *places, size) if isinstance(place, int)]
        if call.library == "keras" and known != sorted(known):
            raise TotalSizeChanged(
                call.path, expected=f"cuts at {show(places)}", actual=f"a size of {show(size)}"
            )
        sizes = _cut(places, size)
    return [(*x[:axis], part, *x[axis + 1 :]) for part in sizes]


def _cut(places: Shape, size: Dim) -> list[Dim]:
    """The lengths between the places where an axis is cut."""
    parts: list[Dim] = []
    start: Any = 0
    for end in (*places, None):
        if (
            isinstance(size, int)
            and isinstance(start, int)
            and (end is None or isinstance(end, int))
        ):
            parts.append(len(range(size)[start:end]))
        elif isinstance(start, int) and isinstance(end, int) and 0 <= start <= end:
            parts.append(end - start)
        else:
            parts.append(
                size if size is None or isinstance(size, Unknown) else Unknown("where it is cut")
            )
        start = end
    return parts


@operation("unstack", "x num=None axis=0", tf="x num=None axis=0")
def unstack(call: Call) -> Shapes:
    """One tensor for each place on the axis, which they lose."""
    x = call.shape()
    axis = call.axis(len(x))
    number = x[axis] if isinstance(x[axis], int) else call.number("num")
    if number is None and x[axis] is None and call.library == "keras":
        raise NotDivisible(call.path, expected="its length as a number", actual=None)
    if not isinstance(number, int):
        raise UnknownUsed(
            number if isinstance(number, Unknown) else Unknown(f"how many `{call.path}` gives")
        )
    return [(*x[:axis], *x[axis + 1 :])] * number
