"""Slips: another class, another name, kernels and layers of Keras 1.

Real Keras builds the result.
"""

from __future__ import annotations

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from tests.repair.slips import Slip, check_built, check_lines

SLIPS = {
    "weights of attention, repeated for half of the units": Slip(
        "1",
        ("a = Permute((2, 1))(RepeatVector(16)(a))",),
        ("a = Permute((2, 1))(RepeatVector(32)(a))",),
        """
from keras import Input, Model
from keras.layers import LSTM, Bidirectional, Dense, Flatten, GlobalAveragePooling1D
from keras.layers import Multiply, Permute, RepeatVector
inputs = Input((30, 4))
h = Bidirectional(LSTM(16, return_sequences=True))(inputs)
a = Flatten()(Dense(1, activation='tanh')(h))
a = Permute((2, 1))(RepeatVector(16)(a))
x = GlobalAveragePooling1D()(Multiply()([h, a]))
model = Model(inputs, Dense(1)(x))
""",
    ),
    "input_dim of a recurrent layer": Slip(
        "5",
        ("model.add(LSTM(output_dim=16, input_dim=10))",),
        ("model.add(LSTM(units=16, input_shape=(None, 10)))",),
        """
from keras.layers import LSTM, Dense
from keras.models import Sequential
model = Sequential()
model.add(LSTM(output_dim=16, input_dim=10))
model.add(Dense(5))
""",
    ),
    "the first layer, with the input shape, is in the wrong place": Slip(
        "10",
        ("model.add(Flatten(input_shape=(rows, rows, 1)))", "model.add(Conv2D(8, 3))"),
        ("model.add(Conv2D(8, 3, input_shape=(rows, rows, 1)))", "model.add(Flatten())"),
        """
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D
from keras.models import Sequential
rows = 28
model = Sequential()
model.add(Flatten(input_shape=(rows, rows, 1)))
model.add(Conv2D(8, 3))
model.add(MaxPooling2D())
model.add(Dense(10))
""",
    ),
    "the first layer, with the input shape, is one too many": Slip(
        None,
        ("Flatten(input_shape=(28, 28, 1)),", "Conv2D(8, 3),"),
        ("Conv2D(8, 3, input_shape=(28, 28, 1)),",),
        """
from keras.layers import Conv2D, Dense, Flatten, MaxPooling2D
from keras.models import Sequential
model = Sequential([
    Flatten(input_shape=(28, 28, 1)),
    Conv2D(8, 3),
    MaxPooling2D(),
    Flatten(),
    Dense(10),
])
""",
    ),
    "one transposed convolution without padding": Slip(
        "32,32,3",
        ("x = Conv2DTranspose(4, 3, strides=2)(x)",),
        ("x = Conv2DTranspose(4, 3, strides=2, padding='same')(x)",),
        """
from keras import Input, Model
from keras.layers import Conv2D, Conv2DTranspose
inputs = Input((32, 32, 3))
x = Conv2D(4, 3, strides=2, padding='same')(inputs)
x = Conv2D(8, 3, strides=2, padding='same')(x)
x = Conv2DTranspose(8, 3, strides=2, padding='same')(x)
x = Conv2DTranspose(4, 3, strides=2)(x)
model = Model(inputs, Conv2D(3, 3, padding='same')(x))
""",
    ),
    "a base of another size than the pictures": Slip(
        "5",
        ("MobileNet(include_top=False, weights=None, input_shape=(128, 128, 3)),",),
        ("MobileNet(include_top=False, weights=None, input_shape=(96, 96, 3)),",),
        """
from keras import Input, Sequential
from keras.applications import MobileNet
from keras.layers import Dense, GlobalAveragePooling2D, Rescaling
model = Sequential([
    Input((96, 96, 3)),
    Rescaling(1 / 255),
    MobileNet(include_top=False, weights=None, input_shape=(128, 128, 3)),
    GlobalAveragePooling2D(),
    Dense(5),
])
""",
    ),
    "the width of a block where steps attend to each other": Slip(
        "2",
        ("f = Dense(48)(Dense(128, activation='relu')(x))",),
        ("f = Dense(32)(Dense(128, activation='relu')(x))",),
        """
from keras import Input, Model
from keras.layers import Dense, GlobalAveragePooling1D, LayerNormalization, MultiHeadAttention
inputs = Input((20, 32))
x = LayerNormalization()(inputs + MultiHeadAttention(2, 16)(inputs, inputs))
f = Dense(48)(Dense(128, activation='relu')(x))
x = LayerNormalization()(x + f)
model = Model(inputs, Dense(2)(GlobalAveragePooling1D()(x)))
""",
    ),
    "a layer of the program is no pretrained base": Slip(
        "10",
        (),
        ("x = Flatten()(x)",),
        """
from keras import Input, Model, ops
from keras.layers import Dense, Flatten, Layer
class Linear(Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], 16))
    def call(self, x):
        return ops.matmul(x, self.w)
inputs = Input((28, 28))
x = Linear()(inputs)
out = Dense(10)(x)
model = Model(inputs, out)
""",
    ),
    "the dims of a Reshape one by one": Slip(
        "28,28,1",
        ("model.add(layers.Reshape(SIDE, SIDE, 64))",),
        ("model.add(layers.Reshape((SIDE, SIDE, 64)))",),
        """
import keras
from keras import layers
SIDE = 7
model = keras.Sequential()
model.add(layers.Dense(SIDE * SIDE * 64, input_shape=(100,)))
model.add(layers.Reshape(SIDE, SIDE, 64))
model.add(layers.Conv2DTranspose(1, 4, strides=4, padding="same"))
""",
    ),
    "the dims of a Permute one by one": Slip(
        "10,64",
        ("x = layers.Permute(2, 1)(x)",),
        ("x = layers.Permute((2, 1))(x)",),
        """
import keras
from keras import layers
inputs = keras.Input((10,))
x = layers.RepeatVector(64)(inputs)
x = layers.Permute(2, 1)(x)
model = keras.Model(inputs, x)
""",
    ),
    "a shape in the place of units, and no sequences": Slip(
        "10,5",
        (
            "model.add(LSTM(3, input_shape=(10, 5)))",
            "model.add(LSTM((10, 5), return_sequences=True))",
        ),
        (
            "model.add(LSTM(3, input_shape=(10, 5), return_sequences=True))",
            "model.add(LSTM(5, return_sequences=True))",
        ),
        """
from keras.layers import LSTM
from keras.models import Sequential
model = Sequential()
model.add(LSTM(3, input_shape=(10, 5)))
model.add(LSTM((10, 5), return_sequences=True))
""",
    ),
    "an axis for the words of a vocabulary before an Embedding": Slip(
        "4",
        ("words = Input(shape=(LENGTH, 500))",),
        ("words = Input(shape=(LENGTH,))",),
        """
from keras.layers import LSTM, Dense, Dropout, Embedding, Input
from keras.models import Model
LENGTH = 20
words = Input(shape=(LENGTH, 500))
x = Dropout(0.5)(Embedding(500, 16)(words))
model = Model(words, Dense(4)(LSTM(8)(x)))
""",
    ),
    "a batch before the words of an Embedding": Slip(
        "4",
        ("words = Input(shape=(None, 20))",),
        ("words = Input(shape=(20,))",),
        """
from keras.layers import LSTM, Bidirectional, Dense, Embedding, Input
from keras.models import Model
words = Input(shape=(None, 20))
model = Model(words, Dense(4)(Bidirectional(LSTM(8))(Embedding(500, 16)(words))))
""",
    ),
    "samples before a Dense, no data in sight": Slip(
        "3",
        ("model.add(Dense(16, input_shape=(60000, 784)))",),
        ("model.add(Dense(16, input_shape=(784,)))",),
        """
from keras.layers import Dense
from keras.models import Sequential
model = Sequential()
model.add(Dense(16, input_shape=(60000, 784)))
model.add(Dense(3))
""",
    ),
    "the batch as a dim of its own": Slip(
        "3",
        ("inputs = Input((None, 784))",),
        ("inputs = Input((784,))",),
        """
from keras import Input, Model
from keras.layers import Dense
inputs = Input((None, 784))
model = Model(inputs, Dense(3)(Dense(16)(inputs)))
""",
    ),
    "a small picture before a Dense": Slip(
        "3",
        ("model.add(Dense(16, input_shape=(28, 28)))",),
        ("model.add(Flatten(input_shape=(28, 28)))", "model.add(Dense(16))"),
        """
from keras.layers import Dense, Flatten
from keras.models import Sequential
model = Sequential()
model.add(Dense(16, input_shape=(28, 28)))
model.add(Dense(3))
""",
    ),
    "the batch in the shape of a wrapper": Slip(
        "1",
        ("model.add(Bidirectional(LSTM(10), batch_input_shape=(None, 5, 13)))",),
        ("model.add(Input(batch_shape=(None, 5, 13)))", "model.add(Bidirectional(LSTM(10)))"),
        """
from keras.layers import LSTM, Bidirectional, Dense, Input
from keras.models import Sequential
model = Sequential()
model.add(Bidirectional(LSTM(10), batch_input_shape=(None, 5, 13)))
model.add(Dense(1))
""",
    ),
    "one number a step, in both directions": Slip(
        "1",
        ("model.add(Bidirectional(LSTM(10), input_shape=(49,)))",),
        ("model.add(Bidirectional(LSTM(10), input_shape=(49, 1)))",),
        """
from keras.layers import LSTM, Bidirectional, Dense
from keras.models import Sequential
model = Sequential()
model.add(Bidirectional(LSTM(10), input_shape=(49,)))
model.add(Dense(1))
""",
    ),
    "two Dense branches of two widths": Slip(
        "3",
        ("h2 = Dense(100, activation='relu')(b)",),
        ("h2 = Dense(50, activation='relu')(b)",),
        """
from keras import Input, Model
from keras.layers import Add, Dense
a, b = Input((20,)), Input((30,))
h1 = Dense(50, activation='relu')(a)
h2 = Dense(100, activation='relu')(b)
model = Model([a, b], Dense(3)(Add()([h1, h2])))
""",
    ),
    "kernel beside strides": Slip(
        None,
        ("model.add(Conv2D(8, 5, 5, strides=(2, 2)))",),
        ("model.add(Conv2D(8, (5, 5), strides=(2, 2)))",),
        """
from keras.layers import Conv2D, Input
from keras.models import Sequential
model = Sequential()
model.add(Input((32, 32, 3)))
model.add(Conv2D(8, 5, 5, strides=(2, 2)))
""",
    ),
    "kernel beside subsample": Slip(
        None,
        ("model.add(Convolution2D(8, 5, 3, subsample=(2, 2), input_shape=(32, 32, 3)))",),
        ("model.add(Convolution2D(8, (5, 3), strides=(2, 2), input_shape=(32, 32, 3)))",),
        """
from keras.layers import Convolution2D
from keras.models import Sequential
model = Sequential()
model.add(Convolution2D(8, 5, 3, subsample=(2, 2), input_shape=(32, 32, 3)))
""",
    ),
    "kernel of three sides": Slip(
        "2",
        (
            "model.add(Convolution3D(4, 3, 3, 2, border_mode='same', input_shape=(8, 16, 16, 1)))",
            "model.add(Convolution3D(4, 3, 3, 3))",
        ),
        (
            "model.add(Convolution3D(4, (3, 3, 2), padding='same', input_shape=(8, 16, 16, 1)))",
            "model.add(Convolution3D(4, (3, 3, 3)))",
        ),
        """
from keras.layers import Convolution3D, Dense, Flatten
from keras.models import Sequential
model = Sequential()
model.add(Convolution3D(4, 3, 3, 2, border_mode='same', input_shape=(8, 16, 16, 1)))
model.add(Convolution3D(4, 3, 3, 3))
model.add(Flatten())
model.add(Dense(2))
""",
    ),
    "kernels of a U-Net": Slip(
        None,
        (
            "a = Conv2D(8, 3, 3, padding='same')(inputs)",
            "b = Conv2D(16, 3, 3, padding='same')(MaxPooling2D()(a))",
        ),
        (
            "a = Conv2D(8, (3, 3), padding='same')(inputs)",
            "b = Conv2D(16, (3, 3), padding='same')(MaxPooling2D()(a))",
        ),
        """
from keras.layers import Conv2D, Input, MaxPooling2D, UpSampling2D, concatenate
from keras.models import Model
inputs = Input((64, 64, 1))
a = Conv2D(8, 3, 3, padding='same')(inputs)
b = Conv2D(16, 3, 3, padding='same')(MaxPooling2D()(a))
c = concatenate([UpSampling2D()(b), a])
model = Model(inputs, Conv2D(1, 1, 1)(c))
""",
    ),
    "a pooling of another number of dims": Slip(
        "10",
        ("layers.MaxPooling1D(",),
        ("layers.MaxPooling2D(",),
        """
from tensorflow import keras
from tensorflow.keras import layers
model = keras.Sequential([
    layers.Conv2D(8, 3, activation="relu", input_shape=(28, 28, 1)),
    layers.MaxPooling1D(
        2,  # halves
    ),
    layers.Flatten(),
    layers.Dense(10),
])
""",
    ),
    "a convolution before steps": Slip(
        None,
        ("model.add(Conv2D(8, 3, input_shape=(20, 5)))",),
        ("model.add(Conv1D(8, 3, input_shape=(20, 5)))",),
        """
from keras.models import Sequential
from keras.layers import Conv1D, Conv2D, Dense, GRU
model = Sequential()
model.add(Conv2D(8, 3, input_shape=(20, 5)))
model.add(GRU(8))
model.add(Dense(1))
""",
    ),
    "a convolution of another number of dims": Slip(
        "10",
        (
            "from keras.layers import Conv1D, Dense, Flatten",
            "model.add(Conv1D(8, (3, 3), input_shape=(28, 28, 1)))",
        ),
        (
            "from keras.layers import Conv2D, Dense, Flatten",
            "model.add(Conv2D(8, (3, 3), input_shape=(28, 28, 1)))",
        ),
        """
from keras.models import Sequential
from keras.layers import Conv1D, Dense, Flatten
model = Sequential()
model.add(Conv1D(8, (3, 3), input_shape=(28, 28, 1)))
model.add(Flatten())
model.add(Dense(10))
""",
    ),
    "an input of loose numbers": Slip(
        "10",
        ("inputs = Input(28, 28, 1)",),
        ("inputs = Input((28, 28, 1))",),
        """
from tensorflow.keras import Input, Model, layers
inputs = Input(28, 28, 1)
x = layers.Flatten()(layers.Conv2D(4, 3)(inputs))
model = Model(inputs, layers.Dense(10)(x))
""",
    ),
    "a tuple as input_dim": Slip(
        None,
        ("model.add(Dense(12, input_dim=(8,), activation='relu'))",),
        ("model.add(Dense(12, input_dim=8, activation='relu'))",),
        """
from keras.models import Sequential
from keras.layers import Dense
model = Sequential()
model.add(Dense(12, input_dim=(8,), activation='relu'))
""",
    ),
    "dims in a tuple of their own": Slip(
        None,
        ("model.add(Dense(12, input_shape=((4, 8), 1)))",),
        ("model.add(Dense(12, input_shape=(4, 8, 1)))",),
        """
from keras.models import Sequential
from keras.layers import Dense
model = Sequential()
model.add(Dense(12, input_shape=((4, 8), 1)))
""",
    ),
    "the batch in the input shape": Slip(
        "10",
        ("model.add(Flatten(input_shape=(None, 28, 28)))",),
        ("model.add(Flatten(input_shape=(28, 28)))",),
        """
from keras.models import Sequential
from keras.layers import Dense, Flatten
model = Sequential()
model.add(Flatten(input_shape=(None, 28, 28)))
model.add(Dense(10))
""",
    ),
    "the steps behind the features": Slip(
        "1",
        ("model.add(GRU(8, input_shape=(5, None)))",),
        ("model.add(GRU(8, input_shape=(None, 5)))",),
        """
from keras.models import Sequential
from keras.layers import Dense, GRU
model = Sequential()
model.add(GRU(8, input_shape=(5, None)))
model.add(Dense(1))
""",
    ),
    "steps of a film": Slip(
        "1",
        (),
        ("TimeDistributed(Flatten()),",),
        """
from keras.models import Sequential
from keras.layers import Conv1D, Dense, Flatten, Input, LSTM, TimeDistributed
model = Sequential([
    Input((None, 4, 1)),
    TimeDistributed(Conv1D(8, 2)),
    LSTM(16),
    Dense(1),
])
""",
    ),
    "a model behind another": Slip(
        None,
        ("code = layers.Dense(16)(image)",),
        ("code = layers.Dense(32)(image)",),
        """
import keras
from keras import layers
image = keras.Input((784,))
code = layers.Dense(16)(image)
encoder = keras.Model(image, code)
latent = keras.Input((32,))
decoder = keras.Model(latent, layers.Dense(784)(latent))
model = keras.Model(image, decoder(encoder(image)))
""",
    ),
    "layers of the graphics card": Slip(
        "1",
        (
            "from tensorflow.keras.layers import CuDNNLSTM, Dense, LSTM",
            "model.add(CuDNNLSTM(16, input_shape=(20, 3), return_sequences=True))",
            "model.add(CuDNNLSTM(8, return_sequences=True))",
        ),
        (
            "from tensorflow.keras.layers import Dense, LSTM",
            "model.add(LSTM(16, input_shape=(20, 3), return_sequences=True))",
            "model.add(LSTM(8, return_sequences=False))",
        ),
        """
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import CuDNNLSTM, Dense, LSTM
model = Sequential()
model.add(CuDNNLSTM(16, input_shape=(20, 3), return_sequences=True))
model.add(CuDNNLSTM(8, return_sequences=True))
model.add(Dense(1))
""",
    ),
    "the steps and the features of Keras 1": Slip(
        None,
        ("model.add(LSTM(10, input_length=steps, input_dim=2, activation='relu'))",),
        ("model.add(LSTM(10, input_shape=(steps, 2), activation='relu'))",),
        """
from keras.layers import Dense, LSTM
from keras.models import Sequential
steps = 5
model = Sequential()
model.add(LSTM(10, input_length=steps, input_dim=2, activation='relu'))
model.add(Dense(1))
""",
    ),
    "a default that Keras 3 has not": Slip(
        None,
        ("model.add(AveragePooling2D())", "model.add(AveragePooling2D(strides=1))"),
        (
            "model.add(AveragePooling2D(pool_size=(2, 2)))",
            "model.add(AveragePooling2D(strides=1, pool_size=(2, 2)))",
        ),
        """
from keras.layers import AveragePooling2D, Conv2D, Flatten
from keras.models import Sequential
model = Sequential()
model.add(Conv2D(4, 3, input_shape=(20, 20, 1)))
model.add(AveragePooling2D())
model.add(AveragePooling2D(3))
model.add(AveragePooling2D(strides=1))
model.add(Flatten())
""",
    ),
    "the regularizer of a depthwise kernel": Slip(
        None,
        ("model.add(DepthwiseConv2D(3, kernel_regularizer='l2', kernel_initializer='he_normal'))",),
        (
            "model.add(DepthwiseConv2D(3, depthwise_regularizer='l2', "
            "depthwise_initializer='he_normal'))",
        ),
        """
from keras.layers import DepthwiseConv2D, Flatten, Input
from keras.models import Sequential
model = Sequential()
model.add(Input((20, 20, 3)))
model.add(DepthwiseConv2D(3, kernel_regularizer='l2', kernel_initializer='he_normal'))
model.add(Flatten())
""",
    ),
    "slashes in names, wherever they are written": Slip(
        None,
        (
            "x = Conv2D(n, 3, name='{}/conv'.format(name))(x)",
            "x = Conv2D(n, 3, name=f'{name}/{n}x')(x)",
            'return Conv2D(n, 1, name=name + "/last")(x)',
            "inputs = Input((8, 8, 3), name='image/in')",
        ),
        (
            "x = Conv2D(n, 3, name='{}_conv'.format(name))(x)",
            "x = Conv2D(n, 3, name=f'{name}_{n}x')(x)",
            'return Conv2D(n, 1, name=name + "_last")(x)',
            "inputs = Input((8, 8, 3), name='image_in')",
        ),
        """
from keras import Input, Model
from keras.layers import Conv2D
def block(x, n, name):
    x = Conv2D(n, 3, name='{}/conv'.format(name))(x)
    x = Conv2D(n, 3, name=f'{name}/{n}x')(x)
    return Conv2D(n, 1, name=name + "/last")(x)
inputs = Input((8, 8, 3), name='image/in')
model = Model(inputs, block(inputs, 4, 'first'), name='net')
""",
    ),
    "a layer with a successor": Slip(
        None,
        (
            "from keras.layers import LSTM, TimeDistributedDense",
            "model.add(TimeDistributedDense(output_dim=5))",
        ),
        ("from keras.layers import LSTM, Dense", "model.add(Dense(units=5))"),
        """
from keras.models import Sequential
from keras.layers import LSTM, TimeDistributedDense
model = Sequential()
model.add(LSTM(16, input_shape=(20, 3), return_sequences=True))
model.add(TimeDistributedDense(output_dim=5))
""",
    ),
}

