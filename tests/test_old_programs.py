"""Programs as they were written for Keras 1 and 2: renamed, and then taken by real Keras."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.findings.old_layer import OldLayer

IMPORTS = """\
from keras.models import Sequential
from keras.layers import Activation, Convolution2D, Dense, Dropout
from keras.layers import Embedding, Flatten, LSTM, MaxPooling2D
from keras.regularizers import l2

"""

PICTURES = """\
model = Sequential()
model.add(Convolution2D(8, 3, 3, border_mode='same', init='he_normal', input_shape=(16, 16, 3)))
model.add(Activation('relu'))
model.add(Convolution2D(nb_filter=4, nb_row=3, nb_col=5, subsample=(2, 2), dim_ordering='tf',
                        W_regularizer=l2(0.01)))
model.add(MaxPooling2D(pool_size=(2, 2), border_mode='valid'))
model.add(Dropout(p=0.25))
model.add(Flatten())
model.add(Dense(output_dim=12, init='glorot_uniform', bias=False))
model.add(Dense(10, activation='softmax'))
"""

STATEFUL = """\
model = Sequential()
model.add(LSTM(6, batch_input_shape=(8, 10, 4), stateful=True, return_sequences=True))
model.add(LSTM(5, inner_init='orthogonal', dropout_W=0.1, consume_less='mem'))
model.add(Dense(1, W_constraint=None))
"""

WORDS = """\
model = Sequential([
    Embedding(50, 8, input_length=7, init='uniform', batch_input_shape=(None, 7)),  # words
    LSTM(output_dim=5, inner_activation='hard_sigmoid', U_regularizer=None),
    Dense(2, b_regularizer='l2', activation='softmax'),
])
"""


@pytest.mark.parametrize(
    ("program", "shape", "written"),
    [
        (
            PICTURES,
            (None, 10),
            [
                "Convolution2D(8, (3, 3), padding='same', kernel_initializer='he_normal'",
                "rate=0.25",
            ],
        ),
        (
            STATEFUL,
            (8, 1),
            ["Input(batch_shape=(8, 10, 4))", "recurrent_initializer='orthogonal', dropout=0.1"],
        ),
        (WORDS, (None, 2), ["# words", "units=5", "bias_regularizer='l2'"]),
    ],
    ids=["pictures", "stateful", "words"],
)
def test_an_old_program_is_renamed_and_builds(
    tmp_path: Path, program: str, shape: tuple[int | None, ...], written: list[str]
) -> None:
    path = tmp_path / "model.py"
    path.write_text(IMPORTS + program)
    result = run_file(Project(), str(path), Settings())
    assert result.error is None
    outcome = result.models[0]
    assert "KFX304" in {found.finding.code for found in outcome.findings}
    assert outcome.applied is not None
    assert outcome.applied.repair.safety == "safe"
    text = result.files[str(path)].decode()
    for part in written:
        assert part in text
    names: dict[str, Any] = {}
    exec(text, names)  # a program of ours, small enough to be built with its weights
    assert names["model"].output_shape == shape
    assert names["model"].count_params() == outcome.applied.traces[0].params


def test_under_keras_2_nothing_is_to_be_done(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(IMPORTS + STATEFUL)
    result = run_file(Project(), str(path), Settings(keras=2))
    assert result.files == {}
    assert result.models[0].findings == []
    assert result.models[0].traces[0].outputs == [(8, 1)]


def test_the_second_number_is_a_note_until_an_edit_is_called_for(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    head = (
        "import keras\nfrom keras.layers import Conv2D, Dense, Flatten\n\n"
        "model = keras.Sequential([\n"
    )
    path.write_text(
        head + "    keras.Input((32, 32, 3)), Conv2D(8, 3, 3), Flatten(), Dense(10),\n])\n"
    )
    result = run_file(Project(), str(path), Settings())
    assert [
        (found.finding.code, found.finding.severity) for found in result.models[0].findings
    ] == [("KFX403", "note")]
    assert result.files == {}
    small = (
        "    keras.Input((9, 9, 3)), Conv2D(8, 3, 3), Conv2D(8, 3, 3), Conv2D(8, 3, 3), "
        "Flatten(), Dense(10),\n])\n"
    )
    path.write_text(head + small)
    result = run_file(Project(), str(path), Settings(target="10"))
    assert "Conv2D(8, (3, 3))" in result.files[str(path)].decode()


GAN = """\
from keras.layers import Input, Dense
from keras.models import Model

