"""What the builders of model libraries call: kfix gives what Keras gives."""

from __future__ import annotations

import itertools
import warnings

import pytest

from kfix.model.attribute_names import ATTRIBUTES
from kfix.model.unknown import Unknown
from kfix.source.interpreter.conversion import to_shape
from tests.shapes.judge import keras
from tests.source.as_keras import check
from tests.source.library.evaluating import value_of

SHAPES = (None, (224, 224, 3), (64, 48, 1), (20, 224, 3), (None, None, 3), (3, 224, 224), (5, 5))


@pytest.mark.parametrize("shape", SHAPES)
def test_obtain_input_shape(shape: tuple[int | None, ...] | None) -> None:
    from keras.src.applications import imagenet_utils

    flags = itertools.product(
        (True, False), (None, "imagenet"), ("channels_last", "channels_first")
    )
    for flatten, weights, order in flags:
        given = f"{shape}, 224, 32, '{order}', require_flatten={flatten}, weights={weights!r}"
        path = "keras.src.applications.imagenet_utils.obtain_input_shape"
        found = value_of(f"{path}({given})")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                truth = imagenet_utils.obtain_input_shape(
                    shape, 224, 32, order, require_flatten=flatten, weights=weights
                )
            except ValueError:
                assert isinstance(found, Unknown), given
                continue
        assert to_shape(found) == truth, given


