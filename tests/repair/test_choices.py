"""The first choice for programs as people write them, in their own words.

Real Keras builds the result.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from kfix.engine.pipeline import Project, Settings, run_file
from kfix.model.target import parse_target
from tests import real_keras


class Choice(NamedTuple):
    """A program, its target, the lines that go and those that come, and how sure kfix is."""

    target: str | None
    safety: str
    gone: tuple[str, ...]
    come: tuple[str, ...]
    program: str
    model: str = "model"


CHOICES = {
    "channels first before a base": Choice(
        "5",
        "safe",
        ("SHAPE = (3, 96, 128)",),
        ("SHAPE = (96, 128, 3)",),
        """
import keras
from keras import layers
SHAPE = (3, 96, 128)
base = keras.applications.MobileNetV2(include_top=False, weights=None)
image = keras.Input(shape=SHAPE)
x = layers.GlobalAveragePooling2D()(base(image))
model = keras.Model(image, layers.Dense(5)(x))
""",
    ),
    "one number a sample": Choice(
        None,
        "safe",
        (),
        ("model.add(tf.keras.layers.Input(shape=(1,)))",),
        """
import numpy as np
import tensorflow as tf
celsius = np.array([-40.0, -10, 0, 8, 15, 22, 38])
fahrenheit = 1.8 * celsius + 32
model = tf.keras.Sequential()
model.add(tf.keras.layers.Dense(4))
model.add(tf.keras.layers.Dense(1))
model.compile(loss="mse", optimizer="adam")
model.fit(celsius, fahrenheit, epochs=50)
""",
    ),
    "one of three columns that are made vectors": Choice(
        "1",
        "safe",
        (),
        ("two = GlobalMaxPool1D()(two)",),
        """
from keras.layers import Concatenate, Conv1D, Dense, GlobalMaxPool1D, Input
from keras.models import Model
words = Input(shape=(60, 16))
one = Conv1D(8, 2)(words)
one = GlobalMaxPool1D()(one)
two = Conv1D(8, 3)(words)
three = Conv1D(8, 4)(words)
three = GlobalMaxPool1D()(three)
both = Concatenate()([one, two, three])
model = Model(words, Dense(1, activation="sigmoid")(both))
""",
    ),
    "an encoder with a pooling too few": Choice(
        "64,64,3",
        "safe",
        (),
        ('layers.MaxPooling2D((2, 2), padding="same"),',),
        """
import keras
from keras import layers
model = keras.Sequential([
    layers.Conv2D(32, 3, activation="relu", padding="same", input_shape=(64, 64, 3)),
    layers.MaxPooling2D((2, 2), padding="same"),
    layers.Conv2D(16, 3, activation="relu", padding="same"),
    layers.Conv2D(8, 3, activation="relu", padding="same"),
    layers.MaxPooling2D((2, 2), padding="same"),
    layers.Conv2D(8, 3, activation="relu", padding="same"),
    layers.UpSampling2D((2, 2)),
    layers.Conv2D(16, 3, activation="relu", padding="same"),
    layers.UpSampling2D((2, 2)),
    layers.Conv2D(32, 3, activation="relu", padding="same"),
    layers.UpSampling2D((2, 2)),
    layers.Conv2D(3, 3, activation="sigmoid", padding="same"),
])
model.compile("adam", "mse")
""",
    ),
    "a decoder with an upsampling too few": Choice(
        "64,64,3",
        "safe",
        (),
        ("layers.UpSampling2D((2, 2)),",),
        """
import keras
from keras import layers
model = keras.Sequential([
    layers.Conv2D(32, 3, activation="relu", padding="same", input_shape=(64, 64, 3)),
    layers.MaxPooling2D((2, 2), padding="same"),
    layers.Conv2D(16, 3, activation="relu", padding="same"),
    layers.MaxPooling2D((2, 2), padding="same"),
    layers.Conv2D(8, 3, activation="relu", padding="same"),
    layers.MaxPooling2D((2, 2), padding="same"),
    layers.Conv2D(8, 3, activation="relu", padding="same"),
    layers.UpSampling2D((2, 2)),
    layers.Conv2D(16, 3, activation="relu", padding="same"),
    layers.Conv2D(32, 3, activation="relu", padding="same"),
    layers.UpSampling2D((2, 2)),
    layers.Conv2D(3, 3, activation="sigmoid", padding="same"),
])
model.compile("adam", "mse")
""",
    ),
    "softmax over one of many classes": Choice(
        "46",
        "safe",
        ("model.add(Dense(1))",),
        ("model.add(Dense(46))",),
        """
