"""Image layers, as in Keras's own `layers/preprocessing/image_preprocessing`.

Augmentation keeps the shape; resizing and cropping set height and width.
"""

from __future__ import annotations

from collections.abc import Sequence

from kfix.findings import Finding
from kfix.findings.bad_argument import BadArgument
from kfix.findings.data import Rank
from kfix.findings.dim_mismatch import DimMismatch
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Shape, Shapes
from kfix.model.record import Value
from kfix.model.unknown import Unknown, UnknownUsed, any_unknown
from kfix.shapes import effects as fx
from kfix.shapes.binding import Bound
from kfix.shapes.formatting import show_value
from kfix.shapes.registry import rule
from kfix.shapes.tunable_arguments import free
from kfix.shapes.values import (
    as_sequence,
    channels_first,
    check_choice,
    check_number,
    check_seed,
    optional_integer,
    refuse,
    to_integer,
    value_of,
)

_BASE = ("bounding_box_format", "factor", "data_format")
"""What `BaseImagePreprocessingLayer` accepts by keyword, whatever the class itself declares."""
_FILL_MODES = ("reflect", "wrap", "constant", "nearest")
_INTERPOLATIONS = ("nearest", "bilinear")


class Checks(Value):
    """What the constructor of an augmentation layer checks.

    - `base`: the bounds of a `factor` that goes to the base class (there `None` is 0), if any.
    - `factors`: arguments that are a number or two within bounds; of two, Keras only compares each
      with the bound on the other side.
    - `strict`: the same, but each number must be within the bounds.
    - `choices`: the allowed values of an argument.
    - `pairs`: arguments that are two comparable numbers.
    """

    base: tuple[float, float] | None = None
    factors: tuple[tuple[str, float, float], ...] = ()
    strict: tuple[tuple[str, float, float], ...] = ()
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    pairs: tuple[str, ...] = ()


_ANY = (-1.0, 1.0)
_UNIT = (0.0, 1.0)
_FACTOR = (("factor", 0.0, 1.0),)
_SIGNED = (("factor", -1.0, 1.0),)
_RANGE = ("value_range",)
_INTERPOLATION = ("interpolation", _INTERPOLATIONS)
_FILL = ("fill_mode", _FILL_MODES)

_CHECKS = {
    "AugMix": Checks(strict=_FACTOR, choices=(_INTERPOLATION,), pairs=_RANGE),
    "AutoContrast": Checks(pairs=_RANGE),
    "ContrastLimitedAdaptiveHistogramEqualization": Checks(base=_ANY),
    "CutMix": Checks(factors=_FACTOR),
    "Equalization": Checks(base=_ANY, pairs=_RANGE),
    "MaxNumBoundingBoxes": Checks(base=_ANY),
    "MixUp": Checks(base=_ANY),
    "RandAugment": Checks(strict=_FACTOR, choices=(_INTERPOLATION,), pairs=_RANGE),
    "RandomBrightness": Checks(base=_ANY, pairs=_RANGE),
    "RandomColorDegeneration": Checks(base=_ANY, factors=_SIGNED, pairs=_RANGE),
    "RandomColorJitter": Checks(base=_ANY),
    "RandomContrast": Checks(base=_UNIT, factors=_FACTOR),
    "RandomElasticTransform": Checks(
        factors=(*_FACTOR, ("scale", 0.0, 1.0)),
        choices=(
            _INTERPOLATION,
            ("fill_mode", ("constant", "nearest", "wrap", "mirror", "reflect")),
        ),
    ),
    "RandomErasing": Checks(factors=(*_FACTOR, ("scale", 0.0, 1.0))),
    "RandomFlip": Checks(),
    "RandomGaussianBlur": Checks(factors=(*_FACTOR, ("sigma", 0.0, 1.0))),
    "RandomGrayscale": Checks(base=_ANY),
    "RandomHue": Checks(base=_UNIT, factors=_FACTOR),
    "RandomInvert": Checks(factors=_FACTOR),
    "RandomPerspective": Checks(factors=_FACTOR, choices=(_INTERPOLATION,)),
    "RandomPosterization": Checks(factors=(("factor", 1.0, 8.0),), pairs=_RANGE),
    "RandomRotation": Checks(base=_ANY, choices=(_FILL, _INTERPOLATION)),
    "RandomSaturation": Checks(base=_ANY, factors=_SIGNED, pairs=_RANGE),
    "RandomSharpness": Checks(factors=_FACTOR, pairs=_RANGE),
    "RandomShear": Checks(
        strict=(("x_factor", 0.0, 1.0), ("y_factor", 0.0, 1.0)), choices=(_FILL, _INTERPOLATION)
    ),
    "RandomTranslation": Checks(
        strict=(("height_factor", -1.0, 1.0), ("width_factor", -1.0, 1.0)),
        choices=(_FILL, _INTERPOLATION),
    ),
    "RandomZoom": Checks(
        strict=(("height_factor", -1.0, 1.0), ("width_factor", -1.0, 1.0)),
        choices=(_FILL, _INTERPOLATION),
    ),
    "Solarization": Checks(
        strict=(("addition_factor", 0.0, 1.0), ("threshold_factor", 0.0, 1.0)), pairs=_RANGE
    ),
}


