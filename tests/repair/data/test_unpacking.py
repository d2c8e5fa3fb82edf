"""Names of one assignment that take each other's arrays, and functions that are called twice."""

from __future__ import annotations

import pytest

from tests.repair.data.prepared import Row, assert_repaired, assert_trained, result_of
from tests.verdicts import text_of

SPLIT = """\
from sklearn.model_selection import train_test_split
{names} = train_test_split(np.random.rand(40, 6), np.zeros(40), test_size=0.25)
x_train = x_train * 2
model = Sequential([Input((6,)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x_train, y_train, validation_data=(x_test, y_test), verbose=0)
"""
LOADED = """\
def load():
    one, two = (np.zeros((9, 6)), np.zeros(9)), (np.zeros((4, 6)), np.zeros(4))
    return one, two

{names} = load()
model = Sequential([Input((6,)), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(x_train, y_train, verbose=0)
model.evaluate(x_test, y_test, verbose=0)
"""
CLASSES = """\
x = np.random.rand(30, 6)
y = np.random.randint({low}, 3 + {low}, 30)
{prepared}
model = Sequential([Input((6,)), layers.Dense(3, activation="softmax")])
model.compile("adam", "{loss}")
model.fit(x, {labels}, verbose=0)
"""
ROWS = "keras.utils.to_categorical"
TWICE = {"low": 0, "loss": "categorical_crossentropy"}

FEATURES = """\
base = Sequential([Input((6, 6, 1)), layers.Conv2D(2, 3)])
images = np.random.rand(8, 6, 6, 1)
features = base.predict(images, verbose=0).reshape(8, 32)
head = Sequential([Input((32,)), layers.Dense(1)])
head.compile("adam", "mse")
head.fit(features, np.zeros(8), verbose=0)
head.predict(images, verbose=0)
"""

REPAIRED = {
    "the parts of each array beside each other": Row(
        SPLIT.format(names="x_train, y_train, x_test, y_test"),
        [("x_train, y_train, x_test, y_test =", "x_train, x_test, y_train, y_test =")],
        True,
    ),
    "training and test in tuples": Row(
        LOADED.format(names="(x_train, x_test), (y_train, y_test)"),
        [("(x_train, x_test), (y_train, y_test) =", "(x_train, y_train), (x_test, y_test) =")],
        True,
    ),
    "labels before samples": Row(
        LOADED.format(names="(y_train, x_train), (x_test, y_test)"),
        [("(y_train, x_train),", "(x_train, y_train),")],
        False,
    ),
    "one-hot rows made twice": Row(
        CLASSES.format(
            **TWICE, prepared=f"y = {ROWS}(y, 3)\ny = {ROWS}(y, 3)", labels="y"
        ),
        [(f"y = {ROWS}(y, 3)\ny = {ROWS}(y, 3)", f"y = {ROWS}(y, 3)")],
        True,
    ),
    "one-hot rows made again in the call": Row(
        CLASSES.format(**TWICE, prepared=f"rows = {ROWS}(y, 3)", labels=f"{ROWS}(rows, 2)"),
        [(f"{ROWS}(rows, 2)", "rows")],
        True,
    ),
    "classes from 1 on": Row(
        CLASSES.format(low=1, prepared="", loss="sparse_categorical_crossentropy", labels="y"),
        [("fit(x, y,", "fit(x, y - 1,")],
        True,
    ),
    "weights of classes in a list": Row(
        CLASSES.format(
            low=0, prepared="", loss="sparse_categorical_crossentropy", labels="y, class_weight=[1, 2, 3]"
        ),
        [("=[1, 2, 3]", "=dict(enumerate([1, 2, 3]))")],
        True,
    ),
    "weights of classes as they are computed": Row(
        "from sklearn.utils.class_weight import compute_class_weight\n"
        + CLASSES.format(
            low=0,
            prepared='w = compute_class_weight("balanced", classes=np.arange(3), y=np.arange(30) % 3)',
            loss="sparse_categorical_crossentropy",
            labels="y, class_weight=w",
        ),
        [("class_weight=w", "class_weight=dict(enumerate(w))")],
        True,
    ),
    "weights of samples in a list": Row(
        CLASSES.format(
            low=0,
            prepared="",
            loss="sparse_categorical_crossentropy",
            labels="y, sample_weight=[1.0, 2.0] * 15",
        ),
        [("[1.0, 2.0] * 15", "np.array([1.0, 2.0] * 15)")],
        True,
    ),
    "labels with an axis of 1": Row(
        CLASSES.format(
            **TWICE, prepared=f"y = {ROWS}(y, 3).reshape(30, 1, 3)", labels="y"
        ),
        [("fit(x, y,", "fit(x, np.reshape(y, (-1, 3)),")],
        False,
    ),
}


@pytest.mark.parametrize("name", REPAIRED)
def test_repairs_the_data(name: str) -> None:
    assert_repaired(REPAIRED[name])


@pytest.mark.parametrize("name", REPAIRED)
def test_trains_repaired(name: str) -> None:
    assert_trained(REPAIRED[name])


def test_keeps_a_pair_that_is_written_out() -> None:
    program = "x, y = np.random.rand(12, 6), np.zeros(12)\n" + "\n".join(
        LOADED.splitlines()[5:7]
    )
    result = result_of(f"{program}\nfor i in range(12):\n    model.train_on_batch(x[i], y[i])\n")
    assert "expand_dims" in result.diff and "y, x" not in result.diff


def test_images_go_through_the_model_that_makes_the_features() -> None:
    row = Row(
        FEATURES,
        [("head.predict(images,", "head.predict(base.predict(images).reshape(-1, 32),")],
        True,
    )
    result = result_of(row.program)
    assert result.files["m.py"].decode() == text_of(row.repaired)
    assert_trained(row)


def test_images_are_not_guessed_to_be_features() -> None:
    program = FEATURES.replace("features, np.zeros", "np.zeros((8, 32)), np.zeros")
    assert "base.predict(images)" not in result_of(program).diff