from keras.models import Sequential
from keras.layers import GRU, Activation, Dense
model = Sequential()
model.add(GRU(12, input_shape=(49, 1)))
model.add(Dense(1))
model.add(Activation("softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
""",
    ),
    "weights of a trained layer": Choice(
        None,
        "unsafe",
        ("half.add(Dense(2, weights=trained.layers[0].get_weights()))",),
        ("half.add(Dense(2))",),
        """
from keras.models import Sequential
from keras.layers import Dense
trained = Sequential([Dense(2, input_shape=(8,)), Dense(5)])
half = Sequential()
half.add(Dense(8, input_shape=(8,)))
half.add(Dense(2, weights=trained.layers[0].get_weights()))
""",
        "half",
    ),
    "a-loop-of-dense": Choice(
        "4",
        "safe",
        (),
        ("model.add(layers.Flatten())",),
        """
import keras
from keras import layers
def build(filters, units, classes=4):
    model = keras.Sequential()
    model.add(keras.Input((28, 28, 1)))
    for number in filters:
        model.add(layers.Conv2D(number, 3, activation="relu"))
        model.add(layers.MaxPooling2D())
    for number in units:
        model.add(layers.Dense(number, activation="relu"))
        model.add(layers.Dropout(0.2))
    model.add(layers.Dense(classes))
    return model
model = build((8, 16), (32, 16))
""",
    ),
    "categories-beside-numbers": Choice(
        "1",
        "safe",
        (),
        ("kind = layers.Flatten()(kind)",),
        """
import keras
from keras import layers
amount, label = keras.Input((3,)), keras.Input((1,))
kind = layers.Embedding(40, 6)(label)
x = layers.Concatenate()([amount, kind])
x = layers.Dense(8, activation="relu")(x)
model = keras.Model([amount, label], layers.Dense(1)(x))
""",
    ),
    "res-fn": Choice(
        "10",
        "safe",
        (),
        ("shortcut = layers.Conv2D(filters, 1, strides=strides)(shortcut)",),
        """
from tensorflow import keras
from tensorflow.keras import layers


def residual_block(x, filters, strides=1):
    shortcut = x
    x = layers.Conv2D(filters, 3, strides=strides, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.ReLU()(x)
    x = layers.Conv2D(filters, 3, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Add()([x, shortcut])
    return layers.ReLU()(x)


inputs = keras.Input((32, 32, 3))
x = layers.Conv2D(64, 3, padding="same")(inputs)
x = residual_block(x, 64)
x = residual_block(x, 128, strides=2)
x = residual_block(x, 256, strides=2)
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(10, activation="softmax")(x)
model = keras.Model(inputs, outputs)
model.compile("adam", "sparse_categorical_crossentropy")
""",
    ),
    "res-loop": Choice(
        "10",
        "safe",
        (),
        ("previous = Conv2D(size, 1, strides=2)(previous)",),
        """
import tensorflow as tf
from tensorflow.keras.layers import Input, Conv2D, Add, Activation, Dense, GlobalAveragePooling2D
from tensorflow.keras.models import Model

inp = Input(shape=(64, 64, 3))
x = Conv2D(32, 3, padding="same", activation="relu")(inp)
previous = x
for size in [64, 128, 256]:
    x = Activation("relu")(x)
    x = Conv2D(size, 3, padding="same")(x)
    x = Conv2D(size, 3, strides=2, padding="same")(x)
    x = Add()([x, previous])
    previous = x
x = GlobalAveragePooling2D()(x)
out = Dense(10)(x)
model = Model(inp, out)
""",
    ),
    "res-bottleneck": Choice(
        "10",
        "safe",
        (),
        ("sc = layers.Conv2D(4 * f, 1, strides=stride)(sc)",),
        """
import keras
from keras import layers
def bottleneck(x, f, stride=1):
    sc = x
    x = layers.Conv2D(f, 1, strides=stride)(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("relu")(x)
    x = layers.Conv2D(f, 3, padding="same")(x)
    x = layers.BatchNormalization()(x)
    x = layers.Activation("relu")(x)
    x = layers.Conv2D(4 * f, 1)(x)
    x = layers.BatchNormalization()(x)
    x = layers.add([x, sc])
    return layers.Activation("relu")(x)
inp = keras.Input((56, 56, 64))
x = bottleneck(inp, 64)
x = bottleneck(x, 64)
x = bottleneck(x, 128, stride=2)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inp, layers.Dense(10)(x))
""",
    ),
    "res-1d": Choice(
        "3",
        "safe",
        (),
        ("x = Conv1D(N * 2 ** i, 1)(x)",),
        """
import tensorflow as tf
from tensorflow.keras.layers import *
N = 64
inp = Input((128, 9))
x = Conv1D(N, 7, padding='same')(inp)
for i in range(3):
    y = Conv1D(N * 2 ** i, 3, padding='same', activation='relu')(x)
    y = Conv1D(N * 2 ** i, 3, padding='same')(y)
    x = Add()([x, y])
    x = Activation('relu')(x)
    x = MaxPooling1D(2)(x)
x = GlobalAveragePooling1D()(x)
model = tf.keras.Model(inp, Dense(3, activation='softmax')(x))
""",
    ),
    "res-conv-bn": Choice(
        "10",
        "safe",
        (),
        ("x = Conv2D(n, 1, strides=s)(x)",),
        """
from keras.layers import *
from keras.models import Model
def conv_bn(x, n, k=3, s=1):
    x = Conv2D(n, k, strides=s, padding='same')(x)
    x = BatchNormalization()(x)
    return Activation('relu')(x)
def res(x, n, s):
    y = conv_bn(x, n, s=s)
    y = conv_bn(y, n)
    return add([x, y])
inp = Input((64, 64, 3))
x = conv_bn(inp, 32)
x = res(x, 32, 1)
x = res(x, 64, 2)
x = res(x, 128, 2)
x = GlobalAveragePooling2D()(x)
model = Model(inp, Dense(10)(x))
""",
    ),
    "res-names": Choice(
        "10",
        "safe",
        (),
        ("skip = layers.Conv2D(filters, 1, strides=2 if down else 1)(skip)",),
        """
import keras
from keras import layers


def conv_bn(x, n, kernel=3, stride=1):
    x = layers.Conv2D(n, kernel, strides=stride, padding="same")(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x)


def residual(x, filters, down=False):
    skip = x
    y = conv_bn(x, filters, stride=2 if down else 1)
    y = conv_bn(y, filters)
    return layers.Add()([skip, y])


inputs = keras.Input((64, 64, 3))
x = conv_bn(inputs, 32)
x = residual(x, 32)
x = residual(x, 64, down=True)
x = residual(x, 128, down=True)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inputs, layers.Dense(10)(x))
""",
    ),
    "old-order": Choice(
        "1",
        "safe",
        (
            "model.add(Convolution2D(nb_filters, nb_conv, nb_conv, input_shape=(3, "
            "img_width, img_height)))",
            "model.add(Convolution2D(nb_filters, nb_conv, nb_conv))",
            "model.add(Convolution2D(64, nb_conv, nb_conv))",
        ),
        (
            "model.add(Convolution2D(nb_filters, (nb_conv, nb_conv), "
            "input_shape=(img_width, img_height, 3)))",
            "model.add(Convolution2D(nb_filters, (nb_conv, nb_conv)))",
            "model.add(Convolution2D(64, (nb_conv, nb_conv)))",
        ),
        """
from keras.models import Sequential
from keras.layers import Convolution2D, MaxPooling2D, Activation, Dropout, Flatten, Dense

img_width, img_height = 150, 150
nb_filters = 32
nb_conv = 3
nb_pool = 2

model = Sequential()
model.add(Convolution2D(nb_filters, nb_conv, nb_conv, input_shape=(3, img_width, img_height)))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(nb_pool, nb_pool)))
model.add(Convolution2D(nb_filters, nb_conv, nb_conv))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(nb_pool, nb_pool)))
model.add(Convolution2D(64, nb_conv, nb_conv))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=(nb_pool, nb_pool)))
model.add(Flatten())
model.add(Dense(64))
model.add(Dense(1))
model.add(Activation('sigmoid'))
model.compile(loss='binary_crossentropy', optimizer='rmsprop')
""",
    ),
    "channels-first": Choice(
        None,
        "safe",
        (
            "model.add(Conv2D(32, kernel_size=(3, 3), activation='relu', "
            "input_shape=(channels, rows, cols)))",
        ),
        (
            "model.add(Conv2D(32, kernel_size=(3, 3), activation='relu', "
            "input_shape=(rows, cols, channels)))",
        ),
        """
