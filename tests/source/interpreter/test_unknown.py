"""What a program does not tell is unknown, never wrong: constants of modules that are not at hand,
parameters of functions that nothing calls, and what unknown functions give.
"""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.engine.results import ModelResult

HEAD = """
import config
import hyper as hp
from settings import FILTERS, SHAPE, UNITS
from keras import Input, Model, Sequential, layers
"""

UNTOLD = {
    "the shape of an Input": "i = Input(shape=config.SHAPE)\n"
    "m = Model(i, layers.Dense(config.UNITS)(i))",
    "names that were imported": "i = Input(SHAPE)\nm = Model(i, layers.Conv2D(FILTERS, 3)(i))",
    "a dim of an Input": "m = Sequential([Input((hp.height, hp.width, 3)), "
    "layers.Conv2D(hp.n[0], (hp.k, "
    "hp.k))])",
    "arguments of the first layer": "m = Sequential([layers.Dense(UNITS, input_dim=hp.dim), "
    "layers.Dense(UNITS * 2)])",
    "a vocabulary": "m = Sequential([Input((5,)), layers.Embedding(hp.size, hp.dim), "
    "layers.LSTM(hp.get('n'))])",
    "parameters that are None when they are left out": (
        "def net(shape=None, classes=None, activation=None):\n    i = Input(shape=shape)\n"
        "    return Model(i, layers.Dense(classes, activation=activation)(i))"
    ),
    "attributes that are None when they are left out": (
        "class Net:\n    def __init__(self, units=None):\n        self.units = units\n"
        "    def build(self):\n        return Sequential([Input((3,)), layers.Dense(self.units)])"
    ),
    "a size of a weight that is None when it is left out": (
        "class Scale(layers.Layer):\n    def __init__(self, width):\n"
        "        super().__init__()\n"
        "        self.scale = self.add_weight(shape=(width,), initializer='ones')\n"
        "    def call(self, x):\n        return x * self.scale\n"
        "def net(width=None):\n    i = Input((3,))\n    return Model(i, Scale(width)(i))"
    ),
    "one of several results of a layer": (
        "class Decode(layers.Layer):\n    def build(self, shape):\n"
        "        self.moves = self.add_weight(shape=(3, 3))\n"
        "    def call(self, x):\n        return hp.best(x), x, self.moves\n"
        "i = Input((5, 3))\nbest, scores, moves = Decode()(i)\n"
        "m = Model(i, [best, layers.Reshape((15,))(scores)])"
    ),
    "a test of a rank that depends on another test": (
        "def head(x):\n    return layers.GlobalMaxPooling2D()(x) if len(x.shape) == 4 else x\n"
        "def net(flat):\n    i = Input((8, 8, 3))\n    x = hp.best(i)\n"
        "    if flat:\n        x = layers.Flatten()(x)\n    return Model(i, head(x))"
    ),
    "what an unknown function makes of a tensor": (
        "i = Input((20, 20, 3))\nx = layers.ZeroPadding2D(padding=hp.padding_of(i, 3))(i)\n"
        "m = Model(i, layers.Conv2D(hp.filters_of(x), 3)(x))"
    ),
    "how many outputs there are": (
        "i = Input((4,))\nheads = []\nfor _ in range(hp.heads):\n"
        "    heads.append(layers.Dense(2)(i))\n"
        "m = Model(i, heads)"
    ),
}


def _read(text: str) -> list[ModelResult]:
    return run_file(
        Project({"p.py": (HEAD + text + "\n").encode()}), "p.py", Settings(search=False)
    ).models


@pytest.mark.parametrize("case", UNTOLD)
def test_no_alarm(case: str) -> None:
    (model,) = _read(UNTOLD[case])
    assert not [found for found in model.findings if found.finding.severity == "error"]
    assert "?" in str(model.trace.outputs) or "Unknown" in str(model.trace.outputs)


def test_what_is_known_stays_known() -> None:
    (model,) = _read(
        "m = Sequential([Input((8, 8, 3)), layers.Conv2D(4, 3, activation=hp.mish, "
        "kernel_initializer=hp.start),"
        "layers.Activation(hp.swish), layers.Flatten()])"
    )
    assert model.trace.outputs == [(None, 144)]


def test_none_that_a_call_gives_is_refused() -> None:
    (model,) = _read(
        "def net(units=None):\n    return Sequential([Input((3,)), layers.Dense(units)])\nm = net()"
    )
    assert [found.finding.code for found in model.findings] == ["KFX303"]


def test_lists_that_are_handed_out_where_nobody_counts_are_not_empty() -> None:
    (model,) = _read("""
import numpy as np
def columns(rows):
    found = [[] for _ in range(2)]
    for row in rows:
        for value, column in zip(row, found):
            column.append(value)
    return [np.array(column) for column in found]
a, b = Input((2, 3)), Input((2, 4))
m = Model([a, b], layers.Dense(2)(layers.Flatten()(layers.Concatenate()([a, b]))))
m.predict(columns(hp.rows))
""")
    assert not [found for found in model.findings if found.finding.severity == "error"]


def test_a_layer_of_several_inputs_that_tells_its_shape() -> None:
    (model,) = _read("""
class Distance(layers.Layer):
    def call(self, x, mask=None):
        return hp.distance(x)
    def compute_output_shape(self, input_shape):
        return input_shape[0][0], 1
i, j, k = Input((3,)), Input((2,)), Input((2,))
m = Model([i, j, k], Distance()([i, j, k]))
""")
    assert model.findings == []
    assert model.trace.outputs == [(None, 1)]


PASSED_ON = """
def defaults(function):
    def called(*args, **kwargs):
        return function(*args, **{**{"units": 5}, **kwargs})
    return called

@defaults
def net(units=None):
    inputs = Input((3,))
    return Model(inputs, layers.Dense(units)(inputs))

def named(name="m", **kwargs):
    return base(name=name, units=kwargs.pop("units", 7), **kwargs)

def base(units=6, name=None):
    inputs = Input((3,))
    return Model(inputs, layers.Dense(units)(inputs), name=name)
"""


def test_functions_that_nothing_calls_are_given_nothing_more() -> None:
    results = _read(PASSED_ON)
    assert not [found for model in results for found in model.findings]
    assert {model.trace.outputs[0] for model in results} == {(None, 5), (None, 7)}


def test_what_is_given_nothing_but_keywords_of_a_function_may_be_given_what_it_needs() -> None:
    text = """
def recurrent(**kwargs):
    def layer(x):
        return layers.LSTM(**kwargs)(x)
    return layer
"""
    result = run_file(Project({"m.py": (HEAD + text).encode()}), "m.py", Settings(search=False))
    assert not list(result.findings)
