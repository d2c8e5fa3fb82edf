"""Draws random Sequential models of the families that people build."""

from __future__ import annotations

import random
from typing import NamedTuple


class Name(str):
    """An expression of the source: written without quotes."""

    __slots__ = ()


class Spec(NamedTuple):
    """A layer as it is written: class and arguments, positional ones first with `None`; a value may be a `Spec`."""

    cls: str
    args: tuple[tuple[str | None, object], ...] = ()

    def get(self, name: str) -> object:
        """The value of a keyword, or `None`."""
        return dict(self.args).get(name)

    def set(self, name: str, value: object) -> Spec:
        """The same layer with this keyword set."""
        if any(keyword == name for keyword, _ in self.args):
            return Spec(self.cls, tuple((k, value if k == name else v) for k, v in self.args))
        return Spec(self.cls, (*self.args, (name, value)))

    def without(self, name: str) -> Spec:
        """The same layer without this keyword."""
        return Spec(self.cls, tuple((k, v) for k, v in self.args if k != name))


class Draft(NamedTuple):
    """A model: its input shape without the batch, and its layers."""

    family: str
    input_shape: tuple[int | None, ...]
    layers: tuple[Spec, ...]


def spec(cls: str, *args: object, **kwargs: object) -> Spec:
    """A layer as one would call it."""
    return Spec(cls, (*((None, value) for value in args), *kwargs.items()))


def draw(rng: random.Random) -> Draft:
    """A model of a random family; it may still be one that Keras refuses."""
    return rng.choice(FAMILIES)(rng)


def _classes(rng: random.Random) -> Spec:
    n = rng.choice((1, 2, 3, 5, 10, 20, 100))
    return spec("Dense", n, activation="sigmoid" if n == 1 else "softmax") if rng.random() < 0.8 else spec("Dense", n)


def _hidden(rng: random.Random) -> list[Spec]:
    found = []
    for _ in range(rng.choice((0, 1, 1, 2))):
        found.append(spec("Dense", rng.choice((16, 32, 64, 100, 128)), activation="relu"))
        if rng.random() < 0.4:
            found.append(spec("Dropout", rng.choice((0.2, 0.3, 0.5))))
    return found


def _conv(rng: random.Random, cls: str, filters: int, same: bool | None = None) -> Spec:
    rank = int(cls[-2]) if cls[-1] == "D" else 2
    k = rng.choice((3, 3, 3, 5))
    layer = spec(cls, filters, (k,) * rank if rng.random() < 0.5 and rank > 1 else k)
    if rng.random() < 0.3:
        layer = Spec(cls, ((None, filters), ("kernel_size", layer.args[1][1])))
    if rng.random() < 0.15 and same is None:
        layer = layer.set("strides", rng.choice((2, (2,) * rank)))
    if rng.random() < 0.8:
        layer = layer.set("activation", "relu")
    if same if same is not None else rng.random() < 0.4:
        layer = layer.set("padding", "same")
    return layer


def _pool(rng: random.Random, rank: int, **kwargs: object) -> Spec:
    cls = rng.choice((f"MaxPooling{rank}D", f"MaxPooling{rank}D", f"MaxPool{rank}D", f"AveragePooling{rank}D"))
    style = rng.randrange(4)
    if style == 0 and "Average" not in cls:
        return spec(cls, **kwargs)
    if style == 1:
        return spec(cls, (2,) * rank if rank > 1 else 2, **kwargs)
    if style == 2:
        return spec(cls, pool_size=(2,) * rank if rank > 1 else 2, **kwargs)
    return spec(cls, 2, **kwargs)


def _blocks(rng: random.Random, rank: int, blocks: int, same: bool | None = None) -> list[Spec]:
    layers = []
    filters = rng.choice((8, 16, 32))
    for _ in range(blocks):
        for _ in range(rng.choice((1, 1, 2))):
            layers.append(_conv(rng, f"Conv{rank}D", filters, same))
            if rng.random() < 0.2:
                layers.append(spec("BatchNormalization"))
        layers.append(_pool(rng, rank))
        if rng.random() < 0.25:
            layers.append(spec("Dropout", 0.25))
        filters *= rng.choice((1, 2))
    return layers


def _image_classifier(rng: random.Random) -> Draft:
    side = rng.choice((28, 32, 48, 64, 96))
    shape = (side, rng.choice((side, side, 2 * side)), rng.choice((1, 3)))
    body = _blocks(rng, 2, rng.choice((1, 2, 2, 3)))
    bridge = spec(rng.choice(("Flatten", "Flatten", "Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D")))
    return Draft("images", shape, (*body, bridge, *_hidden(rng), _classes(rng)))


def _signal_classifier(rng: random.Random) -> Draft:
    shape = (rng.choice((60, 100, 128, 200)), rng.choice((1, 2, 6, 9)))
    body = _blocks(rng, 1, rng.choice((1, 2)))
    bridge = spec(rng.choice(("Flatten", "Flatten", "GlobalMaxPooling1D", "GlobalAveragePooling1D")))
    return Draft("signals", shape, (*body, bridge, *_hidden(rng), _classes(rng)))


def _volume_classifier(rng: random.Random) -> Draft:
    side = rng.choice((16, 24))
    body = _blocks(rng, 3, 1, True)
    return Draft("volumes", (side, side, side, 1), (*body, spec("Flatten"), *_hidden(rng), _classes(rng)))


def _recurrent(rng: random.Random, units: int, sequences: bool) -> Spec:
    layer = spec(rng.choice(("LSTM", "LSTM", "GRU", "SimpleRNN")), units)
    if sequences:
        layer = layer.set("return_sequences", True)
    elif rng.random() < 0.1:
        layer = layer.set("return_sequences", False)
    return spec("Bidirectional", layer) if rng.random() < 0.25 else layer


