"""The values that an error is bound to: parts of what a file holds, sizes and numbers."""

from __future__ import annotations

import pytest

from tests.engine.test_evidence import HEAD, RANK, run, status, text, traceback

POOLED = """\
model = keras.Sequential([
    layers.Input((size, size, 1)),
    layers.Conv2D(16, 3),
    layers.MaxPooling2D(),
    layers.Conv2D(32, 3),
    layers.MaxPooling2D(),
    layers.Conv2D(64, 3),
    layers.MaxPooling2D(),
])
"""
TOO_SMALL = "Computed output size would be zero or negative. Received: `inputs.shape=[None 1 1 64]`"


@pytest.mark.parametrize(
    "loads",
    [
        'conf = pickle.load(open("c", "rb"))\nsize = conf["image"]["size"]',
        'conf = pickle.load(open("c", "rb"))\nn, size = conf["n"], conf["size"]',
        "from settings import load\nsize, n = load()",
    ],
)
def test_a_part_of_what_is_not_known_is_known_from_the_error(loads: str) -> None:
    program = f"{HEAD}{loads}\n{POOLED}"
    line = 10 + loads.count("\n")
    result = run(program, traceback(line, "model = keras.Sequential([", TOO_SMALL))
    assert status(result) == "used"
    assert [one.finding.code for one in result.models[0].findings] == ["KFX202"]


def test_a_size_may_shrink_while_its_number_grows() -> None:
    program = HEAD + (
        "patch = int(sys.argv[1])\n"
        "a = layers.Input((64, 64, 3))\n"
        "b = layers.Reshape((-1, 32))(layers.Conv2D(32, patch, strides=patch)(a))\n"
        "c = layers.Input((49, 32))\n"
        "model = keras.Model([a, c], layers.Add()([b, c]))\n"
    )
    message = "Inputs have incompatible shapes. Received shapes (64, 32) and (49, 32)"
    code = "model = keras.Model([a, c], layers.Add()([b, c]))"
    result = run(program, traceback(12, code, message))
    assert status(result) == "used"
    assert [one.finding.code for one in result.models[0].findings] == ["KFX205"]


def test_several_values_make_one_shape() -> None:
    program = HEAD + (
        "classes = len(np.unique(y))\n"
        "model = keras.Sequential([layers.Conv2D(8, 3, input_shape=x.shape[1:]), "
        'layers.Dense(classes, activation="softmax")])\n'
        'model.compile("adam", "sparse_categorical_crossentropy")\n'
        "model.fit(x, y)\n"
    )
    message = RANK.format("(8,)", "(8, 15, 15, 5)")
    result = run(program, traceback(11, "model.fit(x, y)", message), pick=1)
    assert status(result) == "used"
    assert "layers.Flatten()" in text(result)
