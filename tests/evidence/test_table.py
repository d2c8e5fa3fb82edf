"""The table of errors: what real Keras prints is found in it, with its facts."""

from __future__ import annotations

import re
import traceback

import keras
import numpy as np
import pytest
from keras import layers

from kfix.evidence.log import Log
from kfix.evidence.reading import read_error
from kfix.evidence.row import FIELDS, Row
from kfix.evidence.table import ROWS, match
from kfix.findings import all_findings

BY_NAME = {row.name: row for row in ROWS}
ERAS = {"Keras 3", "Keras 3, a warning", "TensorFlow 2", "Keras 2", "NumPy", ""}

HELPER = """
def fit(units, y, loss):
    model = keras.Sequential([keras.Input((2,)), layers.Dense(units, activation="softmax")])
    model.compile("sgd", loss)
    model.fit(np.zeros((6, 2)), y, verbose=0, shuffle=False)

def batches():
    while True:
        yield [np.zeros((4, 2)), np.zeros((4, 1))]

def merged():
    a, b = keras.Input((2,), name="age"), keras.Input((2,), name="size")
    return keras.Model({"age": a, "size": b}, layers.add([a, b]))
"""

PROGRAMS = {
    "input-shape": """
a = keras.Input((28, 28))
model = keras.Model(a, layers.Dense(2)(layers.Flatten()(a)))
model.compile("sgd", "mse")
model.fit(np.zeros((4, 20)), np.zeros((4, 2)))
""",
    "input-shape-of-graph": """
inp = keras.Input((30, 2))
model = keras.Model(inp, layers.Dense(2)(inp))
model.predict(np.zeros((4, 30)), verbose=0)
""",
    "axis-value": """
dense = layers.Dense(3)
dense(keras.Input((8,)))
dense(keras.Input((10,)))
""",
    "least-rank": """
layers.Conv2D(4, 3)(keras.Input((28, 28)))
""",
    "rank": """
keras.Sequential([keras.Input((5, 3)), layers.LSTM(32), layers.LSTM(2)])
""",
    "kernel-rank": """
layers.Conv2D(16, 3)(keras.Input((50, 28, 28, 1)))
""",
    "inputs-count": """
a, b = keras.Input((2,)), keras.Input((2,))
keras.Model([a, b], layers.add([a, b]))(np.zeros((4, 2)))
""",
    "input-missing": """
merged().predict({"Age": np.zeros((4, 2)), "size": np.zeros((4, 2))}, verbose=0)
""",
    "stateful-batch": """
keras.Sequential([keras.Input((5, 3)), layers.LSTM(2, stateful=True)])
""",
    "no-samples-axis": """
model = keras.Sequential([layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(np.zeros((100, 2)), np.zeros((90, 1)))
""",
    "not-an-array": """
model = keras.Sequential([layers.Dense(1)])
model.compile("sgd", "mse")
model.fit([[1, 2], [3, 4]], [1, 2])
""",
    "labels-rank": """
fit(4, np.zeros((6,)), "categorical_crossentropy")
""",
    "labels-shape": """
fit(3, np.zeros((6, 22)), "categorical_crossentropy")
""",
    "loss-operands": """
fit(3, np.zeros((6, 5)), "mse")
""",
    "label-range": """
fit(3, np.array([1, 2, 3, 3, 1, 2]), "sparse_categorical_crossentropy")
""",
    "outputs-structure": """
a = keras.Input((2,))
model = keras.Model(a, [layers.Dense(1)(a), layers.Dense(2)(a)])
model.compile("sgd", "mse", metrics=["mae", "mse", "mape"])
model.fit(np.zeros((4, 2)), [np.zeros((4, 1)), np.zeros((4, 2))])
""",
    "window-too-large": """
layers.Conv2D(64, 5)(keras.Input((4, 4, 32)))
""",
    "dim-not-defined": """
keras.Sequential([keras.Input((None, None, 3)), layers.Flatten(), layers.Dense(5)])
""",
    "reshape-total": """
layers.Reshape((12, 12, 32))(keras.Input((1152,)))
""",
    "concatenate": """
layers.Concatenate()([keras.Input((44, 44, 32)), keras.Input((45, 45, 16))])
""",
    "merge": """
layers.Add()([keras.Input((32, 32, 64)), keras.Input((32, 32, 32))])
""",
    "matmul": """
keras.ops.matmul(keras.Input((5, 32)), keras.Input((48, 7)))
""",
    "not-a-shape": """
keras.Input(shape=784)
""",
    "unknown-argument": """
layers.LSTM(4, batch_input_shape=(8, 10, 2))
""",
    "bad-units": """
layers.Dense(np.int64(3))
""",
    "keras-tensor": """
import tensorflow as tf
tf.reduce_mean(keras.Input((4,)))
""",
    "no-input-yet": """
keras.Sequential([layers.Dense(2)]).input
""",
    "by-position": """
layers.Dropout(0.5)(keras.Input((4,)), True)
""",
    "no-add": """
a = keras.Input((2,))
keras.Model(a, layers.Dense(1)(a)).add(layers.Dense(2))
""",
    "no-attribute": """
keras.Input((4,))._keras_shape
""",
    "old-fit": """
keras.Sequential().fit_generator(None)
""",
    "disconnected": """
a, b = keras.Input((2,)), keras.Input((2,))
keras.Model(a, layers.Dense(1)(b))
""",
    "base-too-small": """
keras.applications.ResNet50(include_top=False, weights=None, input_shape=(28, 28, 3))
""",
    "base-channels": """
keras.applications.ResNet50(include_top=False, weights="imagenet", input_shape=(64, 64, 1))
""",
    "not-in-sequential": """
keras.Sequential().add(3)
""",
    "divisible": """
layers.Conv2D(8, 3, groups=4)(keras.Input((8, 8, 6)))
""",
    "time-axis": """
layers.TimeDistributed(layers.Dense(1))(keras.Input((16,)))
""",
    "generator-form": """
model = keras.Sequential([layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(batches(), steps_per_epoch=1)
""",
    "infer-output": """
class AddPosition(layers.Layer):
    def call(self, x):
        return x + keras.ops.zeros((3, 3))
AddPosition()(keras.Input((5, 8)))
""",
}