from keras.models import Sequential
from keras.layers import Conv2D, MaxPooling2D, Flatten, Dense
channels, rows, cols = 1, 28, 28
model = Sequential()
model.add(Conv2D(32, kernel_size=(3, 3), activation='relu', input_shape=(channels, rows, cols)))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Conv2D(64, (3, 3), activation='relu'))
model.add(MaxPooling2D(pool_size=(2, 2)))
model.add(Flatten())
model.add(Dense(10, activation='softmax'))
""",
    ),
    "nochannel": Choice(
        None,
        "safe",
        ('layers.Conv2D(32, 3, activation="relu", input_shape=(img_h, img_w)),',),
        ('layers.Conv2D(32, 3, activation="relu", input_shape=(img_h, img_w, 1)),',),
        """
from tensorflow import keras
from tensorflow.keras import layers
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
img_h, img_w = 28, 28
model = keras.Sequential([
    layers.Conv2D(32, 3, activation="relu", input_shape=(img_h, img_w)),
    layers.MaxPooling2D(),
    layers.Flatten(),
    layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x_train, y_train)
""",
    ),
    "inception": Choice(
        "10",
        "safe",
        ('b = layers.Conv2D(f, 3, activation="relu")(x)',),
        ('b = layers.Conv2D(f, 3, activation="relu", padding="same")(x)',),
        """
import keras
from keras import layers
def inception(x, f):
    a = layers.Conv2D(f, 1, activation="relu")(x)
    b = layers.Conv2D(f, 3, activation="relu")(x)
    c = layers.Conv2D(f, 5, activation="relu", padding="same")(x)
    return layers.concatenate([a, b, c])
inp = keras.Input((32, 32, 3))
x = inception(inp, 16)
x = layers.MaxPooling2D()(x)
x = inception(x, 32)
x = layers.GlobalAveragePooling2D()(x)
model = keras.Model(inp, layers.Dense(10)(x))
""",
    ),
    "unet-valid": Choice(
        None,
        "safe",
        ("c2 = Conv2D(64, 3, activation='relu')(p1)",),
        ("c2 = Conv2D(64, 3, activation='relu', padding='same')(p1)",),
        """
from keras.models import Model
from keras.layers import *
inputs = Input((128, 128, 1))
c1 = Conv2D(32, 3, activation='relu', padding='same')(inputs)
p1 = MaxPooling2D(2)(c1)
c2 = Conv2D(64, 3, activation='relu')(p1)
p2 = MaxPooling2D(2)(c2)
c3 = Conv2D(128, 3, activation='relu', padding='same')(p2)
u2 = UpSampling2D(2)(c3)
m2 = concatenate([u2, c2])
c4 = Conv2D(64, 3, activation='relu', padding='same')(m2)
u1 = UpSampling2D(2)(c4)
m1 = concatenate([u1, c1])
c5 = Conv2D(32, 3, activation='relu', padding='same')(m1)
out = Conv2D(1, 1, activation='sigmoid')(c5)
model = Model(inputs, out)
""",
    ),
    "unet-helper": Choice(
        "100,100,1",
        "safe",
        ("s1, p1 = encoder(inputs, 16)",),
        (
            "s1, p1 = encoder(layers.ZeroPadding2D(2)(inputs), 16)",
            "outputs = layers.Cropping2D(2)(outputs)",
        ),
        """
import tensorflow as tf
from tensorflow.keras import layers
def conv_block(x, filters):
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
def encoder(x, filters):
    s = conv_block(x, filters)
    return s, layers.MaxPooling2D()(s)
def decoder(x, skip, filters):
    x = layers.Conv2DTranspose(filters, 2, strides=2, padding="same")(x)
    x = layers.Concatenate()([x, skip])
    return conv_block(x, filters)
inputs = layers.Input((100, 100, 3))
s1, p1 = encoder(inputs, 16)
s2, p2 = encoder(p1, 32)
s3, p3 = encoder(p2, 64)
b = conv_block(p3, 128)
d3 = decoder(b, s3, 64)
d2 = decoder(d3, s2, 32)
d1 = decoder(d2, s1, 16)
outputs = layers.Conv2D(1, 1, activation="sigmoid")(d1)
model = tf.keras.Model(inputs, outputs)
""",
    ),
    "td": Choice(
        None,
        "safe",
        ("model.add(Flatten())",),
        ("model.add(TimeDistributed(Flatten()))",),
        """
from keras.models import Sequential
from keras.layers import *
model = Sequential()
model.add(TimeDistributed(Conv2D(32, (3, 3), activation='relu'), input_shape=(10, 64, 64, 3)))
model.add(TimeDistributed(MaxPooling2D(2)))
model.add(Flatten())
model.add(LSTM(50))
model.add(Dense(5, activation='softmax'))
""",
    ),
    "multi-in": Choice(
        "1",
        "safe",
        (),
        ("x = Flatten()(x)",),
        """
import keras
from keras.layers import *
img = Input((64, 64, 3))
meta = Input((10,))
x = Conv2D(16, 3, activation='relu')(img)
x = MaxPooling2D()(x)
m = Dense(32, activation='relu')(meta)
both = concatenate([x, m])
out = Dense(1, activation='sigmoid')(both)
model = keras.Model([img, meta], out)
""",
    ),
    "first-flat-in": Choice(
        "10",
        "safe",
        (
            "from tensorflow.keras.layers import Dense, Dropout",
            "Dense(128, activation='relu', input_shape=(IMG_SIZE, IMG_SIZE)),",
        ),
        (
            "from tensorflow.keras.layers import Dense, Dropout, Flatten",
            "Flatten(input_shape=(IMG_SIZE, IMG_SIZE)),",
            "Dense(128, activation='relu'),",
        ),
        """
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense, Dropout
IMG_SIZE = 28
model = Sequential([
    Dense(128, activation='relu', input_shape=(IMG_SIZE, IMG_SIZE)),
    Dropout(0.2),
    Dense(10, activation='softmax')
])
""",
    ),
    "batch-input": Choice(
        "1",
        "safe",
        (
            "from keras.layers import LSTM, Dense",
            "model.add(LSTM(4, batch_input_shape=(batch_size, look_back, 1)))",
        ),
        (
            "from keras.layers import LSTM, Dense, Input",
            "model.add(Input(batch_shape=(batch_size, look_back, 1)))",
            "model.add(LSTM(4))",
        ),
        """
from keras.models import Sequential
from keras.layers import LSTM, Dense
batch_size = 32
look_back = 3
model = Sequential()
model.add(LSTM(4, batch_input_shape=(batch_size, look_back, 1)))
model.add(Dense(1))
""",
    ),
    "stacked-lstm-loop": Choice(
        None,
        "unsafe",
        ("model.add(LSTM(units))",),
        ("model.add(LSTM(units, return_sequences=True))",),
        """
import tensorflow as tf
from tensorflow.keras.layers import LSTM, Dense, Dropout
model = tf.keras.Sequential()
model.add(tf.keras.Input((30, 4)))
for units in [64, 32, 16]:
    model.add(LSTM(units))
    model.add(Dropout(0.2))
model.add(Dense(1))
""",
    ),
    "keras1-mnist": Choice(
        "10",
        "safe",
        (
            "input_shape = (1, img_rows, img_cols)",
            "model.add(Convolution2D(8, kernel_size[0], kernel_size[1], border_mode='valid',",
            "model.add(Convolution2D(8, kernel_size[0], kernel_size[1]))",
        ),
        (
            "input_shape = (img_rows, img_cols, 1)",
            "model.add(Convolution2D(8, (kernel_size[0], kernel_size[1]), padding='valid',",
            "model.add(Convolution2D(8, (kernel_size[0], kernel_size[1])))",
        ),
        """
from keras.models import Sequential
from keras.layers import Dense, Dropout, Activation, Flatten
from keras.layers import Convolution2D, MaxPooling2D
nb_classes = 10
img_rows, img_cols = 28, 28
nb_filters = 32
pool_size = (2, 2)
kernel_size = (3, 3)
input_shape = (1, img_rows, img_cols)
model = Sequential()
model.add(Convolution2D(8, kernel_size[0], kernel_size[1], border_mode='valid',
                        input_shape=input_shape))
model.add(Activation('relu'))
model.add(Convolution2D(8, kernel_size[0], kernel_size[1]))
model.add(Activation('relu'))
model.add(MaxPooling2D(pool_size=pool_size))
model.add(Dropout(0.25))
model.add(Flatten())
model.add(Dense(128))
model.add(Activation('relu'))
model.add(Dropout(0.5))
model.add(Dense(nb_classes))
model.add(Activation('softmax'))
model.compile(loss='categorical_crossentropy', optimizer='adadelta')
""",
    ),
    "reshape-total": Choice(
        None,
        "safe",
        ("model.add(Dense(7*7*64))",),
        ("model.add(Dense(7*7*128))",),
        """
from keras.models import Sequential
from keras.layers import Dense, Reshape, Conv2D, UpSampling2D
H, W, C = 7, 7, 128
model = Sequential()
model.add(Dense(1024, input_dim=100))
model.add(Dense(7*7*64))
model.add(Reshape((H, W, C)))
model.add(UpSampling2D())
model.add(Conv2D(1, 3, padding='same'))
""",
    ),
    "b-timedist-cnn": Choice(
        "6",
        "safe",
        (
            "model.add(Conv2D(16, (3, 3), activation='relu', input_shape=(SEQ, H, W, 3)))",
            "model.add(MaxPooling2D((4, 4)))",
            "model.add(Flatten())",
        ),
        (
            "model.add(TimeDistributed(Conv2D(16, (3, 3), activation='relu'), "
            "input_shape=(SEQ, H, W, 3)))",
            "model.add(TimeDistributed(MaxPooling2D((4, 4))))",
            "model.add(TimeDistributed(Flatten()))",
        ),
        """
import tensorflow as tf
from tensorflow.keras.layers import *
SEQ, H, W = 20, 64, 64
model = tf.keras.Sequential()
model.add(Conv2D(16, (3, 3), activation='relu', input_shape=(SEQ, H, W, 3)))
model.add(MaxPooling2D((4, 4)))
model.add(Flatten())
model.add(LSTM(32))
model.add(Dense(6, activation='softmax'))
""",
    ),
    "b-bn-conv1d-lstm": Choice(
        "3",
        "safe",
        ("model.add(Flatten())",),
        (),
        """
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Conv1D, MaxPooling1D, LSTM, Dense, Flatten
model = Sequential()
model.add(Conv1D(64, 3, activation='relu', input_shape=(128, 9)))
model.add(MaxPooling1D(2))
model.add(Flatten())
model.add(LSTM(50))
model.add(Dense(3, activation='softmax'))
""",
    ),
    "b-transformer-cls": Choice(
        "2",
        "safe",
        (),
        ("x = layers.GlobalAveragePooling1D()(x)",),
        """
import keras
from keras import layers
maxlen, vocab_size, embed_dim = 200, 20000, 32
inputs = layers.Input(shape=(maxlen,))
x = layers.Embedding(vocab_size, embed_dim)(inputs)
a = layers.MultiHeadAttention(num_heads=2, key_dim=embed_dim)(x, x)
x = layers.LayerNormalization()(x + a)
x = layers.Dropout(0.1)(x)
x = layers.Dense(20, activation="relu")(x)
outputs = layers.Dense(2, activation="softmax")(x)
model = keras.Model(inputs=inputs, outputs=outputs)
""",
    ),
    "b-unet-small": Choice(
        "128,128,1",
        "safe",
        ("u4 = concatenate([u4, c1])", "u5 = concatenate([u5, c2])"),
        ("u4 = concatenate([u4, c2])", "u5 = concatenate([u5, c1])"),
        """
import tensorflow as tf
from tensorflow.keras.layers import *
def unet(size=(128, 128, 3)):
    inputs = Input(size)
    c1 = Conv2D(16, (3, 3), activation='relu', padding='same')(inputs)
    p1 = MaxPooling2D((2, 2))(c1)
    c2 = Conv2D(32, (3, 3), activation='relu', padding='same')(p1)
    p2 = MaxPooling2D((2, 2))(c2)
    c3 = Conv2D(64, (3, 3), activation='relu', padding='same')(p2)
    u4 = Conv2DTranspose(32, (2, 2), strides=(2, 2), padding='same')(c3)
    u4 = concatenate([u4, c1])
    c4 = Conv2D(32, (3, 3), activation='relu', padding='same')(u4)
    u5 = Conv2DTranspose(16, (2, 2), strides=(2, 2), padding='same')(c4)
    u5 = concatenate([u5, c2])
    c5 = Conv2D(16, (3, 3), activation='relu', padding='same')(u5)
    outputs = Conv2D(1, (1, 1), activation='sigmoid')(c5)
    return tf.keras.Model(inputs, outputs)
model = unet()
""",
    ),
    "b-unet-flat": Choice(
        "100,100,1",
        "safe",
        ("c1 = Conv2D(16, 3, activation='relu', padding='same')(inputs)",),
        (
            "c1 = Conv2D(16, 3, activation='relu', padding='same')(ZeroPadding2D(2)(inputs))",
            "out = Cropping2D(2)(out)",
        ),
        """
from keras.models import Model
from keras.layers import *
inputs = Input((100, 100, 3))
c1 = Conv2D(16, 3, activation='relu', padding='same')(inputs)
p1 = MaxPooling2D()(c1)
c2 = Conv2D(32, 3, activation='relu', padding='same')(p1)
p2 = MaxPooling2D()(c2)
c3 = Conv2D(64, 3, activation='relu', padding='same')(p2)
p3 = MaxPooling2D()(c3)
b = Conv2D(128, 3, activation='relu', padding='same')(p3)
u3 = Conv2DTranspose(64, 2, strides=2, padding='same')(b)
m3 = concatenate([u3, c3])
c4 = Conv2D(64, 3, activation='relu', padding='same')(m3)
u2 = Conv2DTranspose(32, 2, strides=2, padding='same')(c4)
m2 = concatenate([u2, c2])
u1 = Conv2DTranspose(16, 2, strides=2, padding='same')(m2)
m1 = concatenate([u1, c1])
out = Conv2D(1, 1, activation='sigmoid')(m1)
model = Model(inputs, out)
""",
    ),
    "shortcut-without-strides": Choice(
        None,
        "safe",
        ("shortcut = layers.Conv2D(filters, 1)(shortcut)",),
        ("shortcut = layers.Conv2D(filters, 1, strides=stride)(shortcut)",),
        """
from keras import Input, Model, layers
def block(x, filters, stride=1):
    shortcut = x
    if stride != 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1)(shortcut)
    y = layers.Conv2D(filters, 3, strides=stride, padding='same')(x)
    y = layers.Conv2D(filters, 3, padding='same')(y)
    return layers.Add()([y, shortcut])
