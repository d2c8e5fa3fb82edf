"""Models of pictures: what people get wrong around inputs, skip connections, bases and films.

Real Keras builds it.
"""

from __future__ import annotations

import pytest

from tests.repair.slips import Slip, check_built, check_lines

SLIPS = {
    "a Flatten that a loop repeats": Slip(
        None,
        ("x = layers.Flatten()(x)",),
        ("x = layers.Flatten()(x)",),
        """
import keras
from keras import layers
inputs = keras.Input((32, 32, 3))
x = inputs
for filters in (8, 16, 32):
    x = layers.Conv2D(filters, 3)(x)
    x = layers.MaxPooling2D()(x)
    x = layers.Flatten()(x)
x = layers.Dense(16)(x)
model = keras.Model(inputs, layers.Dense(10)(x))
""",
    ),
    "a Flatten in a loop whose turns differ from model to model": Slip(
        None,
        ("model.add(Flatten())",),
        ("model.add(Flatten())",),
        """
from keras.layers import Conv2D, Dense, Flatten, Input, MaxPooling2D
from keras.models import Sequential
for depth in (1, 2):
    model = Sequential()
    model.add(Input((32, 32, 3)))
    for _ in range(depth):
        model.add(Conv2D(8, 3))
        model.add(MaxPooling2D())
        model.add(Flatten())
    model.add(Dense(4))
""",
    ),
    "one step of many features": Slip(
        None,
        ("model.add(Conv1D(8, 3, input_shape=(1, 20)))",),
        ("model.add(Conv1D(8, 3, input_shape=(20, 1)))",),
        """
from keras.layers import Conv1D, Dense, Flatten
from keras.models import Sequential
model = Sequential()
model.add(Conv1D(8, 3, input_shape=(1, 20)))
model.add(Flatten())
model.add(Dense(4))
""",
    ),
    "a head of 1×1 has no border": Slip(
        "32,32,4",
        ("Conv2D(8, 3, activation='relu'),", "Conv2D(8, 3),"),
        ("Conv2D(8, 3, activation='relu', padding='same'),", "Conv2D(8, 3, padding='same'),"),
        """
from keras.layers import Conv2D, Input, MaxPooling2D, UpSampling2D
from keras.models import Sequential
model = Sequential([
    Input((32, 32, 3)),
    Conv2D(8, 3, activation='relu'),
    MaxPooling2D(),
    Conv2D(8, 3),
    UpSampling2D(),
    Conv2D(4, 1),
])
""",
    ),
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
    "maps of a film before an LSTM": Slip(
        None,
        (),
        ("model.add(TimeDistributed(Flatten()))",),
        """
from keras import Sequential, layers
from keras.layers import LSTM, Conv2D, Dense, Flatten, Input, MaxPooling2D, TimeDistributed
model = Sequential()
model.add(Input((8, 32, 32, 3)))
model.add(TimeDistributed(Conv2D(8, 3)))
model.add(TimeDistributed(MaxPooling2D(4)))
model.add(LSTM(16))
model.add(Dense(4))
""",
    ),
    "maps of a base in a film": Slip(
        "4",
        (),
        ("x = layers.TimeDistributed(layers.GlobalAveragePooling2D())(x)",),
        """
import keras
from keras import layers
film = keras.Input((None, 64, 64, 3))
base = keras.applications.MobileNet(weights=None, include_top=False, input_shape=(64, 64, 3))
x = layers.TimeDistributed(base)(film)
x = layers.GRU(16)(x)
model = keras.Model(film, layers.Dense(4)(x))
""",
    ),
    "a base whose top is left on": Slip(
        None,
        ("base = keras.applications.VGG16(weights=None, input_shape=(64, 64, 3), classes=7)",),
        (
            "base = keras.applications.VGG16(weights=None, input_shape=(64, 64, 3), "
            "classes=7, include_top=False)",
        ),
        """
import keras
from keras import layers
base = keras.applications.VGG16(weights=None, input_shape=(64, 64, 3), classes=7)
x = layers.GlobalAveragePooling2D()(base.output)
model = keras.Model(base.input, layers.Dense(4)(x))
""",
    ),
    "a base that pools before convolutions": Slip(
        None,
        (
            'base = MobileNetV2(include_top=False, pooling="avg", weights=None, '
            "input_shape=(64, 64, 3))",
        ),
        (
            "base = MobileNetV2(include_top=False, pooling=None, weights=None, "
            "input_shape=(64, 64, 3))",
        ),
        """
from keras import Sequential, layers
from keras.applications import MobileNetV2
base = MobileNetV2(include_top=False, pooling="avg", weights=None, input_shape=(64, 64, 3))
model = Sequential([base, layers.Conv2D(8, 1), layers.Flatten(), layers.Dense(2)])
""",
    ),
    "a Reshape that leaves the channel axis out": Slip(
        None,
        ("model.add(Reshape((28, 28), input_shape=(784,)))",),
        ("model.add(Reshape((28, 28, 1), input_shape=(784,)))",),
        """
from keras.layers import Conv2D, Dense, Flatten, Reshape
from keras.models import Sequential
model = Sequential()
model.add(Reshape((28, 28), input_shape=(784,)))
model.add(Conv2D(8, 3))
model.add(Flatten())
model.add(Dense(10))
""",
    ),
    "a seed whose factors are written": Slip(
        None,
        (),
        ("model.add(Reshape((6, 6, 48)))",),
        """
from keras.layers import Conv2DTranspose, Dense, LeakyReLU, Reshape
from keras.models import Sequential
model = Sequential()
model.add(Dense(6 * 6 * 48, input_dim=100))
model.add(LeakyReLU(0.2))
model.add(Conv2DTranspose(8, 4, strides=2))
""",
    ),
    "an autoencoder of pictures with their channels first": Slip(
        "1,37,44",
        (
            "x = Conv2D(8, 3, padding='same')(picture)",
            "x = MaxPooling2D(2, padding='same')(x)",
            "x = Conv2D(8, 3)(x)",
            "x = UpSampling2D(2)(x)",
            "x = Conv2D(1, 3, padding='same')(x)",
        ),
        (
            "x = Conv2D(8, 3, padding='same', data_format='channels_first')(picture)",
            "x = MaxPooling2D(2, padding='same', data_format='channels_first')(x)",
            "x = Conv2D(8, 3, data_format='channels_first', padding='same')(x)",
            "x = UpSampling2D(2, data_format='channels_first')(x)",
            "x = Conv2D(1, 3, padding='same', data_format='channels_first')(x)",
            "x = Cropping2D(((0, 1), (0, 0)), data_format='channels_first')(x)",
        ),
        """
import numpy as np
from keras import Input, Model
from keras.layers import Conv2D, Cropping2D, MaxPooling2D, UpSampling2D
x_train = np.zeros((20, 1, 37, 44))
picture = Input((1, 37, 44))
x = Conv2D(8, 3, padding='same')(picture)
x = MaxPooling2D(2, padding='same')(x)
x = Conv2D(8, 3)(x)
x = UpSampling2D(2)(x)
x = Conv2D(1, 3, padding='same')(x)
model = Model(picture, x)
model.compile('adam', 'mse')
model.fit(x_train, x_train)
""",
    ),
    "pooling among layers that are told of channels first": Slip(
        "4",
        (),
        ("GlobalAveragePooling2D(data_format='channels_first'),",),
        """
from keras import Input, Sequential
from keras.layers import Conv2D, Dense, GlobalAveragePooling2D
model = Sequential([
    Input((3, 200, 200)),
    Conv2D(32, 3, data_format='channels_first'),
    Dense(512),
    Dense(4),
])
""",
    ),
    "channels that a Reshape lays out as steps": Slip(
        "40,1",
        ('Conv1DTranspose(12, 3, padding="same"),',),
        ('Conv1DTranspose(1, 3, padding="same"),',),
        """
from keras import Input, Sequential
from keras.layers import Conv1D, Conv1DTranspose, MaxPooling1D, Reshape, UpSampling1D
model = Sequential([
    Input((40, 1)),
    Conv1D(12, 3, padding="same"),
    MaxPooling1D(2),
    UpSampling1D(2),
    Conv1DTranspose(12, 3, padding="same"),
    Reshape((-1, 1)),
])
""",
    ),
    "a generator that lays the channels out first": Slip(
        "24,24,1",
        ("Reshape((nch, 12, 12)),",),
        ("Reshape((12, 12, nch)),",),
        """
from keras import Input, Sequential
from keras.layers import Conv2D, Dense, Dropout, Reshape, UpSampling2D
nch = 20
model = Sequential([
    Input((50,)),
    Dense(nch * 12 * 12),
    Reshape((nch, 12, 12)),
    Dropout(0.1),
    UpSampling2D(),
    Conv2D(8, 3, padding="same"),
    Conv2D(1, 1),
])
""",
    ),
    "a generator that begins too large": Slip(
        "24,24,3",
        ("Dense(8 * 8 * 32),", "Reshape((8, 8, 32)),"),
        ("Dense(6 * 6 * 32),", "Reshape((6, 6, 32)),"),
        """
from keras import Input, Sequential
from keras.layers import Conv2D, Dense, Reshape, UpSampling2D
model = Sequential([
    Input((64,)),
    Dense(8 * 8 * 32),
    Reshape((8, 8, 32)),
    UpSampling2D(),
    Conv2D(32, 3, padding="same"),
    UpSampling2D(),
    Conv2D(16, 3, padding="same"),
    Conv2D(3, 3, padding="same"),
])
""",
    ),
    "a deep U-Net of helper functions and an odd size": Slip(
        "45,45,1",
        (
            "c1 = block(inputs, 8)",
            "model = Model(inputs, layers.Conv2D(1, 1)(block(layers.concatenate([up(c4), "
            "c1]), 8)))",
        ),
        (
            "c1 = block(layers.ZeroPadding2D(((1, 2), (1, 2)))(inputs), 8)",
            "model = Model(inputs, "
            "layers.Cropping2D(((1, 2), (1, 2)))(layers.Conv2D(1, "
            "1)(block(layers.concatenate([up(c4), c1]), 8))))",
        ),
        """
from keras import Input, Model, layers
def block(x, filters):
    return layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
def down(x):
    return layers.MaxPooling2D()(x)
def up(x):
    return layers.UpSampling2D()(x)
inputs = Input((45, 45, 3))
c1 = block(inputs, 8)
c2 = block(down(c1), 16)
c3 = block(down(c2), 32)
c4 = block(layers.concatenate([up(c3), c2]), 16)
model = Model(inputs, layers.Conv2D(1, 1)(block(layers.concatenate([up(c4), c1]), 8)))
""",
    ),
    "a U-Net without padding": Slip(
        None,
        (
            "c1 = Conv2D(8, 3)(inputs)",
            "c2 = Conv2D(16, 3)(MaxPooling2D()(c1))",
            "c3 = Conv2D(32, 3)(MaxPooling2D()(c2))",
            "c4 = Conv2D(16, 3)(Concatenate()([UpSampling2D()(c3), c2]))",
            "c5 = Conv2D(8, 3)(Concatenate()([UpSampling2D()(c4), c1]))",
        ),
        (
            'c1 = Conv2D(8, 3, padding="same")(inputs)',
            'c2 = Conv2D(16, 3, padding="same")(MaxPooling2D()(c1))',
            'c3 = Conv2D(32, 3, padding="same")(MaxPooling2D()(c2))',
            'c4 = Conv2D(16, 3, padding="same")(Concatenate()([UpSampling2D()(c3), c2]))',
            'c5 = Conv2D(8, 3, padding="same")(Concatenate()([UpSampling2D()(c4), c1]))',
        ),
        """
from keras import Input, Model
from keras.layers import Concatenate, Conv2D, MaxPooling2D, UpSampling2D
inputs = Input((64, 64, 3))
c1 = Conv2D(8, 3)(inputs)
c2 = Conv2D(16, 3)(MaxPooling2D()(c1))
c3 = Conv2D(32, 3)(MaxPooling2D()(c2))
c4 = Conv2D(16, 3)(Concatenate()([UpSampling2D()(c3), c2]))
c5 = Conv2D(8, 3)(Concatenate()([UpSampling2D()(c4), c1]))
model = Model(inputs, Conv2D(1, 1, activation="sigmoid")(c5))
""",
    ),
    "a map that is four pixels too large behind a head of 1x1": Slip(
        "28,28,1",
        (),
        ("model.add(Cropping2D(2))",),
        """
from keras import Input, Sequential
from keras.layers import Conv2D, Cropping2D, MaxPooling2D, UpSampling2D
model = Sequential()
model.add(Input((32, 32, 1)))
model.add(MaxPooling2D(4))
model.add(UpSampling2D(4))
model.add(Conv2D(1, 1))
""",
    ),
    "no head at all under a loss": Slip(
        "1",
        (),
        ("model.add(Flatten())", 'model.add(Dense(1, activation="sigmoid"))'),
        """
from keras.layers import Conv2D, Dense, Flatten, Input
from keras.models import Sequential
model = Sequential()
model.add(Input((12, 12, 1)))
model.add(Conv2D(4, 3, activation="relu"))
model.compile(loss="binary_crossentropy", optimizer="adam")
""",
    ),
    "no head under a loss that takes logits": Slip(
        "1",
        (),
        ("model.add(Flatten())", "model.add(Dense(1))"),
        """
import keras
from keras.layers import Conv2D, Dense, Flatten, Input
from keras.models import Sequential
model = Sequential()
model.add(Input((12, 12, 1)))
model.add(Conv2D(4, 3, activation="relu"))
model.compile(loss=keras.losses.BinaryCrossentropy(from_logits=True), optimizer="adam")
""",
    ),
    "a U-Net of an odd size with its channels first": Slip(
        "2,24,15",
        ("c1 = Conv2D(8, 3, padding='same', data_format='channels_first')(inputs)",),
        (
            "c1 = Conv2D(8, 3, padding='same', data_format='channels_first')("
            "ZeroPadding2D(((0, 0), (0, 1)), data_format='channels_first')(inputs))",
            "x = Cropping2D(((0, 0), (0, 1)), data_format='channels_first')(x)",
        ),
        """
from keras import Input, Model
from keras.layers import Concatenate, Conv2D, Cropping2D, MaxPooling2D, UpSampling2D, ZeroPadding2D
inputs = Input((3, 24, 15))
c1 = Conv2D(8, 3, padding='same', data_format='channels_first')(inputs)
x = MaxPooling2D(2, data_format='channels_first')(c1)
x = UpSampling2D(2, data_format='channels_first')(x)
x = Concatenate(axis=1)([x, c1])
x = Conv2D(2, 1, data_format='channels_first')(x)
model = Model(inputs, x)
""",
    ),
    "one picture of a film where all are wanted": Slip(
        "none,none,16,16,4",
        ("model.add(ConvLSTM2D(4, 3, padding='same', return_sequences=False))",),
        ("model.add(ConvLSTM2D(4, 3, padding='same', return_sequences=True))",),
        """
from keras import Input, Sequential
from keras.layers import ConvLSTM2D
model = Sequential()
model.add(Input((None, 16, 16, 1)))
model.add(ConvLSTM2D(4, 3, padding='same', return_sequences=False))
""",
    ),
}


@pytest.mark.parametrize("name", SLIPS)
def test_slip(name: str) -> None:
    check_lines(SLIPS[name])


@pytest.mark.parametrize("name", SLIPS)
def test_keras_builds_it(name: str) -> None:
    check_built(SLIPS[name])