PROGRAMS = {
    "the padding before strides": """
from keras.src.applications import imagenet_utils
inputs = Input((32, 31, 3))
x = layers.ZeroPadding2D(imagenet_utils.correct_pad(inputs, 3))(inputs)
model = Model(inputs, layers.ZeroPadding2D(imagenet_utils.correct_pad(x, (5, 3)))(x))
""",
    "rates that grow with the depth": """
rates = [*np.linspace(0, 0.1, 2), *ops.linspace(0.0, 0.1, 2), tf.linspace(0.0, 0.1, 3).numpy()[1],
         *[rate.item() for rate in ops.convert_to_numpy(ops.linspace(0.0, 0.1, 2))]]
inputs = x = Input((8,))
for rate in rates:
    if rate > 0:
        x = layers.Concatenate()([x, inputs])
model = Model(inputs, x)
""",
    "all that a function was given": """
def align(shape):
    axis, channels = min(enumerate(shape), key=lambda pair: pair[1])
    return [*[dim for place, dim in enumerate(shape) if place != axis], channels]
def net(widths=(8, 16), shape=(3, 32, 32), classes=10, rate=0.1, kwargs=None):
    inputs = x = Input(align(shape))
    for width in widths:
        x = Conv2D(width, 3)(x)
    return Model(inputs, Dense(classes)(Flatten()(x)))
def small(shape=(3, 16, 16), classes=7, **kwargs):
    widths = [4, kwargs.pop("width", 5)]
    return net(**locals(), **kwargs)
model = small(rate=0.2)
""",
    "the tensor of an InputLayer": """
def entry(shape, name):
    return layers.InputLayer(shape=shape, name=name).output
one, two = entry((4,), "one"), entry((3,), "two")
model = Model([one, two], layers.Concatenate()([Dense(8)(one), two]))
""",
    "an input of any kind": """
from collections import OrderedDict
class Net(Model):
    def __init__(self):
        super().__init__()
        self.dense = Dense(4)
    def call(self, inputs):
        if isinstance(inputs, OrderedDict):
            inputs = list(inputs.values())
        elif isinstance(inputs, dict):
            inputs = [inputs[key] for key in sorted(inputs)]
        if isinstance(inputs, (list, tuple)):
            inputs = ops.concatenate(inputs)
        return self.dense(inputs)
inputs = Input((3,))
model = Model(inputs, Net()(inputs))
""",
    "layers that threads make": """
from concurrent.futures import ThreadPoolExecutor, as_completed
import threading
made = {}
def put(name, units=1):
    made[name] = Dense(units, name=name)
    return units
with ThreadPoolExecutor(max_workers=2) as executor:
    futures = [executor.submit(put, name, units=5) for name in ("a", "b")]
    count = sum([future.result() for future in as_completed(futures)])
    sizes = list(executor.map(put, ["c", "d"], [6, 7]))
thread = threading.Thread(target=put, args=("e",), kwargs={"units": 9})
thread.start()
thread.join()
model = Sequential([Input((3,)), *[made[name] for name in sorted(made)], Dense(count + sizes[1])])
""",
    "a size made a pair": """
from keras.src.utils.argument_validation import standardize_tuple
inputs = Input((9, 9, 3))
rows, columns = standardize_tuple(3, 2, "kernel_size")
model = Model(inputs, Conv2D(4, (rows, columns))(inputs))
""",
    "the rank that a layer notes": """
class Mix(layers.Layer):
    def build(self, shape):
        self.input_spec = keras.layers.InputSpec(ndim=len(shape))
        self.dense = Dense(4 if self.input_spec.ndim == 3 else 6)
        self.dense.build(shape)
    def call(self, x):
        x = self.dense(x)
        return ops.transpose(x, (0, 2, 1)) if self.input_spec.ndim == 3 else x
inputs = Input((5, 3))
model = Model(inputs, Mix()(inputs))
""",
    "attributes that a model does not have": """
class Net(Model):
    def __init__(self, units, **kwargs):
        if hasattr(self, "widths"):
            units = self.widths
        inputs = Input((4,))
        outputs = Dense(units)(inputs)
        super().__init__(inputs=inputs, outputs=outputs, **kwargs)
model = Net(3)
""",
    "rates in equal steps": """
inputs = x = Input((4,))
rates = np.linspace(0.0, 0.2, 3)
for i, rate in enumerate(rates.tolist()):
    if rate:
        x = Dense(int(rate * 100))(x)
    if rates[i] > 0.15:
        x = Dropout(rates[i])(x)
model = Model(inputs, Dense(2)(x))
""",
    "a declared shape that says more than the call": """
class Patches(layers.Layer):
    def __init__(self):
        super().__init__()
        self.project = Conv2D(8, 4, strides=4)
    def call(self, x):
        x = self.project(x)
        return ops.reshape(x, (ops.shape(x)[0], -1, ops.shape(x)[-1]))
    def compute_output_shape(self, shape):
        return (shape[0], (shape[1] // 4) * (shape[2] // 4), 8)
inputs = Input((16, 16, 3))
model = Model(inputs, Flatten()(Patches()(inputs)))
""",
    "a layer that another builds": """
class Position(layers.Layer):
    def build(self, shape):
        self.table = self.add_weight(shape=shape[-2:])
    def call(self, x):
        return x + self.table
class Embedded(layers.Layer):
    def __init__(self):
        super().__init__()
        self.words, self.places = Embedding(20, 6), Position()
    def build(self, shape):
        self.words.build(shape)
        self.places.build((*shape, 6))
    def call(self, x):
        return self.places(self.words(x))
inputs = Input((7,))
model = Model(inputs, Dense(2)(Embedded()(inputs)))
""",
    "a Fourier transform of a pair": """
class Mixed(layers.Layer):
    def call(self, x):
        real, _ = ops.fft2((x, ops.zeros_like(x)))
        return real
inputs = Input((7, 4))
model = Model(inputs, Dense(3)(Mixed()(inputs)))
""",
    "two ways through the same layers": """
class Attend(layers.Layer):
    def __init__(self):
        super().__init__()
        self.dense = Dense(4)
    def call(self, x):
        x = self.dense(x)
        if keras.src.backend.config.is_flash_attention_enabled():
            return ops.softmax(x)
        return ops.exp(x) / ops.sum(ops.exp(x), axis=-1, keepdims=True)
inputs = Input((7, 3))
model = Model(inputs, Attend()(inputs))
""",
}


@pytest.mark.parametrize("case", PROGRAMS)
def test_as_keras(case: str) -> None:
    check(PROGRAMS[case])


def test_the_backend_is_the_one_that_the_program_sets() -> None:
    found = value_of("keras.backend.backend()", "import os\nos.environ['KERAS_BACKEND'] = 'jax'")
    assert getattr(found, "value", None) == "jax"
    assert getattr(value_of("keras.config.backend()"), "value", None) == "tensorflow"


def test_the_attributes_of_models_are_those_of_keras() -> None:
    real = keras()
    inputs = real.Input((3,))
    model = real.Model(inputs, real.layers.Dense(2)(inputs))
    model.compile("adam", "mse")
    layer = real.layers.Layer()
    names = {*dir(model), *dir(layer), *dir(real.Sequential())}
    public = {name for name in names if not name.startswith("_")}
    assert public <= ATTRIBUTES
