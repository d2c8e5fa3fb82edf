"""Loaders and arrays that do not give what the model takes: their literals are changed."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.engine.results import FileResult
from kfix.project.project import Project

HEAD = """\
import keras
import numpy as np
from keras import Input, Sequential, layers
from tensorflow.keras.preprocessing.image import ImageDataGenerator

"""
FLOW = (
    'data = ImageDataGenerator().flow_from_directory("d", target_size={size}, color_mode={mode}, '
    'class_mode="categorical", classes=["a", "b"])\n'
)
FOLDER = (
    'data = keras.utils.image_dataset_from_directory("d", image_size={size}, color_mode={mode}, '
    'label_mode="categorical", class_names=["a", "b"])\n'
)
PRETRAINED = """\
base = keras.applications.VGG16(include_top=False, input_shape=(160, 160, 3))
model = Sequential([base, layers.Flatten(), layers.Dense(2, activation="softmax")])
"""
PLAIN = """\
model = Sequential([
    Input((128, 96, 3)),
    layers.Conv2D(4, 3),
    layers.Flatten(),
    layers.Dense(2, activation="softmax"),
])
"""
FIT = 'model.compile("adam", "categorical_crossentropy")\nmodel.fit(data)\n'


def result_of(text: str, **settings: object) -> FileResult:
    project = Project({"m.py": text.encode()})
    return run_file(project, "m.py", Settings(**settings))  # type: ignore[arg-type]


@pytest.mark.parametrize("loader", [FLOW, FOLDER])
def test_weights_for_three_channels_get_colors(loader: str) -> None:
    text = HEAD + loader.format(size=(160, 160), mode='"grayscale"') + PRETRAINED + FIT
    result = result_of(text)
    assert result.files["m.py"].decode() == text.replace('"grayscale"', '"rgb"')


@pytest.mark.parametrize("loader", [FLOW, FOLDER])
def test_the_size_of_a_loader_is_an_alternative(loader: str) -> None:
    text = HEAD + loader.format(size=(150, 150), mode='"rgb"') + PLAIN + FIT
    [outcome] = result_of(text).models
    first, second = outcome.repairs[:2]
    assert [edit.text for edit in first.edits] == ["set shape=(150, 150, 3) on Input (line 8)"]
    assert all("150 to" in edit.text for edit in second.edits)
    picked = result_of(text, pick=2)
    assert picked.files["m.py"].decode() == text.replace("(150, 150)", "(128, 96)")


def test_one_constant_for_both_sides() -> None:
    size = "SIZE = 96\n"
    text = HEAD + size + FLOW.format(size="(SIZE, SIZE)", mode='"rgb"')
    text += PLAIN.replace("128, 96", "64, 64") + FIT
    picked = result_of(text, pick=2)
    assert picked.files["m.py"].decode() == text.replace("SIZE = 96", "SIZE = 64")


def test_what_literals_do_not_decide_stays() -> None:
    text = HEAD + FLOW.format(size="(150, 150)", mode="mode()") + PRETRAINED + FIT
    text = text.replace("base =", "def mode():\n    return input()\n\n\nbase =")
    assert not result_of(text).files


@pytest.mark.parametrize("dims", ["1, 12, 1", "1, -1, 1"])
def test_an_array_of_unknown_size_is_not_laid_out_in_more_elements(dims: str) -> None:
    text = HEAD + (
        'series = np.load("series.npy")\n'
        "model = Sequential([Input((24, 1)), layers.Flatten(), layers.Dense(1)])\n"
        f"model.predict(series[-12:].reshape({dims}))\n"
    )
    assert not result_of(text).files
