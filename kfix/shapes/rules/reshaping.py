"""Layers that reshape, pad, crop and repeat, as in Keras's own `layers/reshaping`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from kfix.findings import Finding
from kfix.findings.data import Rank
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.findings.total_size_changed import TotalSizeChanged
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, require_known
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show
from kfix.shapes.registry import Knob, image_rank, rule, spatial_dims
from kfix.shapes.sizes import (
    add,
    check_positive,
    element_count,
    join,
    multiply,
    product,
    split,
    subtract,
)
from kfix.shapes.tunable_arguments import SIZE, free
from kfix.shapes.values import (
    Integers,
    channels_first,
    integer,
    integers,
    pairs,
    refuse,
    value_of,
)


@rule(
    "Flatten",
    check=channels_first,  # type: ignore[arg-type]
    min_rank=1,
    effects=fx.flattened,
)
def flatten(layer: Bound, x: Shape) -> Shapes:
    """Return `(batch, product of the other dims)`.

    `(batch, None)` when one of these is `None`, `(batch, 1)` for `(batch,)`.

    Refused: nothing but a tensor without a batch.
    """
    return (x[0], element_count(x[1:]))


def _target_shape(layer: Bound) -> tuple[Dim, ...]:
    """Return `target_shape`; a value that is not an integer is a `None` to Keras."""
    value = require_known(value_of(layer, "target_shape"))
    if not isinstance(value, tuple | list | str):
        raise refuse(layer, "target_shape", "a tuple of integers", value)
    dims = tuple(dim if isinstance(dim, int | Unknown) else None for dim in value)
    integers_given = [dim for dim in dims if isinstance(dim, int)]
    if any(dim < -1 for dim in integers_given) or integers_given.count(-1) > 1:
        expected = "non-negative integers and at most one -1"
        raise refuse(layer, "target_shape", expected, value)
    return dims


def _reshape_when_run(layer: Bound, x: Shape) -> Finding | None:
    """Return what Keras refuses when it runs: a `None` in the target is then a -1.

    There may be one -1, and the rest must divide the number of elements.
    """
    target = _target_shape(layer)
    if None not in target:
        return None
    written = show(layer["target_shape"])
    if sum(dim is None or dim == -1 for dim in target) > 1:
        return RefusedWhenRun(layer.cls, expected="at most one None or -1", actual=written)
    total, rest = element_count(x[1:]), product([dim for dim in target if dim is not None])
    if isinstance(total, int) and isinstance(rest, int) and (not rest or total % rest):
        expected = f"a target_shape of {total} elements"
        return RefusedWhenRun(layer.cls, expected=expected, actual=written)
    return None


@rule(
    "Reshape",
    check=_target_shape,  # type: ignore[arg-type]
    knobs=(free("target_shape"),),
    at_run_time=_reshape_when_run,
    effects=fx.laid_out,
)
def reshape(layer: Bound, x: Shape) -> Shapes:
    """Return `(batch, *target_shape)`, where one -1 stands for what is left over.

    A `None` among the other dims of the input (or in the target) leaves the -1 a `None`, and
    nothing is compared.

    Refused: another number of elements; a -1 where the rest does not divide them; two -1, or
    integers below it.
    """
    target = _target_shape(layer)
    batch, total = x[:1], element_count(x[1:])
    if total is None or None in target:
        return (*batch, *(None if dim == -1 else dim for dim in target))
    rest = product([dim for dim in target if dim != -1])
    if isinstance(rest, Unknown):
        return (*batch, *(rest if dim == -1 else dim for dim in target))
    if isinstance(total, int) and not _fits(total, rest, -1 in target):
        raise TotalSizeChanged(layer.cls, expected=(*batch, *target), actual=x)
    return (*batch, *(total // rest if dim == -1 else dim for dim in target))


def _fits(total: int, rest: int, free: bool) -> bool:
    """Return whether `total` elements fit into `rest` of them, times what is left if `free`."""
    if not free:
        return total == rest
    return rest != 0 and total % rest == 0


def _dims(layer: Bound) -> tuple[int, ...]:
    dims = layer["dims"]
    if isinstance(dims, tuple | list) and all(isinstance(dim, int | Unknown) for dim in dims):
        order = tuple(map(require_known, dims))
        if sorted(order) == list(range(1, len(order) + 1)):
            return order
    raise refuse(layer, "dims", "a permutation of 1, 2, …", dims)


def _orders(layer: Bound, x: Shape) -> Iterator[object]:
    """Return every other order of the axes, those first that leave the first ones in place."""
    axes = range(1, len(x))
    return (order for order in permutations(axes) if order != tuple(axes))


@rule(
    "Permute",
    check=_dims,  # type: ignore[arg-type]
    knobs=(Knob("dims", _orders),),
    effects=fx.permuted,
)
def permute(layer: Bound, x: Shape) -> Shapes:
    """Return the batch and the other dims in the order of `dims`, which count from 1.

    Refused: another rank than `dims` and the batch have; `dims` that are not a permutation.
    """
    dims = _dims(layer)
    if len(x) != len(dims) + 1:
        raise RankMismatch(layer.cls, expected=Rank(len(dims) + 1), actual=x)
    return (x[0], *(x[dim] for dim in dims))


def _check_n(layer: Bound) -> None:
    integer(layer, "n", 1, boolean=False)


@rule(
    "RepeatVector",
    check=_check_n,
    rank=2,
    knobs=(free("n"),),
    effects=fx.repeated,
)
def repeat_vector(layer: Bound, x: Shape) -> Shapes:
    """Return `(batch, n, features)` for `(batch, features)`.

    Refused: another rank than 2; an `n` that is not a positive integer.
    """
    return (x[0], integer(layer, "n"), x[1])


def _check_size(layer: Bound) -> None:
    if layer.cls == "UpSampling1D":
        integer(layer, "size", 1, boolean=False)
        return
    channels_first(layer)
    integers(layer, "size", spatial_dims(layer.cls))
    if layer.cls == "UpSampling2D" and not isinstance(layer["interpolation"], str):
        raise refuse(layer, "interpolation", "a name", layer["interpolation"])


_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


def _interpolation_when_run(layer: Bound, x: Shape) -> Finding | None:
    name = "nearest"
    if layer.cls == "UpSampling2D":
        name = layer["interpolation"]
    if isinstance(name, str) and name.lower() not in _INTERPOLATIONS:
        return RefusedWhenRun(
            layer.cls, expected=" or ".join(_INTERPOLATIONS), actual=f"interpolation={name!r}"
        )
    return None


@rule(
    "UpSampling1D",
    "UpSampling2D",
    "UpSampling3D",
    check=_check_size,
    rank=image_rank,
    knobs=(SIZE,),
    at_run_time=_interpolation_when_run,
    effects=fx.windows("size"),
    other_rank="fewer refused",
)
def up_sampling(layer: Bound, x: Shape) -> Shapes:
    """Multiply each spatial dim by `size`; `None` stays `None`.

    Refused: another rank. `UpSampling1D` accepts only one integer as `size`.
    """
    n = spatial_dims(layer.cls)
    first = n > 1 and channels_first(layer)
    channels, sizes = split(x, first)
    return join(x[0], channels, [*map(multiply, sizes, integers(layer, "size", n))], first)


def _padding(layer: Bound) -> tuple[Integers, ...]:
    n = spatial_dims(layer.cls)
    if n == 1:
        return (integers(layer, "padding", 2, zero=True),)
    return pairs(layer, "padding", n, negative=True)


def _check_padding(layer: Bound) -> None:
    channels_first(layer)
    _padding(layer)


def _negative_when_run(layer: Bound, x: Shape) -> Finding | None:
    if any(isinstance(side, int) and side < 0 for pair in _padding(layer) for side in pair):
        return RefusedWhenRun(layer.cls, expected="a padding of 0 or more", actual=layer["padding"])
    return None


@rule(
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    check=_check_padding,
    rank=image_rank,
    knobs=(free("padding"),),
    at_run_time=_negative_when_run,
    effects=fx.windows("padding"),
    other_rank="fewer unknown",
)
def zero_padding(layer: Bound, x: Shape) -> Shapes:
    """Add the padding before and after to each spatial dim.

    Refused: another rank.
    """
    first = channels_first(layer)
    channels, sizes = split(x, first)
    added = [before + after for before, after in _padding(layer)]
    return join(x[0], channels, [*map(add, sizes, added)], first)


def _cropping(layer: Bound) -> tuple[Integers, ...]:
    n = spatial_dims(layer.cls)
    if n == 1:
        return (integers(layer, "cropping", 2, zero=True),)
    return pairs(layer, "cropping", n, negative=False)


def _check_cropping(layer: Bound) -> None:
    if layer.cls != "Cropping1D":
        channels_first(layer)
    _cropping(layer)


@rule(
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    check=_check_cropping,
    rank=image_rank,
    knobs=(free("cropping"),),
    effects=fx.windows("cropping"),
    other_rank="fewer unknown",
)
def cropping(layer: Bound, x: Shape) -> Shapes:
    """Subtract the cropping before and after from each spatial dim.

    Refused: another rank; a cropping that leaves nothing.
    """
    first = layer.cls != "Cropping1D" and channels_first(layer)
    channels, sizes = split(x, first)
    removed = [before + after for before, after in _cropping(layer)]
    spatial = [*map(subtract, sizes, removed)]
    check_positive(layer.cls, spatial, x)
    return join(x[0], channels, spatial, first)
