"""Programs that say what they want: what kfix makes of them without a target."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.test_main import report, run

HEAD = """\
import numpy as np
import keras
from keras import layers

"""
MNIST = "(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()\n"
CIFAR = MNIST.replace("mnist", "cifar10")
IMAGES = """\
model = keras.Sequential([
    layers.Input((28, 28, 1)),
    layers.Conv2D(8, 3, activation="relu"),
    layers.Flatten(),
    layers.Dense(10, activation="softmax"),
])
"""


def program(
    data: str, model: str = IMAGES, loss: str = "'mse'", fit: str = "model.fit(x_train, y_train)"
) -> str:
    return f"{HEAD}{data}{model}model.compile('adam', loss={loss})\n{fit}\n"


def repaired(tmp_path: Path, text: str, *args: str) -> tuple[str, dict[str, Any]]:
    """The text after a run, and what was reported of its one model."""
    path = tmp_path / "net.py"
    path.write_text(text)
    found = report(path, *args)["files"][0]
    assert found["error"] is None
    after = path.read_text()
    if after != text:
        again = report(path, *args)["files"][0]
        assert not again["changed"]
        assert path.read_text() == after
    model: dict[str, Any] = next(
        (one for one in found["models"] if one["name"] == "model"), found["models"][0]
    )
    return after, model


SERIES = "STEPS = 30\nFEATURES = 6\nx_train, y_train = np.zeros((9, 30, 8)), np.zeros((9, 1))\n"
STEPS = """\
model = keras.Sequential([
    layers.Input(({steps}, {features})),
    layers.LSTM(9),
    layers.Dense(1),
])
"""

ONE_STEP = "x_train, y_train = np.zeros((9, 1, 20)), np.zeros((9, 4))\n"
SLIDING = """\
model = keras.Sequential([
    layers.Input((1, 20)),
    layers.Conv1D(8, 3, padding='same'),
    layers.MaxPooling1D({window}),
    layers.Flatten(),
    layers.Dense(4, activation='softmax'),
])
"""
PICTURES = "SIDE = 40\nx_train, y_train = np.zeros((9, 48, 48, 3)), np.zeros((9, 1))\n"
TURNED = """\
model = keras.Sequential([
    keras.Sequential([layers.RandomFlip(input_shape=(SIDE, SIDE, 3)), layers.RandomRotation(0.1)]),
    layers.Rescaling(1 / 255),
    layers.Conv2D(8, 3),
    layers.{head}(),
    layers.Dense(1),
])
"""

SPARSE, CATEGORICAL, BINARY = (
    "'sparse_categorical_crossentropy'",
    "'categorical_crossentropy'",
    "'binary_crossentropy'",
)

EDITED = {
    "one step of many numbers, where a window slides along the steps": (
        program(ONE_STEP, SLIDING.format(window=2), "'categorical_crossentropy'"),
        [("Input((1, 20))", "Input((20, 1))"), ("fit(x_train", "fit(np.moveaxis(x_train, 1, -1)")],
        ["KFX202"],
    ),
    "a constant says how many features there are": (
        program(SERIES, STEPS.format(steps="STEPS", features="FEATURES")),
        [("FEATURES = 6", "FEATURES = 8")],
        ["KFX601"],
    ),
    "pictures of another size than those that are turned first": (
        program(PICTURES, TURNED.format(head="Flatten")),
        [("SIDE = 40", "SIDE = 48")],
        ["KFX601"],
    ),
    "a constant that another layer needs as well stays": (
        program(
            SERIES,
            STEPS.format(steps="STEPS", features="FEATURES").replace("LSTM(9)", "LSTM(FEATURES)"),
        ),
        [("(STEPS, FEATURES)", "(STEPS, 8)")],
        ["KFX601"],
    ),
    "a constant that is the side of the picture and the channels too": (
        program(SERIES, STEPS.format(steps="FEATURES", features="FEATURES")),
        [("(FEATURES, FEATURES)", "(30, 8)")],
        ["KFX601"],
    ),
    "the loss takes one-hot rows, the labels are numbers": (
        program(MNIST, loss=CATEGORICAL),
        [(CATEGORICAL, SPARSE)],
        ["KFX602"],
    ),
    "the loss takes numbers, the labels are one-hot": (
        program(MNIST + "y_train = keras.utils.to_categorical(y_train, 10)\n", loss=SPARSE),
        [(SPARSE, CATEGORICAL)],
        ["KFX602"],
    ),
    "two outputs with softmax, one number a sample": (
        program(
            "x_train = np.zeros((90, 28, 28, 1)); y_train = np.random.randint(0, 2, 90)\n",
            IMAGES.replace("10", "2"),
            BINARY,
        ),
        [(BINARY, SPARSE)],
        ["KFX602"],
    ),
    "fewer units than classes": (
        program(MNIST, IMAGES.replace("(10,", "(3,"), SPARSE),
        [("layers.Dense(3,", "layers.Dense(10,")],
        ["KFX101"],
    ),
    "units and one-hot rows": (
        program(MNIST + "y_train = keras.utils.to_categorical(y_train, 22)\n", loss=CATEGORICAL),
        [("layers.Dense(10,", "layers.Dense(22,")],
        ["KFX101"],
    ),
    "a Flatten is missing, and the loss is another": (
        program(MNIST, IMAGES.replace("    layers.Flatten(),\n", ""), CATEGORICAL),
        [("    layers.Dense", "    layers.Flatten(),\n    layers.Dense"), (CATEGORICAL, SPARSE)],
        ["KFX101", "KFX602"],
    ),
    "the number of samples in the input shape": (
        program(CIFAR, IMAGES.replace("28, 28, 1", "50000, 32, 32, 3"), SPARSE),
        [("(50000, 32, 32, 3)", "(32, 32, 3)")],
        ["KFX201", "KFX601"],
    ),
    "channels first in the input shape": (
        program(CIFAR, IMAGES.replace("28, 28, 1", "3, 32, 32"), SPARSE),
        [("(3, 32, 32)", "(32, 32, 3)")],
        ["KFX601"],
    ),
    "another size than the data": (
        program(CIFAR, IMAGES, SPARSE),
        [("(28, 28, 1)", "(32, 32, 3)")],
        ["KFX601"],
    ),
    "another length than the data, which has an axis of one too many": (
        program(
            "x_train = np.zeros((90, 10, 1, 1)); y_train = np.zeros((90, 1))\n",
            "model = keras.Sequential([\n    layers.Conv1D(4, 2, padding='same', input_shape=(13, 1)),\n"
            "    layers.Flatten(),\n    layers.Dense(1),\n])\n",
        ),
        [("(13, 1)", "(10, 1)")],
        ["KFX601"],
    ),
    "rows of numbers are wanted, pictures are given": (
        program(
            MNIST,
            "model = keras.Sequential([\n    layers.Dense(32, input_shape=(784,)),\n    layers.Dense(10),\n])\n",
            SPARSE,
        ),
        [
            (
                "layers.Dense(32, input_shape=(784,)),",
                "layers.Flatten(input_shape=(28, 28)),\n    layers.Dense(32),",
            )
        ],
        ["KFX601"],
    ),
    "sequences against one number": (
        program(
            "x_train = np.zeros((90, 45, 2)); y_train = np.zeros((90, 1))\n",
            "model = keras.Sequential([\n    layers.Input((45, 2)),\n    layers.LSTM(8, return_sequences=True),\n"
            "    layers.LSTM(8, return_sequences=True),\n    layers.Dense(1),\n])\n",
        ),
        [("=True),\n    layers.Dense", "=False),\n    layers.Dense")],
        ["KFX101"],
    ),
    "an autoencoder": (
        program(
            "x = load()\n",
            "model = keras.Sequential([\n    layers.Input((28, 28, 1)),\n    layers.Conv2D(8, 3, padding='same'),\n"
            "    layers.MaxPooling2D(2),\n    layers.Conv2D(8, 3, padding='same'),\n    layers.UpSampling2D(2),\n"
            "    layers.Conv2D(1, 3),\n])\n",
            fit="model.fit(x, x)",
        ),
        [("layers.Conv2D(1, 3)", "layers.Conv2D(1, 3, padding='same')")],
        ["KFX101"],
    ),
}


@pytest.mark.parametrize("name", EDITED)
def test_edits_what_the_program_says(tmp_path: Path, name: str) -> None:
    text, changes, codes = EDITED[name]
    wanted = text
    for old, new in changes:
        wanted = wanted.replace(old, new)
    after, model = repaired(tmp_path, text)
    assert after == wanted, model
    said = {found["code"] for found in model["findings"] if found["severity"] != "note"}
    assert said >= set(codes)
    assert model["repairs"][0]["safety"] == "safe"


@pytest.mark.parametrize("name", EDITED)
def test_says_which_line_it_comes_from(tmp_path: Path, name: str) -> None:
    _, model = repaired(tmp_path, EDITED[name][0], "--check")
    lines = EDITED[name][0].splitlines()
    assert model["target"]["weight"] == "strong"
    assert "model.fit(" in lines[model["target"]["line"] - 1]


BUILT = """\
def build(shape=(28, 28, 1), *, classes=10):
    return keras.Sequential([layers.Conv2D(8, 3, input_shape=shape), layers.Flatten(), layers.Dense(classes)])


