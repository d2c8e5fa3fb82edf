"""Channels that a block does not divide: pictures laid out of their depth."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from tests import real_keras

PROGRAM = """\
import keras
import tensorflow as tf
from keras import layers, ops

scale = 3
low = keras.Input((20, 20, 3))
x = layers.Conv2D(16, 3, padding="same", activation="relu")(low)
x = layers.Conv2D({filters}, 3, padding="same")(x)
x = {laid_out}
model = keras.Model(low, layers.Activation("tanh")(x))
"""
WAYS = [
    "ops.depth_to_space(x, scale)",
    "layers.Lambda(lambda t: tf.nn.depth_to_space(t, scale))(x)",
]


@pytest.mark.keras
@pytest.mark.parametrize("laid_out", WAYS)
def test_the_channels_are_those_of_the_target_times_the_block(laid_out: str) -> None:
    wrong = PROGRAM.format(filters=48, laid_out=laid_out)
    right = PROGRAM.format(filters=27, laid_out=laid_out)
    with pytest.raises((ValueError, NotImplementedError)):
        raise ValueError(real_keras.build(wrong).refusal)
    found = run_file(Project({"m.py": wrong.encode()}), "m.py", Settings(target="60,60,3"))
    assert found.files["m.py"].decode() == right
    assert real_keras.build(right).shape == (None, 60, 60, 3)


@pytest.mark.keras
def test_without_a_target_the_nearest_multiples_are_offered() -> None:
    wrong = PROGRAM.format(filters=48, laid_out=WAYS[0])
    found = run_file(Project({"m.py": wrong.encode()}), "m.py", Settings())
    assert not found.files
    shapes = [repair.repair.outputs[0] for repair in found.models[0].repairs[:2]]
    assert sorted(map(str, shapes)) == ["(None, 60, 60, 5)", "(None, 60, 60, 6)"]
