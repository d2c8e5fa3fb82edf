"""Data, losses and metrics that do not go together: every repair is run in real Keras, one step of training and all.

The programs are small enough to be executed as they are; before the repair
Keras has to refuse them, after each repair that kfix offers it must not.
"""

from __future__ import annotations

import io
import json
import warnings
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests import real_keras  # noqa: F401  (keeps TensorFlow quiet)
from tests.cli.test_main import report


class Row(NamedTuple):
    """`first` are the changes that the repair makes by itself, `none` where a person has to choose."""

    program: str
    first: list[tuple[str, str]] | None
    picks: dict[int, list[tuple[str, str]]] = {}  # noqa: RUF012  (never written to)


NP = "import numpy as np\n"
KERAS = "import keras\nfrom keras import layers\n"
CNN = """\
model = keras.Sequential([
    layers.Input((8, 8, 3)),
    layers.Conv2D(2, 3),
    layers.Flatten(),
    layers.Dense(4, activation="softmax"),
])
"""
OPEN = CNN.replace("    layers.Input((8, 8, 3)),\n", "")
SPARSE = "model.compile('adam', 'sparse_categorical_crossentropy')\n"
X = "x = np.random.rand(12, 8, 8, 3)\n"
GRAY = "x, x_test = np.random.rand(12, 8, 8), np.random.rand(4, 8, 8)\n"
Y = "y = np.arange(12) % 4\n"
FIT = "model.fit(x, y, verbose=0)\n"
ONE_HOT = "y = keras.utils.to_categorical(np.arange(12) % 4, 4)\n"
SHOW = "picture = x[0]\nmodel.predict(picture, verbose=0)\n"


def classified(compile_: str, labels: str = Y, fit: str = FIT, head: str = NP + KERAS) -> str:
    return f"{head}{X}{labels}{CNN}{compile_}\n{fit}"


DENSE = "model = keras.Sequential()\nmodel.add(layers.Dense(4, input_shape=SHAPE))\nmodel.add(layers.Dense(1))\n"
TABLE = "x, y = np.random.rand(12, 5), np.random.rand(12)\n"
MSE = "model.compile('adam', 'mse')\n"


def tabled(shape: str) -> str:
    return NP + KERAS + TABLE + DENSE.replace("SHAPE", shape) + MSE + FIT


SEQUENCES = """\
entry, start = keras.Input((None, 7)), keras.Input((None, 9))
_, h, c = layers.LSTM(4, return_state=True)(entry)
out, _, _ = layers.LSTM(4, return_state=True)(start, initial_state=[h, c])
model = keras.Model([entry, start], layers.Dense(9, activation="softmax")(out))
model.compile("adam", "categorical_crossentropy")
x, y = [np.zeros((6, 5, 7)), np.zeros((6, 8, 9))], np.ones((6, 8, 9)) / 9
"""
BASE = """\
model = keras.Sequential([
    keras.applications.MobileNet(include_top=False, weights=None, input_shape=(64, 64, 3)),
    layers.GlobalAveragePooling2D(),
    layers.Dense(4, activation="softmax"),
])
x = np.zeros((12, 32, 32, 3))
"""


MAPS = """\
model = keras.Sequential([
    layers.Input((8, 6, 3)),
    layers.Conv2D(5, 3, padding="same", activation="relu"),
    layers.Conv2D(4, 3, padding="same", activation="sigmoid"),
])
x = np.zeros((12, 8, 6, 3))
"""


