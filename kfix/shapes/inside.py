"""The layers inside the models of `keras.applications`, for programs that take a tensor from among them.

`application_layers/NAME.json` holds them as `scripts/dump_application_layers.py` found them in
Keras 3.15, one file a model, read when it is asked for. A layer is its class, its name (null where Keras makes
one up), the arguments that its shape and its weights hang on, and the numbers of the layers
that it takes from (a list of them where it is called on a list).
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

from kfix.findings import Finding
from kfix.model import InnerLayer, Layer, Unknown, UnknownUsed
from kfix.shapes.applications import arguments
from kfix.shapes.bind import Asks, Bound

_HOME = os.path.join(os.path.dirname(__file__), "application_layers")

_DEFAULTS = {"alpha": 1.0, "depth_multiplier": 1, "minimalistic": False, "include_preprocessing": True}
"""The settings that the files were written with."""


@cache
def _file(cls: str) -> dict[str, Any] | None:
    try:
        with open(os.path.join(_HOME, f"{cls}.json"), encoding="utf-8") as file:
            found: dict[str, Any] = json.load(file)
    except FileNotFoundError:
        return None
    return found


def layers(layer: Layer, tracer: Asks) -> tuple[InnerLayer, ...] | Unknown:
    """Its layers in the order of Keras's `model.layers`, the Input first; unknown for settings without a file."""
    try:
        bound = arguments(layer, tracer)
        found = _layers(bound)
    except UnknownUsed as used:
        return used.unknown
    except Finding as finding:
        return Unknown(finding.message, layer.site)
    return Unknown(f"the layers of `{layer.cls}` with these settings", layer.site) if found is None else found


def _layers(bound: Bound) -> tuple[InnerLayer, ...] | None:
    names = bound.signature.names
    if any(name in names and bound[name] != usual for name, usual in _DEFAULTS.items()):
        return None
    file = _file(bound.cls)
    classes = bound.dim("classes")
    if file is None:
        return None
    pooling = bound["pooling"]
    end = "top" if bound["include_top"] else pooling if pooling in ("avg", "max") else "none"
    if end == "top" and (not isinstance(classes, int) or bound.dim("classifier_activation") != "softmax"):
        return None
    rows = [*file["layers"], *file["ends"][end]]
    if bound.cls.startswith("EfficientNetB") and bound["weights"] == "imagenet":
        rows = _rescaled(rows)
    return tuple(
        InnerLayer(cls, name, {key: _value(value, classes) for key, value in given.items()}, taken)
        for cls, name, given, taken in rows
    )


def _rescaled(rows: list[Any]) -> list[Any]:
    """With the weights of ImageNet, Keras's EfficientNets scale once more behind their Normalization."""
    at = next(i for i, row in enumerate(rows) if row[0] == "Normalization")

    def moved(taken: Any) -> Any:
        if isinstance(taken, list):
            return [moved(each) for each in taken]
        return taken + 1 if isinstance(taken, int) and taken >= at else taken

    after = [[cls, name, given, moved(taken)] for cls, name, given, taken in rows[at + 1 :]]
    return [*rows[: at + 1], ["Rescaling", None, {"scale": 1.0}, at], *after]


def _value(value: Any, classes: Any) -> Any:
    if value == "classes":
        return classes
    if isinstance(value, list):
        return tuple(_value(each, classes) for each in value)
    return value
