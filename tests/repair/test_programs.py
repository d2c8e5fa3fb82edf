"""Graphs as people write them, mended and built in real Keras: classes of layers, operators, Dot, U-Nets in loops."""

from __future__ import annotations

import pytest

from kfix.pipeline import Project, Settings, run_file
from tests import real_keras

HEAD = """
from tensorflow import keras
from tensorflow.keras import layers
"""

BLOCK = """
class Block(layers.Layer):
    def __init__(self, filters, strides=1):
        super().__init__()
        self.conv = layers.Conv2D(filters, 3, strides=strides, padding="same")
        self.add = layers.Add()

    def call(self, inputs):
        x = self.conv(inputs)
        return {sum}

inputs = keras.Input((32, 32, 16))
x = Block(16)(inputs)
x = Block(32, strides=2)(x)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(10)(x))
"""

PROGRAMS: dict[str, tuple[str, str | None, list[str], tuple[int | None, ...]]] = {
    "add-in-a-class": (
        BLOCK.format(sum="self.add([x, inputs])"),
        None,
        ["self.conv2d = layers.Conv2D(filters, 1, strides=strides)", "inputs = self.conv2d(inputs)"],
        (None, 10),
    ),
    "operator-in-a-class": (
        BLOCK.format(sum="x + inputs"),
        None,
        ["self.conv2d = layers.Conv2D(filters, 1, strides=strides)", "inputs = self.conv2d(inputs)"],
        (None, 10),
    ),
    "transformer-block": (
        """
class Block(layers.Layer):
    def __init__(self, size, inner):
        super().__init__()
        self.attention = layers.MultiHeadAttention(num_heads=2, key_dim=size)
        self.inner = keras.Sequential([layers.Dense(inner, activation="relu"), layers.Dense(inner)])

    def call(self, inputs):
        x = inputs + self.attention(inputs, inputs)
        return x + self.inner(x)

inputs = keras.Input((20,))
x = layers.Embedding(1000, 32)(inputs)
x = Block(32, 64)(x)
x = layers.GlobalAveragePooling1D()(x)
model = keras.Model(inputs, layers.Dense(2)(x))
""",
        None,
        ['self.inner = keras.Sequential([layers.Dense(inner, activation="relu"), layers.Dense(32)])'],
        (None, 2),
    ),
    "operator-in-a-function": (
        """
def block(x, filters, strides):
    y = layers.Conv2D(filters, 3, strides=strides, padding="same")(x)
    return layers.ReLU()(x + y)

inputs = keras.Input((32, 32, 3))
x = block(inputs, 16, 1)
x = block(x, 32, 2)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(2)(x))
""",
        None,
        ["x = layers.Conv2D(filters, 1, strides=strides)(x)"],
        (None, 2),
    ),
    "dot-of-two-lengths": (
        """
user, item = keras.Input((1,)), keras.Input((1,))
u = layers.Flatten()(layers.Embedding(100, 50)(user))
i = layers.Flatten()(layers.Embedding(500, 32)(item))
model = keras.Model([user, item], layers.Dot(axes=1)([u, i]))
""",
        None,
        ["u = layers.Flatten()(layers.Embedding(100, 32)(user))"],
        (None, 1),
    ),
    "pooling-of-a-u-net": (
        """
inputs = keras.Input((64, 64, 3))
x = layers.Conv2D(16, 3, padding="same")(inputs)
skip = x
x = layers.Conv2D(32, 3, padding="same")(x)
x = layers.UpSampling2D()(x)
x = layers.Concatenate()([x, skip])
model = keras.Model(inputs, layers.Conv2D(1, 1)(x))
""",
        "64,64,1",
        ["x = layers.MaxPooling2D(2)(x)"],
        (None, 64, 64, 1),
    ),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs(name: str) -> None:
    text, target, lines, shape = PROGRAMS[name]
    source = HEAD + text
    if target is None:
        assert real_keras.build(source).refusal is not None
    settings = Settings(target=target, unsafe=True)
    found = run_file(Project({"program.py": source.encode()}), "program.py", settings)
    mended = found.files["program.py"].decode()
    for line in lines:
        assert line in mended
        assert line not in source
    assert real_keras.build(mended).shape == shape
    assert not run_file(Project({"program.py": mended.encode()}), "program.py", settings).files


U_NET = """
inputs = keras.Input((64, 64, 3))
x, skips = inputs, []
for filters in (8, 16, 32):
    x = layers.Conv2D(filters, 3, padding="same")(x)
    skips.append(x)
    x = layers.MaxPooling2D()(x)
for filters, skip in zip((32, 16, 8), {skips}):
    x = layers.UpSampling2D()(x)
    x = layers.Concatenate()([x, skip])
    x = layers.Conv2D(filters, 3, padding="same")(x)
model = keras.Model(inputs, layers.Conv2D(1, 1)(x))
"""


def test_skip_connections_in_the_wrong_order() -> None:
    """Which variable is meant is the program's to say: both shapes are told, and nothing is edited unasked."""
    broken = HEAD + U_NET.format(skips="skips")
    assert real_keras.build(broken).refusal is not None
    found = run_file(Project({"program.py": broken.encode()}), "program.py", Settings())
    assert not found.files
    (remark,) = [remark for told in found.models for remark in told.remarks if "exchanged" in remark]
    assert "(16, 16, 32)" in remark
    assert "(64, 64, 8)" in remark
    assert "reverse order" in remark
    whole = HEAD + U_NET.format(skips="reversed(skips)")
    assert real_keras.build(whole).shape == (None, 64, 64, 1)
    right = run_file(Project({"program.py": whole.encode()}), "program.py", Settings())
    assert not right.files
    assert not [finding for told in right.models for finding in told.findings]
