"""Generators that give single samples, and several arrays that are packed into one."""

from __future__ import annotations

import pytest

from tests.repair.data.prepared import Row, assert_repaired, assert_trained, result_of

ONE_INPUT = """\
model = Sequential([Input((6, 3)), layers.LSTM(4), layers.Dense(3, activation="softmax")])
model.compile("adam", "{loss}")
"""
TWO_INPUTS = """\
one, two = Input((4,), name="one"), Input((5,), name="two")
both = layers.concatenate([one, two])
model = Model([one, two], layers.Dense(1, name="out")(both))
model.compile("adam", "mse")
"""
TWINS = """\
one, two = Input((4,)), Input((4,))
both = layers.concatenate([one, two])
model = Model([one, two], [layers.Dense(1)(both), layers.Dense(1)(both)])
model.compile("adam", ["mse", "mse"])
a, b, c, d = np.zeros((8, 4)), np.ones((8, 4)), np.zeros((8, 1)), np.ones((8, 1))
"""
SAMPLES = """\
def samples():
    while True:
        image = np.random.rand(6, 3)
        label = {label}
        yield image, label

"""
FIT = "model.fit(samples(), steps_per_epoch=2, verbose=0)\n"
DATASET = """\
class Samples(keras.utils.PyDataset):
    def __init__(self, x, y, **kwargs):
        super().__init__(**kwargs)
        self.x, self.y = x, y

    def __len__(self):
        return len(self.x)

    def __getitem__(self, place):
        {body}

"""

ROWS = {
    "one-hot rows": Row(
        SAMPLES.format(label="keras.utils.to_categorical(1, 3)")
        + ONE_INPUT.format(loss="categorical_crossentropy")
        + FIT,
        [
            (
                "yield image, label",
                "yield np.expand_dims(image, axis=0), np.expand_dims(label, axis=0)",
            )
        ],
        True,
    ),
    "labels that are not known": Row(
        SAMPLES.format(label="np.random.randint(0, 3)")
        + ONE_INPUT.format(loss="sparse_categorical_crossentropy")
        + FIT,
        [
            (
                "yield image, label",
                "yield np.expand_dims(image, axis=0), np.expand_dims(label, axis=0)",
            )
        ],
        False,
    ),
    "labels that are a batch": Row(
        SAMPLES.format(label="np.zeros((1,))")
        + ONE_INPUT.format(loss="sparse_categorical_crossentropy")
        + FIT,
        [("yield image, label", "yield np.expand_dims(image, axis=0), label")],
        True,
    ),
    "dictionaries": Row(
        """\
def samples():
    while True:
        yield {"one": np.zeros(4), "two": np.zeros(5)}, np.zeros(1)

"""
        + TWO_INPUTS
        + FIT,
        [
            ('"one": np.zeros(4)', '"one": np.expand_dims(np.zeros(4), axis=0)'),
            (
                '"two": np.zeros(5)}, np.zeros(1)',
                '"two": np.expand_dims(np.zeros(5), axis=0)}, np.expand_dims(np.zeros(1), axis=0)',
            ),
        ],
        True,
    ),
    "a tuple of inputs": Row(
        """\
def samples():
    while True:
        yield (np.zeros(4), np.zeros(5)), np.zeros((1, 1))

"""
        + TWO_INPUTS
        + FIT,
        [
            (
                "(np.zeros(4), np.zeros(5))",
                "(np.expand_dims(np.zeros(4), axis=0), np.expand_dims(np.zeros(5), axis=0))",
            )
        ],
        True,
    ),
    "an item of a data set of the program": Row(
        DATASET.format(body="return self.x[place], self.y[place]")
        + ONE_INPUT.format(loss="categorical_crossentropy")
        + "model.fit(Samples(np.zeros((8, 6, 3)), np.ones((8, 3))), verbose=0)\n",
        [
            (
                "return self.x[place], self.y[place]",
                "return np.expand_dims(self.x[place], axis=0), "
                "np.expand_dims(self.y[place], axis=0)",
            )
        ],
        True,
    ),
    "inputs in one array": Row(
        TWINS + "model.fit(np.array([a, b]), [c, d], verbose=0)\n",
        [("np.array([a, b])", "[a, b]")],
        True,
    ),
    "labels in one array, for validation too": Row(
        TWINS + "model.fit([a, b], np.stack([c, d]), verbose=0, "
        "validation_data=([a, b], np.stack([c, d])))\n",
        [("np.stack([c, d])", "[c, d]")],
        True,
    ),
    "a variable of a packed array": Row(
        TWINS + "x = np.array([a, b])\ny = np.array((c, d))\nmodel.fit(x, y, verbose=0)\n",
        [("np.array([a, b])", "[a, b]"), ("np.array((c, d))", "(c, d)")],
        True,
    ),
    "an array along whose first axis the inputs lie": Row(
        TWINS + "x = np.zeros((2, 8, 4))\nmodel.fit(x, [c, d], verbose=0)\n",
        [("fit(x,", "fit(list(x),")],
        True,
    ),
    "a generator that packs its arrays": Row(
        "def samples():\n"
        "    while True:\n"
        "        yield np.array([a, b]), np.array([c, d])\n\n" + TWINS + FIT,
        [("np.array([a, b])", "(a, b)"), ("np.array([c, d])", "(c, d)")],
        True,
    ),
    "an item that packs its arrays": Row(
        DATASET.format(
            body="x = np.stack([self.x, self.x])\n        return x, np.array([self.y, self.y])"
        )
        + TWINS
        + "model.fit(Samples(a, c), verbose=0)\n",
        [
            ("np.stack([self.x, self.x])", "(self.x, self.x)"),
            ("np.array([self.y, self.y])", "(self.y, self.y)"),
        ],
        True,
    ),
}

LEFT = {
    "more arrays than inputs": TWINS + "model.fit(np.array([a, b, a]), [c, d], verbose=0)\n",
    "what a library yields": ONE_INPUT.format(loss="mse")
    + "model.fit(zip(np.zeros((8, 6, 3)), np.zeros((8, 3))), steps_per_epoch=2, verbose=0)\n",
}
"""Programs whose data is not edited."""


@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in ROWS.items()])
def test_what_is_given_is_a_batch_of_each_array(row: Row) -> None:
    assert_repaired(row)


@pytest.mark.keras
@pytest.mark.parametrize("row", [pytest.param(row, id=name) for name, row in ROWS.items()])
def test_keras_trains_the_repaired_program(row: Row) -> None:
    assert_trained(row)


@pytest.mark.parametrize("name", LEFT)
def test_nothing_is_written(name: str) -> None:
    result = result_of(LEFT[name])
    assert not result.files
