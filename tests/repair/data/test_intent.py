"""How sure the labels make kfix: `fit(x, x)`, heads that share a map, labels of a size that nothing else has."""

from __future__ import annotations

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.engine.results import FileResult
from tests import real_keras

HEAD = "import numpy as np\nimport keras\nfrom keras import layers\n"


def ran(text: str) -> FileResult:
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings())
    assert result.error is None
    return result


STEPS = """
x = np.random.rand(80, 12, 3)
model = keras.Sequential([
    keras.Input((12, 3)),
    layers.LSTM(8),
    layers.RepeatVector(12),
    layers.LSTM(8, return_sequences=True),
    layers.TimeDistributed(layers.Dense(1)),
])
model.compile("adam", "mae")
"""


def test_what_is_to_give_back_its_input_does_so_though_keras_broadcasts() -> None:
    text = HEAD + STEPS + "model.fit(x, x)\n"
    after = ran(text).files["m.py"].decode()
    assert after == text.replace("layers.Dense(1)", "layers.Dense(3)")
    assert real_keras.build(after).shape == (None, 12, 3)
    assert not ran(after).files


def test_other_labels_that_keras_broadcasts_are_a_hint_alone() -> None:
    result = ran(HEAD + STEPS + "y = np.random.rand(80, 12, 3)\nmodel.fit(x, y)\n")
    assert not result.files
    assert [found.finding.code for found in result.models[0].findings] == ["KFX606"]


HEADS = """
x = np.random.rand(40, 16, 16, 1)
picture = keras.Input((16, 16, 1))
pool = layers.MaxPooling2D()(layers.Conv2D(8, 3)(picture))
one = layers.Dense(32)(pool)
two = layers.Dense(16)(layers.Dropout(0.2)(pool))
model = keras.Model(picture, [layers.Dense(1)(one), layers.Dense(4)(two)])
model.compile("adam", ["mse", "mse"])
"""


def test_heads_on_one_map_share_one_flatten() -> None:
    text = HEAD + HEADS + "model.fit(x, [np.random.rand(40), np.random.rand(40, 4)])\n"
    after = ran(text).files["m.py"].decode()
    pool = "pool = layers.MaxPooling2D()(layers.Conv2D(8, 3)(picture))\n"
    assert after == text.replace(pool, pool + "pool = layers.Flatten()(pool)\n")
    assert real_keras.build(after).refusal is None
    assert not ran(after).files


def test_a_head_that_needs_the_map_keeps_it() -> None:
    text = HEAD + HEADS + "model.fit(x, [np.random.rand(40), np.random.rand(40, 7, 7, 4)])\n"
    after = ran(text).files["m.py"].decode()
    assert "pool = layers.Flatten()" not in after
    assert after.count("Flatten()") == 1


JUDGE = """
picture = keras.Input((64, 64, 3))
x = layers.Conv2D(8, 4, strides=2, padding="same")(picture)
x = layers.Conv2D(16, 4, strides=2, padding="same")(x)
model = keras.Model(picture, layers.Conv2D(1, 4, padding="same")(x))
model.compile("adam", "mse")
"""


def test_a_model_that_only_makes_maps_smaller_is_not_made_to_enlarge_them_unasked() -> None:
    result = ran(
        HEAD + JUDGE + "model.train_on_batch(np.zeros((4, 64, 64, 3)), np.ones((4, 32, 32, 1)))\n"
    )
    assert not result.files
    assert result.models[0].repairs
