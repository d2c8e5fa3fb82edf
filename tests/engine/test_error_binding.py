"""The values that an error is bound to: parts of what a file holds, sizes and numbers."""

from __future__ import annotations

import json

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.engine.results import FileResult
from tests.engine.test_evidence import (
    HEAD,
    JOINED,
    ODD_WIDTH,
    RANK,
    SKIP,
    run,
    status,
    text,
    traceback,
)

POOLED = """\
model = keras.Sequential([
    layers.Input((size, size, 1)),
    layers.Conv2D(16, 3),
    layers.MaxPooling2D(),
    layers.Conv2D(32, 3),
    layers.MaxPooling2D(),
    layers.Conv2D(64, 3),
    layers.MaxPooling2D(),
])
"""
TOO_SMALL = "Computed output size would be zero or negative. Received: `inputs.shape=[None 1 1 64]`"


@pytest.mark.parametrize(
    "loads",
    [
        'conf = pickle.load(open("c", "rb"))\nsize = conf["image"]["size"]',
        'conf = pickle.load(open("c", "rb"))\nn, size = conf["n"], conf["size"]',
        "from settings import load\nsize, n = load()",
    ],
)
def test_a_part_of_what_is_not_known_is_known_from_the_error(loads: str) -> None:
    program = f"{HEAD}{loads}\n{POOLED}"
    line = 10 + loads.count("\n")
    result = run(program, traceback(line, "model = keras.Sequential([", TOO_SMALL))
    assert status(result) == "used"
    assert [one.finding.code for one in result.models[0].findings] == ["KFX202"]


def test_a_size_may_shrink_while_its_number_grows() -> None:
    program = HEAD + (
        "patch = int(sys.argv[1])\n"
        "a = layers.Input((64, 64, 3))\n"
        "b = layers.Reshape((-1, 32))(layers.Conv2D(32, patch, strides=patch)(a))\n"
        "c = layers.Input((49, 32))\n"
        "model = keras.Model([a, c], layers.Add()([b, c]))\n"
    )
    message = "Inputs have incompatible shapes. Received shapes (64, 32) and (49, 32)"
    code = "model = keras.Model([a, c], layers.Add()([b, c]))"
    result = run(program, traceback(12, code, message))
    assert status(result) == "used"
    assert [one.finding.code for one in result.models[0].findings] == ["KFX205"]


def test_several_values_make_one_shape() -> None:
    program = HEAD + (
        "classes = len(np.unique(y))\n"
        "model = keras.Sequential([layers.Conv2D(8, 3, input_shape=x.shape[1:]), "
        'layers.Dense(classes, activation="softmax")])\n'
        'model.compile("adam", "sparse_categorical_crossentropy")\n'
        "model.fit(x, y)\n"
    )
    message = RANK.format("(8,)", "(8, 15, 15, 5)")
    result = run(program, traceback(11, "model.fit(x, y)", message))
    assert status(result) == "used"
    assert "layers.Flatten()" in text(result)


def test_data_of_a_model_without_an_input_shape_is_found_from_its_output() -> None:
    program = HEAD + (
        "model = keras.Sequential([layers.Embedding(500, 16), layers.Dense(16), "
        'layers.Dense(3, activation="softmax")])\n'
        'model.compile("adam", "categorical_crossentropy")\n'
        "model.fit(x, y)\n"
    )
    result = run(
        program, traceback(10, "model.fit(x, y)", RANK.format("(None, 3)", "(None, 25, 3)"))
    )
    assert status(result) == "used"
    assert "GlobalAveragePooling1D" in text(result)


SHAPE = (
    'Invalid input shape for input Tensor("data:0", shape={0}, dtype=float32) with name '
    "'keras_tensor' and path ''. Expected shape (None, 20, 20, 3), but input has incompatible "
    "shape {0}"
)
IMAGES = HEAD + (
    "model = keras.Sequential([layers.Input((20, 20, 3)), layers.Conv2D(8, 3), layers.Flatten(), "
    'layers.Dense(6, activation="softmax")])\n'
    'model.compile("adam", "categorical_crossentropy")\n'
    "a, b = pickle.load(open('v', 'rb'))\n"
)


def test_what_fails_when_it_validates_is_not_what_it_trained_on() -> None:
    program = IMAGES + "model.fit(x, y, validation_data=(a, b))\n"
    message = (
        "Exception encountered when calling Sequential.call().\n\n"
        + SHAPE.format("(None, 20, 20)")
        + "\n\nArguments received by Sequential.call():\n"
        "  • inputs=tf.Tensor(shape=(None, 20, 20), dtype=float32)\n  • training=False"
    )
    result = run(program, traceback(11, "model.fit(x, y, validation_data=(a, b))", message))
    assert status(result) == "used"
    assert any(one.finding.code == "KFX601" for one in result.findings)
    assert not result.files