inputs = Input((32, 32, 16))
x = block(block(inputs, 16), 32, 2)
x = layers.GlobalAveragePooling2D()(x)
model = Model(inputs, layers.Dense(10)(x))
""",
    ),
    "one-stride-too-many": Choice(
        None,
        "unsafe",
        ("y = layers.Conv2D(filters, 3, strides=stride, padding='same')(y)",),
        ("y = layers.Conv2D(filters, 3, strides=1, padding='same')(y)",),
        """
from keras import Input, Model, layers
def block(x, filters, stride=1):
    shortcut = x
    if stride != 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride)(shortcut)
    y = layers.Conv2D(filters, 3, strides=stride, padding='same')(x)
    y = layers.Conv2D(filters, 3, strides=stride, padding='same')(y)
    return layers.Add()([y, shortcut])
inputs = Input((32, 32, 16))
x = block(block(inputs, 16), 32, 2)
x = layers.GlobalAveragePooling2D()(x)
model = Model(inputs, layers.Dense(10)(x))
""",
    ),
    "causal-of-pictures": Choice(
        None,
        "safe",
        ("layers.Conv2D(8, 3, padding='causal'),",),
        ("layers.Conv2D(8, 3, padding='same'),",),
        """
from keras import Sequential, layers
model = Sequential([
    layers.Input((32, 32, 3)),
    layers.Conv2D(8, 3, padding='causal'),
    layers.Flatten(),
    layers.Dense(10),
])
""",
    ),
    "batch-in-one-of-several-inputs": Choice(
        None,
        "unsafe",
        ("a = Input((None, 5))",),
        ("a = Input((5,))",),
        """
