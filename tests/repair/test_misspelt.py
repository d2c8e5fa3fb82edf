"""Arguments of nearly the name that a layer has, and labels that count the steps and not the
sequences.
"""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Settings, run_file
from kfix.project.project import Project
from tests.verdicts import check_refused, keras_refuses

HEAD = "import numpy as np\nimport keras\nfrom keras import layers\n"


def text(code: str) -> str:
    result = run_file(Project({"m.py": (HEAD + code).encode()}), "m.py", Settings())
    assert result.error is None
    new = result.files.get("m.py")
    return code if new is None else new.decode()[len(HEAD) :]


@pytest.mark.parametrize(
    ("layer", "fixed"),
    [
        ("layers.Conv2D(filter=4, kernel_size=3)", "layers.Conv2D(filters=4, kernel_size=3)"),
        ("layers.Conv2D(4, kernal_size=3)", "layers.Conv2D(4, kernel_size=3)"),
        ("layers.Conv2D(4, 3, stride=2)", "layers.Conv2D(4, 3, strides=2)"),
        ("layers.MaxPooling2D(poolsize=2)", "layers.MaxPooling2D(pool_size=2)"),
    ],
)
def test_a_misspelt_argument(layer: str, fixed: str) -> None:
    code = "net = keras.Sequential([layers.Input((8, 8, 1)), {}])\n"
    assert text(code.format(layer)) == code.format(fixed)


def test_an_argument_that_is_like_none_is_left() -> None:
    code = "net = keras.Sequential([layers.Input((8,)), layers.Dense(3, flavour=2)])\n"
    assert text(code) == code


SEQUENCES = """\
x = np.zeros({x})
y = np.zeros({y})
net = keras.Sequential(
    [layers.Input((40, 3)), layers.GRU(6, return_sequences=True), layers.Dense(2)]
)
net.compile("sgd", "mse")
net.fit(x, {labels})
"""


@pytest.mark.parametrize(("x", "y"), [((1, 40, 3), (40, 2)), ((5, 40, 3), (200, 2))])
def test_labels_of_all_steps_are_laid_out_by_sequence(x: object, y: object) -> None:
    laid_out = "np.reshape(y, (-1, 40, 2))"
    code = SEQUENCES.format(x=x, y=y, labels="y")
    assert text(code) == SEQUENCES.format(x=x, y=y, labels=laid_out)


def test_labels_of_another_number_are_left() -> None:
    code = SEQUENCES.format(x=(5, 40, 3), y=(199, 2), labels="y")
    assert text(code) == code


def test_predict_on_one_sample_goes_along_with_the_input() -> None:
    code = """\
net = keras.Sequential([layers.Input(({},)), layers.Dense(2)])
net.compile("sgd", "mse")
net.fit(np.zeros((8, 6)), np.zeros((8, 2)))
net.predict({})
"""
    given = code.format(9, "np.ones(6)")
    assert text(given) == code.format(6, "np.expand_dims(np.ones(6), 0)")


FUNCTION = """\
inputs = keras.Input((5, 8))
x = keras.ops.{}
net = keras.Model(inputs, x)
"""


@pytest.mark.keras
@pytest.mark.parametrize(
    ("call", "fixed"),
    [
        ("mean(inputs, axis=1, keep_dims=True)", "mean(inputs, axis=1, keepdims=True)"),
        ("expand_dims(inputs, axes=1)", "expand_dims(inputs, axis=1)"),
        ("numpy.concatenate([inputs, inputs], axes=1)", None),
    ],
)
def test_a_keyword_that_a_function_of_keras_does_not_have(call: str, fixed: str | None) -> None:
    program = FUNCTION.format(call)
    check_refused(program, "KFX301")
    wanted = FUNCTION.format(fixed or call.replace("axes", "axis"))
    assert text(program) == wanted
    assert keras_refuses(wanted) is None


@pytest.mark.keras
def test_a_keyword_of_tensorflow_alone_has_no_counterpart() -> None:
    program = FUNCTION.format("matmul(inputs, inputs, transpose_b=True)")
    check_refused(program, "KFX301")
    assert text(program) == program
