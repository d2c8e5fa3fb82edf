"""Tables, labels and samples one by one: what kfix makes of such programs, run in real Keras as in `test_trained`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_main import report
from tests.repair.data.test_trained import KERAS, NP, Row, changed, repaired, trained

TF = "import tensorflow as tf\n"
ROWS_OF_FIVE = "x, y = np.random.rand(12, 5), np.arange(12) % 3\n"
THREE = """\
model = keras.Sequential([
    layers.Dense(4, activation="relu", input_shape=(5,)),
    layers.Dense(3, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
"""
OPEN = THREE.replace(", input_shape=(5,)", "")
SLICES = "data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(12)\n"
ONE_HOT = THREE.replace("sparse_c", "c")
CODED = "rows = np.random.rand(12, 9)\n"
CODER = """\
width = 10
entry = keras.Input((width,))
code = layers.Dense(4)(entry)
model = keras.Model(entry, layers.Dense(width)(code))
model.compile("adam", "mse")
model.fit(rows, rows, verbose=0)
"""

ROWS = {
    "a data set without batches tells a model its input": Row(
        TF + NP + KERAS + ROWS_OF_FIVE + OPEN + SLICES + "model.fit(data, verbose=0)\n",
        [("fit(data,", "fit(data.batch(32),")],
    ),
    "the same with one-hot rows": Row(
        TF
        + NP
        + KERAS
        + ROWS_OF_FIVE
        + OPEN.replace("sparse_c", "c")
        + "y = np.eye(3)[y]\n"
        + SLICES
        + "model.fit(data, verbose=0)\n",
        [("fit(data,", "fit(data.batch(32),")],
    ),
    "images for a Dense that holds the input shape": Row(
        NP
        + KERAS
        + "x, y = np.zeros((9, 4, 4)), np.zeros((9, 2))\n"
        + 'model = keras.Sequential([layers.Dense(2, input_dim=4)])\nmodel.compile("sgd", "mse")\n'
        + "model.fit(x, y, verbose=0)\n",
        [
            (
                "[layers.Dense(2, input_dim=4)",
                "[layers.Flatten(input_shape=(4, 4)), layers.Dense(2)",
            )
        ],
    ),
    "row by row": Row(
        NP + KERAS + ROWS_OF_FIVE + THREE + "for i in range(12):\n    model.train_on_batch(x[i], y[i])\n",
        [("(x[i], y[i])", "(np.expand_dims(x[i], 0), np.expand_dims(y[i], 0))")],
    ),
    "row by row with one-hot rows": Row(
        NP
        + KERAS
        + ROWS_OF_FIVE
        + ONE_HOT
        + "for row, label in zip(x, np.eye(3)[y]):\n    model.fit(row, label, verbose=0)\n",
        [("(row, label,", "(np.expand_dims(row, 0), np.expand_dims(label, 0),")],
    ),
    "one sample for one of two inputs": Row(
        NP
        + KERAS
        + "one, two = keras.Input((3,)), keras.Input((1,))\n"
        + "model = keras.Model([one, two], layers.Dense(1)(layers.Concatenate()([one, two])))\n"
        + "state, action = np.zeros(3), np.zeros(1)\nmodel.predict([state, action], verbose=0)\n",
        [("([state, action]", "([np.expand_dims(state, 0), action]")],
    ),
    "a constant for both ends": Row(NP + KERAS + CODED + CODER, [("width = 10", "width = 9")]),
    "the samples counted in place of the columns": Row(
        NP + KERAS + ROWS_OF_FIVE + THREE.replace("(5,)", "(x.shape[0],)") + "model.fit(x, y, verbose=0)\n",
        [("x.shape[0]", "x.shape[1]")],
    ),
    "the samples counted from the end": Row(
        NP + KERAS + ROWS_OF_FIVE + "columns = x.shape[-2]\n" + THREE.replace("(5,)", "[columns]")
        + "model.fit(x, y, verbose=0)\n",
        [("x.shape[-2]", "x.shape[-1]")],
    ),
    "the samples counted in place of the classes": Row(
        NP
        + KERAS
        + ROWS_OF_FIVE
        + "y = np.eye(3)[y]\nclasses = y.shape[0]\n"
        + ONE_HOT.replace("Dense(3", "Dense(classes")
        + "model.fit(x, y, verbose=0)\n",
        [("y.shape[0]", "y.shape[1]")],
    ),
    "a constant that is used for the units as well": Row(
        NP
        + KERAS
        + ROWS_OF_FIVE
        + "columns = 8\n"
        + THREE.replace("(5,)", "(columns,)").replace("Dense(4", "Dense(columns")
        + "model.fit(x, y, verbose=0)\n",
        [("(columns,))", "(5,))")],
    ),
}  # fmt: skip

LOSS = "def loss(y_true, y_pred):\n    return keras.ops.mean({})\n"
TWO_COLUMNS = "x, y = np.random.rand(12, 5), np.random.rand(12, 2)\n"
ONE_UNIT = """\
model = keras.Sequential([layers.Dense(4, input_shape=(5,)), layers.Dense(1)])
model.compile("adam", loss)
model.fit(x, y, verbose=0)
"""
BUILT = """\
from keras.wrappers import SKLearnRegressor
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
def build(X, y, units=4):
    model = keras.Sequential([layers.Dense(units, input_shape=(8,)), layers.Dense(1)])
    model.compile("adam", "mse")
    return model
"""
ROWS["what scikit-learn fits"] = Row(
    NP
    + KERAS
    + ROWS_OF_FIVE
    + BUILT
    + "SKLearnRegressor(build, model_kwargs={'units': 6}).fit(x, y)\n",
    [("input_shape=(8,)", "input_shape=(5,)")],
)
ROWS["what scikit-learn fits in parts"] = Row(
    NP
    + KERAS
    + ROWS_OF_FIVE
    + BUILT
    + "steps = make_pipeline(StandardScaler(), SKLearnRegressor(build))\n"
    + "cross_val_score(steps, x, y, cv=2, error_score='raise')\n",
    [("input_shape=(8,)", "input_shape=(5,)")],
)

PAIR = """\
one, two = keras.Input((1,), name="one"), keras.Input((4,), name="two")
x = layers.Dense(6)(layers.Concatenate()([layers.Flatten()(layers.Embedding(9, 2)(one)), two]))
model = keras.Model([one, two], [layers.Dense(1)(x), layers.Dense(3, activation="softmax")(x)])
model.compile("adam", ["mse", "categorical_crossentropy"])
words, numbers = np.ones((8, 1)), np.random.rand(8, 4)
price, kind = np.random.rand(8, 1), np.eye(3)[np.arange(8) % 3]
"""
ROWS["the inputs in another order"] = Row(
    NP
    + KERAS
    + PAIR
    + "model.fit([numbers, words], [price, kind], verbose=0)\nmodel.predict((numbers[:2], words[:2]), verbose=0)\n",
    [
        ("[numbers, words]", "[words, numbers]"),
        ("(numbers[:2], words[:2])", "(words[:2], numbers[:2])"),
    ],
)
ROWS["the labels in another order"] = Row(
    NP + KERAS + PAIR + "labels = [kind, price]\nmodel.fit([words, numbers], labels, verbose=0)\n",
    [("[kind, price]", "[price, kind]")],
)
ROWS["rows that another call lays out"] = Row(
    NP
    + KERAS
    + "pictures, y = np.random.rand(12, 2, 3), np.arange(12) % 3\n"
    + THREE.replace("(5,)", "(6,)")
    + "model.fit(pictures, y, verbose=0)\nmodel.predict(pictures.reshape((-1, 6)), verbose=0)\n",
    [("fit(pictures,", "fit(np.reshape(pictures, (-1, 6)),")],
)

RIGHT = {
    "inputs of one form": "one, two = keras.Input((4,)), keras.Input((4,))\n"
    + "model = keras.Model([two, one], layers.Add()([one, two]))\nmodel.compile('adam', 'mse')\n"
    + "model.fit([np.zeros((8, 4)), np.ones((8, 4))], np.zeros((8, 4)), verbose=0)\n",
    "batches that leave out the rest": TF
    + ROWS_OF_FIVE
    + OPEN
    + "data = tf.data.Dataset.from_tensor_slices((x, y)).batch(4, drop_remainder=True)\nmodel.fit(data, verbose=0)\n",
    "as many samples as columns": "x, y = np.random.rand(5, 5), np.arange(5) % 3\n"
    + THREE
    + "model.fit(x, y, verbose=0)\n",
    "batches of one": ROWS_OF_FIVE
    + THREE
    + "for i in range(12):\n    model.train_on_batch(x[i:i + 1], y[i:i + 1])\n",
    "a constant that fits": CODED + CODER.replace("10", "9"),
}


RIGHT["a loss that picks its labels"] = (
    TWO_COLUMNS + LOSS.format("(y_true[:, :1] - y_pred) ** 2 * y_true[:, 1:]") + ONE_UNIT
)
RIGHT["a loss that names its labels anew"] = (
    TWO_COLUMNS
    + LOSS.replace("    return", "    y_true = y_true[:, 1:]\n    return").format(
        "(y_true - y_pred) ** 2"
    )
    + ONE_UNIT
)
RIGHT["a loss that holds one number against three"] = (
    "x, y = np.random.rand(12, 5), np.random.rand(12, 1)\n"
    + LOSS.format("keras.ops.abs(y_true - y_pred)")
    + THREE.replace("'sparse_categorical_crossentropy'", "loss").replace(
        '"sparse_categorical_crossentropy"', "loss"
    )
    + "model.fit(x, y, verbose=0)\n"
)


@pytest.mark.parametrize("name", ROWS)
def test_keras_refuses_it_as_it_is(name: str) -> None:
    assert trained(ROWS[name].program) is not None


@pytest.mark.parametrize("name", ROWS)
def test_repairs_what_has_one_meaning(tmp_path: Path, name: str) -> None:
    row = ROWS[name]
    assert row.first is not None
    after, model = repaired(tmp_path, row.program)
    assert after == changed(row.program, row.first), model["repairs"]
    assert trained(after) is None


@pytest.mark.parametrize("name", RIGHT)
def test_leaves_alone_what_keras_trains(tmp_path: Path, name: str) -> None:
    text = NP + KERAS + RIGHT[name]
    assert trained(text) is None
    path = tmp_path / "net.py"
    path.write_text(text)
    assert [model["findings"] for model in report(path)["files"][0]["models"]] == [[]]
    assert path.read_text() == text


def test_a_loss_of_the_program_that_keras_broadcasts_is_a_warning(tmp_path: Path) -> None:
    text = NP + KERAS + TWO_COLUMNS + LOSS.format("keras.ops.square(y_pred - y_true)") + ONE_UNIT
    assert trained(text) is None
    after, model = repaired(tmp_path, text)
    assert after == text
    assert [(one["code"], one["severity"]) for one in model["findings"]] == [("KFX606", "warning")]
    after, _ = repaired(tmp_path, text, "--unsafe")
    assert after == text.replace("layers.Dense(1)", "layers.Dense(2)")


def test_rows_that_are_made_one_hot_twice_are_no_fault_of_the_model(tmp_path: Path) -> None:
    twice = "y = keras.utils.to_categorical(keras.utils.to_categorical(y, 3), 3)\n"
    text = NP + KERAS + ROWS_OF_FIVE + twice + ONE_HOT + "model.fit(x, y, verbose=0)\n"
    assert trained(text) is not None
    after, model = repaired(tmp_path, text)
    once = "keras.utils.to_categorical(y, 3)"
    assert after == text.replace(f"keras.utils.to_categorical({once}, 3)", once)
    assert [one["code"] for one in model["findings"]] == ["KFX602"]


def test_a_number_a_sample_for_a_model_of_rows(tmp_path: Path) -> None:
    text = (
        NP
        + KERAS
        + ROWS_OF_FIVE
        + THREE
        + "model.fit(x, y, verbose=0)\nmodel.predict(np.array([0.5]), verbose=0)\n"
    )
    assert trained(text) is not None
    after, model = repaired(tmp_path, text)
    assert after == text
    assert [(one["code"], one["actual"]) for one in model["findings"]] == [("KFX601", "(1,)")]


def test_invented_data_of_predict_is_as_it_is(tmp_path: Path) -> None:
    text = NP + KERAS + THREE + "model.predict(np.zeros((2, 6)), verbose=0)\n"
    assert trained(text) is not None
    after, model = repaired(tmp_path, text)
    assert after == text
    assert [(repair["safety"], len(repair["edits"])) for repair in model["repairs"]] == [
        ("unsafe", 1)
    ]
    after, _ = repaired(tmp_path, text, "--unsafe")
    assert after == text.replace("(5,)", "(6,)")


def test_a_constant_that_counts_turns_is_left_alone(tmp_path: Path) -> None:
    text = NP + KERAS + ROWS_OF_FIVE + "count = x.shape[0]\nfor i in range(count):\n    print(i)\n"
    text += THREE.replace("(5,)", "(count,)") + "model.fit(x, y, verbose=0)\n"
    after, _ = repaired(tmp_path, text)
    assert after == text.replace("(count,)", "(5,)")
