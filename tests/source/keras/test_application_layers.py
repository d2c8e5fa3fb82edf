"""Tensors from inside models of keras.applications, compared with real ones (built without
weights).
"""

from __future__ import annotations

import math
from typing import Any

import pytest

from kfix.model.unknown import Unknown
from kfix.report.rows import rows
from kfix.shapes import Trace, unknowns
from tests.real_keras import weightless
from tests.source.traced import HEAD, reading

CASES = [
    ("VGG16", "input_shape=(75, 64, 3), include_top=False"),
    ("VGG19", "input_shape=(64, 96, 3), classes=7"),
    ("ResNet50", "input_shape=(97, 33, 3), include_top=False, pooling='avg'"),
    ("ResNet50", "include_top=False"),
    ("ResNet50V2", "input_tensor=keras.Input((97, 128, 3)), include_top=False"),
    ("MobileNet", "input_shape=(65, 99, 3), include_top=False"),
    ("MobileNet", "input_shape=(96, 64, 3), classes=5"),
    ("MobileNetV2", "input_shape=(65, 98, 3), include_top=False, pooling='max'"),
    ("MobileNetV2", "input_shape=(96, 128, 3), include_top=False"),
    ("EfficientNetB0", "input_shape=(97, 76, 3), include_top=False"),
    ("EfficientNetB0", "include_top=False"),
    ("EfficientNetV2B0", "input_shape=(97, 76, 3), include_top=False"),
    ("DenseNet121", "input_shape=(97, 76, 3), include_top=False"),
    ("Xception", "input_shape=(97, 76, 3), include_top=False"),
    ("InceptionV3", "input_shape=(97, 160, 3), include_top=False"),
]

SMALL = (
    "base = keras.applications.VGG16(weights=None, include_top=False, input_shape=(64, 64, 3))\n"
)


def really(text: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    with weightless():
        exec(HEAD + text, names)
    return names


def agree(found: Trace, real: Any) -> None:
    """Compare layers, their order, shapes, weights and trainable weights."""
    mine = [(row.cls, row.traced.outputs) for row in rows(found)]
    theirs = [layer for layer in real.layers if type(layer).__name__ != "InputLayer"]
    assert mine == [(type(layer).__name__, tuple(layer.output.shape)) for layer in theirs]
    for row, layer in zip(rows(found), theirs, strict=True):
        assert row.node.layer.name in (None, layer.name)
    assert found.outputs == [tuple(tensor.shape) for tensor in real.outputs]
    assert found.params == real.count_params()
    assert found.trained == sum(math.prod(weight.shape) for weight in real.trainable_weights)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "options"), CASES)
def test_every_layer(name: str, options: str) -> None:
    text = f"base = keras.applications.{name}(weights=None, {options})\n"
    number = len(really(text)["base"].layers)
    text += f"a = keras.Model(base.input, [base.layers[i].output for i in range(1, {number})])\n"
    text += f"b = keras.Model(base.input, layers.Dense(3)(base.layers[{-number // 3}].output))\n"
    real = really(text)
    _, (first, second) = reading(text)
    agree(first, real["a"])
    agree(second, real["b"])


HEADS = [
    "a = keras.Model(base.input, [base.get_layer('block1_conv1').output, base.output])\n",
    "x = base.output\n"
    "a = keras.Model(base.input, layers.concatenate([x, "
    "base.get_layer(index=-1).output]))\n",
    "base.trainable = False\n"
    "a = keras.Model(base.inputs, layers.Dense(2)(base.get_layer(name='block4_pool').output))\n",
    "a = keras.Model(base.input, base.layers[-3].output)\nfor layer in a.layers[:4]:\n"
    "    layer.trainable = False\n",
]


@pytest.mark.parametrize("text", HEADS)
def test_model_made_of_parts(text: str) -> None:
    _, traces = reading(SMALL + text)
    agree(traces[-1], really(SMALL + text)["a"])


def test_what_is_not_asked_for_stays_one_layer() -> None:
    _, (trace,) = reading(SMALL + "a = keras.Model(base.input, layers.Flatten()(base.output))\n")
    assert [row.cls for row in rows(trace)] == ["Functional", "Flatten"]


@pytest.mark.parametrize(
    "asked",
    [
        "base.get_layer('no_such_layer')",
        "base.layers[99]",
        "keras.applications.MobileNet(alpha=0.3, weights=None).layers[3]",
        "keras.applications.ConvNeXtTiny(weights=None).layers[3]",
        "keras.applications.VGG16(classifier_activation=None, weights=None).layers[3]",
    ],
)
def test_what_is_not_known_is_unknown(asked: str) -> None:
    _, traces = reading(SMALL + f"a = keras.Model(base.input, layers.Dense(1)({asked}.output))\n")
    assert unknowns(traces[-1].outputs[0])
    assert isinstance(traces[-1].params, Unknown)


def test_weights_of_imagenet_scale_once_more() -> None:
    base = (
        "base = keras.applications.EfficientNetB0(include_top=False, input_shape=(64, 64, 3), "
        "weights='imagenet')\n"
    )
    _, (trace,) = reading(base + "a = keras.Model(base.input, base.layers[5].output)\n")
    assert [row.cls for row in rows(trace)] == [
        "Rescaling",
        "Normalization",
        "Rescaling",
        "ZeroPadding2D",
        "Conv2D",
    ]
    assert trace.outputs == [(None, 32, 32, 32)]
