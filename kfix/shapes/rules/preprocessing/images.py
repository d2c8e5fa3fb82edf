"""Image layers: augmentation keeps the shape, resizing and cropping set height and width."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from kfix.findings import Finding
from kfix.findings.bad_argument import BadArgument
from kfix.findings.data import Rank
from kfix.findings.dim_mismatch import DimMismatch
from kfix.findings.rank_mismatch import RankMismatch
from kfix.findings.refused_when_run import RefusedWhenRun
from kfix.findings.wrong_inputs import WrongInputs
from kfix.model.graph import Dim, Shape, Shapes
from kfix.model.unknown import Unknown, UnknownUsed
from kfix.shapes.binding import Bound
from kfix.shapes.registry import rule
from kfix.shapes.tunable_arguments import free
from kfix.shapes.values import channels_first, check_seed, known, refuse

_BASE = ("bounding_box_format", "factor", "data_format")
"""What `BaseImagePreprocessingLayer` takes by keyword, whatever the class itself declares."""
_FILL_MODES = ("reflect", "wrap", "constant", "nearest")
_INTERPOLATIONS = ("nearest", "bilinear")


class Checks(NamedTuple):
    """What the constructor of an augmentation checks.

    - `base`: the bounds of a `factor` that goes to the base class (there `None` is 0), if it takes one.
    - `factors`: arguments that are a number or two in the bounds; of two, Keras looks only at the outer sides.
    - `strict`: the same, each number for itself.
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

