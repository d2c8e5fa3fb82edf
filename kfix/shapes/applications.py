"""The models of `keras.applications`: their input, the shape they give, their weights.

`applications.json` holds the numbers of weights, as `scripts/dump_applications.py`
found them; `_SIDES` how each family changes the sides of an image. Both agree
with Keras 3.15.
"""

from __future__ import annotations

import json
import os
from functools import cache, partial
from typing import Any

from kfix.findings.data import Rank
from kfix.findings.dim_not_defined import DimNotDefined
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.size_not_positive import SizeNotPositive
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Dim, Layer, Shape, Shapes, Symbol
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.binding import Asks, Bound, bind
from kfix.shapes.formatting import show
from kfix.shapes.identifiers import ACTIVATIONS
from kfix.shapes.inputs import fit
from kfix.shapes.signatures import application_signature
from kfix.shapes.sizes import product
from kfix.shapes.trace_result import Count, Traced
from kfix.shapes.values import refuse

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
"""By the start of a name what happens to a side, step by step (the first that fits counts).

- up: half of it, rounded up (a stride of 2, padded so that nothing is lost);
- half: half of it, rounded down;
- fit: padded by what its parity asks for, so rounded up; built on an open side, rounded down;
- valid: a window of 3 with a stride of 2 and no padding, `(side - 3) // 2 + 1`;
- two: a window of 3 without padding, `side - 2`.
"""

_DEFAULT = {
    "EfficientNetB1": 240, "EfficientNetB2": 260, "EfficientNetB3": 300, "EfficientNetB4": 380, "EfficientNetB5": 456,
    "EfficientNetB6": 528, "EfficientNetB7": 600, "EfficientNetV2B1": 240, "EfficientNetV2B2": 260,
    "EfficientNetV2B3": 300, "EfficientNetV2S": 384, "EfficientNetV2M": 480, "EfficientNetV2L": 480,
    "InceptionV3": 299, "InceptionResNetV2": 299, "Xception": 299, "NASNetLarge": 331,
}  # fmt: skip
"""The side that each is trained on, where it is not 224."""
_LEAST = {"Xception": 71, "InceptionV3": 75, "InceptionResNetV2": 75}
"""The smallest side, where it is not 32."""
_TRAINED_ON = {"MobileNet": (128, 160, 192, 224), "MobileNetV2": (96, 128, 160, 192, 224)}
"""Further sides that weights are published for."""
_ALPHAS = {"MobileNet": (0.25, 0.5, 0.75, 1.0), "MobileNetV2": (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)}
"""The widths that weights are published for."""


@cache
def _table() -> dict[str, Any]:
    with open(
        os.path.join(os.path.dirname(__file__), "data", "applications.json"), encoding="utf-8"
    ) as file:
        table: dict[str, Any] = json.load(file)
    return table


# --- arguments --------------------------------------------------------------------------------------


def _bound(layer: Layer, tracer: Asks) -> Bound:
    signature = application_signature(layer.cls)
    assert signature is not None
    found = bind(layer, signature, (), tracer.keras)
    found.tracer = tracer
    return found


def _pretrained(layer: Bound) -> bool:
    """Are weights loaded that Keras publishes? Raises `BadArgument` for what is no name of weights."""
    weights = layer["weights"]
    if weights is not None and not isinstance(weights, str | Symbol):
        raise refuse(layer, "weights", "None, 'imagenet' or a file", weights)
    return isinstance(weights, str) and weights == "imagenet"


def _given_shape(layer: Bound) -> Shape | None:
    shape: object = layer.dim("input_shape")
    if isinstance(shape, Unknown):  # whatever it is, an image has three dims
        return shape, shape, shape
    if shape is None:
        return None
    if not isinstance(shape, tuple | list) or not all(
        isinstance(dim, int | Unknown | None) for dim in shape
    ):
        raise refuse(layer, "input_shape", "three integers", shape)
    return tuple(shape)