from keras import Input, Model, layers
a = Input((None, 5))
b = Input((10,))
x, y = layers.Dense(8)(a), layers.Dense(8)(b)
model = Model([a, b], layers.Dense(1)(layers.concatenate([x, y])))
""",
    ),
    "flatten-before-a-loop": Choice(
        "10",
        "safe",
        (),
        ("x = layers.Flatten()(x)",),
        """
from keras import Input, Model, layers
inputs = Input((28, 28, 1))
x = layers.Conv2D(8, 3)(inputs)
for units in (128, 64):
    x = layers.Dense(units, activation='relu')(x)
model = Model(inputs, layers.Dense(10, activation='softmax')(x))
""",
    ),
}


@pytest.mark.parametrize("name", CHOICES)
def test_first_choice(name: str) -> None:
    choice = CHOICES[name]
    program = choice.program.lstrip("\n")
    project = Project({"p.py": program.encode()})
    result = run_file(project, "p.py", Settings(target=choice.target, unsafe=True))
    assert result.error is None
    lines = [line for line in result.diff.splitlines() if line[:3] not in ("---", "+++")]
    assert tuple(line[1:].strip() for line in lines if line[:1] == "-") == choice.gone
    assert tuple(line[1:].strip() for line in lines if line[:1] == "+") == choice.come
    outcome = next(outcome for outcome in result.models if outcome.repairs)
    assert outcome.repairs[0].repair.safety == choice.safety


@pytest.mark.parametrize("name", CHOICES)
def test_keras_builds_it(name: str) -> None:
    choice = CHOICES[name]
    project = Project({"p.py": choice.program.lstrip("\n").encode()})
    result = run_file(project, "p.py", Settings(target=choice.target, unsafe=True))
    built = real_keras.build(result.files["p.py"].decode(), choice.model)
    assert built.refusal is None, built
    if choice.target is not None:
        assert parse_target(choice.target).met_by(built.shape)


def test_channels_first_of_a_base_with_weights() -> None:
    program = """import keras
base = keras.applications.VGG16(include_top=False, input_shape=(3, 96, 128))
model = keras.Sequential([base, keras.layers.GlobalMaxPooling2D(), keras.layers.Dense(5)])
"""
    result = run_file(Project({"p.py": program.encode()}), "p.py", Settings(target="5"))
    assert result.files["p.py"].decode() == program.replace("(3, 96, 128)", "(96, 128, 3)")
