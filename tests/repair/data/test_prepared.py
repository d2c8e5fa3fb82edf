"""Data that is loaded, cut or padded otherwise than the model takes it: the literal that says so is edited.

Real Keras refuses each program before its repair and runs it afterwards.
"""

from __future__ import annotations

import pytest

from tests.repair.data.prepared import FOLDERS, Row, assert_repaired, assert_trained, result_of

CNN = """\
model = Sequential([
    Input((16, 16, 3)),
    layers.Conv2D(2, 3),
    layers.Flatten(),
    layers.Dense(2, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
"""
DENSE = """\
model = Sequential([Input((6,)), layers.Dense(4), layers.Dense(1)])
model.compile("adam", "mse")
"""
PICTURE = "keras.utils.save_img('one.png', np.random.rand(20, 20, 3))\n"


ROWS = {
    "the size of an image to predict": Row(
        CNN
        + PICTURE
        + """\
image = keras.utils.load_img("one.png", target_size=(32, 32))
x = np.expand_dims(keras.utils.img_to_array(image), axis=0)
model.predict(x, verbose=0)
""",
        [("(32, 32)", "(16, 16)")],
        False,
    ),
    "two literals for each axis": Row(
        CNN
        + PICTURE
        + """\
from PIL import Image
image = Image.open("one.png").convert("RGB").resize((20, 24))
x = np.array(image).reshape(1, 24, 20, 3)
model.predict(x, verbose=0)
""",
        [("(20, 24)", "(16, 16)"), ("24, 20,", "16, 16,")],
        False,
    ),
    "the mode of an image, and its reshape": Row(
        CNN
        + PICTURE
        + """\
from PIL import Image
image = Image.open("one.png").convert("L").resize((16, 16))
x = np.array(image).reshape(1, 16, 16, 1)
model.predict(x, verbose=0)
""",
        [('"L"', '"RGB"'), ("16, 1)", "16, 3)")],
        False,
    ),
    "one gray image for a model of three channels": Row(
        CNN
        + PICTURE
        + """\
image = keras.utils.load_img("one.png", color_mode="grayscale", target_size=(16, 16))
x = keras.utils.img_to_array(image) / 255.0
model.predict(x, verbose=0)
""",
        [('"grayscale"', '"rgb"'), ("(x, v", "(np.expand_dims(x, 0), v")],
        False,
    ),
    "the loader of the validation data": Row(
        FOLDERS
        + """\
train = load("train", image_size=(16, 16), batch_size=2)
test = load("test", image_size=(24, 24), batch_size=2)
"""
        + CNN
        + "model.fit(train, validation_data=test, verbose=0)\n",
        [("(24, 24)", "(16, 16)")],
        True,
    ),
    "a size that a loader has by default": Row(
        FOLDERS
        + """\
train = load("train", image_size=(16, 16), batch_size=2)
test = load("test", batch_size=2)
"""
        + CNN
        + "model.fit(train, validation_data=test, verbose=0)\n",
        [('("test", batch_size=2)', '("test", batch_size=2, image_size=(16, 16))')],
        True,
    ),
    "the columns of the data to predict": Row(
        "data = np.random.rand(30, 9)\nx, y = data[:, 0:6], data[:, 8]\n"
        + DENSE
        + "model.fit(x, y, verbose=0)\nmodel.predict(data[:5, 1:8], verbose=0)\n",
        [("1:8", "1:7")],
        False,
    ),
    "the length to which texts are padded": Row(
        """\
texts = [[1, 2, 3], [4, 5]]
x = keras.utils.pad_sequences(texts, maxlen=6)
x_test = keras.utils.pad_sequences(texts, maxlen=8)
"""
        + DENSE
        + """\
model.fit(x, np.zeros(2), verbose=0)
model.evaluate(x_test, np.zeros(2), verbose=0)
""",
        [("maxlen=8", "maxlen=6")],
        True,
    ),
    "texts that are padded to the longest of them": Row(
        """\
texts = [[1, 2, 3], [4, 5]]
x = keras.utils.pad_sequences(texts, maxlen=6)
x_test = keras.utils.pad_sequences(texts)
"""
        + DENSE
        + """\
model.fit(x, np.zeros(2), verbose=0)
model.evaluate(x_test, np.zeros(2), verbose=0)
""",
        [("pad_sequences(texts)", "pad_sequences(texts, maxlen=6)")],
        True,
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_the_literal_is_edited(row: Row) -> None:
    assert_repaired(row)


@pytest.mark.keras
@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_keras_runs_the_repaired_program(row: Row) -> None:
    assert_trained(row)


def test_one_photograph_is_read_in_gray() -> None:
    program = """\
import cv2
model = Sequential([Input((8, 8, 1)), layers.Flatten(), layers.Dense(2)])
image = cv2.resize(cv2.imread("one.png"), (8, 8))
model.predict(image)
"""
    text = result_of(program).files["m.py"].decode()
    assert 'cv2.imread("one.png", flags=0)' in text
    assert "predict(np.expand_dims(image, 0))" in text


def test_one_image_that_nothing_reads_is_left() -> None:
    program = """\
model = Sequential([Input((8, 8, 1)), layers.Flatten(), layers.Dense(2)])
model.predict(np.zeros((8, 8, 3)))
"""
    result = result_of(program)
    assert [found.finding.code for found in result.models[0].findings] == ["KFX604"]
    assert not result.files
