"""ConvLSTM1D, ConvLSTM2D and ConvLSTM3D."""

from __future__ import annotations

from typing import Any

from kfix.findings import Finding
from kfix.findings.data import Rank
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Shape, Shapes
from kfix.model.unknown import Unknown
from kfix.shapes.binding import Bound
from kfix.shapes.registry import rule
from kfix.shapes.rules.rnn.cells import check_dropout, check_forget_bias
from kfix.shapes.rules.rnn.recurrent import RETURN_SEQUENCES, sequence
from kfix.shapes.sizes import channels_of, check_positive, join, product, strided
from kfix.shapes.tunable_arguments import FILTERS, KERNEL_SIZE, PADDING, STRIDES
from kfix.shapes.values import channels_first, channels_first_note, ints, padding, refuse, whole

_RANKS = {"ConvLSTM1D": 1, "ConvLSTM2D": 2, "ConvLSTM3D": 3}


def _check(layer: Bound) -> None:
    rank = _RANKS[layer.cls]
    ints(layer, "kernel_size", rank)
    strides = ints(layer, "strides", rank, zero=True)
    padding(layer)
    channels_first(layer)
    dilation = ints(layer, "dilation_rate", rank)
    if max(strides) > 1 and max(dilation) > 1:
        raise refuse(layer, "dilation_rate", "1, with strides above 1,", dilation)
    check_dropout(layer)


def _weights(layer: Bound, x: Shape) -> int | Unknown:
    filters: Any = layer.dim("filters")
    channels: Any = x[2] if channels_first(layer) else x[-1]
    window: Any = product(ints(layer, "kernel_size", _RANKS[layer.cls]))
    total: int | Unknown = 4 * window * filters * (channels + filters) + (
        4 * filters if layer["use_bias"] else 0
    )
    return total


def _output(layer: Bound, x: Shape) -> Shapes:
    """A convolution at every step: `(batch, *sizes, filters)`, the sizes as for `Conv1D` to `Conv3D`.

    With `return_sequences` the number of steps comes after the batch, with
    `return_state` two states `(batch, *sizes, filters)` follow. Refused: any rank but that of
    the convolution plus one, spatial dims or channels of `None`, a window that does not fit.
    """
    first = channels_first(layer)
    rank = _RANKS[layer.cls]
    if len(x) != rank + 3:
        raise RankMismatch(layer.cls, expected=Rank(rank + 3), actual=x)
    channels, spatial = (x[2], x[3:]) if first else (x[-1], x[2:-1])
    if None in spatial:
        raise DimNotDefined(layer.cls, expected="its spatial dims", actual=spatial)
    channels_of(layer.cls, channels)
    check_forget_bias(layer)
    filters = whole(layer, "filters")
    if isinstance(filters, int) and filters < 0:
        raise refuse(layer, "filters", "a positive integer", filters)
    kernel, strides = ints(layer, "kernel_size", rank), ints(layer, "strides", rank, zero=True)
    if any(isinstance(size, float) for size in kernel):
        raise refuse(layer, "kernel_size", "integers", layer.dim("kernel_size"))
    if 0 in strides:
        raise refuse(layer, "strides", "numbers above 0", layer.dim("strides"))
    windows = zip(spatial, kernel, strides, ints(layer, "dilation_rate", rank), strict=True)
    mode = padding(layer)
    if not isinstance(mode, str):
        raise refuse(layer, "padding", "'valid' or 'same'", mode)
    lengths = tuple(
        strided(size, window, stride, dilation, mode) for size, window, stride, dilation in windows
    )
    if mode == "valid":
        check_positive(layer.cls, lengths, spatial)
    step = join(x[0], filters, lengths, first)
    return sequence(layer, x, step, [step, step])


def _first_note(layer: Bound, x: Shape) -> Finding | None:
    return channels_first_note(layer) if layer.cls != "ConvLSTM3D" else None


_KNOBS = (RETURN_SEQUENCES, PADDING, STRIDES, KERNEL_SIZE, FILTERS)

for _cls, _rank in _RANKS.items():
    rule(
        _cls,
        check=_check,
        rank=_rank + 3,
        weights=_weights,
        parts=True,
        knobs=_KNOBS,
        at_run_time=_first_note,
        extra=("unroll", "zero_output_for_mask"),
    )(_output)
