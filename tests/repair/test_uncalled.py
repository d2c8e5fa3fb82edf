"""Layers that are made and not called, where a tensor belongs."""

from __future__ import annotations

from typing import Any

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project

pytestmark = pytest.mark.keras

HEAD = """\
import keras
from keras import layers

inputs = keras.Input((8, 3))
x = layers.Dense(16)(inputs)
"""

BEFORE_A_LAYER = """\
x = layers.Dropout(0.5)
x = layers.Dense(4)(x)
model = keras.Model(inputs, x)
"""

AS_AN_OUTPUT = """\
x = layers.Dense(4)
model = keras.Model(inputs, x)
"""

AMONG_OTHERS = """\
y = layers.Dense(16)(x)
y = layers.Dense(16)
x = layers.Add()([x, y])
model = keras.Model(inputs, x)
"""

IN_ANOTHER_VARIABLE = """\
head = layers.Dense(4)
model = keras.Model(inputs, head)
"""


def run(code: str) -> Any:
    return run_file(Project({"m.py": (HEAD + code).encode()}), "m.py", Settings())


def built(text: str) -> Any:
    names: dict[str, Any] = {}
    exec(text, names)
    return names["model"]


@pytest.mark.parametrize("code", [BEFORE_A_LAYER, AS_AN_OUTPUT, AMONG_OTHERS, IN_ANOTHER_VARIABLE])
def test_it_is_called_on_the_tensor_that_is_meant(code: str) -> None:
    with pytest.raises(ValueError, match=r"Only input tensors|must be KerasTensors"):
        built(HEAD + code)
    result = run(code)
    [model] = result.models
    assert {found.finding.code for found in model.findings} & {"KFX215", "KFX216"}
    assert [spelled.edit.kind for spelled in model.applied.edits] == ["call-layer"]
    fixed = built(result.files["m.py"].decode())
    assert fixed.output_shape == model.applied.traces[0].outputs[0]


def test_models_in_the_place_of_tensors_are_reported() -> None:
    code = "one = keras.Sequential([layers.Input((3,)), layers.Dense(4)])\n"
    code += "model = keras.Model(inputs, layers.concatenate([one, one]))\n"
    with pytest.raises(ValueError):
        built(HEAD + code)
    codes = {found.finding.code for model in run(code).models for found in model.findings}
    assert "KFX215" in codes