def _check_classes(layer: Bound) -> None:
    if not layer["include_top"]:
        return
    classes = layer.dim("classes")
    if isinstance(classes, Unknown):
        return
    if _pretrained(layer) and classes != 1000:
        raise refuse(
            layer, "classes", "1000, with the weights of ImageNet and include_top,", classes
        )
    if not isinstance(classes, int) or classes <= 0:
        raise refuse(layer, "classes", "a positive integer", classes)
    activation = layer.dim("classifier_activation")
    if isinstance(activation, str) and (
        activation not in ACTIVATIONS
        or (layer["weights"] is not None and activation not in ("softmax", "linear"))
    ):
        raise refuse(layer, "classifier_activation", "None or 'softmax'", activation)


def _check_width(layer: Bound) -> None:
    """What the MobileNets check when they load weights."""
    if not _pretrained(layer) or "alpha" not in layer.signature.names:
        return
    alpha = layer["alpha"]
    allowed: tuple[float, ...] = _ALPHAS.get(layer.cls, (0.75, 1.0))
    if "minimalistic" in layer.signature.names and layer["minimalistic"]:
        allowed = (1.0,)
    if alpha not in allowed:
        raise refuse(layer, "alpha", "one of " + ", ".join(map(str, allowed)), alpha)
    if "depth_multiplier" in layer.signature.names and layer["depth_multiplier"] != 1:
        raise refuse(
            layer, "depth_multiplier", "1, with the weights of ImageNet,", layer["depth_multiplier"]
        )


def _default_side(layer: Bound, shape: Shape | None) -> int:
    first, second = shape[:2] if shape is not None and len(shape) >= 2 else (None, None)
    if isinstance(first, int) and first == second and first in _TRAINED_ON.get(layer.cls, ()):
        return first
    return _DEFAULT.get(layer.cls, 224)


def _check_least(layer: Bound, shape: Shape) -> None:
    least = _LEAST.get(layer.cls, 32)
    if any(isinstance(side, int) and side < least for side in shape[:2]):
        raise SizeNotPositive(
            layer.cls, expected=f"at least {least} x {least}", actual=shape, least=True
        )


def _image(layer: Bound) -> Shape:
    """The image that the model is made for, without the batch (`obtain_input_shape` in Keras's `imagenet_utils.py`)."""
    shape = _given_shape(layer)
    if layer.cls.startswith("MobileNetV3"):
        shape = shape if shape is not None else (None, None, 3)
        if len(shape) != 3:
            raise refuse(layer, "input_shape", "three integers", shape)
        if all(isinstance(side, int) and side for side in shape[:2]):
            _check_least(layer, shape)
        return shape
    pretrained, top = _pretrained(layer), bool(layer["include_top"])
    if layer.cls.startswith("NASNet") and pretrained and shape is not None and None in shape:
        raise refuse(layer, "input_shape", "numbers, with the weights of ImageNet,", shape)
    channels: Dim = shape[-1] if shape is not None and len(shape) == 3 and not pretrained else 3
    default = (_default_side(layer, shape),) * 2 + (channels,)
    if pretrained and top:
        if shape is not None and (
            isinstance(layer["input_shape"], list)
            or len(shape) != 3
            or any(
                isinstance(a, int | None) and a != b for a, b in zip(shape, default, strict=True)
            )
        ):
            raise refuse(
                layer, "input_shape", f"{show(default)}, with its classifier for ImageNet,", shape
            )
        return default
    if not shape:
        return default if top else (None, None, 3)
    if len(shape) != 3:
        raise refuse(layer, "input_shape", "three integers", shape)
    if pretrained and not isinstance(shape[-1], Unknown) and shape[-1] != 3:
        raise refuse(layer, "input_shape", "3 channels, with the weights of ImageNet,", shape)
    _check_least(layer, shape)
    if top and None in shape:
        raise refuse(layer, "input_shape", "numbers, with include_top,", shape)
    return (*shape[:2], 3) if pretrained else shape


