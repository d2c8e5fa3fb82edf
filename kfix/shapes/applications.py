"""The models of `keras.applications`: their output shapes and weights.

`applications.json` holds the numbers of weights, as `scripts/dump_applications.py` finds them;
`_SIDES` says how each family changes the sides of an image. Both agree with Keras 3.15.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from kfix.findings.data import Rank
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.size_not_positive import SizeNotPositive
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Dim, Layer, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed, require_known
from kfix.shapes.application_arguments import arguments, image, is_of_tensor
from kfix.shapes.binding import Bound, LayerCalls
from kfix.shapes.inputs import check_call
from kfix.shapes.sizes import product
from kfix.shapes.tables import table
from kfix.shapes.trace_result import Count, Traced, as_list
from kfix.shapes.values import integer, refuse, value_of

_SIDES = {
    "VGG": "half half half half half",
    "ResNet": "up up up up up",
    "DenseNet": "up up half half half",
    "MobileNetV3": "up fit fit fit fit",
    "MobileNetV2": "up fit fit fit fit",
    "MobileNet": "up half half half half",
    "EfficientNetV2": "up up up up up",
    "EfficientNet": "fit fit fit fit fit",
    "ConvNeXt": "half half half half half",
    "Xception": "valid two up up up up",
    "Inception": "valid two valid two valid valid valid",
    "NASNet": "valid fit fit fit fit",
}
"""By the beginning of a name, what happens to a side step by step; the first that matches counts.

