"""Models called on data: what Keras takes there is more than what it takes of symbolic tensors."""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file

HEAD = """
import keras
import numpy as np
from keras import layers

def functional(*shape):
    entry = keras.Input(shape)
    return keras.Model(entry, layers.Dense(1)(layers.Flatten()(entry)))

image = keras.Input((16, 16, 3))
pooled = keras.Sequential([
    image, layers.Conv2D(4, 3), layers.GlobalMaxPooling2D(), layers.Dense(1)])
flat = keras.Sequential([image, layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(1)])
open_end = keras.Sequential([layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(2)])
nested = keras.Sequential([keras.Input((16, 16, 3)), pooled])
seed = keras.Sequential([keras.Input((5,)), layers.Dense(10 * 10 * 3), layers.Reshape((10, 10, 3))])
plain = keras.Sequential([keras.Input((5,)), layers.Dense(100), layers.Reshape((10, 10))])
noise = np.zeros((2, 5), "float32")
"""

CALLS = [
    "pooled(seed(noise))",  # a Sequential does not look at the sizes
    "nested(seed(noise))",
    "flat(seed(noise))",  # but its Dense has weights for another number
    "functional(16, 16, 3)(seed(noise))",
    "functional(10, 10, 3)(seed(noise))",
    "functional(10, 10, 1)(plain(noise))",  # a last axis of 1 is added, or left out
    "functional(10, 10)(np.zeros((2, 10, 10, 1)))",
    "seed(noise[:, :, None])",
    "seed(np.zeros((2, 6)))",
    "open_end(np.zeros((1, 8, 8, 3)))",
    "pooled(np.zeros((1, 16, 16, 3)), training=False)",
    "pooled(keras.random.normal((2, 20, 16, 3)))",
    "flat(np.zeros((1, 16, 16, 3)))",
]


@pytest.fixture(scope="module")
def space() -> dict[str, object]:
    found: dict[str, object] = {}
    exec(HEAD, found)
    return found


@pytest.mark.parametrize("call", CALLS)
def test_as_keras(call: str, space: dict[str, object]) -> None:
    try:
        eval(call, space)
        refused = False
    except Exception:  # of several kinds, by what refuses
        refused = True
    result = run_file(
        Project({"m.py": f"{HEAD}\n{call}\n".encode()}), "m.py", Settings(search=False)
    )
    assert result.error is None
    assert (
        any(found.finding.fails for outcome in result.models for found in outcome.findings)
        == refused
    )
