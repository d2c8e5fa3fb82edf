"""Pooling layers, as in Keras's own `layers/pooling`."""

from __future__ import annotations

from kfix.findings import Finding
from kfix.findings.data import Rank
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.model.graph import Shape, Shapes
from kfix.model.unknown import Unknown
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.registry import image_rank, rule, spatial_dims
from kfix.shapes.sizes import Window, check_positive, join, split, strided
from kfix.shapes.tunable_arguments import PADDING, POOL_SIZE, STRIDES, choice, free
from kfix.shapes.values import Integers, channels_first, integers, item_of, refuse, value_of


def _strides(layer: Bound) -> Integers:
    n = spatial_dims(layer.cls)
    if value_of(layer, "strides") is None:
        return integers(layer, "pool_size", n, zero=True)
    return integers(layer, "strides", n, zero=True)


def _check_pooling(layer: Bound) -> None:
    integers(layer, "pool_size", spatial_dims(layer.cls))
    _strides(layer)
    channels_first(layer)


def _padding(layer: Bound) -> str:
    """Return the padding, which must be in lower case here; the constructor accepts anything."""
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
    effects=fx.windows("pool_size", "strides", "padding"),
    other_rank="unknown",
)
def pooling(layer: Bound, x: Shape) -> Shapes:
    """Pool each window of `pool_size` to one element; the channels stay.

    A spatial dim becomes `(dim - pool_size) // strides + 1` with `padding="valid"` and
    `(dim - 1) // strides + 1` with `"same"`. By default the strides are the `pool_size`. `None`
    stays `None`.

    Refused: another rank; a size of zero or less; strides of 0.
    """
    first = channels_first(layer)
    padding = _padding(layer)
    channels, sizes = split(x, first)
    strides = _strides(layer)
    if 0 in strides:
        raise refuse(layer, "strides", "positive integers", layer["strides"])
    windows = integers(layer, "pool_size", spatial_dims(layer.cls))
    spatial = [
        strided(size, Window(window, stride), padding)
        for size, window, stride in zip(sizes, windows, strides, strict=True)
    ]
    if padding == "valid":
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
    effects=fx.pooled,
)
def global_pooling(layer: Bound, x: Shape) -> Shapes:
    """Pool over all spatial dims: `(batch, channels)`, or with 1 for each of them for `keepdims`.

    Refused: another rank.
    """
    first = channels_first(layer)
    channels, sizes = split(x, first)
    if layer["keepdims"]:
        return join(x[0], channels, (1,) * len(sizes), first)
    return (x[0], channels)


def _output_size(layer: Bound) -> Integers:
    n = spatial_dims(layer.cls)
    value = value_of(layer, "output_size")
    if isinstance(value, int | Unknown):
        return (value,) * n
    if not isinstance(value, tuple | list) or len(value) != n:
        raise refuse(layer, "output_size", f"an integer, or a tuple of {n},", value)
    return tuple(item_of(layer, "output_size", item) for item in value)  # type: ignore[misc]


def _check_adaptive(layer: Bound) -> None:
    _output_size(layer)
    value = layer["data_format"]
    if value and value not in ("channels_first", "channels_last"):
        raise refuse(layer, "data_format", "'channels_last' or 'channels_first'", value)


def _rank_when_run(layer: Bound, x: Shape) -> Finding | None:
    """Return the refusal of an input of another rank; a 2D layer runs on a sequence, too."""
    rank = image_rank(layer.cls)
    if len(x) not in (rank, rank - (rank == 4)):
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
    effects=fx.adapted,
)
def adaptive_pooling(layer: Bound, x: Shape) -> Shapes:
    """Pool to `output_size`, whatever the input's size; the channels stay.

    Refused: nothing of the input when the model is built; another rank when it is run.
    """
    first = layer["data_format"] == "channels_first"
    least = 1
    if first:
        least = 2
    if len(x) < least:
        raise RankMismatch(layer.cls, expected=Rank(least, None), actual=x)
    return join(x[0], split(x, first)[0], _output_size(layer), first)