# --- shapes -------------------------------------------------------------------------------------------


def _side(layer: Bound, side: Dim, built_open: bool) -> Dim:
    """What is left of a side of an image; raises `SizeNotPositive`."""
    if side is None:
        return None
    left: Any = side
    for step in _steps(layer):
        if built_open and step == "fit" and layer.cls.startswith("NASNet") and left % 2:
            raise UnknownUsed(
                Unknown("an odd side of an image in a NASNet of open size", layer.layer.site)
            )
        if step == "half" or (step == "fit" and built_open):
            left = left // 2
        elif step == "valid":
            left = (left - 3) // 2 + 1
        elif step == "two":
            left = left - 2
        else:
            left = (left + 1) // 2
        if isinstance(left, int) and left <= 0:
            raise SizeNotPositive(layer.cls, expected=side, actual=left)
    return left  # type: ignore[no-any-return]


def _check_open(layer: Bound, declared: Shape) -> None:
    """What the padding by parity refuses: it asks the height alone, and then counts with the width."""
    if "fit" not in _steps(layer) or (declared[1] is None) == (declared[2] is None):
        return
    if layer.cls.startswith("NASNet"):
        raise UnknownUsed(Unknown("a NASNet with one open side", layer.layer.site))
    if declared[2] is None:
        raise DimNotDefined(layer.cls, expected="its width, as its height is one,", actual=None)


def _steps(layer: Bound) -> list[str]:
    """What happens to a side, step by step."""
    return next(steps for start, steps in _SIDES.items() if layer.cls.startswith(start)).split()


