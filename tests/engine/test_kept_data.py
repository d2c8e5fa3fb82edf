"""Repairs of a model that may change what its calls are given, and those that may not."""

from __future__ import annotations

from textwrap import dedent

from kfix.engine.pipeline import run_file
from kfix.engine.settings import Settings
from kfix.project.project import Project

GAN = """
    import numpy as np
    from keras import Sequential, layers
    generator = Sequential([
        layers.Input((10,)), layers.Dense(4 * 7 * 7), layers.Reshape((7, 7, 4)),
        layers.UpSampling2D(), layers.Conv2D(3, 3, padding="same"),
    ])
    discriminator = Sequential([
        layers.Input((16, 16, 3)), layers.Flatten(), layers.Dense(1, activation="sigmoid"),
    ])
    discriminator.compile("adam", "binary_crossentropy")
    both = Sequential([generator, discriminator])
    fakes = generator.predict(np.random.normal(size=(32, 10)))
    discriminator.train_on_batch(np.zeros((32, 16, 16, 3)), np.ones(32))
    discriminator.train_on_batch({given}, np.zeros(32))
"""


def repaired(given: str) -> str:
    text = dedent(GAN.format(given=given))
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings())
    assert result.error is None
    return result.files.get("m.py", text.encode()).decode()


def test_what_a_model_returns_changes_with_the_model() -> None:
    for given in ("fakes", "0.5 * fakes + 0.5"):
        assert "layers.Reshape((8, 8, 4))" in repaired(given)
