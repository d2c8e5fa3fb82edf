"""ConvLSTM1D, ConvLSTM2D and ConvLSTM3D."""

from __future__ import annotations

from collections.abc import Sequence

from kfix.findings import Finding
from kfix.findings.data import Rank
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.registry import rule
from kfix.shapes.rules.rnn.cells import check_dropout, check_forget_bias
from kfix.shapes.rules.rnn.recurrent import RETURN_SEQUENCES, sequence
from kfix.shapes.sizes import Window, channels_of, check_positive, join, product, split, strided
from kfix.shapes.tunable_arguments import FILTERS, KERNEL_SIZE, PADDING, STRIDES
from kfix.shapes.values import (
    channels_first,
    channels_first_note,
    counted,
    integer,
    integers,
    padding,
    padding_mode,
    refuse,
)

_RANKS = {"ConvLSTM1D": 1, "ConvLSTM2D": 2, "ConvLSTM3D": 3}


def _check(layer: Bound) -> None:
    rank = _RANKS[layer.cls]
    integers(layer, "kernel_size", rank)
    strides = integers(layer, "strides", rank, zero=True)
    padding(layer)
    channels_first(layer)
    dilation = integers(layer, "dilation_rate", rank)
    # Keras 3.15 has no strides together with a dilation.
    if max(strides) > 1 and max(dilation) > 1:
        raise refuse(layer, "dilation_rate", "1, with strides above 1,", dilation)
    check_dropout(layer)


def _weights(layer: Bound, x: Shape) -> int | Unknown:
    filters = integer(layer, "filters")
    last, _ = split((x[0], *x[2:]), channels_first(layer))
    channels = channels_of(layer.cls, last)

    window = product(integers(layer, "kernel_size", _RANKS[layer.cls]))
    bias = counted(layer["use_bias"], filters)
    return 4 * (window * filters * (channels + filters) + bias)


def _output(layer: Bound, x: Shape) -> Shapes:
    """Convolve every time step: `(batch, *sizes, filters)`, with the sizes of `Conv1D` to `Conv3D`.

    With `return_sequences` the number of steps comes after the batch; with `return_state` two
    states `(batch, *sizes, filters)` follow.

    Refused: another rank than that of the convolution and one; spatial dims or channels of `None`;
    a window that does not fit.
    """
    rank = _RANKS[layer.cls]
    if len(x) != rank + 3:
        raise RankMismatch(layer.cls, expected=Rank(rank + 3), actual=x)
    first = channels_first(layer)
    channels, spatial = split((x[0], *x[2:]), first)
    if None in spatial:
        raise DimNotDefined(layer.cls, expected="its spatial dims", actual=spatial)
    channels_of(layer.cls, channels)
    check_forget_bias(layer)
    filters = integer(layer, "filters", 0)
    sizes = _sizes(layer, spatial, rank)
    step = join(x[0], filters, sizes, first)
    return sequence(layer, x, step, [step, step])


def _sizes(layer: Bound, spatial: Shape, rank: int) -> Sequence[Dim]:
    """Return the spatial dims after one step; raise `BadArgument`, `SizeNotPositive`."""
    kernel = integers(layer, "kernel_size", rank)
    if any(isinstance(size, float) for size in kernel):
        raise refuse(layer, "kernel_size", "integers", layer.dim("kernel_size"))
    strides = integers(layer, "strides", rank, zero=True)
    if 0 in strides:
        raise refuse(layer, "strides", "positive integers", layer.dim("strides"))
    mode = padding_mode(layer)
    windows = map(Window, kernel, strides, integers(layer, "dilation_rate", rank))
    sizes = [strided(size, window, mode) for size, window in zip(spatial, windows, strict=True)]
    if mode == "valid":
        check_positive(layer.cls, sizes, spatial)
    return sizes


def _channels_first_note(layer: Bound, x: Shape) -> Finding | None:
    if layer.cls != "ConvLSTM3D":
        return channels_first_note(layer)
    return None


_EFFECTS = fx.filmed("kernel_size", "strides", "dilation_rate", "padding")
_KNOBS = (RETURN_SEQUENCES, PADDING, STRIDES, KERNEL_SIZE, FILTERS)

for _cls, _rank in _RANKS.items():
    rule(
        _cls,
        check=_check,
        rank=_rank + 3,
        weights=_weights,
        parts=True,
        knobs=_KNOBS,
        at_run_time=_channels_first_note,
        extra=("unroll", "zero_output_for_mask"),
        effects=_EFFECTS,
    )(_output)
