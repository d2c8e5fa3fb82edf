"""Generators and decoders that another model takes the output of: the first map and its Dense
change together.
"""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.engine.results import FileResult
from tests import real_keras

FUNCTIONS = """
from tensorflow import keras
from tensorflow.keras import layers

def make_generator():
    model = keras.Sequential()
    model.add(layers.Dense(7*7*64, use_bias=False, input_shape=(100,)))
    model.add(layers.LeakyReLU())
    model.add(layers.Reshape((7, 7, 64)))
    model.add(layers.Conv2DTranspose(32, 5, strides=2, padding='same'))
    model.add(layers.Conv2DTranspose(3, 5, strides=2, padding='same', activation='tanh'))
    return model

def make_discriminator():
    return keras.Sequential([
        layers.Input((32, 32, 3)),
        layers.Conv2D(64, 5, strides=2, padding='same'),
        layers.Flatten(),
        layers.Dense(1),
    ])

generator = make_generator()
discriminator = make_discriminator()
"""

JOINED = "gan = keras.Sequential([generator, discriminator])\n"

CLASS = """
from keras.models import Sequential, Model
from keras.layers import *

class GAN():
    def __init__(self):
        self.img_shape = (28, 28, 1)
        self.discriminator = self.build_discriminator()
        self.generator = self.build_generator()
        z = Input(shape=(100,))
        self.combined = Model(z, self.discriminator(self.generator(z)))

    def build_generator(self):
        model = Sequential()
        model.add(Dense(128 * 8 * 8, activation="relu", input_dim=100))
        model.add(Reshape((8, 8, 128)))
        model.add(UpSampling2D())
        model.add(Conv2D(128, kernel_size=3, padding="same"))
        model.add(UpSampling2D())
        model.add(Conv2D(64, kernel_size=3, padding="same"))
        model.add(Conv2D(1, kernel_size=3, padding="same", activation="tanh"))
        noise = Input(shape=(100,))
        return Model(noise, model(noise))

    def build_discriminator(self):
        img = Input(shape=self.img_shape)
        x = Flatten()(Conv2D(32, kernel_size=3, strides=2, padding="same")(img))
        return Model(img, Dense(1, activation='sigmoid')(x))

gan = GAN()
generator, combined = gan.generator, gan.combined
"""


def run(text: str, **settings: object) -> FileResult:
    return run_file(Project({"m.py": text.encode()}), "m.py", Settings(**settings))  # type: ignore[arg-type]


def changed(result: FileResult) -> list[str]:
    return [
        line[1:].strip()
        for line in result.diff.splitlines()
        if line.startswith("+") and line[:3] != "+++"
    ]


@pytest.mark.parametrize(
    ("text", "model", "target", "lines", "shape"),
    [
        (
            FUNCTIONS,
            "generator",
            "32,32,3",
            [
                "model.add(layers.Dense(8*8*64, use_bias=False, input_shape=(100,)))",
                "model.add(layers.Reshape((8, 8, 64)))",
            ],
            (None, 32, 32, 3),
        ),
        (
            FUNCTIONS + JOINED,
            None,
            None,
            [
                "model.add(layers.Dense(8*8*64, use_bias=False, input_shape=(100,)))",
                "model.add(layers.Reshape((8, 8, 64)))",
            ],
            (None, 32, 32, 3),
        ),
        (
            CLASS,
            None,
            None,
            [
                'model.add(Dense(128 * 7 * 7, activation="relu", input_dim=100))',
                "model.add(Reshape((7, 7, 128)))",
            ],
            (None, 28, 28, 1),
        ),
        (
            CLASS,
            "generator",
            "28,28,1",
            [
                'model.add(Dense(128 * 7 * 7, activation="relu", input_dim=100))',
                "model.add(Reshape((7, 7, 128)))",
            ],
            (None, 28, 28, 1),
        ),
    ],
    ids=["named", "joined", "class", "class-named"],
)
def test_the_seed_changes(
    text: str,
    model: str | None,
    target: str | None,
    lines: list[str],
    shape: tuple[int | None, ...],
) -> None:
    result = run(text, model=model, target=target)
    assert result.error is None
    assert changed(result) == lines
    repaired = result.files["m.py"].decode()
    assert real_keras.build(repaired, "generator").shape == shape
    assert not run(repaired, model=model, target=target).files


