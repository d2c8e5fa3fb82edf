"""Functional models that go on from the output of a model of keras.applications, listed as real Keras lists them."""

from __future__ import annotations

import math
from typing import Any

import pytest

from kfix.model import Program
from kfix.report.naming import Names
from kfix.report.rows import rows, sources_of
from kfix.shapes import Trace, Tracer
from kfix.shapes.signatures import application_names
from kfix.source.loading import load
from kfix.source.reader import read
from tests.real_keras import weightless

HEAD = "import keras\nfrom keras import layers\n"

SETTINGS = {
    "MobileNet": "alpha=0.25",
    "MobileNetV2": "alpha=1.4, classes=7, input_shape=(75, 90, 3)",
    "MobileNetV3Large": "alpha=0.75, include_top=False, input_shape=(75, 90, 3)",
    "MobileNetV3Small": "minimalistic=True, include_preprocessing=False, classes=5, input_shape=(90, 75, 3)",
    "EfficientNetV2B0": "include_preprocessing=False, classifier_activation=None, classes=4, input_shape=(64, 64, 3)",
    "EfficientNetB1": "input_shape=(61, 70, 3), classes=3",
    "ConvNeXtTiny": "include_preprocessing=False, classes=3, classifier_activation=None, input_shape=(64, 64, 3)",
    "NASNetMobile": "input_shape=(75, 90, 3), include_top=False, pooling='max'",
    "DenseNet121": "include_top=False",
    "InceptionV3": "input_tensor=keras.Input((97, 120, 3)), include_top=False, pooling='avg'",
}
"""Each model is asked for once on an image; these have something else about them as well."""


def reading(text: str) -> tuple[Program, list[Trace]]:
    tracer = Tracer()
    program = read(load("m.py", (HEAD + text).encode()), tracer)
    tracer.switch(program.switched)
    return program, [tracer.trace(model) for model in program.models]


def really(text: str) -> dict[str, Any]:
    import keras

    names: dict[str, Any] = {}
    keras.backend.clear_session()
    with weightless():
        exec(HEAD + text, names)
    return names


def taken(layer: Any, model: Any) -> set[Any]:
    """The layers that a real layer takes its tensors from, operations passed through; "input" for an Input."""
    found: set[Any] = set()
    waiting = [tensor._keras_history.operation for tensor in layer._inbound_nodes[0].input_tensors]
    while waiting:
        operation = waiting.pop()
        if type(operation).__name__ == "InputLayer":
            found.add("input")
        elif any(operation is each for each in model.layers):
            found.add(operation.name)
        else:
            waiting += [tensor._keras_history.operation for tensor in operation._inbound_nodes[0].input_tensors]
    return found


def agree(program: Program, trace: Trace, real: Any, inputs: bool = True) -> None:
    """The layers of both in the same order, each with its class, name, shape and weights; what is trained in all."""
    shown = list(rows(trace.listed))
    names = Names(program.models)
    theirs = [layer for layer in real.layers if type(layer).__name__ != "InputLayer"]
    assert [(row.cls, names.of(row.node.layer), row.traced.outputs, row.traced.params) for row in shown] == [
        (type(layer).__name__, layer.name, tuple(layer.output.shape), layer.count_params()) for layer in theirs
    ]
    if inputs:
        sources = sources_of(trace.listed.model, shown)
        told = [{names.of(shown[s["layer"]].node.layer) if "layer" in s else "input" for s in each} for each in sources]
        assert told == [taken(layer, real) for layer in theirs]
    assert trace.listed.params == trace.params == real.count_params()
    assert trace.listed.trained_alone == sum(math.prod(weight.shape) for weight in real.trainable_weights)


FROZEN = "for layer in base.layers[:len(base.layers) * 2 // 3]:\n    layer.trainable = False\n"
POOLED = "a = keras.Model(base.input, layers.Dense(3)(layers.GlobalAveragePooling2D()(base.output)))\n"
AS_IT_IS = "a = keras.Model(inputs=base.inputs, outputs=layers.UnitNormalization()(base.output))\n"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", application_names())
def test_each_base_is_listed_layer_by_layer(name: str) -> None:
    plain = f"base = keras.applications.{name}(weights=None, include_top=False, input_shape=(96, 107, 3))\n"
    texts = [plain + FROZEN + POOLED]
    if name in SETTINGS:
        texts.append(f"base = keras.applications.{name}(weights=None, {SETTINGS[name]})\n" + FROZEN + AS_IT_IS)
    for text in texts:
        program, (trace,) = reading(text)
        agree(program, trace, really(text)["a"])
