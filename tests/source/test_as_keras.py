"""Programs as people write them: kfix gives each model the shapes and the number of weights that
Keras does.
"""

from __future__ import annotations

import pytest

from tests.source.as_keras import check

PROGRAMS = {
    "layers in a loop": """
model = Sequential([Input((32, 32, 3))])
for i, filters in enumerate([16, 32, 64]):
    model.add(Conv2D(filters, 3, padding="same" if i else "valid"))
    if i < 2:
        model.add(MaxPooling2D())
model.add(Flatten())
""",
    "a helper with defaults that returns layers": """
def block(filters, size=3, *, pool=True, **more):
    made = [Conv2D(filters, size, **more)]
    if pool:
        made.append(MaxPooling2D())
    return made
model = Sequential([Input((32, 32, 3)), *block(8),
                    *block(16, 5, pool=False, activation="relu"), Flatten()])
""",
    "a class with a configuration": """
@dataclass
class Config:
    units: int = 16
    classes: int = 4
class Kind(Enum):
    SMALL = 8
Sizes = namedtuple("Sizes", "height width")
class Base:
    side = 6
    def __init__(self, config):
        self.config = config
        self.model = self.build()
    def build(self):
        raise NotImplementedError
class Net(Base):
    def build(self):
        sizes = Sizes(self.side, width=5)
        return Sequential([Input((sizes.height, sizes.width)), Flatten(), Dense(self.config.units),
                           Dense(Kind.SMALL.value), Dense(self.config.classes)])
model = Net(Config(units=12)).model
""",
    "a class that is a Sequential": """
class Net(Sequential):
    def __init__(self, units):
        super().__init__()
        self.add(Input((7,)))
        self.add(Dense(units))
model = Net(9)
""",
    "a residual network": """
def residual(x, filters, stride=1):
    shortcut = x
    y = Conv2D(filters, 3, strides=stride, padding="same")(x)
    y = layers.BatchNormalization()(y)
    if stride != 1 or x.shape[-1] != filters:
        shortcut = Conv2D(filters, 1, strides=stride)(x)
    return layers.Activation("relu")(y + shortcut)
inputs = Input((32, 32, 3))
x = inputs
for filters, stride in [(16, 1), (32, 2), (32, 1)]:
    x = residual(x, filters, stride)
model = Model(inputs, Dense(10)(layers.GlobalAveragePooling2D()(x)))
""",
    "several inputs and outputs, a shared layer": """
left, right = Input((10,)), Input((10,))
shared = Dense(8)
a, b = shared(left), shared(right)
model = Model([left, right], [layers.concatenate([a, b]), layers.Subtract()([a, b])])
""",
    "outputs in a dictionary": """
inputs = {"b": Input((4,), name="b"), "a": Input((3,), name="a")}
x = layers.Concatenate()([inputs["b"], inputs["a"]])
inner = Model(inputs, {"z": Dense(2)(x), "y": Dense(5)(x)})
found = inner(inputs)
model = Model(inputs, layers.concatenate([found["z"], Dense(6)(found["y"])]))
""",
    "operators and slices": """
inputs = Input((8, 6))
x = 2 * inputs - inputs / 3
x = x[:, 1:-1, ::2]
model = Model(inputs, Dense(4)(x[:, 0] + x[:, -1]))
""",
    "operations": """
inputs = Input((8, 6))
x = ops.transpose(inputs, (0, 2, 1))
x = ops.concatenate([x, ops.expand_dims(ops.mean(x, axis=-1), -1)], axis=-1)
x = ops.reshape(x, (-1, 54))
model = Model(inputs, Dense(3)(ops.squeeze(ops.expand_dims(x, 1), 1)))
""",
    "a nested model": """
encoder = Sequential([Input((28, 28, 1)), Flatten(), Dense(32)], name="encoder")
decoder = Sequential([Input((32,)), Dense(784), layers.Reshape((28, 28, 1))])
inputs = Input((28, 28, 1))
model = Model(inputs, decoder(encoder(inputs)))
""",
    "a head on a base": """
base = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(96, 96, 3))
x = layers.GlobalAveragePooling2D()(base.output)
model = Model(inputs=base.input, outputs=Dense(5)(x))
""",
    "a model cut by its layers": """
base = Sequential([Input((12,)), Dense(9, name="one"), Dense(8, name="two"), Dense(7)])
inner = Model(base.inputs, base.layers[-2].output)
other = Model(base.inputs, base.get_layer("one").output)
model = Model(base.inputs, [inner.output, other.output, base.outputs[0]])
""",
    "layers taken from another model": """
base = Sequential([Input((12,)), Dense(9), Dense(8), Dense(7)])
model = Sequential(base.layers[:-1])
model.add(Dense(3))
model.build((None, 12))
""",
    "layers dropped and added": """
model = Sequential([Input((12,)), Dense(9), Dense(8)])
model.pop()
model.add(Dense(base_units := 4))
model.add(Dense(base_units * 2))
""",
    "a tensor from the middle as an input": """
inputs = Input((4,))
x = Dense(6)(inputs)
y = Dense(7)(x)
model = Model(x, y)
""",
    "a cloned model": """
base = Sequential([Input((12,)), Dense(9)])
model = keras.models.clone_model(base)
""",
    "augmentation as a part": """
augmentation = Sequential([layers.RandomFlip("horizontal"), layers.RandomRotation(0.1)])
model = Sequential([Input((32, 32, 3)), augmentation, layers.Rescaling(1 / 255),
                    Conv2D(4, 3), Flatten(), Dense(2)])
""",
    "a list of models": """
made = [Sequential([Input((n,)), Dense(2 * n)]) for n in (3, 4)]
inputs = [Input((3,)), Input((4,))]
model = Model(inputs, layers.concatenate([one(x) for one, x in zip(made, inputs)]))
""",
    "a partial": """
Conv = partial(Conv2D, kernel_size=3, padding="same", activation="relu")
model = Sequential([Input((8, 8, 3)), Conv(filters=4), Conv(5, kernel_size=1), Flatten()])
""",
    "a layer with weights of its own": """
class Linear(layers.Layer):
    def __init__(self, units=32, **kwargs):
        super().__init__(**kwargs)
        self.units = units
    def build(self, input_shape):
        self.w = self.add_weight(shape=(input_shape[-1], self.units),
                                 initializer="random_normal", trainable=True)
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")
    def call(self, inputs):
        return ops.matmul(inputs, self.w) + self.b
model = Sequential([Input((6,)), Linear(4), Linear()])
""",
    "a layer of layers": """
class Block(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.steps = [Dense(units) for _ in range(3)]
        self.norm = layers.LayerNormalization()
    def call(self, x, training=False):
        for step in self.steps:
            x = x + step(x)
        return self.norm(x)
model = Sequential([Input((5, 8)), Block(8), Flatten(), Dense(1)])
""",
    "a dictionary of settings": """
CONFIG = {"units": [32, 16], "rate": 0.5, "shape": (20,)}
model = Sequential([Input(CONFIG["shape"])])
for units in CONFIG["units"]:
    model.add(Dense(units))
    model.add(Dropout(CONFIG.get("rate", 0.1)))
model.add(Dense(CONFIG.get("classes", 10)))
""",
    "the shape of the data": """
x = np.random.rand(100, 12, 3).astype("float32")
y = keras.utils.to_categorical(np.random.randint(0, 7, size=(100,)), 7)
x = np.concatenate([x, np.zeros_like(x)], axis=-1).reshape(100, -1)
model = Sequential([Input(x.shape[1:]), Dense(y.shape[1])])
""",
    "a choice by match": """
size = "large"
match size:
    case "small":
        units = 4
    case "large" | "huge":
        units = 64
    case _:
        units = 1
model = Sequential([Input((3,)), Dense(units)])
""",
    "embeddings": """
texts = Input((None,), dtype="int32")
x = Embedding(1000, 16)(texts)
x = layers.Bidirectional(LSTM(8, return_sequences=True))(x)
x, h, c = LSTM(5, return_state=True)(x)
model = Model(texts, [x, layers.Dot(axes=-1)([h, c])])
""",
    "a subclass of Model over tensors": """
class Trainer(Model):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.tracker = keras.metrics.Mean(name="loss")
    def train_step(self, data):
        return {}
inputs = Input((32,))
model = Trainer(inputs, Dense(1)(inputs))
""",
    "attention": """
inputs = Input((10, 16))
x = layers.MultiHeadAttention(num_heads=2, key_dim=8)(inputs, inputs)
x = layers.LayerNormalization()(layers.add([inputs, x]))
model = Model(inputs, layers.GlobalMaxPooling1D()(x))
""",
    "strings and numbers": """
side = int(math.sqrt(64))
name = f"conv_{side:02d}".upper().split("_")[-1]
letters = sum(len(part) for part in "ab,c,def".split(","))
units = letters + int(name) + round(2.6) + max([1, 5], default=0)
model = Sequential([Input((side, side)), Flatten(), Dense(units)])
""",
    "a recursive network": """
def pyramid(x, depth):
    if depth == 0:
        return x
    return pyramid(MaxPooling2D()(Conv2D(2 ** depth, 3, padding="same")(x)), depth - 1)
inputs = Input((16, 16, 1))
model = Model(inputs, Flatten()(pyramid(inputs, 3)))
""",
    "a u-shaped network": """
inputs = Input((32, 32, 1))
x, skips = inputs, []
for filters in (8, 16):
    x = Conv2D(filters, 3, padding="same")(x)
    skips.append(x)
    x = MaxPooling2D()(x)
for filters, skip in zip((16, 8), reversed(skips)):
    x = layers.Conv2DTranspose(filters, 2, strides=2)(x)
    x = layers.Concatenate()([x, skip])
model = Model(inputs, Conv2D(1, 1)(x))
""",
    "tensorflow's functions": """
inputs = Input((6, 4))
x = layers.Lambda(lambda t: tf.reduce_mean(tf.concat([t, t], axis=-1), axis=1))(inputs)
model = Model(inputs, Dense(3)(x))
""",
    "an attention that calls the layers inside it": """
class Cached(layers.MultiHeadAttention):
    def call(self, query, value, key=None, cache=None):
        key = value if key is None else key
        query = self._query_dense(query)
        key, value = self._key_dense(key), self._value_dense(value)
        found, scores = self._compute_attention(query=query, key=key, value=value)
        return self._output_dense(found)
x, memory = Input((5, 16)), Input((7, 12))
wide = Cached(num_heads=4, key_dim=8, value_dim=6)(x, value=memory)
narrow = Cached(2, 3, use_bias=False, output_shape=9)(query=wide, value=memory)
model = Model([x, memory], narrow)
""",
    "a layer whose build takes two shapes": """
class Cross(layers.Layer):
    def build(self, first_shape, second_shape=None):
        self.first = layers.Dense(first_shape[-1])
        self.first.build(first_shape)
        self.second = None
        if second_shape is not None:
            self.second = layers.Dense(first_shape[-1])
            self.second.build(second_shape)
    def call(self, first, second=None, training=None):
        if self.second is None and second is not None:
            raise ValueError("it was built for one tensor")
        x = self.first(first)
        return x if second is None else x + self.second(second)
a, b = Input((5, 4)), Input((5, 6))
model = Model([a, b], layers.Concatenate()([Cross()(a, second=b), Cross()(a)]))
""",
    "positions up to a variable dim": """
class Positions(layers.Layer):
    def __init__(self):
        super().__init__()
        self.tokens, self.places = Embedding(10, 4), Embedding(8, 4)
    def call(self, x):
        places = tf.range(start=0, limit=tf.shape(x)[-1], delta=1)
        return self.tokens(x) + self.places(places)
tokens = Input((None,), dtype="int32")
model = Model(tokens, Positions()(tokens))
""",
}


@pytest.mark.parametrize("case", PROGRAMS)
def test_shapes_and_weights_are_those_of_keras(case: str) -> None:
    check(PROGRAMS[case])
