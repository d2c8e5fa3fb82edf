"""Calls of every layer, operation, function and method of kfix's tables, with odd values."""

from __future__ import annotations

import random
from functools import cache

from kfix.shapes.operations import table
from kfix.shapes.signatures import (
    application_names,
    application_signature,
    layer_names,
    signature,
)
from kfix.source.library import lookup

HEAD = """\
import collections, copy, functools, itertools, math, operator, os, random
import keras, numpy as np, pandas as pd, tensorflow as tf
import cv2, librosa, PIL.Image, sklearn, sklearn.model_selection, sklearn.preprocessing, skimage.io
from keras import layers, ops

"""
INPUTS = ("(8, 8, 3)", "(10, 4)", "(5,)", "()", "(None, None, 3)", "(16, 16, 16, 2)", "(None,)")

VALUES = (
    (
        "0 1 2 3 7 -1 -3 10**6 2**31 2**63 10**400 True False None 0.5 -2.5 1e400 -1e400 1j "
        "'' 'x' 'same' 'valid' 'channels_first' 'relu' 'float32' 'int' 'ab,bc->ac' b'x' () "
        "(1,) (2,3) (2,3,4) (1,2,3,4,5) "
        "(None,3) (-1,) (0,0) ((1,1),(2,2)) [] [1] [1,2] [[1,2],[3]] [[[]]] [None] ['x'] "
        "{} {'a':1} {1:x} {1,2} range(3) "
        "range(2**63) slice(None) slice(1,2**70,0) ... x [x,x] (x,) [] model "
        "layers.Dense(3) [layers.LSTM(2)] layers.Dense "
        "keras.Model np.zeros((3,4)) np.zeros(()) np.int64(3) np.zeros((0,2**40)) "
        "np.float32 np.newaxis lambda*a:a len keras "
        "nowhere print open(2) object() float('inf') float('nan') ops.relu str int frame "
        "dataset 'ab'*3 x.shape x.shape[-1] "
        "y,* len(x) *[1,2] x[0] type(x) int(1e400) keras.optimizers.Adam() "
        "keras.initializers.Zeros() '%s' '{}' '*'"
    )
    .replace("float('inf')", "float('inf')")
    .split(" ")
)
SPACED = {"y,*": "(y, y)", "*[1,2]": "[1, 2] * 3", "lambda*a:a": "(lambda *a: a)"}

RECEIVERS = {
    "str": "'a b'",
    "bytes": "b'a b'",
    "int": "5",
    "float": "1.5",
    "list": "[1, 2]",
    "dict": "{'a': 1}",
    "set": "{1, 2}",
    "tuple": "(1, 2)",
    "array": "np.zeros((4, 5))",
    "frame": "frame",
    "groups": "frame.groupby('a')",
    "model": "model",
    "tensor": "x",
    "layer": "layers.Dense(3)",
    "dataset": "dataset",
    "image": "PIL.Image.open('a.png')",
    "generator": "keras.preprocessing.image.ImageDataGenerator().flow_from_directory('d')",
    "window": "frame.rolling(3)",
    "accessor": "frame['a'].str",
    "range": "range(5)",
    "scaler": "sklearn.preprocessing.StandardScaler()",
    "tokenizer": "keras.preprocessing.text.Tokenizer()",
    "image_generator": "keras.preprocessing.image.ImageDataGenerator()",
    "file": "open('x')",
    "label_encoder": "sklearn.preprocessing.LabelEncoder()",
    "cv2_film": "cv2.VideoCapture(0)",
}
SETUP = """\
frame = pd.DataFrame({'a': [1, 2], 'b': [3, 4]})
dataset = tf.data.Dataset.from_tensor_slices((np.zeros((9, 4)), np.zeros((9, 2))))
model = keras.Sequential([keras.Input((4,)), layers.Dense(2)])
"""
OPERATORS = ("+", "-", "*", "/", "//", "%", "**", "@", "<<", "&", "<", "==", "in", "is", "and")


def value(draw: random.Random) -> str:
    """One value as source."""
    text = draw.choice(VALUES)
    return SPACED.get(text, text)


@cache
def _functions() -> list[str]:
    for head in sorted(lookup._HERE):
        lookup._load(head)
    return sorted(lookup.FUNCTIONS)