def test_a_model_is_found_by_any_of_its_variables() -> None:
    for name in ("generator", "make_generator.model"):
        (outcome,) = run(FUNCTIONS, model=name).models
        assert outcome.model.qualified == "make_generator.model"
    error = run(FUNCTIONS, target="32,32,3").error
    assert error is not None
    assert "make_generator.model or generator (line 6)" in error


def test_a_name_of_its_own_goes_first() -> None:
    text = (
        FUNCTIONS
        + "model = keras.Sequential([layers.Input((3,)), layers.Dense(2)])\ngenerator_2 = model\n"
    )
    (outcome,) = run(text, model="generator_2").models
    assert outcome.model.name == "model"
    assert outcome.model.function == ""


BY_HAND = """\
import numpy as np
import tensorflow as tf
from keras import Sequential, layers


def make_painter():
    model = Sequential()
    model.add(layers.Dense(3 * 3 * 4, input_shape=(5,)))
    model.add(layers.Reshape((3, 3, 4)))
    assert model.output_shape == (None, 3, 3, 4)  # the first map
    model.add(layers.Conv2DTranspose(1, 3, strides=4, padding="same"))
    assert model.output_shape == (None, 12, 12, 1)
    return model


def make_critic():
    return Sequential([
        layers.Conv2D(2, 3, input_shape=({side}, {side}, 1)), layers.{head}(), layers.Dense(1)
    ])


painter, critic = make_painter(), make_critic()
{training}
"""

BY_LOOP = """\


def step(pictures):
    with tf.GradientTape() as tape:
        painted = painter(tf.random.normal([2, 5]), training=True)
        loss = tf.reduce_mean(critic(painted)) - tf.reduce_mean(critic(pictures))
    tape.gradient(loss, painter.trainable_variables)


for batch in tf.data.Dataset.from_tensor_slices(np.zeros((4, 16, 16, 1), "float32")).batch(2):
    step(batch)
"""

BY_CLASS = """\


class Duel(tf.keras.Model):
    def __init__(self, critic, painter, width):
        super().__init__()
        self.critic, self.painter, self.width = critic, painter, width

    def train_step(self, pictures):
        painted = self.painter(tf.random.normal((2, self.width)))
        return {"loss": tf.reduce_mean(self.critic(tf.concat([painted, pictures], axis=0)))
                + tf.reduce_mean(self.critic(self.painter(tf.random.normal((2, self.width)))))}


duel = Duel(critic, painter, 5)
duel.compile()
duel.fit(np.zeros((4, 16, 16, 1), "float32"), batch_size=2, verbose=0)
"""


@pytest.mark.parametrize("training", [BY_LOOP, BY_CLASS])
def test_trained_by_hand(training: str) -> None:
    before = BY_HAND.format(side=16, head="Flatten", training=training)
    result = run_file(Project({"m.py": before.encode()}), "m.py", Settings())
    after = result.files["m.py"].decode()
    assert after == (
        before.replace("3 * 3 * 4", "4 * 4 * 4")
        .replace("Reshape((3, 3, 4))", "Reshape((4, 4, 4))")
        .replace("(None, 3, 3, 4)", "(None, 4, 4, 4)")
        .replace("(None, 12, 12, 1)", "(None, 16, 16, 1)")
    )
    exec(after, {})
    with pytest.raises(Exception, match="12"):
        exec(before, {})
    again = run_file(Project({"m.py": after.encode()}), "m.py", Settings())
    assert not again.files
    assert not any(outcome.left for outcome in again.models)


@pytest.mark.parametrize(
    ("side", "head", "training"),
    [
        (16, "GlobalAveragePooling2D", BY_LOOP),  # takes pictures of any size
        (14, "Flatten", BY_LOOP),  # is given other pictures than it takes
        (
            16,
            "Flatten",
            BY_LOOP.replace("critic(painted)", "critic(tf.image.resize(painted, (16, 16)))"),
        ),
    ],
)
def test_what_the_other_model_does_not_say(side: int, head: str, training: str) -> None:
    before = BY_HAND.format(side=side, head=head, training=training)
    result = run_file(Project({"m.py": before.encode()}), "m.py", Settings())
    assert not result.files
    assert not any(outcome.wanted for outcome in result.models)
