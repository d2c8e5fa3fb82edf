"""Axes in another order than is meant: a layer that moves them too many, or one too few."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.project.project import Project
from tests import real_keras

HEAD = "import keras\nfrom keras import layers, ops\n"
TURNED = """\
model = keras.Sequential([
    layers.Input((50, 4)),
    {moved}
    layers.Conv1D(3, 6),
    layers.GlobalMaxPooling1D(),
])
"""
WEIGHED = """\
inputs = keras.Input((12, 5))
x = layers.LSTM(8, return_sequences=True)(inputs)
w = layers.Permute((2, 1))(x)
w = layers.Dense(12, activation="softmax")(w)
model = keras.Model(inputs, layers.{joined})
"""
BACK = "w = layers.Permute((2, 1))(w)\nmodel"

CASES = {
    "a Permute before a window": (
        TURNED.format(moved="layers.Permute((2, 1)),"),
        [("    layers.Permute((2, 1)),\n", "")],
        False,
    ),
    "a Reshape that mixes the elements": (
        TURNED.format(moved="layers.Reshape((4, 50)),"),
        [("Reshape((4, 50))", "Reshape((50, 4))")],
        False,
    ),
    "weights that are not transposed back": (
        WEIGHED.format(joined="Multiply()([x, w])"),
        [("model", BACK)],
        True,
    ),
    "weights that are repeated for each feature": (
        WEIGHED.replace("layers.Permute((2, 1))(x)", "layers.Flatten()(layers.Dense(1)(x))")
        .replace('layers.Dense(12, activation="softmax")(w)', "layers.RepeatVector(8)(w)")
        .format(joined="Multiply()([x, w])"),
        [("model", BACK)],
        True,
    ),
    "keys that are not transposed": (
        "q, k = keras.Input((9, 4)), keras.Input((7, 4))\n"
        "model = keras.Model([q, k], ops.matmul(q, k))\n",
        [("matmul(q, k)", "matmul(q, layers.Permute((2, 1))(k))")],
        False,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_axes_are_moved_where_it_is_meant(name: str) -> None:
    program, changes, is_safe = CASES[name]
    wanted = program
    for before, now in changes:
        assert before in wanted
        wanted = wanted.replace(before, now, 1)
    assert real_keras.build(HEAD + program).refusal is not None
    found = run_file(Project({"m.py": (HEAD + program).encode()}), "m.py", Settings(unsafe=True))
    after = found.files["m.py"].decode()
    assert after == HEAD + wanted
    assert (found.models[0].repairs[0].repair.safety == "safe") == is_safe
    assert real_keras.build(after).refusal is None
