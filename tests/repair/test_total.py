"""A Reshape of another number of elements: what belongs together stays together."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from tests import real_keras

PROGRAM = """\
import keras
from keras import layers

picture = keras.Input((48, 16, 1))
x = layers.MaxPooling2D((2, 4))(layers.Conv2D(32, 3, padding="same")(picture))
x = layers.Reshape({dims})(x)
x = layers.LSTM(8, return_sequences=True)(x)
model = keras.Model(picture, layers.Dense(5, activation="softmax")(x))
"""


@pytest.mark.keras
@pytest.mark.parametrize(("dims", "repaired"), [((32, 64), (24, 128)), ((90, 40), (96, 32))])
def test_the_axes_of_a_map_are_merged_into_steps(
    dims: tuple[int, int], repaired: tuple[int, int]
) -> None:
    wrong, right = PROGRAM.format(dims=dims), PROGRAM.format(dims=repaired)
    assert real_keras.build(wrong).refusal is not None
    found = run_file(Project({"m.py": wrong.encode()}), "m.py", Settings(unsafe=True))
    assert found.files["m.py"].decode() == right
    assert real_keras.build(right).refusal is None
