"""Python as people write it around their models: kfix gives these the shapes and weights that Keras
does.
"""

from __future__ import annotations

import pytest

from tests.source.as_keras import check

PROGRAMS = {
    "try": """
try:
    import nothing_of_the_kind
    units = 4
except ImportError:
    units = 8
try:
    n = int("12")
except ValueError:
    n = 1
finally:
    n += 1
model = Sequential([Input((6,)), Dense(n)])
""",
    "a condition of the machine": """
if len(tf.config.list_physical_devices("GPU")) > 0:
    Cell = layers.GRU
else:
    Cell = layers.LSTM
model = Sequential([Input((5, 3)), Cell(4), Dense(2)])
""",
    "a layer that is no more": """
if len(tf.config.list_physical_devices("GPU")) > 0:
    from keras.layers import CuDNNLSTM as Cell
else:
    from keras.layers import LSTM as Cell
x, h, c = Cell(4, return_state=True)(inputs := Input((5, 3)))
model = Model(inputs, [x, h, c])
""",
    "try import": """
try:
    from keras.layers import Dense as D
except ImportError:
    from somewhere import D
try:
    from keras.layers.merge import concatenate
except:
    from keras.layers import concatenate
a, b = Input((4,)), Input((5,))
model = Model([a, b], D(3)(concatenate([a, b])))
""",
    "euclidean": """
def distance(vectors):
    (a, b) = vectors
    s = ops.sum(ops.square(a - b), axis=1, keepdims=True)
    return ops.sqrt(ops.maximum(s, keras.config.epsilon()))
a, b = Input((4,)), Input((4,))
model = Model([a, b], layers.Lambda(distance)([a, b]))
""",
    "settings that are taken out": """
def convolution(x, filters, strides=(1, 1), **more):
    if "bias" in more:
        bias = more["bias"]
        del more["bias"]
    else:
        bias = True
    return layers.Conv2D(filters, 3, strides=strides, use_bias=bias, **more)(x)
def block(x, **settings):
    filters, strides = settings["filters"], settings["strides"]
    del settings["filters"], settings["strides"]
    x = convolution(x, filters, strides=strides, bias=False, **settings)
    return convolution(x, 2 * filters, strides=(1, 1), **settings)
x = inputs = Input((32, 32, 3))
for strides in (1, 2):
    x = block(x, filters=8, strides=strides, padding="same")
model = Model(inputs, x)
""",
    "dict config and unpack": """
params = dict(filters=8, kernel_size=3, padding="same")
def stack(x, n, **kw):
    for _ in range(n):
        x = Conv2D(**{**kw, "activation": "relu"})(x)
    return x
inputs = Input((8, 8, 1))
x = stack(inputs, 2, **params)
*rest, last = [4, 5, 6]
model = Model(inputs, Dense(last + len(rest))(Flatten()(x)))
""",
    "while and break": """
model = Sequential([Input((64, 64, 3))])
size, filters = 64, 4
while True:
    model.add(Conv2D(filters, 3, strides=2, padding="same"))
    size //= 2
    filters *= 2
    if size <= 8:
        break
model.add(Flatten())
""",
    "nested functions and closures": """
def make(filters):
    def apply(x):
        nonlocal filters
        x = Conv2D(filters, 3, padding="same")(x)
        filters *= 2
        return x
    return apply
inputs = Input((8, 8, 1))
step = make(4)
model = Model(inputs, step(step(inputs)))
""",
    "a global counter": """
count = 0
def dense(x):
    global count
    count += 1
    return Dense(4 * count)(x)
inputs = Input((8,))
model = Model(inputs, dense(dense(inputs)))
""",
    "functions put together": """
from functools import reduce
def compose(*functions):
    return reduce(lambda f, g: lambda *args, **kwargs: g(f(*args, **kwargs)), functions)
def block(units):
    return compose(Dense(units), layers.BatchNormalization(), layers.LeakyReLU())
inputs = Input((6,))
model = Model(inputs, compose(*[block(4 + n) for n in range(11)])(inputs))
""",
    "the type of a value": """
inner = Model(first := Input((4,)), Dense(3)(first))
pair = Model([left := Input((4,)), right := Input((5,))],
             Dense(3)(layers.Concatenate()([left, right])))
def with_label(inner):
    label = Input((3,))
    given = [inner.input] if type(inner.input) is not list else inner.input
    assert type(inner.input) in (list, keras.KerasTensor)
    units = 2 if type(len(given)) == int else 9
    return Model(given + [label], Dense(units * len(given))(layers.Add()([inner.output, label])))
one, model = with_label(inner), with_label(pair)
""",
    "tensors compared": """
def sign(x):
    return tf.where(x >= 0, tf.ones_like(x), -tf.ones_like(x))
def above(x):
    return tf.cast((x[:, :1] < x) | (0.5 > x), "float32")
inputs = Input((20, 3))
model = Model(inputs, layers.Lambda(above)(layers.Lambda(sign)(inputs)))
""",
    "cut where the graph says": """
class Crop(layers.Layer):
    def call(self, x, other):
        new, old = tf.shape(x), tf.shape(other)
        height, width = (old[1] - new[1]) // 2, (old[2] - new[2]) // 2
        cropped = other[:, height:(new[1] + height), width:(new[2] + width), :]
        return tf.concat([cropped, x], axis=-1)
model = Model([a := Input((None, 16, 3)), b := Input((None, 20, 5))], Crop()(a, b))
""",
    "the version of TensorFlow": """
units = 3 if tf.__version__ >= "2.2" else 4
model = Sequential([Input((6,)), Dense(units), Dense(int(tf.__version__.split(".")[0]))])
""",
    "argparse": """
import argparse, os
parser = argparse.ArgumentParser()
parser.add_argument("-u", "--units", type=int, default=12)
parser.add_argument("--hidden-layers", nargs="+", type=int, default=[4, 3])
parser.add_argument("--deep", action="store_true")
args = parser.parse_args([])
config = vars(args)
model = Sequential([Input((6,)), Dense(args.units), *[Dense(n) for n in args.hidden_layers]])
if config["deep"]:
    model.add(Dense(100))
model.add(Dense(int(os.environ.get("CLASSES_OF_MINE", "7"))))
""",
}


@pytest.mark.parametrize("case", PROGRAMS)
def test_as_keras(case: str) -> None:
    check(PROGRAMS[case])
