"""What Keras refuses in the `call` of a layer, though its result may not need it."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from tests import real_keras

HEAD = "import keras\nfrom keras import layers, ops\n"

LAYER = """
class Own(layers.Layer):
    def __init__(self, mode=None, **given):
        super().__init__(**given)
        self.mode = mode

    def call(self, inputs, training=None):
        x, y = inputs
        {statement}
        return y


a = keras.Input((8,))
model = keras.Model(a, Own()([a, layers.Dense({units})(a)]))
"""


def _codes(text: str) -> list[str]:
    (outcome,) = run_file(Project({"m.py": text.encode()}), "m.py", Settings()).models
    return [found.finding.code for found in outcome.findings]


@pytest.mark.keras
@pytest.mark.parametrize("units", [6, 8])
def test_a_loss_of_two_shapes(units: int) -> None:
    statement = "self.add_loss(ops.mean(ops.square(x - y)))"
    text = HEAD + LAYER.format(statement=statement, units=units)
    assert bool(_codes(text)) == (real_keras.build(text).refusal is not None) == (units == 6)


@pytest.mark.parametrize(
    "statement",
    [
        "if training: ops.matmul(x, ops.ones((3, 4)))",
        "ops.matmul(x, ops.ones((3, 4))) if training else x",
        "[ops.matmul(x, ops.ones((3, 4))) for _ in training or ()]",
    ],
)
def test_what_may_not_be_reached_is_not_held_against_it(statement: str) -> None:
    assert not _codes(HEAD + LAYER.format(statement=statement, units=6))


@pytest.mark.keras
def test_what_is_caught_is_not_held_against_it() -> None:
    statement = "try: ops.matmul(x, ops.ones((3, 4)))\n        except Exception: pass"
    text = HEAD + LAYER.format(statement=statement, units=6)
    assert real_keras.build(text).refusal is None
    assert not _codes(text)


WEIGHTED = """
class Gate(layers.Layer):
    def build(self, input_shape):
        self.w = self.add_weight(shape={shape})

    def call(self, x):
        return x * self.w


a = keras.Input((8,))
model = keras.Model(a, layers.Dense(3)(Gate()(a)))
"""


@pytest.mark.keras
@pytest.mark.parametrize("shape", ["input_shape", "input_shape[1:]", "(1, input_shape[-1])", "()"])
def test_a_weight_has_no_batch(shape: str) -> None:
    text = HEAD + WEIGHTED.format(shape=shape)
    is_refused = real_keras.build(text).refusal is not None
    assert bool(_codes(text)) == is_refused == (shape == "input_shape")
