"""Several faults at once: in models that feed each other, in two axes, in two models of a file."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.engine.results import FileResult
from kfix.project.project import Project
from tests.verdicts import keras_refuses, text_of

PROGRAMS = {
    "a GAN whose generator and discriminator are wrong": """
        generator = Sequential([
            Input((20,)),
            layers.Dense(7 * 7 * 8),
            layers.Reshape((7, 7, 8)),
            layers.UpSampling2D(),
            layers.Conv2D(8, 3, padding="same"),
            layers.UpSampling2D(),
            layers.Conv2D(1, 3, padding="same", activation="tanh"),
        ])
        discriminator = Sequential([
            Input((32, 32, 3)),
            layers.Conv2D(8, 3, strides=2, padding="same"),
            layers.LeakyReLU(),
            layers.Dense(1, activation="sigmoid"),
        ])
        noise = Input((20,))
        gan = Model(noise, discriminator(generator(noise)))
        gan.compile("adam", "binary_crossentropy")
        gan.train_on_batch(np.zeros((4, 20)), np.ones((4, 1)))
    """,
    "a generator that its own layers do not fit": """
        generator = Sequential([
            Input((20,)),
            layers.Dense(7 * 7 * 8),
            layers.Reshape((7, 7, 16)),
            layers.Conv2DTranspose(8, 4, strides=2, padding="same"),
            layers.Conv2DTranspose(3, 4, strides=2, padding="same", activation="tanh"),
        ])
        discriminator = Sequential([
            Input((28, 28, 1)),
            layers.Conv2D(8, 3, strides=2, padding="same"),
            layers.Flatten(),
            layers.Dense(1, activation="sigmoid"),
        ])
        gan = Sequential([generator, discriminator])
        gan.compile("adam", "binary_crossentropy")
        gan.fit(np.zeros((4, 20)), np.ones((4, 1)), verbose=0)
    """,
    "an encoder and a decoder": """
        x = Input((60,))
        encoder = Model(x, layers.Dense(12)(layers.Dense(30)(x)))
        z = Input((6,))
        decoder = Model(z, layers.Dense(50)(layers.Dense(30)(z)))
        model = Model(x, decoder(encoder(x)))
        model.compile("adam", "mse")
        data = np.zeros((8, 60))
        model.fit(data, data, verbose=0)
    """,
    "two towers": """
        def tower():
            x = Input((12, 12))
            return Model(x, layers.Dense(6)(layers.Flatten()(layers.Conv2D(4, 3)(x))))

        net = tower()
        a, b = Input((12, 12)), Input((12, 12))
        apart = layers.Subtract()([net(a), net(b)])
        model = Model([a, b], layers.Dense(2, activation="sigmoid")(apart))
        model.compile("adam", "binary_crossentropy")
        model.fit([np.zeros((4, 12, 12)), np.zeros((4, 12, 12))], np.zeros((4, 1)), verbose=0)
    """,
    "two models, each with two faults": """
        one = Sequential([Input((12, 12)), layers.Conv2D(4, 3), layers.Dense(7)])
        two = Sequential([Input((9, 3)), layers.LSTM(4), layers.LSTM(4), layers.Dense(2)])
        labels = np.zeros((4, 5))
        one.compile("adam", "mse")
        two.compile("adam", "mse")
        one.fit(np.zeros((4, 12, 12, 1)), labels, verbose=0)
        two.fit(np.zeros((4, 9, 3)), labels, verbose=0)
    """,
    "rows that are too few, and columns that are too many": """
        x = Input((30, 25, 1))
        small = layers.MaxPooling2D((4, 2), padding="same")(x)
        large = layers.UpSampling2D((3, 2))(layers.Conv2D(4, 3, padding="same")(small))
        model = Model(x, layers.Conv2D(1, 3, padding="same")(large))
        model.compile("adam", "mse")
        data = np.zeros((2, 30, 25, 1))
        model.fit(data, data, verbose=0)
    """,
    "a merge of rows that are too few, and columns that are too many": """
        x = Input((16, 16, 3))
        one = layers.Conv2D(4, 3, padding="same")(x)
        two = layers.Conv2D(4, (4, 3))(layers.ZeroPadding2D(1)(x))
        two = layers.ZeroPadding2D(((0, 0), (1, 0)))(two)
        model = Model(x, layers.Flatten()(layers.Concatenate()([one, two])))
        model.compile("adam", "mse")
    """,
}


def repaired(program: str) -> tuple[FileResult, str]:
    """Return what kfix says of a program, and the program after it, without the imports."""
    text = text_of(program)
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings(unsafe=True))
    return result, result.files["m.py"].decode()[len(text_of("")) :]


@pytest.mark.keras
@pytest.mark.parametrize("name", PROGRAMS)
def test_all_faults_are_repaired_at_once(name: str) -> None:
    assert keras_refuses(PROGRAMS[name]) is not None
    _, after = repaired(PROGRAMS[name])
    assert keras_refuses(after) is None
    again = run_file(Project({"m.py": text_of(after).encode()}), "m.py", Settings(unsafe=True))
    assert not again.files


def test_the_size_of_a_generator_and_the_head_of_a_discriminator() -> None:
    result, _ = repaired(PROGRAMS["a GAN whose generator and discriminator are wrong"])
    (applied,) = [outcome.applied for outcome in result.models if outcome.applied is not None]
    kinds = sorted(edit.edit.kind for edit in applied.edits)
    assert kinds == ["insert-layer", "set-argument", "set-literal"]


def test_each_axis_gets_its_own_factor() -> None:
    _, after = repaired(PROGRAMS["rows that are too few, and columns that are too many"])
    assert "UpSampling2D((4, 2))" in after
    assert "Cropping2D(((1, 1), (0, 1)))" in after
