"""The blocks that `random_graphs.py` makes programs of: what stands between an input and a head.

A block takes a tensor, writes statements that lead on from it, and says with each which faults it
can have. Ranks are those without the batch: 1 vectors, 2 sequences, 3 images, 4 volumes and films.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from math import prod
from typing import NamedTuple

ACTIVATIONS = ("relu", "tanh", "gelu")


class Statement(NamedTuple):
    """`target = layers.layer(source)`; without a layer the source alone, without a target as is."""

    target: str
    layer: str
    source: str

    def __str__(self) -> str:
        call = f"layers.{self.layer}({self.source})" if self.layer else self.source
        if self.layer.startswith("Input("):
            call = f"layers.{self.layer}"
        return f"{self.target} = {call}" if self.target else call


@dataclass
class Line:
    """A statement, and by their kind the faults that can stand in its place."""

    right: Statement
    faults: dict[str, Statement] = field(default_factory=dict)


@dataclass
class Tensor:
    """A variable of the program, and the shape without the batch that is in it."""

    name: str
    shape: tuple[int, ...]

    @property
    def width(self) -> int:
        """The size of the last axis."""
        return self.shape[-1]


class Writer:
    """A program in the making. Of a chain every statement is a layer on the last tensor."""

    def __init__(self, chance: random.Random, chain: bool = False) -> None:
        self.chance = chance
        self.chain = chain
        self.lines: list[Line] = []
        self.head: list[Line] = []
        self.layers = 0
        self.names = 0

    def one(self, *choices: str) -> str:
        """Return one of them."""
        return self.chance.choice(choices)

    def size(self, *choices: int) -> int:
        """Return one of them."""
        return self.chance.choice(choices)

    def name(self, stem: str) -> str:
        """Return a name that nothing has."""
        self.names += 1
        return f"{stem}{self.names}"

    def layer(self, target: str, layer: str, source: str, **faults: str) -> None:
        """Write a layer; a fault is another layer, nothing, or `layer @ source`."""
        self.layers += 1
        broken = {}
        for kind, other in faults.items():
            made, at, given = other.partition(" @ ")
            broken[kind] = Statement(target, made, given if at else source)
        self.lines.append(Line(Statement(target, layer, source), broken))

    def let(self, target: str, source: str, **faults: str) -> None:
        """Write an assignment."""
        broken = {kind: Statement(target, "", other) for kind, other in faults.items()}
        self.lines.append(Line(Statement(target, "", source), broken))

    def raw(self, text: str, layers: int, **faults: str) -> None:
        """Write statements as they are."""
        self.layers += layers
        broken = {kind: Statement("", "", other) for kind, other in faults.items()}
        self.lines.append(Line(Statement("", "", text), broken))

    def define(self, text: str, **faults: str) -> None:
        """Write a function or a class above the model."""
        broken = {kind: Statement("", "", other) for kind, other in faults.items()}
        self.head.append(Line(Statement("", "", text), broken))


Block = Callable[[Writer, Tensor], None]


def plain(w: Writer, x: Tensor) -> None:
    """Keep the shape."""
    some = ["Dropout(0.1)", "BatchNormalization()", "LayerNormalization()", "GaussianNoise(0.1)"]
    some += [
        "UnitNormalization()",
        "Identity()",
        "LeakyReLU()",
        f'Activation("{w.one(*ACTIVATIONS)}")',
    ]
    if len(x.shape) == 3:
        some += ["SpatialDropout2D(0.1)", f"GroupNormalization({x.width})", "PReLU()"]
    w.layer(x.name, w.one(*some), x.name)


def dense(w: Writer, x: Tensor) -> None:
    units = w.size(4, 8, 12)
    w.layer(x.name, f"Dense({units})", x.name, name=f"Dense(unit={units})")
    x.shape = (*x.shape[:-1], units)


def residual_dense(w: Writer, x: Tensor) -> None:
    short, n = w.name("skip"), x.width
    w.let(short, x.name)
    w.layer(x.name, f'Dense({2 * n}, activation="relu")', x.name)
    w.layer(x.name, f"Dense({n})", x.name, units=f"Dense({n + 5})", name=f"Dense(unit={n})")
    if w.chance.random() < 0.3:
        w.let(x.name, f"{x.name} {w.one('+', '*', '-')} {short}")
    else:
        merge = w.one("Add", "Multiply", "Average", "Maximum", "Subtract")
        w.layer(x.name, f"{merge}()", f"[{x.name}, {short}]")


def gate(w: Writer, x: Tensor) -> None:
    side, n = w.name("gate"), x.width
    sigmoid = 'activation="sigmoid"'
    w.layer(side, f"Dense({n}, {sigmoid})", x.name, units=f"Dense({n + 2}, {sigmoid})")
    w.layer(x.name, "Multiply()", f"[{x.name}, {side}]", list="Multiply() @ " + f"{x.name}, {side}")


def branches_dense(w: Writer, x: Tensor) -> None:
    one, other = w.name("a"), w.name("b")
    rank = len(x.shape)
    w.layer(one, "Dense(4)", x.name)
    w.layer(other, "Dense(6)", x.name)
    w.layer(
        x.name,
        "Concatenate()",
        f"[{one}, {other}]",
        axis=f"Concatenate(axis={w.size(rank + 1, *range(1, rank))})",
        merge="Add()",
    )
    x.shape = (*x.shape[:-1], 10)


def dot_of_vectors(w: Writer, x: Tensor) -> None:
    one, other, dot = w.name("a"), w.name("b"), w.name("dot")
    w.layer(one, "Dense(5)", x.name)
    w.layer(other, "Dense(5)", x.name, units="Dense(8)")
    w.layer(dot, "Dot(axes=1)", f"[{one}, {other}]", axis="Dot(axes=2)")
    w.layer(x.name, "Concatenate()", f"[{x.name}, {dot}]")
    x.shape = (x.width + 1,)


def to_sequence(w: Writer, x: Tensor) -> None:
    n = x.width
    steps = next((k for k in (4, 3, 2, 5) if n % k == 0), 1)
    if w.chance.random() < 0.5:
        wrong = f"Reshape(({steps}, {n // steps + 1}))"
        w.layer(x.name, f"Reshape(({steps}, {n // steps}))", x.name, reshape=wrong, dropped="")
        x.shape = (steps, n // steps)
    else:
        w.layer(x.name, "RepeatVector(6)", x.name, dropped="")
        x.shape = (6, n)
    recurrent(w, x)


def _recurrent(w: Writer, units: int, rest: str = "") -> str:
    kind = w.one("LSTM", "GRU", "SimpleRNN", "cell", "both")
    if kind == "cell":
        return f"RNN(layers.{w.one('LSTMCell', 'GRUCell')}({units}){rest})"
    if kind == "both":
        return f"Bidirectional(layers.{w.one('LSTM', 'GRU')}({units // 2}{rest}))"
    return f"{kind}({units}{rest})"


def recurrent(w: Writer, x: Tensor) -> None:
    layer = _recurrent(w, 8, ", return_sequences=True")
    w.layer(x.name, layer, x.name, return_sequences=layer.replace(", return_sequences=True", ""))
    x.shape = (x.shape[0], 8)


def states(w: Writer, x: Tensor) -> None:
    """Encode and decode: the states of one recurrent layer are those that another starts from."""
    both = w.chance.random() < 0.5
    cls, h, c = ("LSTM", w.name("h"), w.name("c")) if both else ("GRU", w.name("h"), "")
    more = "return_sequences=True"
    encoded = w.name("encoded")
    w.layer(
        ", ".join(filter(None, (encoded, h, c))),
        f"{cls}(8, return_state=True)",
        x.name,
        units=f"{cls}(6, return_state=True)",
    )
    given = f"{x.name}, initial_state=[{', '.join(filter(None, (h, c)))}]"
    wrong = {"states": f"{cls}(8, {more}) @ {x.name}, initial_state=[{h}]"} if both else {}
    w.layer(
        x.name,
        f"{cls}(8, {more})",
        given,
        return_sequences=f"{cls}(8)",
        units=f"{cls}(12, {more})",
        **wrong,
    )
    x.shape = (x.shape[0], 8)


def conv1d(w: Writer, x: Tensor) -> None:
    t, c = x.shape
    cls = w.one("Conv1D", "Conv1D", "SeparableConv1D")
    if t >= 8 and w.chance.random() < 0.4:
        w.layer(x.name, f"{cls}(8, 3)", x.name, kernel=f"{cls}(8, {t + 3})")
        x.shape = (t - 2, 8)
    elif t >= 8 and t % 2 == 0 and w.chance.random() < 0.5:
        pool = w.one("MaxPooling1D(2)", "AveragePooling1D(2)")
        w.layer(x.name, pool, x.name, kernel=pool.replace("2)", f"{t + 2})"), dropped="")
        x.shape = (t // 2, c)
    else:
        w.layer(x.name, f'{cls}(8, 3, padding="same")', x.name)
        x.shape = (t, 8)


def residual_1d(w: Writer, x: Tensor) -> None:
    short, c = w.name("skip"), x.width
    w.let(short, x.name)
    same = f'Conv1D({c}, 3, padding="same")'
    kind = w.size(0, 1, 2)
    if kind == 0:
        w.layer(x.name, "ZeroPadding1D(1)", x.name, dropped="")
        w.layer(x.name, f"Conv1D({c}, 3)", x.name, filters=f"Conv1D({c + 2}, 3)")
    elif kind == 1:
        w.layer(x.name, 'DepthwiseConv1D(3, padding="same")', x.name, padding="DepthwiseConv1D(3)")
    else:
        w.layer(
            x.name,
            same,
            x.name,
            filters=f'Conv1D({c + 3}, 3, padding="same")',
            padding=f"Conv1D({c}, 3)",
            strides=f'Conv1D({c}, 3, strides=2, padding="same")',
        )
    w.layer(x.name, w.one("Add()", "Average()"), f"[{x.name}, {short}]", list=f"Add() @ {x.name}")


def unet_1d(w: Writer, x: Tensor) -> None:
    t, c = x.shape
    if t % 2:
        return conv1d(w, x)
    short = w.name("skip")
    w.let(short, x.name)
    w.layer(x.name, "MaxPooling1D(2)", x.name, size="MaxPooling1D(4)", dropped="")
    w.layer(x.name, f'Conv1D({c}, 3, padding="same")', x.name, padding=f"Conv1D({c}, 3)")
    up = w.one("UpSampling1D(2)", f'Conv1DTranspose({c}, 3, strides=2, padding="same")')
    w.layer(x.name, up, x.name, dropped="", size=up.replace("2", "3", 1) if "Up" in up else "")
    w.layer(x.name, "Concatenate()", f"[{x.name}, {short}]", axis="Concatenate(axis=0)")
    x.shape = (t, 2 * c)
    return None


def attention(w: Writer, x: Tensor) -> None:
    """Write a Transformer block, or the mere attention of a sequence to itself."""
    c = x.width
    short = w.name("skip")
    w.let(short, x.name)
    kind = w.one(
        "MultiHeadAttention(2, 4)",
        "GroupQueryAttention(4, 4, 2)",
        "Attention()",
        "AdditiveAttention()",
    )
    if kind.startswith(("Multi", "Group")):
        w.layer(x.name, kind, f"{x.name}, {x.name}", alone=f"{kind} @ {x.name}")
    else:
        w.layer(x.name, kind, f"[{x.name}, {x.name}]", alone=f"{kind} @ {x.name}")
    w.layer(x.name, "Add()", f"[{x.name}, {short}]")
    if w.chance.random() < 0.6:
        w.layer(x.name, "LayerNormalization()", x.name)
        w.let(short, x.name)
        w.layer(x.name, f'Dense({4 * c}, activation="relu")', x.name)
        w.layer(x.name, f"Dense({c})", x.name, units=f"Dense({c + 1})", dropped="")
        w.layer(x.name, "Add()", f"[{x.name}, {short}]")


def squeeze_1d(w: Writer, x: Tensor) -> None:
    side, c = w.name("squeeze"), x.width
    w.layer(side, "GlobalAveragePooling1D()", x.name)
    w.layer(side, f"Dense({c})", side, units=f"Dense({c + 2})")
    w.layer(side, f"Reshape((1, {c}))", side, reshape=f"Reshape((1, {c + 1}))")
    w.layer(x.name, "Multiply()", f"[{x.name}, {side}]")


def mixing(w: Writer, x: Tensor) -> None:
    """Dense layers along the steps, between two Permutes."""
    side, (t, _) = w.name("mixed"), x.shape
    w.layer(side, "Permute((2, 1))", x.name, dims="Permute((1, 3))")
    w.layer(side, f"Dense({t})", side, units=f"Dense({t + 2})")
    w.layer(side, "Permute((2, 1))", side, dropped="", dims="Permute((1, 2))")
    w.layer(x.name, "Add()", f"[{x.name}, {side}]")


def dot_of_sequences(w: Writer, x: Tensor) -> None:
    side = w.name("scores")
    w.layer(side, "Dot(axes=(2, 2))", f"[{x.name}, {x.name}]", axis="Dot(axes=(1, 2))")
    w.layer(side, "Softmax()", side)
    w.layer(x.name, "Dot(axes=(2, 1))", f"[{side}, {x.name}]", axis="Dot(axes=(2, 2))")


def per_step(w: Writer, x: Tensor) -> None:
    units = w.size(4, 6)
    layer = w.one(
        f"TimeDistributed(layers.Dense({units}))",
        f'EinsumDense("abc,cd->abd", output_shape=({x.shape[0]}, {units}))',
        f"Dense({units})",
    )
    w.layer(x.name, layer, x.name)
    x.shape = (x.shape[0], units)


def end_sequence(w: Writer, x: Tensor) -> None:
    t, c = x.shape
    kind = w.size(0, 1, 2)
    if kind == 0:
        layer = _recurrent(w, 8)
        sequences = layer.replace("8)", "8, return_sequences=True)", 1)
        if layer.startswith("Bi"):
            sequences = layer.replace("4)", "4, return_sequences=True)", 1)
        if layer.startswith("RNN"):
            sequences = layer[:-1] + ", return_sequences=True)"
        w.layer(x.name, layer, x.name, return_sequences=sequences)
        x.shape = (8,)
    elif kind == 1:
        w.layer(x.name, "Flatten()", x.name, dropped="")
        x.shape = (t * c,)
    else:
        pool = w.one("GlobalAveragePooling1D()", "GlobalMaxPooling1D()")
        w.layer(x.name, pool, x.name, dropped="", rank=pool.replace("1D", "2D"))
        x.shape = (c,)


def conv2d(w: Writer, x: Tensor) -> None:
    h, v, c = x.shape
    cls = w.one("Conv2D", "Conv2D", "Conv2D", "SeparableConv2D")
    kind = w.one("valid", "pool", "strided", "same", "depth")
    if kind == "valid" and min(h, v) >= 8:
        w.layer(x.name, f"{cls}(8, 3)", x.name, kernel=f"{cls}(8, {h + 2})")
        x.shape = (h - 2, v - 2, 8)
    elif kind == "pool" and min(h, v) >= 8:
        pool = w.one("MaxPooling2D(2)", "AveragePooling2D((2, 2))")
        w.layer(
            x.name,
            pool,
            x.name,
            dropped="",
            rank=pool.replace("2D((2, 2))", "1D(2)").replace("2D", "1D"),
        )
        x.shape = (h // 2, v // 2, c)
    elif kind == "strided" and min(h, v) >= 8:
        layer = f'{cls}(8, 3, strides=2, padding="same")'
        w.layer(x.name, layer, x.name, strides=layer.replace("=2", "=3"))
        x.shape = ((h + 1) // 2, (v + 1) // 2, 8)
    elif kind == "depth":
        w.layer(x.name, 'DepthwiseConv2D(3, padding="same", depth_multiplier=1)', x.name)
    else:
        same = f'Conv2D(8, 3, padding="same", activation="{w.one(*ACTIVATIONS)}")'
        w.layer(x.name, same, x.name, name=same.replace("padding", "pading"))
        x.shape = (h, v, 8)


def residual_2d(w: Writer, x: Tensor) -> None:
    short, c = w.name("skip"), x.width
    w.let(short, x.name)
    same = f'Conv2D({c}, 3, padding="same")'
    w.layer(
        x.name,
        same.replace(")", ', activation="relu")'),
        x.name,
        padding=f'Conv2D({c}, 3, activation="relu")',
    )
    w.layer(
        x.name,
        same,
        x.name,
        filters=f'Conv2D({c + 4}, 3, padding="same")',
        strides=f'Conv2D({c}, 3, strides=2, padding="same")',
        kernel=f"Conv2D({c}, 5)",
    )
    w.layer(x.name, "Add()", f"[{x.name}, {short}]")


def strided_residual(w: Writer, x: Tensor) -> None:
    """Write a residual block that halves the map, with a 1×1 convolution on its shortcut."""
    h, v, c = x.shape
    short, n = w.name("skip"), c + 4
    tail = 'strides=2, padding="same")'
    w.layer(
        short,
        f"Conv2D({n}, 1, {tail}",
        x.name,
        dropped="",
        strides=f"Conv2D({n}, 1)",
        filters=f"Conv2D({c}, 1, {tail}",
    )
    w.layer(x.name, f"Conv2D({n}, 3, {tail}", x.name, strides=f'Conv2D({n}, 3, padding="same")')
    w.layer(x.name, "Add()", f"[{x.name}, {short}]")
    x.shape = ((h + 1) // 2, (v + 1) // 2, n)


def dense_block(w: Writer, x: Tensor) -> None:
    side, more = w.name("new"), w.size(4, 6)
    w.layer(
        side,
        f'Conv2D({more}, 3, padding="same")',
        x.name,
        padding=f"Conv2D({more}, 3)",
        strides=f'Conv2D({more}, 3, 2, padding="same")',
    )
    w.layer(
        x.name, "Concatenate()", f"[{x.name}, {side}]", axis="Concatenate(axis=1)", merge="Add()"
    )
    x.shape = (*x.shape[:-1], x.width + more)


def inception(w: Writer, x: Tensor) -> None:
    arms = [w.name("arm") for _ in range(3)]
    w.layer(arms[0], "Conv2D(4, 1)", x.name)
    w.layer(arms[1], 'Conv2D(4, 5, padding="same")', x.name, padding="Conv2D(4, 5)")
    w.layer(
        arms[2],
        'MaxPooling2D(3, strides=1, padding="same")',
        x.name,
        strides='MaxPooling2D(3, padding="same")',
        padding="MaxPooling2D(3, strides=1)",
    )
    last = f"keras.layers.concatenate([{', '.join(arms)}], axis="
    if w.chance.random() < 0.5:
        w.layers += 1
        w.let(x.name, last + "-1)", axis=last + "1)")
    else:
        w.layer(x.name, "Concatenate()", f"[{', '.join(arms)}]", axis="Concatenate(axis=2)")
    x.shape = (*x.shape[:-1], x.width + 8)


def unet_2d(w: Writer, x: Tensor) -> None:
    h, v, c = x.shape
    if h % 2 or v % 2 or h < 4:
        return residual_2d(w, x)
    short = w.name("skip")
    w.let(short, x.name)
    w.layer(x.name, "MaxPooling2D(2)", x.name, dropped="", size="MaxPooling2D(4)")
    w.layer(x.name, f'Conv2D({c}, 3, padding="same")', x.name, padding=f"Conv2D({c}, 3)")
    up = w.one("UpSampling2D(2)", f'Conv2DTranspose({c}, 2, strides=2, padding="same")')
    wrong = "UpSampling2D(4)" if up[0] == "U" else up.replace("strides=2, ", "")
    w.layer(x.name, up, x.name, dropped="", size=wrong)
    w.layer(x.name, "Concatenate()", f"[{x.name}, {short}]", axis="Concatenate(axis=0)")
    w.layer(x.name, f'Conv2D({c}, 3, padding="same")', x.name)
    return None


def squeeze_2d(w: Writer, x: Tensor) -> None:
    side, c = w.name("squeeze"), x.width
    w.layer(side, "GlobalAveragePooling2D()", x.name, dropped="")
    w.layer(side, f'Dense({max(2, c // 2)}, activation="relu")', side)
    w.layer(
        side,
        f'Dense({c}, activation="sigmoid")',
        side,
        units=f'Dense({c + 3}, activation="sigmoid")',
    )
    w.layer(side, f"Reshape((1, 1, {c}))", side, reshape=f"Reshape((1, 1, {c + 1}))")
    w.layer(x.name, "Multiply()", f"[{x.name}, {side}]")


def patches(w: Writer, x: Tensor) -> None:
    """Attention between the places of a map."""
    h, v, c = x.shape
    if h * v > 300:
        return conv2d(w, x)
    w.layer(x.name, f"Reshape(({h * v}, {c}))", x.name, reshape=f"Reshape(({h * v}, {c + 1}))")
    w.layer(
        x.name,
        "MultiHeadAttention(2, 4)",
        f"{x.name}, {x.name}",
        alone=f"MultiHeadAttention(2, 4) @ {x.name}",
    )
    w.layer(
        x.name,
        f"Reshape(({h}, {v}, {c}))",
        x.name,
        dropped="",
        reshape=f"Reshape(({h}, {v + 1}, {c}))",
    )
    return None


def border(w: Writer, x: Tensor) -> None:
    short, c = w.name("skip"), x.width
    w.let(short, x.name)
    if w.chance.random() < 0.5:
        w.layer(x.name, "ZeroPadding2D(1)", x.name, dropped="", size="ZeroPadding2D(2)")
        w.layer(x.name, f"Conv2D({c}, 3)", x.name)
    else:
        w.layer(x.name, f"Conv2DTranspose({c}, 3)", x.name)
        w.layer(x.name, "Cropping2D(1)", x.name, dropped="", size="Cropping2D(2)")
    w.layer(x.name, "Add()", f"[{x.name}, {short}]")


def rows(w: Writer, x: Tensor) -> None:
    """Read the rows of a map as the steps of a sequence; it becomes a map again."""
    h, v, c = x.shape
    if v * c > 400:
        return conv2d(w, x)
    w.layer(x.name, f"Reshape(({h}, {v * c}))", x.name, reshape=f"Reshape(({h}, {v * c + 2}))")
    w.layer(
        x.name, f"GRU({v * 2}, return_sequences=True)", x.name, return_sequences=f"GRU({v * 2})"
    )
    w.layer(
        x.name, f"Reshape(({h}, {v}, 2))", x.name, reshape=f"Reshape(({h}, {v}, 3))", dropped=""
    )
    x.shape = (h, v, 2)
    return None


def end_image(w: Writer, x: Tensor) -> None:
    kind = w.size(0, 1, 2)
    if kind == 0:
        w.layer(x.name, w.one("Flatten()", "Reshape((-1,))"), x.name, dropped="")
        x.shape = (prod(x.shape),)
    elif kind == 1:
        pool = w.one("GlobalAveragePooling2D()", "GlobalMaxPooling2D()")
        w.layer(x.name, pool, x.name, dropped="", rank=pool.replace("2D", "1D"))
        x.shape = (x.width,)
    else:
        h, v, c = x.shape
        w.layer(
            x.name,
            f"Reshape(({h}, {v * c}))",
            x.name,
            dropped="",
            reshape=f"Reshape(({h}, {v * c - 1}))",
        )
        x.shape = (h, v * c)
        recurrent(w, x)
        end_sequence(w, x)


def conv3d(w: Writer, x: Tensor) -> None:
    kind = w.one("conv", "steps", "film", "pool")
    t, h, v, c = x.shape
    if kind == "conv":
        w.layer(x.name, 'Conv3D(4, 3, padding="same")', x.name, kernel=f"Conv3D(4, {t + 3})")
        x.shape = (t, h, v, 4)
    elif kind == "steps":
        inner = 'Conv2D(4, 3, padding="same")'
        w.layer(
            x.name, f"TimeDistributed(layers.{inner})", x.name, wrapper=inner.replace("2D", "1D")
        )
        x.shape = (t, h, v, 4)
    elif kind == "film":
        layer = 'ConvLSTM2D(4, 3, padding="same", return_sequences=True)'
        w.layer(
            x.name, layer, x.name, return_sequences=layer.replace(", return_sequences=True", "")
        )
        x.shape = (t, h, v, 4)
    elif h % 2 == 0 and v % 2 == 0:
        w.layer(x.name, "MaxPooling3D((1, 2, 2))", x.name, size=f"MaxPooling3D((1, {h + 1}, 2))")
        x.shape = (t, h // 2, v // 2, c)


def residual_3d(w: Writer, x: Tensor) -> None:
    short, c = w.name("skip"), x.width
    w.let(short, x.name)
    same = f'Conv3D({c}, 3, padding="same")'
    w.layer(
        x.name,
        same,
        x.name,
        padding=f"Conv3D({c}, 3)",
        filters=f'Conv3D({c + 2}, 3, padding="same")',
    )
    w.layer(x.name, "Add()", f"[{x.name}, {short}]")


def end_volume(w: Writer, x: Tensor) -> None:
    t, h, v, c = x.shape
    kind = w.one("last", "steps", "flatten", "pool")
    if kind == "last":
        layer = 'ConvLSTM2D(4, 3, padding="same")'
        w.layer(x.name, layer, x.name, return_sequences=layer[:-1] + ", return_sequences=True)")
        x.shape = (h, v, 4)
        end_image(w, x)
    elif kind == "steps":
        inner = w.one("Flatten", "GlobalAveragePooling2D")
        w.layer(
            x.name, f"TimeDistributed(layers.{inner}())", x.name, wrapper=f"{inner}()", dropped=""
        )
        x.shape = (t, h * v * c if inner == "Flatten" else c)
        end_sequence(w, x)
    else:
        layer = "Flatten()" if kind == "flatten" else "GlobalAveragePooling3D()"
        w.layer(x.name, layer, x.name, dropped="")
        x.shape = (prod(x.shape) if kind == "flatten" else c,)


def helper(w: Writer, x: Tensor) -> None:
    """Write a residual block that a function of the program makes."""
    name, dims = w.name("block"), len(x.shape) - 1
    conv = f"Conv{dims}D(filters, 3" if dims else "Dense(filters"
    padding = ', padding="same")' if dims else ")"

    def text(first: str, second: str) -> str:
        return (
            f"def {name}(x, filters):\n    skip = x\n    x = layers.{first}(x)\n"
            f"    x = layers.{second}(x)\n    return layers.Add()([x, skip])\n"
        )

    right = conv + padding
    faults = {"padding": text(right, conv + ")")} if dims else {}
    other = conv.replace("filters", "filters + 2") + padding
    w.define(text(right, right), filters=text(right, other), **faults)
    for _ in range(w.size(1, 2)):
        w.raw(
            f"{x.name} = {name}({x.name}, {x.width})",
            3,
            filters=f"{x.name} = {name}({x.name}, {x.width + 3})",
        )


def layer_class(w: Writer, x: Tensor) -> None:
    """Write a residual block that is a layer of the program's own."""
    name, n = w.name("Block"), x.width

    def text(units: str) -> str:
        return (
            f"class {name}(layers.Layer):\n    def __init__(self, units, **kwargs):\n"
            "        super().__init__(**kwargs)\n        self.one = layers.Dense(2 * units)\n"
            f"        self.two = layers.Dense({units})\n        self.add = layers.Add()\n\n"
            "    def call(self, inputs):\n        x = self.two(self.one(inputs))\n"
            "        return self.add([x, inputs])\n"
        )

    w.define(text("units"), units=text("2 * units"))
    w.raw(f"{x.name} = {name}({n})({x.name})", 3, units=f"{x.name} = {name}({n + 1})({x.name})")