@pytest.mark.parametrize("shown", ["(20, 20, 3)", "(None, 20, 3)"])
def test_predict_cuts_one_sample_at_its_first_axis(shown: str) -> None:
    program = IMAGES + "model.predict(a)\n"
    result = run(program, traceback(11, "model.predict(a)", SHAPE.format(shown)))
    assert status(result) == "used"
    assert [one.finding.code for one in result.findings if one.finding.fails] == ["KFX604"]
    assert "model.predict(np.expand_dims(a, 0))" in text(result)


@pytest.mark.parametrize(
    ("entry", "shown", "is_sample"),
    [
        ("(48, 64, 3)", "(32, 64, 3)", True),
        ("(48, 64, 3)", "(32, 60, 3)", False),
        ("(28, 28, 1)", "(28, 28)", True),
        ("(20, 1)", "(32, 1)", False),
    ],
)
def test_the_first_axis_of_one_sample_is_its_own(entry: str, shown: str, is_sample: bool) -> None:
    program = HEAD + (
        f"model = keras.Sequential([layers.Input({entry}), layers.Flatten(), layers.Dense(6)])\n"
        "model.predict(x)\n"
    )
    message = SHAPE.replace("(None, 20, 20, 3)", entry.replace("(", "(None, ")).format(shown)
    result = run(program, traceback(9, "model.predict(x)", message))
    assert ("np.expand_dims(x, 0)" in text(result)) is is_sample


TAGS = HEAD + (
    "model = keras.Sequential([layers.Embedding(500, 16), layers.LSTM(24), "
    'layers.Dense(7, activation="softmax")])\n'
    'model.compile("adam", "{}")\n'
    "model.fit(x, y)\n"
)


@pytest.mark.parametrize(
    ("loss", "message"),
    [
        ("categorical_crossentropy", RANK.format("(6, 12, 7)", "(6, 7)")),
        (
            "sparse_categorical_crossentropy",
            "logits and labels must have the same first dimension, got logits shape [32,7] and "
            "labels shape [384]",
        ),
        (
            "sparse_categorical_crossentropy",
            "Argument `output` must have rank (ndim) `target.ndim - 1`. Received: "
            "target.shape=(None, 12), output.shape=(None, 7)",
        ),
    ],
)
def test_labels_for_each_step_tell_how_long_the_data_may_be(loss: str, message: str) -> None:
    result = run(TAGS.format(loss), traceback(10, "model.fit(x, y)", message))
    assert status(result) == "used"
    assert not result.files
    first, *_ = result.models[0].repairs
    assert [one.text for one in first.edits] == ["set return_sequences=True on LSTM (line 8)"]


def test_an_image_that_seems_to_have_its_channels_first_is_shown() -> None:
    program = HEAD + (
        "model = keras.Sequential([layers.Input(x.shape[1:]), layers.Conv2D(8, 3), "
        "layers.MaxPooling2D(), layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(6)])\n"
        'model.compile("adam", "sparse_categorical_crossentropy")\n'
        "model.fit(x, y)\n"
    )
    called = "Exception encountered when calling MaxPooling2D.call().\n\n"
    message = called + TOO_SMALL.replace("1 1 64", "1 38 8")
    result = run(program, traceback(8, program.splitlines()[7], message))
    assert status(result) == "used"
    assert not result.files
    kinds = [one.edit.kind for one in result.models[0].repairs[0].edits]
    assert kinds == ["set-input-shape", "wrap-argument"]


@pytest.mark.parametrize("path", ["train.py", "train.ipynb"])
def test_a_layer_behind_another_of_its_class_is_not_given_the_data(path: str) -> None:
    program = HEAD + (
        "model = keras.Sequential([layers.LSTM(40), layers.LSTM(20), layers.Dense(1)])\n"
        'model.compile("adam", "mse")\n'
        "model.fit(x, y)\n"
    )
    message = (
        "Input 0 with name 'None' of layer 'lstm_1' is incompatible with the layer: expected "
        "ndim=3, found ndim=2. Full shape received: (None, 40)"
    )
    log = traceback(10, "model.fit(x, y)", message)
    if path.endswith(".ipynb"):
        result = run_cell(program, log)
    else:
        result = run(program, log)
    assert status(result) == "confirmed"
    assert [[one.text for one in repair.edits] for repair in result.models[0].repairs[:1]] == [
        ["set return_sequences=True on LSTM (line 8)".replace("(", PLACES[path])]
    ]


def run_cell(program: str, log: str) -> FileResult:
    cell = {
        "cell_type": "code",
        "execution_count": 1,
        "id": "a",
        "metadata": {},
        "outputs": [],
        "source": program,
    }
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    log = log.replace('File "/home/me/train.py", line 10, in <module>', "Cell In[1], line 10")
    project = Project({"train.ipynb": json.dumps(book).encode()})
    return run_file(project, "train.ipynb", Settings(error_text=log))


PLACES = {"train.py": "(", "train.ipynb": "(cell 1, "}