UNTOLD = """
import numpy as np
import pandas as pd
from keras.layers import Conv2D, Dense, Flatten
from keras.models import Sequential
y = pd.read_csv("labels.csv")
model = Sequential()
model.add(Conv2D(8, 3, input_shape=(28, 28, 1)))
model.add(Flatten())
model.add(Conv2D(8, 3))
model.add(Dense(len(np.unique(y))))
"""


@pytest.mark.parametrize("name", SLIPS)
def test_slip(name: str) -> None:
    check_lines(SLIPS[name])


@pytest.mark.parametrize("name", SLIPS)
def test_keras_builds_it(name: str) -> None:
    check_built(SLIPS[name])


def test_a_refusal_is_repaired_where_the_output_is_not_known() -> None:
    project = Project({"p.py": UNTOLD.encode()})
    result = run_file(project, "p.py", Settings(target="10"))
    assert "+model.add(Conv2D(8, 3))" in result.diff
    assert any("cannot infer" in remark for remark in result.models[0].remarks)
    again = run_file(Project({"p.py": result.files["p.py"]}), "p.py", Settings(target="10"))
    assert not again.changed


VECTORS = """
import keras
from keras import layers
user, film = keras.Input((1,)), keras.Input((1,))
u = layers.Flatten()(layers.Embedding(600, 5)(user))
f = layers.Flatten()(layers.Embedding(900, 3)(film))
model = keras.Model([user, film], layers.Dot(axes=1)([u, f]))
"""


