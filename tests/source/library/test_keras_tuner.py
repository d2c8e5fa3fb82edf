"""Keras Tuner: the model that a tuner builds first, and what `search` does with it."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file

FUNCTION = """\
import numpy as np
import keras
from keras import layers
import keras_tuner as kt

def build(hp, classes=4):
    model = keras.Sequential([layers.Input((9, 9, 1))])
    for number in range(hp.Int("blocks", 1, 3)):
        model.add(layers.Conv2D(hp.Int(f"filters_{number}", min_value=8, max_value=64, step=8), 3))
    if hp.Boolean("wide", default=True):
        model.add(layers.Dense(hp.Choice("units", values=[16, 32]), activation="relu"))
    model.add(layers.Dropout(hp.Float("rate", 0.1, 0.5)))
    model.add(layers.Dense(classes, activation="softmax"))
    model.compile("adam", loss="categorical_crossentropy")
    return model

tuner = kt.RandomSearch(build, objective="val_loss", max_trials=3)
tuner.search(np.zeros((20, 9, 9, 1)), np.zeros((20, 4)), epochs=2)
best = tuner.get_best_models(1)[0]
again = tuner.hypermodel.build(tuner.get_best_hyperparameters()[0])
"""

CLASS = (
    FUNCTION.replace("def build(hp", "class Net(kt.HyperModel):\n  def build(self, hp")
    .replace("\n    ", "\n      ")
    .replace("RandomSearch(build", "Hyperband(Net()")
)


@pytest.mark.parametrize(
    "program", [FUNCTION, CLASS, FUNCTION.replace("import keras_tuner", "import kerastuner")]
)
def test_what_search_gives(program: str) -> None:
    result = run_file(Project({"m.py": program.encode()}), "m.py", Settings())
    (outcome,) = result.models
    assert [node.layer.cls for node in outcome.model.nodes] == [
        "Input",
        "Conv2D",
        "Dense",
        "Dropout",
        "Dense",
    ]
    assert outcome.trace.outputs == [(None, 7, 7, 4)]
    assert outcome.target is not None
    assert outcome.target.dims == (4,)
    indent = "      " if program is CLASS else "    "
    new = f"{indent}    model.add(layers.Flatten())\n{indent}    model.add(layers.Dense(hp"
    assert result.files["m.py"].decode() == program.replace(
        f"{indent}    model.add(layers.Dense(hp", new
    )
