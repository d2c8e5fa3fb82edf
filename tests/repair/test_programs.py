"""Graphs as people write them, repaired and built in real Keras: classes of layers, operators, Dot,
U-Nets in loops.
"""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
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
        [
            "self.conv2d = layers.Conv2D(filters, 1, strides=strides)",
            "inputs = self.conv2d(inputs)",
        ],
        (None, 10),
    ),
    "operator-in-a-class": (
        BLOCK.format(sum="x + inputs"),
        None,
        [
            "self.conv2d = layers.Conv2D(filters, 1, strides=strides)",
            "inputs = self.conv2d(inputs)",
        ],
        (None, 10),
    ),
    "decoder-in-a-class": (
        """
class Decoder(layers.Layer):
    def __init__(self):
        super().__init__()
        self.seed = layers.Dense(7 * 7 * 4)
        self.rows = layers.Reshape((7, 7, 4))
        self.up = layers.Conv2DTranspose(8, 3, strides=2, padding="same")
        self.up_again = layers.Conv2DTranspose(8, 3, strides=2)
        self.out = layers.Conv2DTranspose(1, 3, padding="same")

    def call(self, code):
        return self.out(self.up_again(self.up(self.rows(self.seed(code)))))

code = keras.Input((16,))
model = keras.Model(code, Decoder()(code))
""",
        "28,28,1",
        ['self.up_again = layers.Conv2DTranspose(8, 3, strides=2, padding="same")'],
        (None, 28, 28, 1),
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
        [
            'self.inner = keras.Sequential([layers.Dense(inner, activation="relu"), '
            "layers.Dense(size)])"
        ],
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
    repaired = found.files["program.py"].decode()
    for line in lines:
        assert line in repaired
        assert line not in source
    assert real_keras.build(repaired).shape == shape
    assert not run_file(Project({"program.py": repaired.encode()}), "program.py", settings).files


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


@pytest.mark.parametrize(
    ("head", "now"),
    [
        (
            "for filters, skip in zip((32, 16, 8), skips):",
            "for filters, skip in zip((32, 16, 8), reversed(skips)):",
        ),
        (
            "for i, (filters, skip) in enumerate(zip((32, 16, 8), skips)):",
            "for i, (filters, skip) in enumerate(zip((32, 16, 8), reversed(skips))):",
        ),
        ("for skip in skips:", "for skip in reversed(skips):"),
        (
            "for filters, skip in zip((32, 16, 8), reversed(skips[::-1])):",
            "for filters, skip in zip((32, 16, 8), skips[::-1]):",
        ),
    ],
)
def test_skip_connections_of_a_loop_in_the_wrong_order(head: str, now: str) -> None:
    broken = HEAD + U_NET.replace("for filters, skip in zip((32, 16, 8), {skips}):", head)
    assert real_keras.build(broken).refusal is not None
    found = run_file(Project({"program.py": broken.encode()}), "program.py", Settings())
    repaired = found.files["program.py"].decode()
    assert repaired == broken.replace(head, now)
    assert real_keras.build(repaired).shape == (None, 64, 64, 1)
    assert not run_file(Project({"program.py": repaired.encode()}), "program.py", Settings()).files


def test_skip_connections_by_number_are_reported() -> None:
    """Where no name could be exchanged: both shapes are told, and nothing is edited unasked."""
    broken = HEAD + U_NET.replace(
        "for filters, skip in zip((32, 16, 8), {skips}):", "for i in range(3):\n    filters = 8"
    )
    broken = broken.replace("[x, skip]", "[x, skips[i]]")
    assert real_keras.build(broken).refusal is not None
    found = run_file(Project({"program.py": broken.encode()}), "program.py", Settings())
    assert not found.files
    (remark,) = [
        remark for outcome in found.models for remark in outcome.remarks if "exchanged" in remark
    ]
    assert "(16, 16, 32)" in remark
    assert "(64, 64, 8)" in remark
    assert "reverse order" in remark


BY_HAND = """
inputs = keras.Input((64, 64, 3))
c1 = layers.Conv2D(8, 3, padding="same")(inputs)
p1 = layers.MaxPooling2D()(c1)
c2 = layers.Conv2D(16, 3, padding="same")(p1)
c2 = layers.Conv2D(16, 3, padding="same")(c2)
p2 = layers.MaxPooling2D()(c2)
c3 = layers.Conv2D(32, 3, padding="same")(p2)
d3 = layers.Dropout(0.5)(c3)
p3 = layers.MaxPooling2D()(d3)
x = layers.Conv2D(64, 3, padding="same")(p3)
x = layers.concatenate([layers.UpSampling2D()(x), {one}])
x = layers.Conv2D(32, 3, padding="same")(x)
x = layers.concatenate([layers.UpSampling2D()(x), {two}])
x = layers.Conv2D(16, 3, padding="same")(x)
x = layers.concatenate([layers.UpSampling2D()(x), {three}])
model = keras.Model(inputs, layers.Conv2D(1, 1)(x))
"""


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        (("c1", "c2", "d3"), True),
        (("c2", "d3", "c1"), True),
        (("c2", "c2", "c1"), True),
        (("d3", "c1", "c1"), True),
        (("c1", "c1", "c1"), False),
    ],
)
@pytest.mark.parametrize("target", [None, "64,64,1"])
def test_skip_connections_that_were_mixed_up(
    given: tuple[str, str, str], safe: bool, target: str | None
) -> None:
    one, two, three = given
    broken = HEAD + BY_HAND.format(one=one, two=two, three=three)
    assert real_keras.build(broken).refusal is not None
    found = run_file(
        Project({"program.py": broken.encode()}),
        "program.py",
        Settings(target=target, unsafe=not safe),
    )
    right = HEAD + BY_HAND.format(one="d3", two="c2", three="c1")
    assert found.files["program.py"].decode() == right
    assert real_keras.build(right).shape == (None, 64, 64, 1)
    assert not run_file(
        Project({"program.py": right.encode()}), "program.py", Settings(target=target)
    ).files
