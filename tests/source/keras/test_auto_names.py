"""Layers by the names that Keras makes up for them, with real Keras as the judge."""

from __future__ import annotations

from typing import Any

import pytest

from kfix.model.unknown import Unknown
from kfix.shapes import Trace, Tracer
from kfix.source.reader import read
from kfix.source.syntax.loading import load
from tests.real_keras import weightless

HEAD = "import keras\nfrom keras import layers\n"
CHAIN = (
    "m = keras.Sequential([keras.Input((9,)), layers.Dense(8), layers.Dense(7), "
    "layers.Dropout(0.1)])\n"
    "m.add(layers.Dense(6))\n"
)
END = "end = keras.Model(m.inputs, m.get_layer({}).output)\n"


def reading(text: str) -> Trace:
    tracer = Tracer()
    program = read(load("m.py", (HEAD + text).encode()), tracer)
    return tracer.trace(program.models[-1])


KNOWN = {
    "the first": CHAIN + END.replace("{}", "'dense'"),
    "the last": CHAIN + END.replace("{}", "'dense_2'"),
    "of a second model": CHAIN + CHAIN + END.replace("{}", "name='dense_4'"),
    "another class": CHAIN + END.replace("{}", "'dropout'"),
    "names that are given": "m = keras.Sequential([keras.Input((9,)), layers.Dense(8, name='a'), "
    "layers.Dense(7)])\n" + END.replace("{}", "'dense'"),
    "another name of a class": "m = keras.Sequential([keras.Input((9, 9, 3)), "
    "layers.Convolution2D(4, 3), "
    "layers.Conv2D(5, 3), layers.MaxPool2D()])\n"
    + END.replace("{}", "'max_pooling2d'")
    + END.replace("{}", "'conv2d_1'"),
    "after clear_session": CHAIN
    + "keras.backend.clear_session()\n"
    + CHAIN
    + END.replace("{}", "'dense_1'"),
    "in a loop": "m = keras.Sequential([keras.Input((9,))])\nfor n in (8, 7, 6):\n"
    "    m.add(layers.Dense(n))\n" + END.replace("{}", "'dense_1'"),
    "of a graph": "i = keras.Input((9,))\nx = layers.Dense(5)(layers.Dense(6)(i))\n"
    "m = keras.Model(i, layers.Dense(2)(x))\n" + END.replace("{}", "'dense_1'"),
    "of a copy": CHAIN
    + "m = keras.models.clone_model(m)\n"
    + CHAIN.replace("m", "n", 1).replace("m.add", "n.add")
    + END.replace("{}", "'dense_1'"),
    "behind a base": "base = keras.applications.MobileNet(weights=None, "
    "include_top=False, input_shape=(32, "
    "32, 3))\n"
    "x = layers.GlobalAveragePooling2D()(base.output)\n"
    "m = keras.Model(base.input, layers.Dense(4)(layers.Dense(5)(x)))\n"
    + END.replace("{}", "'dense_1'"),
    "by its own word": CHAIN
    + "end = keras.Model(m.inputs, [x.output for x in m.layers if x.name == 'dense_1'])\n",
}


@pytest.mark.parametrize("name", KNOWN)
def test_it_is_the_layer_that_keras_means(name: str) -> None:
    import keras

    names: dict[str, Any] = {}
    keras.backend.clear_session()
    with weightless():
        exec(HEAD + KNOWN[name], names)
    trace = reading(KNOWN[name])
    assert trace.outputs == [tuple(tensor.shape) for tensor in names["end"].outputs]
    assert trace.params == names["end"].count_params()


DOUBTFUL = {
    "behind a test": "import sys\nif sys.argv[1]:\n    layers.Dense(3)\n" + CHAIN,
    "behind a loop": "for line in open('x'):\n    layers.Dense(3)\n" + CHAIN,
    "no such layer": CHAIN.replace("layers.Dense(7)", "layers.ReLU()"),
}


@pytest.mark.parametrize("name", DOUBTFUL)
def test_what_is_not_known_is_unknown(name: str) -> None:
    assert isinstance(reading(DOUBTFUL[name] + END.replace("{}", "'dense_2'")).params, Unknown)
