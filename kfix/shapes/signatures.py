"""The constructors of Keras, as `scripts/dump_signatures.py` found them. Loaded on first use."""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any, NamedTuple


class Signature(NamedTuple):
    """A constructor's parameters in order, with their defaults; those without one are missing from `defaults`.

    `positional` may be given by place, `keyword_only` by name alone;
    `open` says that Keras's base arguments (`name`, `dtype`, …) are taken too.
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
    "ThresholdedReLU": ("", "keras.layers.ReLU(threshold=…) is near to it"),
    "RandomHeight": ("", "Resizing or RandomCrop gives a fixed size"),
    "RandomWidth": ("", "Resizing or RandomCrop gives a fixed size"),
    "CuDNNLSTM": ("LSTM", "it is now LSTM"),
    "CuDNNGRU": ("GRU", "it is now GRU"),
    "AtrousConvolution1D": ("Conv1D", "it is now Conv1D with a dilation_rate"),
    "AtrousConvolution2D": ("Conv2D", "it is now Conv2D with a dilation_rate"),
    "TimeDistributedDense": ("Dense", "it is now Dense"),
}
"""Layers of Keras 1 and 2, kept by hand: the class that one became, if it is one, and what to say."""

WITH_TENSORFLOW = ("ThresholdedReLU", "RandomHeight", "RandomWidth")
"""Those of them that Keras 3 still has in `tf.keras.layers`, and there alone."""

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


@cache
def _table() -> dict[str, Any]:
    with open(
        os.path.join(os.path.dirname(__file__), "data", "signatures.json"), encoding="utf-8"
    ) as file:
        table: dict[str, Any] = json.load(file)
    return table


def _frozen(value: object) -> object:
    return tuple(_frozen(item) for item in value) if isinstance(value, list) else value


def keras_version() -> str:
    """The Keras that the table was dumped from."""
    return str(_table()["keras"])


def layer_names() -> list[str]:
    """Every class of `keras.layers`, aliases not included, in order."""
    return sorted(_table()["layers"])


def aliases() -> dict[str, str]:
    """Second names of classes: `Convolution2D` is `Conv2D`."""
    found: dict[str, str] = _table()["aliases"]
    return found


def canonical(cls: str) -> str | None:
    """The class's own name (`MaxPool2D` is `MaxPooling2D`), or `None` when `keras.layers` has no such class."""
    table = _table()
    name: str = table["aliases"].get(cls, cls)
    if name in table["layers"]:
        return name
    return (OLD_LAYERS[name][0] or name) if name in OLD_LAYERS else None


def is_gone(cls: str, alone: bool) -> bool:
    """Is it a layer that Keras 3 has not? `alone`: Keras without TensorFlow."""
    return cls in OLD_LAYERS and (alone or cls not in WITH_TENSORFLOW)


def application_names() -> list[str]:
    """Every model function of `keras.applications`."""
    return sorted(_table()["applications"])


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
    """The constructor of a layer class (by any of its names), or `None` when there is no such class."""
    name = canonical(cls)
    if name is None or name in _OLD_SIGNATURES:
        return _OLD_SIGNATURES.get(name or "")
    return _signature(name, _table()["layers"][name])


@cache
def application_signature(name: str) -> Signature | None:
    """The parameters of a model function of `keras.applications`."""
    entry = _table()["applications"].get(name)
    return None if entry is None else _signature(name, entry)