def test_vectors_of_two_lengths() -> None:
    result = run_file(Project({"p.py": VECTORS.encode()}), "p.py", Settings())
    assert not result.changed  # either length may be meant
    words = [edit.text for proven in result.models[0].repairs for edit in proven.edits]
    assert words == [
        "set output_dim=3 on Embedding (line 5)",
        "set output_dim=5 on Embedding (line 6)",
    ]


RATED = """
import numpy as np
import keras
from keras import layers
user, film = keras.Input((1,)), keras.Input((1,))
u = layers.Embedding(600, 5)(user)
f = layers.Embedding(900, 5)(film)
score = layers.Dense(1, activation="sigmoid")(layers.Dot(axes=1)([u, f]))
model = keras.Model([user, film], score)
model.compile("adam", "binary_crossentropy")
ids = np.zeros((30, 1), "int64")
model.fit([ids, ids], np.zeros((30,), "int64"))
"""


def test_sequences_of_one_step_behind_a_dot_and_a_dense() -> None:
    result = run_file(Project({"p.py": RATED.encode()}), "p.py", Settings())
    assert not result.changed  # the average of the product is another way, and hardly meant
    words = [edit.text for edit in result.models[0].repairs[0].edits]
    assert len(words) == 2
    assert all(word.startswith("insert layers.Flatten()") for word in words)