def _divisible(value: float) -> int:
    """A number of channels made a multiple of 8, as the MobileNets make it."""
    found = max(8, int(value + 4) // 8 * 8)
    return found + 8 if found < 0.9 * value else found


def _entry(layer: Bound) -> dict[str, Any] | None:
    """The weights of the model with these settings, if they are in the table."""
    for entry in _table()["models"][layer.cls]:
        names = [name for name in ("alpha", "minimalistic") if name in entry]
        if all(layer[name] == entry[name] for name in names):
            if "depth_multiplier" in layer.signature.names and layer["depth_multiplier"] != 1:
                return None
            return dict(entry)
    return None


def _channels(layer: Bound) -> Dim:
    entry = _entry(layer)
    if entry is not None:
        return int(entry["channels"])
    alpha = layer["alpha"]
    if not isinstance(alpha, int | float) or alpha <= 0:
        raise refuse(layer, "alpha", "a number above 0", alpha)
    if layer.cls == "MobileNet":
        return int(1024 * alpha)
    if layer.cls == "MobileNetV2":
        return _divisible(1280 * alpha) if alpha > 1 else 1280
    return _divisible(6 * _divisible((160 if layer.cls.endswith("Large") else 96) * alpha))


def _params(layer: Bound, image: Shape, out: Shape) -> int | Unknown:
    """The number of weights of the model built for such images, `out` being what its convolutions give."""
    entry = _entry(layer)
    if entry is None or (layer.cls.startswith("NASNet") and None in image):
        return Unknown(
            f"the number of weights of `{layer.cls}` with these settings", layer.layer.site
        )
    channels: Any = image[-1]
    total: Any = entry["params"] + (channels - 3) * entry["per_channel"]
    if layer["include_top"]:
        total = total + entry["top"] + entry["per_class"] * layer.dim("classes")
        if layer.cls.startswith("VGG"):
            at: Any = _table()["side"] // 32
            sides: Any = product(out[1:3])
            total = total + (sides - at * at) * entry["channels"] * 4096
    return total  # type: ignore[no-any-return]


def _trained(
    layer: Bound, image: Shape, params: int | Unknown, on: bool | Unknown
) -> int | Unknown:
    """How many of its weights training changes; `on`: is the model as a whole trained?"""
    entry = _entry(layer)
    if entry is None or on is not True:
        return 0 if on is False else params if on is True else on
    channels: Any = image[-1]
    return params - (entry["untrained"] + (channels - 3) * entry["untrained_per_channel"])  # type: ignore[no-any-return]


def arguments(layer: Layer, tracer: Asks) -> Bound:
    """Its arguments by name; raises the finding that refuses them."""
    bound = _bound(layer, tracer)
    _check(bound)
    return bound


def own_name(layer: Layer, tracer: Asks) -> str | None:
    """The name that the model gives itself; raises `UnknownUsed` or the finding that refuses its arguments."""
    bound = _bound(layer, tracer)
    name = bound.dim("name")
    if name is not None or layer.cls not in _TRAINED_ON:
        return name if isinstance(name, str) else None
    rows, columns = _image(bound)[:2]
    if _pretrained(bound) and (rows != columns or rows not in _TRAINED_ON[layer.cls]):
        rows = 224
    return f"{layer.cls.lower()}_{bound['alpha']:0.2f}_{rows}"


def _check(layer: Bound) -> None:
    _pretrained(layer)
    _check_classes(layer)
    _check_width(layer)


def _of_tensor(layer: Bound) -> bool:
    return layer.dim("input_tensor") is not None


def input_shape(layer: Layer, tracer: Asks) -> Shapes | None:
    """The shape, batch included, of the model's own input; raises the finding that refuses its arguments."""
    bound = _bound(layer, tracer)
    try:
        _check(bound)
        if _of_tensor(bound):
            return Unknown("the shape of `input_tensor`", layer.site)
        return (None, *_image(bound))
    except UnknownUsed as used:
        return used.unknown


def _one(layer: Bound, declared: Shape, inputs: Shapes) -> Shape:
    """The one shape that the model is called on, its own for an empty list."""
    if isinstance(inputs, list | dict):
        several = list(inputs.values()) if isinstance(inputs, dict) else inputs
        if len(several) > 1:
            raise WrongInputs(layer.cls, expected="one input", actual=len(several))
        inputs = several[0] if several else declared
    if isinstance(inputs, Unknown):
        return tuple(inputs if dim is None else dim for dim in declared)
    assert isinstance(inputs, tuple)
    return inputs


def apply(layer: Layer, inputs: Shapes, tracer: Asks) -> Traced:
    """What the model gives on `inputs` (on its own input for an empty list).

    `(batch, height, width, channels)`; `(batch, channels)` with `pooling`;
    `(batch, classes)` with `include_top`. Raises the finding that stands for a
    refusal: weights that do not fit the arguments, an image that is too small.
    """
    bound = _bound(layer, tracer)
    _check(bound)
    if _of_tensor(bound):
        if not isinstance(inputs, tuple):
            raise UnknownUsed(Unknown("the shape of `input_tensor`", layer.site))
        if len(inputs) != 4:
            raise RankMismatch(layer.cls, expected=Rank(4), actual=inputs)
        declared: Shape = inputs
    else:
        declared = (None, *_image(bound))
    if declared[-1] is None:
        raise DimNotDefined(layer.cls, expected="its channels", actual=None)
    x = _one(bound, declared, inputs)
    warnings = fit(layer.cls, declared, x)
    if len(x) < 3:
        raise RankMismatch(layer.cls, expected=declared, actual=x)
    _check_open(bound, declared)
    sides = [_side(bound, side, declared[1] is None) for side in x[1:3]]
    found: Shape = (x[0], *sides, _channels(bound))
    params = _params(bound, declared[1:], found)
    if bound["include_top"]:
        outputs: Shape = (x[0], bound.dim("classes"))
    else:
        outputs = (x[0], found[-1]) if bound["pooling"] in ("avg", "max") else found
    for warning in warnings:
        warning.site = layer.site
    inner = tracer.trained_inside(layer)
    trained: Count = partial(tracer.trained_layers, layer, declared)
    if inner is not None:
        trained = _trained(bound, declared[1:], params, inner)
    return Traced(inputs, outputs, params, "known", None, tuple(warnings), trained=trained)