- up: half of it, rounded up (a stride of 2 with padding);
- half: half of it, rounded down;
- fit: padded by its parity, so rounded up; for a model built on a side of `None`, rounded down;
- valid: a window of 3 with a stride of 2 and no padding, `(side - 3) // 2 + 1`;
- two: a window of 3 without padding, `side - 2`.
"""

_MAX_ALPHA = 1e6
"""A bound on widths: no model of a larger one could be built."""


# --- shapes ---------------------------------------------------------------------------------------


def _side(layer: Bound, side: Dim, built_open: bool) -> Dim:
    """Return what is left of a side of an image; raise `SizeNotPositive`.

    `built_open` says that the model was built on a side of `None`.
    """
    if side is None:
        return None
    left: int | Unknown = side
    for step in _steps(layer):
        if built_open and step == "fit":
            if layer.cls.startswith("NASNet") and left % 2:
                why = "an odd side of an image in a NASNet of open size"
                raise UnknownUsed(Unknown(why, layer.layer.site))
            step = "half"
        left = _after_step(left, step)
        if isinstance(left, int) and left <= 0:
            raise SizeNotPositive(layer.cls, expected=side, actual=left)
    return left


def _after_step(side: int | Unknown, step: str) -> int | Unknown:
    """Return a side after one of the steps of `_SIDES`."""
    if step == "half":
        return side // 2
    if step == "valid":
        return (side - 3) // 2 + 1
    if step == "two":
        return side - 2
    return (side + 1) // 2


def _check_open(layer: Bound, declared: Shape) -> None:
    """Raise what padding by parity refuses: it tests the height, and computes with the width."""
    if "fit" not in _steps(layer) or (declared[1] is None) == (declared[2] is None):
        return
    if layer.cls.startswith("NASNet"):
        raise UnknownUsed(Unknown("a NASNet with one open side", layer.layer.site))
    if declared[2] is None:
        raise DimNotDefined(layer.cls, expected="its width, as its height is,", actual=None)


def _steps(layer: Bound) -> list[str]:
    """Return what happens to a side, step by step."""
    return next(steps for start, steps in _SIDES.items() if layer.cls.startswith(start)).split()


def _divisible(value: float) -> int:
    """Return a number of channels as a multiple of 8 (`_make_divisible` in Keras's MobileNets)."""
    rounded = max(8, int(value + 4) // 8 * 8)
    if rounded < 0.9 * value:
        return rounded + 8
    return rounded


def _entry(layer: Bound) -> dict[str, Any] | None:
    """Return the row of the table for these settings, `None` if there is none."""
    for entry in table("applications")["models"][layer.cls]:
        names = [name for name in ("alpha", "minimalistic") if name in entry]
        if all(layer[name] == entry[name] for name in names):
            if "depth_multiplier" in layer.signature.names and layer["depth_multiplier"] != 1:
                return None
            return dict(entry)
    return None


def _channels(layer: Bound) -> Dim:
    """Return the channels of the last convolution; raise `BadArgument`."""
    entry = _entry(layer)
    if entry is not None:
        return int(entry["channels"])
    alpha = require_known(value_of(layer, "alpha"))
    if not isinstance(alpha, int | float) or not 0 < alpha < _MAX_ALPHA:
        raise refuse(layer, "alpha", "a positive number", alpha)
    if layer.cls == "MobileNet":
        return int(1024 * alpha)
    if layer.cls == "MobileNetV2":
        if alpha > 1:
            return _divisible(1280 * alpha)
        return 1280
    last = 96
    if layer.cls.endswith("Large"):
        last = 160
    return _divisible(6 * _divisible(last * alpha))


def _params(layer: Bound, image: Shape) -> int | Unknown:
    """Return the number of weights of the model for such images."""
    entry = _entry(layer)
    if entry is None or (layer.cls.startswith("NASNet") and None in image):
        why = f"the number of weights of `{layer.cls}` with these settings"
        return Unknown(why, layer.layer.site)
    weights: int | Unknown = entry["params"] + (product(image[-1:]) - 3) * entry["per_channel"]
    if not layer["include_top"]:
        return weights
    weights = weights + entry["top"] + entry["per_class"] * integer(layer, "classes")
    if layer.cls.startswith("VGG"):
        # Its first Dense layer has a weight for every element of the feature map.
        elements = product([_side(layer, side, False) for side in image[:2]])
        side = table("applications")["side"] // 32
        weights = weights + (elements - side * side) * entry["channels"] * 4096
    return weights


def _trained(
    layer: Bound, image: Shape, params: int | Unknown, on: bool | Unknown
) -> int | Unknown:
    """Return how many weights training changes; `on` says if the whole model is trained."""
    entry = _entry(layer)
    if on is not True:
        if isinstance(on, Unknown):
            return on
        return 0
    if entry is None:
        return params
    more_channels = product(image[-1:]) - 3
    untrained: int | Unknown = entry["untrained"] + more_channels * entry["untrained_per_channel"]
    return params - untrained


def _one(layer: Bound, declared: Shape, inputs: Shapes) -> Shape:
    """Return the one shape that the model is called on, its own for an empty list.

    Raises `WrongInputs`, or `UnknownUsed`.
    """
    if isinstance(inputs, list | dict):
        several = as_list(inputs)
        if len(several) > 1:
            raise WrongInputs(layer.cls, expected="one input", actual=len(several))
        inputs = declared
        if several:
            inputs = several[0]
    if isinstance(inputs, Unknown):
        return tuple(inputs if dim is None else dim for dim in declared)
    if not isinstance(inputs, tuple):
        raise WrongInputs(layer.cls, expected="one input", actual="several")
    return inputs


def apply(layer: Layer, inputs: Shapes, tracer: LayerCalls) -> Traced:
    """Return the trace of a call on `inputs`, or on its own input for an empty list.

    The output is `(batch, height, width, channels)`, with `pooling` `(batch, channels)`, with
    `include_top` `(batch, classes)`. Raises the finding that refuses it: weights that do not fit
    the arguments, an image that is too small.
    """
    bound = arguments(layer, tracer)
    declared = _declared(bound, inputs)
    x = _one(bound, declared, inputs)
    warnings = check_call(layer.cls, declared, x)
    if len(x) < 3:
        raise RankMismatch(layer.cls, expected=declared, actual=x)
    _check_open(bound, declared)
    sides = [_side(bound, side, declared[1] is None) for side in x[1:3]]
    feature_map: Shape = (x[0], *sides, _channels(bound))
    params = _params(bound, declared[1:])
    for warning in warnings:
        warning.site = layer.site
    inner = tracer.trained_inside(layer)
    trained: Count = partial(tracer.trained_layers, layer, declared)
    if inner is not None:
        trained = _trained(bound, declared[1:], params, inner)
    outputs = _outputs(bound, feature_map)
    return Traced(inputs, outputs, params, warnings=tuple(warnings), trained=trained)


def _declared(layer: Bound, inputs: Shapes) -> Shape:
    """Return the input shape of the model; raise `RankMismatch`, `DimNotDefined`."""
    if not is_of_tensor(layer):
        declared: Shape = (None, *image(layer))
    elif not isinstance(inputs, tuple):
        raise UnknownUsed(Unknown("the shape of `input_tensor`", layer.layer.site))
    elif len(inputs) != 4:
        raise RankMismatch(layer.cls, expected=Rank(4), actual=inputs)
    else:
        declared = inputs
    if declared[-1] is None:
        raise DimNotDefined(layer.cls, expected="its channels", actual=None)
    return declared


def _outputs(layer: Bound, feature_map: Shape) -> Shape:
    """Return what the model returns for its last feature map."""
    if layer["include_top"]:
        return (feature_map[0], layer.dim("classes"))
    if layer["pooling"] in ("avg", "max"):
        return (feature_map[0], feature_map[-1])
    return feature_map
