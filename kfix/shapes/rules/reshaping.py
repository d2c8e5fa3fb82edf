"""Layers that rearrange, as in Keras's own `layers/reshaping`."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.data import Rank
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.findings.size_not_positive import SizeNotPositive
from kfix.findings.total_size_changed import TotalSizeChanged
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show
from kfix.shapes.registry import image_rank, rule, spatial_dims
from kfix.shapes.sizes import join, product, split
from kfix.shapes.tunable_arguments import SIZE, free
from kfix.shapes.values import Ints, channels_first, ints, known, pairs, refuse


@rule("Flatten", check=channels_first, min_rank=1)  # type: ignore[arg-type]
def flatten(layer: Bound, x: Shape) -> Shapes:
    """`(batch, product of the other dims)`; `(batch, None)` when one of them is `None`; `(batch, 1)` of `(batch,)`.

    Refused: nothing but a tensor without a batch.
    """
    return (x[0], None if None in x[1:] else product(x[1:]))


def _target_shape(layer: Bound) -> tuple[Dim, ...]:
    """`target_shape`; a value that is no integer is a `None` to Keras."""
    value = known(layer, "target_shape")
    if isinstance(value, Unknown):
        raise UnknownUsed(value)
    if not isinstance(value, tuple | list | str):
        raise refuse(layer, "target_shape", "a tuple of integers", value)
    dims = tuple(dim if isinstance(dim, int | Unknown) else None for dim in value)
    numbers = [dim for dim in dims if isinstance(dim, int)]
    if any(dim < -1 for dim in numbers) or numbers.count(-1) > 1:
        raise refuse(layer, "target_shape", "non-negative integers and at most one -1", value)
    return dims


def _reshape_when_run(layer: Bound, x: Shape) -> Finding | None:
    """A `None` in the target becomes a -1 when it runs, of which there may be one, and which must divide."""
    target, rest = _target_shape(layer), x[1:]
    if None not in target:
        return None
    written = show(layer["target_shape"])
    if sum(dim is None or dim == -1 for dim in target) > 1:
        return RefusedWhenRun(layer.cls, expected="at most one None or -1", actual=written)
    if None in rest:
        return None
    total, given = product(rest), product([dim for dim in target if dim is not None])
    if isinstance(total, int) and isinstance(given, int) and (not given or total % given):
        return RefusedWhenRun(
            layer.cls, expected=f"a target_shape of {total} elements", actual=written
        )
    return None


@rule("Reshape", check=_target_shape, knobs=(free("target_shape"),), at_run_time=_reshape_when_run)  # type: ignore[arg-type]
def reshape(layer: Bound, x: Shape) -> Shapes:
    """`(batch, *target_shape)`, where one -1 stands for what is left over.

    A `None` among the other dims of the input (or in the target) leaves the
    -1 a `None`, and nothing is compared.

    Refused: another number of elements; a -1 for a number that does not
    divide; two -1, or numbers below it.
    """
    target = _target_shape(layer)
    rest = x[1:]
    if None in rest or None in target:
        return (x[0], *(None if dim == -1 else dim for dim in target))
    total = product(rest)
    if -1 not in target:
        wanted = product(target)
        if isinstance(total, int) and isinstance(wanted, int) and total != wanted:
            raise TotalSizeChanged(layer.cls, expected=(x[0], *target), actual=x)
        return (x[0], *target)
    given = product([dim for dim in target if dim != -1])
    if isinstance(total, int) and isinstance(given, int) and (given == 0 or total % given != 0):
        raise TotalSizeChanged(layer.cls, expected=(x[0], *target), actual=x)
    left = given if isinstance(given, Unknown) else total // given
    return (x[0], *(left if dim == -1 else dim for dim in target))


def _dims(layer: Bound) -> tuple[int, ...]:
    value = layer["dims"]
    if not isinstance(value, tuple | list) or not all(
        isinstance(dim, int | Unknown) for dim in value
    ):
        raise refuse(layer, "dims", "a permutation of 1, 2, …", value)
    for dim in value:
        if isinstance(dim, Unknown):
            raise UnknownUsed(dim)
    if sorted(value) != list(range(1, len(value) + 1)):
        raise refuse(layer, "dims", "a permutation of 1, 2, …", value)
    return tuple(value)


@rule("Permute", check=_dims)  # type: ignore[arg-type]
def permute(layer: Bound, x: Shape) -> Shapes:
    """The dims but the batch in the order of `dims`, counted from 1.

    Refused: another rank than `dims` has and one; `dims` that are no permutation.
    """
    dims = _dims(layer)
    if len(x) != len(dims) + 1:
        raise RankMismatch(layer.cls, expected=Rank(len(dims) + 1), actual=x)
    return (x[0], *(x[dim] for dim in dims))


def _check_n(layer: Bound) -> None:
    _plain_int(layer, "n")


def _plain_int(layer: Bound, name: str) -> None:
    value = known(layer, name)
    if not isinstance(value, Unknown) and (
        not isinstance(value, int) or isinstance(value, bool) or value <= 0
    ):
        raise refuse(layer, name, "a positive integer", value)


@rule("RepeatVector", check=_check_n, rank=2, knobs=(free("n"),))
def repeat_vector(layer: Bound, x: Shape) -> Shapes:
    """`(batch, n, features)` of `(batch, features)`.

    Refused: another rank than 2.
    """
    return (x[0], known(layer, "n"), x[1])  # type: ignore[return-value]


def _check_size(layer: Bound) -> None:
    if layer.cls == "UpSampling1D":
        _plain_int(layer, "size")
        return
    channels_first(layer)
    ints(layer, "size", spatial_dims(layer.cls))
    if layer.cls == "UpSampling2D" and not isinstance(layer["interpolation"], str):
        raise refuse(layer, "interpolation", "a name", layer["interpolation"])


_INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")


def _interpolation_when_run(layer: Bound, x: Shape) -> Finding | None:
    name = layer["interpolation"] if layer.cls == "UpSampling2D" else "nearest"
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
)
def up_sampling(layer: Bound, x: Shape) -> Shapes:
    """Each spatial dim times `size`; `None` stays `None`.

    Refused: another rank; `UpSampling1D` takes an integer alone as `size`.
    """
    n = spatial_dims(layer.cls)
    first = n > 1 and channels_first(layer)
    channels, sizes = split(x, first)
    factors = ints(layer, "size", n)
    spatial = [
        None if size is None else size * factor for size, factor in zip(sizes, factors, strict=True)
    ]
    return join(x[0], channels, spatial, first)


def _padding(layer: Bound) -> tuple[Ints, ...]:
    n = spatial_dims(layer.cls)
    if n == 1:
        return (ints(layer, "padding", 2, zero=True),)
    return pairs(layer, "padding", n, negative=True)


def _check_padding(layer: Bound) -> None:
    channels_first(layer)
    _padding(layer)


def _negative_when_run(layer: Bound, x: Shape) -> Finding | None:
    if any(isinstance(side, int) and side < 0 for pair in _padding(layer) for side in pair):
        return RefusedWhenRun(
            layer.cls, expected="a padding of 0 or more", actual=str(layer["padding"])
        )
    return None


@rule(
    "ZeroPadding1D",
    "ZeroPadding2D",
    "ZeroPadding3D",
    check=_check_padding,
    rank=image_rank,
    knobs=(free("padding"),),
    at_run_time=_negative_when_run,
)
def zero_padding(layer: Bound, x: Shape) -> Shapes:
    """Each spatial dim plus the zeros before and after it.

    Refused: another rank.
    """
    first = channels_first(layer)
    channels, sizes = split(x, first)
    spatial = [
        None if size is None else size + before + after
        for size, (before, after) in zip(sizes, _padding(layer), strict=True)
    ]
    return join(x[0], channels, spatial, first)


def _cropping(layer: Bound) -> tuple[Ints, ...]:
    n = spatial_dims(layer.cls)
    if n == 1:
        return (ints(layer, "cropping", 2, zero=True),)
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
)
def cropping(layer: Bound, x: Shape) -> Shapes:
    """Each spatial dim less what is cut off before and after it.

    Refused: another rank; a cut that leaves nothing.
    """
    first = layer.cls != "Cropping1D" and channels_first(layer)
    channels, sizes = split(x, first)
    spatial = [
        None if size is None else size - before - after
        for size, (before, after) in zip(sizes, _cropping(layer), strict=True)
    ]
    if any(isinstance(size, int) and size <= 0 for size in spatial):
        raise SizeNotPositive(layer.cls, expected=x, actual=tuple(spatial))
    return join(x[0], channels, spatial, first)
