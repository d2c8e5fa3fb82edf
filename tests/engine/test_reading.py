"""Programs read and traced, in the version of Keras that they are written for."""

from __future__ import annotations

import pytest

from kfix.engine.reading import read
from kfix.engine.results import Reading
from kfix.engine.settings import Settings
from kfix.project.project import Project

OLD = b"""\
from keras.models import Sequential
from keras.layers import Dense

net = Sequential()
net.add(Dense(output_dim=4, input_shape=(3,)))
"""


def reading(text: bytes, keras: int | None = None) -> Reading:
    return read(Project({"net.py": text}), "net.py", Settings(keras=keras))


@pytest.mark.parametrize(
    ("text", "keras", "version"),
    [
        (OLD, None, 3),
        (OLD, 2, 2),
        (b"import tf_keras as keras\nnet = keras.Sequential()\n", None, 2),
        (b"import keras\nnet = keras.Sequential()\n", None, 3),
    ],
)
def test_the_version_of_keras(text: bytes, keras: int | None, version: int) -> None:
    assert reading(text, keras).tracer.keras == version


def test_models_of_one_definition_are_one_group() -> None:
    text = b"""\
import keras
from keras import layers

def build(n):
    return keras.Sequential([layers.Input((n,)), layers.Dense(2)])

small, large = build(3), build(30)
both = keras.Sequential([layers.Input((3,)), small])
"""
    built, both = reading(text).groups
    assert [trace.inputs for trace in built.traces] == [[(None, 3)], [(None, 30)]]
    assert not built.nested
    assert both.traces[0].outputs == [(None, 2)]


def test_a_model_without_an_input_shape_is_traced_as_it_is_called() -> None:
    text = b"""\
import keras
from keras import layers

inner = keras.Sequential([layers.Dense(2)])
outer = keras.Sequential([layers.Input((3,)), inner])
"""
    inner, outer = reading(text).groups
    assert inner.nested
    assert inner.traces[0].outputs == outer.traces[0].outputs == [(None, 2)]