ROWS = {
    "masks without a channel, and a map of several": Row(
        NP
        + KERAS
        + MAPS
        + "y = np.random.randint(0, 2, (12, 8, 6))\nmodel.compile('adam', 'binary_crossentropy')\n"
        + FIT,
        [("layers.Conv2D(4", "layers.Conv2D(1")],
    ),
    "the number of its class for each pixel": Row(
        NP
        + KERAS
        + MAPS.replace("sigmoid", "softmax")
        + "y = np.random.randint(0, 4, (12, 8, 6))\nmodel.compile('adam', 'categorical_crossentropy')\n"
        + FIT,
        [("'categorical", "'sparse_categorical")],
    ),
    "channels first in the data and in the model": Row(
        NP
        + KERAS
        + "x = np.random.rand(12, 1, 8, 8)\n"
        + Y
        + CNN.replace("layers.Input((8, 8, 3)),", "layers.Input((1, 8, 8)),")
        + SPARSE
        + FIT,
        None,
        {1: [("(1, 8, 8))", "(8, 8, 1))"), ("fit(x,", "fit(np.moveaxis(x, 1, -1),")]},
    ),
    "a sequence of any length is wanted": Row(
        NP + KERAS + SEQUENCES + FIT,
        [("return_state=True)(start", "return_state=True, return_sequences=True)(start")],
    ),
    "a base that compares sizes in a Sequential": Row(
        NP + KERAS + BASE + Y + SPARSE + FIT, [("(64, 64, 3)", "(32, 32, 3)")]
    ),
    "the number of samples before a Dense": Row(
        tabled("(12, 5)"), [("input_shape=(12, 5)", "input_shape=(5,)")]
    ),
    "another number of samples before a Dense": Row(tabled("(1000, 5)"), [("(1000, 5)", "(5,)")]),
    "the whole shape of the data": Row(tabled("x.shape"), [("x.shape", "x.shape[1:]")]),
    "any number of samples before a Dense": Row(tabled("(None, 5)"), [("(None, 5)", "(5,)")]),
    "channels first in the data": Row(
        NP + KERAS + "x = np.random.rand(12, 3, 8, 8)\n" + Y + CNN + SPARSE + FIT,
        [("fit(x,", "fit(np.moveaxis(x, 1, -1),")],
    ),
    "channels first in all of the data, in a function": Row(
        NP
        + KERAS
        + "\n\ndef train():\n    x, x_test = np.random.rand(12, 3, 8, 8), np.random.rand(4, 3, 8, 8)\n"
        + "    y = np.arange(12) % 4\n"
        + "".join(f"    {line}\n" for line in (CNN + SPARSE).splitlines())
        + "    model.fit(x, y, verbose=0, validation_data=(x_test, y[:4]))\n"
        + "    print(model.evaluate(x_test, y=y[:4], verbose=0))\n"
        + "    return model.predict(x=x_test, verbose=0)\n\n\ntrain()\n",
        [
            ("fit(x,", "fit(np.moveaxis(x, 1, -1),"),
            ("(x_test, y[:4])", "(np.moveaxis(x_test, 1, -1), y[:4])"),
            ("evaluate(x_test", "evaluate(np.moveaxis(x_test, 1, -1)"),
            ("x=x_test", "x=np.moveaxis(x_test, 1, -1)"),
        ],
    ),
    "one picture for predict": Row(
        NP + KERAS + X + Y + CNN + SPARSE + FIT + SHOW,
        [("predict(picture", "predict(np.expand_dims(picture, 0)")],
    ),
    "one picture for predict, and no numpy": Row(
        KERAS
        + "x = keras.random.normal((12, 8, 8, 3))\n"
        + "y = keras.ops.zeros((12,))\n"
        + CNN
        + SPARSE
        + FIT
        + SHOW,
        [("predict(picture", "predict(picture[None]")],
    ),
    "one row for predict": Row(
        NP
        + KERAS
        + "x, y = np.random.rand(12, 5), np.random.rand(12)\n"
        + "model = keras.Sequential([layers.Dense(1, input_shape=(5,))])\nmodel.compile('adam', 'mse')\n"
        + FIT
        + "model.predict(x[0], verbose=0)\n",
        [("predict(x[0]", "predict(np.expand_dims(x[0], 0)")],
    ),
    "one row in a list for predict": Row(
        NP
        + KERAS
        + "x, y = np.random.rand(12, 5), np.random.rand(12)\n"
        + "model = keras.Sequential([keras.Input((5,)), layers.Dense(1)])\nmodel.compile('adam', 'mse')\n"
        + FIT
        + "row = x[0]\nmodel.predict([row], verbose=0)\n",
        [("predict([row]", "predict([np.expand_dims(row, 0)]")],
    ),
    "one row for predict, without the axis of one step": Row(
        NP
        + KERAS
        + "x, y = np.random.rand(12, 1, 5), np.random.rand(12)\n"
        + "model = keras.Sequential([keras.Input((1, 5)), layers.LSTM(2), layers.Dense(1)])\n"
        + "model.compile('adam', 'mse')\n"
        + FIT
        + "row = np.zeros(5)\nmodel.predict(row, verbose=0)\n",
        [("predict(row", "predict(np.reshape(row, (1, 1, 5))")],
    ),
    "a model without an input shape, and pictures without a channel": Row(
        NP
        + KERAS
        + GRAY
        + Y
        + OPEN
        + SPARSE
        + "model.fit(x, y, verbose=0, validation_data=(x_test, y[:4]))\nmodel.evaluate(x_test, y[:4], verbose=0)\n",
        None,
        {
            2: [
                ("fit(x,", "fit(np.expand_dims(x, -1),"),
                ("data=(x_test,", "data=(np.expand_dims(x_test, -1),"),
                ("evaluate(x_test,", "evaluate(np.expand_dims(x_test, -1),"),
            ]
        },
    ),
    "a model without an input shape, and a row of numbers": Row(
        NP
        + "import tensorflow as tf\n"
        + "x, y = np.arange(12.0), np.arange(12.0)\n"
        + "model = tf.keras.Sequential([\n    tf.keras.layers.Dense(1)\n])\nmodel.compile('adam', 'mse')\n"
        + FIT,
        [
            (
                "    tf.keras.layers.Dense",
                "    tf.keras.layers.Input(shape=(1,)),\n    tf.keras.layers.Dense",
            )
        ],
        {2: [("fit(x,", "fit(np.expand_dims(x, -1),")]},
    ),
    "one step of ten features, and no axis for the step": Row(
        NP
        + "from keras.models import Sequential\nfrom keras.layers import LSTM, Dense\n"
        + "x, y = np.random.rand(12, 10), np.random.rand(12, 1)\n"
        + "model = Sequential()\nmodel.add(LSTM(3, input_shape=(1, 10)))\nmodel.add(Dense(1))\n"
        + "model.compile('adam', 'mse')\n"
        + FIT,
        [("fit(x,", "fit(np.expand_dims(x, 1),")],
    ),
    "pictures for rows of numbers": Row(
        NP
        + KERAS
        + GRAY
        + Y
        + "model = keras.Sequential([layers.Dense(4, activation='softmax', input_shape=(64,))])\n"
        + SPARSE
        + FIT
        + "model.predict(x_test, verbose=0)\n",
        [
            (
                "layers.Dense(4, activation='softmax', input_shape=(64,))",
                "layers.Flatten(input_shape=(8, 8)), layers.Dense(4, activation='softmax')",
            )
        ],
        {
            2: [
                ("fit(x,", "fit(np.reshape(x, (-1, 64)),"),
                ("predict(x_test,", "predict(np.reshape(x_test, (-1, 64)),"),
            ]
        },
    ),
    "class numbers for a loss of one-hot rows": Row(
        classified("model.compile('adam', 'categorical_crossentropy', metrics=['accuracy'])"),
        [("'categorical_cross", "'sparse_categorical_cross")],
        {2: [("fit(x, y,", "fit(x, keras.utils.to_categorical(y, 4),")]},
    ),
    "a loss object and a metric object": Row(
        classified(
            "model.compile(\n    optimizer='adam',\n    loss=keras.losses.CategoricalCrossentropy(from_logits=False),\n"
            "    metrics=['accuracy', keras.metrics.TopKCategoricalAccuracy(k=2)],\n)"
        ),
        [("losses.Cat", "losses.SparseCat"), ("metrics.TopK", "metrics.SparseTopK")],
        {2: [("fit(x, y,", "fit(x, keras.utils.to_categorical(y, 4),")]},
    ),
    "a loss object by its name alone, with labels to the side": Row(
        classified(
            "loss_fn = CategoricalCrossentropy()\nmodel.compile('adam', loss_fn, metrics=['categorical_accuracy'])",
            Y + "y = y.reshape(-1, 1)\n",
            "model.fit(x, y, verbose=0, validation_data=(x, y))\n",
            NP + KERAS + "from keras.losses import CategoricalCrossentropy, MeanSquaredError\n",
        ),
        [
            ("import CategoricalCrossentropy,", "import SparseCategoricalCrossentropy,"),
            ("loss_fn = Cat", "loss_fn = SparseCat"),
            ("'categorical_acc", "'sparse_categorical_acc"),
        ],
        {
            2: [
                ("fit(x, y,", "fit(x, keras.utils.to_categorical(y, 4),"),
                ("=(x, y))", "=(x, keras.utils.to_categorical(y, 4)))"),
            ]
        },
    ),
    "a function as the loss, used for something else too": Row(
        classified(
            "model.compile('adam', loss=categorical_crossentropy)",
            head=NP
            + KERAS
            + "from keras.losses import (\n    categorical_crossentropy,\n)\nprint(categorical_crossentropy)\n",
        ),
        [
            (
                "    categorical_crossentropy,\n",
                "    categorical_crossentropy,\n    sparse_categorical_crossentropy,\n",
            ),
            ("loss=cat", "loss=sparse_cat"),
        ],
    ),
    "a constant as the loss": Row(
        classified("LOSS = 'categorical_crossentropy'\nmodel.compile('adam', LOSS)"),
        [("LOSS = 'cat", "LOSS = 'sparse_cat")],
    ),
    "a loss that has no sibling with its arguments": Row(
        classified(
            "model.compile('adam', keras.losses.CategoricalCrossentropy(label_smoothing=0.1))"
        ),
        [("fit(x, y,", "fit(x, keras.utils.to_categorical(y, 4),")],
    ),
    "a metric that takes one-hot rows alone": Row(
        classified(
            "model.compile('adam', 'categorical_crossentropy', metrics=[keras.metrics.Precision()])"
        ),
        [("fit(x, y,", "fit(x, keras.utils.to_categorical(y, 4),")],
    ),
    "one-hot rows for a loss of class numbers": Row(
        classified(
            "model.compile('adam', 'sparse_categorical_crossentropy', metrics=['sparse_categorical_accuracy'])",
            ONE_HOT,
        ),
        [
            ("'sparse_categorical_cross", "'categorical_cross"),
            ("'sparse_categorical_acc", "'categorical_acc"),
        ],
    ),
    "one-hot rows for a loss object of class numbers": Row(
        classified(
            "model.compile('adam', keras.losses.SparseCategoricalCrossentropy())",
            ONE_HOT,
        ),
        [("SparseCat", "Cat")],
        {2: [("fit(x, y,", "fit(x, np.argmax(y, axis=-1),")]},
    ),
    "softmax of two with a loss for one": Row(
        classified(
            "model.compile('adam', 'binary_crossentropy')", "y = np.random.randint(0, 2, 12)\n"
        ).replace("Dense(4", "Dense(2"),
        [("'binary_cross", "'sparse_categorical_cross")],
    ),
    "losses by the names of the outputs": Row(
        NP
        + KERAS
        + X
        + Y
        + "image = layers.Input((8, 8, 3))\nflat = layers.Flatten()(image)\n"
        + "kind = layers.Dense(4, activation='softmax', name='kind')(flat)\n"
        + "size = layers.Dense(1, name='size')(flat)\nmodel = keras.Model(image, [kind, size])\n"
        + "model.compile('adam', loss={'kind': 'categorical_crossentropy', 'size': 'mse'}, "
        + "metrics={'kind': ['categorical_accuracy'], 'size': ['mae']})\n"
        + "model.fit(x, {'kind': y, 'size': y * 1.0}, verbose=0)\n",
        [
            ("'categorical_cross", "'sparse_categorical_cross"),
            ("'categorical_acc", "'sparse_categorical_acc"),
        ],
        {2: [("'kind': y,", "'kind': keras.utils.to_categorical(y, 4),")]},
    ),
    "losses in a list": Row(
        NP
        + KERAS
        + X
        + Y
        + "image = layers.Input((8, 8, 3))\nflat = layers.Flatten()(image)\n"
        + "kind = layers.Dense(4, activation='softmax')(flat)\nsize = layers.Dense(1)(flat)\n"
        + "model = keras.Model(image, [kind, size])\n"
        + "model.compile('adam', loss=[keras.losses.CategoricalCrossentropy(), keras.losses.MeanSquaredError()])\n"
        + "model.fit(x, [y, y * 1.0], verbose=0)\n",
        [("losses.Cat", "losses.SparseCat")],
        {2: [("[y, y", "[keras.utils.to_categorical(y, 4), y")]},
    ),
    "an autoencoder of rows, given pictures": Row(
        "from keras.layers import Dense, Input\nfrom keras.models import Model\n"
        + "import numpy\nx, x_test = numpy.random.rand(12, 8, 8), numpy.random.rand(4, 8, 8)\n"
        + "image = Input(shape=(64,))\ncode = Dense(3, activation='relu')(image)\n"
        + "model = Model(image, Dense(64, activation='sigmoid')(code))\nmodel.compile('adam', 'binary_crossentropy')\n"
        + "model.fit(x, x, verbose=0, validation_data=(x_test, x_test))\n",
        [
            ("fit(x, x,", "fit(numpy.reshape(x, (-1, 64)), numpy.reshape(x, (-1, 64)),"),
            (
                "data=(x_test, x_test)",
                "data=(numpy.reshape(x_test, (-1, 64)), numpy.reshape(x_test, (-1, 64)))",
            ),
        ],
    ),
    "a constant that another model needs as it is": Row(
        NP
        + KERAS
        + "LOSS = 'categorical_crossentropy'\n"
        + X
        + Y
        + CNN.replace("model", "other")
        + "other.compile('adam', LOSS)\nother.fit(x, keras.utils.to_categorical(y, 4), verbose=0)\n"
        + CNN
        + "model.compile('adam', LOSS)\n"
        + FIT,
        [("model.fit(x, y,", "model.fit(x, keras.utils.to_categorical(y, 4),")],
    ),
    "one function that trains two models": Row(
        NP
        + KERAS
        + "def train(model, x, y):\n    model.compile('adam', 'categorical_crossentropy')\n"
        + "    model.fit(x, y, verbose=0)\n\n"
        + X
        + Y
        + CNN.replace("model", "other")
        + CNN
        + "train(other, x, y)\ntrain(model, x, y)\n",
        [("'categorical_cross", "'sparse_categorical_cross")],
    ),
    "a class that trains its model": Row(
        NP
        + KERAS
        + "class Net:\n    def __init__(self):\n        self.model = keras.Sequential([\n"
        + "            layers.Dense(4, activation='softmax', input_shape=(5,)),\n        ])\n\n"
        + "    def train(self, x, y):\n"
        + "        self.model.compile('adam', keras.losses.CategoricalCrossentropy(), metrics=[keras.metrics.AUC()])\n"
        + "        self.model.fit(x, y, verbose=0)\n\n"
        + "    def ask(self, row):\n        return self.model.predict(row, verbose=0)\n\n"
        + "net = Net()\nx, y = np.random.rand(12, 5), np.random.randint(0, 4, 12)\nnet.train(x, y)\nnet.ask(x[3])\n",
        [
            ("self.model.fit(x, y,", "self.model.fit(x, keras.utils.to_categorical(y, 4),"),
            ("predict(row,", "predict(np.expand_dims(row, 0),"),
        ],
    ),
    "validation data by a name, and evaluated too": Row(
        NP
        + KERAS
        + "x, y = np.random.rand(12, 5), np.random.randint(0, 4, 12)\nval = (x[:4], y[:4])\n"
        + "model = keras.Sequential([layers.Dense(4, activation='softmax', input_shape=(5,))])\n"
        + "model.compile('adam', loss='categorical_crossentropy', metrics=['AUC'])\n"
        + "model.fit(x, y, verbose=0, validation_data=val)\nmodel.evaluate(*val, verbose=0)\n",
        [
            ("val = (x[:4], y[:4])", "val = (x[:4], keras.utils.to_categorical(y[:4], 4))"),
            ("fit(x, y,", "fit(x, keras.utils.to_categorical(y, 4),"),
        ],
    ),
    "labels for testing that were forgotten": Row(
        NP
        + KERAS
        + "from keras.utils import to_categorical\n"
        + "x, x_test = np.random.rand(12, 5), np.random.rand(8, 5)\n"
        + "y, y_test = np.random.randint(0, 4, 12), np.random.randint(0, 4, 8)\ny = to_categorical(y, 4)\n"
        + "model = keras.Sequential([layers.Dense(4, activation='softmax', input_shape=(5,))])\n"
        + "model.compile('adam', 'categorical_crossentropy')\n"
        + "model.fit(x, y, verbose=0, validation_data=(x_test, y_test))\nmodel.evaluate(x_test, y_test, verbose=0)\n",
        [
            ("=(x_test, y_test)", "=(x_test, to_categorical(y_test, 4))"),
            ("evaluate(x_test, y_test", "evaluate(x_test, to_categorical(y_test, 4)"),
        ],
    ),
    "one-hot labels for testing alone": Row(
        NP
        + KERAS
        + "x, y = np.random.rand(12, 5), np.random.randint(0, 4, 12)\ny_test = keras.utils.to_categorical(y, 4)\n"
        + "model = keras.Sequential([layers.Dense(4, activation='softmax', input_shape=(5,))])\n"
        + "model.compile('adam', 'sparse_categorical_crossentropy')\n"
        + FIT
        + "model.evaluate(x, y_test, verbose=0)\n",
        [("evaluate(x, y_test", "evaluate(x, np.argmax(y_test, axis=-1)")],
    ),
    "pictures for testing that were not laid out": Row(
        NP
        + KERAS
        + GRAY
        + Y
        + "x = x.reshape(-1, 64)\n"
        + "model = keras.Sequential([layers.Dense(4, activation='softmax', input_shape=(64,))])\n"
        + SPARSE
        + "model.fit(x, y, verbose=0, validation_data=(x_test, y[:4]))\n",
        [("=(x_test,", "=(np.reshape(x_test, (-1, 64)),")],
    ),
    "Keras by single names": Row(
        NP
        + "from keras.models import Sequential\nfrom keras.layers import Dense\n\n"
        + "x, y = np.random.rand(12, 5), np.arange(12) % 4\n"
        + "model = Sequential([Dense(4, activation='softmax', input_shape=(5,))])\n"
        + "model.compile('adam', 'categorical_crossentropy')\n"
        + FIT,
        [("'categorical", "'sparse_categorical")],
        {
            2: [
                (
                    "from keras.layers import Dense\n",
                    "from keras.layers import Dense\nfrom keras.utils import to_categorical\n",
                ),
                ("fit(x, y,", "fit(x, to_categorical(y, 4),"),
            ]
        },
    ),
}


