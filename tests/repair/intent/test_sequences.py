"""Programs of sequences and words that Keras refuses: each is mended by one edit, and real Keras trains it then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repair.intent.test_trained import KERAS, NP, changed, mended, trained

TAGS = """\
words, tags = np.random.randint(1, 40, (6, 12)), np.random.randint(0, 5, (6, 12))
model = keras.Sequential([
    layers.Input((STEPS,)),
    layers.Embedding(40, 8),
    layers.Bidirectional(layers.GRU(4, return_sequences=True)),
    layers.TimeDistributed(layers.Dense(5, activation="softmax")),
])
model.compile("adam", "categorical_crossentropy")
model.fit(words, tags, verbose=0)
"""
SIGNALS = """\
waves, kinds = np.random.rand(6, 3, 90), np.arange(6) % 2
model = keras.Sequential([
    layers.Conv1D(4, 9, input_shape=(90, 3)),
    layers.MaxPooling1D(4),
    layers.GRU(5),
    layers.Dense(2, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(waves, kinds, validation_data=(waves, kinds), verbose=0)
"""
TWO = """\
first, second = keras.Input((12,)), keras.Input(SHAPE)
steps = layers.Embedding(40, 8)(first)
steps = LAYER(steps)
both = layers.concatenate([steps, second])
model = keras.Model([first, second], layers.Dense(1)(both))
model.compile("adam", "mse")
model.fit([np.zeros((6, 12)), np.zeros((6, *DATA))], np.zeros((6, 1)), verbose=0)
"""
WEIGHED = """\
units = 6
entry = keras.Input((10, 2))
steps = layers.Bidirectional(layers.LSTM(units, return_sequences=True))(entry)
weights = layers.Flatten()(layers.Dense(1)(steps))
weights = layers.RepeatVector(units)(layers.Softmax()(weights))
both = layers.multiply([steps, layers.Permute((2, 1))(weights)])
model = keras.Model(entry, layers.Dense(1)(layers.GlobalAveragePooling1D()(both)))
model.compile("adam", "mse")
model.fit(np.zeros((4, 10, 2)), np.zeros((4, 1)), verbose=0)
"""
LINES = """\
import tensorflow as tf
rows, marks = np.random.randint(0, 30, (40, 15)), np.arange(40) % 2
ready = tf.data.Dataset.from_tensor_slices((rows, marks)).shuffle(40)
model = keras.Sequential([layers.Embedding(30, 4), layers.GlobalAveragePooling1D(), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(ready, verbose=0)
"""
BEHIND = """\
model = keras.Sequential([layers.Dense(4, input_shape=(1,)), layers.LSTM(3), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(np.zeros((6, 9, 1)), np.zeros(6), verbose=0)
"""


def two(layer: str, shape: str, data: str) -> str:
    return TWO.replace("LAYER", layer).replace("SHAPE", shape).replace("DATA", data)


LOSS = [('"categorical', '"sparse_categorical')]
ROWS = {
    "the number of a tag for each word": (TAGS.replace("STEPS", "12"), LOSS),
    "the number of a tag for each word of any many": (TAGS.replace("STEPS", "None"), LOSS),
    "steps and features changed about, in a model that is made for its own order": (
        SIGNALS,
        [("fit(waves,", "fit(np.moveaxis(waves, 1, -1),"), ("=(waves,", "=(np.moveaxis(waves, 1, -1),")],
    ),
    "an axis of one that a recurrent layer needs": (BEHIND, [("(1,)", "(9, 1)")]),
    "all steps where a vector is joined": (
        two("layers.LSTM(5, return_sequences=True)", "(7,)", "(7,)"),
        [("return_sequences=True", "return_sequences=False")],
    ),
    "one number a step": (
        two("layers.LSTM(5, return_sequences=True)", "(None,)", "(12, 1)")
        .replace("Input((12,)), ", "Input((None, )), ")
        .replace("(6, 1)", "(6, 12, 1)"),
        [("keras.Input((None,))", "keras.Input((None, 1))")],
    ),
    "one step of a category": (
        two("layers.Dense(3)", "(7,)", "(7,)").replace("12", "1"),
        [("steps)\nboth", "steps)\nsteps = layers.Flatten()(steps)\nboth")],
    ),
    "weights for both directions": (WEIGHED, [("RepeatVector(units)", "RepeatVector(2 * units)")]),
    "a data set that nobody has batched, and no input shape": (LINES, [("fit(ready", "fit(ready.batch(32)")]),
}


@pytest.mark.parametrize("name", ROWS)
def test_mends_it(tmp_path: Path, name: str) -> None:
    program, changes = ROWS[name]
    text = NP + KERAS + program
    assert trained(text) is not None
    after, model = mended(tmp_path, text)
    assert after == changed(text, changes)
    assert model["repairs"][0]["safety"] == "safe"
    assert trained(after) is None


UNREAD = """\
(x_train, y_train), _ = keras.datasets.imdb.load_data(num_words=500)
model = keras.Sequential([layers.Embedding(500, 8), layers.LSTM(4), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
"""


def test_lists_of_words_have_to_be_brought_to_one_length(tmp_path: Path) -> None:
    text = NP + KERAS + UNREAD + "model.fit(x_train, y_train)\n"
    after, model = mended(tmp_path, text)
    assert after == text
    assert "KFX608" in [finding["code"] for finding in model["findings"]]
    assert [("pad_sequences" in repair["why"], repair["safety"]) for repair in model["repairs"]] == [(True, "display")]


@pytest.mark.parametrize(
    "ready", ["keras.utils.pad_sequences(x_train, maxlen=80)", "np.array([x[:9] for x in x_train])"]
)
def test_lists_that_are_of_one_length_are_not_spoken_of(tmp_path: Path, ready: str) -> None:
    text = NP + KERAS + UNREAD + f"model.fit({ready}, y_train)\n"
    after, model = mended(tmp_path, text)
    assert after == text
    assert "KFX608" not in [finding["code"] for finding in model["findings"]]


def test_a_batch_that_a_data_set_gives_is_one(tmp_path: Path) -> None:
    text = NP + KERAS + LINES.replace(".shuffle(40)", ".batch(15)")
    assert trained(text) is None
    after, _ = mended(tmp_path, text)
    assert after == text
