"""Where each axis of an output comes from.

A rule states, beside the output shape, the effect on each axis of its (first) output: kept from an
input axis, decided by an argument, scaled by arguments from an input axis, merged from several
inputs, equal in all of them, a product of several axes, or new. A repair walks back along these
effects to what decides an axis, so that a layer with a rule needs no code of its own there.

Axes of inputs are pairs: the number of the input, and the axis from 0, the batch included.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from kfix.model.graph import Shape
from kfix.shapes.binding import Bound

Axis = tuple[int, int]
"""The number of an input, and one of its axes."""


class Kind(Enum):
    """How an axis of an output comes about."""

    KEPT = "kept"
    DECIDED = "decided"
    SCALED = "scaled"
    MERGED = "merged"
    EQUAL = "equal"
    PRODUCT = "product"
    NEW = "new"


class Effect(NamedTuple):
    """One axis of an output: the input axes that it is made of, and the arguments that have a say
    in it.
    """

    kind: Kind
    axes: tuple[Axis, ...] = ()
    arguments: tuple[str, ...] = ()


Statement = Callable[[Bound, Sequence[Shape]], Sequence[Effect]]
"""The effects of a layer on input shapes of known rank, one for each axis of its output."""


def kept(axis: int, of: int = 0, *, by: tuple[str, ...] = ()) -> Effect:
    """Return the effect of an axis that is handed on.

    `by` are the arguments that say which one it is.
    """
    return Effect(Kind.KEPT, ((of, axis),), by)


def decided(*arguments: str) -> Effect:
    """Return the effect of an axis that is the value of an argument, whatever comes in."""
    return Effect(Kind.DECIDED, (), arguments)


def scaled(axis: int, *arguments: str, of: int = 0) -> Effect:
    """Return the effect of an axis that arguments make larger or smaller."""
    return Effect(Kind.SCALED, ((of, axis),), arguments)


def merged(*axes: Axis) -> Effect:
    """Return the effect of an axis that is the sum of one axis of each input."""
    return Effect(Kind.MERGED, axes)


def equal(*axes: Axis) -> Effect:
    """Return the effect of an axis that must be the same in several inputs, 1 giving way where it
    may.
    """
    return Effect(Kind.EQUAL, axes)


def product(axes: Sequence[int], *arguments: str) -> Effect:
    """Return the effect of an axis that holds all elements of several axes."""
    return Effect(Kind.PRODUCT, tuple((0, axis) for axis in axes), arguments)


def new(*arguments: str) -> Effect:
    """Return the effect of an axis that is there whatever comes in.

    `arguments` say whether it is.
    """
    return Effect(Kind.NEW, (), arguments)


# --- statements ---------------------------------------------------------------------------


def same(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
    """State that every axis is kept."""
    return [kept(axis) for axis in range(len(shapes[0]))]


def last(*arguments: str) -> Statement:
    """State that the last axis is decided by arguments and the others are kept."""

    def state(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
        return [*same(layer, shapes)[:-1], decided(*arguments)]

    return state


def appended(argument: str) -> Statement:
    """State that all axes are kept and one more is decided by an argument."""

    def state(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
        return [*same(layer, shapes), decided(argument)]

    return state


def looked_up(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
    """State that vectors are looked up, or with `reverse=True` in the call words for them."""
    reverse = next((value for keyword, value in layer.call if keyword == "reverse"), False)
    return list((last("input_dim") if reverse else appended("output_dim"))(layer, shapes))


def windows(*by: str, channels: str | None = None, multiplied: str | None = None) -> Statement:
    """State that the spatial axes are scaled `by` arguments, as windows do it.

    The channels are decided by the argument `channels`, or `multiplied` by one, or else kept.
    """

    def state(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
        rank = len(shapes[0])
        place = _channels_axis(layer, rank)
        found = [kept(0), *(scaled(axis, *by) for axis in range(1, rank))]
        found[place] = kept(place)
        if channels is not None:
            found[place] = decided(channels)
        elif multiplied is not None:
            found[place] = scaled(place, multiplied)
        return found

    return state


def sized(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
    """State that `height` and `width` decide the sizes of images, alone or in batches."""
    rank = len(shapes[0])
    first = 1 if layer.values.get("data_format") == "channels_first" else 0
    found = same(layer, shapes)
    height = max(rank - 3, 0) + first
    found[height : height + 2] = [decided("height"), decided("width")]
    return found


def adapted(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
    """State that `output_size` decides the spatial axes, of whatever rank the input is."""
    dims = next(int(letter) for letter in layer.cls if letter.isdigit())
    sizes = [decided("output_size")] * dims
    if layer.values.get("data_format") == "channels_first":
        return [kept(0), kept(1), *sizes]
    return [kept(0), *sizes, kept(len(shapes[0]) - 1)]


def _channels_axis(layer: Bound, rank: int) -> int:
    """Return where the channels are: behind the batch, or last."""
    return 1 if layer.values.get("data_format") == "channels_first" else rank - 1


def elementwise(layer: Bound | None, shapes: Sequence[Shape]) -> list[Effect]:
    """State that all inputs have each axis alike, counted from the right; the batch apart."""
    rank = max(map(len, shapes))
    found = [equal(*((of, 0) for of in range(len(shapes))))]
    for back in range(rank - 1, 0, -1):
        found.append(
            equal(
                *((of, len(shape) - back) for of, shape in enumerate(shapes) if len(shape) > back)
            )
        )
    return found


def joined(axis: object, shapes: Sequence[Shape]) -> list[Effect]:
    """State that the inputs are joined on an axis, and alike on the others."""
    rank = len(shapes[0])
    at = axis % rank if isinstance(axis, int) else rank - 1
    found = []
    for place in range(rank):
        axes = tuple((of, place) for of in range(len(shapes)))
        found.append(merged(*axes) if place == at else equal(*axes))
    return found


def concatenation(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
    """State what a Concatenate does."""
    found = joined(layer.values.get("axis"), shapes)
    return [effect._replace(arguments=("axis",)) for effect in found]


def contraction(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
    """State that a Dot keeps all axes but those that it sums over, and the first batch."""
    given = layer.values.get("axes")
    both = list(given) if isinstance(given, tuple | list) else [given, given]
    gone = [a % len(shape) for a, shape in zip(both, shapes, strict=True) if isinstance(a, int)]
    left = [kept(axis, 0, by=("axes",)) for axis in range(len(shapes[0])) if axis != gone[0]]
    right = [kept(axis, 1, by=("axes",)) for axis in range(len(shapes[1])) if axis != gone[1]]
    found = left + right[1:]
    return found if len(found) > 1 else [*found, new()]


def flattened(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
    """State that one axis holds all elements of a sample."""
    rank = len(shapes[0])
    return [kept(0), product(range(1, rank)) if rank > 1 else new()]


def laid_out(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
    """State that `target_shape` decides all axes; its -1 is what is left of the product."""
    target = layer.values.get("target_shape")
    dims = target if isinstance(target, tuple | list) else ()
    rank = len(shapes[0])
    return [
        kept(0),
        *(
            product(range(1, rank), "target_shape")
            if not isinstance(dim, int) or dim == -1
            else decided("target_shape")
            for dim in dims
        ),
    ]


def permuted(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
    """State that axes are kept in the order of `dims`."""
    dims = layer.values.get("dims")
    order = [dim for dim in dims if isinstance(dim, int)] if isinstance(dims, tuple | list) else []
    return [kept(0), *(kept(dim, by=("dims",)) for dim in order)]


def repeated(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
    """State that a new axis of `n` steps stands behind the batch."""
    return [kept(0), decided("n"), *(kept(axis) for axis in range(1, len(shapes[0])))]


def pooled(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
    """State that the spatial axes go, or are ones with `keepdims`, and the channels are kept."""
    rank = len(shapes[0])
    place = _channels_axis(layer, rank)
    if not layer.values.get("keepdims"):
        return [kept(0), kept(place)]
    return [kept(a) if a in (0, place) else new("keepdims") for a in range(rank)]


def steps(*units: str) -> Statement:
    """State what a recurrent layer gives: its units for each step, or for the last one."""

    def state(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
        found = [kept(0), decided(*units)]
        return [kept(0), kept(1), decided(*units)] if _sequences(layer) else found

    return state


def _sequences(layer: Bound) -> bool:
    return bool(layer.values.get("return_sequences"))


def filmed(*by: str) -> Statement:
    """State what a ConvLSTM gives: a convolution of each step, or of the last one."""

    def state(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
        rank = len(shapes[0])
        first = layer.values.get("data_format") == "channels_first"
        place = 2 if first else rank - 1
        found = [decided("filters") if a == place else scaled(a, *by) for a in range(2, rank)]
        return [kept(0), *([kept(1)] if _sequences(layer) else []), *found]

    return state


def attended(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
    """State that an attention keeps the query's axes but the last, which is the value's."""
    rank = len(shapes[0])
    return [*(kept(axis) for axis in range(rank - 1)), kept(len(shapes[1]) - 1, 1)]


def with_heads(layer: Bound, shapes: Sequence[Shape]) -> Sequence[Effect]:
    """State that an attention with heads keeps the query's axes, unless `output_shape` decides the
    last.
    """
    if layer.values.get("output_shape") is None:
        return same(layer, shapes)
    return last("output_shape")(layer, shapes)


def encoded(*arguments: str, one_hot_appends: bool = True) -> Statement:
    """State that integers are kept, or that the size of a vocabulary is the last axis, or is
    appended.
    """

    def state(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
        mode = layer.values.get("output_mode")
        found, size = same(layer, shapes), decided(*arguments, "output_mode")
        if mode == "int":
            return found
        appends = one_hot_appends and mode == "one_hot" and shapes[0][1:][-1:] != (1,)
        return [*found, size] if appends else [*found[:-1], size]

    return state


def mixed(*arguments: str) -> Statement:
    """State that every axis but the batch may come from every axis and any of the arguments."""

    def state(layer: Bound, shapes: Sequence[Shape]) -> list[Effect]:
        axes = tuple((of, a) for of, shape in enumerate(shapes) for a in range(len(shape)))
        return [Effect(Kind.SCALED, axes, arguments)]  # of any number of axes: see `spread`

    return state


def spread(effects: Sequence[Effect], rank: int) -> tuple[Effect, ...]:
    """Return one effect an axis, where a statement was made for all axes at once."""
    one = len(effects) == 1 and rank > 1 and effects[0].kind is Kind.SCALED
    return tuple(effects) * rank if one else tuple(effects)
