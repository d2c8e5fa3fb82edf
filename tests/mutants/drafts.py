"""Draw random models of the families that people build: chains and residual graphs."""

from __future__ import annotations

import random
from typing import NamedTuple


class Name(str):
    """An expression of the source: written without quotes."""

    __slots__ = ()


KEEP = "keep"
"""What stands for a layer where a graph remembers the tensor: `skip = x`."""

MERGES = ("Add", "Concatenate")


class Spec(NamedTuple):
    """A layer as it is written: class and arguments, positional ones first with `None`; a value may
    be a `Spec`.

    `on` names a remembered tensor: a layer is called on it instead of on the
    last one, and gives it anew; a merging layer is called on both.
    """

    cls: str
    args: tuple[tuple[str | None, object], ...] = ()
    on: str | None = None

    def get(self, name: str) -> object:
        """Return the value of a keyword, or `None`."""
        return dict(self.args).get(name)

    def set(self, name: str, value: object) -> Spec:
        """Return the same layer with this keyword set."""
        if any(keyword == name for keyword, _ in self.args):
            return self._replace(args=tuple((k, value if k == name else v) for k, v in self.args))
        return self._replace(args=(*self.args, (name, value)))

    def without(self, name: str) -> Spec:
        """Return the same layer without this keyword."""
        return self._replace(args=tuple((k, v) for k, v in self.args if k != name))

    @property
    def first(self) -> object:
        """The first positional argument, or `None`."""
        return self.args[0][1] if self.args and self.args[0][0] is None else None

    def with_first(self, value: object) -> Spec:
        """Return the same layer with another first argument."""
        return self._replace(args=((None, value), *self.args[1:]))


class Loop(NamedTuple):
    """Layers that a loop or a helper function makes: `count` times `period` layers, from `start`
    on.

    The rounds differ in nothing but the first arguments of some layers, and
    those of one round are one number.
    """

    start: int
    period: int
    count: int

    @property
    def end(self) -> int:
        """The place behind the last of them."""
        return self.start + self.period * self.count

    def __contains__(self, place: object) -> bool:
        return isinstance(place, int) and self.start <= place < self.end


class Draft(NamedTuple):
    """A model: its input shape without the batch, and its layers."""

    family: str
    input_shape: tuple[int | None, ...]
    layers: tuple[Spec, ...]
    loop: Loop | None = None

    @property
    def is_graph(self) -> bool:
        """Is there a skip connection?"""
        return any(layer.cls == KEEP for layer in self.layers)

    def put(self, place: int, *new: Spec) -> Draft:
        """Other layers in place of one; in a loop that is so in every round."""
        loop = self.loop
        if loop is None or place not in loop:
            layers = (*self.layers[:place], *new, *self.layers[place + 1 :])
            if loop is not None and place < loop.start:
                loop = loop._replace(start=loop.start + len(new) - 1)
            return self._replace(layers=layers, loop=loop)
        within, old = (place - loop.start) % loop.period, self.layers[place]
        body: list[Spec] = []
        for i in range(loop.start, loop.end):
            mine = self.layers[i]
            if (i - loop.start) % loop.period != within:
                body.append(mine)
            else:
                body += [
                    one.with_first(mine.first) if one.first == old.first is not None else one
                    for one in new
                ]
        period = loop.period + len(new) - 1
        layers = (*self.layers[: loop.start], *body, *self.layers[loop.end :])
        return self._replace(layers=layers, loop=loop._replace(period=period) if period else None)

    def beside(self, place: int, new: Spec) -> Draft:
        """Return a layer before the one at `place` (or at the end), outside of a loop that begins
        or ends there.
        """
        loop = self.loop
        if loop is not None and place <= loop.start:
            loop = loop._replace(start=loop.start + 1)
        return self._replace(layers=(*self.layers[:place], new, *self.layers[place:]), loop=loop)


def spec(cls: str, *args: object, on: str | None = None, **kwargs: object) -> Spec:
    """Return a layer as one would call it."""
    return Spec(cls, (*((None, value) for value in args), *kwargs.items()), on)