@pytest.mark.parametrize(
    ("loss", "message", "fixed"),
    [
        (
            "sparse_categorical_crossentropy",
            "Error when checking target: expected dense_2 to have shape (1,) but got array with "
            "shape (4,)",
            '"categorical_crossentropy"',
        ),
        (
            "categorical_crossentropy",
            "You are passing a target array of shape (453, 1) while using as loss "
            "`categorical_crossentropy`.",
            '"sparse_categorical_crossentropy"',
        ),
        (
            "sparse_categorical_crossentropy",
            "Received a label value of 6 which is outside the valid range of [0, 4).  Label "
            "values: 0 6 1 2",
            "Dense(7",
        ),
    ],
)
def test_labels_of_a_model_that_is_built_on_data_are_held_against_it(
    loss: str, message: str, fixed: str
) -> None:
    program = HEAD + (
        "model = keras.Sequential([layers.Embedding(500, 16), layers.GlobalMaxPooling1D(), "
        'layers.Dense(4, activation="softmax")])\n'
        f'model.compile("adam", "{loss}")\n'
        "model.fit(x, y)\n"
    )
    assert fixed in text(run(program, traceback(10, "model.fit(x, y)", message)))


def test_labels_that_are_the_data_say_what_the_model_is_built_on() -> None:
    program = HEAD + (
        "class Auto(keras.Model):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.encoder = keras.Sequential([layers.Flatten(), layers.Dense(16)])\n"
        "        self.decoder = keras.Sequential("
        "[layers.Dense(20 * 20), layers.Reshape((20, 20, 1))])\n"
        "    def call(self, x):\n"
        "        return self.decoder(self.encoder(x))\n"
        "auto = Auto()\n"
        'auto.compile("adam", "mse")\n'
        "auto.fit(x, x)\n"
    )
    message = (
        "Dimensions must be equal, but are 24 and 20 for '{{node compile_loss/mse/sub}} = "
        "Sub[T=DT_FLOAT](data_1, auto_1/Reshape)' with input shapes: [?,24,24,1], [?,20,20,1]."
    )
    result = run(program, traceback(17, "auto.fit(x, x)", message))
    assert status(result) == "used"
    assert "Dense(24 * 24), layers.Reshape((24, 24, 1))" in text(result)


def test_an_axis_of_one_before_a_sequence_is_left_out() -> None:
    program = HEAD + (
        "model = keras.Sequential([layers.LSTM(50), layers.Dense(1)])\n"
        'model.compile("adam", "mse")\n'
        "model.fit(x, y)\n"
    )
    message = (
        "Input 0 of layer sequential is incompatible with the layer: expected ndim=3, found "
        "ndim=4. Full shape received: [None, 1, 60, 2]"
    )
    result = run(program, traceback(10, "model.fit(x, y)", message))
    [first, *_] = result.models[0].repairs
    assert "Reshape((60, 2))" in first.diff


@pytest.mark.parametrize("shape", ["tuple(pickle.load(open('s', 'rb')))", "load()['shape']"])
def test_an_input_shape_that_is_one_value_is_found_from_sizes(shape: str) -> None:
    program = HEAD + f"from settings import load\nshape = {shape}\n" + SKIP.format("shape")
    result = run(program, traceback(13, JOINED, ODD_WIDTH))
    assert status(result) == "used"
    assert {one.finding.code for one in result.findings if one.finding.fails} == {"KFX205"}


def test_the_rank_of_an_input_shape_is_found_from_that_of_a_layer() -> None:
    program = HEAD + (
        "one, two = pickle.load(open('s', 'rb'))\n"
        "a, b = layers.Input(one), layers.Input(two)\n"
        "z = layers.Concatenate(axis=0)([layers.LSTM(16)(a), layers.Dense(8)(b)])\n"
    )
    message = (
        "A `Concatenate` layer requires inputs with matching shapes except for the concatenation "
        "axis. Received: input_shape=[(None, 16), (None, 8)]"
    )
    program += "model = keras.Model([a, b], layers.Dense(2)(z))\n"
    code = "z = layers.Concatenate(axis=0)([layers.LSTM(16)(a), layers.Dense(8)(b)])"
    result = run(program, traceback(10, code, message))
    assert status(result) == "used"
    assert {one.finding.code for one in result.findings if one.finding.fails} == {"KFX205"}


def test_a_number_of_one_run_is_not_written_for_the_expression_that_makes_it() -> None:
    program = HEAD + (
        "import json\n"
        "sizes = json.load(open('sizes.json'))\n"
        "w, h = sizes['w'], sizes['h']\n"
        "a = layers.Input((w, w, 1))\n"
        "b = layers.MaxPooling2D()(layers.Conv2D(8, 3, padding='same')(a))\n"
        "c = layers.Reshape((w // 2, (h // 2) * 8))(b)\n"
        "model = keras.Model(a, layers.Dense(4)(c))\n"
    )
    message = (
        "total size of new array must be unchanged, input_shape = [50, 50, 8], "
        "output_shape = [50, 96]"
    )
    code = "c = layers.Reshape((w // 2, (h // 2) * 8))(b)"
    result = run(program, traceback(13, code, message))
    assert status(result) == "used"
    assert not result.files
    assert result.models[0].repairs