@cache
def _methods() -> list[tuple[str, str]]:
    _functions()
    found = [name.partition(".") for name in (*lookup.METHODS, *lookup.ATTRIBUTES)]
    return sorted((RECEIVERS[kind], name) for kind, _, name in found if kind in RECEIVERS)


@cache
def _operations() -> list[str]:
    homes = {
        "keras": "ops.",
        "numpy": "np.",
        "tf": "tf.",
        "layers": "layers.",
        "backend": "keras.backend.",
    }
    table.find("keras.ops.add")
    names = {name.rpartition(":")[2] for name in table._TABLE}
    return sorted(prefix + name for name in names for prefix in homes.values())


def arguments(draw: random.Random, names: tuple[str, ...]) -> str:
    """Return some positional arguments, then some by name."""
    given = [value(draw) for _ in range(draw.choice([0, 1, 1, 1, 2, 2, 3, 4]))]
    for name in draw.sample(names, min(len(names), draw.choice([0, 0, 1, 1, 2, 3]))):
        given.append(f"{name}={value(draw)}")
    return ", ".join(given)


def call(draw: random.Random) -> str:
    """One expression that calls something kfix knows."""
    kind = draw.choice(
        ["layer", "layer", "layer", "operation", "operation", "function", "method", "operator"]
    )
    if kind == "layer":
        return _layer(draw)
    if kind == "operation":
        name = draw.choice(_operations())
        first = draw.choice(["x, ", "x, ", "[x, x], ", "np.zeros((4, 5)), ", ""])
        return f"{name}({first}{arguments(draw, ('axis', 'keepdims', 'shape', 'axes', 'dtype'))})"
    if kind == "function":
        name = draw.choice(_functions()).removeprefix("builtins.")
        return f"{name}({arguments(draw, ('axis', 'size', 'shape', 'dtype', 'key'))})"
    receiver = draw.choice([*RECEIVERS.values(), value(draw)])
    if kind == "operator":
        one, two, three = (value(draw) for _ in range(3))
        return draw.choice(
            [
                f"{receiver} {draw.choice(OPERATORS)} {one}",
                f"{receiver}[{one}]",
                f"{receiver}[{one}, {two}]",
                f"{receiver}[{one}:{two}:{three}]",
                f"-{receiver}",
                f"[a for a in {receiver}]",
                f"{{**{receiver}}}",
                f"f'{{{receiver}:{{3}}}}'",
                f"(lambda *a: a)(*{receiver})",
            ]
        )
    receiver, name = draw.choice(_methods())
    called = (
        f"({arguments(draw, ('axis', 'n', 'key', 'sep', 'batch_size'))})"
        if draw.random() < 0.9
        else ""
    )
    return f"({receiver}).{name}{called}"


def _layer(draw: random.Random) -> str:
    if draw.random() < 0.05:
        name = draw.choice(application_names())
        found = application_signature(name)
        return f"keras.applications.{name}({arguments(draw, found.names if found else ())})"
    name = draw.choice(layer_names())
    found = signature(name)
    made = f"layers.{name}({arguments(draw, found.names if found else ())})"
    if draw.random() < 0.15:
        wrapper = draw.choice(["TimeDistributed", "Bidirectional", "RNN", "SpectralNormalization"])
        made = f"layers.{wrapper}({made})"
    if draw.random() < 0.1:
        return made
    given = draw.choice(
        [
            "x",
            "x",
            "x",
            "x",
            "[x, x]",
            "x, x",
            "[x, y]",
            value(draw),
            f"x, {value(draw)}",
            f"x, mask={value(draw)}",
        ]
    )
    return f"{made}({given})"


def program(draw: random.Random) -> str:
    """Return a program with a few such calls in it."""
    lines = [f"x = y = keras.Input({draw.choice(INPUTS)})"]
    for _ in range(draw.choice([1, 1, 1, 2, 3])):
        lines.append(f"{draw.choice('yyyxz')} = {call(draw)}")
    end = draw.choice(
        [
            "model = keras.Model(x, y)",
            "model = keras.Sequential([x, y])",
            "model.add(y)",
            "model = keras.Model(x, [y, y])",
        ]
    )
    uses = draw.choice(
        [
            "",
            "",
            "model.compile('sgd', y)",
            "model.fit(y, y)",
            "model.compile('sgd', 'mse')\nmodel.fit(np.zeros((9, 5)), y)",
        ]
    )
    return HEAD + SETUP + "\n".join([*lines, end, uses, ""])
