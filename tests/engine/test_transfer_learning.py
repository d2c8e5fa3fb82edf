"""A pretrained base with a new head: `base.input`, `base.output`, and the base as a layer."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.project.project import Project

HEAD = """\
from tensorflow.keras.applications import VGG16
from tensorflow.keras import layers, Model, Sequential, Input

base = VGG16(weights="imagenet", include_top=False, input_shape=(224, 224, 3))
"""
FORMS = {
    "output": "x = base.output\nx = layers.Dense(5)(x)\n"
    "model = Model(inputs=base.input, outputs=x)\n",
    "call": "i = Input((224, 224, 3))\nx = base(i)\nx = layers.Dense(5)(x)\nmodel = Model(i, x)\n",
    "sequential": "model = Sequential([\n    base,\n    layers.Dense(5),\n])\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_the_base_gives_maps_and_a_pooling_is_put_behind_it(form: str) -> None:
    code = (HEAD + FORMS[form]).encode()
    result = run_file(Project({"m.py": code}), "m.py", Settings(target="5"))
    (outcome,) = [model for model in result.models if not model.nested]
    assert outcome.trace.outputs == [(None, 7, 7, 5)]
    assert outcome.trace.params == 14_714_688 + 512 * 5 + 5
    assert "layers.GlobalAveragePooling2D()" in result.files["m.py"].decode()
