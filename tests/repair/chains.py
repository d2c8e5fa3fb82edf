"""Random valid chains of layers, and faults put into them."""

from __future__ import annotations

from random import Random
from typing import Any

Part = tuple[str, dict[str, Any]]
"""A class and its arguments; `_` is the child of a wrapper."""


def text(part: Part) -> str:
    cls, arguments = part
    rest = dict(arguments)
    child = rest.pop("_", None)
    inner = ([text(child)] if child is not None else []) + [
        f"{name}={value!r}" for name, value in rest.items()
    ]
    return f"{cls}({', '.join(inner)})"


def draw(random: Random) -> list[Part]:
    """Return a chain of one of five families; it may be refused (the caller asks the Tracer)."""
    family = random.choice([images, images, maps, decoder, sequences, sequences, vectors])
    return family(random)


def _conv(random: Random, padding: str | None = None, strides: int = 1) -> Part:
    return "Conv2D", {
        "filters": random.choice([8, 16, 32]),
        "kernel_size": random.choice([3, 3, 3, 5]),
        "padding": padding or random.choice(["same", "valid"]),
        **({"strides": strides} if strides > 1 else {}),
    }


def _noise(random: Random) -> list[Part]:
    return random.choice(
        [
            [],
            [],
            [],
            [("Dropout", {"rate": 0.2})],
            [("BatchNormalization", {})],
            [("Activation", {"activation": "relu"})],
        ]
    )


def _stack(random: Random, blocks: int) -> list[Part]:
    padding = random.choice(["same", "valid", None])
    parts: list[Part] = []
    for _ in range(blocks):
        for _ in range(random.choice([1, 1, 2])):
            parts += [_conv(random, padding), *_noise(random)]
        parts.append(
            (random.choice(["MaxPooling2D", "MaxPooling2D", "AveragePooling2D"]), {"pool_size": 2})
        )
        parts += _noise(random)
    return parts


def images(random: Random) -> list[Part]:
    side = random.choice([28, 32, 48, 64, 96])
    parts: list[Part] = [("Input", {"shape": (side, side, random.choice([1, 3]))})]
    parts += _stack(random, random.choice([1, 2, 2, 3]))
    parts.append(random.choice([("Flatten", {}), ("Flatten", {}), ("GlobalAveragePooling2D", {})]))
    parts += _head(random)
    return parts


def maps(random: Random) -> list[Part]:
    side = random.choice([32, 48, 64])
    parts: list[Part] = [("Input", {"shape": (side, side, 3)})]
    for _ in range(random.choice([1, 2, 3])):
        if random.random() < 0.5:
            parts += [_conv(random, "same"), ("MaxPooling2D", {"pool_size": 2})]
        else:
            parts.append(_conv(random, "same", 2))
    for _ in range(random.choice([0, 1, 2])):
        parts += [("UpSampling2D", {"size": 2}), _conv(random, "same")]
    parts.append(("Conv2D", {"filters": random.choice([1, 2, 5]), "kernel_size": 1}))
    return parts


def decoder(random: Random) -> list[Part]:
    side, channels = random.choice([4, 7, 8]), random.choice([16, 32])
    parts: list[Part] = [("Input", {"shape": (random.choice([16, 100]),)})]
    parts += [
        ("Dense", {"units": side * side * channels}),
        ("Reshape", {"target_shape": (side, side, channels)}),
    ]
    for _ in range(random.choice([1, 2])):
        if random.random() < 0.5:
            parts += [("UpSampling2D", {"size": 2}), _conv(random, "same")]
        else:
            parts.append(
                (
                    "Conv2DTranspose",
                    {"filters": 16, "kernel_size": 3, "strides": 2, "padding": "same"},
                )
            )
    parts.append(
        ("Conv2D", {"filters": random.choice([1, 3]), "kernel_size": 3, "padding": "same"})
    )
    return parts