CHECKS = {
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


def _numbers(value: object) -> tuple[Any, ...] | None:
    """A number, or two of them, as a tuple; `None` for anything else."""
    numbers = tuple(value) if isinstance(value, tuple | list) and len(value) == 2 else (value,)
    return numbers if all(isinstance(number, int | float) for number in numbers) else None


def check_factor(
    layer: Bound, name: str, value: object, low: float, high: float, strict: bool = False
) -> None:
    """Refuses what is not a number or two in `[low, high]`; raises `BadArgument`."""
    if isinstance(value, Unknown) or (
        isinstance(value, tuple | list) and any(isinstance(v, Unknown) for v in value)
    ):
        return
    numbers = _numbers(value)
    if numbers is not None:
        if strict or len(numbers) == 1:
            if all(low <= number <= high for number in numbers):
                return
        elif not (numbers[0] > high or numbers[1] < low):
            return
    raise refuse(layer, name, f"a number from {low:g} to {high:g}, or two,", value)


def _check_pair(layer: Bound, name: str) -> None:
    value = known(layer, name)
    if isinstance(value, Unknown):
        return
    if (
        not isinstance(value, tuple | list)
        or len(value) != 2
        or len({isinstance(v, str) for v in value}) > 1
    ):
        raise refuse(layer, name, "two numbers", value)


def _check_base_factor(layer: Bound, bounds: tuple[float, float] | None) -> None:
    declared = "factor" in layer.signature.names
    if declared and layer.cls not in ("RandomBrightness", "RandomRotation"):
        return
    value = layer.dim("factor")
    if isinstance(value, Unknown):
        return
    if bounds is None:
        if value is not None:
            raise refuse(layer, "factor", "no value", value)
        return
    check_factor(layer, "factor", value or 0.0, *bounds)


def check_image(layer: Bound) -> None:
    """What the constructor of an augmentation refuses; raises `BadArgument`."""
    checks = CHECKS.get(layer.cls, Checks())
    channels_first(layer)
    _check_base_factor(layer, checks.base)
    for name, low, high in checks.factors:
        check_factor(layer, name, known(layer, name), low, high)
    for name, low, high in checks.strict:
        value = known(layer, name)
        if value is None and layer.cls == "RandomZoom" and name == "width_factor":
            continue
        check_factor(layer, name, value, low, high, strict=True)
    for name, choices in checks.choices:
        value = known(layer, name)
        if not isinstance(value, Unknown) and value not in choices:
            raise refuse(layer, name, " or ".join(map(repr, choices)), value)
    for name in checks.pairs:
        _check_pair(layer, name)
    if "seed" in layer.signature.names:
        check_seed(layer)
    more = _MORE.get(layer.cls)
    if more is not None:
        more(layer)


# --- what single classes check on top -----------------------------------------------------------


def _check_zoom(layer: Bound) -> None:
    for name in ("height_factor", "width_factor"):
        if -1.0 in (_numbers(known(layer, name)) or ()):
            raise refuse(layer, name, "a number above -1", layer.dim(name))


def _check_scale(layer: Bound) -> None:
    scale = known(layer, "scale")
    if not isinstance(scale, Unknown) and not (isinstance(scale, int | float) and 0 <= scale <= 1):
        raise refuse(layer, "scale", "a number from 0 to 1", scale)


def _check_grayscale(layer: Bound) -> None:
    factor = known(layer, "factor")
    if not isinstance(factor, Unknown) and not (
        isinstance(factor, int | float) and 0 <= factor <= 1
    ):
        raise refuse(layer, "factor", "a number from 0 to 1", factor)


def _check_blur(layer: Bound) -> None:
    size = known(layer, "kernel_size")
    if isinstance(size, Unknown):
        return
    numbers = _numbers(size)
    if numbers is None or any(number % 2 == 0 for number in numbers):
        raise refuse(layer, "kernel_size", "an odd number, or two,", size)


def _check_boxes(layer: Bound) -> None:
    for name in ("max_number", "fill_value"):
        value = known(layer, name)
        try:
            int(0 if isinstance(value, Unknown) else value)  # type: ignore[call-overload]
        except (TypeError, ValueError):
            raise refuse(layer, name, "an integer", value) from None


def _check_jitter(layer: Bound) -> None:
    given = {
        name: known(layer, f"{name}_factor")
        for name in ("brightness", "contrast", "saturation", "hue")
    }
    bounds = {"brightness": _ANY, "contrast": _UNIT, "saturation": _ANY, "hue": _UNIT}
    for name, value in given.items():
        if value is not None:
            zero = name == "brightness" and not isinstance(value, Unknown) and not value
            check_factor(layer, f"{name}_factor", 0.0 if zero else value, *bounds[name])
    if given["brightness"] is not None or given["saturation"] is not None:
        _check_pair(layer, "value_range")


_MORE = {
    "RandomZoom": _check_zoom,
    "RandomPerspective": _check_scale,
    "RandomGrayscale": _check_grayscale,
    "RandomGaussianBlur": _check_blur,
    "MaxNumBoundingBoxes": _check_boxes,
    "RandomColorJitter": _check_jitter,
}


# --- the shapes -----------------------------------------------------------------------------------


def needs_image(layer: Bound, x: Shapes) -> Finding | None:
    """Every image layer takes an image or a batch of them, but Keras asks for that only when it runs."""
    if isinstance(x, tuple) and len(x) not in (3, 4):
        return RefusedWhenRun(layer.cls, expected=Rank(3, 4), actual=x)
    return None


@rule(*CHECKS, check=check_image, at_run_time=needs_image, extra=_BASE, many=True)
def augmentation(layer: Bound, x: Shapes) -> Shapes:
    """The shape stays (a dict of images, labels and boxes too); no weights."""
    if isinstance(x, Unknown):
        raise UnknownUsed(x)
    if layer.cls == "RandomGrayscale" and isinstance(x, list):
        raise WrongInputs(layer.cls, expected="one input", actual=x)
    if layer.cls == "RandomColorDegeneration":
        if isinstance(x, dict):
            raise UnknownUsed(Unknown("a dict of images", layer.layer.site))
        if len(x) not in (3, 4):
            raise RankMismatch(layer.cls, expected=Rank(3, 4), actual=x)
        channels = x[-3] if channels_first(layer) else x[-1]
        if isinstance(channels, int) and channels != 3:
            raise DimMismatch(layer.cls, expected="3 channels", actual=channels)
    return x


def _size(layer: Bound, name: str) -> Dim:
    value = known(layer, name)
    if isinstance(value, Unknown) or value is None:
        return value
    if not isinstance(value, int) or value < 0:
        raise refuse(layer, name, "an integer", value)
    return value


def _check_resizing(layer: Bound) -> None:
    channels_first(layer)
    if known(layer, "factor") is not None and "factor" in layer and layer.cls != "RandomCrop":
        raise BadArgument(layer.cls, expected="no factor", actual=repr(layer.dim("factor")))
    if layer.cls == "RandomCrop":
        _check_base_factor(layer, _ANY)
        check_seed(layer)


def _resized(layer: Bound, x: Shape, axes: Sequence[int]) -> Shapes:
    """`x` with height and width on these two axes."""
    if not -len(x) <= axes[0] < len(x) or not -len(x) <= axes[1] < len(x):
        raise RankMismatch(layer.cls, expected=Rank(3, 4), actual=x)
    dims = list(x)
    dims[axes[0]] = _size(layer, "height")
    dims[axes[1]] = _size(layer, "width")
    return tuple(dims)


_SIZES = (free("height"), free("width"))


@rule(
    "Resizing",
    "CenterCrop",
    check=_check_resizing,
    extra=_BASE,
    knobs=_SIZES,
    at_run_time=needs_image,
)
def resizing(layer: Bound, x: Shape) -> Shapes:
    """Height and width become those given; of an image or a batch of images. A crop may be larger than its image."""
    if layer.cls == "CenterCrop" and len(x) not in (3, 4):
        raise RankMismatch(layer.cls, expected=Rank(3, 4), actual=x)
    first = channels_first(layer)
    start = (1 if len(x) == 4 else 0) + (1 if first else 0)
    return _resized(layer, x, (start, start + 1))


@rule("RandomCrop", check=_check_resizing, extra=_BASE, knobs=_SIZES, at_run_time=needs_image)
def random_crop(layer: Bound, x: Shape) -> Shapes:
    """Height and width become those given."""
    return _resized(layer, x, (-2, -1) if channels_first(layer) else (-3, -2))
