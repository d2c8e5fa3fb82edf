"""Small models of every rank, most of them wrong, with data and targets of every rank.

Unlike `calls`, whose odd values seldom reach the end of a model, these are traced as a whole: what
is fuzzed is the diagnosis, the search and the rewriting.
"""

from __future__ import annotations

import random

HEAD = """\
import numpy as np
import keras
from keras import layers, ops

"""
INPUTS = (
    "()", "(1,)", "(5,)", "(None,)", "(0,)", "(10, 8)", "(None, 8)", "(None, None)", "(8, 8, 3)",
    "(None, None, 3)", "(1, 1, 1)", "(6, 8, 8, 3)", "(2, 3, 4, 5, 6)", "shape", "(10, size)",
)  # fmt: skip
LAYERS = (
    "Dense(3)", "Dense(1)", "Dense(units=size)", "Flatten()", "Reshape((2, -1))", "Reshape(())",
    "Reshape((1,))", "Reshape((4, 4, 1))", "Conv1D(4, 3)", "Conv2D(4, 3)", "Conv3D(2, 3)",
    "Conv2DTranspose(2, 3, strides=2)", "MaxPooling1D()", "MaxPooling2D()", "UpSampling2D()",
    "GlobalAveragePooling1D()", "GlobalMaxPooling2D()", "LSTM(4)", "GRU(4, return_sequences=True)",
    "LSTM(4, return_state=True)", "Bidirectional(LSTM(3))", "TimeDistributed(Dense(2))",
    "ConvLSTM2D(2, 3)", "Embedding(10, 4)", "BatchNormalization()", "Dropout(0.5)",
    "LayerNormalization(axis=2)", "RepeatVector(3)", "Permute((2, 1))", "ZeroPadding2D(1)",
    "Cropping2D(5)", "Lambda(lambda t: ops.sum(t))", "Activation('softmax')", "Softmax(axis=-2)",
)  # fmt: skip
MERGES = (
    "layers.Add()([x, y])", "layers.Concatenate()([x, y])", "layers.Concatenate(axis=1)([y, x])",
    "layers.Dot(axes=1)([x, y])", "layers.Average()([x, x, y])", "layers.Multiply()([x])",
    "layers.MultiHeadAttention(2, 3)(x, y)", "layers.Attention()([x, y])", "x + y", "x @ x",
    "x * 2", "x[0]", "x[:, 0]", "x[..., None]", "x[:, -1, :]", "ops.mean(x)", "ops.sum(x, axis=1)",
    "ops.shape(x)", "ops.squeeze(x)", "ops.expand_dims(x, -1)", "ops.matmul(x, y)", "x.shape[-1]",
    "ops.concatenate([x, y], -1)", "keras.Model(i, x)(y)", "keras.Model(i, [x, y])(i)[0]", "i",
    "keras.Input((7,))", "layers.Subtract()([x, layers.Dense(7)(y)])", "ops.reshape(x, (-1,))",
)  # fmt: skip
ARRAYS = (
    "np.zeros(())", "np.zeros((20,))", "np.zeros((20, 1))", "np.zeros((20, 3))", "np.zeros((0, 4))",
    "np.zeros((20, 10, 8))", "np.zeros((20, 8, 8, 3))", "np.zeros((20, 8, 8))", "np.arange(20)",
    "keras.utils.to_categorical(np.arange(20))", "np.zeros((4, 3)).T", "[[1, 2], [3, 4]]", "x", "d",
    "[np.zeros((20, 5)), np.zeros((20, 3))]", "{'a': np.zeros((20, 5))}", "np.zeros(size)", "None",
)  # fmt: skip
LOSSES = (
    "'mse'", "'binary_crossentropy'", "'categorical_crossentropy'", "None", "['mse', 'mae']",
    "'sparse_categorical_crossentropy'", "keras.losses.CategoricalCrossentropy()", "{'a': 'mse'}",
)  # fmt: skip
TARGETS = (
    None, None, "1", "10", "5,5", "none,3", "4,4,2", "8,8,3", "2,2,2,2", "input", "none,none,7",
)  # fmt: skip


def target(draw: random.Random) -> str | None:
    """Return a target of any rank, or none."""
    return draw.choice(TARGETS)


def program(draw: random.Random) -> str:
    """Return a program with one model, which is compiled and called, or not."""
    write = draw.choice([_sequential, _functional, _functional])
    lines = ["size = 4", f"shape = {draw.choice(INPUTS[:-2])}", *write(draw)]
    if draw.random() < 0.6:
        lines.append(f"model.compile('sgd', {draw.choice(LOSSES)})")
    for name in draw.sample(("fit", "evaluate"), draw.choice([0, 1, 1, 2])):
        lines.append(f"model.{name}({draw.choice(ARRAYS)}, {draw.choice(ARRAYS)})")
    if draw.random() < 0.3:
        lines.append(f"p = model.predict({draw.choice(ARRAYS)})")
    return HEAD + "\n".join([*lines, ""])


def _sequential(draw: random.Random) -> list[str]:
    count = draw.randint(0, 5)
    made = [f"layers.{name}" for name in draw.choices(LAYERS, k=count)]
    if draw.random() < 0.8:
        made.insert(draw.choice([0, 0, 0, count]), f"keras.Input({draw.choice(INPUTS)})")
    if draw.random() < 0.5:
        return [f"model = keras.Sequential([{', '.join(made)}])"]
    return ["model = keras.Sequential()", *(f"model.add({layer})" for layer in made)]


def _functional(draw: random.Random) -> list[str]:
    lines = [f"i = x = y = keras.Input({draw.choice(INPUTS)}, name='a')"]
    for _ in range(draw.randint(0, 5)):
        if draw.random() < 0.3:
            made = draw.choice(MERGES)
        else:
            made = f"layers.{draw.choice(LAYERS)}({draw.choice('xxxxy')})"
        lines.append(f"{draw.choice(['x', 'x', 'x', 'y', 'x, *y'])} = {made}")
    ends = ("x", "x", "x", "[x, y]", "{'a': x}", "x[0]", "[]")
    lines.append(f"model = keras.Model({draw.choice(['i', 'i', '[i]', 'x'])}, {draw.choice(ends)})")
    return lines
