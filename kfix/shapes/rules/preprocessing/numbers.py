"""Rescaling, Normalization, Discretization, spectrograms and Pipeline."""

from __future__ import annotations

from typing import Any

from kfix.findings.axis_out_of_range import AxisOutOfRange
from kfix.findings.bad_argument import BadArgument
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.inputs_do_not_match import InputsDoNotMatch
from kfix.findings.rank_mismatch import RankMismatch
from kfix.model.graph import Array, Layer, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show
from kfix.shapes.registry import rule
from kfix.shapes.sizes import check_positive, product, strided
from kfix.shapes.trace_result import Traced
from kfix.shapes.values import channels_first, known, refuse


@rule("Rescaling", many=True)
def rescaling(layer: Bound, x: Shapes) -> Shapes:
    """The shape stays (of several inputs too); no weights."""
    if isinstance(x, Unknown):
        raise UnknownUsed(x)
    return x


# --- Normalization --------------------------------------------------------------------------------


def _axes(layer: Bound) -> tuple[Any, ...]:
    axis = layer["axis"]
    if axis is None:
        return ()
    if isinstance(axis, int):
        return (axis,)
    if not isinstance(axis, list | tuple | str):
        raise refuse(layer, "axis", "integers", axis)
    return tuple(axis)


def _array_shape(value: object) -> Shape | Unknown:
    """`numpy.shape(value)`."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Array):
        return value.shape
    dims: list[int] = []
    while isinstance(value, list | tuple):
        dims.append(len(value))
        if not value:
            break
        value = value[0]
    return tuple(dims)


def _check_normalization(layer: Bound) -> None:
    axes = _axes(layer)
    mean, variance = layer.dim("mean"), layer.dim("variance")
    if (mean is None) != (variance is None):
        raise BadArgument(layer.cls, expected="both mean and variance", actual="one of them")
    if mean is None:
        return
    shapes = _array_shape(mean), _array_shape(variance)
    if isinstance(shapes[0], Unknown) or isinstance(shapes[1], Unknown):
        return
    if shapes[0] != shapes[1]:
        raise refuse(layer, "mean and variance", "one shape", shapes)
    if len(shapes[0]) > len(axes):
        raise refuse(layer, "mean", f"a rank of {len(axes)} at most", shapes[0])


def _kept(layer: Bound, x: Shape) -> list[int]:
    axes = _axes(layer)
    for axis in axes:
        if isinstance(axis, Unknown):
            raise UnknownUsed(axis)
        if not isinstance(axis, int) or not -len(x) <= axis < len(x):
            raise AxisOutOfRange(layer.cls, expected=x, actual=axis)
    return sorted(axis % len(x) for axis in axes)


def _normalization_weights(layer: Bound, x: Shape) -> int | Unknown:
    if layer.dim("mean") is not None:
        return 0
    return 2 * product([x[axis] for axis in _kept(layer, x)]) + 1


@rule(
    "Normalization",
    check=_check_normalization,
    weights=_normalization_weights,
    untrained=_normalization_weights,
)
def normalization(layer: Bound, x: Shape) -> Shapes:
    """The shape stays. A mean and a variance for the dims on `axis`, which must be numbers, and a count, not trained.

    With `mean` and `variance` given there are no weights, but they must fit.
    """
    kept = _kept(layer, x)
    dims = [x[axis] for axis in kept]
    if None in dims:
        raise DimNotDefined(layer.cls, expected="the dims on its axis", actual=tuple(dims))
    mean = layer.dim("mean")
    if isinstance(mean, str):
        raise refuse(layer, "mean", "numbers", mean)
    shape = () if mean is None else _array_shape(mean)
    if isinstance(shape, tuple):
        for have, want in zip(reversed(shape), reversed(dims), strict=False):
            if isinstance(have, int) and isinstance(want, int) and have not in (1, want):
                raise InputsDoNotMatch(
                    layer.cls, expected=f"a mean of shape {show(tuple(dims))}", actual=shape
                )
    return x


# --- Discretization -------------------------------------------------------------------------------

_MODES = ("int", "one_hot", "multi_hot", "count")


def check_mode(layer: Bound, modes: tuple[str, ...]) -> None:
    """Refuses an `output_mode` that is none of `modes`."""
    mode = known(layer, "output_mode")
    if not isinstance(mode, Unknown) and mode not in modes:
        raise refuse(layer, "output_mode", " or ".join(map(repr, modes)), mode)
    sparse = known(layer, "sparse")
    if sparse and not isinstance(sparse, Unknown) and mode == "int":
        raise refuse(layer, "sparse", "False, with output_mode 'int',", True)


def _check_discretization(layer: Bound) -> None:
    check_mode(layer, _MODES)
    bins, boundaries = known(layer, "num_bins"), known(layer, "bin_boundaries")
    if (
        bins is not None
        and not isinstance(bins, Unknown)
        and not (isinstance(bins, int | float) and bins >= 0)
    ):
        raise refuse(layer, "num_bins", "an integer", bins)
    if (bins is None) == (boundaries is None) and not isinstance(bins, Unknown):
        raise BadArgument(layer.cls, expected="num_bins or bin_boundaries", actual="both or none")


def _depth(layer: Bound) -> Any:
    boundaries = layer.dim("bin_boundaries")
    if boundaries is None:
        bins = layer.dim("num_bins")
        if isinstance(bins, float):
            raise refuse(layer, "num_bins", "an integer", bins)
        return bins
    if isinstance(boundaries, Array):
        shape = boundaries.shape
        return shape if isinstance(shape, Unknown) else shape[0] + 1  # type: ignore[operator]
    if isinstance(boundaries, Unknown):
        return boundaries
    if not isinstance(boundaries, list | tuple | str):  # of which Keras asks the length alone
        raise refuse(layer, "bin_boundaries", "a list", boundaries)
    return len(boundaries) + 1


@rule("Discretization", check=_check_discretization)
def discretization(layer: Bound, x: Shape) -> Shapes:
    """Mode "int" keeps the shape, "one_hot" appends the number of bins (or replaces a last 1), "multi_hot" and "count"
    drop the second dim and append it. `n` boundaries make `n + 1` bins.
    """
    mode = layer["output_mode"]
    if mode == "int":
        return x
    depth = _depth(layer)
    if mode == "one_hot":
        return (*x[:-1], depth) if len(x) > 1 and x[-1] == 1 else (*x, depth)
    return (x[0], *x[2:], depth) if len(x) >= 2 else (depth,)


# --- sound ----------------------------------------------------------------------------------------


def _check_stft(layer: Bound) -> None:
    length, step, fft = layer["frame_length"], layer["frame_step"], layer["fft_length"]
    if not isinstance(length, int) or length < 1:
        raise refuse(layer, "frame_length", "a positive integer", length)
    if step is not None and not (isinstance(step, int | float) and 1 <= step <= length):
        raise refuse(layer, "frame_step", f"an integer from 1 to {length}", step)
    if fft is not None and not (isinstance(fft, int) and fft >= length):
        raise refuse(layer, "fft_length", f"an integer from {length} on", fft)
    if layer["mode"] not in ("log", "magnitude", "psd", "real", "imag", "angle", "stft"):
        raise refuse(layer, "mode", "a mode of STFTSpectrogram", layer["mode"])
    if layer["scaling"] not in (None, "density", "spectrum"):
        raise refuse(layer, "scaling", "'density', 'spectrum' or None", layer["scaling"])
    if layer["padding"] not in ("valid", "same"):
        raise refuse(layer, "padding", "'valid' or 'same'", layer["padding"])
    channels_first(layer)


def _frequencies(layer: Bound) -> Any:
    length, fft = layer.dim("frame_length"), layer.dim("fft_length")
    if not fft:
        fft = 1 << max(length - 1, 0).bit_length() if isinstance(length, int) else length
    return fft // 2 + 1


def _stft_weights(layer: Bound, x: Shape) -> int | Unknown:
    kernels = 1 if layer["mode"] in ("real", "imag") else 2
    total: int | Unknown = kernels * layer.dim("frame_length") * _frequencies(layer)
    return total


@rule("STFTSpectrogram", check=_check_stft, weights=_stft_weights, rank=3)
def stft_spectrogram(layer: Bound, x: Shape) -> Shapes:
    """`(batch, frames, frequencies * channels)`; with `expand_dims` `(batch, frames, frequencies, channels)`.

    Frames as a convolution of `frame_length` moved by `frame_step` gives them,
    `fft_length // 2 + 1` frequencies (twice as many in mode "stft").
    """
    first = channels_first(layer)
    channels: Any = x[1] if first else x[-1]
    if channels is None:
        raise DimNotDefined(layer.cls, expected="its channels", actual=None)
    length = layer.dim("frame_length")
    step = layer.dim("frame_step") or length // 2
    if step == 0:
        raise refuse(layer, "frame_step", "a number above 0", step)
    size = x[2] if first else x[1]
    frames = strided(size, length, step, 1, layer["padding"])
    if layer["padding"] == "valid":
        check_positive(layer.cls, (frames,), x)
    found = _frequencies(layer) * (2 if layer["mode"] == "stft" else 1)
    if layer["expand_dims"]:
        return (x[0], channels, frames, found) if first else (x[0], frames, found, channels)
    return (x[0], found * channels, frames) if first else (x[0], frames, found * channels)


def _check_mel(layer: Bound) -> None:
    fft, length = layer["fft_length"], layer["sequence_length"]
    if not length and not isinstance(fft, int | float | str):
        raise refuse(layer, "fft_length", "a number", fft)
    if length and not (
        isinstance(fft, int | float) and isinstance(length, int | float) and fft >= length
    ):
        raise refuse(layer, "fft_length", f"a number from {length} on", fft)
    if layer["max_freq"] is None and not isinstance(layer["sampling_rate"], int | float):
        raise refuse(layer, "sampling_rate", "a number", layer["sampling_rate"])


@rule("MelSpectrogram", check=_check_mel, min_rank=1)
def mel_spectrogram(layer: Bound, x: Shape) -> Shapes:
    """`(batch, num_mel_bins, (samples + stride + 1) // stride)`, or without the batch; no weights."""
    stride, bins = layer.dim("sequence_stride"), layer.dim("num_mel_bins")
    samples: Any = x[-1] if len(x) == 1 else x[1]
    for name, value in (("sequence_stride", stride), ("num_mel_bins", bins)):
        divides = name == "sequence_stride" and samples is None and isinstance(value, float)
        if not isinstance(value, int | Unknown) and not divides:
            raise refuse(layer, name, "an integer", value)
    if samples is not None:
        if stride == 0:
            raise refuse(layer, "sequence_stride", "a number that is not 0", stride)
        samples = (samples + stride + 1) // stride
    if any(isinstance(dim, int) and dim < 0 for dim in (bins, samples)):
        raise RankMismatch(layer.cls, expected="sizes from 0 on", actual=(bins, samples))
    return (bins, samples) if len(x) == 1 else (x[0], bins, samples)


# --- Pipeline -------------------------------------------------------------------------------------


def _steps(layer: Bound) -> list[Layer]:
    steps = layer["layers"]
    if not isinstance(steps, list | tuple) or not all(
        isinstance(step, Layer | Unknown) for step in steps
    ):
        raise refuse(layer, "layers", "a list of layers", steps)
    for step in steps:
        if isinstance(step, Unknown):
            raise UnknownUsed(step)
    return list(steps)


def _traced_steps(layer: Bound, x: Shapes) -> list[Traced]:
    assert layer.tracer is not None
    found = []
    for step in _steps(layer):
        found.append(layer.tracer.inside(step, x))
        x = found[-1].outputs
    return found


def _pipeline_weights(layer: Bound, x: Shapes) -> int | Unknown:
    total: int | Unknown = 0
    for step in _traced_steps(layer, x):
        total = total + step.params
    return total


def _pipeline_untrained(layer: Bound, x: Shapes) -> int | Unknown:
    total: int | Unknown = 0
    for step in _traced_steps(layer, x):
        total = total + (step.params - step.trained)
    return total


@rule("Pipeline", weights=_pipeline_weights, untrained=_pipeline_untrained, parts=True, many=True)
def pipeline(layer: Bound, x: Shapes) -> Shapes:
    """One layer after the other.

    Keras finds the shape by running them, so that what they refuse only when run is refused here at once.
    """
    assert layer.tracer is not None
    if isinstance(x, list | dict):
        raise UnknownUsed(Unknown("a Pipeline on several inputs", layer.layer.site))
    if isinstance(x, tuple) and None in x and 0 in x:
        # Keras runs it on numbers in place of None, and a product with 0 is 0 whatever the None stands for
        raise UnknownUsed(Unknown("a Pipeline on a shape with both None and 0", layer.layer.site))
    steps = _steps(layer)
    if not steps:
        raise refuse(layer, "layers", "at least one layer", [])
    for step in steps:
        traced = layer.tracer.inside(step, x)
        if traced.warnings:
            raise RankMismatch(
                step.cls, expected=traced.warnings[0].expected, actual=traced.warnings[0].actual
            )
        x = traced.outputs
    return x
