"""Models of pictures: what people get wrong around inputs, skip connections, bases and films. Real Keras builds it."""

from __future__ import annotations

import pytest

from kfix.repair.target import parse_target
from tests import real_keras
from tests.repair.test_slips import Slip, mended

SLIPS = {
    "the samples in the inputs of twins": Slip(
        None,
        ("left = Input(shape=shape)", "right = Input(shape=shape)"),
        ("left = Input(shape=shape[1:])", "right = Input(shape=shape[1:])"),
        """
import numpy as np
from keras import Input, Model, Sequential, layers
pairs = np.zeros((400, 24, 24, 1))
shape = pairs.shape
base = Sequential([Input((24, 24, 1)), layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(16)])
left = Input(shape=shape)
right = Input(shape=shape)
model = Model([left, right], layers.Dense(1)(layers.Subtract()([base(left), base(right)])))
""",
    ),
    "an input without its channel axis before a model": Slip(
        None,
        ("picture = Input((24, 24))",),
        ("picture = Input((24, 24, 1))",),
        """
from keras import Input, Model, Sequential, layers
base = Sequential([Input((24, 24, 1)), layers.Conv2D(8, 3), layers.Flatten(), layers.Dense(16)])
picture = Input((24, 24))
model = Model(picture, layers.Dense(1)(base(picture)))
""",
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_slip(name: str) -> None:
    slip = SLIPS[name]
    result = mended(slip)
    assert result.error is None
    lines = [line for line in result.diff.splitlines() if line[:3] not in ("---", "+++")]
    assert tuple(line[1:].strip() for line in lines if line[:1] == "-") == slip.gone
    assert tuple(line[1:].strip() for line in lines if line[:1] == "+") == slip.come


@pytest.mark.parametrize("name", SLIPS)
def test_keras_builds_it(name: str) -> None:
    slip = SLIPS[name]
    built = real_keras.build(mended(slip).files["p.py"].decode())
    assert built.refusal is None, built
    if slip.target is not None:
        assert parse_target(slip.target).met_by(built.shape)