@pytest.mark.graphs
@pytest.mark.parametrize("name", PROGRAMS)
def test_what_keras_prints_is_the_row_and_its_example(name: str) -> None:
    keras.backend.clear_session()
    with pytest.raises(Exception) as raised:
        exec(HELPER + PROGRAMS[name], {"np": np, "keras": keras, "layers": layers})
    text = "".join(traceback.format_exception(raised.value))
    error = read_error(text)
    assert error is not None
    assert error.row is BY_NAME[name]
    plain = "".join(re.sub(r"\x1b\[\d+m", "", text).split())
    example = "".join(BY_NAME[name].example.split())
    assert example.partition("...")[0] in plain


def test_every_text_of_keras_3_is_made_by_a_program() -> None:
    assert PROGRAMS.keys() == {row.name for row in ROWS if row.era == "Keras 3"}


@pytest.mark.parametrize("row", [row for row in ROWS if row.example], ids=lambda row: row.name)
@pytest.mark.parametrize(
    "around", ["{}", "ValueError: {}\n", "Epoch 1/3\n\x1b[1mValueError: {}\x1b[0m\nbye\n"]
)
def test_the_example_is_found_by_its_row(row: Row, around: str) -> None:
    log = Log(around.format(row.example))
    found = match(log, log.raised())
    assert found is not None
    assert found.row is row


@pytest.mark.parametrize("row", [row for row in ROWS if row.example], ids=lambda row: row.name)
def test_an_example_that_is_wrapped_anywhere_has_the_same_facts(row: Row) -> None:
    whole = read_error(row.example)
    assert whole is not None
    text = row.example
    for width in (20, 37, 79):
        lines = "\n".join(text[at : at + width] for at in range(0, len(text), width))
        error = read_error(lines)
        assert error is not None
        assert error.row is row
        assert error.fields.keys() == whole.fields.keys()
        for name in whole.fields.keys() & {"data", "input", "target", "output", "inputs"}:
            assert error.shapes(name) == whole.shapes(name)


def test_names_are_unique_codes_exist_and_every_row_says_what_it_means() -> None:
    assert len(BY_NAME) == len(ROWS)
    known = all_findings()
    for row in ROWS:
        assert row.era in ERAS
        assert row.means
        assert row.causes
        assert set(row.codes) <= set(known)
        assert bool(row.other) != bool(row.codes) or row.name == "index-out-of-bounds"
        assert bool(row.example) == (row.era != "")


def test_every_fact_is_documented_and_used() -> None:
    used = {name for row in ROWS for text in row.texts for name in re.findall(r"\{(\w+)\}", text)}
    assert used == set(FIELDS)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (
            "Input 0 of layer conv2d_4 is incompatible with the layer: : expected min_ndim=4, "
            "found ndim=3. Full shape received: [None, 28, 28]",
            {"input": (None, 28, 28)},
        ),
        (
            "Input 0 is incompatible with layer lstm_2: expected ndim=3, found ndim=2",
            {},
        ),
        (
            "Error when checking target: expected dense_2 to have shape (3,) but got array with "
            "shape (22,)",
            {"expected": (3,), "target": (22,)},
        ),
        (
            "Shapes (None, 1) and (None, 10) are incompatible",
            {"target": (None, 1), "output": (None, 10)},
        ),
        (
            "logits and labels must have the same first dimension, got logits shape [32,10] and "
            "labels shape [320]",
            {"output": (32, 10), "target": (320,)},
        ),
        (
            "Negative dimension size caused by subtracting 2 from 1 for '{{node "
            'max_pooling2d_3/MaxPool}} = MaxPool[T=DT_FLOAT, data_format="NHWC"](x)\' with '
            "input shapes: [?,1,4,128].",
            {"input": (None, 1, 4, 128)},
        ),
        (
            "You are passing a target array of shape (80, 1) while using as loss "
            "`categorical_crossentropy`",
            {"target": (80, 1)},
        ),
        ("mat1 and mat2 shapes cannot be multiplied (32x10 and 8x4)", {}),
        (
            "sub got incompatible shapes for broadcasting: (32, 5), (32, 3).",
            {"target": (32, 5), "output": (32, 3)},
        ),
    ],
)
def test_older_wordings_and_other_backends_carry_the_same_facts(
    text: str, facts: dict[str, tuple[int | None, ...]]
) -> None:
    error = read_error(f"ValueError: {text}")
    assert error is not None
    assert error.row is not None
    assert error.row.codes
    for name, shape in facts.items():
        assert error.shape(name) == shape
