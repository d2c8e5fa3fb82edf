"""The arguments of the models of `keras.applications`, and the images that they accept."""

from __future__ import annotations

from collections.abc import Collection

from kfix.findings.size_not_positive import SizeNotPositive
from kfix.model.graph import Layer, Shape, Shapes, Symbol
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.binding import Bound, LayerCalls, bind
from kfix.shapes.formatting import show
from kfix.shapes.identifiers import ACTIVATIONS
from kfix.shapes.signatures import application_signature
from kfix.shapes.values import check_choice, integer, item_of, refuse, value_of

_DEFAULT = {
    "EfficientNetB1": 240, "EfficientNetB2": 260, "EfficientNetB3": 300, "EfficientNetB4": 380,
    "EfficientNetB5": 456, "EfficientNetB6": 528, "EfficientNetB7": 600,
    "EfficientNetV2B1": 240, "EfficientNetV2B2": 260, "EfficientNetV2B3": 300,
    "EfficientNetV2S": 384, "EfficientNetV2M": 480, "EfficientNetV2L": 480, "InceptionV3": 299,
    "InceptionResNetV2": 299, "Xception": 299, "NASNetLarge": 331,
}  # fmt: skip
"""The side that each is trained on, if it is not 224."""
_LEAST = {"Xception": 71, "InceptionV3": 75, "InceptionResNetV2": 75}
"""The smallest side, if it is not 32."""
_TRAINED_ON = {"MobileNet": (128, 160, 192, 224), "MobileNetV2": (96, 128, 160, 192, 224)}
"""The sides that weights are published for, if there are several."""
_ALPHAS = {"MobileNet": (0.25, 0.5, 0.75, 1.0), "MobileNetV2": (0.35, 0.5, 0.75, 1.0, 1.3, 1.4)}
"""The widths that weights are published for."""


def arguments(layer: Layer, tracer: LayerCalls) -> Bound:
    """Return its arguments by name; raise the finding that refuses them."""
    bound = _bound(layer, tracer)
    _check(bound)
    return bound


def own_name(layer: Layer, tracer: LayerCalls) -> str | None:
    """Return the name that the model gives itself, `None` if Keras makes it up.

    Raises `UnknownUsed`, or the finding that refuses its arguments.
    """
    bound = _bound(layer, tracer)
    name = bound.dim("name")
    if isinstance(name, str):
        return name
    if name is not None or layer.cls not in _TRAINED_ON:
        return None
    rows, columns = image(bound)[:2]
    if _pretrained(bound) and (rows != columns or rows not in _TRAINED_ON[layer.cls]):
        rows = 224
    alpha = value_of(bound, "alpha")
    if isinstance(alpha, int | float):
        return f"{layer.cls.lower()}_{alpha:0.2f}_{rows}"
    return None


def _check(layer: Bound) -> None:
    _pretrained(layer)
    _check_classes(layer)
    _check_width(layer)


def is_of_tensor(layer: Bound) -> bool:
    """Return whether the model is built on a tensor of the program."""
    return layer.dim("input_tensor") is not None


def input_shape(layer: Layer, tracer: LayerCalls) -> Shapes | None:
    """Return the shape of the model's own input, batch included.

    Raises the finding that refuses its arguments.
    """
    bound = _bound(layer, tracer)
    try:
        _check(bound)
        if is_of_tensor(bound):
            return Unknown("the shape of `input_tensor`", layer.site)
        return (None, *image(bound))
    except UnknownUsed as used:
        return used.unknown


def _bound(layer: Layer, tracer: LayerCalls) -> Bound:
    signature = application_signature(layer.cls)
    assert signature is not None
    found = bind(layer, signature, (), tracer.keras)
    found.tracer = tracer
    return found


def _pretrained(layer: Bound) -> bool:
    """Return whether published weights are loaded; raise `BadArgument` for an unknown name."""
    weights = layer["weights"]
    if weights is not None and not isinstance(weights, str | Symbol):
        raise refuse(layer, "weights", "None, 'imagenet' or a file", weights)
    return isinstance(weights, str) and weights == "imagenet"


def _given_shape(layer: Bound) -> Shape | None:
    """Return `input_shape`, `None` if it is not given; raise `BadArgument`."""
    shape = value_of(layer, "input_shape")
    if isinstance(shape, Unknown):  # whatever it is, an image has three dims
        return shape, shape, shape
    if shape is None:
        return None
    dims: list[object] = [shape]
    if isinstance(shape, tuple | list):
        dims = [item_of(layer, "input_shape", dim) for dim in shape]
    elif isinstance(shape, int):
        dims = [""]
    if not all(isinstance(dim, int | Unknown | None) for dim in dims):
        raise refuse(layer, "input_shape", "three integers", shape)
    return tuple(dims)  # type: ignore[arg-type]


