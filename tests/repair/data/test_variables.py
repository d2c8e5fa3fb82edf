"""The wrong variable, one array for several, a result that is thrown away, a list for a tuple."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.project.project import Project
from tests.repair.data.prepared import Row, assert_repaired, assert_trained, result_of
from tests.verdicts import keras_refuses

CLASSES = """\
x = np.random.rand(30, 6)
y = np.random.randint(0, 3, 30)
{prepared}
model = Sequential([Input((6,)), layers.Dense(4), layers.Dense(3, activation="softmax")])
model.compile("adam", "{loss}")
model.fit(x, y, verbose=0)
"""
SEQUENCES = """\
series = np.random.rand(20, 12)
y = np.random.rand(20, 1)
{prepared}
model = Sequential([Input((4, 3)), layers.LSTM(2), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(series, y, verbose=0)
"""
SPLIT = """\
from sklearn.model_selection import train_test_split
x_train, x_test, y_train, y_test = train_test_split(np.random.rand(40, 6), np.zeros(40), test_size=0.25)
model = Sequential([Input((6,)), layers.Dense(1)])
model.compile("adam", "mse")
"""
BRANCHES = """\
one, two = Input((4,)), Input(({width},))
both = layers.concatenate([one, two])
model = Model([one, two], [layers.Dense(1)(both), layers.Dense(2)(both)])
model.compile("adam", ["mse", "mse"])
x, y, a, b = np.zeros((8, 10)), np.zeros((8, 3)), np.zeros((8, 1)), np.zeros((8, 2))
"""

ROWS = {
    "one-hot rows that no call is given": Row(
        CLASSES.format(
            prepared="y_rows = keras.utils.to_categorical(y, 3)", loss="categorical_crossentropy"
        ),
        [("fit(x, y,", "fit(x, y_rows,")],
        True,
    ),
    "the rows of the labels for testing": Row(
        CLASSES.format(
            prepared="rows = keras.utils.to_categorical(y, 3)\ny_test = np.arange(30) % 3\n"
            "test_rows = keras.utils.to_categorical(y_test, 3)",
            loss="categorical_crossentropy",
        ).replace("fit(x, y,", "fit(x, rows,")
        + "model.evaluate(x, y_test, verbose=0)\n",
        [("evaluate(x, y_test,", "evaluate(x, test_rows,")],
        True,
    ),
    "data that is reshaped and not given": Row(
        SEQUENCES.format(prepared="windows = series.reshape(-1, 4, 3)"),
        [("fit(series,", "fit(windows,")],
        True,
    ),
    "a method whose result is thrown away": Row(
        SEQUENCES.format(prepared="series.reshape(-1, 4, 3)"),
        [("\nseries.reshape(", "\nseries = series.reshape(")],
        True,
    ),
    "a function whose result is thrown away": Row(
        SEQUENCES.format(prepared="np.reshape(series, (20, 4, 3))"),
        [("\nnp.reshape(", "\nseries = np.reshape(")],
        True,
    ),
    "the samples of another split": Row(
        SPLIT + "model.fit(x_test, y_train, verbose=0)\n",
        [("fit(x_test,", "fit(x_train,")],
        False,
    ),
    "samples as columns": Row(
        SPLIT + "rows = x_train.T\nmodel.fit(rows, y_train, verbose=0)\n",
        [("fit(rows,", "fit(rows.T,")],
        False,
    ),
    "the labels of two outputs side by side": Row(
        BRANCHES.format(width=6) + "model.fit([x[:, :4], x[:, 4:]], y, verbose=0)\n",
        [(", y, verbose", ", [y[:, 0:1], y[:, 1:3]], verbose")],
        True,
    ),
    "the data of two inputs side by side": Row(
        BRANCHES.format(width=6) + "model.fit(x, [a, b], verbose=0)\n",
        [("fit(x,", "fit([x[:, 0:4], x[:, 4:10]],")],
        False,
    ),
    "the same data for both inputs": Row(
        BRANCHES.format(width=4)
        + "c = np.zeros((8, 4))\nmodel.fit([c, c], [a, b], validation_data=(c, [a, b]), verbose=0)\n",
        [("(c, [a", "([c, c], [a")],
        False,
    ),
    "a generator of lists": Row(
        """\
def batches():
    while True:
        yield [np.zeros((4, 6)), np.zeros((4, 1))]

model = Sequential([Input((6,)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(batches(), steps_per_epoch=2, verbose=0)
""",
        [("[np.zeros((4, 6)), np.zeros((4, 1))]", "(np.zeros((4, 6)), np.zeros((4, 1)))")],
        True,
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_the_call_is_given_other_data(row: Row) -> None:
    assert_repaired(row)


@pytest.mark.keras
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_keras_trains_the_repaired_program(row: Row) -> None:
    assert_trained(row)


def test_a_variable_of_other_data_is_not_taken() -> None:
    program = CLASSES.format(
        prepared="other = keras.utils.to_categorical(np.random.randint(0, 3, 30), 3)",
        loss="categorical_crossentropy",
    )
    kinds = [edit.edit.kind for one in result_of(program).models[0].repairs for edit in one.edits]
    assert "give-data" not in kinds


def test_a_result_that_is_used_is_not_assigned() -> None:
    program = SEQUENCES.format(prepared="print(series.reshape(-1, 4, 3))")
    kinds = [edit.edit.kind for one in result_of(program).models[0].repairs for edit in one.edits]
    assert "assign-result" not in kinds


FRAME = """\
import pandas as pd
from keras import Input, Sequential, layers

frame = pd.DataFrame([[1.0, 2.0], [3.0, 5.0]], columns=["a", "b"])
model = Sequential([Input((2,)), layers.Dense(1)])
model.predict(frame.iloc[0], verbose=0)
"""


def test_a_row_of_a_data_frame_takes_no_index() -> None:
    result = run_file(Project({"m.py": FRAME.encode()}), "m.py", Settings())
    text = result.files["m.py"].decode()
    assert "import numpy" in text
    assert "iloc[0][None]" not in text


@pytest.mark.keras
def test_keras_predicts_a_row_of_a_data_frame() -> None:
    batch = FRAME.replace("frame.iloc[0]", "np.expand_dims(frame.iloc[0], 0)")
    assert keras_refuses(FRAME) is not None
    assert keras_refuses(FRAME.replace("iloc[0]", "iloc[0][None]")) is not None
    assert keras_refuses(batch) is None
