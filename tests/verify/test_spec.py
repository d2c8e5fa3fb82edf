"""What of a model is passed on to real Keras, and what never is."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project
from kfix.verify.spec import FOREIGN, CannotRebuild, describe

HEAD = """\
import keras
from keras import layers
from keras.applications import VGG16
"""


def described(layer: str, shape: str = "(8,)") -> dict[str, object]:
    """Return the first layer behind the Input, as real Keras is told of it."""
    text = f"{HEAD}model = keras.Sequential([keras.Input({shape}), {layer}])\n"
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings(search=False))
    assert result.error is None
    found: dict[str, object] = describe(result.models[-1].trace)["nodes"][0]["layer"]
    return found


@pytest.mark.parametrize(
    ("arguments", "args", "kwargs"),
    [
        ("False, None, None, (64, 64, 3)", [False, None, None, {"tuple": [64, 64, 3]}], {}),
        ("False, 'imagenet'", [False, None], {}),
        ("False", [False], {"weights": None}),
        ("include_top=False, weights='imagenet'", [], {"include_top": False, "weights": None}),
        ("include_top=False", [], {"include_top": False, "weights": None}),
    ],
)
def test_no_weights_are_fetched(
    arguments: str, args: list[object], kwargs: dict[str, object]
) -> None:
    spec = described(f"VGG16({arguments})", "(64, 64, 3)")
    assert spec["args"] == args
    assert spec["kwargs"] == kwargs


@pytest.mark.parametrize(
    "value", ["{'class_name': 'HeNormal', 'config': {}}", "keras.initializers.HeNormal()", "start"]
)
def test_an_initializer_is_passed_on_by_name_alone(value: str) -> None:
    assert described(f"layers.Dense(3, kernel_initializer={value})")["kwargs"] == {}
    assert described("layers.Dense(3, kernel_initializer='zeros')")["kwargs"] == {
        "kernel_initializer": "zeros"
    }


@pytest.mark.parametrize(
    "layer",
    [
        "layers.Dense(3, activation={'class_name': 'function', 'module': 'os', 'config': "
        "'system'})",
        "layers.Dense(3, 'relu', True, {'class_name': 'HeNormal', 'config': {}})",
        "layers.RNN([{'class_name': 'LSTMCell', 'config': {'units': 3}}])",
        "layers.StringLookup(vocabulary='gs://bucket/words.txt')",
        "layers.TextVectorization(vocabulary='words.txt')",
        *(f"layers.{name}('somewhere')" for name in sorted(FOREIGN)),
    ],
)
def test_what_keras_would_load_is_not_passed_on(layer: str) -> None:
    with pytest.raises(CannotRebuild):
        described(layer)