TWO = """\
first, second = keras.Input((5, 2), name="first"), keras.Input((3,), name="second")
both = layers.Concatenate()([layers.LSTM(4)(first), second])
model = keras.Model([first, second], layers.Dense(1)(both))
model.compile("adam", "mse")
a, b, y = np.random.rand(12, 5, 2), np.random.rand(12, 3), np.random.rand(12, 1)
"""
LISTS = "x, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]\n"
XOR = """\
model = keras.Sequential([layers.Input((2,)), layers.Dense(4), layers.Dense(1, activation="sigmoid")])
model.compile("adam", "binary_crossentropy")
"""

ROWS |= {
    "lists of numbers": Row(
        NP + KERAS + LISTS + XOR + FIT,
        None,
        {1: [("fit(x, y,", "fit(np.array(x), np.array(y),")]},
    ),
    "lists of numbers, for testing too, and no name for NumPy": Row(
        KERAS
        + LISTS
        + XOR
        + "model.fit(x, y, verbose=0, validation_data=(x, y))\nmodel.predict([0, 1], verbose=0)\n",
        [
            ("from keras import layers\n", "from keras import layers\nimport numpy as np\n"),
            ("fit(x, y,", "fit(np.array(x), np.array(y),"),
            ("=(x, y)", "=(np.array(x), np.array(y))"),
            ("predict([0, 1],", "predict(np.expand_dims([0, 1], 0),"),
        ],
    ),
    "a list of windows": Row(
        NP
        + KERAS
        + "series = np.random.rand(40, 2)\nx, y = [], []\nfor i in range(len(series) - 8):\n"
        + "    x.append(series[i:i + 8])\n    y.append(series[i + 8])\n"
        + "model = keras.Sequential([layers.LSTM(4, input_shape=(8, 2)), layers.Dense(2)])\n"
        + "model.compile('adam', 'mse')\n"
        + FIT,
        [("fit(x, y,", "fit(np.array(x), np.array(y),")],
    ),
    "a list of batches": Row(
        NP
        + KERAS
        + "x = [np.random.rand(6, 8, 8, 3), np.random.rand(6, 8, 8, 3)]\n"
        + Y
        + CNN
        + SPARSE
        + FIT,
        [("fit(x,", "fit(np.concatenate(x),")],
    ),
    "one of several inputs is of another shape": Row(
        NP
        + KERAS
        + TWO.replace("(5, 2), name", "(5, 5), name")
        + "model.fit([a, b], y, verbose=0)\n",
        [("(5, 5), name", "(5, 2), name")],
    ),
    "several inputs by name": Row(
        NP
        + KERAS
        + TWO.replace("(5, 2), name", "(5, 5), name").replace("((3,)", "((4,)")
        + "model.fit({'second': b, 'first': a}, y, verbose=0)\n",
        [("(5, 5), name", "(5, 2), name"), ("((4,)", "((3,)")],
    ),
    "one of several inputs lacks its batch": Row(
        NP
        + KERAS
        + TWO
        + "model.fit([a, b], y, verbose=0)\nmodel.predict([a[:1], b[0]], verbose=0)\n",
        [("b[0]]", "np.expand_dims(b[0], 0)]")],
    ),
    "data by name for inputs without names": Row(
        NP
        + KERAS
        + "one, two = keras.Input((5,)), keras.Input((3,))\n"
        + "model = keras.Model([one, two], layers.Dense(1)(layers.concatenate([one, two])))\n"
        + "model.compile('adam', 'mse')\n"
        + "data = {'right': np.zeros((8, 3)), 'left': np.zeros((8, 5))}\n"
        + "model.fit(data, np.zeros(8), verbose=0)\n",
        [
            ("keras.Input((5,))", "keras.Input((5,), name='left')"),
            ("keras.Input((3,))", "keras.Input((3,), name='right')"),
        ],
    ),
    "losses by name for outputs without names": Row(
        NP
        + KERAS
        + "start = keras.Input((5,))\n"
        + "model = keras.Model(start, [layers.Dense(4)(start), layers.Dense(2)(start)])\n"
        + "model.compile('adam', {'kind': 'mse', 'place': 'mae'})\n"
        + "model.fit(np.zeros((8, 5)), {'kind': np.zeros((8, 4)), 'place': np.zeros((8, 2))}, verbose=0)\n",
        [
            ("layers.Dense(4)", "layers.Dense(4, name='kind')"),
            ("layers.Dense(2)", "layers.Dense(2, name='place')"),
        ],
    ),
    "a list of as many images as each has rows": Row(
        NP
        + KERAS
        + "x = [np.random.rand(8, 8, 3) for _ in range(8)]\ny = np.arange(8) % 4\n"
        + CNN
        + SPARSE
        + FIT,
        [("fit(x,", "fit(np.array(x),")],
    ),
    "a network that learns from what it predicts": Row(
        NP
        + KERAS
        + "model = keras.Sequential([layers.Dense(4, input_shape=(1, 6)), layers.Dense(3)])\n"
        + "model.compile('adam', 'mse')\n"
        + "state = np.reshape(np.zeros(6), [1, 6])\n"
        + "target = model.predict(state, verbose=0)\n"
        + "model.fit(state, target, verbose=0)\n",
        [("(1, 6)),", "(6,)),")],
    ),
    "labels of a shape that nobody knows": Row(
        NP
        + KERAS
        + "import json\n"
        + "x, y = np.random.rand(12, 5), np.array(json.loads('[0, 1, 2] '.strip()) * 4)\n"
        + "model = keras.Sequential([layers.Input((6,)), layers.Dense(1)])\n"
        + MSE
        + FIT,
        [("Input((6,))", "Input((5,))")],
    ),
    "pairs that are stacked in one array": Row(
        NP
        + KERAS
        + "one, two = keras.Input((5,)), keras.Input((5,))\n"
        + "body = layers.Dense(4)\n"
        + "model = keras.Model([one, two], layers.Dot(-1)([body(one), body(two)]))\n"
        + "model.compile('adam', 'mse')\n"
        + "pairs, y = np.random.rand(12, 2, 5), np.random.rand(12)\n"
        + "model.fit(pairs, y, verbose=0)\nmodel.predict(pairs[:4], verbose=0)\n",
        [
            ("fit(pairs,", "fit([pairs[:, 0], pairs[:, 1]],"),
            ("predict(pairs[:4],", "predict([pairs[:4][:, 0], pairs[:4][:, 1]],"),
        ],
    ),
    "a name of an input with a blank in it": Row(
        NP + KERAS + TWO + "model.fit({'first': a, ' Second': b}, y, verbose=0)\n",
        [("' Second'", "'second'")],
    ),
    "a series of steps, and an input of features": Row(
        NP
        + KERAS
        + "x, y = np.random.rand(12, 8), np.random.rand(12, 1)\nx = np.reshape(x, (x.shape[0], x.shape[1], 1))\n"
        + "model = keras.Sequential([layers.LSTM(4, input_dim=8), layers.Dense(1)])\nmodel.compile('adam', 'mse')\n"
        + FIT,
        [("input_dim=8", "input_shape=(8, 1)")],
    ),
    "rows of features for a layer that reads steps": Row(
        NP
        + KERAS
        + "x, y = np.random.rand(12, 7), np.random.rand(12, 1)\n"
        + "model = keras.Sequential([layers.LSTM(4, input_shape=(None, 7)), layers.Dense(1)])\n"
        + "model.compile('adam', 'mse')\n"
        + FIT
        + "model.predict(x[:3], verbose=0)\n",
        [
            ("fit(x,", "fit(np.expand_dims(x, 1),"),
            ("predict(x[:3],", "predict(np.expand_dims(x[:3], 1),"),
        ],
    ),
    "rows of features for a layer that reads so many steps": Row(
        NP
        + KERAS
        + "x, y = np.random.rand(12, 7), np.random.rand(12, 1)\n"
        + "model = keras.Sequential([layers.LSTM(4, input_shape=(5, 7)), layers.Dense(1)])\n"
        + "model.compile('adam', 'mse')\n"
        + FIT,
        None,
        {1: [("(5, 7)", "(1, 7)"), ("fit(x,", "fit(np.expand_dims(x, 1),")]},
    ),
    "a sequence of vectors wanted of one number": Row(
        NP
        + KERAS
        + "x, y = np.random.rand(12, 7, 4), np.random.rand(12, 3, 4)\n"
        + "model = keras.Sequential([layers.LSTM(4, input_shape=(7, 4)), layers.Dense(5)])\n"
        + "model.compile('adam', 'mse')\n"
        + FIT,
        [("layers.Dense(5)]", "layers.Dense(12), layers.Reshape((3, 4))]")],
    ),
    "a stateful layer made for another batch": Row(
        NP
        + KERAS
        + "x, y = np.random.rand(12, 5, 2), np.random.rand(12, 1)\n"
        + "model = keras.Sequential([keras.Input(batch_shape=(5, 5, 2)), layers.LSTM(4, stateful=True)])\n"
        + "model.add(layers.Dense(1))\n"
        + "model.compile('adam', 'mse')\nmodel.fit(x, y, batch_size=4, verbose=0)\n",
        [("batch_shape=(5,", "batch_shape=(4,")],
    ),
    "a batch that was left out of the whole shape": Row(
        NP
        + KERAS
        + "x, y = np.random.rand(12, 5, 2), np.random.rand(12, 1)\n"
        + "model = keras.Sequential([keras.Input(batch_shape=(5, 2, 1)), layers.LSTM(4, stateful=True)])\n"
        + "model.add(layers.Dense(1))\n"
        + "model.compile('adam', 'mse')\nmodel.fit(x, y, batch_size=4, verbose=0)\n",
        [("(5, 2, 1)", "(4, 5, 2)")],
    ),
    "one-hot rows a step": Row(
        NP
        + KERAS
        + "x, y = np.random.rand(12, 8, 2), np.zeros((12, 8, 5), dtype=bool)\n"
        + "model = keras.Sequential([layers.LSTM(4, input_shape=(8, 2), return_sequences=True), layers.Dense(5)])\n"
        + SPARSE
        + FIT,
        [("'sparse_categorical", "'categorical")],
    ),
    "data sets that nobody has batched": Row(
        "import tensorflow as tf\n"
        + NP
        + KERAS
        + X
        + Y
        + CNN
        + SPARSE
        + "data = tf.data.Dataset.from_tensor_slices((x, y))\n"
        + "model.fit(data.batch(4), validation_data=data, verbose=0)\n",
        [("validation_data=data,", "validation_data=data.batch(32),")],
    ),
}