def _numbers(value: object) -> tuple[float, ...]:
    """Return a number, or two of them, as a tuple; an empty one for anything else."""
    if isinstance(value, int | float):
        return (value,)
    if not isinstance(value, tuple | list) or len(value) != 2:
        return ()
    if not all(isinstance(number, int | float) for number in value):
        return ()
    return tuple(value)


def check_factor(
    layer: Bound, name: str, value: object, bounds: tuple[float, float], strict: bool = False
) -> None:
    """Raise `BadArgument` for what is not a number or two within these bounds; see `Checks`."""
    low, high = bounds
    items = as_sequence(value)
    if any_unknown(items):
        return
    numbers = _numbers(value)
    if strict or len(numbers) == 1:
        accepted = bool(numbers) and all(low <= number <= high for number in numbers)
    else:
        accepted = bool(numbers) and numbers[0] <= high and numbers[1] >= low
    if not accepted:
        raise refuse(layer, name, f"a number from {low:g} to {high:g}, or two,", value)


def _check_pair(layer: Bound, name: str) -> None:
    value = value_of(layer, name)
    if isinstance(value, Unknown):
        return
    is_pair = isinstance(value, tuple | list) and len(value) == 2
    if not is_pair or len({isinstance(item, str) for item in value}) > 1:  # type: ignore[attr-defined]
        raise refuse(layer, name, "two numbers", value)


def _check_base_factor(layer: Bound, bounds: tuple[float, float] | None) -> None:
    """Raise `BadArgument` for a `factor` that the base class refuses."""
    declared = "factor" in layer.signature.names
    if declared and layer.cls not in ("RandomBrightness", "RandomRotation"):
        return
    value = value_of(layer, "factor")
    if isinstance(value, Unknown):
        return
    if bounds is not None:
        check_factor(layer, "factor", value or 0.0, bounds)
    elif value is not None:
        raise refuse(layer, "factor", "no value", value)


def check_image(layer: Bound) -> None:
    """Raise `BadArgument` for what the constructor of an augmentation layer refuses."""
    checks = _CHECKS.get(layer.cls, Checks())
    channels_first(layer)
    _check_base_factor(layer, checks.base)
    for name, low, high in checks.factors:
        check_factor(layer, name, value_of(layer, name), (low, high))
    for name, low, high in checks.strict:
        value = value_of(layer, name)
        if value is None and layer.cls == "RandomZoom" and name == "width_factor":
            continue
        check_factor(layer, name, value, (low, high), strict=True)
    for name, choices in checks.choices:
        check_choice(layer, name, choices)
    for name in checks.pairs:
        _check_pair(layer, name)
    if "seed" in layer.signature.names:
        check_seed(layer)
    more = _MORE.get(layer.cls)
    if more is not None:
        more(layer)


# --- what single classes check besides ------------------------------------------------------------


def _check_zoom(layer: Bound) -> None:
    for name in ("height_factor", "width_factor"):
        if -1.0 in _numbers(value_of(layer, name)):
            raise refuse(layer, name, "a number above -1", layer.dim(name))


def _check_scale(layer: Bound) -> None:
    check_number(layer, "scale", 0, 1)


def _check_grayscale(layer: Bound) -> None:
    check_number(layer, "factor", 0, 1)


def _check_blur(layer: Bound) -> None:
    size = value_of(layer, "kernel_size")
    if isinstance(size, Unknown):
        return
    numbers = _numbers(size)
    if not numbers or any(number % 2 == 0 for number in numbers):
        raise refuse(layer, "kernel_size", "an odd integer or two", size)


def _check_boxes(layer: Bound) -> None:
    for name in ("max_number", "fill_value"):
        if not isinstance(value_of(layer, name), Unknown):
            to_integer(layer, name)


_JITTER = {"brightness": _ANY, "contrast": _UNIT, "saturation": _ANY, "hue": _UNIT}