def draw(rng: random.Random) -> Draft:
    """Return a model of a random family; it may still be one that Keras refuses."""
    return rng.choice(FAMILIES)(rng)


def _classes(rng: random.Random) -> Spec:
    n = rng.choice((1, 2, 3, 5, 10, 20, 100))
    return (
        spec("Dense", n, activation="sigmoid" if n == 1 else "softmax")
        if rng.random() < 0.8
        else spec("Dense", n)
    )


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
    cls = rng.choice(
        (f"MaxPooling{rank}D", f"MaxPooling{rank}D", f"MaxPool{rank}D", f"AveragePooling{rank}D")
    )
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
    bridge = spec(
        rng.choice(
            ("Flatten", "Flatten", "Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D")
        )
    )
    return Draft("images", shape, (*body, bridge, *_hidden(rng), _classes(rng)))


def _signal_classifier(rng: random.Random) -> Draft:
    shape = (rng.choice((60, 100, 128, 200)), rng.choice((1, 2, 6, 9)))
    body = _blocks(rng, 1, rng.choice((1, 2)))
    bridge = spec(
        rng.choice(("Flatten", "Flatten", "GlobalMaxPooling1D", "GlobalAveragePooling1D"))
    )
    return Draft("signals", shape, (*body, bridge, *_hidden(rng), _classes(rng)))


def _volume_classifier(rng: random.Random) -> Draft:
    side = rng.choice((16, 24))
    body = _blocks(rng, 3, 1, True)
    return Draft(
        "volumes", (side, side, side, 1), (*body, spec("Flatten"), *_hidden(rng), _classes(rng))
    )


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
        layers.append(
            _recurrent(rng, rng.choice((16, 32, 50, 64)), last_sequences or index < depth - 1)
        )
        if rng.random() < 0.3:
            layers.append(spec("Dropout", 0.2))
    return layers


def _sequence_classifier(rng: random.Random) -> Draft:
    shape = (rng.choice((10, 24, 30, 60)), rng.choice((1, 4, 8, 12)))
    return Draft("sequences", shape, (*_stack(rng, False), *_hidden(rng), _classes(rng)))


def _per_step(rng: random.Random) -> Draft:
    shape = (rng.choice((10, 24, 30, 60, None)), rng.choice((4, 8, 12)))
    head = spec("Dense", rng.choice((2, 5, 9)), activation="softmax")
    return Draft(
        "steps",
        shape,
        (*_stack(rng, True), spec("TimeDistributed", head) if rng.random() < 0.6 else head),
    )


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
            layers.append(
                spec("Conv2DTranspose", filters, rng.choice((3, 4, 5)), strides=2, padding="same")
            )
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


def _looped(rng: random.Random) -> Draft:
    """Blocks of a classifier that a loop or a helper function makes."""
    rank = rng.choice((1, 2, 2))
    count = rng.choice((2, 3, 3))
    sizes = rng.choice(((16, 32, 64), (8, 16, 32), (32, 32, 32)))[:count]
    body = [_conv(rng, f"Conv{rank}D", 0, True if rng.random() < 0.5 else None).without("strides")]
    if rng.random() < 0.3:
        body.append(spec("BatchNormalization"))
    if rng.random() < 0.3:
        body.append(_conv(rng, f"Conv{rank}D", 0, True))
    body.append(_pool(rng, rank))
    if rng.random() < 0.3:
        body.append(spec("Dropout", 0.25))
    side = rng.choice((48, 64, 96))
    shape = (side, side, rng.choice((1, 3))) if rank == 2 else (2 * side, rng.choice((1, 6)))
    bridge = spec(rng.choice(("Flatten", "Flatten", f"GlobalAveragePooling{rank}D")))
    return Draft("loops", shape, *_around([], body, sizes, [bridge, *_hidden(rng), _classes(rng)]))


