"""Where each axis of an operation's result comes from: its rule is asked, with sizes that remember.

So an operation with a rule states its effects by the rule alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kfix.findings import Finding
from kfix.model.graph import Array, Shape, Shapes, TensorRef
from kfix.model.unknown import UnknownUsed
from kfix.shapes.binding import CallArguments
from kfix.shapes.effects import Axis, Effect, Kind, new
from kfix.shapes.operations.table import SYNONYMS, call, find
from kfix.shapes.trace_result import as_list, only_shape
from kfix.shapes.tracking import Tracked

STAND_IN = 1009
"""The size that stands for a variable dim while a rule is asked."""


def effects_of_call(path: str, args: CallArguments, shapes: Sequence[Shape]) -> tuple[Effect, ...]:
    """Return the effects on each axis of the (first) result of a call.

    The arguments hold tensors, whose shapes are given in their order. Nothing is returned where
    the rule refuses them.
    """
    output = _asked(path, args, [_tracked(number, shape) for number, shape in enumerate(shapes)])
    if output is None:
        return ()
    found = enumerate(map(_effect, output))
    return tuple(_shared(path, args, shapes, place, effect) for place, effect in found)


def result_of(path: str, args: CallArguments, shapes: Sequence[Shape]) -> Shape | None:
    """Return the shape of the (first) result of a call on tensors of other shapes."""
    return _asked(path, args, shapes, track=False)


def parameters_of(path: str, args: CallArguments) -> list[str]:
    """Return the name of the parameter that each argument is for, "" where there is none."""
    found = find(path)
    if found is None:
        return [""] * len(args)
    library, entry = found
    places = iter([name for name, _ in entry.parameters.get(library, entry.parameters[""])])
    return [next(places, "") if key is None else SYNONYMS.get(key, key) for key, _ in args]


def _asked(
    path: str, args: CallArguments, shapes: Sequence[Shape], track: bool = True
) -> Shape | None:
    rest = iter(shapes)
    given = [
        (keyword, _with_arrays(value, rest, name if track else ""))
        for name, (keyword, value) in zip(parameters_of(path, args), args, strict=True)
    ]
    try:
        result: Shapes | None = call(path, given)
    except (Finding, UnknownUsed, TypeError, ValueError):
        return None
    if result is None:
        return None
    return only_shape(as_list(result)[:1])


def _with_arrays(value: object, shapes: Iterator[Shape], name: str) -> object:
    """Return an argument with arrays for its tensors, and with numbers that remember its name."""
    if isinstance(value, TensorRef):
        return Array(next(shapes, ()))
    if name and isinstance(value, int) and not isinstance(value, bool):
        return Tracked(value, arguments=frozenset((name,)))
    if isinstance(value, list | tuple):
        return type(value)([_with_arrays(item, shapes, name) for item in value])
    if isinstance(value, slice):
        ends = [_with_arrays(end, shapes, name) for end in (value.start, value.stop, value.step)]
        return slice(*ends)
    return value


def _tracked(number: int, shape: Shape) -> Shape:
    """Return the shape of an input with sizes that remember their axes."""
    return tuple(
        Tracked(dim if isinstance(dim, int) else STAND_IN, frozenset(((number, axis),)))
        for axis, dim in enumerate(shape)
    )


KINDS = {
    "itself": Kind.KEPT,
    "sum": Kind.MERGED,
    "product": Kind.PRODUCT,
    "other": Kind.SCALED,
}


def _effect(dim: object) -> Effect:
    if not isinstance(dim, Tracked):
        return new()
    axes, arguments = tuple(sorted(dim.axes)), tuple(sorted(dim.arguments))
    if not axes:
        return Effect(Kind.DECIDED, (), arguments)
    return Effect(KINDS[dim.how], axes, arguments)


def _shared(
    path: str, args: CallArguments, shapes: Sequence[Shape], place: int, effect: Effect
) -> Effect:
    """Return the effect of an axis that several inputs have alike, as it cannot change alone."""
    if effect.kind is not Kind.KEPT or len(shapes) < 2:
        return effect
    first = effect.axes[0]
    others = [
        (of, axis)
        for of, shape in enumerate(shapes)
        for axis, dim in enumerate(shape)
        if of != first[0] and dim == shapes[first[0]][first[1]]
    ]

    def grown(*axes: Axis) -> bool:
        result = result_of(path, args, _grown(shapes, axes))
        return result is not None and result[place : place + 1] == (STAND_IN,)

    if grown(first):
        tied = [other for other in others if grown(other)]
    else:
        tied = [other for other in others if grown(first, other)]
        tied = tied or [other for other in others if other[1] == first[1]]
    if not tied:
        return effect
    return Effect(Kind.EQUAL, tuple(sorted({first, *tied})), effect.arguments)


def _grown(shapes: Sequence[Shape], axes: Sequence[Axis]) -> list[Shape]:
    """Return the shapes with some of their axes of another size."""
    return [
        tuple(STAND_IN if (of, axis) in axes else dim for axis, dim in enumerate(shape))
        for of, shape in enumerate(shapes)
    ]