ADVICE = {
    "one array for two inputs": (TWO + "model.fit(a, y, verbose=0)\n", "KFX610", "[first, second]"),
    "one array for two inputs in validation": (
        TWO + "model.fit([a, b], y, validation_data=(a, y), verbose=0)\n",
        "KFX610",
        "validation_data=([first, second], y)",
    ),
    "a generator of one array for two inputs": (
        TWO
        + "def batches():\n    while True:\n        yield a[:4], y[:4]\n"
        + "model.fit(batches(), steps_per_epoch=2, verbose=0)\n",
        "KFX610",
        "[first, second]",
    ),
    "two labels for one output": (
        TWO + "model.fit([a, b], [y, y], verbose=0)\n",
        "KFX610",
        "output",
    ),
    "other numbers of samples": (
        TWO + "model.fit([a, b[:7]], y, verbose=0)\n",
        "KFX609",
        "samples",
    ),
}


@pytest.mark.parametrize("name", ADVICE)
def test_advises_where_it_cannot_edit(tmp_path: Path, name: str) -> None:
    rest, code, words = ADVICE[name]
    text = NP + KERAS + rest
    assert trained(text) is not None
    after, model = repaired(tmp_path, text)
    assert after == text
    assert code in [finding["code"] for finding in model["findings"]]
    assert any(words in repair["why"] for repair in model["repairs"])