def _check_jitter(layer: Bound) -> None:
    for name, bounds in _JITTER.items():
        value = value_of(layer, f"{name}_factor")
        if name == "brightness" and not isinstance(value, Unknown | None):
            value = value or 0.0
        if value is not None:
            check_factor(layer, f"{name}_factor", value, bounds)
    if any(layer.dim(name) is not None for name in ("brightness_factor", "saturation_factor")):
        _check_pair(layer, "value_range")


_MORE = {
    "RandomZoom": _check_zoom,
    "RandomPerspective": _check_scale,
    "RandomGrayscale": _check_grayscale,
    "RandomGaussianBlur": _check_blur,
    "MaxNumBoundingBoxes": _check_boxes,
    "RandomColorJitter": _check_jitter,
}


# --- shapes ---------------------------------------------------------------------------------------


def _image_when_run(layer: Bound, x: Shapes) -> Finding | None:
    """Return the refusal of anything but an image or a batch; Keras refuses it at run time."""
    if isinstance(x, tuple) and len(x) not in (3, 4):
        return RefusedWhenRun(layer.cls, expected=Rank(3, 4), actual=x)
    return None


@rule(
    *_CHECKS,
    check=check_image,
    at_run_time=_image_when_run,
    extra=_BASE,
    many=True,
    effects=fx.same,
)
def augmentation(layer: Bound, x: Shapes) -> Shapes:
    """Keep the shape, or the shapes of a dict of images, labels and boxes, without weights.

    Refused: factors outside of their bounds. RandomColorDegeneration refuses other than 3 channels.
    """
    if isinstance(x, Unknown):
        raise UnknownUsed(x)
    if layer.cls == "RandomGrayscale" and isinstance(x, list):
        raise WrongInputs(layer.cls, expected="one input", actual=x)
    if layer.cls == "RandomColorDegeneration":
        _check_colors(layer, x)
    return x


def _check_image_rank(layer: Bound, x: Shape | list[Shapes]) -> None:
    if len(x) not in (3, 4):
        raise RankMismatch(layer.cls, expected=Rank(3, 4), actual=x)


def _check_colors(layer: Bound, x: Shape | list[Shapes] | dict[str, Shapes]) -> None:
    """Raise `RankMismatch`, or `DimMismatch` for other than 3 channels."""
    if isinstance(x, dict):
        raise UnknownUsed(Unknown("a dict of images", layer.layer.site))
    _check_image_rank(layer, x)
    axis = -1
    if channels_first(layer):
        axis = -3
    channels = x[axis]
    if isinstance(channels, int) and channels != 3:
        raise DimMismatch(layer.cls, expected="3 channels", actual=channels)


def _check_resizing(layer: Bound) -> None:
    channels_first(layer)
    if value_of(layer, "factor") is not None and "factor" in layer and layer.cls != "RandomCrop":
        raise BadArgument(layer.cls, expected="no factor", actual=show_value(layer.dim("factor")))
    if layer.cls == "RandomCrop":
        _check_base_factor(layer, _ANY)
        check_seed(layer)


def _resized(layer: Bound, x: Shape, axes: Sequence[int]) -> Shapes:
    """Return `x` with height and width on these two axes; raise `RankMismatch`."""
    if not all(-len(x) <= axis < len(x) for axis in axes):
        raise RankMismatch(layer.cls, expected=Rank(3, 4), actual=x)
    dims = list(x)
    for axis, name in zip(axes, ("height", "width"), strict=True):
        dims[axis] = optional_integer(layer, name, 0)
    return tuple(dims)


_SIZES = (free("height"), free("width"))


@rule(
    "Resizing",
    "CenterCrop",
    check=_check_resizing,
    extra=_BASE,
    knobs=_SIZES,
    at_run_time=_image_when_run,
    effects=fx.sized,
)
def resizing(layer: Bound, x: Shape) -> Shapes:
    """Set height and width, of an image or of a batch of images. A crop may exceed its image.

    Refused when it is run: another rank than 3 or 4 (CenterCrop refuses it at once).
    """
    if layer.cls == "CenterCrop":
        _check_image_rank(layer, x)
    start = int(len(x) == 4) + int(channels_first(layer))
    return _resized(layer, x, (start, start + 1))


@rule(
    "RandomCrop",
    check=_check_resizing,
    extra=_BASE,
    knobs=_SIZES,
    at_run_time=_image_when_run,
    effects=fx.sized,
)
def random_crop(layer: Bound, x: Shape) -> Shapes:
    """Set height and width, of an image or of a batch of images."""
    if channels_first(layer):
        return _resized(layer, x, (-2, -1))
    return _resized(layer, x, (-3, -2))
