"""The constructors of Keras, as `scripts/dump_signatures.py` finds them; read on first use."""

from __future__ import annotations

from functools import cache
from typing import Any

from kfix.model.graph import Layer
from kfix.model.record import Value
from kfix.shapes.tables import table


class Signature(Value):
    """The parameters of a constructor in order; required ones are not in `defaults`.

    `positional` may be given by place, `keyword_only` only by name; `open` says that Keras's base
    arguments (`name`, `dtype`, …) are accepted too.
    """

    cls: str
    family: str
    positional: tuple[str, ...]
    keyword_only: tuple[str, ...]
    defaults: dict[str, object]
    open: bool

    @property
    def names(self) -> tuple[str, ...]:
        """Every parameter's name."""
        return self.positional + self.keyword_only


OLD_LAYERS: dict[str, tuple[str, str]] = {
    "ThresholdedReLU": ("", "keras.layers.ReLU(threshold=…) is similar"),
    "RandomHeight": ("", "Resizing or RandomCrop gives a fixed size"),
    "RandomWidth": ("", "Resizing or RandomCrop gives a fixed size"),
    "CuDNNLSTM": ("LSTM", "it is now LSTM"),
    "CuDNNGRU": ("GRU", "it is now GRU"),
    "AtrousConvolution1D": ("Conv1D", "it is now Conv1D with a dilation_rate"),
    "AtrousConvolution2D": ("Conv2D", "it is now Conv2D with a dilation_rate"),
    "TimeDistributedDense": ("Dense", "it is now Dense"),
    "Deconv2D": ("Conv2DTranspose", "it is now Conv2DTranspose"),
    "Deconv3D": ("Conv3DTranspose", "it is now Conv3DTranspose"),
}
"""Layers of Keras 1 and 2, kept by hand: the class that each became ("" for none), and a remark."""

WITH_TENSORFLOW = ("ThresholdedReLU", "RandomHeight", "RandomWidth")
"""Those that Keras 3 still has, only in `tf.keras.layers`."""

_OLD_SIGNATURES = {
    "ThresholdedReLU": Signature("ThresholdedReLU", "old", ("theta",), (), {"theta": 1.0}, True),
    **{
        name: Signature(
            name,
            "old",
            ("factor", "interpolation", "seed"),
            (),
            {"interpolation": "bilinear", "seed": None},
            True,
        )
        for name in ("RandomHeight", "RandomWidth")
    },
}


def _frozen(value: object) -> object:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value


def keras_version() -> str:
    """Return the version of Keras that the table was dumped from."""
    return str(table("signatures")["keras"])


def layer_names() -> list[str]:
    """Return every class of `keras.layers` in alphabetical order, without aliases."""
    return sorted(table("signatures")["layers"])


def aliases() -> dict[str, str]:
    """Return the classes by their second names: `Convolution2D` is `Conv2D`."""
    found: dict[str, str] = table("signatures")["aliases"]
    return found


def canonical(cls: str) -> str | None:
    """Return the class's own name (`MaxPooling2D` of `MaxPool2D`), `None` for an unknown class."""
    known = table("signatures")
    name: str = known["aliases"].get(cls, cls)
    if name in known["layers"]:
        return name
    if name not in OLD_LAYERS:
        return None
    successor, _ = OLD_LAYERS[name]
    return successor or name


def is_gone(cls: str, alone: bool) -> bool:
    """Return whether Keras 3 has no such layer any more; `alone` means Keras without TensorFlow."""
    return cls in OLD_LAYERS and (alone or cls not in WITH_TENSORFLOW)


def application_names() -> list[str]:
    """Return every model function of `keras.applications` in alphabetical order."""
    return sorted(table("signatures")["applications"])


def _signature(cls: str, entry: dict[str, Any]) -> Signature:
    positional = entry["parameters"]
    keyword_only = entry.get("keyword_only", [])
    return Signature(
        cls,
        entry.get("family", ""),
        tuple(parameter[0] for parameter in positional),
        tuple(parameter[0] for parameter in keyword_only),
        {p[0]: _frozen(p[1]) for p in (*positional, *keyword_only) if len(p) == 2},
        bool(entry.get("kwargs")),
    )


@cache
def signature(cls: str) -> Signature | None:
    """Return the constructor of a layer class by any of its names, `None` if it is unknown."""
    name = canonical(cls)
    if name is None or name in _OLD_SIGNATURES:
        return _OLD_SIGNATURES.get(name or "")
    return _signature(name, table("signatures")["layers"][name])


_NONE = Signature("", "", (), (), {}, False)


def signature_of(layer: Layer) -> Signature:
    """Return the constructor of a layer; one without parameters where it is not one of Keras."""
    if not layer.is_keras_layer:
        return _NONE
    return signature(layer.cls) or _NONE


@cache
def application_signature(name: str) -> Signature | None:
    """Return the parameters of a model function of `keras.applications`."""
    entry = table("signatures")["applications"].get(name)
    if entry is None:
        return None
    return _signature(name, entry)
