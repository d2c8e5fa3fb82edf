"""The last dim of the output is not that of the labels: the head is set, or it is missing."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project

HEAD = "import numpy as np\nimport keras\nfrom keras import layers\n"
ROWS = """\
net = keras.Sequential([keras.Input((20,)), {layers}])
net.compile("adam", "{loss}")
net.fit(np.ones((9, 20)), {labels})
"""
CATEGORIES = {
    "loss": "categorical_crossentropy",
    "labels": "np.eye(4)[[0, 1, 2, 3, 0, 1, 2, 3, 0]]",
}
MAPS = """\
net = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(16, 3, padding="same")])
net.add(layers.Activation("relu"))
net.compile("adam", "categorical_crossentropy")
net.fit(np.ones((2, 8, 8, 3)), np.ones((2, 8, 8, 5)))
"""


@pytest.mark.parametrize(
    ("program", "kind", "line"),
    [
        (
            ROWS.format(layers="layers.Dense(32, 'relu')", **CATEGORIES),
            "insert-layer",
            'layers.Dense(4, activation="softmax")',
        ),
        (
            ROWS.format(layers="layers.Dense(3), layers.Dropout(0.5)", **CATEGORIES),
            "insert-layer",
            'layers.Dense(4, activation="softmax")',
        ),
        (MAPS, "insert-layer", 'layers.Conv2D(5, 1, activation="softmax")'),
        # One that is too narrow was counted wrong, one of probabilities is the last.
        (
            ROWS.format(layers="layers.Dense(3, 'relu')", **CATEGORIES),
            "set-argument",
            "layers.Dense(4, 'relu')",
        ),
        (
            ROWS.format(layers="layers.Dense(32, 'softmax')", **CATEGORIES),
            "set-argument",
            "layers.Dense(4, 'softmax')",
        ),
        # A number that is never negative is an output as good as any.
        (
            ROWS.format(layers="layers.Dense(32, 'relu')", loss="mse", labels="np.ones((9, 4))"),
            "set-argument",
            "layers.Dense(4, 'relu')",
        ),
    ],
    ids=["vector", "dropout", "map", "too narrow", "probabilities", "any number"],
)
def test_behind_a_hidden_layer_the_last_one_is_missing(program: str, kind: str, line: str) -> None:
    result = run_file(Project({"m.py": (HEAD + program).encode()}), "m.py", Settings())
    (model_result,) = result.models
    first = model_result.repairs[0]
    assert [edit.kind for edit in first.repair.edits] == [kind]
    assert line in first.files["m.py"].decode()


CLASSES = """\
net = keras.Sequential([keras.Input((12, 12, 1)), layers.Conv2D(32, 3, activation="relu"), {end}])
net.compile("adam", "sparse_categorical_crossentropy")
net.fit(np.ones((9, 12, 12, 1)), np.random.randint(0, 10, 9))
"""


@pytest.mark.parametrize(
    "end",
    [
        "layers.MaxPooling2D()",
        "layers.MaxPooling2D(), layers.Dense(64, activation='relu')",
        "layers.Dropout(0.5)",
    ],
)
def test_channels_of_a_map_of_features_are_no_classes(end: str) -> None:
    """Each of them is wider than there are classes: the labels would fit a pooled map."""
    text = (HEAD + CLASSES.format(end=end)).encode()
    (model_result,) = run_file(Project({"m.py": text}), "m.py", Settings()).models
    first = model_result.repairs[0]
    assert [edit.kind for edit in first.repair.edits] == ["insert-layer"] * 2
    assert first.repair.outputs == ((None, 10),)
    assert 'layers.Dense(10, activation="softmax")' in first.files["m.py"].decode()


def test_channels_of_a_map_of_probabilities_are_classes() -> None:
    end = "layers.Conv2D(12, 1, activation='softmax')"
    text = (HEAD + CLASSES.format(end=end)).encode()
    (model_result,) = run_file(Project({"m.py": text}), "m.py", Settings()).models
    assert model_result.repairs[0].repair.outputs == ((None, 12),)