def sequences(random: Random) -> list[Part]:
    steps = random.choice([20, 30, 50])
    if random.random() < 0.5:
        parts: list[Part] = [
            ("Input", {"shape": (steps,)}),
            ("Embedding", {"input_dim": 1000, "output_dim": 16}),
        ]
    else:
        parts = [("Input", {"shape": (steps, random.choice([4, 8]))})]
    if random.random() < 0.4:
        conv = {"filters": 16, "kernel_size": 3, "padding": random.choice(["same", "valid"])}
        parts += [("Conv1D", conv), ("MaxPooling1D", {"pool_size": 2})]
    layers = random.choice([0, 1, 2, 2, 3])
    per_step = layers > 0 and random.random() < 0.3
    for i in range(layers):
        arguments: dict[str, Any] = {"units": random.choice([8, 16])}
        if i < layers - 1 or per_step:
            arguments["return_sequences"] = True
        cell: Part = (random.choice(["LSTM", "GRU", "SimpleRNN"]), arguments)
        parts.append(("Bidirectional", {"_": cell}) if random.random() < 0.25 else cell)
        parts += _noise(random)
    if not layers:
        parts.append(
            (random.choice(["Flatten", "GlobalAveragePooling1D", "GlobalMaxPooling1D"]), {})
        )
    if per_step and random.random() < 0.5:
        parts.append(("TimeDistributed", {"_": ("Dense", {"units": 5})}))
    else:
        parts += _head(random)
    return parts


def vectors(random: Random) -> list[Part]:
    return [("Input", {"shape": (random.choice([20, 784]),)}), *_head(random)]


def _head(random: Random) -> list[Part]:
    parts: list[Part] = []
    for _ in range(random.choice([0, 1, 1, 2])):
        parts += [("Dense", {"units": random.choice([32, 64])}), *_noise(random)]
    parts.append(("Dense", {"units": random.choice([1, 3, 10])}))
    if random.random() < 0.2:
        parts.append(("Activation", {"activation": "softmax"}))
    return parts


# --- faults -------------------------------------------------------------------------------

Broken = tuple[str, list[Part]]


def faults(parts: list[Part], random: Random) -> list[Broken]:
    """Every chain with one fault more, each with the fault's kind.

    The last Dense keeps its place.
    """
    found: list[Broken] = []

    def put(kind: str, place: int, *new: Part) -> None:
        found.append((kind, [*parts[:place], *new, *parts[place + 1 :]]))

    dense = [i for i, (cls, _) in enumerate(parts) if cls == "Dense"]
    convs = [i for i, (cls, _) in enumerate(parts) if cls.startswith("Conv")]
    for i, (cls, arguments) in enumerate(parts):
        if cls in ("Flatten", "Reshape") or cls.startswith("Global"):
            put(f"drop {cls}", i)
        if "Pooling" in cls and not cls.startswith("Global"):
            put("drop pooling", i)
            put("extra pooling", i, (cls, arguments), (cls, arguments))
        if "padding" in arguments:
            put(
                "flip padding",
                i,
                (
                    cls,
                    {**arguments, "padding": "valid" if arguments["padding"] == "same" else "same"},
                ),
            )
        if cls in ("Conv2D", "Conv2DTranspose") and arguments["kernel_size"] != 1:
            kept = {name: value for name, value in arguments.items() if name != "strides"}
            put(
                "flip strides", i, (cls, kept if "strides" in arguments else {**kept, "strides": 2})
            )
        cell = arguments.get("_", (cls, arguments))
        if cell[0] in ("LSTM", "GRU", "SimpleRNN"):
            kept = {name: value for name, value in cell[1].items() if name != "return_sequences"}
            new = (
                cell[0],
                kept if "return_sequences" in cell[1] else {**kept, "return_sequences": True},
            )
            put("flip return_sequences", i, (cls, {"_": new}) if "_" in arguments else new)
        if dense and i == dense[-1]:
            put("change units", i, (cls, {**arguments, "units": arguments["units"] + 2}))
        elif not dense and convs and i == convs[-1]:
            put("change filters", i, (cls, {**arguments, "filters": arguments["filters"] + 2}))
        if cls == "Input":
            shape = arguments["shape"]
            if len(shape) == 3:
                put("swap input axes", i, (cls, {"shape": (shape[2], shape[0], shape[1])}))
                put("shrink input", i, (cls, {"shape": (shape[0] // 4, shape[1] // 4, shape[2])}))
            elif len(shape) == 2:
                put("swap input axes", i, (cls, {"shape": (shape[1], shape[0])}))
    for i, (cls, _) in enumerate(parts):
        if cls in ("Flatten", "MaxPooling2D", "Reshape") or cls.startswith("Global"):
            rest = [*parts[:i], *parts[i + 1 :]]
            to = random.randrange(1, len(rest) + 1)
            if to != i:
                found.append((f"move {cls}", [*rest[:to], parts[i], *rest[to:]]))
    return found
