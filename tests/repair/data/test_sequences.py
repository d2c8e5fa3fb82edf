"""Programs of sequences and words that Keras refuses: each is repaired by one edit, and real Keras trains it then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repair.data.test_trained import KERAS, NP, changed, repaired, trained

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

FRAMES = """\
films = np.random.rand(4, 5, 6, 6, 1)
entry = keras.Input((5, 6, 6, 1))
x = entry
for level in range(2):
    x = layers.ConvLSTM2D(2, 3, padding="same", return_sequences=level < 1)(x)
x = layers.Conv3D(1, 3, padding="same")(x)
model = keras.Model(entry, x)
model.compile("adam", "mse")
model.fit(films, films, verbose=0)
"""
SERIES = """\
rows = np.random.rand(8, 30).reshape(8, 1, 30)
model = keras.Sequential([layers.Conv1D(4, 3, input_shape=(1, 30)), layers.Flatten(), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(rows, np.zeros(8), verbose=0)
"""
VECTORS = """\
vectors = np.random.rand(50, 12)
model = keras.Sequential([layers.Embedding(50, 16, weights=[vectors]), layers.GRU(4), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(np.zeros((6, 9)), np.zeros(6), verbose=0)
"""
STATES = """\
source, start = keras.Input((7, 3)), keras.Input((5, 2))
memory = layers.GRU(6, return_sequences=True)(source)
told = layers.GRU(6, return_sequences=True)(start, initial_state=memory)
model = keras.Model([source, start], layers.Dense(1)(told))
model.compile("adam", "mse")
model.fit([np.zeros((8, 7, 3)), np.zeros((8, 5, 2))], np.zeros((8, 5, 1)), verbose=0)
"""
SUMMED = """\
entry = keras.Input((None, 4))
one = layers.GRU(3, return_sequences=True)(entry)
both = layers.add([one, layers.GRU(3, return_sequences=True)(one)])
model = keras.Model(entry, layers.TimeDistributed(layers.Dense(1))(both))
model.compile("adam", "mse")
model.fit(np.zeros((6, 20, 4)), np.zeros((6, 1)), verbose=0)
"""
EACH = """\
model = keras.Sequential([
    layers.GRU(3, input_shape=(7, 2)),
    layers.TimeDistributed(layers.Dense(1)),
])
model.compile("adam", "mse")
model.fit(np.zeros((6, 7, 2)), np.zeros((6, 7)), verbose=0)
"""
LISTS = """\
texts = [[3, 5, 9], [4, 4], [1, 2, 3, 4, 5], [7]]
x = np.array(texts, dtype=object)
model = keras.Sequential([layers.Embedding(10, 4), layers.GRU(4), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, np.zeros(4), verbose=0)
"""
FIXED = """\
entry = keras.Input((6,))
vectors = layers.Flatten()(layers.Embedding(10, 4)(entry))
model = keras.Model(entry, layers.Dense(1)(vectors))
model.compile("adam", "mse")
train, test = [[3, 5, 9], [4, 4]], [[1, 2, 3, 4, 5], [7]]
model.fit(train, np.zeros(2), validation_data=(test, np.zeros(2)), verbose=0)
"""
NUMBERS = """\
x = np.array([[0.5, 0.25], [0.75], [0.5, 0.5, 0.5]], dtype=object)
model = keras.Sequential([layers.Input((3,)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x, np.zeros(3), verbose=0)
"""
TWICE = """\
import tensorflow as tf
def pairs(n):
    return tf.data.Dataset.from_tensor_slices((np.zeros((n, 3)), np.zeros(n)))
ready = pairs(20).batch(4)
ready = ready.batch(4, drop_remainder=True)
model = keras.Sequential([layers.Input((3,)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(ready, validation_data=pairs(8).batch(4).batch(2).prefetch(1), verbose=0)
"""
TAGGED = """\
steps = 9
rows, tags = np.random.rand(6, steps, 2), np.eye(3)[np.random.randint(0, 3, (6, steps))]
model = keras.Sequential([
    layers.Input((steps, 2)),
    layers.LSTM(4),
    layers.Dense(steps, activation="softmax"),
])
model.compile("adam", "categorical_crossentropy")
model.fit(rows, tags, verbose=0)
"""
SLIDING = """\
series = np.random.rand(60, 4)
ready = keras.utils.timeseries_dataset_from_array(series, series[:, 0], sequence_length=6)
model = keras.Sequential([layers.Input((6, 1)), layers.GRU(4), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(ready, verbose=0)
"""
ONE_STATE = """\
source, start = keras.Input((7, 3)), keras.Input((5, 2))
memory = layers.LSTM(6, return_sequences=True)(source)
after = layers.LSTM(6)(start, initial_state=[memory])
model = keras.Model([source, start], layers.Dense(1)(after))
model.compile("adam", "mse")
model.fit([np.zeros((8, 7, 3)), np.zeros((8, 5, 2))], np.zeros((8, 1)), verbose=0)
"""
SILENT = ("one answer for steps of any number",)  # which Keras broadcasts, and says nothing


def two(layer: str, shape: str, data: str) -> str:
    return TWO.replace("LAYER", layer).replace("SHAPE", shape).replace("DATA", data)


LOSS = [('"categorical', '"sparse_categorical')]
ROWS = {
    "the number of a tag for each word": (TAGS.replace("STEPS", "12"), LOSS),
    "the number of a tag for each word of any many": (TAGS.replace("STEPS", "None"), LOSS),
    "steps and features changed about, in a model that is made for its own order": (
        SIGNALS,
        [
            ("fit(waves,", "fit(np.moveaxis(waves, 1, -1),"),
            ("=(waves,", "=(np.moveaxis(waves, 1, -1),"),
        ],
    ),
    "an axis of one that a recurrent layer needs": (BEHIND, [("(1,)", "(9, 1)")]),
    "one number for each step, without a last axis": (
        EACH,
        [("GRU(3, input_shape=(7, 2)", "GRU(3, input_shape=(7, 2), return_sequences=True")],
    ),
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
    "the last of several layers of films that one loop makes": (FRAMES, [("=level < 1", "=True")]),
    "one step of many features before a window": (
        SERIES,
        [("(1, 30))", "(30, 1))"), ("fit(rows", "fit(np.moveaxis(rows, 1, -1)")],
    ),
    "word vectors of another length": (VECTORS, [("(50, 16,", "(50, 12,")]),
    "all steps for a state": (
        STATES,
        [("(6, return_sequences=True)(source)", "(6, return_sequences=False)(source)")],
    ),
    "one answer for steps of any number": (
        SUMMED,
        [
            ("both = layers.add([one, layers.GRU(3, return_sequences=True)(one)])\n", "BOTH"),
            (
                "layers.TimeDistributed(layers.Dense(1))(both)",
                "layers.Dense(1)(layers.GlobalAveragePooling1D()(both))",
            ),
            ("BOTH", "both = layers.add([one, layers.GRU(3, return_sequences=True)(one)])\n"),
        ],
    ),
    "classes for each step, of as many units as steps": (
        TAGGED,
        [("LSTM(4)", "LSTM(4, return_sequences=True)"), ("Dense(steps", "Dense(3")],
    ),
    "more features in windows of a stated length": (SLIDING, [("(6, 1)", "(6, 4)")]),
    "lists of several lengths": (
        LISTS,
        [("np.array(texts, dtype=object)", "keras.utils.pad_sequences(texts)")],
    ),
    "lists of several lengths for an input of one": (
        FIXED,
        [
            ("fit(train", "fit(keras.utils.pad_sequences(train, maxlen=6)"),
            ("=(test", "=(keras.utils.pad_sequences(test, maxlen=6)"),
        ],
    ),
    "a data set that is batched twice": (
        TWICE,
        [
            ("ready = ready.batch(4, drop_remainder=True)\n", ""),
            (".batch(2).prefetch", ".prefetch"),
        ],
    ),
    "a data set that nobody has batched, and no input shape": (
        LINES,
        [("fit(ready", "fit(ready.batch(32)")],
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_repairs_it(tmp_path: Path, name: str) -> None:
    program, changes = ROWS[name]
    text = NP + KERAS + program
    assert name in SILENT or trained(text) is not None
    after, model = repaired(tmp_path, text)
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
    after, model = repaired(tmp_path, text)
    assert after == text
    assert "KFX608" in [finding["code"] for finding in model["findings"]]
    assert [
        ("pad_sequences" in repair["why"], repair["safety"]) for repair in model["repairs"]
    ] == [(True, "display")]


@pytest.mark.parametrize(
    "ready", ["keras.utils.pad_sequences(x_train, maxlen=80)", "np.array([x[:9] for x in x_train])"]
)
def test_lists_that_are_of_one_length_are_not_spoken_of(tmp_path: Path, ready: str) -> None:
    text = NP + KERAS + UNREAD + f"model.fit({ready}, y_train)\n"
    after, model = repaired(tmp_path, text)
    assert after == text
    assert "KFX608" not in [finding["code"] for finding in model["findings"]]


def test_all_steps_for_one_of_two_states(tmp_path: Path) -> None:
    text = NP + KERAS + ONE_STATE
    assert trained(text) is not None
    after, model = repaired(tmp_path, text)
    assert after == text
    assert model["repairs"][0]["safety"] == "unsafe"
    after, _ = repaired(tmp_path, text, "--unsafe")
    changes = [("return_sequences=True", "return_sequences=False"), ("[memory]", "[memory] * 2")]
    assert after == changed(text, changes)
    assert trained(after) is None


@pytest.mark.parametrize("rows", ["[[1, 2], [3, 4]]", "[[1.0, 2.0], np.zeros(2)]"])
def test_rows_of_one_length_are_an_array(tmp_path: Path, rows: str) -> None:
    program = LISTS.replace("[[3, 5, 9], [4, 4], [1, 2, 3, 4, 5], [7]]", rows)
    program = program.replace(", dtype=object", "").replace("zeros(4)", "zeros(2)")
    _, model = repaired(tmp_path, NP + KERAS + program)
    assert "KFX608" not in [finding["code"] for finding in model["findings"]]


def test_numbers_are_not_padded_as_words(tmp_path: Path) -> None:
    text = NP + KERAS + NUMBERS
    after, model = repaired(tmp_path, text)
    assert after == text
    assert [repair["safety"] for repair in model["repairs"]] == ["display"]


def test_labels_of_several_lengths_are_not_padded(tmp_path: Path) -> None:
    text = NP + KERAS + LISTS.replace("(x, np.zeros(4)", "(np.zeros((4, 5)), x")
    after, model = repaired(tmp_path, text)
    assert after == text
    assert "KFX608" in [finding["code"] for finding in model["findings"]]


def test_a_batch_that_a_data_set_gives_is_one(tmp_path: Path) -> None:
    text = NP + KERAS + LINES.replace(".shuffle(40)", ".batch(15)")
    assert trained(text) is None
    after, _ = repaired(tmp_path, text)
    assert after == text


RIGHT = {
    "steps of any number that are pooled to one": SUMMED.replace("(both))", "(both[:, -1:]))"),
    "a state, and all the steps beside it": STATES.replace(
        "memory = layers.GRU(6, return_sequences=True)",
        "_, memory = layers.GRU(6, return_sequences=True, return_state=True)",
    ),
    "one step of many features": SERIES.replace("Conv1D(4, 3,", "Conv1D(4, 1,"),
    "word vectors of the layer's own numbers": VECTORS.replace("(50, 16,", "(50, 12,"),
}


@pytest.mark.parametrize("name", RIGHT)
def test_leaves_alone_what_keras_trains(tmp_path: Path, name: str) -> None:
    text = NP + KERAS + RIGHT[name]
    assert trained(text) is None
    after, model = repaired(tmp_path, text)
    assert after == text
    assert [finding for finding in model["findings"] if finding["severity"] == "error"] == []


PLACES = """\
class Places(layers.Layer):
    def __init__(self, longest):
        super().__init__()
        self.words, self.places = layers.Embedding(40, 6), layers.Embedding(longest, 6)
        self.longest = longest

    def call(self, x):
        return self.words(x) + self.places(keras.ops.arange(self.longest))

entry = keras.Input((8,))
x = layers.GlobalAveragePooling1D()(Places(11)(entry))
model = keras.Model(entry, layers.Dense(1)(x))
"""


def test_a_table_of_positions_gets_the_length_of_its_sequence(tmp_path: Path) -> None:
    text = NP + KERAS + PLACES
    assert trained(text) is not None
    after, _ = repaired(tmp_path, text)
    assert after == text.replace("Places(11)", "Places(8)")
    assert trained(after) is None


def test_films_that_a_loop_reads_are_held_against_the_input(tmp_path: Path) -> None:
    films = "films = []\nfor name in open('names.txt'):\n    films.append(np.zeros((9, 9, 20)))\n"
    model_ = "model = keras.Sequential([layers.LSTM(4, input_shape=(9, 9)), layers.Dense(1)])\n"
    text = (
        NP
        + KERAS
        + films
        + model_
        + "model.compile('adam', 'mse')\nmodel.fit(np.array(films), np.zeros(40))\n"
    )
    after, model = repaired(tmp_path, text)
    assert after == text
    assert "KFX601" in [finding["code"] for finding in model["findings"]]
