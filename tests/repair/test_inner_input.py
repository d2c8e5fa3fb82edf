"""A decoder whose Input is not what the encoder gives."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from tests import real_keras

PROGRAM = """\
import numpy as np
from keras import Input, Model, Sequential, layers

pictures = np.zeros((6, 32, 32, 3))
x_in = Input((32, 32, 3))
x = layers.MaxPooling2D()(layers.Conv2D(16, 3, padding="same")(x_in))
code = layers.MaxPooling2D()(layers.Conv2D(8, 3, padding="same")(x))
encoder = Model(x_in, code)
{decoder}
auto = Model(x_in, decoder(encoder(x_in)))
auto.compile("adam", "mse")
auto.fit(pictures, pictures)
"""
FUNCTIONAL = """\
d_in = Input((4, 4, 8))
y = layers.UpSampling2D()(layers.Conv2D(8, 3, padding="same")(d_in))
y = layers.UpSampling2D()(layers.Conv2D(16, 3, padding="same")(y))
decoder = Model(d_in, layers.Conv2D(3, 3, padding="same")(y))"""
SEQUENTIAL = """\
decoder = Sequential([
    layers.Conv2D(8, 3, padding="same", input_shape=(4, 4, 8)),
    layers.UpSampling2D(),
    layers.UpSampling2D(),
    layers.Conv2D(3, 3, padding="same"),
])"""


@pytest.mark.keras
@pytest.mark.parametrize("decoder", [FUNCTIONAL, SEQUENTIAL], ids=["functional", "sequential"])
def test_the_input_follows_the_encoder(decoder: str) -> None:
    wrong = PROGRAM.format(decoder=decoder)
    right = wrong.replace("(4, 4, 8)", "(8, 8, 8)")
    assert real_keras.build(wrong, "auto").refusal is not None
    found = run_file(Project({"m.py": wrong.encode()}), "m.py", Settings())
    assert found.files["m.py"].decode() == right
    assert real_keras.build(right, "auto").shape == (None, 32, 32, 3)


def test_the_input_of_a_model_that_has_data_of_its_own_stays() -> None:
    text = PROGRAM.format(decoder=FUNCTIONAL) + "decoder.predict(np.zeros((2, 4, 4, 8)))\n"
    found = run_file(Project({"m.py": text.encode()}), "m.py", Settings())
    repairs = [one for model in found.models for one in model.repairs]
    assert repairs
    assert not any("Input" in edit.text for one in repairs for edit in one.edits)
