"""The models of keras.applications, compared with real ones (built without weights)."""

from __future__ import annotations

import math
from typing import Any

import pytest

from kfix.findings import Finding
from kfix.model.graph import Argument, Layer, Library
from kfix.model.site import Site
from kfix.model.unknown import Unknown
from kfix.shapes import Tracer, application_arguments, signatures
from tests.shapes.judge import keras

SITE = Site("case.py", None, 0)


def traced(name: str, x: Any = None, **options: Any) -> Any:
    """Return what kfix says of the model, on its own input or on `x`."""
    arguments = tuple(Argument(key, value) for key, value in options.items())
    layer = Layer(name, arguments, SITE, 1, Library.APPLICATION)
    tracer = Tracer()
    own = application_arguments.input_shape(layer, tracer)
    return own, tracer.use(layer, ((None, own if x is None else x),))


def real(name: str, **options: Any) -> Any:
    """Return the real model, without memory for weights."""
    with keras().StatelessScope(initialize_variables=False):
        try:
            return getattr(keras().applications, name)(weights=None, **options)
        finally:
            keras().src.backend.common.global_state.set_global_attribute(
                "uninitialized_variables", []
            )


SMALL = [
    ("VGG16", {"input_shape": (75, 64, 3), "include_top": False}),
    ("VGG16", {"input_shape": (64, 96, 1), "classes": 7}),
    ("ResNet50", {"input_shape": (97, 33, 3), "include_top": False, "pooling": "avg"}),
    ("ResNet50V2", {"include_top": False}),
    ("MobileNet", {"input_shape": (65, 99, 3), "include_top": False, "alpha": 0.5}),
    ("MobileNetV2", {"input_shape": (65, 99, 3), "include_top": False, "alpha": 1.4}),
    ("MobileNetV2", {"input_shape": (96, 96, 3), "classes": 5}),
    ("MobileNetV3Small", {"input_shape": (97, 75, 3), "include_top": False}),
    ("MobileNetV3Small", {"input_shape": (64, 64, 3), "classes": 3}),
    ("EfficientNetB0", {"input_shape": (97, 75, 3), "include_top": False}),
    ("EfficientNetV2B0", {"input_shape": (97, 75, 4), "include_top": False, "pooling": "max"}),
    ("ConvNeXtTiny", {"input_shape": (97, 75, 3), "classes": 2}),
    ("DenseNet121", {"input_shape": (97, 75, 3), "include_top": False}),
    ("Xception", {"input_shape": (97, 75, 3), "include_top": False}),
    ("InceptionV3", {"input_shape": (97, 160, 3), "include_top": False}),
    ("NASNetMobile", {"input_shape": (97, 75, 3), "include_top": False}),
]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("name", "options"), SMALL, ids=lambda value: value if isinstance(value, str) else ""
)
def test_model(name: str, options: dict[str, Any]) -> None:
    model = real(name, **options)
    own, found = traced(name, weights=None, **options)
    assert own == tuple(model.input_shape)
    assert found.outputs == tuple(model.output_shape)
    assert found.params == model.count_params()
    assert found.trained == sum(math.prod(weight.shape) for weight in model.trainable_weights)


def test_every_model_is_in_the_table() -> None:
    for name in signatures.application_names():
        own, found = traced(name, include_top=False)
        assert own == (None, None, None, 3)
        assert found.outputs[:3] == (None, None, None)
        own, found = traced(name)
        if not name.startswith("MobileNetV3"):
            assert own[1] == own[2] >= 224
        assert found.outputs == (None, 1000)
        assert isinstance(found.params, int)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("VGG16", {"input_shape": (31, 64, 3), "include_top": False}),
        ("Xception", {"input_shape": (70, 71, 3), "include_top": False}),
        ("VGG16", {"input_shape": (64, 64, 1), "include_top": False}),
        ("VGG16", {"input_shape": (64, 64, 3)}),
        ("VGG16", {"classes": 10}),
        ("VGG16", {"weights": None, "input_shape": (None, None, 3)}),
        ("VGG16", {"input_shape": (64, 64), "include_top": False}),
        ("MobileNetV2", {"alpha": 0.9, "include_top": False}),
        ("MobileNet", {"depth_multiplier": 2, "include_top": False}),
        ("VGG16", {"classifier_activation": "relu"}),
    ],
)
def test_refused(name: str, options: dict[str, Any]) -> None:
    with pytest.raises(Finding):
        traced(name, **options)


def test_called_on_another_input() -> None:
    _, found = traced("VGG16", (None, 64, 64, 3), include_top=False, input_shape=(64, 64, 3))
    assert found.outputs == (None, 2, 2, 512)
    _, found = traced("VGG16", (None, 32, 64, 3), include_top=False, input_shape=(64, 64, 3))
    assert found.status == "refused"
    _, found = traced("MobileNetV2", (None, 97, 97, 3), include_top=False)
    assert found.outputs == (None, 3, 3, 1280)  # built on an open size, padding rounds down
    _, found = traced("VGG16", Unknown("x"), include_top=False, pooling="avg")
    assert found.outputs[1] == 512