def loop(w: Writer, x: Tensor) -> None:
    """Convolutions and poolings that a loop makes."""
    dims = len(x.shape) - 1
    if not dims or min(x.shape[:-1]) < 12:
        return plain(w, x)

    def text(layer: str, pool: str) -> str:
        return (
            f"for filters in (4, 8):\n    {x.name} = layers.{layer}({x.name})\n"
            f"    {x.name} = layers.{pool}({x.name})"
        )

    conv, pool = f'Conv{dims}D(filters, 3, padding="same")', f"MaxPooling{dims}D(2)"
    w.raw(
        text(conv, pool),
        4,
        kernel=text(conv, f"MaxPooling{dims}D({x.shape[0] // 2})"),
        rank=text(conv.replace(f"{dims}D", f"{dims % 3 + 1}D"), pool),
    )
    x.shape = (*(size // 4 for size in x.shape[:-1]), 8)
    return None


ANY: tuple[Block, ...] = (
    plain,
    dense,
    residual_dense,
    gate,
    branches_dense,
    helper,
    layer_class,
    loop,
)
BLOCKS: dict[int, tuple[Block, ...]] = {
    1: (dot_of_vectors,),
    2: (
        recurrent,
        states,
        conv1d,
        residual_1d,
        unet_1d,
        attention,
        squeeze_1d,
        mixing,
        dot_of_sequences,
        per_step,
    ),
    3: (
        conv2d,
        conv2d,
        residual_2d,
        strided_residual,
        dense_block,
        inception,
        unet_2d,
        squeeze_2d,
        patches,
        border,
        rows,
    ),
    4: (conv3d, conv3d, residual_3d),
}
CHAIN: dict[int, tuple[Block, ...]] = {
    1: (plain, dense),
    2: (plain, dense, recurrent, conv1d, per_step),
    3: (plain, conv2d, conv2d, conv2d),
    4: (plain, conv3d),
}
ENDS: dict[int, Block] = {2: end_sequence, 3: end_image, 4: end_volume}


def arm(w: Writer, name: str, layers: int) -> tuple[tuple[int, ...], Tensor]:
    """Write an input and what follows it up to a vector; return the shape of the input, too."""
    rank = w.size(1, 2, 2, 2, 3, 3, 3, 4)
    shapes = {
        1: (w.size(4, 10),),
        2: (w.size(8, 10, 16), w.size(3, 6)),
        3: (w.size(12, 16, 24), w.size(16, 24), w.size(1, 3)),
        4: (w.size(4, 6), 8, w.size(8, 12), 3),
    }
    shape = shapes[rank]
    x = Tensor(f"{name}_x" if not w.chain else "x", shape)
    words = rank == 2 and w.chance.random() < 0.4
    given = shape[:1] if words else shape
    faults = {"input": f"Input({_shape(w, given)})"} if not words else {}
    w.layer(name, f"Input({given})", "", **faults)
    w.layers -= 1
    end = w.layers + layers
    first(w, x, name, words)
    choices = CHAIN if w.chain else {n: (*ANY, *more, *more) for n, more in BLOCKS.items()}
    while w.layers < end:
        w.chance.choice(choices[len(x.shape)])(w, x)
    if len(x.shape) > 1:
        ENDS[len(x.shape)](w, x)
    elif w.chance.random() < 0.3:
        to_sequence(w, x)
        end_sequence(w, x)
    return given, x


def _shape(w: Writer, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape that the data does not have."""
    if len(shape) > 1:
        return w.chance.choice(((shape[-1], *shape[:-1]), shape[:-1], (*shape[:-1], shape[-1] + 1)))
    return (shape[0] + 1,)


def first(w: Writer, x: Tensor, name: str, words: bool) -> None:
    """Write the layer on an input: with what is embedded, its place in the sentence."""
    source = name
    if words:
        steps, width = x.shape[0], w.size(4, 8)
        x.shape = (steps, width)
        masked = ", mask_zero=True" if w.chance.random() < 0.3 else ""
        w.layer(x.name, f"Embedding(100, {width}{masked})", source)
        if not w.chain and w.chance.random() < 0.5:
            place = w.name("place")
            w.layer(
                place,
                f"Embedding({steps}, {width})",
                f"keras.ops.arange({steps})",
                units=f"Embedding({steps}, {width + 2})",
                steps=f"Embedding({steps}, {width}) @ keras.ops.arange({steps + 3})",
            )
            w.let(x.name, f"{x.name} + {place}")
        return
    if len(x.shape) == 2 and w.chance.random() < 0.2:
        w.layer(x.name, "Masking()", source)
    elif len(x.shape) == 3 and w.chance.random() < 0.3:
        w.layer(x.name, "Rescaling(1 / 255)", source)
    elif len(x.shape) == 1:
        w.layer(x.name, f"Dense({w.size(8, 16)})", source)
        x.shape = (int(w.lines[-1].right.layer[6:-1]),)
    else:
        w.layer(x.name, "Identity()", source)