RIGHT = {
    "lists of one array for each": TWO
    + "model.fit([a, b], [y], verbose=0)\nmodel.predict((a, b), verbose=0)\n",
    "by name": TWO
    + "model.fit({'second': b, 'first': a, 'more': a}, y, verbose=0, validation_data=([a, b], y))\n",
    "outputs by key": (
        "x = keras.Input((5,))\n"
        "model = keras.Model({'in': x}, {'one': layers.Dense(1)(x), 'two': layers.Dense(2)(x)})\n"
        "model.compile('adam', 'mse')\n"
        "model.fit({'in': np.zeros((8, 5))}, {'one': np.zeros((8, 1)), 'two': np.zeros((8, 2))}, verbose=0)\n"
    ),
    "a batch of its own without a state": (
        "model = keras.Sequential([keras.Input(batch_shape=(5, 5, 2)), layers.LSTM(4), layers.Dense(1)])\n"
        "model.compile('adam', 'mse')\n"
        "model.fit(np.zeros((12, 5, 2)), np.zeros((12, 1)), batch_size=4, verbose=0)\n"
    ),
    "an output without a loss": (
        "x = keras.Input((5,))\nmodel = keras.Model(x, [layers.Dense(1)(x), layers.Dense(2)(x)])\n"
        "model.compile('adam', ['mse', None])\nmodel.fit(np.zeros((8, 5)), np.zeros((8, 1)), verbose=0)\n"
    ),
    "what predict of several outputs gives": (
        "x = keras.Input((5,))\nfirst = keras.Model(x, [layers.Dense(1)(x), layers.Dense(2)(x)])\n"
        "a, b, c = keras.Input((5,)), keras.Input((1,)), keras.Input((2,))\n"
        "last = keras.Model([a, b, c], layers.Concatenate()([a, b, c]))\n"
        "states = first.predict(np.zeros((4, 5)), verbose=0)\n"
        "last.predict([np.zeros((4, 5))] + states, verbose=0)\n"
    ),
    "a generator of batches": (
        XOR
        + "def batches():\n    while True:\n        yield np.zeros((4, 2)), np.zeros((4, 1))\n"
        + "model.fit(batches(), steps_per_epoch=2, validation_data=batches(), validation_steps=1, verbose=0)\n"
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_leaves_alone_what_keras_trains(tmp_path: Path, name: str) -> None:
    text = NP + KERAS + RIGHT[name]
    assert trained(text) is None
    path = tmp_path / "net.py"
    path.write_text(text)
    assert [model["findings"] for model in report(path)["files"][0]["models"]] == [[]] * text.count(
        "keras.Model("
    ) or [[]]
    assert path.read_text() == text


def test_labels_that_are_far_from_the_model_are_not_believed(tmp_path: Path) -> None:
    """Pictures as the labels of three numbers: a person would not make a decoder of it."""
    fit = "model.compile('adam', 'mse')\nmodel.fit(x, x * 2, verbose=0)\n"
    text = NP + KERAS + (X + CNN).replace("8, 8, 3", "96, 96, 3") + fit
    after, model = repaired(tmp_path, text)
    assert after == text
    assert [finding["code"] for finding in model["findings"]] == ["KFX101"]


def test_a_list_for_predict_is_a_warning(tmp_path: Path) -> None:
    text = NP + KERAS + XOR + "print(model.predict([[0, 1]], verbose=0))\n"
    assert trained(text) is not None
    after, model = repaired(tmp_path, text)
    assert after == text
    assert [(finding["code"], finding["severity"]) for finding in model["findings"]] == [
        ("KFX608", "warning")
    ]
    after, _ = repaired(tmp_path, text, "--unsafe")
    assert after == text.replace("[[0, 1]]", "np.array([[0, 1]])")
    assert trained(after) is None


def changed(text: str, changes: list[tuple[str, str]]) -> str:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def trained(text: str) -> str | None:
    """What Keras says against the program when it is run; `None` where all goes well."""
    import keras

    keras.backend.clear_session()
    keras.utils.set_random_seed(1)
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            exec(compile(text, "<program>", "exec", dont_inherit=True), {"__name__": "program"})
        except Exception as error:  # Keras, TensorFlow and NumPy have many ways to refuse
            return f"{type(error).__name__}: {error}"
    return None


@pytest.mark.parametrize("name", ROWS)
def test_keras_refuses_it_as_it_is(name: str) -> None:
    assert trained(ROWS[name].program) is not None


def repaired(tmp_path: Path, text: str, *args: str) -> tuple[str, dict[str, Any]]:
    path = tmp_path / "net.py"
    path.write_text(text)
    found = report(path, *args)["files"][0]
    assert found["error"] is None
    after = path.read_text()
    if after != text:
        assert not report(path)["files"][0]["changed"]
        assert path.read_text() == after
    models: list[dict[str, Any]] = found["models"]
    return after, next((model for model in models if model["repairs"]), models[0])


@pytest.mark.parametrize("name", ROWS)
def test_repairs_what_has_one_meaning(tmp_path: Path, name: str) -> None:
    row = ROWS[name]
    after, model = repaired(tmp_path, row.program)
    assert after == (row.program if row.first is None else changed(row.program, row.first)), model[
        "repairs"
    ]
    assert model["findings"]
    for number, changes in row.picks.items():
        again, model = repaired(tmp_path, row.program, "--pick", str(number))
        assert again == changed(row.program, changes), model["repairs"]


@pytest.mark.parametrize("name", ROWS)
def test_keras_trains_what_any_repair_makes_of_it(tmp_path: Path, name: str) -> None:
    row = ROWS[name]
    _, model = repaired(tmp_path, row.program, "--dry-run")
    count = sum(bool(repair["edits"]) for repair in model["repairs"])
    assert count >= max([1, *row.picks])
    for number in range(1, count + 1):
        after, _ = repaired(tmp_path, row.program, "--pick", str(number))
        assert trained(after) is None, (model["repairs"][number - 1], after)


CELLS = [
    [
        "%matplotlib inline\n",
        "import keras\n",
        "from keras.models import Sequential\n",
        "from keras.layers import Dense",
    ],
    [
        "x = keras.random.normal((12, 5))\n",
        "y = keras.ops.zeros((12,), 'int32')\n",
        "num_classes = 4",
    ],
    ["model = Sequential([Dense(num_classes, activation='softmax', input_shape=(5,))])\n"],
    [
        "model.compile('adam', 'categorical_crossentropy', metrics=[keras.metrics.Precision()])\n",
        "model.fit(x, y, verbose=0)",
    ],
    ["model.predict(x[0], verbose=0)"],
]


def test_a_notebook(tmp_path: Path) -> None:
    """Data is repaired in the cell that gives it, by the names of the cells before."""
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    book: dict[str, Any] = {"cells": [{**cell, "source": lines} for lines in CELLS]}
    book |= {"metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    path = tmp_path / "net.ipynb"
    path.write_text(json.dumps(book, indent=1))
    assert trained(_code(book)) is not None
    found = report(path)["files"][0]
    after = json.loads(path.read_text())
    assert [edit["cell"] for edit in found["models"][0]["repairs"][0]["edits"]] == [3, 4]
    assert (
        after["cells"][3]["source"][1]
        == "model.fit(x, keras.utils.to_categorical(y, num_classes), verbose=0)"
    )
    assert after["cells"][4]["source"] == ["model.predict(x[0][None], verbose=0)"]
    assert trained(_code(after)) is None
    assert not report(path)["files"][0]["changed"]


def _code(book: dict[str, Any]) -> str:
    lines = "\n".join("".join(cell["source"]) for cell in book["cells"]).splitlines()
    return "\n".join(line for line in lines if not line.startswith("%"))
