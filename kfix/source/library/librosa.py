"""librosa: features of sounds, so many for each frame. By its documentation (version 0.10)."""

from __future__ import annotations

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Array, Dim
from kfix.source.interpreter.containers import Const, ListV, first
from kfix.source.library.arguments import Bound, integer, known_shape
from kfix.source.library.signatures import function, function_row, within


@function("librosa.load", "path, sr=22050, mono=True, **_")
def _load(call: Bound) -> AbstractValue:
    """Return one channel of unknown length, and its sampling rate."""
    if not call.flag("mono"):
        return call.unknown("the channels of the sound are not known")
    length = call.unknown("the length of the sound is not known")
    return ListV([Array((length,), "float32"), call["sr"]], "tuple")


_HOP = 512
_FEATURES: dict[str, tuple[str, int, int]] = {
    "mfcc": ("n_mfcc", 20, 0),
    "melspectrogram": ("n_mels", 128, 0),
    "chroma_stft": ("n_chroma", 12, 0),
    "chroma_cqt": ("n_chroma", 12, 0),
    "chroma_cens": ("n_chroma", 12, 0),
    "spectral_contrast": ("n_bands", 6, 1),
    "tonnetz": ("", 6, 0),
    "zero_crossing_rate": ("", 1, 0),
    "rms": ("", 1, 0),
    "rmse": ("", 1, 0),
    "spectral_centroid": ("", 1, 0),
    "spectral_bandwidth": ("", 1, 0),
    "spectral_rolloff": ("", 1, 0),
    "spectral_flatness": ("", 1, 0),
}
"""The argument for the number of features, its default, and how many features more there are."""


@function(within("librosa.feature", " ".join(_FEATURES)))
def _feature(call: Bound) -> AbstractValue:
    """Return features by frames, of a sound or of a spectrogram, whose frames they keep."""
    name, default, more = _FEATURES[call.name]
    count = integer(call.get(-1, name, Const(default)) if name else Const(default))
    spectrum = first(call.get(-1, "S"), call.get(-1, "C"))
    source = first(spectrum, call.get(-1, "y"), call.get(0))
    if count is None or count < 0 or not isinstance(source, Array):
        return call.unknown("the number of features is not known")
    rank = 1 + (spectrum is not None)
    shape = known_shape(source, rank)
    if shape is None:
        return call.unknown("the channels of the sound are not known")
    frames = shape[-1]  # a spectrum keeps its frames
    if spectrum is None:
        frames = _frames(call, frames)
    return Array((count + more, frames), "float32")


def _frames(call: Bound, length: Dim) -> Dim:
    """Return the number of frames of a sound that is padded at both ends."""
    hop, centered = call.number(-1, "hop_length", _HOP), call.get(-1, "center", Const(True))
    is_centered = isinstance(centered, Const) and bool(centered.value)
    if not isinstance(length, int) or hop is None or hop <= 0 or not is_centered:
        return call.unknown("the number of frames is not known", length)
    return 1 + length // hop


@function("librosa.stft librosa.core.stft", "y, n_fft=2048, **_")
def _stft(call: Bound) -> AbstractValue:
    """Return half of the window's frequencies, and one, by frames."""
    shape, window = call.array_shape("y", 1), call.integer("n_fft")
    if shape is None or window is None or window < 0:
        return call.unknown()
    frames = call.unknown("the number of frames is not known")
    return Array((1 + window // 2, frames), "complex64")


_SCALING = "power_to_db amplitude_to_db db_to_power db_to_amplitude"

function_row(within("librosa", _SCALING), "S, **_", "float32[*S.shape]")
function_row("librosa.feature.delta", "data, **_", "float32[*data.shape]")
function_row("librosa.util.normalize", "S, **_", "float32[*S.shape]")
