"""Layers that declare another output shape than they give."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.findings.declared_shape import DeclaredShape
from tests import real_keras

HEAD = "import numpy as np\nimport keras\nfrom keras import layers, ops\n"

OWN = """
class Scores(layers.Layer):
    def call(self, x):
        return ops.sum(x, axis=-1)

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[{axis}])


x = keras.Input((6, 8))
y = Scores()(x)
model = keras.Model(x, layers.Dense(2)(y))
model.predict(np.zeros((3, 6, 8)))
"""
LAMBDA = """
x = keras.Input((6, 8))
y = layers.Lambda(lambda t: ops.max(t, axis=1){declared})(x)
model = keras.Model(x, layers.Dense(2)(y))
model.predict(np.zeros((3, 6, 8)))
"""


def _run(text: str) -> str | None:
    """Return what Keras says when the program runs, `None` where nothing."""
    try:
        exec(compile(HEAD + text, "m.py", "exec"), {})
    except Exception as error:
        return str(error)
    return None


@pytest.mark.keras
@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        (LAMBDA.format(declared=", output_shape=(6,)"), LAMBDA.format(declared="")),
        (
            LAMBDA.format(declared=", output_shape=lambda shape: shape[:2]"),
            LAMBDA.format(declared=""),
        ),
        (
            OWN.format(axis=2),
            OWN.format(axis=2).replace(
                "\n    def compute_output_shape(self, input_shape):\n"
                "        return (input_shape[0], input_shape[2])\n",
                "",
            ),
        ),
    ],
    ids=["Lambda", "Lambda with a function", "layer"],
)
def test_the_declaration_goes(wrong: str, right: str) -> None:
    assert _run(wrong) is not None
    found = run_file(Project({"m.py": (HEAD + wrong).encode()}), "m.py", Settings())
    assert found.files["m.py"].decode() == HEAD + right
    assert [DeclaredShape] == [type(one.finding) for one in found.models[0].findings]
    assert _run(right) is None


@pytest.mark.keras
@pytest.mark.parametrize(
    "text",
    [
        LAMBDA.format(declared=", output_shape=(8,)"),
        LAMBDA.format(declared=", output_shape=lambda shape: (shape[0], shape[2])"),
        OWN.format(axis=1),
    ],
)
def test_what_is_declared_rightly_stays(text: str) -> None:
    found = run_file(Project({"m.py": (HEAD + text).encode()}), "m.py", Settings())
    assert not found.files
    assert not found.models[0].findings
    assert _run(text) is None


@pytest.mark.keras
def test_keras_believes_the_declaration() -> None:
    text = HEAD + LAMBDA.format(declared=", output_shape=(6,)").replace("model.predict", "print")
    (outcome,) = run_file(Project({"m.py": text.encode()}), "m.py", Settings()).models
    assert outcome.trace.params == real_keras.build(text).params == 6 * 2 + 2


@pytest.mark.keras
def test_what_its_call_refuses_is_reported_though_keras_builds_it() -> None:
    text = OWN.format(axis=1).replace("ops.sum(x, axis=-1)", "ops.matmul(x, ops.ones((5, 1)))")
    assert _run(text.replace("model.predict", "print")) is None
    assert _run(text) is not None
    (outcome,) = run_file(Project({"m.py": (HEAD + text).encode()}), "m.py", Settings()).models
    assert [found.finding.code for found in outcome.findings] == ["KFX501"]
