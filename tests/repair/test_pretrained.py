"""Models of `keras.applications` in the place where they do not fit; Keras trains the models."""

from __future__ import annotations

import json

import pytest

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project
from tests.repair.repaired import TRAINED, check, repaired
from tests.verdicts import keras_refuses

pytestmark = pytest.mark.keras


GREY = """
base = keras.applications.VGG16(include_top=False, weights={weights}, input_shape=(32, 32, 3))
images = keras.Input((32, 32, 1))
x = layers.GlobalAveragePooling2D()(base(images))
model = keras.Model(images, layers.Dense(2)(x))
"""


def test_grey_images_are_given_to_a_base() -> None:
    assert keras_refuses(GREY.format(weights="None") + TRAINED) is not None
    kinds, text = repaired(GREY.format(weights='"imagenet"'))
    assert kinds == ["insert-layer"]
    assert "base(layers.Conv2D(3, 1)(images))" in text
    built = text.replace('"imagenet"', "None")  # they are not loaded here
    assert keras_refuses(built + TRAINED) is None


def test_a_base_without_weights_is_made_for_grey_images() -> None:
    text = check(GREY.format(weights="None"), "set-input-shape")
    assert "input_shape=(32, 32, 1)" in text


def test_a_base_without_weights_and_shape_is_made_for_them() -> None:
    program = GREY.format(weights="None").replace(", input_shape=(32, 32, 3)", "")
    kinds, text = repaired(program)
    assert kinds == ["set-argument"]
    assert "weights=None, input_shape=(32, 32, 1))" in text


def test_a_base_whose_input_is_that_of_the_model_is_made_for_the_data() -> None:
    program = """
        base = keras.applications.MobileNet(
            include_top=False, weights=None, input_shape=(64, 64, 3)
        )
        x = layers.GlobalAveragePooling2D()(base.output)
        model = keras.Model(base.input, layers.Dense(2)(x))
        model.compile(loss="mse")
        model.fit(np.zeros((2, 32, 32, 3)), np.zeros((2, 2)), verbose=0)
        """
    assert "input_shape=(32, 32, 3)" in check(program, "set-input-shape")


FITTED = """
labels = np.eye(3)[np.arange(6) % 3]
model.compile("sgd", "categorical_crossentropy")
model.fit(np.zeros((6, 32, 32, 3)), labels, verbose=0)
"""
HEADLESS = {
    "base": "model = keras.applications.MobileNet(SMALL)",
    "ends": "base = keras.applications.MobileNet(SMALL)\nmodel = keras.Model(base.input, base.output)",
    "keywords": "base = keras.applications.MobileNet(SMALL)\n"
    "model = keras.Model(outputs=base.output, inputs=base.input)",
}
SMALL = "include_top=False, weights=None, alpha=0.25, input_shape=(32, 32, 3)"


@pytest.mark.parametrize(
    ("layout", "written"),
    [
        ("base", f"Sequential([keras.applications.MobileNet({SMALL}), POOL(), HEAD])"),
        ("ends", "keras.Model(base.input, HEAD(POOL()(base.output)))"),
        ("keywords", "keras.Model(outputs=HEAD(POOL()(base.output)), inputs=base.input)"),
    ],
)
def test_a_base_without_a_head_gets_one(layout: str, written: str) -> None:
    program = HEADLESS[layout].replace("SMALL", SMALL) + FITTED
    kinds, text = repaired(program)
    assert kinds == ["insert-layer", "insert-layer"]
    head = "layers.Dense(3, activation='softmax')"
    pool = "layers.GlobalAveragePooling2D"
    assert written.replace("HEAD", head).replace("POOL", pool) in text.replace('"', "'")


def test_the_classifier_of_imagenet_goes() -> None:
    kinds, text = repaired(
        """
        base = keras.applications.VGG16(weights="imagenet", input_shape=(64, 64, 3))
        x = layers.Flatten()(base.output)
        model = keras.Model(base.input, layers.Dense(2)(x))
        """
    )
    assert set(kinds) == {"set-argument"}
    assert "include_top=False" in text
    built = text.replace('"imagenet"', "None")  # they are not loaded here
    assert keras_refuses(built + TRAINED) is None


def test_another_base_without_its_weights_stays() -> None:
    program = """
        base = keras.applications.VGG16(weights=None, input_shape=(64, 64, 3), classes=0)
        model = keras.Model(base.input, layers.Dense(2)(base.output))
        """
    _, text = repaired(program)
    assert "include_top" not in text


@pytest.mark.parametrize(
    ("first", "second", "axes"), [("20, 64", "64", "(2, 1)"), ("64", "20, 64", "(1, 2)")]
)
def test_the_axes_of_a_dot_product(first: str, second: str, axes: str) -> None:
    program = f"""
a = keras.Input(({first},))
b = keras.Input(({second},))
model = keras.Model([a, b], layers.Dense(1)(layers.Dot(axes=1)([a, b])))
"""
    assert keras_refuses(program) is not None
    kinds, text = repaired(program)
    assert set(kinds) == {"set-argument"}
    assert f"axes={axes}" in text
    assert keras_refuses(text + TRAINED) is None, text


def test_functions_beside_the_models_of_applications_are_no_bases() -> None:
    text = (
        "import keras\n"
        "a = keras.Input((32, 32, 3))\n"
        "x = keras.applications.mobilenet_v2.preprocess_input(a)\n"
        "model = keras.Model(a, x)\n"
    )
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings(target="3072"))
    assert "x = keras.layers.Flatten()(x)\n" in result.files["m.py"].decode()


def test_a_base_in_another_cell_than_its_imports_gets_a_head() -> None:
    cells = [
        "import numpy as np\nfrom keras.applications import VGG16\nfrom keras.layers import Dense",
        "model = VGG16(include_top=False, weights=None, input_shape=(64, 64, 3), pooling='avg')\n"
        "model.compile('adam', 'categorical_crossentropy')\n"
        "model.fit(np.zeros((8, 64, 64, 3)), np.zeros((8, 10)))",
    ]
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    rows = [{**code, "source": cell} for cell in cells]
    book = {"cells": rows, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    data = {"m.ipynb": json.dumps(book).encode()}
    result = run_file(Project(data), "m.ipynb", Settings(target="10"))
    written = [cell["source"] for cell in json.loads(result.files["m.ipynb"])["cells"]]
    assert "from keras.models import Sequential" in written[0]
    assert written[1].startswith("model = Sequential([VGG16(")