model = build({})
"""


def test_the_default_of_a_parameter_is_edited_if_no_call_gives_another(tmp_path: Path) -> None:
    for given in ("", "classes=10"):
        text = program(CIFAR, BUILT.format(given), SPARSE)
        assert repaired(tmp_path, text)[0] == text.replace("shape=(28, 28, 1)", "shape=(32, 32, 3)")
    for given in ("(28, 28, 1)", "shape=(28, 28, 1)"):
        after = repaired(tmp_path, program(CIFAR, BUILT.format(given), SPARSE))[0]
        assert "build(shape=(28, 28, 1), *, classes" in after
        assert "(32, 32, 3)" in after


RIGHT = {
    "one step of many numbers": program(
        ONE_STEP, SLIDING.format(window=1), "'categorical_crossentropy'"
    ),
    "pictures of another size where any size will do": program(
        PICTURES, TURNED.format(head="GlobalAveragePooling2D")
    ),
    "a column against a vector": program(
        "x_train = np.zeros((90, 8)); y_train = np.zeros(90)\n",
        "model = keras.Sequential([layers.Input((8,)), layers.Dense(1)])\n",
    ),
    "two sigmoids and one-hot rows": program(
        "x_train = np.zeros((90, 8)); y_train = keras.utils.to_categorical(np.random.randint(0, 2, 90), 2)\n",
        "model = keras.Sequential([layers.Input((8,)), layers.Dense(2, activation='sigmoid')])\n",
        BINARY,
    ),
    "one class a step": program(
        "x_train = np.zeros((90, 30)); y_train = np.random.randint(0, 7, (90, 30))\n",
        "model = keras.Sequential([layers.Input((30,)), layers.Embedding(50, 8), layers.Dense(7)])\n",
        SPARSE,
    ),
    "a spare class": program(MNIST, IMAGES.replace("(10,", "(12,"), SPARSE),
    "no channel axis in the data, one in the model": program(MNIST, loss=SPARSE),
    "any size": program(
        CIFAR,
        "model = keras.Sequential([\n    layers.Input((None, None, 3)),\n    layers.Conv2D(8, 3),\n"
        "    layers.GlobalAveragePooling2D(),\n    layers.Dense(10),\n])\n",
        SPARSE,
    ),
    "another size that the layers of a Sequential take as well": program(
        CIFAR,
        "model = keras.Sequential([\n    layers.Input((64, 64, 3)),\n    layers.Conv2D(8, 3),\n"
        "    layers.GlobalAveragePooling2D(),\n    layers.Dense(10),\n])\n",
        SPARSE,
    ),
    "a loss of its own": program(
        "x_train = np.zeros((90, 8)); y_train = np.zeros((90, 1))\ndef loss(y, p):\n    return keras.ops.mean(p)\n",
        "model = keras.Sequential([layers.Input((8,)), layers.Dense(5)])\n",
        "loss",
    ),
    "nothing is known of the data": program(
        "x_train, y_train = load()\n",
        "model = keras.Sequential([layers.Input((8,)), layers.Dense(5)])\n",
        SPARSE,
    ),
    "a map for a map": program(
        "x_train = np.zeros((9, 28, 28, 1)); y_train = np.random.randint(0, 4, (9, 28, 28))\n",
        "model = keras.Sequential([\n    layers.Input((28, 28, 1)),\n    layers.Conv2D(8, 3, padding='same'),\n"
        "    layers.Conv2D(4, 1, activation='softmax'),\n])\n",
        SPARSE,
    ),
    "one sample in a batch": program(
        "x_train = np.zeros((9, 28, 28, 1)); y_train = np.random.randint(0, 4, 9)\n",
        loss=SPARSE,
        fit="model.fit(x_train, y_train)\nmodel.predict(np.expand_dims(x_train[0], 0))",
    ),
}


@pytest.mark.parametrize("name", RIGHT)
def test_leaves_alone_what_is_right(tmp_path: Path, name: str) -> None:
    after, model = repaired(tmp_path, RIGHT[name])
    assert after == RIGHT[name]
    assert [found for found in model["findings"] if found["severity"] != "note"] == []


def test_labels_of_one_of_two_fits_are_refused_and_nothing_is_edited(tmp_path: Path) -> None:
    text = program(
        "x_train = np.zeros((90, 8)); y_train = np.zeros((90, 2)); other = np.zeros((90, 5))\n",
        "model = keras.Sequential([layers.Input((8,)), layers.Dense(5)])\n",
        fit="model.fit(x_train, y_train)\nmodel.fit(x_train, other)",
    )
    after, model = repaired(tmp_path, text)
    assert after == text
    errors = [found for found in model["findings"] if found["severity"] == "error"]
    assert [(found["code"], found["line"]) for found in errors] == [("KFX612", 8)]


def test_labels_that_disagree_are_both_shown_and_nothing_is_edited(tmp_path: Path) -> None:
    text = program(
        "x_train = np.zeros((90, 8)); y_train = np.zeros((90, 2)); other = np.zeros((90, 5))\n",
        "model = keras.Sequential([layers.Input((8,)), layers.Dense(3)])\n",
        fit="model.fit(x_train, y_train)\nmodel.fit(x_train, other)",
    )
    after, model = repaired(tmp_path, text)
    assert after == text
    finding = next(found for found in model["findings"] if found["code"] == "KFX603")
    assert (finding["expected"], finding["actual"]) == ("(None, 2)", "(None, 5)")
    assert finding["line"] == 8
    assert "line 9" in finding["hint"]


def test_a_hint_is_shown_and_edited_with_unsafe_alone(tmp_path: Path) -> None:
    text = (
        HEAD
        + IMAGES.replace("    layers.Flatten(),\n", "")
        + f"model.compile('adam', loss={CATEGORICAL})\n"
    )
    after, model = repaired(tmp_path, text)
    assert after == text
    assert model["target"]["weight"] == "weak"
    assert {repair["safety"] for repair in model["repairs"]} == {"unsafe"}
    assert [found["severity"] for found in model["findings"] if found["code"] == "KFX605"] == [
        "warning"
    ]
    assert run(tmp_path / "net.py").exit_code == 0
    assert "layers.Flatten()" in repaired(tmp_path, text, "--unsafe")[0]
    text += "x, y = load()\nmodel.fit(x, y)\n"
    assert repaired(tmp_path, text)[1]["target"]["weight"] == "weak"


def test_labels_that_are_broadcast_are_a_warning(tmp_path: Path) -> None:
    data = "x_train = np.zeros((90, 8)); y_train = np.zeros((90, 4))\n"
    text = program(data, "model = keras.Sequential([layers.Input((8,)), layers.Dense(1)])\n")
    after, model = repaired(tmp_path, text)
    assert after == text
    assert [found["code"] for found in model["findings"]] == ["KFX606"]
    assert "layers.Dense(4)" in repaired(tmp_path, text, "--unsafe")[0]


LONE = "x_train = np.zeros((90, 8)); y_train = np.random.randint(0, 2, 90)\n"
LONE_MODELS = {
    "in the Dense": ("layers.Dense(1, activation='softmax')", [("'softmax'", "'sigmoid'")]),
    "as a function": (
        "layers.Dense(1, activation=keras.activations.softmax)",
        [("activations.softmax", "activations.sigmoid")],
    ),
    "as a layer of its own": (
        "layers.Dense(1), layers.Activation('softmax')",
        [("'softmax'", "'sigmoid'")],
    ),
    "as a Softmax": (
        "layers.Dense(1), layers.Softmax()",
        [("layers.Softmax()", "layers.Activation('sigmoid')")],
    ),
}


@pytest.mark.parametrize("loss", [CATEGORICAL, BINARY])
@pytest.mark.parametrize("name", LONE_MODELS)
def test_softmax_of_one_unit_is_a_warning(tmp_path: Path, name: str, loss: str) -> None:
    layers, changes = LONE_MODELS[name]
    text = program(LONE, f"model = keras.Sequential([layers.Input((8,)), {layers}])\n", loss)
    for args in ((), ("--target", "1")):
        after, model = repaired(tmp_path, text, *args)
        assert after == text
        assert [(found["code"], found["severity"]) for found in model["findings"]] == [
            ("KFX607", "warning")
        ]
        assert [repair["safety"] for repair in model["repairs"]] == ["unsafe"]
    wanted = text.replace(loss, BINARY)
    for old, new in changes:
        wanted = wanted.replace(old, new)
    after = repaired(tmp_path, text, "--unsafe")[0]
    assert after == wanted
    names: dict[str, Any] = {}
    exec(after, names)  # with its compile and fit, which is small: real Keras trains it
    assert names["model"].output_shape == (None, 1)
    if name == "in the Dense" and loss == BINARY:
        with pytest.warns(UserWarning, match="softmax over axis"):
            exec(text, {})


def test_several_classes_behind_softmax_of_one_unit_are_units_that_are_missing(
    tmp_path: Path,
) -> None:
    text = program(
        LONE.replace("(0, 2", "(0, 3"),
        "model = keras.Sequential([layers.Input((8,)), layers.Dense(1, activation='softmax')])\n",
        SPARSE,
    )
    after, model = repaired(tmp_path, text)
    assert after == text.replace("Dense(1", "Dense(3")
    assert "KFX607" not in {found["code"] for found in model["findings"]}


def test_one_sample_for_predict(tmp_path: Path) -> None:
    data = "x_train = np.zeros((9, 28, 28, 1)); y_train = np.random.randint(0, 4, 9)\n"
    text = program(data, loss=SPARSE, fit="model.fit(x_train, y_train)\nmodel.predict(x_train[0])")
    after, model = repaired(tmp_path, text)
    assert after == text.replace("predict(x_train[0])", "predict(np.expand_dims(x_train[0], 0))")
    assert "KFX604" in {found["code"] for found in model["findings"]}
    assert [repair["safety"] for repair in model["repairs"]] == ["safe"]


def test_one_sample_that_stands_out_of_reach_is_advice(tmp_path: Path) -> None:
    data = "x_train = np.zeros((9, 28, 28, 1)); y_train = np.random.randint(0, 4, 9); more = [x_train[0]]\n"
    text = program(data, loss=SPARSE, fit="model.fit(x_train, y_train)\nmodel.predict(*more)")
    text = text.replace("more = [x_train[0]]", "more = [image for image in x_train[:1]]")
    after, model = repaired(tmp_path, text)
    assert after == text
    assert [repair["safety"] for repair in model["repairs"]] in ([], ["display"])


def test_data_in_another_order_is_turned_where_it_is_given(tmp_path: Path) -> None:
    text = program(
        "x_train = np.zeros((9, 1, 28, 28)); y_train = np.random.randint(0, 4, 9)\n", loss=SPARSE
    )
    after, model = repaired(tmp_path, text)
    assert after == text.replace("fit(x_train,", "fit(np.moveaxis(x_train, 1, -1),")
    assert "KFX601" in {found["code"] for found in model["findings"]}


def test_saved_weights_and_the_last_activation_are_named(tmp_path: Path) -> None:
    text = program(
        MNIST, IMAGES.replace("(10, activation='softmax'", "(3, activation='sigmoid'"), SPARSE
    )
    text = text.replace('(10, activation="softmax")', '(3, activation="sigmoid")')
    _, model = repaired(tmp_path, text + "model.load_weights('old.weights.h5')\n")
    warnings = model["repairs"][0]["warnings"]
    assert any("load_weights" in warning for warning in warnings)


def test_a_comment_outweighs_the_labels(tmp_path: Path) -> None:
    text = program(MNIST, "# kfix: target=12\n" + IMAGES, SPARSE)
    after, model = repaired(tmp_path, text)
    assert "layers.Dense(12," in after
    assert model["target"]["source"] == "comment"


def test_kinds_of_edits_that_are_ruled_out_are_not_made(tmp_path: Path) -> None:
    text = program(MNIST, loss=CATEGORICAL)
    assert repaired(tmp_path, text, "--never", "set-argument", "--never", "wrap-argument")[0] == text
    assert "to_categorical" in repaired(tmp_path, text, "--never", "set-argument")[0]
    assert repaired(tmp_path, text, "--only", "insert-layer")[0] == text
    assert repaired(tmp_path, text, "--only", "set-argument")[0] != text


def test_the_labels_are_changed_with_pick(tmp_path: Path) -> None:
    text = program(MNIST, loss=CATEGORICAL)
    after, _ = repaired(tmp_path, text, "--pick", "2")
    assert after == text.replace(
        "fit(x_train, y_train)", "fit(x_train, keras.utils.to_categorical(y_train, 10))"
    )


def test_pick_of_advice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(
        program(
            MNIST + "batches = [x_train, y_train]\n", loss=CATEGORICAL, fit="model.fit(*load())"
        )
    )
    path.write_text(
        HEAD
        + "generator = keras.preprocessing.image.ImageDataGenerator()\n"
        + "data = generator.flow(np.zeros((9, 28, 28, 1)), np.random.randint(0, 10, 9))\n"
        + IMAGES
        + f"model.compile('adam', loss={CATEGORICAL})\nmodel.fit(data)\n"
    )
    result = run(path, "--pick", "2")
    assert result.exit_code == 2
    assert "is a suggestion" in result.stderr


LOADED = """\
from elsewhere import load
x, y = load()
y = keras.utils.to_categorical(y, num_classes=4)
"""


@pytest.mark.parametrize(
    ("head", "loss", "after"),
    [
        (
            "layers.Dense(3, activation='softmax')",
            CATEGORICAL,
            "layers.Dense(4, activation='softmax')",
        ),
        (
            "layers.Dense(1, activation='softmax')",
            CATEGORICAL,
            "layers.Dense(4, activation='softmax')",
        ),
        ("layers.Dense(4, activation='softmax')", SPARSE, CATEGORICAL),
    ],
)
def test_one_hot_rows_of_unknown_labels_tell_the_classes(
    tmp_path: Path, head: str, loss: str, after: str
) -> None:
    model = f"model = keras.Sequential([layers.Input((8,)), layers.Dense(16), {head}])\n"
    text = program(LOADED, model, loss, "model.fit(x, y)")
    assert after not in text
    assert after in repaired(tmp_path, text)[0]


@pytest.mark.parametrize("shape", ["(8,)", "(5, 8)", "(5, 5, 8)"])
def test_one_hot_rows_of_unknown_labels_do_not_tell_the_rank(tmp_path: Path, shape: str) -> None:
    model = f"model = keras.Sequential([layers.Input({shape}), layers.Dense(4, activation='softmax')])\n"
    text = program(LOADED, model, CATEGORICAL, "model.fit(x, y)")
    assert repaired(tmp_path, text)[0] == text


def test_two_unknowns_of_one_origin_are_no_autoencoder(tmp_path: Path) -> None:
    text = program(
        "frame = load()\nx_train = frame[0:9]\ny_train = frame['answer']\n",
        "model = keras.Sequential([layers.Dense(9, input_dim=17), layers.Dense(1, activation='sigmoid')])\n",
        BINARY,
    )
    after, model = repaired(tmp_path, text)
    assert after == text
    assert model["target"] is None
    _, model = repaired(tmp_path, text.replace("fit(x_train, y_train)", "fit(x_train, x_train)"))
    assert model["target"]["source"] == "fit(x, x)"


def test_a_function_that_no_cell_calls_says_nothing(tmp_path: Path) -> None:
    cells = [
        f"{HEAD}x, y = np.zeros((9, 5)), np.zeros((9, 2))\nnum_classes = 2",
        "def train():\n    model = keras.Sequential([layers.Dense(num_classes, input_shape=(5,))])\n"
        "    model.compile('adam', 'categorical_crossentropy')\n    model.fit(x, y)",
        "%timeit -n1 train()",
        "num_classes = 10",
    ]
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    book = {
        "cells": [{**cell, "source": [text]} for text in cells],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path = tmp_path / "net.ipynb"
    path.write_text(json.dumps(book))
    [model] = report(path)["files"][0]["models"]
    assert model["output_shapes"] == [[None, 10]]
    assert model["findings"] == []
    assert model["target"] is None


SEVERAL = f"""\
{HEAD}x = layers.Input((28, 28, 3))
h = layers.Conv2D(16, 3)(x)
main = layers.Dense(10, name="main")(h)
aux = layers.Conv2D(2, 3, name="aux")(h)
model = keras.Model(x, [main, aux])
"""


def test_several_outputs(tmp_path: Path) -> None:
    after, model = repaired(tmp_path, SEVERAL, "--target", "main=10", "--target", "aux=26,26,1")
    assert "layers.Flatten()" in after
    assert 'layers.Conv2D(1, 3, name="aux", padding="same")' in after
    assert model["targets"] == {"0": [None, 10], "1": [None, 26, 26, 1]}


def test_an_output_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "net.py"
    path.write_text(SEVERAL)
    result = run(path, "--target", "head=10")
    assert result.exit_code == 2
    assert "no output 'head', but main, aux" in result.stderr
    assert run(path, "--target", "10", "--target", "5").exit_code == 2


def test_the_whole_shape_of_a_table_of_which_nothing_is_known(tmp_path: Path) -> None:
    text = """\
