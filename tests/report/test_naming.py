"""The names that Keras makes up."""

from __future__ import annotations

import pytest

from kfix.engine.reading import read
from kfix.engine.settings import Settings
from kfix.project.project import Project
from kfix.report.naming import Names

TEXT = b"""\
import keras
from keras import layers

first = keras.Sequential([layers.Dense(3), layers.Dense(2, name="head"), layers.Dense(1)])
second = keras.Sequential([layers.Conv2D(3, 3), layers.Dense(2)], name="mine")
third = keras.Sequential([layers.ReLU()])
"""


def test_layers_of_a_class_are_counted_in_the_order_of_the_program() -> None:
    models = read(Project({"net.py": TEXT}), "net.py", Settings()).program.models
    names = Names(models)
    assert [names.of(node.layer) for model in models for node in model.nodes] == [
        *("dense", "head", "dense_1"),
        *("conv2d", "dense_2"),
        "re_lu",
    ]
    assert [names.of(model) for model in models] == ["sequential", "mine", "sequential_1"]


@pytest.mark.keras
def test_keras_makes_up_the_same_names() -> None:
    import keras
    from keras import layers

    keras.utils.clear_session()
    built = [
        layers.Dense(3),
        layers.Dense(2, name="head"),
        layers.Dense(1),
        layers.Conv2D(3, 3),
        layers.ReLU(),
    ]
    assert [one.name for one in built] == ["dense", "head", "dense_1", "conv2d", "re_lu"]
