"""Repairs that reach the shape and are hardly meant: shown, never applied by themselves."""

from __future__ import annotations

from textwrap import dedent

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.results import ModelResult
from kfix.engine.settings import Settings
from kfix.project.project import Project

UNITS_OF_A_COMPUTED_NUMBER = """
    inputs = keras.Input((64, 48, 48))
    channels = inputs.shape[1]
    x = layers.GlobalAveragePooling2D(data_format="channels_first")(inputs)
    x = layers.Reshape((1, 1, channels))(x)
    x = layers.Dense(channels, activation="sigmoid")(x)
    model = keras.Model(inputs, layers.Multiply()([inputs, x]))
"""

FEATURE_MAPS_THAT_DIFFER_IN_WIDTH = """
    inputs = keras.Input((16, 14, 3))
    x = layers.Conv2D(4, 3, strides=4, padding="same")(inputs)
    x = layers.UpSampling2D(4)(x)
    x = layers.Conv2D(3, 3, padding="same")(x)
    model = keras.Model(inputs, layers.Concatenate()([inputs, x]))
"""

MOST_OF_A_MAP_TOO_MUCH = """
    # kfix: target=8,8,3
    model = keras.Sequential([
        layers.Input((16, 16, 3)),
        layers.UpSampling2D(4),
    ])
"""


def run(program: str) -> ModelResult:
    text = "import keras\nfrom keras import layers\n" + dedent(program)
    return run_file(Project({"m.py": text.encode()}), "m.py", Settings()).models[0]


def test_a_number_that_the_program_computes_is_not_replaced_by_itself() -> None:
    model = run(UNITS_OF_A_COMPUTED_NUMBER)
    assert any(found.finding.code == "KFX205" for found in model.findings)
    assert model.applied is None


@pytest.mark.parametrize("program", [FEATURE_MAPS_THAT_DIFFER_IN_WIDTH, MOST_OF_A_MAP_TOO_MUCH])
def test_neither_another_axis_nor_a_crop_of_most_is_applied(program: str) -> None:
    model = run(program)
    applied = [] if model.applied is None else model.applied.edits
    texts = [spelled.text for spelled in applied]
    assert not any("axis" in text or "Cropping" in text for text in texts)
