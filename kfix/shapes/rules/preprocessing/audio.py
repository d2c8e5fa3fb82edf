"""STFTSpectrogram and MelSpectrogram."""

from __future__ import annotations

from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, require_known
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.registry import rule
from kfix.shapes.sizes import Window, check_positive, split, strided
from kfix.shapes.values import (
    channels_first,
    check_choice,
    check_number,
    integer,
    optional_integer,
    refuse,
    value_of,
)

# --- STFTSpectrogram ------------------------------------------------------------------------------

_MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")


def _check_stft(layer: Bound) -> None:
    length = integer(layer, "frame_length", 1)
    if isinstance(length, int):
        check_number(
            layer,
            "frame_step",
            1,
            length,
            expected=f"an integer from 1 to {length}",
            optional=True,
        )
        fft = value_of(layer, "fft_length")
        if not isinstance(fft, Unknown | None) and not (isinstance(fft, int) and fft >= length):
            raise refuse(layer, "fft_length", f"an integer from {length} on", fft)
    check_choice(layer, "mode", _MODES, "a mode of STFTSpectrogram")
    check_choice(layer, "scaling", (None, "density", "spectrum"))
    check_choice(layer, "padding", ("valid", "same"))
    channels_first(layer)


def _frequencies(layer: Bound) -> int | Unknown:
    """Return the number of frequencies: half of the FFT, which has a power of 2 by default."""
    length, fft = integer(layer, "frame_length", 1), optional_integer(layer, "fft_length")
    if not fft:
        fft = length
        if isinstance(length, int):
            fft = 1 << (length - 1).bit_length()
    return fft // 2 + 1


def _stft_weights(layer: Bound, x: Shape) -> int | Unknown:
    kernels = 2
    if layer["mode"] in ("real", "imag"):
        kernels = 1
    return kernels * integer(layer, "frame_length", 1) * _frequencies(layer)


@rule(
    "STFTSpectrogram",
    check=_check_stft,
    weights=_stft_weights,
    rank=3,
    effects=fx.mixed(
        "mode",
        "frame_length",
        "frame_step",
        "fft_length",
        "padding",
        "expand_dims",
        "data_format",
        "periodic",
        "scaling",
        "window",
    ),
)
def stft_spectrogram(layer: Bound, x: Shape) -> Shapes:
    """Return `(batch, frames, frequencies * channels)`.

    With `expand_dims` it is `(batch, frames, frequencies, channels)`. The frames are those of a
    convolution of `frame_length` with strides of `frame_step`; there are `fft_length // 2 + 1`
    frequencies, twice as many in mode "stft".

    Refused: another rank; channels of `None`; a signal that is shorter than a frame.
    """
    first = channels_first(layer)
    channels, (size,) = split(x, first)
    if channels is None:
        raise DimNotDefined(layer.cls, expected="its channels", actual=None)
    frames = _frames(layer, x, size)
    found = _frequencies(layer)
    if layer["mode"] == "stft":
        found = found * 2
    if layer["expand_dims"]:
        if first:
            return (x[0], channels, frames, found)
        return (x[0], frames, found, channels)
    found = found * channels
    if first:
        return (x[0], found, frames)
    return (x[0], frames, found)


def _frames(layer: Bound, x: Shape, size: Dim) -> Dim:
    """Return the number of frames of a signal of this size; raise `SizeNotPositive`."""
    length = integer(layer, "frame_length", 1)
    step = value_of(layer, "frame_step") or length // 2
    if not isinstance(step, int | float | Unknown) or step == 0:
        raise refuse(layer, "frame_step", "a positive number", step)
    window = Window(length, step)  # type: ignore[arg-type]
    frames = strided(size, window, layer["padding"])
    if layer["padding"] == "valid":
        check_positive(layer.cls, (frames,), x)
    return frames


# --- MelSpectrogram -------------------------------------------------------------------------------


def _check_mel(layer: Bound) -> None:
    fft = require_known(value_of(layer, "fft_length"))
    length = require_known(value_of(layer, "sequence_length"))
    if not length and not isinstance(fft, int | float | str):
        raise refuse(layer, "fft_length", "a number", fft)
    known = isinstance(fft, int | float) and isinstance(length, int | float)
    if length and not (known and fft >= length):  # type: ignore[operator]
        raise refuse(layer, "fft_length", f"a number from {length} on", fft)
    if layer["max_freq"] is None:
        check_number(layer, "sampling_rate")


def _stride(layer: Bound, samples: Dim) -> int | float | Unknown:
    """Return the sequence stride, which Keras accepts as a float where it divides nothing."""
    stride = value_of(layer, "sequence_stride")
    if samples is None and isinstance(stride, float):
        return stride
    return integer(layer, "sequence_stride")


@rule(
    "MelSpectrogram",
    check=_check_mel,
    min_rank=1,
    effects=fx.mixed("fft_length", "sequence_stride", "sequence_length", "num_mel_bins"),
)
def mel_spectrogram(layer: Bound, x: Shape) -> Shapes:
    """Return `(batch, num_mel_bins, (samples + stride + 1) // stride)`, without weights.

    The batch is left out for a single signal.

    Refused: a stride of 0; sizes below 0.
    """
    samples = x[0]
    if len(x) > 1:
        samples = x[1]
    stride, bins = _stride(layer, samples), integer(layer, "num_mel_bins")
    if samples is not None:
        if stride == 0:
            raise refuse(layer, "sequence_stride", "a number other than 0", stride)
        samples = (samples + stride + 1) // stride  # type: ignore[assignment]
    if any(isinstance(dim, int) and dim < 0 for dim in (bins, samples)):
        raise RankMismatch(layer.cls, expected="non-negative sizes", actual=(bins, samples))
    if len(x) == 1:
        return (bins, samples)
    return (x[0], bins, samples)
