"""What a program sets for all the layers that it makes afterwards: the order of the axes."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from tests.source.as_keras import check

BODY = """
shape = (3, 20, 24) if keras.backend.image_data_format() == "channels_first" else (20, 24, 3)
model = Sequential([Input(shape), Conv2D(8, 3), MaxPooling2D(),
                    layers.ZeroPadding2D(((0, 1), (2, 2)))])
"""

LAST = """
keras.backend.set_image_data_format("channels_last")
"""

PROGRAMS = {
    "set": "keras.backend.set_image_data_format('channels_first')" + BODY + LAST,
    "set in the configuration": "keras.config.set_image_data_format('channels_first')"
    + BODY
    + LAST,
    "set back before the layers": "keras.config.set_image_data_format('channels_first')"
    + LAST
    + BODY,
    "what a layer is told counts more": """
keras.config.set_image_data_format("channels_first")
inputs = Input((3, 20, 24))
x = Conv2D(8, 3)(inputs)
x = layers.Permute((2, 3, 1))(x)
x = Conv2D(4, 3, data_format="channels_last")(x)
x = MaxPooling2D((2, 2), None, "valid", "channels_last")(x)
model = Model(inputs, Flatten()(x))
"""
    + LAST,
    "in one branch": """
if keras.backend.image_data_format() != "channels_first":
    keras.backend.set_image_data_format("channels_first")
"""
    + BODY
    + LAST,
}


@pytest.mark.parametrize("text", PROGRAMS.values(), ids=PROGRAMS)
def test_layers_count_their_channels_as_the_program_has_set(text: str) -> None:
    check(text)


def _run(text: str, tmp_path: object) -> str:
    path = f"{tmp_path}/m.py"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    result = run_file(Project(), path, Settings(target="10"))
    assert [repair.applied for repair in result.models[0].repairs[:1]] == [True]
    return result.files[path].decode()


OLD = """
from keras import backend as K
from keras.layers import Conv2D, Dense, MaxPooling2D
from keras.models import Sequential
K.{set}
model = Sequential()
model.add(Conv2D(64, (3, 3), input_shape=(3, 96, 96)))
model.add(MaxPooling2D((2, 2)))
model.add(Conv2D(64, (3, 3)))
model.add(Dense(128))
model.add(Dense(10))
"""


@pytest.mark.parametrize(
    "call", ["set_image_data_format('channels_first')", "set_image_dim_ordering('th')"]
)
def test_a_new_layer_counts_so_too(call: str, tmp_path: object) -> None:
    text = OLD.replace("{set}", call)
    pooled = text.replace(
        "Dense, MaxPooling2D\n", "Dense, GlobalAveragePooling2D, MaxPooling2D\n"
    ).replace("model.add(Dense(128))", "model.add(GlobalAveragePooling2D())\nmodel.add(Dense(128))")
    assert _run(text, tmp_path) == pooled.replace(
        "dim_ordering('th')", "data_format('channels_first')"
    )


def test_what_is_not_known_is_not_guessed(tmp_path: object) -> None:
    text = OLD.replace("{set}", "set_image_data_format(open('format').read())")
    path = f"{tmp_path}/m.py"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    result = run_file(Project(), path, Settings())
    assert not result.files
    assert not [finding for model in result.models for finding in model.findings]