import pandas as pd
from keras.layers import Dense
from keras.models import Sequential
table = pd.read_csv("rows.csv")
x, y = table.drop("y", axis=1), table["y"]
model = Sequential()
model.add(Dense(10, input_shape=x.shape))
model.add(Dense(1, activation="sigmoid"))
model.compile("sgd", "binary_crossentropy")
model.fit(x, y)
"""
    after, model = repaired(tmp_path, text)
    assert after == text.replace("x.shape", "x.shape[1:]")
    assert [one["code"] for one in model["findings"]] == ["KFX101", "KFX601"]


FOLDER = "folder = keras.preprocessing.image.ImageDataGenerator().flow_from_directory('faces', target_size=(28, 28){})\n"
GREY = FOLDER.format(", color_mode='grayscale'")
BASE = """\
base = keras.applications.VGG16(include_top=False, weights="imagenet", input_shape=(48, 48, 3))
model = keras.Sequential([base, layers.Flatten(), layers.Dense(4, activation="softmax")])
"""


def test_the_form_of_the_labels_counts_where_the_units_are_not_known(tmp_path: Path) -> None:
    model = IMAGES.replace("Dense(10", "Dense(folder.num_classes")
    text = program(GREY, model, SPARSE, fit="model.fit(folder)")
    after, found = repaired(tmp_path, text)
    assert after == text.replace(SPARSE, CATEGORICAL)
    assert "KFX602" in {one["code"] for one in found["findings"]}
    right = program(GREY, model, CATEGORICAL, fit="model.fit(folder)")
    after, found = repaired(tmp_path, right)
    assert (after, found["findings"]) == (right, [])


def test_rows_of_nobody_knows_how_many_classes_for_one_unit_are_a_warning(tmp_path: Path) -> None:
    model = IMAGES.replace('10, activation="softmax"', "1, activation='sigmoid'")
    text = program(GREY, model, BINARY, fit="model.fit(folder)")
    after, found = repaired(tmp_path, text)
    assert after == text.replace("'grayscale'", "'grayscale', class_mode='binary'")
    assert [(one["code"], one["severity"]) for one in found["findings"]] == [("KFX602", "warning")]
    right = text.replace("color_mode", "class_mode='binary', color_mode")
    after, found = repaired(tmp_path, right)
    assert (after, found["findings"]) == (right, [])


GREYS = {
    "the input is right": (
        BASE,
        "(9, 48, 48, 1)",
        [("fit(x_train,", "fit(np.repeat(x_train, 3, axis=-1),")],
    ),
    "the input is grey as well": (
        BASE.replace("48, 3)", "48, 1)"),
        "(9, 48, 48, 1)",
        [
            ("48, 1))\nmodel", "48, 3))\nmodel"),
            ("fit(x_train,", "fit(np.repeat(x_train, 3, axis=-1),"),
        ],
    ),
    "the input is grey alone": (
        BASE.replace("48, 3)", "48, 1)"),
        "(9, 48, 48, 3)",
        [("48, 1))\nm", "48, 3))\nm")],
    ),
    "no channel at all": (BASE, "(9, 48, 48)", []),
}


@pytest.mark.parametrize("name", GREYS)
def test_grey_pictures_for_pretrained_weights(tmp_path: Path, name: str) -> None:
    model, data, changes = GREYS[name]
    text = program(
        f"x_train = np.zeros({data}); y_train = np.random.randint(0, 4, 9)\n", model, SPARSE
    )
    wanted = text
    for old, new in changes:
        assert old in wanted
        wanted = wanted.replace(old, new)
    after, found = repaired(tmp_path, text)
    assert after == wanted, found["repairs"]
    if not changes:
        assert "np.stack" in found["repairs"][0]["why"]


def test_grey_pictures_of_a_loader_are_for_the_loader_to_color(tmp_path: Path) -> None:
    text = program(GREY.replace("28, 28", "48, 48"), BASE, CATEGORICAL, fit="model.fit(folder)")
    after, _ = repaired(tmp_path, text)
    assert after == text.replace("color_mode='grayscale'", "color_mode='rgb'")


GATHERED = """import glob
import cv2
import numpy as np
from keras import Sequential, layers

pictures, marks = [], []
for path in glob.glob("cells/*.png"):
    pictures.append(cv2.resize(cv2.imread(path), (48, 48)))
    marks.append(float(path.split("_")[1]))
pictures = np.array(pictures) / 255.0
model = Sequential([layers.Conv2D(4, 3, input_shape={shape}), layers.Flatten(), layers.Dense(1)])
model.compile("adam", "mse")
model.fit(pictures, np.array(marks))
"""


def test_pictures_count_though_nothing_is_known_of_their_labels(tmp_path: Path) -> None:
    right = GATHERED.format(shape="(48, 48, 3)")
    for shape in ("(48, 48)", "(48, 48, 1)", "(32, 32, 3)"):
        assert repaired(tmp_path, GATHERED.format(shape=shape))[0] == right
    assert repaired(tmp_path, right)[0] == right
