"""Models of `keras.applications`: what is asked of them, and how they find their input shapes."""

from __future__ import annotations

import libcst as cst

from kfix.model.abstract_value import AbstractValue
from kfix.model.graph import Dim, Shape
from kfix.model.unknown import Unknown
from kfix.source.interpreter.attributes import attribute
from kfix.source.interpreter.calls import Call
from kfix.source.interpreter.containers import NONE, Const
from kfix.source.interpreter.conversion import from_plain, from_shape, to_shape
from kfix.source.keras.application_models import as_model
from kfix.source.keras.layers import DATA_FORMAT
from kfix.source.library import lookup
from kfix.source.library.arguments import (
    Bound,
    integer,
    is_none,
    items_of,
    string,
    written_receiver,
)
from kfix.source.library.signatures import function, method, within

_RANK = 3
_COLOURS = 3
_CHANNELS_AXIS = {True: 0, False: -1}
"""The axis of the channels, by whether they come first."""


@function(
    "keras.applications.imagenet_utils.obtain_input_shape "
    "keras.applications.imagenet_utils._obtain_input_shape",
    "input_shape, default_size, min_size, data_format, require_flatten, weights='imagenet'",
)
def _input_shape(call: Bound) -> AbstractValue:
    """Return the input shape that a model takes; unknown where Keras raises.

    After `obtain_input_shape` in Keras's `applications/imagenet_utils.py`.
    """
    weights, flatten = call["weights"], call.flag("require_flatten")
    first = call.string("data_format") == "channels_first"
    given = None if is_none(call["input_shape"]) else to_shape(call["input_shape"])
    if flatten is None or isinstance(given, Unknown) or isinstance(weights, Unknown):
        return call.unknown(because=given)
    published = isinstance(weights, Const) and weights.value == "imagenet"
    channels: Dim = _COLOURS
    if given and not published and len(given) == _RANK:
        channels = given[_CHANNELS_AXIS[first]]
    usual = _image(call.dim("default_size"), channels, first)
    if published and flatten:
        shape = usual
        wrong = given is not None and given != usual
    elif given:
        shape = given
        wrong = _is_refused(given, call.integer("min_size"), first, published)
    else:
        shape, wrong = _image(None, _COLOURS, first), False
        if flatten:
            shape = usual
    if wrong or (flatten and None in shape):
        return call.unknown("the shape is refused by `obtain_input_shape`")
    return from_shape(shape)


@function("keras.applications.imagenet_utils.correct_pad", "inputs, kernel_size")
def _correct_pad(call: Bound) -> AbstractValue:
    """Return the padding before a convolution of stride 2: a pixel less at one end of an even size.

    After `correct_pad` in Keras's `applications/imagenet_utils.py`.
    """
    dims = to_shape(attribute(call.context, call["inputs"], "shape"))
    sizes = map(integer, items_of(call["kernel_size"]) or [call["kernel_size"]] * 2)
    halves = [size // 2 for size in sizes if size is not None]
    if isinstance(dims, Unknown) or len(halves) != _RANK - 1:
        return call.unknown(because=dims)
    first = string(call.interpreter.settings.get(DATA_FORMAT, NONE)) == "channels_first"
    spatial = dims[1 + first : _RANK + first]
    less = [1 - size % 2 for size in spatial if isinstance(size, int)]
    if spatial[:1] == (None,):
        less = [1, 1]
    if len(less) != len(halves):
        return call.unknown()
    return from_plain(tuple((half - one, half) for half, one in zip(halves, less, strict=True)))


def _image(size: Dim, channels: Dim, first: bool) -> Shape:
    if first:
        return (channels, size, size)
    return (size, size, channels)


def _is_refused(shape: Shape, least: int | None, first: bool, published: bool) -> bool:
    """Return whether Keras refuses an input shape: its rank, its channels or its size."""
    if len(shape) != _RANK:
        return True
    sizes = list(shape)
    channels = sizes.pop(_CHANNELS_AXIS[first])
    if published and channels != _COLOURS:
        return True
    return any(isinstance(size, int) and size < (least or 0) for size in sizes)


@method(within("layer", "compile fit evaluate predict train_on_batch test_on_batch "
                        "predict_on_batch fit_generator evaluate_generator"))  # fmt: skip
def _as_a_model(call: Call) -> AbstractValue:
    """Train a model of `keras.applications` as it is, or ask it, as any other model."""
    written = written_receiver(call)
    name = written.value if isinstance(written, cst.Name) else None
    model = as_model(call, call.receiver, name)
    if model is None:
        return call.unknown()
    method_of_model = lookup.method_of(model, call.name)
    assert method_of_model is not None  # every model has these methods
    result = method_of_model(Call(call.context, call.given, model, call.name))
    return NONE if result is None else result