def _check_classes(layer: Bound) -> None:
    if not layer["include_top"]:
        return
    classes = value_of(layer, "classes")
    if isinstance(classes, Unknown):
        return
    if _pretrained(layer) and classes != 1000:
        expected = "1000, with the weights of ImageNet and include_top,"
        raise refuse(layer, "classes", expected, classes)
    integer(layer, "classes", 1)
    activation = layer.dim("classifier_activation")
    accepted: Collection[str] = ACTIVATIONS
    if layer["weights"] is not None:
        accepted = ("softmax", "linear")
    if isinstance(activation, str) and activation not in accepted:
        raise refuse(layer, "classifier_activation", "None or 'softmax'", activation)


def _check_width(layer: Bound) -> None:
    """Raise `BadArgument` for what the MobileNets refuse when they load weights."""
    if not _pretrained(layer) or "alpha" not in layer.signature.names:
        return
    choices: tuple[float, ...] = _ALPHAS.get(layer.cls, (0.75, 1.0))
    if layer.values.get("minimalistic"):
        choices = (1.0,)
    check_choice(layer, "alpha", choices, "one of " + ", ".join(map(str, choices)))
    if "depth_multiplier" in layer.signature.names:
        check_choice(layer, "depth_multiplier", (1,), "1, with the weights of ImageNet,")


def _default_side(layer: Bound, shape: Shape | None) -> int:
    """Return the side that the model is trained on."""
    side = None
    if shape is not None and len(shape) >= 2 and shape[0] == shape[1]:
        side = shape[0]
    if isinstance(side, int) and side in _TRAINED_ON.get(layer.cls, ()):
        return side
    return _DEFAULT.get(layer.cls, 224)


def _check_least(layer: Bound, shape: Shape) -> None:
    least = _LEAST.get(layer.cls, 32)
    if any(isinstance(side, int) and side < least for side in shape[:2]):
        raise SizeNotPositive(
            layer.cls, expected=f"at least {least} x {least}", actual=shape, least=True
        )


def image(layer: Bound) -> Shape:
    """Return the image that the model is made for, without the batch; raise `BadArgument`.

    Source: `obtain_input_shape` in Keras's `applications/imagenet_utils.py`.
    """
    shape = _given_shape(layer)
    if layer.cls.startswith("MobileNetV3"):
        return _mobilenet_v3_image(layer, shape)
    pretrained, top = _pretrained(layer), bool(layer["include_top"])
    if layer.cls.startswith("NASNet") and pretrained and shape is not None and None in shape:
        raise refuse(layer, "input_shape", "integers, with the weights of ImageNet,", shape)
    if pretrained and top:
        return _imagenet_image(layer, shape)
    if not shape:
        side = _default_side(layer, shape)
        if top:
            return (side, side, 3)
        return (None, None, 3)
    if len(shape) != 3:
        raise refuse(layer, "input_shape", "three integers", shape)
    if pretrained and not isinstance(shape[-1], Unknown) and shape[-1] != 3:
        raise refuse(layer, "input_shape", "3 channels, with the weights of ImageNet,", shape)
    _check_least(layer, shape)
    if top and None in shape:
        raise refuse(layer, "input_shape", "integers, with include_top,", shape)
    if pretrained:
        return (*shape[:2], 3)
    return shape


def _mobilenet_v3_image(layer: Bound, shape: Shape | None) -> Shape:
    if shape is None:
        return (None, None, 3)
    if len(shape) != 3:
        raise refuse(layer, "input_shape", "three integers", shape)
    if all(isinstance(side, int) and side for side in shape[:2]):
        _check_least(layer, shape)
    return shape


def _imagenet_image(layer: Bound, shape: Shape | None) -> Shape:
    """Return the only image that a model with its classifier for ImageNet accepts."""
    side = _default_side(layer, shape)
    default = (side, side, 3)
    if shape is None:
        return default
    accepted = len(shape) == 3 and not isinstance(layer["input_shape"], list)
    if not accepted or any(
        isinstance(dim, int | None) and dim != own for dim, own in zip(shape, default, strict=True)
    ):
        expected = f"{show(default)}, with its classifier for ImageNet,"
        raise refuse(layer, "input_shape", expected, shape)
    return default
