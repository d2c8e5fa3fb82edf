"""Poolings, as in Keras's own `layers/pooling`."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.data import Rank
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.model.graph import Shape, Shapes
from kfix.model.unknown import Unknown
from kfix.shapes.binding import Bound
from kfix.shapes.registry import image_rank, rule, spatial_dims
from kfix.shapes.sizes import check_positive, join, split, strided
from kfix.shapes.tunable_arguments import PADDING, POOL_SIZE, STRIDES, choice, free
from kfix.shapes.values import Ints, channels_first, ints, known, refuse


def _strides(layer: Bound) -> Ints:
    n = spatial_dims(layer.cls)
    if known(layer, "strides") is None:
        return ints(layer, "pool_size", n, zero=True)
    return ints(layer, "strides", n, zero=True)


def _check_pooling(layer: Bound) -> None:
    ints(layer, "pool_size", spatial_dims(layer.cls))
    _strides(layer)
    channels_first(layer)


def _small(layer: Bound) -> str:
    """The padding; the constructor takes anything, the call does not."""
    value = layer["padding"]
    if value not in ("valid", "same"):
        raise refuse(layer, "padding", "'valid' or 'same'", value)
    return str(value)


@rule(
    "MaxPooling1D",
    "MaxPooling2D",
    "MaxPooling3D",
    "AveragePooling1D",
    "AveragePooling2D",
    "AveragePooling3D",
    check=_check_pooling,
    rank=image_rank,
    knobs=(POOL_SIZE, STRIDES, PADDING),
)
def pooling(layer: Bound, x: Shape) -> Shapes:
    """The largest or the mean of each window of `pool_size`; the channels stay.

    A spatial dim becomes `(dim - pool_size) // strides + 1` with
    `padding="valid"` and `(dim - 1) // strides + 1` with `"same"`. Without
    `strides` they are the `pool_size`. `None` stays `None`.

    Refused: another rank; a size of zero or less; strides of 0.
    """
    n = spatial_dims(layer.cls)
    first = channels_first(layer)
    how = _small(layer)
    channels, sizes = split(x, first)
    strides = _strides(layer)
    if 0 in strides:
        raise refuse(layer, "strides", "positive integers", layer["strides"])
    windows = ints(layer, "pool_size", n)
    spatial = [
        strided(size, window, stride, 1, how)
        for size, window, stride in zip(sizes, windows, strides, strict=True)
    ]
    if how == "valid":
        check_positive(layer.cls, spatial, x)
    return join(x[0], channels, spatial, first)


@rule(
    "GlobalMaxPooling1D",
    "GlobalMaxPooling2D",
    "GlobalMaxPooling3D",
    "GlobalAveragePooling1D",
    "GlobalAveragePooling2D",
    "GlobalAveragePooling3D",
    check=channels_first,  # type: ignore[arg-type]
    rank=image_rank,
    knobs=(choice("keepdims", False, True),),
)
def global_pooling(layer: Bound, x: Shape) -> Shapes:
    """The largest or the mean over all spatial dims: `(batch, channels)`, or with ones for them where `keepdims`.

    Refused: another rank.
    """
    first = channels_first(layer)
    channels, sizes = split(x, first)
    if layer["keepdims"]:
        return join(x[0], channels, (1,) * len(sizes), first)
    return (x[0], channels)


def _output_size(layer: Bound) -> Ints:
    n = spatial_dims(layer.cls)
    value = known(layer, "output_size")
    if isinstance(value, Unknown):
        return (value,) * n
    if isinstance(value, int):
        return (value,) * n
    if not isinstance(value, tuple | list) or len(value) != n:
        raise refuse(
            layer,
            "output_size",
            "an integer" if n == 1 else f"an integer or {n} of them",
            value,
        )
    return tuple(value)


def _check_adaptive(layer: Bound) -> None:
    _output_size(layer)
    value = layer["data_format"]
    if value and value not in ("channels_first", "channels_last"):
        raise refuse(layer, "data_format", "'channels_last' or 'channels_first'", value)


def _rank_when_run(layer: Bound, x: Shape) -> Finding | None:
    rank = image_rank(layer.cls)
    if len(x) != rank:
        return RefusedWhenRun(layer.cls, expected=Rank(rank), actual=x)
    return None


@rule(
    "AdaptiveMaxPooling1D",
    "AdaptiveMaxPooling2D",
    "AdaptiveMaxPooling3D",
    "AdaptiveAveragePooling1D",
    "AdaptiveAveragePooling2D",
    "AdaptiveAveragePooling3D",
    check=_check_adaptive,
    knobs=(free("output_size"),),
    at_run_time=_rank_when_run,
)
def adaptive_pooling(layer: Bound, x: Shape) -> Shapes:
    """Pools to `output_size`, whatever the input's size; the channels stay.

    Refused: nothing of the input when the model is built. Running it needs
    the right rank.
    """
    first = layer["data_format"] == "channels_first"
    least = 2 if first else 1
    if len(x) < least:
        raise RankMismatch(layer.cls, expected=Rank(least, None), actual=x)
    return join(x[0], x[1] if first else x[-1], _output_size(layer), first)