img = Input(shape=(16,))
h = Dense(8, activation='relu')(img)
discriminator = Model(input=img, output=Dense(1, activation='sigmoid')(h))
discriminator.compile(loss='binary_crossentropy', optimizer='adam')

z = Input(shape=(4,))
generator = Model(input=[z], output=[Dense(16)(z)])

gan_in = Input(shape=(4,))
gan = Model(gan_in, output=discriminator(generator(gan_in)))
"""


def test_models_take_inputs_and_outputs(tmp_path: Path) -> None:
    """Keras 3: "Unrecognized keyword arguments passed to Model: {'input': …"."""
    path = tmp_path / "gan.py"
    path.write_text(GAN)
    names: dict[str, Any] = {}
    with pytest.raises(ValueError, match="Unrecognized keyword arguments"):
        exec(GAN, names)
    result = run_file(Project(), str(path), Settings())
    text = result.files[str(path)].decode()
    assert text == GAN.replace("input=", "inputs=").replace("output=", "outputs=")
    exec(text, names)
    assert names["gan"].output_shape == (None, 1)
    path.write_text(text)
    assert run_file(Project(), str(path), Settings()).files == {}
    path.write_text(GAN)
    assert run_file(Project(), str(path), Settings(keras=2)).files == {}
    # Where the requirements hold Keras below 3, the names are taken as they are.
    (tmp_path / "requirements.txt").write_text("keras==1.2.2\n")
    (tmp_path / "pyproject.toml").write_text("")
    assert run_file(Project(), str(path), Settings()).files == {}


def test_old_names_are_reported_behind_what_is_not_known(tmp_path: Path) -> None:
    path = tmp_path / "model.py"
    path.write_text(
        "from elsewhere import block\nfrom keras import Input, Model\n"
        "from keras.layers import Dense\n\n"
        "a = Input(shape=(8,))\nmodel = Model(a, Dense(output_dim=3, init='uniform')(block(a)))\n"
    )
    result = run_file(Project(), str(path), Settings())
    assert b"Dense(units=3, kernel_initializer='uniform')" in result.files[str(path)]


def test_models_that_call_one_another_twice_are_looked_into_once(tmp_path: Path) -> None:
    """Twenty-four deep they would be sixteen million."""
    path = tmp_path / "model.py"
    path.write_text(
        "from keras import Input, Model\nfrom keras.layers import Dense\n\n"
        "def again(model):\n    x = Input((4,))\n"
        "    return Model(input=x, output=model(model(x)))\n\n"
        "first = Input((4,))\nmodel = Model(input=first, output=Dense(4)(first))\n"
        + "model = again(model)\n"
        * 24
    )
    result = run_file(Project(), str(path), Settings())
    assert result.error is None
    assert "input=" not in result.files[str(path)].decode().replace("inputs=", "")


MERGES = {
    "concat": (
        "from keras.layers import Input, Dense, merge\n",
        "x = merge([a, b], mode='concat', concat_axis=1)",
        ["import Input, Dense, concatenate\n", "x = concatenate([a, b], axis=1)"],
        (None, 8),
    ),
    "by-place": (
        "from keras.layers import Dense, Input, merge\n",
        "x = merge([a, b], 'concat', 1, name='both')",
        ["x = concatenate([a, b], axis=1, name='both')"],
        (None, 8),
    ),
    "sum-and-concat": (
        "from keras.layers import merge, Input, Dense\n",
        "y = merge([a, b], mode='sum')  # merge them\nx = merge([y, a], mode='concat')",
        [
            "import add, concatenate, Input, Dense\n",
            "y = add([a, b])  # merge them",
            "x = concatenate([y, a])",
        ],
        (None, 8),
    ),
    "default": (
        "from keras.layers import *\n",
        "x = merge([a, b])",
        ["x = add([a, b])"],
        (None, 4),
    ),
    "module": (
        "from keras import layers\nfrom keras.layers import Input, Dense\n",
        "x = layers.merge(\n    [a, b],\n    mode='mul',\n)",
        ["x = layers.multiply(\n    [a, b],\n)"],
        (None, 4),
    ),
    "dot": (
        "from keras.layers import Input, Dense, merge\n",
        "x = merge([a, b], mode='dot', dot_axes=1)",
        ["x = dot([a, b], axes=1)"],
        (None, 1),
    ),
    "average-and-largest": (
        "from keras.layers import Input, Dense, merge as join\n",
        "x = join([join([a, b], mode='ave'), b], mode='max')",
        ["maximum([average([a, b]), b])"],
        (None, 4),
    ),
}


@pytest.mark.parametrize("name", MERGES)
def test_merge_is_several_functions_now(name: str) -> None:
    imports, body, written, shape = MERGES[name]
    text = (
        f"from keras.models import Model\n{imports}i = Input((3,))\n"
        f"a, b = Dense(4)(i), Dense(4)(i)\n{body}\n"
    )
    text += "m = Model(i, x)\n"
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings())
    assert result.error is None
    new = result.files["m.py"].decode()
    for part in written:
        assert part in new
    assert result.models[0].applied is not None
    assert result.models[0].applied.repair.safety == "safe"
    names: dict[str, Any] = {}
    exec(new, names)
    assert names["m"].output_shape == shape
    assert not run_file(Project({"m.py": new.encode()}), "m.py", Settings()).files
    if "merge" not in imports.partition("*")[2]:
        assert (
            not run_file(Project({"m.py": text.encode()}), "m.py", Settings(keras=2))
            .models[0]
            .findings
        )


def test_a_mode_that_is_a_function_is_reported() -> None:
    text = "from keras.layers import Input, merge\nfrom keras.models import Model\n"
    text += "i = Input((3,))\nm = Model(i, merge([i, i], mode=lambda x: x[0], output_shape=(3,)))\n"
    result = run_file(Project({"m.py": text.encode()}), "m.py", Settings())
    (found,) = result.models[0].findings
    assert isinstance(found.finding, OldLayer)
    assert (found.finding.subject, found.finding.successor) == ("merge", "")
    assert not result.files


JOINED = """\
import numpy as np
from keras.layers import Dense, Embedding, Merge
from keras.models import Sequential

