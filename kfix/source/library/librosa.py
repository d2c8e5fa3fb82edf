"""librosa: features of sounds, so many for each of so many frames. By its documentation (version 0.10)."""

from __future__ import annotations

from typing import Any

from kfix.model.graph import Array
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import Const, ListV, Value, first
from kfix.source.interpreter.values import Native
from kfix.source.library.lookup import function


@function("librosa.load")
def _load(call: Call) -> Value:
    """One channel, however long, and its sampling rate."""
    mono = call.get(2, "mono", Const(True))
    if not isinstance(mono, Const) or not mono.value:
        return call.unknown("how many channels the sound has")
    rate = call.get(1, "sr", Const(22050))
    return ListV([Array((call.unknown("how long the sound is"),), "float32"), rate], "tuple")


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
"""Which argument says how many features there are, how many there are without it, and how many more than it says."""


def _feature(call: Call) -> Value:
    """Features by frames, of a sound or of a spectrogram whose frames they keep."""
    name, default, more = _FEATURES[call.name]
    asked = call.get(-1, name, Const(default)) if name else Const(default)
    count: Any = (
        asked.value + more if isinstance(asked, Const) and isinstance(asked.value, int) else None
    )
    sound, spectrum = (
        first(call.get(-1, "y"), call.get(0)),
        first(call.get(-1, "S"), call.get(-1, "C")),
    )
    if count is None or not isinstance(first(spectrum, sound), Array):
        return call.unknown("how many features there are")
    shape = first(spectrum, sound).shape
    if not isinstance(shape, tuple) or len(shape) != (2 if spectrum is not None else 1):
        return call.unknown("how many channels the sound has")
    if spectrum is not None:
        return Array((count, shape[1]), "float32")
    hop, centered = call.number(-1, "hop_length", _HOP), call.get(-1, "center", Const(True))
    length = (
        shape[0]
        if isinstance(shape[0], int) and isinstance(centered, Const) and centered.value
        else None
    )
    frames: Any = (
        1 + length // hop
        if length is not None and hop
        else call.unknown("how many frames there are")
    )
    return Array((count, frames), "float32")


_native: Native = _feature
for _name in _FEATURES:
    function(f"librosa.feature.{_name}")(_native)


@function("librosa.stft", "librosa.core.stft")
def _stft(call: Call) -> Value:
    """Half of the window's frequencies, and one, by frames."""
    sound, window = first(call.get(-1, "y"), call.get(0)), call.number(1, "n_fft", 2048)
    if (
        not isinstance(sound, Array)
        or not isinstance(sound.shape, tuple)
        or len(sound.shape) != 1
        or window is None
    ):
        return call.unknown()
    return Array((1 + window // 2, call.unknown("how many frames there are")), "complex64")


@function("librosa.power_to_db", "librosa.amplitude_to_db", "librosa.db_to_power", "librosa.db_to_amplitude",
          "librosa.feature.delta", "librosa.util.normalize")  # fmt: skip
def _same(call: Call) -> Value:
    value = first(call.get(-1, "S"), call.get(-1, "data"), call.get(0))
    return Array(value.shape, "float32") if isinstance(value, Array) else call.unknown()