def _stack(rng: random.Random, last_sequences: bool) -> list[Spec]:
    depth = rng.choice((1, 2, 2, 3))
    layers = []
    for index in range(depth):
        layers.append(_recurrent(rng, rng.choice((16, 32, 50, 64)), last_sequences or index < depth - 1))
        if rng.random() < 0.3:
            layers.append(spec("Dropout", 0.2))
    return layers


def _sequence_classifier(rng: random.Random) -> Draft:
    shape = (rng.choice((10, 24, 30, 60)), rng.choice((1, 4, 8, 12)))
    return Draft("sequences", shape, (*_stack(rng, False), *_hidden(rng), _classes(rng)))


def _per_step(rng: random.Random) -> Draft:
    shape = (rng.choice((10, 24, 30, 60, None)), rng.choice((4, 8, 12)))
    head = spec("Dense", rng.choice((2, 5, 9)), activation="softmax")
    return Draft("steps", shape, (*_stack(rng, True), spec("TimeDistributed", head) if rng.random() < 0.6 else head))


def _text_classifier(rng: random.Random) -> Draft:
    length = rng.choice((20, 50, 100))
    layers = [spec("Embedding", rng.choice((1000, 5000)), rng.choice((8, 16, 32)))]
    kind = rng.randrange(4)
    if kind == 0:
        layers += _stack(rng, False)
    elif kind == 1:
        layers += [_conv(rng, "Conv1D", 32, False).without("strides"), spec("GlobalMaxPooling1D")]
    else:
        layers.append(spec("GlobalAveragePooling1D" if kind == 2 else "Flatten"))
    return Draft("text", (length,), (*layers, *_hidden(rng), _classes(rng)))


def _table(rng: random.Random) -> Draft:
    layers = _hidden(rng) or [spec("Dense", 32, activation="relu")]
    if rng.random() < 0.3:
        layers.insert(1, spec("BatchNormalization"))
    return Draft("tables", (rng.choice((4, 8, 13, 30, 784)),), (*layers, _classes(rng)))


def _autoencoder(rng: random.Random) -> Draft:
    depth = rng.choice((1, 2, 3))
    side = rng.choice((16, 24, 32, 40))
    channels = rng.choice((1, 3))
    filters = [rng.choice((8, 16, 32)) for _ in range(depth)]
    layers: list[Spec] = []
    for count in filters:
        layers += [_conv(rng, "Conv2D", count, True), _pool(rng, 2, padding="same")]
    for count in reversed(filters):
        layers += [_conv(rng, "Conv2D", count, True), spec("UpSampling2D", rng.choice((2, (2, 2))))]
    layers.append(spec("Conv2D", channels, 3, activation="sigmoid", padding="same"))
    return Draft("autoencoders", (side, side, channels), tuple(layers))


def _films(rng: random.Random) -> Draft:
    frames, side, filters = rng.choice((5, 10)), rng.choice((16, 24)), rng.choice((4, 8))
    layers = []
    depth, steps = rng.choice((1, 2, 2)), rng.random() < 0.5
    for index in range(depth):
        layer = spec("ConvLSTM2D", filters, 3, padding="same")
        layers.append(layer.set("return_sequences", True) if steps or index < depth - 1 else layer)
        if rng.random() < 0.4:
            layers.append(spec("BatchNormalization"))
    if steps:
        layers.append(spec("Conv3D", 1, 3, padding="same", activation="sigmoid"))
    else:
        layers += [spec("Flatten"), _classes(rng)]
    return Draft("films", (frames, side, side, rng.choice((1, 3))), tuple(layers))


def _generator(rng: random.Random) -> Draft:
    side, filters, doublings = rng.choice((4, 7, 8)), rng.choice((32, 64, 128)), rng.choice((1, 2))
    layers = [
        spec("Dense", Name(f"{side} * {side} * {filters}"), activation="relu"),
        spec("Reshape", (side, side, filters)),
    ]
    for _ in range(doublings):
        filters //= 2
        if rng.random() < 0.5:
            layers.append(spec("Conv2DTranspose", filters, rng.choice((3, 4, 5)), strides=2, padding="same"))
        else:
            layers += [spec("UpSampling2D"), spec("Conv2D", filters, 3, padding="same")]
        if rng.random() < 0.5:
            layers += [spec("BatchNormalization"), spec("LeakyReLU")]
    layers.append(spec("Conv2D", rng.choice((1, 3)), 3, padding="same", activation="tanh"))
    return Draft("generators", (rng.choice((16, 64, 100)),), tuple(layers))


def _pixels(rng: random.Random) -> Draft:
    side, depth = rng.choice((32, 64, 96)), rng.choice((1, 2))
    layers: list[Spec] = []
    for _ in range(depth):
        layers += [_conv(rng, "Conv2D", 16, True), _pool(rng, 2)]
    for _ in range(depth):
        layers.append(spec("Conv2DTranspose", 16, 3, strides=2, padding="same", activation="relu"))
    layers.append(spec("Conv2D", rng.choice((2, 4, 21)), 1, activation="softmax"))
    return Draft("pixels", (side, side, 3), tuple(layers))


FAMILIES = (
    _image_classifier,
    _image_classifier,
    _image_classifier,
    _signal_classifier,
    _signal_classifier,
    _volume_classifier,
    _sequence_classifier,
    _sequence_classifier,
    _per_step,
    _text_classifier,
    _text_classifier,
    _table,
    _autoencoder,
    _autoencoder,
    _generator,
    _pixels,
    _films,
)
