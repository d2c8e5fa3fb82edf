"""Layers and models of classes of the program: kfix gives them the shapes and weights that Keras
does.
"""

from __future__ import annotations

import pytest

from tests.source.as_keras import check

PROGRAMS = {
    "behind a model whose output was taken": """
base = keras.applications.VGG16(weights=None, include_top=False, input_shape=(64, 64, 3))
whole = Model(base.input, Dense(3)(Flatten()(base.output)))
for layer in whole.layers[:-2]:
    layer.trainable = False
model = Model(whole.input, whole.layers[-2].output)
""",
    "behind a model that was called": """
base = keras.applications.VGG16(weights=None, include_top=False, input_shape=(64, 64, 3))
inputs = Input((64, 64, 3))
whole = Model(inputs, Dense(3)(Flatten()(base(inputs))))
model = Model(whole.input, whole.layers[2].output)
""",
    "rnn around a cell of the program": """
class Cell(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.state_size = units
        self.output_size = units
    def build(self, input_shape):
        self.kernel = self.add_weight(shape=(input_shape[-1], self.units), name="kernel")
        self.recurrent = self.add_weight(shape=(self.units, self.units), name="recurrent")
    def call(self, inputs, states):
        h = ops.matmul(inputs, self.kernel) + ops.matmul(states[0], self.recurrent)
        return h, [h]
model = Sequential([Input((5, 3)), layers.RNN(Cell(7), return_sequences=True),
                    layers.RNN(Cell(4)), Dense(2)])
""",
    "rnn around a cell with norm": """
class LNSimpleRNNCell(keras.layers.Layer):
    def __init__(self, units, activation="tanh", **kwargs):
        super().__init__(**kwargs)
        self.state_size = units
        self.output_size = units
        self.simple_rnn_cell = keras.layers.SimpleRNNCell(units, activation=None)
        self.layer_norm = keras.layers.LayerNormalization()
        self.activation = keras.activations.get(activation)
    def call(self, inputs, states):
        outputs, new_states = self.simple_rnn_cell(inputs, states)
        norm_outputs = self.activation(self.layer_norm(outputs))
        return norm_outputs, [norm_outputs]
model = Sequential([Input((None, 5)), layers.RNN(LNSimpleRNNCell(32)), Dense(14)])
""",
    "model with training branches": """
class Net(Model):
    def __init__(self):
        super().__init__()
        self.a = Dense(8)
        self.drop = Dropout(0.5)
        self.b = Dense(3)
    def call(self, inputs, training=None):
        x = self.a(inputs)
        if training:
            x = self.drop(x, training=training)
        return self.b(x)
net = Net()
inputs = Input((6,))
model = Model(inputs, net(inputs))
""",
    "model built": """
class Net(Model):
    def __init__(self, sizes):
        super().__init__()
        self.layers_list = [Dense(n, activation="relu") for n in sizes]
        self.out = Dense(2)
    def call(self, x, training=False, mask=None):
        for layer in self.layers_list:
            x = layer(x)
        return self.out(x)
net = Net([8, 4])
net.build((None, 6))
model = Sequential([Input((6,)), net])
""",
    "model of lists": """
class Net(Model):
    def __init__(self):
        super().__init__()
        self.a, self.b = Dense(8), Dense(4)
        self.join = layers.Concatenate()
    def call(self, inputs):
        wide, deep = inputs
        return self.join([self.a(wide), self.b(deep)])
left, right = Input((6,)), Input((3,))
model = Model([left, right], Dense(1)(Net()([left, right])))
""",
    "model of dicts": """
class Net(Model):
    def __init__(self):
        super().__init__()
        self.a, self.b = Dense(8), Dense(4)
    def call(self, inputs):
        return {"sum": self.a(inputs["x"]), "rest": self.b(inputs["y"])}
left, right = Input((6,), name="x"), Input((3,), name="y")
out = Net()({"x": left, "y": right})
model = Model({"x": left, "y": right}, Dense(1)(out["sum"]))
""",
    "sequential subclass": """
class MLP(keras.Sequential):
    def __init__(self, sizes, classes, **kwargs):
        hidden = [Dense(n, activation="relu") for n in sizes]
        super().__init__([Input((9,))] + hidden + [Dense(classes)], **kwargs)
model = MLP([4, 5], 6, name="mlp")
""",
    "sequential subclass nested": """
class Block(keras.Sequential):
    def __init__(self, filters):
        super().__init__()
        self.add(Conv2D(filters, 3, padding="same", use_bias=False))
        self.add(layers.BatchNormalization())
        self.add(layers.ReLU())
        self.add(MaxPooling2D())
model = Sequential([Input((16, 16, 3)), Block(4), Block(8), Flatten(), Dense(2)])
""",
    "functional in a method of a subclass": """
class VAE(Model):
    def __init__(self, latent):
        super().__init__()
        self.encoder = Sequential([Input((8,)), Dense(latent * 2)])
        self.decoder = Sequential([Input((latent,)), Dense(8)])
        self.latent = latent
    def call(self, x):
        mean, log = ops.split(self.encoder(x), 2, axis=1)
        z = mean + ops.exp(log * .5) * keras.random.normal(shape=ops.shape(mean))
        return self.decoder(z)
vae = VAE(2)
inputs = Input((8,))
model = Model(inputs, vae(inputs))
""",
    "custom layer with several inputs": """
class Attend(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.W1, self.W2, self.V = Dense(units), Dense(units), Dense(1)
    def call(self, query, values):
        q = ops.expand_dims(query, 1)
        score = self.V(ops.tanh(self.W1(q) + self.W2(values)))
        weights = ops.softmax(score, axis=1)
        context = ops.sum(weights * values, axis=1)
        return context, weights
a, b = Input((6,)), Input((4, 6))
context, weights = Attend(5)(a, b)
model = Model([a, b], Dense(2)(context))
""",
    "custom layer get_config": """
class Patches(layers.Layer):
    def __init__(self, patch_size, **kwargs):
        super().__init__(**kwargs)
        self.patch_size = patch_size
    def call(self, images):
        shape = ops.shape(images)
        n = self.patch_size
        patches = keras.ops.image.extract_patches(images, size=n)
        return ops.reshape(patches, (shape[0], (shape[1] // n) * (shape[2] // n), n * n * shape[3]))
    def get_config(self):
        config = super().get_config()
        config.update({"patch_size": self.patch_size})
        return config
class Encode(layers.Layer):
    def __init__(self, num_patches, dim):
        super().__init__()
        self.num_patches = num_patches
        self.projection = Dense(units=dim)
        self.position = Embedding(input_dim=num_patches, output_dim=dim)
    def call(self, patch):
        positions = ops.expand_dims(ops.arange(start=0, stop=self.num_patches, step=1), axis=0)
        return self.projection(patch) + self.position(positions)
inputs = Input((12, 12, 3))
model = Model(inputs, Encode(16, 8)(Patches(3)(inputs)))
""",
    "one hot by eye": """
class OneHot(layers.Layer):
    def __init__(self, depth):
        super().__init__()
        self.depth = depth
        self.table = ops.eye(depth)
    def call(self, x):
        return ops.take(self.table, ops.cast(x, "int32"), axis=0)
inputs = Input((6,))
model = Model(inputs, Dense(2)(OneHot(5)(inputs)))
""",
    "positional embedding": """
class TokenAndPosition(layers.Layer):
    def __init__(self, maxlen, vocab, dim):
        super().__init__()
        self.token = Embedding(vocab, dim)
        self.pos = Embedding(maxlen, dim)
    def call(self, x):
        maxlen = ops.shape(x)[-1]
        positions = ops.arange(0, maxlen, 1)
        return self.token(x) + self.pos(positions)
class TransformerBlock(layers.Layer):
    def __init__(self, dim, heads, ff, rate=0.1):
        super().__init__()
        self.att = layers.MultiHeadAttention(num_heads=heads, key_dim=dim)
        self.ffn = keras.Sequential([Dense(ff, activation="relu"), Dense(dim)])
        self.n1 = layers.LayerNormalization(epsilon=1e-6)
        self.n2 = layers.LayerNormalization(epsilon=1e-6)
        self.d1 = Dropout(rate)
        self.d2 = Dropout(rate)
    def call(self, inputs, training=False):
        a = self.att(inputs, inputs)
        a = self.d1(a, training=training)
        out1 = self.n1(inputs + a)
        return self.n2(out1 + self.d2(self.ffn(out1), training=training))
inputs = Input((20,))
x = TokenAndPosition(20, 100, 8)(inputs)
x = TransformerBlock(8, 2, 16)(x)
x = layers.GlobalAveragePooling1D()(x)
model = Model(inputs, Dense(2, activation="softmax")(x))
""",
    "layer with own tf.Variable": """
class Scale(layers.Layer):
    def __init__(self, size):
        super().__init__()
        self.scale = tf.Variable(tf.ones((size,)), trainable=True)
    def call(self, x):
        return x * 2.0
model = Sequential([Input((6,)), Dense(5)])
""",
    "what compute_output_shape says": """
class Pool(layers.Layer):
    def call(self, x):
        return mystery(x)
    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[-1])
model = Sequential([Input((5, 3)), Pool(), Dense(4)])
""",
    "compute_output_shape with weights": """
class Linear(layers.Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units
    def build(self, input_shape):
        self.kernel = self.add_weight(name="kernel", shape=(input_shape[1], self.units),
                                      initializer="uniform")
        super().build(input_shape)
    def call(self, x):
        return keras.ops.dot(x, self.kernel)
    def compute_output_shape(self, input_shape):
        return (input_shape[0], self.units)
model = Sequential([Input((5,)), Linear(3), Dense(4)])
""",
    "compute_output_shape list": """
class Crop(layers.Layer):
    def call(self, x):
        return x[:, 1:-1]
    def compute_output_shape(self, input_shape):
        shape = list(input_shape)
        shape[1] -= 2
        return tuple(shape)
model = Sequential([Input((5, 3)), Crop(), Dense(4)])
""",
    "compute_output_shape two inputs": """
class Join(layers.Layer):
    def call(self, inputs):
        a, b = inputs
        return ops.concatenate([a, b], axis=-1)
    def compute_output_shape(self, input_shape):
        a, b = input_shape
        return (a[0], a[1] + b[1])
x, y = Input((5,)), Input((3,))
model = Model([x, y], Dense(4)(Join()([x, y])))
""",
    "nested result": """
class Two(layers.Layer):
    def __init__(self):
        super().__init__()
        self.rnn = LSTM(4, return_state=True)
    def call(self, x):
        y, h, c = self.rnn(x)
        return y, [h, c]
inputs = Input((5, 3))
y, states = Two()(inputs)
h, c = states
model = Model(inputs, Dense(2)(layers.concatenate([y, h, c])))
""",
    "encoder decoder classes": """
class Encoder(Model):
    def __init__(self, vocab, dim, units):
        super().__init__()
        self.embedding = Embedding(vocab, dim)
        self.gru = layers.GRU(units, return_sequences=True, return_state=True)
    def call(self, x, hidden=None):
        x = self.embedding(x)
        output, state = self.gru(x, initial_state=hidden)
        return output, state
class Decoder(Model):
    def __init__(self, vocab, dim, units):
        super().__init__()
        self.embedding = Embedding(vocab, dim)
        self.gru = layers.GRU(units, return_sequences=True, return_state=True)
        self.fc = Dense(vocab)
    def call(self, x, hidden):
        x = self.embedding(x)
        output, state = self.gru(x, initial_state=hidden)
        return self.fc(output), state
a, b = Input((6,)), Input((7,))
_, state = Encoder(20, 4, 8)(a)
out, _ = Decoder(30, 4, 8)(b, state)
model = Model([a, b], out)
""",
    "outputs of a subclass that are a dictionary": """
class Encoder(Model):
    def __init__(self, width, **kwargs):
        ids = Input((None,), dtype="int32", name="ids")
        hidden = Embedding(10, width)(ids)
        super().__init__(inputs={"ids": ids}, outputs={"hidden": hidden}, **kwargs)
ids = Input((4,), dtype="int32", name="ids")
model = Model(ids, Dense(3)(Encoder(8)({"ids": ids})["hidden"][:, 0]))
""",
    "super of a class that is named": """
class Parent(Model):
    def __init__(self, units, ready=True):
        super(Parent, self).__init__()
        self.units = units
        if ready:
            super(Parent, self).__init__(*self.ends())
    def ends(self):
        inputs = Input((4,))
        return [inputs], [Dense(self.units)(inputs)]
    @classmethod
    def make(cls, units):
        return cls(units)
class Child(Parent):
    def __init__(self, units):
        super(Child, self).__init__(units, ready=False)
        super(Parent, self).__init__(*self.ends())
    @classmethod
    def make(cls, units):
        return super().make(units + 1)
model = Child.make(5)
""",
    "the order of several bases": """
class Base(layers.Layer):
    def build(self, shape):
        self.dense = Dense(self.width())
        self.dense.build(shape)
    def call(self, x):
        return self.dense(x)
    def width(self):
        return 1
class Left(Base):
    pass
class Right(Base):
    def width(self):
        return 9
class Both(Left, Right):
    pass
model = Sequential([Input((3,)), Both()])
""",
    "weights alone as what a layer gives": """
class Places(layers.Layer):
    def build(self, shape):
        self.table = self.add_weight(shape=(1, *shape[1:]), name="table")
    def call(self, x):
        return self.table
start = Input((5, 3))
inner = Model(start, layers.Add()([start, Places()(start)]))
batch = Input(batch_shape=(2, 5, 3))
model = Model(batch, inner(batch))
""",
    "resnet block of a subclass": """
class ResidualUnit(keras.layers.Layer):
    def __init__(self, filters, strides=1, activation="relu", **kwargs):
        super().__init__(**kwargs)
        self.activation = keras.activations.get(activation)
        self.main_layers = [
            Conv2D(filters, 3, strides=strides, padding="same", use_bias=False),
            layers.BatchNormalization(),
            self.activation,
            Conv2D(filters, 3, strides=1, padding="same", use_bias=False),
            layers.BatchNormalization()]
        self.skip_layers = []
        if strides > 1:
            self.skip_layers = [Conv2D(filters, 1, strides=strides, use_bias=False),
                                layers.BatchNormalization()]
    def call(self, inputs):
        Z = inputs
        for layer in self.main_layers:
            Z = layer(Z)
        skip_Z = inputs
        for layer in self.skip_layers:
            skip_Z = layer(skip_Z)
        return self.activation(Z + skip_Z)
model = Sequential([Input((32, 32, 3)), Conv2D(16, 7, strides=2, padding="same")])
prev = 16
for filters in [16] * 2 + [32] * 2:
    strides = 1 if filters == prev else 2
    model.add(ResidualUnit(filters, strides=strides))
    prev = filters
model.add(layers.GlobalAvgPool2D())
model.add(Dense(10))
""",
}

WEIGHTS_UNKNOWN = {"rnn around a cell of the program", "rnn around a cell with norm"}


@pytest.mark.parametrize("case", PROGRAMS)
def test_as_keras(case: str) -> None:
    check(PROGRAMS[case], case not in WEIGHTS_UNKNOWN)
