"""Branches that do not fit where they meet: what is repaired without being asked, and what real Keras
says of it.
"""

from __future__ import annotations

import pytest

from kfix.edits.set_argument import SetArgument
from kfix.engine.pipeline import Project, Settings, run_file
from tests import real_keras

HEAD = "import keras\nfrom keras import layers\n"

CASES: dict[str, tuple[str, list[tuple[str, str]], str | None]] = {
    "a pooling that only looks around": (
        """
picture = keras.Input((24, 24, 3))
one = layers.Conv2D(8, 1)(picture)
two = layers.Conv2D(8, 5, padding="same")(picture)
three = layers.MaxPooling2D(3, strides=1)(picture)
x = layers.concatenate([one, two, three])
model = keras.Model(picture, layers.Dense(4)(layers.Flatten()(x)))
""",
        [("MaxPooling2D(3, strides=1)", 'MaxPooling2D(3, strides=1, padding="same")')],
        None,
    ),
    "patches as a map, and a table of positions": (
        """
class Positions(layers.Layer):
    def __init__(self, count, dim):
        super().__init__()
        self.count = count
        self.project = layers.Dense(dim)
        self.table = layers.Embedding(count, dim)

    def call(self, patches):
        return self.project(patches) + self.table(keras.ops.arange(0, self.count))

picture = keras.Input((24, 24, 3))
patches = layers.Conv2D(12, 6, strides=6)(picture)
model = keras.Model(picture, layers.Dense(4)(layers.Flatten()(Positions(16, 8)(patches))))
""",
        [("(picture)\nmodel", "(picture)\npatches = layers.Reshape((16, 12))(patches)\nmodel")],
        None,
    ),
    "a map, and a sequence of as many steps as it has places": (
        """
picture, words = keras.Input((4, 4, 6)), keras.Input((16, 6))
x = layers.Conv2D(6, 1)(picture)
model = keras.Model([picture, words], layers.Dense(2)(layers.Add()([x, words])))
""",
        [("(picture)\nmodel", "(picture)\nx = layers.Reshape((16, 6))(x)\nmodel")],
        None,
    ),
    "a table of positions with too few rows": (
        """
words = keras.Input((28,))
places = layers.Embedding(10, 8)(keras.ops.arange(10))
x = layers.Embedding(50, 8)(words) + places
model = keras.Model(words, layers.Dense(2)(layers.GlobalAveragePooling1D()(x)))
""",
        [("Embedding(10, 8)(keras.ops.arange(10))", "Embedding(28, 8)(keras.ops.arange(28))")],
        None,
    ),
    "a table of positions with too few rows in a class": (
        """
class Positions(layers.Layer):
    def __init__(self):
        super().__init__()
        self.table = layers.Embedding(10, 8)

    def call(self, x):
        return x + self.table(keras.ops.arange(10))

words = keras.Input((28,))
x = Positions()(layers.Embedding(50, 8)(words))
model = keras.Model(words, layers.Dense(2)(layers.GlobalAveragePooling1D()(x)))
""",
        [("Embedding(10, 8)", "Embedding(28, 8)"), ("arange(10)", "arange(28)")],
        None,
    ),
    "channels counted on another axis": (
        """
axis = 1
def gate(x):
    filters = x.shape[axis]
    g = layers.GlobalAveragePooling2D()(x)
    g = layers.Dense(filters // 4, activation="relu")(g)
    g = layers.Dense(filters, activation="sigmoid")(g)
    return layers.multiply([x, layers.Reshape((1, 1, filters))(g)])
picture = keras.Input((24, 24, 3))
x = gate(layers.Conv2D(16, 3, padding="same")(picture))
x = gate(layers.Conv2D(32, 3, padding="same", strides=2)(x))
model = keras.Model(picture, layers.Dense(1)(layers.Flatten()(x)))
""",
        [("axis = 1", "axis = 3")],
        None,
    ),
    "a sum over the batch": (
        """
one, two = keras.Input((32,)), keras.Input((32,))
model = keras.Model([one, two], layers.Dense(1)(layers.Dot(axes=0)([one, two])))
""",
        [("axes=0", "axes=1")],
        "1",
    ),
    "the skips of a U-Net as in the paper": (
        """
import numpy as np
def twice(x, filters):
    for _ in range(2):
        x = layers.Conv2D(filters, 3, activation="relu")(x)
    return x
tile = keras.Input((60, 60, 1))
one = twice(tile, 4)
two = twice(layers.MaxPooling2D()(one), 8)
low = twice(layers.MaxPooling2D()(two), 8)
x = layers.concatenate([two, layers.Conv2DTranspose(8, 2, strides=2)(low)])
x = twice(x, 8)
x = layers.concatenate([one, layers.Conv2DTranspose(4, 2, strides=2)(x)])
model = keras.Model(tile, layers.Conv2D(1, 1, activation="sigmoid")(twice(x, 4)))
model.compile("adam", "binary_crossentropy")
model.fit(np.zeros((4, 60, 60, 1)), np.zeros((4, 20, 20, 1)))
""",
        [
            (
                "x = layers.concatenate([two",
                "two = layers.Cropping2D(4)(two)\nx = layers.concatenate([two",
            ),
            (
                "x = layers.concatenate([one",
                "one = layers.Cropping2D(16)(one)\nx = layers.concatenate([one",
            ),
        ],
        None,
    ),
    "all the steps beside a vector": (
        """
words = keras.Input((30,))
facts = keras.Input((7,))
w = layers.Embedding(500, 16)(words)
w = layers.Dropout(0.2)(layers.LSTM(12, return_sequences=True)(w))
f = layers.Dense(12)(facts)
model = keras.Model([words, facts], layers.Dense(1)(layers.Concatenate()([w, f])))
""",
        [("return_sequences=True", "return_sequences=False")],
        None,
    ),
    "a vector that belongs on the map": (
        """
picture = keras.Input((16, 16, 3))
label = keras.Input((10,))
plane = layers.Dense(16 * 16)(label)
x = layers.Concatenate()([picture, plane])
x = layers.Conv2D(8, 3)(x)
model = keras.Model([picture, label], layers.Dense(1)(layers.Flatten()(x)))
""",
        [
            (
                "x = layers.Concatenate()",
                "plane = layers.Reshape((16, 16, 1))(plane)\nx = layers.Concatenate()",
            )
        ],
        None,
    ),
    "the first map of one branch": (
        """
def generator():
    noise = keras.Input((50,))
    label = keras.Input((1,))
    y = layers.Embedding(10, 20)(label)
    y = layers.Reshape((6, 6, 1))(layers.Dense(6 * 6)(y))
    x = layers.Reshape((8, 8, 32))(layers.Dense(8 * 8 * 32)(noise))
    x = layers.Concatenate()([x, y])
    x = layers.Conv2DTranspose(3, 4, strides=2, padding="same")(x)
    return keras.Model([noise, label], x)

judge = keras.Sequential([keras.Input((16, 16, 3)), layers.Flatten(), layers.Dense(1)])
made = generator()
model = keras.Model(made.input, judge(made.output))
""",
        [("(6, 6, 1)", "(8, 8, 1)"), ("Dense(6 * 6)", "Dense(8 * 8)")],
        None,
    ),
    "a weight for each step": (
        """
series = keras.Input((15, 4))
h = layers.LSTM(6, return_sequences=True)(series)
a = layers.Permute((2, 1))(h)
a = layers.Dense(6, activation="softmax")(a)
a = layers.Permute((2, 1))(a)
x = layers.Flatten()(layers.Multiply()([h, a]))
model = keras.Model(series, layers.Dense(1)(x))
""",
        [("layers.Dense(6, act", "layers.Dense(15, act")],
        None,
    ),
    "maps that are compared": (
        """
shared = keras.Sequential([
    keras.Input((20, 20, 1)),
    layers.Conv2D(8, 3),
    layers.MaxPooling2D(),
    layers.Dense(16),
])
left, right = keras.Input((20, 20, 1)), keras.Input((20, 20, 1))
gap = layers.Lambda(lambda two:
    keras.ops.sum(keras.ops.abs(two[0] - two[1]), axis=1, keepdims=True))
model = keras.Model([left, right], gap([shared(left), shared(right)]))
""",
        [("    layers.Dense(16),", "    layers.Flatten(),\n    layers.Dense(16),")],
        "1",
    ),
    "poolings by 3 and upsamplings by 2": (
        """
picture = keras.Input((40, 40, 1))
one = layers.Conv2D(8, 3, padding="same")(picture)
two = layers.Conv2D(16, 3, padding="same")(layers.MaxPooling2D((3, 3))(one))
x = layers.Conv2D(32, 3, padding="same")(layers.MaxPooling2D((3, 3))(two))
x = layers.concatenate([layers.UpSampling2D((2, 2))(x), two])
x = layers.concatenate([layers.UpSampling2D((2, 2))(x), one])
model = keras.Model(picture, layers.Conv2D(1, 1)(x))
""",
        [("MaxPooling2D((3, 3))", "MaxPooling2D((2, 2))")],
        None,
    ),
    "skips given to a helper in the wrong order": (
        """
def down(x, filters):
    skip = layers.Conv2D(filters, 3, padding="same")(x)
    return skip, layers.MaxPooling2D()(skip)

def up(x, skip, filters):
    x = layers.UpSampling2D()(x)
    x = layers.Concatenate()([x, skip])
    return layers.Conv2D(filters, 3, padding="same")(x)

picture = keras.Input((32, 32, 3))
s1, x = down(picture, 8)
s2, x = down(x, 16)
s3, x = down(x, 32)
x = up(x, s3, 32)
x = up(x, s1, 16)
x = up(x, skip=s2, filters=8)
model = keras.Model(picture, layers.Conv2D(1, 1)(x))
""",
        [("up(x, s1, 16)", "up(x, s2, 16)"), ("skip=s2", "skip=s1")],
        None,
    ),
    "one weight for each step": (
        """
inputs = keras.Input((9, 4))
weights = layers.Softmax()(layers.Flatten()(layers.Dense(1)(inputs)))
model = keras.Model(inputs, layers.Multiply()([inputs, weights]))
""",
        [("model", "weights = layers.Reshape((9, 1))(weights)\nmodel")],
        None,
    ),
    "a weight for each step, in a layer of the program": (
        """
class Weighed(layers.Layer):
    def call(self, inputs):
        weights = keras.ops.softmax(keras.ops.mean(inputs, axis=-1))
        return keras.ops.sum(inputs * (1 + weights), axis=1)

inputs = keras.Input((9, 4))
model = keras.Model(inputs, Weighed()(inputs))
""",
        [("inputs * (1 + weights)", "inputs * (1 + weights)[..., None]")],
        None,
    ),
    "a row of weights for each feature": (
        """
class Products(layers.Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], 2))

    def call(self, inputs):
        return keras.ops.prod(self.w * inputs, axis=1)

inputs = keras.Input((6,))
model = keras.Model(inputs, Products()(inputs))
""",
        [("self.w * inputs", "self.w * inputs[..., None]")],
        "2",
    ),
    "a mean and a variance": (
        """
class Noise(layers.Layer):
    def call(self, inputs):
        mean, spread = inputs
        return mean + keras.ops.exp(spread) * keras.random.normal((1, mean.shape[1]))

picture = keras.Input((12,))
h = layers.Dense(8)(picture)
mean = layers.Dense(2)(h)
spread = layers.Dense(2)(h)
encoder = keras.Model(picture, [mean, spread, Noise()([mean, spread])])
code = keras.Input((5,))
decoder = keras.Model(code, layers.Dense(12)(code))
model = keras.Model(picture, decoder(encoder(picture)[2]))
""",
        [
            ("mean = layers.Dense(2)", "mean = layers.Dense(5)"),
            ("spread = layers.Dense(2)", "spread = layers.Dense(5)"),
        ],
        None,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_merges(name: str) -> None:
    text, edits, target = CASES[name]
    source = HEAD + text
    wanted = source
    for before, now in edits:
        assert before in wanted
        wanted = wanted.replace(before, now)
    assert target is not None or real_keras.build(source).refusal is not None
    settings = Settings(target=target, model="model" if target is not None else None)
    found = run_file(Project({"m.py": source.encode()}), "m.py", settings)
    assert found.files["m.py"].decode() == wanted
    assert sum(outcome.left for outcome in found.models) == 0
    assert real_keras.build(wanted).refusal is None
    assert not run_file(Project({"m.py": wanted.encode()}), "m.py", settings).files


def test_weights_may_be_meant_for_a_matrix_product() -> None:
    text, _, _ = CASES["a row of weights for each feature"]
    found = run_file(Project({"m.py": (HEAD + text).encode()}), "m.py", Settings())
    assert [one.repair.safety for one in found.models[0].repairs] == ["unsafe"]
    assert not found.files


def test_what_is_joined_along_the_steps_has_as_many_features_on_both_sides() -> None:
    source = HEAD + (
        """
letters, words = keras.Input((40,)), keras.Input((12,))
one = layers.MaxPooling1D(2)(layers.Conv1D(24, 3, padding="same")(layers.Embedding(30, 8)(letters)))
two = layers.Embedding(500, 50)(words)
both = layers.concatenate([one, two], axis=1)
model = keras.Model([letters, words], layers.Dense(3)(layers.Flatten()(both)))
"""
    )
    (outcome,) = run_file(Project({"m.py": source.encode()}), "m.py", Settings()).models
    edits = {edit.meaning() for repair in outcome.repairs[:2] for edit in repair.repair.edits}
    assert edits == {
        SetArgument((), "filters", 50).meaning(),
        SetArgument((), "output_dim", 24).meaning(),
    }
    for number in (1, 2):
        after = run_file(Project({"m.py": source.encode()}), "m.py", Settings(pick=number))
        assert real_keras.build(after.files["m.py"].decode()).refusal is None


def test_maps_that_are_flattened_together_may_be_flattened_one_by_one() -> None:
    source = HEAD + (
        """
words = keras.Input((20,))
e = layers.Reshape((20, 16, 1))(layers.Embedding(90, 16)(words))
one = layers.MaxPooling2D((18, 1))(layers.Conv2D(8, 3)(e))
two = layers.MaxPooling2D((16, 1))(layers.Conv2D(8, 5)(e))
both = layers.concatenate([one, two], axis=1)
model = keras.Model(words, layers.Dense(1)(layers.Flatten()(both)))
"""
    )
    (outcome,) = run_file(Project({"m.py": source.encode()}), "m.py", Settings()).models
    flattens = [("insert", "Flatten", "")] * 2
    numbers = [
        number
        for number, found in enumerate(outcome.repairs, 1)
        if [edit.meaning() for edit in found.repair.edits] == flattens
    ]
    after = run_file(Project({"m.py": source.encode()}), "m.py", Settings(pick=numbers[0]))
    assert real_keras.build(after.files["m.py"].decode()).refusal is None


def test_skips_that_a_loop_gives_to_a_helper_are_reported() -> None:
    source = HEAD + CASES["skips given to a helper in the wrong order"][0]
    source = source.replace(
        "x = up(x, s1, 16)\nx = up(x, skip=s2, filters=8)\n",
        "for s in [s1, s2]:\n    x = up(x, s, 8)\n",
    )
    found = run_file(Project({"m.py": source.encode()}), "m.py", Settings())
    assert not found.files
    assert any("exchanged" in remark for outcome in found.models for remark in outcome.remarks)


def test_a_part_that_another_repair_repairs_is_no_error_any_more() -> None:
    """The part comes first, and it is the whole that is repaired."""
    source = HEAD + (
        """
def part():
    one, two = keras.Input((9,)), keras.Input((4,))
    added = layers.Add()([layers.Dense(6)(one), layers.Dense(8)(two)])
    return keras.Model([one, two], layers.Dense(3)(added))

one, two = keras.Input((9,)), keras.Input((4,))
model = keras.Model([one, two], layers.Dense(1)(part()([one, two])))
"""
    )
    found = run_file(Project({"m.py": source.encode()}), "m.py", Settings(unsafe=True))
    assert found.files
    assert [outcome.left for outcome in found.models] == [0, 0]


def test_the_layers_are_set_beside_each_other_in_the_order_of_the_program() -> None:
    """A layer more on one branch brings it forward in Keras's order: that is no layer that is
    missing elsewhere.
    """
    from kfix.report.beside import beside

    source = HEAD + (
        """
picture, facts = keras.Input((20, 20, 3)), keras.Input((5,))
x = layers.Conv2D(4, 3)(picture)
x = layers.Dropout(0.1)(x)
y = layers.Dense(8)(facts)
y = layers.Dense(6)(y)
model = keras.Model([picture, facts], layers.Dense(1)(layers.concatenate([x, y])))
"""
    )
    (outcome,) = run_file(Project({"m.py": source.encode()}), "m.py", Settings()).models
    assert outcome.applied is not None
    pairs = beside(outcome.trace, outcome.applied.traces[0])
    assert [pair.after.cls for pair in pairs if pair.before is None and pair.after] == ["Flatten"]
    assert all(pair.after is not None for pair in pairs)


def test_what_reads_a_merge_decides_which_of_two_vectors_is_brought_to_the_other() -> None:
    """The generator is made for the width of the noise, not for that of the labels."""
    source = HEAD + (
        """
body = keras.Sequential([layers.Dense(12, input_dim=5), layers.Dense(3)])
noise, label = keras.Input((5,)), keras.Input((4,), dtype="int32")
rows = layers.Flatten()(layers.Embedding(2, 5)(label))
model = keras.Model([noise, label], body(layers.multiply([noise, rows])))
"""
    )
    found = run_file(Project({"m.py": source.encode()}), "m.py", Settings())
    (model_result,) = [one for one in found.models if one.applied]
    assert model_result.applied is not None
    (edit,) = model_result.applied.repair.edits
    assert edit.kind == "insert-layer"
    assert "rows = layers.Dense(5)(rows)" in found.files["m.py"].decode()


def test_tensors_of_a_list_made_elsewhere_are_not_indexed() -> None:
    """The call has one argument: what it returns is not the tensor that needs an axis."""
    source = HEAD + (
        """
a = keras.Input((10, 16))
pair = [layers.Flatten()(layers.Dense(1)(a)), a]
model = keras.Model(a, tf.add_n(pair))
"""
    )
    source = "import tensorflow as tf\n" + source
    found = run_file(Project({"m.py": source.encode()}), "m.py", Settings())
    assert found.error is None
    assert "[..., None]" not in found.diff