words, numbers = Sequential(), Sequential()
words.add({words})
numbers.add(Dense(6, input_dim=9))
model = Sequential()
model.add(Merge([words, numbers], {mode}))
model.add(Dense(1))
model.compile("sgd", "mse")
model.fit([np.zeros((80, 9)), np.zeros((80, 9))], np.zeros((80, 1)))
"""


@pytest.mark.parametrize(
    ("words", "mode", "ends", "refusal"),
    [
        ("Dense(6, input_dim=9)", "'sum'", (None, 6), None),
        ("Dense(5, input_dim=9)", "mode='concat'", (None, 11), None),
        ("Dense(5, input_dim=9)", "mode='sum'", None, "KFX205"),
        ("Embedding(50, 6, input_length=9)", "mode='concat', concat_axis=-1", None, "KFX205"),
    ],
)
def test_models_that_are_joined(words: str, mode: str, ends: Any, refusal: str | None) -> None:
    program = JOINED.format(words=words, mode=mode).encode()
    result = run_file(Project({"m.py": program}), "m.py", Settings(keras=2, search=False))
    outcome = next(one for one in result.models if one.model.name == "model")
    joint = outcome.trace.nodes[outcome.model.nodes[0].id]
    assert ends is None or joint.outputs == ends
    said = [found.finding.code for found in outcome.findings if found.finding.fails]
    assert said == ([] if refusal is None else [refusal])
    now = run_file(Project({"m.py": program}), "m.py", Settings())
    outcome = next(one for one in now.models if one.model.name == "model")
    assert [found.finding.code for found in outcome.findings if found.finding.fails] == ["KFX305"]
    assert (
        "model.fit([np.zeros((80, 9)), np.zeros((80, 9))]"
        in now.files.get("m.py", program).decode()
    )
