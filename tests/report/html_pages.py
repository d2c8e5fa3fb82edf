"""Pages of the HTML report for tests: written by the command, read back as data."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from tests.cli.test_main import run

BRANCHES = """\
import keras
from keras import layers

inputs = keras.Input((57, 57, 32))
x = layers.Conv2D(64, 3, padding="same", activation="relu")(inputs)
left = layers.MaxPooling2D(2)(x)
right = layers.Conv2D(64, 3, strides=2, padding="same")(x)
joined = layers.Add()([left, right])
outputs = layers.Dense(5)(layers.GlobalAveragePooling2D()(joined))
net = keras.Model(inputs, outputs)
"""
LARGE = """\
import keras
from keras import layers

base = keras.applications.ResNet50(include_top=False, weights=None, input_shape=(224, 224, 3))
model = keras.Model(base.input, layers.Dense(10)(base.output))
"""
DATA = re.compile(r'<script type="application/json" id="report">(.*?)</script>', re.DOTALL)


def page(*args: object) -> str:
    """Return the page of a run."""
    return run(*args, "--output-format", "html").stdout


def data(text: str) -> dict[str, Any]:
    """Return the report in a page."""
    (found,) = DATA.findall(text)
    report: dict[str, Any] = json.loads(found)
    return report


def report(*args: object) -> dict[str, Any]:
    """Return what the page of a run shows."""
    return data(page(*args))


def written(folder: Path, text: str, name: str = "model.py") -> Path:
    """Return the path of a program in a folder."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