def _around(
    before: list[Spec], body: list[Spec], sizes: tuple[int, ...], after: list[Spec]
) -> tuple[tuple[Spec, ...], Loop]:
    """Return the layers with a loop in their midst: a first argument of 0 is that of the round."""
    rounds = [
        layer.with_first(size) if layer.first == 0 else layer for size in sizes for layer in body
    ]
    return (*before, *rounds, *after), Loop(len(before), len(body), len(sizes))


def _residual_body(rng: random.Random, filters: int, strides: int) -> list[Spec]:
    first = spec("Conv2D", filters, 3, padding="same")
    layers = [spec(KEEP, on="skip"), first.set("strides", strides) if strides > 1 else first]
    if rng.random() < 0.4:
        layers.append(spec("BatchNormalization"))
    layers.append(spec("Activation", "relu"))
    layers.append(spec("Conv2D", filters, 3, padding="same"))
    if strides > 1:
        layers.append(spec("Conv2D", filters, 1, strides=strides, on="skip"))
    layers.append(spec("Add", on="skip"))
    if rng.random() < 0.4:
        layers.append(spec("Activation", "relu"))
    return layers


def _residual(rng: random.Random) -> Draft:
    side, filters = rng.choice((32, 48, 64)), rng.choice((8, 16, 32))
    stem = [spec("Conv2D", filters, 3, padding="same", activation="relu")]
    head = [
        spec(rng.choice(("GlobalAveragePooling2D", "GlobalAveragePooling2D", "Flatten"))),
        _classes(rng),
    ]
    if rng.random() < 0.4:
        sizes = (2 * filters, 4 * filters, 8 * filters)[: rng.choice((2, 3))]
        return Draft(
            "residual", (side, side, 3), *_around(stem, _residual_body(rng, 0, 2), sizes, head)
        )
    layers = stem
    for _ in range(rng.choice((1, 2, 3))):
        strides = rng.choice((1, 1, 2))
        filters *= strides
        layers += _residual_body(rng, filters, strides)
    return Draft("residual", (side, side, 3), (*layers, *head))


def _unet(rng: random.Random) -> Draft:
    side, depth, filters = rng.choice((32, 64)), rng.choice((1, 2)), rng.choice((8, 16))
    layers: list[Spec] = []
    for level in range(depth):
        layers += [
            _conv(rng, "Conv2D", filters * 2**level, True),
            spec(KEEP, on=f"skip_{level}"),
            _pool(rng, 2),
        ]
    layers.append(_conv(rng, "Conv2D", filters * 2**depth, True))
    for level in reversed(range(depth)):
        if rng.random() < 0.5:
            layers.append(spec("UpSampling2D", 2))
        else:
            layers.append(spec("Conv2DTranspose", filters * 2**level, 2, strides=2, padding="same"))
        layers.append(spec("Concatenate", on=f"skip_{level}"))
        layers.append(_conv(rng, "Conv2D", filters * 2**level, True))
    layers.append(spec("Conv2D", rng.choice((1, 2, 4)), 1, activation="sigmoid"))
    return Draft("skips", (side, side, rng.choice((1, 3))), tuple(layers))


def _branches(rng: random.Random) -> Draft:
    """Two branches of one tensor, concatenated."""
    side, filters = rng.choice((28, 32, 48)), rng.choice((8, 16))
    strides = rng.choice((1, 2))
    one, other = (_conv(rng, "Conv2D", filters, True).without("strides") for _ in range(2))
    if strides > 1:
        one, other = one.set("strides", 2), other.set("strides", 2)
    layers = [
        _conv(rng, "Conv2D", filters, True),
        spec(KEEP, on="branch"),
        one,
        other._replace(on="branch"),
        spec("Concatenate", on="branch"),
        _pool(rng, 2),
        spec(rng.choice(("Flatten", "GlobalAveragePooling2D"))),
    ]
    return Draft(
        "branches", (side, side, rng.choice((1, 3))), (*layers, *_hidden(rng), _classes(rng))
    )


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
    _looped,
    _looped,
    _residual,
    _residual,
    _unet,
    _branches,
)
